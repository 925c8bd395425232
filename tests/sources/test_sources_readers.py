from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sources_made import cbs_map, lbm_text, rivm_text

from veerkracht_nb.errors import FileMismatch
from veerkracht_nb.sources._files import numbers
from veerkracht_nb.sources.leefbaarometer import read_leefbaarometer
from veerkracht_nb.sources.rivm import read_rivm, topic_of
from veerkracht_nb.sources.wijkenbuurten import read_wijkenbuurten

HERE = Path("proef.csv")


@given(st.lists(st.sampled_from([-99990, -99991, -99995, -99997, -99999999]), min_size=1))
def test_sentinels_never_become_numbers(values: list[int]) -> None:
    for column in (
        pd.Series(values),
        pd.Series(values, dtype="float64"),
        pd.Series([str(v) for v in values]),
    ):
        assert numbers(column, HERE).isna().all()


@given(st.floats(-99_989, 1e9, allow_nan=False))
def test_real_figures_survive_with_point_or_comma(value: float) -> None:
    text = f"{value:.4f}"
    read = numbers(pd.Series([text, text.replace(".", ","), f" {text} "]), HERE)
    assert all(math.isclose(item, float(text), abs_tol=1e-9) for item in read)


@pytest.mark.parametrize("absent", ["", ".", "NA", "x", ",", "   "])
def test_every_way_to_write_missing_is_missing(absent: str) -> None:
    assert numbers(pd.Series([absent, "1"]), HERE).isna().tolist() == [True, False]


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.from_regex(r"BU[0-9]{4}[0-9A-Z]{4}", fullmatch=True), st.integers(2002, 2030), st.floats(-1, 1)
        ),
        min_size=1,
        max_size=8,
        unique_by=lambda row: row[:2],
    )
)
def test_leefbaarometer_scores_survive_separator_decimal_and_byte_order_mark(
    tmp_path: Path, rows: list[tuple[str, int, float]]
) -> None:
    rows = [(code, year, round(onv, 6)) for code, year, onv in rows]
    text = lbm_text(rows).replace("Naam, met komma", "Naam")
    dutch = "\n".join(
        ";".join(cell.replace(".", ",") for cell in line.split(",")) for line in text.splitlines()
    )
    for content in (text, "\ufeff" + text, text.replace("\n", "\r\n"), dutch + "\n", text.replace(",", "\t")):
        path = tmp_path / "scores.csv"
        path.write_text(content, newline="", encoding="utf-8")
        table = read_leefbaarometer(path).table
        onv = table[table["indicator"] == "onv"].set_index(["code", "year"])["value"]
        assert onv.to_dict() == {(code, year): pytest.approx(value) for code, year, value in rows}


@pytest.mark.parametrize("suffix", [38, 44, 101])
def test_the_number_behind_a_topic_may_move(tmp_path: Path, suffix: int) -> None:
    path = tmp_path / "rivm.csv"
    path.write_text(rivm_text([("BU99020101", "2020JJ00", "13.5")], suffix=suffix), newline="")
    table = read_rivm(path).table
    assert dict(zip(table["indicator"], table["value"], strict=True)) == {
        "moeite_rondkomen": 13.5,
        "hoog_risico_angst_depressie": 6.0,
    }


def test_a_topic_is_its_name_without_number() -> None:
    assert topic_of(" MoeiteMetRondkomen_38 ") == "moeitemetrondkomen"
    assert topic_of("gwb_code") == "gwb_code"


def test_of_more_ages_and_margins_the_estimate_of_adults_is_read(tmp_path: Path) -> None:
    path = tmp_path / "rivm.csv"
    lines = ["WijkenEnBuurten;Leeftijd;Marges;Perioden;MoeiteMetRondkomen_9;Eenzaam_8;Mantelzorger_7"]
    for age, margin, value in [("20300", "MW00000", 12), ("20300", "MOG0095", 10), ("80200", "MW00000", 7)]:
        lines.append(f"BU99020101;{age};{margin};2020JJ00;{value};1;1")
    path.write_text("\n".join(lines) + "\n")
    table = read_rivm(path).table
    assert table.loc[table["indicator"] == "moeite_rondkomen", "value"].tolist() == [12]
    path.write_text("\n".join(line.replace("20300", "99999") for line in lines) + "\n")
    with pytest.raises(FileMismatch, match="leeftijd"):
        read_rivm(path)


def test_figures_of_the_elderly_alone_are_not_taken_for_those_of_adults(tmp_path: Path) -> None:
    path = tmp_path / "rivm.csv"
    head = "WijkenEnBuurten;Leeftijd;Perioden;MoeiteMetRondkomen_9;Eenzaam_8;Mantelzorger_7"
    path.write_text(f"{head}\nBU99020101;80200;2020JJ00;7;1;1\n")
    with pytest.raises(FileMismatch, match="leeftijd"):
        read_rivm(path)


def test_property_names_of_other_releases_are_understood(tmp_path: Path) -> None:
    path = cbs_map(tmp_path / "a.gpkg", percentage_leegstand_woningen=[4, -99997, -99997])
    table = read_wijkenbuurten(path).figures
    assert table.loc[table["indicator"] == "p_leegsw", "value"].tolist() == [4]


def test_published_counts_go_before_counts_derived_from_percentages(tmp_path: Path) -> None:
    path = cbs_map(tmp_path / "a.gpkg", a_15_24=[125, -99997, -99997])
    table = read_wijkenbuurten(path).figures
    assert table.loc[table["indicator"] == "a_15_24", "value"].tolist() == [125]


def test_a_missing_wijk_follows_from_the_code_of_the_buurt(tmp_path: Path) -> None:
    path = cbs_map(
        tmp_path / "a.gpkg", wijkcode=["WK990201", None, "WK 99"], buurtnaam=["Kern", None, "Plas"]
    )
    buurten = read_wijkenbuurten(path).buurten
    assert buurten["wijk_code"].tolist() == ["WK990201", "WK990201", "WK990299"]
    assert buurten["name"].tolist() == ["Kern", "BU990201AA", "Plas"]


def test_areas_abroad_are_left_out_and_water_stays_without_figures(tmp_path: Path) -> None:
    read = read_wijkenbuurten(
        cbs_map(tmp_path / "a.gpkg", water=["NEE", "B", "JA"], aantal_inwoners=[10, 20, 30])
    )
    assert list(read.buurten.index) == ["BU99020101", "BU99029997"]
    assert read.buurten["water"].tolist() == [False, True]
    assert set(read.figures["code"]) == {"BU99020101"}
