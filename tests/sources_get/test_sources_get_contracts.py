"""The parsers take the publishers' recorded answers, where those are on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest
from standin import CODE, Fault, Reply, Standin

from veerkracht_nb.sources._gpkg import read_municipality
from veerkracht_nb.sources.get import FetchError, get_municipalities
from veerkracht_nb.sources.get.boundaries import collection_pages
from veerkracht_nb.sources.get.http import Fetcher
from veerkracht_nb.sources.get.kwb import TOPICS
from veerkracht_nb.sources.get.odata import Table, get_properties
from veerkracht_nb.sources.get.progress import Steps

pytestmark = pytest.mark.shared


@contextmanager
def _fetching(standin: Standin, tmp_path: Path) -> Iterator[Fetcher]:
    steps = Steps(tell=lambda text, share: None, total=1)
    with Fetcher(tmp_path / "cache", standin.services().limits, steps) as fetcher:
        yield fetcher


def _recorded(path: Path) -> bytes:
    if not path.is_file():
        pytest.skip(f"{path.name} is not on this machine")
    return path.read_bytes()


def test_recorded_pages_are_read_and_the_link_to_the_next_is_followed(
    standin: Standin, shared_data: Path, tmp_path: Path
) -> None:
    body = _recorded(shared_data / "contracts/gokoala/expected_foo_collection_with_cursor.json")
    body = body.replace(b"http://localhost:8080", standin.base.encode())
    last = _recorded(shared_data / "contracts/gokoala/expected_empty_feature_collection.json")
    standin.faults += [
        Fault("/ogc/2024/collections/buurten", lambda: Reply(body, 200, "application/geo+json")),
        Fault("/collections/foo/items?cursor=DwA%7CNwyr1Q", lambda: Reply(last, 200, "application/geo+json")),
    ]
    with _fetching(standin, tmp_path) as fetcher:
        pages = list(collection_pages(fetcher, standin.services(), "buurten", 2024, {}))
    assert [len(page.features) for page in pages] == [2, 0]


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("expected_query_timeout_features.json", 500, "took too long"),
        ("expected_feature_404.json", 404, "does not exist"),
        ("expected_straatnaam_not_allowed_value.json", 400, "not one of the allowed values"),
    ],
)
def test_recorded_problems_are_told(
    standin: Standin, shared_data: Path, tmp_path: Path, name: str, status: int, words: str
) -> None:
    body = _recorded(shared_data / "contracts/gokoala" / name)
    standin.faults.append(Fault("/proef", lambda: Reply(body, status, "application/problem+json"), 9))
    with _fetching(standin, tmp_path) as fetcher, pytest.raises(FetchError) as caught:
        fetcher.json(standin.base + "/proef", "proef")
    assert words in caught.value.got


def test_recorded_topics_of_2024_are_all_found(standin: Standin, shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "metadata/85984NED_DataProperties.csv"
    _recorded(path)
    table = pd.read_csv(path, dtype={"ID": "Int64", "ParentID": "Int64"}).astype("object")
    rows = table.where(table.notna(), None).to_dict("records")
    body = json.dumps({"odata.metadata": "x", "value": rows}, default=int).encode()
    standin.faults.append(Fault("85984NED/DataProperties", lambda: Reply(body)))
    with _fetching(standin, tmp_path) as fetcher:
        properties = get_properties(fetcher, Table(id="85984NED", api=standin.base + "/api", feed=""))
    found = {key: properties.find(topic) for key, topic in TOPICS.items()}
    assert [key for key, column in found.items() if column is None] == []
    assert found["p_hh_li"] == "k_40HuishoudensMetLaagsteInkomen_77"
    assert found["p_hh_lkk"] == "HuishoudensMetEenLaagInkomen_79"
    assert found["a_soz_wb"] == "PersonenPerSoortUitkeringBijstand_84"
    assert found["p_wcorpw"] == "InBezitWoningcorporatie_43"


def test_recorded_features_of_a_real_gemeente_become_a_map(standin: Standin, shared_data: Path) -> None:
    data = json.loads(_recorded(shared_data / "contracts/pdok_buurten_baarn_GM0308.geojson"))
    page = json.dumps({"type": "FeatureCollection", "links": [], "features": data["features"]}).encode()
    standin.faults.append(
        Fault("/ogc/2024/collections/buurten", lambda: Reply(page, 200, "application/geo+json"), 9)
    )
    report = get_municipalities(["GM0308"], years=[2024], kinds=(), services=standin.services())
    got = read_municipality(report.municipalities[0].path)
    assert (got.code, got.name, len(got.buurten)) == ("GM0308", "Baarn", 21)
    assert got.table(2024).loc["BU03080000", "a_inw"] == 1825
    assert (got.indicators["value"] > -90000).all()
    assert got.buurten.total_bounds[0] > 100_000
    assert CODE not in report.lines()[1]
