"""The start page: what can be opened from it, own profiles in the form, and the country."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from veerkracht_nb.serve import Server
from veerkracht_nb.serve.rendering import ANALYST_PAGES
from veerkracht_nb.serve.sessions import CountryRow, Desk, NewSession
from veerkracht_nb.sources import load_municipality, save_municipality
from veerkracht_nb.sources.own_keeping import import_own_table
from veerkracht_nb.sources.own_model import OwnColumn, OwnTableChoice
from veerkracht_nb.sources.own_table import read_own_table

from .conftest import xsrf

TITLE = 'Meldingen <b>"x"</b>'


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gemeente with an own table, made once."""
    folder = tmp_path_factory.mktemp("gemeente")
    made = replace(load_municipality("GM9901"), code="GM9902", name="Proefdam", fictional=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VEERKRACHT_DATA", str(folder))
        save_municipality(made)
        land = made.buurten.index[~made.buurten["water"]]
        lines = [f"{code};{place % 17},5;{place % 11},5" for place, code in enumerate(land)]
        (folder / "eigen.csv").write_text("\n".join(["buurtcode;oud;nieuw", *lines]))
        table = read_own_table(folder / "eigen.csv")
        columns = tuple(
            OwnColumn(column=name, label="meldingen", higher_is="worse", year=year)
            for name, year in (("oud", 2014), ("nieuw", 2022))
        )
        choice = OwnTableChoice(
            title=TITLE, source="Proefdam", code_column="buurtcode", columns=columns, year=2022
        )
        path, _checked = import_own_table(table, made, choice)
    return path


@pytest.fixture
def with_own_table(prepared: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "gemeenten"
    folder.mkdir(parents=True)
    (folder / prepared.name).write_bytes(prepared.read_bytes())


def options(page: str, name: str) -> dict[str, str]:
    """Return the options of a list by value."""
    (field,) = re.findall(rf'<select id="{name}".*?</select>', page, re.DOTALL)
    return {
        html.unescape(value): html.unescape(text)
        for value, text in re.findall(r'<option value="([^"]*)"[^>]*>([^<]*)</option>', field)
    }


def test_every_gemeente_has_its_pages(administrator: httpx.Client, with_own_table: None) -> None:
    page = administrator.get("/").text
    addresses = re.findall(r'href="(/[a-z]+\?gemeente=GM\d{4})"', page)
    for name in set(ANALYST_PAGES) - {"landelijk"}:
        assert f"/{name}?gemeente=GM9902" in addresses
        assert f"/{name}?gemeente=GM9901" in addresses
    # Of a gemeente that was made up nothing is kept; one may practise.
    assert page.count("(oefenen)") == 1
    for address in addresses:
        assert administrator.get(address).status_code == 503, "may come in, but this server has no kernels"


def test_a_notebook_that_is_not_there_is_not_offered(
    app: Server, administrator: httpx.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "config", replace(app.config, notebooks=tmp_path))
    assert "/wandkaart?" not in administrator.get("/").text
    assert administrator.get("/wandkaart").status_code == 404


def test_own_profiles_are_in_the_form_and_belong_to_their_gemeente(
    app: Server, administrator: httpx.Client, with_own_table: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = administrator.get("/").text
    offered = options(page, "profiel")
    (own,) = [value for value in offered if value.startswith("GM9902:")]
    assert offered[own] == TITLE and TITLE not in page, "as text, not as markup"
    made: list[NewSession] = []
    real = Desk.create
    monkeypatch.setattr(app.desk, "create", lambda new: made.append(new) or real(app.desk, new))
    form = {"gemeente": "GM9902", "profiel": own, "titel": "Proef"}
    wrong = administrator.post("/sessies", data={**form, "gemeente": "GM9901", **xsrf(administrator)})
    assert wrong.status_code == 409 and "andere gemeente" in wrong.text and not made
    assert f'value="{html.escape(own)}" selected' in wrong.text, "the form stays as it was filled in"
    right = administrator.post("/sessies", data={**form, **xsrf(administrator)})
    assert right.status_code == 303, right.text
    (session,) = app.desk.sessions()
    kept = session.state().made
    assert kept is not None and (kept.municipality, kept.profile) == ("GM9902", own.split(":")[1])


@pytest.mark.parametrize("profile", ["GM9902:eigen_onzin", "eigen_meldingen", "../x", ""])
def test_a_profile_that_is_not_offered_is_refused(
    administrator: httpx.Client, with_own_table: None, profile: str
) -> None:
    form = {"gemeente": "GM9902", "profiel": profile, **xsrf(administrator)}
    assert administrator.post("/sessies", data=form).status_code == 400


def test_own_profiles_are_read_once(
    tmp_path: Path, with_own_table: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path / "sessies")
    first = desk.own_profiles()
    monkeypatch.setattr("veerkracht_nb.sources.load_municipality", lambda *_: pytest.fail("read again"))
    assert desk.own_profiles() == first and len(first) == 1


def test_without_national_files_the_page_says_what_to_do(administrator: httpx.Client) -> None:
    page = administrator.get("/").text
    assert "veerkracht data country" in page and 'href="/landelijk"' not in page


def test_with_national_files_every_gemeente_can_be_chosen(
    app: Server, administrator: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = (("GM0796", "'s-Hertogenbosch"), ("GM1900", "Súdwest-Fryslân <i>"))
    monkeypatch.setattr(app.desk, "country", lambda: CountryRow(year=2024, gemeenten=names))
    page = administrator.get("/").text
    assert 'href="/landelijk"' in page and "<i>" not in page
    assert options(page, "landgemeente") == dict(names)
    assert set(dict(names)) <= set(options(page, "gemeente"))
    assert administrator.get("/quickscan?gemeente=GM1900").status_code == 503
    assert administrator.get("/quickscan?gemeente=GM0518").status_code == 400
    # A country without borders: a picture, and nothing to choose from.
    monkeypatch.setattr(app.desk, "country", lambda: CountryRow(year=None, gemeenten=()))
    page = administrator.get("/").text
    assert 'href="/landelijk"' in page and "landgemeente" not in page
