"""The publishers' files of Vlaardingen, Rotterdam and Maassluis."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from veerkracht_nb.areas import Municipality
from veerkracht_nb.sources.importing import ImportReport, import_files
from veerkracht_nb.sources.store import load_national, read_municipality
from veerkracht_nb.sources.wijkenbuurten import read_wijkenbuurten

pytestmark = pytest.mark.shared
TOWNS = {"GM0622": "vlaardingen", "GM0599": "rotterdam", "GM0556": "maassluis"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("echt")


@pytest.fixture(scope="module")
def report(shared_data: Path, folder: Path) -> Iterator[ImportReport]:
    rivm = shared_data / "kwetsbaarheid" / "rivm_gezondheidsmonitor_18plus_2012_2016_2020_nl.parquet"
    yield import_files([rivm, shared_data / "ruw"], folder=folder)


@pytest.fixture(scope="module")
def towns(report: ImportReport) -> dict[str, Municipality]:
    return {m.code: read_municipality(m.path) for m in report.municipalities if m.code in TOWNS}


def _number(m: Municipality, indicator: str, year: int) -> int:
    return int(((m.indicators["indicator"] == indicator) & (m.indicators["year"] == year)).sum())


def test_every_gemeente_with_buurten_is_prepared(report: ImportReport) -> None:
    assert len(report.municipalities) == 9
    assert sum(m.buurten for m in report.municipalities) == 537
    assert {m.year for m in report.municipalities} == {2024}


@pytest.mark.parametrize(
    ("code", "buurten", "onv"), [("GM0622", 40, 37), ("GM0599", 91, 87), ("GM0556", 19, 19)]
)
def test_buurten_and_scores_are_all_there(
    towns: dict[str, Municipality], code: str, buurten: int, onv: int
) -> None:
    m = towns[code]
    assert len(m.buurten) == buurten
    both = m.table(2014)["onv"].notna() & m.table(2024)["onv"].notna()
    assert both.sum() == onv
    assert m.years("onv") == [2014, 2018, 2020, 2022, 2024]
    assert m.years("afw")[0] == 2002
    assert m.years("moeite_rondkomen") == [2012, 2016, 2020]


def test_known_figures_of_one_buurt(towns: dict[str, Municipality]) -> None:
    m = towns["GM0622"]
    assert m.buurten.loc["BU06220101", "name"] == "Indische Buurt"
    assert m.buurten.loc["BU06220101", "wijk_name"] == "Centrum"
    assert m.buurten.loc["BU06220101", ["inwoners", "huishoudens"]].tolist() == [3785, 1655]
    assert m.series("BU06220101", "onv").loc[2014] == -0.0954
    assert m.series("BU06220101", "moeite_rondkomen").to_dict() == {2012: 24.2, 2016: 22.1, 2020: 16.5}
    assert m.table(2024).loc["BU06220101", ["p_wcorpw", "a_soz_wb", "a_soz_ao"]].tolist() == [39, 120, 130]


@pytest.mark.parametrize("code", TOWNS)
def test_figures_agree_with_a_table_made_apart(
    towns: dict[str, Municipality], code: str, shared_data: Path
) -> None:
    expected = pd.read_csv(shared_data / "gemeenten" / TOWNS[code] / "indicatoren.csv").set_index("buurtcode")
    m = towns[code]
    pairs = [
        ("p_huurw", 2024, "percentage_huurwoningen"),
        ("p_wcorpw", 2024, "perc_huurwoningen_in_bezit_woningcorporaties"),
        ("g_wozbag", 2024, "gemiddelde_woningwaarde"),
        ("a_soz_ao", 2024, "aantal_personen_met_een_ao_uitkering_totaal"),
        ("moeite_rondkomen", 2020, "moeite_rondkomen_2020"),
        ("ernstig_eenzaam", 2012, "ernstig_eenzaam_2012"),
        ("onv", 2014, "lbm_onv_2014"),
        ("afw", 2024, "lbm_afw_2024"),
    ]
    for indicator, year, column in pairs:
        mine, theirs = m.table(year)[indicator].align(expected[column])
        pd.testing.assert_series_equal(mine, theirs, check_names=False, check_dtype=False)


def test_age_groups_from_percentages_are_close_to_the_published_counts(
    towns: dict[str, Municipality], shared_data: Path
) -> None:
    expected = pd.read_csv(shared_data / "gemeenten" / "rotterdam" / "indicatoren.csv").set_index("buurtcode")
    table = towns["GM0599"].table(2024)
    off = (table["a_25_44"] - expected["a_25_44"]).abs().dropna()
    assert len(off) > 70
    assert (off <= 8 + 0.006 * expected["a_inw"].reindex(off.index)).all()


def test_sentinels_are_missing_and_nothing_became_zero(
    towns: dict[str, Municipality], shared_data: Path
) -> None:
    read = read_wijkenbuurten(shared_data / "ruw" / "pdok" / "wijkenbuurten_2024_rijnmond.gpkg")
    assert read.figures["value"].min() >= 0
    filled = read.figures[read.figures["indicator"] == "p_wcorpw"]["code"].nunique()
    assert filled < 537
    for m in towns.values():
        assert not m.indicators["value"].isna().any()
        assert (m.indicators["value"] > -10).all()


def test_hoogstad_with_five_inhabitants_has_no_shares(towns: dict[str, Municipality]) -> None:
    assert pd.isna(towns["GM0622"].table(2024).loc["BU06220104", "p_wcorpw"])


def test_border_changes_marked_by_cbs_are_kept(towns: dict[str, Municipality]) -> None:
    assert len(towns["GM0599"].changes) == 9
    assert {change.kind for change in towns["GM0599"].changes} == {"grens gewijzigd"}
    assert towns["GM0622"].changes == ()


def test_the_whole_country_is_kept_for_comparison(report: ImportReport, folder: Path) -> None:
    national = load_national(["moeite_rondkomen", "ernstig_eenzaam"], folder)
    assert national is not None
    assert national["code"].nunique() > 12_900
    assert national.groupby("indicator")["value"].mean().between(5, 20).all()


def test_the_geojson_of_the_pdok_service_is_read_too(shared_data: Path) -> None:
    read = read_wijkenbuurten(shared_data / "contracts" / "pdok_buurten_baarn_GM0308.geojson")
    assert len(read.buurten) == 21 and read.year == 2024
    assert read.buurten.crs.to_epsg() == 28992
    assert "p_hh_li" not in set(read.figures["indicator"])


def test_small_changes_in_a_name_of_a_file_do_not_matter(
    shared_data: Path, tmp_path: Path, folder: Path
) -> None:
    source = shared_data / "ruw" / "leefbaarometer" / "Leefbaarometer-scores buurten 2002-2024.csv"
    copy = tmp_path / "download (1).csv"
    copy.write_bytes(source.read_bytes())
    report = import_files(
        [copy, shared_data / "ruw" / "pdok"], gemeenten=["Maassluis"], folder=tmp_path / "d"
    )
    assert [m.name for m in report.municipalities] == ["Maassluis"]
