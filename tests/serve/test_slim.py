"""What the server knows of the slim page: the models, Leaflet, the policy and the page itself."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import geopandas as gpd
import ipyleaflet
import ipywidgets as w
import pytest
from shapely import box

from veerkracht_nb.seats.slim import MODELS, supports
from veerkracht_nb.seats.states import states
from veerkracht_nb.serve.assets import AssetTable
from veerkracht_nb.serve.pages import app_policy, environment
from veerkracht_nb.serve.slim import (
    MODULES,
    leaflet_url,
    page_values,
    place_of,
    script_json,
    slim_policy,
)
from veerkracht_nb.widgets import InfoPanel, TopBar, app_frame, buurt_kaart

STATIC = Path(__file__).parents[2] / "veerkracht_nb" / "serve" / "static"


@pytest.fixture(scope="module")
def assets() -> AssetTable:
    return AssetTable()


def render(assets: AssetTable, **other: str) -> str:
    app, title = other.pop("app", "deelnemer"), other.pop("title", "Veerdam")
    place = {"kernel": "k", "token": "t", "snapshot": "", "leaflet": "", "home": "/s/ABC234/deelnemer"}
    page = page_values(app, title, place_of(**{**place, "version": "v", **other}))
    template = environment("nl").get_template("zaal.html")
    return template.render(asset=assets.url, tokens=assets.url("huis/tokens.css"), **page)


def test_the_models_of_a_room_are_supported_and_others_are_not() -> None:
    map_ = ipyleaflet.Map(
        layers=(ipyleaflet.TileLayer(url="/x"),), attribution_control=False, zoom_control=False
    )
    room = app_frame("deelnemer", top=TopBar(), map=[w.VBox([map_])], side=InfoPanel())
    assert supports(states(room))
    for other in (w.Button(), w.Label(), w.Output()):
        assert not supports(states(w.Box([InfoPanel(), other])))
    map_.add(ipyleaflet.Marker(location=(52, 5)))
    assert not supports(states(room))


def test_a_map_that_reports_to_its_notebook_or_is_drawn_otherwise_is_not_supported() -> None:
    shapes = [box(80_000 + 1000 * i, 430_000, 81_000 + 1000 * i, 431_000) for i in range(2)]
    table = {"name": ["Een", "Twee"], "water": [False, False]}
    buurten = gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:28992", index=["BU1", "BU2"])
    assert supports(states(buurt_kaart(buurten)))
    assert not supports(states(buurt_kaart(buurten, quiet=False)))
    flat = ipyleaflet.Map(crs=ipyleaflet.projections.EPSG4326, attribution_control=False, zoom_control=False)
    assert not supports(states(flat))


def test_the_script_draws_exactly_the_models_that_are_named() -> None:
    text = "".join((STATIC / name.removeprefix("huis/")).read_text(encoding="utf-8") for name in MODULES)
    assert set(re.findall(r'^  "(\S+ \w+Model)": ', text, re.MULTILINE)) == MODELS


def test_leaflet_is_found_in_the_package_of_ipyleaflet_by_what_it_is(assets: AssetTable) -> None:
    url = leaflet_url(assets)
    name = url.removeprefix(assets.base + "/")
    assert assets.has(name) and name.startswith("labextensions/jupyter-leaflet/")
    asset = dict(assets.matching("labextensions/jupyter-leaflet/", ".js"))[name]
    assert "tileLayer" in asset.path.read_text(encoding="utf-8")


def test_without_leaflet_there_is_no_address(assets: AssetTable, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {name: asset for name, asset in assets._files.items() if "862" not in name}
    monkeypatch.setattr(assets, "_files", kept)
    assert leaflet_url(assets) == ""


def test_the_policy_compiles_nothing() -> None:
    host = "192.168.1.7:8000"
    assert "unsafe-eval" in app_policy(host) and "unsafe-eval" not in slim_policy(host)
    assert "script-src 'self' blob:;" in slim_policy(host)


def test_the_page_has_no_script_of_its_own_and_says_where_it_is(assets: AssetTable) -> None:
    html = render(assets, snapshot="abc", leaflet="/statisch/x/leaflet.js")
    told = json.loads(re.findall(r'<script id="plaats" type="application/json">(.*?)</script>', html)[0])
    assert told == {
        "kernel": "k",
        "token": "t",
        "snapshot": "abc",
        "leaflet": "/statisch/x/leaflet.js",
        "home": "/s/ABC234/deelnemer",
        "version": "v",
    }
    assert (
        html.count("<script") == 2 and "style=" not in html and "http" not in html.replace("https://", "http")
    )
    names = [
        name.removeprefix(assets.base + "/")
        for name in re.findall(r'(?:src|href)="(/statisch/\w+/huis/[^"]+)', html)
    ]
    assert all(assets.has(name) for name in names) and set(MODULES) <= set(names)
    assert 'href="/beeld/abc"' in html and 'href="/statisch/x/leaflet.js"' in html
    assert "/beeld/" not in render(assets)


def test_what_a_page_is_told_cannot_end_its_script(assets: AssetTable) -> None:
    hostile = "</script><script>alert(1)</script>"
    html = render(assets, home=hostile, title=hostile, app='"><b>')
    assert html.count("<script") == 2 and "<b>" not in html
    assert json.loads(script_json(hostile)) == hostile


def test_all_modules_that_the_script_imports_are_asked_for_at_once() -> None:
    for name in ("huis/zaal.js", *MODULES):
        text = (STATIC / name.removeprefix("huis/")).read_text(encoding="utf-8")
        imported = re.findall(r'from "\./([^"]+)"', text)
        assert {f"huis/{found}" for found in imported} <= set(MODULES)


def test_the_script_and_style_of_the_page_stay_small() -> None:
    files = [*STATIC.glob("zaal*.js"), STATIC / "zaal.css"]
    assert sum(len(gzip.compress(file.read_bytes(), 9)) for file in files) < 15_000
