"""Getting a gemeente: what is stored, in which way it came, and that a failure stores nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
from standin import CODE, Fault, Reply, Standin, as_json, zipped

from veerkracht_nb.areas.municipality import Municipality
from veerkracht_nb.errors import DataError, FileDamaged, FileMismatch, MunicipalityNotFound, ParameterError
from veerkracht_nb.signal import compute_signal
from veerkracht_nb.sources import load_national
from veerkracht_nb.sources._gpkg import read_municipality
from veerkracht_nb.sources.get import FetchError, GetReport, get_municipalities

Stored = Callable[[], dict[str, bytes]]
KEYS = ["code", "indicator", "year"]


def _stored(report: GetReport) -> Municipality:
    assert [(m.code, m.year) for m in report.municipalities] == [(CODE, 2024)]
    return read_municipality(report.municipalities[0].path)


def _same_figures(got: Municipality, veerdam: Municipality, *, rounded: tuple[str, ...] = ()) -> None:
    """Every figure of the fictional municipality came through, and none was made up."""
    merged = got.indicators.merge(veerdam.indicators, on=KEYS, suffixes=("", "_was"), how="left")
    assert merged["value_was"].notna().all()
    close = (merged["value"] - merged["value_was"]).abs() <= 1e-9
    loose = merged["indicator"].isin(["p_1p_hh", *rounded])
    assert (close | loose).all(), merged[~close & ~loose].head()
    assert (
        (merged["value"] - merged["value_was"]).abs()[loose & (merged["indicator"] == "p_1p_hh")] <= 0.51
    ).all()


def test_a_name_is_enough_for_a_map_with_a_signal(standin: Standin, veerdam: Municipality) -> None:
    told: list[tuple[str, float]] = []
    report = get_municipalities(
        ["veerdam"], services=standin.services(), progress=lambda text, share: told.append((text, share))
    )
    got = _stored(report)
    _same_figures(got, veerdam)
    assert set(got.buurten.index) == set(veerdam.buurten.index)
    assert list(got.buurten["wijk_name"]) == list(veerdam.buurten["wijk_name"])
    assert got.years("p_hh_li") == [2014, 2018, 2020, 2022]
    assert got.years("onv") == [2014, 2016, 2018, 2020, 2022, 2024]
    assert got.years("moeite_rondkomen") == [2012, 2016, 2020]
    assert compute_signal(got, profile="sociaaleconomisch")
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert any(" kB van " in text for text, _ in told)
    assert any("2016" in note for note in report.notes)


def test_provenance_says_where_and_when(standin: Standin) -> None:
    report = get_municipalities([CODE], years=[2022, 2024], services=standin.services())
    got = _stored(report)
    assert len(got.provenance) == 4
    for source in got.provenance:
        assert "Opgehaald op 20" in source.note
        assert standin.base in source.note
        assert "$select" not in source.note
        assert len(source.sha256) == 64
    assert any('ETag "v1"' in source.note for source in got.provenance)
    assert {len(item.sha256) for item in report.fetched} == {64}
    assert not [path for path, _ in standin.requests if "herkomst" in path.lower() or "Nederland_" in path]


def test_running_again_goes_on_from_the_cache(standin: Standin) -> None:
    standin.faults.append(Fault("/files/lbm.zip", lambda: Reply(b"", 500), 99))
    with pytest.raises(FetchError):
        get_municipalities([CODE], years=[2024], services=standin.services(attempts=1))
    asked = len(standin.requests)
    standin.faults.clear()
    report = get_municipalities([CODE], years=[2024], services=standin.services())
    assert standin.asked("/ogc/") > 0
    new = [path for path, _ in standin.requests[asked:]]
    assert not [path for path in new if "/ogc/" in path or "85984NED" in path]
    assert report.municipalities


@pytest.mark.parametrize(
    ("match", "reply"),
    [
        ("/files/lbm.zip", lambda: Reply(b"", 404)),
        ("/files/lbm.zip", lambda: Reply(b"<html>", 200, "text/html")),
        ("50120NED/TypedDataSet", lambda: Reply(b"", 500)),
        ("50120NED/DataProperties", lambda: as_json({"value": []})),
        ("50120NED/TypedDataSet", lambda: as_json({"value": [{"WijkenEnBuurten": "GM9901"}]})),
    ],
)
def test_a_failure_anywhere_stores_nothing(
    standin: Standin, stored: Stored, tmp_path: Path, match: str, reply: Callable[[], Reply]
) -> None:
    get_municipalities([CODE], years=[2022], kinds=(), services=standin.services())
    before = stored()
    assert len(before) == 1
    standin.faults.append(Fault(match, reply, 99))
    with pytest.raises(DataError):
        get_municipalities(
            [CODE], years=[2024], kinds=["leefbaarometer", "gezondheid"], services=standin.services()
        )
    assert stored() == before
    assert not list((tmp_path / "data").rglob("bezig-*"))


def test_an_interruption_stores_nothing_and_the_next_run_goes_on(standin: Standin, stored: Stored) -> None:
    def stop(text: str, share: float) -> None:
        if "Gezondheidsmonitor" in text:
            raise KeyboardInterrupt

    kinds = ("leefbaarometer", "gezondheid")
    with pytest.raises(KeyboardInterrupt):
        get_municipalities([CODE], years=[2024], kinds=kinds, progress=stop, services=standin.services())
    assert stored() == {}
    asked = len(standin.requests)
    assert get_municipalities([CODE], years=[2024], kinds=kinds, services=standin.services()).municipalities  # type: ignore[arg-type]
    assert [path for path, _ in standin.requests[asked:] if "50120NED" not in path] == []


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_a_truncated_zip_is_thrown_away_and_fetched_again(standin: Standin, share: float) -> None:
    whole = standin.files["lbm.zip"]
    standin.files["lbm.zip"] = whole[: int(len(whole) * share)]
    with pytest.raises(FileDamaged):
        get_municipalities([CODE], years=[2024], kinds=["leefbaarometer"], services=standin.services())
    standin.files["lbm.zip"] = whole
    assert get_municipalities(
        [CODE], years=[2024], kinds=["leefbaarometer"], services=standin.services()
    ).municipalities


def test_a_zip_with_a_path_in_it_is_refused(standin: Standin, stored: Stored) -> None:
    standin.files["lbm.zip"] = zipped(
        {"../../Leefbaarometer-scores buurten 2002-2024.csv": standin.lbm_csv()}
    )
    with pytest.raises(FileMismatch):
        get_municipalities([CODE], years=[2024], kinds=["leefbaarometer"], services=standin.services())
    assert stored() == {}


def test_only_the_newest_map_is_stored_and_earlier_ones_carry_figures_over(
    standin: Standin, stored: Stored
) -> None:
    get_municipalities([CODE], years=[2014, 2022, 2024], kinds=["kerncijfers"], services=standin.services())
    assert list(stored()) == [f"gemeenten/{CODE}-2024.gpkg"]
    assert standin.asked("/ogc/historisch/") > 0


def test_without_maps_of_earlier_years_figures_still_come(standin: Standin, veerdam: Municipality) -> None:
    report = get_municipalities(
        [CODE], years=[2018, 2024], kinds=["kerncijfers"], earlier_borders=False, services=standin.services()
    )
    assert standin.asked("/ogc/historisch/") == 0
    assert _stored(report).years("p_hh_li") == [2018]


def test_earlier_maps_that_are_not_there_are_noted(standin: Standin) -> None:
    standin.historic = False
    report = get_municipalities(
        [CODE], years=[2018, 2024], kinds=["kerncijfers"], services=standin.services()
    )
    assert report.municipalities
    assert any("2018" in note for note in report.notes)


@pytest.mark.parametrize("broken", ["/ogc/", "/ogc/ en /wfs/"])
def test_the_second_and_third_way_to_the_map(standin: Standin, veerdam: Municipality, broken: str) -> None:
    first = get_municipalities([CODE], years=[2024], kinds=(), services=standin.services())
    whole = _stored(first)
    for match in broken.split(" en "):
        standin.faults.append(Fault(match, lambda: Reply(b"", 503), 999))
    standin.files["kaart_2024_v1.zip"] = zipped({"map/kaart.gpkg": _map_file(standin)})
    folder = first.municipalities[0].path.parent.parent / "anders"
    report = get_municipalities([CODE], years=[2024], kinds=(), services=standin.services(), folder=folder)
    got = _stored(report)
    assert any("want eerder lukte het niet" in note for note in report.notes)
    assert len(got.buurten) == len(whole.buurten)
    assert got.buurten.geometry.area.sum() == pytest.approx(whole.buurten.geometry.area.sum())
    assert got.table(2024)["a_inw"].equals(whole.table(2024)["a_inw"])


def _map_file(standin: Standin) -> bytes:
    """The yearly GeoPackage of the stand-in."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kaart.gpkg"
        for layer in ("buurten", "wijken"):
            frame = gpd.GeoDataFrame.from_features(standin.features(layer, 2024), crs=28992)
            frame.to_file(path, layer=layer, driver="GPKG")
        return path.read_bytes()


