"""Each trap of the publishers' services, one by one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from standin import CODE, Fault, Reply, Standin, as_json, kwb_properties

from veerkracht_nb.areas.municipality import Municipality
from veerkracht_nb.sources._gpkg import read_municipality
from veerkracht_nb.sources.get import FetchError, get_municipalities
from veerkracht_nb.sources.get.http import Fetched
from veerkracht_nb.sources.get.kwb import TOPICS, read_excel
from veerkracht_nb.sources.get.odata import Properties, Topic

_NOW = datetime(2026, 1, 1, tzinfo=UTC)


def _get(standin: Standin, *kinds: str, year: int = 2024, folder: Path | None = None) -> Municipality:
    report = get_municipalities(
        [CODE],
        years=[year],
        kinds=kinds,  # type: ignore[arg-type]
        services=standin.services(),
        folder=folder,
    )
    return read_municipality(report.municipalities[0].path)


# -- PDOK ------------------------------------------------------------------------------------------------


def test_a_limit_that_is_capped_silently_loses_no_buurt(standin: Standin, veerdam: Municipality) -> None:
    standin.cap = 7
    assert len(_get(standin).buurten) == len(veerdam.buurten)
    assert standin.asked("cursor=") >= 7
    assert standin.asked("limit=1000") == standin.asked("/ogc/")


def test_only_known_parameters_are_asked(standin: Standin) -> None:
    _get(standin)
    assert standin.asked("/wfs/") == 0  # a 400 would have sent us there


def test_an_unknown_parameter_leads_to_the_second_way(standin: Standin) -> None:
    detail = "unknown query parameter(s) found: gemeentecode"
    standin.faults.append(Fault("gemeentecode", lambda: as_json({"status": 400, "detail": detail}, 400), 1))
    assert len(_get(standin).buurten) == 49
    assert standin.asked("/wfs/") > 0


def test_a_cursor_that_goes_round_ends(standin: Standin) -> None:
    page = {"type": "FeatureCollection", "features": [], "links": [{"rel": "next", "href": "?cursor=x"}]}
    standin.faults.append(
        Fault("/ogc/2024/collections/buurten", lambda: as_json(page, kind="application/geo+json"), 999)
    )
    standin.faults.append(Fault("/wfs/", lambda: Reply(b"", 503), 999))
    with pytest.raises(FetchError) as caught:
        _get(standin)
    assert "zonder einde" in caught.value.got
    assert standin.asked("/ogc/2024/collections/buurten") < 10


def test_a_next_link_to_another_host_is_not_followed(standin: Standin) -> None:
    links = [{"rel": "next", "href": "https://elders.example/?cursor=x"}]
    page = {"type": "FeatureCollection", "features": [], "links": links}
    standin.faults.append(Fault("/ogc/2024/collections/buurten", lambda: as_json(page), 999))
    standin.faults.append(Fault("/wfs/", lambda: Reply(b"", 503), 999))
    with pytest.raises(FetchError) as caught:
        _get(standin)
    assert "verwijst door" in caught.value.got


def test_a_slow_query_is_asked_in_smaller_pages(standin: Standin) -> None:
    text = "querying the features took too long (timeout encountered)"
    standin.faults.append(Fault("limit=1000", lambda: as_json({"status": 500, "detail": text}, 500), 999))
    assert len(_get(standin).buurten) == 49
    assert standin.asked("limit=200") > 0
    assert standin.asked("/wfs/") == 0


def test_a_server_that_ignores_the_coordinate_system_is_noticed(
    standin: Standin, veerdam: Municipality
) -> None:
    standin.ignores_crs = True
    got = _get(standin)
    for side, expected in zip(got.buurten.total_bounds, veerdam.buurten.total_bounds, strict=True):
        assert side == pytest.approx(expected, abs=1)


def test_a_server_that_ignores_the_filter_gives_no_other_gemeente(standin: Standin) -> None:
    standin.ignores_filter = True
    assert {code[2:6] for code in _get(standin).buurten.index} == {"9901"}


def test_both_spellings_of_a_property_give_the_same_figures(standin: Standin, tmp_path: Path) -> None:
    one = _get(standin, folder=tmp_path / "een")
    standin.spelling = 1
    two = _get(standin, folder=tmp_path / "twee")
    assert one.indicators.equals(two.indicators)
    assert len(one.indicators) > 500


def test_sentinels_never_become_figures(standin: Standin) -> None:
    got = _get(standin)
    assert (got.indicators["value"] > -90000).all()
    assert got.table(2024).reindex(got.buurten.index)["a_inw"].isna().any()


def test_a_feature_without_a_place_or_a_page_without_features_is_no_map(standin: Standin) -> None:
    for match in ("/ogc/", "/wfs/"):
        standin.faults.append(Fault(match, lambda: as_json({"type": "FeatureCollection"}), 999))
    with pytest.raises(FetchError):
        _get(standin)


# -- CBS -------------------------------------------------------------------------------------------------


def _properties(year: int) -> Properties:
    fetched = Fetched(
        what="",
        address="https://opendata.cbs.nl/",
        at=_NOW,
        etag="",
        last_modified="",
        sha256="",
        size=0,
        from_cache=False,
    )
    rows = kwb_properties(year)
    groups = {row["ID"]: row["Title"].lower() for row in rows if row["Type"] == "TopicGroup"}
    topics = tuple((row["Key"], groups[row["ParentID"]]) for row in rows if row["Type"] == "Topic")
    return Properties(region="WijkenEnBuurten", dimensions=(), topics=topics, fetched=fetched)


@pytest.mark.parametrize("year", [2014, 2018, 2024])
def test_a_topic_is_found_whatever_its_number_and_in_its_own_group(year: int) -> None:
    properties = _properties(year)
    rows = {row["Key"]: row for row in kwb_properties(year) if row["Type"] == "Topic"}
    for key, topic in TOPICS.items():
        found = properties.find(topic)
        assert found is not None
        assert rows[found]["standin"] == key


def test_the_same_key_twice_without_a_group_to_tell_them_apart_is_refused() -> None:
    with pytest.raises(FetchError, match="meer kolommen"):
        _properties(2024).find(Topic(stems=("Nederland",)))
    assert _properties(2024).find(Topic(stems=("BestaatNiet",))) is None


def test_figures_about_origin_are_never_asked(standin: Standin) -> None:
    _get(standin, "kerncijfers")
    assert standin.asked("Nederland") == 0


def test_padded_codes_and_rows_of_other_levels(standin: Standin, veerdam: Municipality) -> None:
    got = _get(standin, "kerncijfers", year=2022)
    assert set(got.indicators["code"]) <= set(veerdam.buurten.index)
    assert not got.indicators["code"].str.contains(" ").any()


def test_more_than_ten_thousand_records_is_split_and_not_tried_again(
    standin: Standin, veerdam: Municipality
) -> None:
    standin.records = 30
    got = _get(standin, "kerncijfers", year=2022)
    assert got.table(2022)["a_inw"].equals(veerdam.table(2022)["a_inw"])
    whole = [path for path, _ in standin.requests if "'BU9901')" in path and "85318NED" in path]
    assert len(whole) == 1
    assert standin.asked("'BU99010')") > 0


def test_the_feed_takes_over_and_its_pages_are_all_read(standin: Standin, veerdam: Municipality) -> None:
    standin.faults.append(Fault("/api/85318NED/TypedDataSet", lambda: Reply(b"", 503), 999))
    got = _get(standin, "kerncijfers", year=2022)
    assert got.table(2022)["a_inw"].equals(veerdam.table(2022)["a_inw"])
    assert standin.asked("/feed/85318NED/TypedDataSet") == 2


def test_a_feed_that_goes_round_ends(standin: Standin) -> None:
    standin.faults.append(Fault("/api/85318NED/TypedDataSet", lambda: Reply(b"", 503), 999))
    loop = {"value": [], "odata.nextLink": "TypedDataSet?$skip=0"}
    standin.faults.append(Fault("/feed/85318NED", lambda: as_json(loop), 999))
    with pytest.raises(FetchError):
        _get(standin, "kerncijfers", year=2022)
    assert standin.asked("/feed/") < 10


def test_null_is_missing_and_a_count_per_thousand_stays_one(standin: Standin, veerdam: Municipality) -> None:
    got = _get(standin, "kerncijfers", year=2022).table(2022).reindex(veerdam.buurten.index)
    was = veerdam.table(2022).reindex(veerdam.buurten.index)
    assert got["p_hh_li"].isna().sum() == was["p_hh_li"].isna().sum()
    assert (got["a_inw"].isna() == was["a_inw"].isna()).all()


def test_blanks_behind_column_names_decimal_commas_and_points_in_the_workbook(
    standin: Standin, tmp_path: Path
) -> None:
    path = tmp_path / "kwb-2024.xlsx"
    path.write_bytes(standin.kwb_workbook(2022))
    table, code = read_excel(path)
    assert code == "gwb_code_10"
    assert not [name for name in table if name != name.strip()]
    cells = [str(cell) for cell in table.to_numpy().ravel()]
    assert any(cell.strip() == "." for cell in cells)
    assert any("," in cell for cell in cells)


# -- RIVM ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("padded", [False, True])
def test_the_group_of_eighteen_and_older_without_margins(
    standin: Standin, veerdam: Municipality, padded: bool
) -> None:
    standin.pad_dimensions = padded
    got = _get(standin, "gezondheid")
    for year in (2012, 2016, 2020):
        assert got.table(year)["moeite_rondkomen"].equals(veerdam.table(year)["moeite_rondkomen"])
    assert standin.asked("Overgewicht") == 0
