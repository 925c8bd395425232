"""Figures of one year on the map of another, through an import."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from shapely import box
from sources_made import lbm_text

from veerkracht_nb.areas.changes import changes_between
from veerkracht_nb.sources import load_municipality
from veerkracht_nb.sources._files import Figures
from veerkracht_nb.sources.importing import import_files
from veerkracht_nb.sources.joining import Borders, Linker, extend
from veerkracht_nb.sources.wijkenbuurten import read_wijkenbuurten

Row = tuple[str, str, float, float, int, float]
"""Code, name, first and last x (metres), inhabitants, share of low incomes."""

KERN, RAND, HAVEN = "BU99020101", "BU99020102", "BU99020103"


def write_map(path: Path, year: int, rows: list[Row], marks: list[int] | None = None) -> Path:
    gemeente = [f"GM{row[0][2:6]}" for row in rows]
    columns = {
        "buurtcode": [row[0] for row in rows],
        "buurtnaam": [row[1] for row in rows],
        "gemeentecode": gemeente,
        "gemeentenaam": [{"GM9902": "Proefdam"}.get(code, "Ouddam") for code in gemeente],
        "water": "NEE",
        "aantal_inwoners": [row[4] for row in rows],
        "aantal_huishoudens": [row[4] // 2 for row in rows],
        "percentage_huishoudens_met_laagste_inkomen": [row[5] for row in rows],
        "jaar": year,
    }
    if marks:
        columns["indelingswijziging_wijken_en_buurten"] = marks
    shapes = [box(80000 + row[2], 430000, 80000 + row[3], 430500) for row in rows]
    gpd.GeoDataFrame(columns, geometry=shapes, crs=28992).to_file(path, layer="buurten", driver="GPKG")
    return path


OLD: list[Row] = [
    (KERN, "Kern", 0, 500, 1000, 40.0),
    (RAND, "Rand", 500, 1000, 3000, 60.0),
    (HAVEN, "Haven", 1000, 2000, 500, 20.0),
]


def test_a_reused_code_does_not_take_the_figures_of_another_buurt(tmp_path: Path) -> None:
    new: list[Row] = [
        (KERN, "Rand", 500, 1000, 3000, 61.0),
        (RAND, "Kern", 0, 500, 1000, 41.0),
        (HAVEN, "Haven", 1000, 2000, 500, 21.0),
    ]
    import_files([write_map(tmp_path / "a.gpkg", 2018, OLD), write_map(tmp_path / "b.gpkg", 2022, new)])
    m = load_municipality("GM9902", 2022)
    assert m.table(2018)["p_hh_li"].to_dict() == {KERN: 60.0, RAND: 40.0, HAVEN: 20.0}
    assert [(c.kind, c.year, c.code, c.old_code) for c in m.changes] == [
        ("hernummerd", 2022, KERN, RAND),
        ("hernummerd", 2022, RAND, KERN),
    ]
    back = load_municipality("GM9902", 2018)
    assert back.table(2022)["p_hh_li"].to_dict() == {KERN: 41.0, RAND: 61.0, HAVEN: 21.0}


def test_merged_buurten_are_recalculated_and_marked(tmp_path: Path) -> None:
    new: list[Row] = [(KERN, "Kern en Rand", 0, 1000, 4100, 55.0), (HAVEN, "Haven", 1000, 2000, 500, 21.0)]
    import_files([write_map(tmp_path / "a.gpkg", 2018, OLD), write_map(tmp_path / "b.gpkg", 2022, new)])
    m = load_municipality("GM9902", 2022)
    assert m.table(2018).loc[KERN, ["a_inw", "a_hh", "p_hh_li"]].tolist() == [4000.0, 2000.0, 55.0]
    (change,) = m.changes
    assert change.carried and not change.breaks_series and RAND in change.note
    note = next(p.note for p in m.provenance if p.edition == "2018")
    assert "van 2018 naar 2022" in note and "herrekend na samenvoeging: Kern en Rand" in note
    assert "Niet geplaatst: 0%" in note
    # Once moved, figures are not moved again: the way back leaves the halves without figures of 2022.
    assert load_municipality("GM9902", 2018).table(2022)["p_hh_li"].dropna().to_dict() == {HAVEN: 21.0}


def test_a_moved_border_leaves_figures_out_and_says_why(tmp_path: Path) -> None:
    new: list[Row] = [
        (KERN, "Kern", 0, 700, 1400, 41.0),
        (RAND, "Rand", 700, 1000, 2600, 61.0),
        (HAVEN, "Haven", 1000, 2000, 500, 21.0),
    ]
    import_files([write_map(tmp_path / "a.gpkg", 2018, OLD), write_map(tmp_path / "b.gpkg", 2022, new)])
    m = load_municipality("GM9902", 2022)
    assert m.table(2018)["p_hh_li"].dropna().to_dict() == {HAVEN: 20.0}
    for code in (KERN, RAND):
        (why,) = changes_between(m.changes, code, 2018, m.year)
        assert "2018" in why.note and "%" in why.note
    note = next(p.note for p in m.provenance if p.edition == "2018")
    assert "weggelaten" in note and "Kern, Rand" in note and "Niet geplaatst: 89%" in note


def test_figures_of_a_gemeente_that_was_merged_come_along(tmp_path: Path) -> None:
    old: list[Row] = [
        ("BU88010000", "Kern", 0, 500, 1000, 40.0),
        ("BU88020000", "Rand", 500, 1000, 900, 60.0),
    ]
    new: list[Row] = [(KERN, "Kern", 0, 500, 1000, 41.0), (RAND, "Rand", 500, 1000, 900, 61.0)]
    paths = [write_map(tmp_path / "a.gpkg", 2018, old), write_map(tmp_path / "b.gpkg", 2022, new)]
    import_files(paths, gemeenten=["Proefdam"])
    assert load_municipality("GM9902").table(2018)["p_hh_li"].to_dict() == {KERN: 40.0, RAND: 60.0}


def test_scores_on_the_borders_of_their_newest_year_go_through_that_map(tmp_path: Path) -> None:
    new: list[Row] = [(KERN, "Rand", 500, 1000, 3000, 61.0), (RAND, "Kern", 0, 500, 1000, 41.0), OLD[2]]
    scores = tmp_path / "lbm.csv"
    scores.write_text(
        lbm_text([(KERN, 2014, -0.1), (KERN, 2022, -0.2), (RAND, 2014, 0.1), (RAND, 2022, 0.2)])
    )
    paths = [write_map(tmp_path / "a.gpkg", 2018, OLD), write_map(tmp_path / "b.gpkg", 2022, new), scores]
    import_files(paths)
    assert load_municipality("GM9902", 2022).series(KERN, "onv").to_dict() == {2014: -0.1, 2022: -0.2}
    assert load_municipality("GM9902", 2018).series(RAND, "onv").to_dict() == {2014: -0.1, 2022: -0.2}


@pytest.mark.parametrize("together", [True, False])
def test_one_import_or_two_give_the_same(tmp_path: Path, together: bool) -> None:
    new: list[Row] = [(KERN, "Kern en Rand", 0, 1000, 4100, 55.0), (HAVEN, "Haven", 1000, 2000, 500, 21.0)]
    paths = [write_map(tmp_path / "a.gpkg", 2018, OLD), write_map(tmp_path / "b.gpkg", 2022, new)]
    for batch in [paths] if together else [[path] for path in paths]:
        import_files(batch)
    import_files([paths[1]])
    m = load_municipality("GM9902", 2022)
    assert m.table(2018).loc[KERN, "a_inw"] == 4000.0 and m.table(2018).loc[HAVEN, "p_hh_li"] == 20.0
    assert len(m.changes) == 1 and len(m.provenance) == 2


def test_marks_of_every_year_in_between_decide(tmp_path: Path) -> None:
    shifted: list[Row] = [(code, name, a, b + 200, n, p) for code, name, a, b, n, p in OLD[:1]]
    maps = [
        read_wijkenbuurten(write_map(tmp_path / f"{year}.gpkg", year, rows, marks))
        for year, rows, marks in [(2020, OLD[:1], None), (2021, OLD[:1], [1]), (2022, shifted, [1])]
    ]
    import_files([tmp_path / "2022.gpkg"])
    town = load_municipality("GM9902")
    figures = Figures(
        table=maps[0].figures, provenance=maps[0].provenance, one_border=False, border_year=2020
    )
    borders = [Borders(year=m.year, buurten=m.buurten, changes=m.changes, marked=m.marked) for m in maps]
    assert [item.marked for item in borders] == [False, True, True]
    assert extend(town, figures, Linker(borders)).years("p_hh_li") == [2020, 2022]
    broken = [borders[0], replace(borders[1], marked=False), borders[2]]
    assert extend(town, figures, Linker(broken)).years("p_hh_li") == [2022]


def test_without_a_map_a_code_with_another_name_is_not_joined(tmp_path: Path) -> None:
    import_files([write_map(tmp_path / "b.gpkg", 2022, OLD)])
    town = load_municipality("GM9902")
    table = pd.DataFrame(
        {"code": [KERN, RAND], "indicator": "a_soz_wb", "year": 2018, "value": [100.0, 200.0]}
    )
    figures = Figures(
        table=table,
        provenance=replace(town.provenance[0], title="Kerncijfers", edition="2018"),
        one_border=False,
        names=pd.Series({KERN: "KERN", RAND: "Overkant"}),
    )
    joined = extend(town, figures)
    assert joined.table(2018)["a_soz_wb"].dropna().to_dict() == {KERN: 100.0}
    (change,) = changes_between(joined.changes, RAND, 2018, 2022)
    assert change.kind == "onzeker" and "Overkant" in change.note


def test_changes_survive_the_file(tmp_path: Path) -> None:
    new: list[Row] = [(KERN, "Kern en Rand", 0, 1000, 4100, 55.0), (HAVEN, "Haven", 1000, 2000, 500, 21.0)]
    report = import_files(
        [write_map(tmp_path / "a.gpkg", 2018, OLD), write_map(tmp_path / "b.gpkg", 2022, new)]
    )
    path = next(item.path for item in report.municipalities if item.year == 2022)
    layer = pyogrio.read_dataframe(path, layer="wijzigingen", read_geometry=False)
    assert layer["carried"].tolist() == [True]
    assert load_municipality("GM9902", 2022).changes[0].carried is True