def test_when_every_way_fails_the_error_names_them_all(standin: Standin, stored: Stored) -> None:
    standin.faults += [
        Fault(match, lambda: Reply(b"", 503), 999) for match in ("/ogc/", "/wfs/", "/files/kaart")
    ]
    with pytest.raises(FetchError) as caught:
        get_municipalities([CODE], years=[2024], services=standin.services())
    assert "OGC API" in caught.value.expected
    assert "WFS" in caught.value.expected
    assert "jaarbestand" in caught.value.expected
    assert stored() == {}


def test_without_internet_nothing_is_waited_for_or_stored(stored: Stored) -> None:
    with pytest.raises(FetchError) as caught:
        get_municipalities(["Vlaardingen"])
    assert "api.pdok.nl" in caught.value.message + caught.value.host
    assert "data import" in caught.value.todo
    assert stored() == {}


def test_the_excel_file_is_the_second_way_to_core_figures(standin: Standin, veerdam: Municipality) -> None:
    standin.faults.append(Fault("/api/85318NED", lambda: Reply(b"<html>onderhoud", 200, "text/html"), 999))
    standin.faults.append(Fault("/feed/85318NED", lambda: Reply(b"<html>onderhoud", 200, "text/html"), 999))
    # The name without a hyphen, which is the second pattern.
    standin.files["kwb2022.xlsx"] = standin.kwb_workbook(2022)
    report = get_municipalities([CODE], years=[2022], kinds=["kerncijfers"], services=standin.services())
    got = read_municipality(report.municipalities[0].path)
    _same_figures(got, veerdam)
    assert got.table(2022)["p_hh_li"].notna().sum() == veerdam.table(2022)["p_hh_li"].notna().sum()
    assert any("Excel" in note for note in report.notes)


