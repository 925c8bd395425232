from __future__ import annotations

from dataclasses import replace

import pandas as pd

from veerkracht_nb.areas import Municipality
from veerkracht_nb.sources import load_municipality


def _town() -> Municipality:
    return load_municipality("voorbeeldstad")


def test_a_year_has_one_row_for_every_buurt_and_nan_where_there_is_no_figure() -> None:
    town = _town()
    table = town.table(2022)
    assert list(table.index) == list(town.buurten.index)
    assert pd.isna(table.loc["BU99010806", "p_hh_li"])
    assert table.notna().sum().sum() == (town.indicators["year"] == 2022).sum()


def test_years_and_series_are_ascending_and_hold_only_figures_that_are_there() -> None:
    town = _town()
    assert town.years("p_hh_li") == [2014, 2018, 2020, 2022]
    assert town.years("p_jz_tn") == []
    assert list(town.series("BU99010301", "onv").index) == [2014, 2016, 2018, 2020, 2022, 2024]
    assert list(town.series("BU99010701", "p_hh_li").index) == [2020, 2022]
    assert town.series("BU99010297", "a_inw").empty


def test_a_table_that_somebody_changes_is_nobody_elses() -> None:
    municipality = load_municipality("GM9901")
    first = municipality.table(2022)
    first.loc[:, :] = -1.0
    first["extra"] = 1.0
    again = municipality.table(2022)
    assert "extra" not in again and not (again == -1.0).all().any()
    assert again.equals(replace(municipality).table(2022))