def test_a_year_that_was_asked_for_must_be_there(standin: Standin, stored: Stored) -> None:
    with pytest.raises(FetchError, match="2016"):
        get_municipalities([CODE], years=[2016, 2024], services=standin.services())
    assert stored() == {}


def test_the_whole_country_comes_from_the_feed_in_pages(standin: Standin) -> None:
    standin.files["kaart_2024_v2.gpkg"] = _map_file(standin)
    report = get_municipalities([], everything=True, years=[2022, 2024], services=standin.services())
    assert {m.code for m in report.municipalities} == {CODE, "GM9902"}
    assert {m.year for m in report.municipalities} == {2024}
    assert standin.asked("/feed/85318NED/TypedDataSet") > 1
    assert standin.asked("/ogc/") == 0
    assert load_national(["onv"]) is None  # two gemeenten are no country


# -- which gemeente --------------------------------------------------------------------------------------


def test_several_gemeenten_at_once_and_one_twice(standin: Standin) -> None:
    report = get_municipalities(
        ["veerdam", "9902", CODE], years=[2024], kinds=(), services=standin.services()
    )
    assert [m.code for m in report.municipalities] == [CODE, "GM9902"]


def test_a_name_of_two_gemeenten_asks_which(standin: Standin, stored: Stored) -> None:
    with pytest.raises(MunicipalityNotFound, match="meer gemeenten") as caught:
        get_municipalities(["Bergen"], services=standin.services())
    assert "GM0373, Noord-Holland" in caught.value.expected
    assert "code" in caught.value.todo


def test_a_mistyped_name_gets_suggestions(standin: Standin) -> None:
    with pytest.raises(MunicipalityNotFound, match="Vlardingen") as caught:
        get_municipalities(["Vlardingen"], services=standin.services())
    assert "Vlaardingen (GM0622)" in caught.value.expected


def test_names_are_found_through_the_list_when_the_locatieserver_is_out(standin: Standin) -> None:
    standin.faults.append(Fault("/locatie/", lambda: Reply(b"", 503), 99))
    report = get_municipalities(["Veerdam"], years=[2024], kinds=(), services=standin.services())
    assert report.municipalities[0].code == CODE
    with pytest.raises(MunicipalityNotFound, match="meer gemeenten"):
        get_municipalities(["Bergen"], years=[2024], services=standin.services())


def test_a_code_without_buurten_is_told(standin: Standin, stored: Stored) -> None:
    with pytest.raises(MunicipalityNotFound, match="GM0001"):
        get_municipalities(["GM0001"], years=[2024], services=standin.services())
    assert standin.asked("/wfs/") == 0
    assert stored() == {}


@pytest.mark.parametrize(
    ("names", "more"),
    [
        ([], {}),
        ([CODE], {"everything": True}),
        ([CODE], {"years": [1990]}),
        ([CODE], {"years": []}),
        ([""], {}),
    ],
)
def test_questions_that_make_no_sense_are_refused_at_once(
    standin: Standin, names: list[str], more: dict[str, object]
) -> None:
    with pytest.raises((ParameterError, MunicipalityNotFound)):
        get_municipalities(names, services=standin.services(), **more)  # type: ignore[arg-type]
    assert standin.requests == []


def test_a_report_in_sentences(standin: Standin) -> None:
    lines = get_municipalities([CODE], years=[2024], kinds=(), services=standin.services()).lines()
    assert "antwoorden" in lines[0]
    assert "Veerdam (GM9901), grenzen van 2024: 49 buurten" in lines[1]
