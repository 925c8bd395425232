from __future__ import annotations

from collections.abc import Callable

import geopandas as gpd
import pandas as pd
import pytest
from shapely import MultiPolygon, Point, box

from veerkracht_nb.areas import check_buurten, check_indicators
from veerkracht_nb.errors import DataError


def _indicators(**changes: object) -> pd.DataFrame:
    row = {"code": "BU06220101", "indicator": "onv", "year": 2014, "value": -0.0954} | changes
    return pd.DataFrame([row]).astype({"value": "float64"})


def _buurten() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "name": ["Centrum"],
            "wijk_code": ["WK062201"],
            "wijk_name": ["Centrum"],
            "inwoners": pd.array([None], dtype="Int64"),
            "huishoudens": pd.array([5], dtype="Int64"),
            "water": [False],
        },
        geometry=[MultiPolygon([box(80000, 430000, 81000, 431000)])],
        index=pd.Index(["BU06220101"], name="code"),
        crs=28992,
    )


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"code": "WK062201"}, "code"),
        ({"indicator": "a_nw_all"}, "indicator"),
        ({"year": 20}, "year"),
        ({"value": -99997.0}, "value"),
        ({"value": float("nan")}, "value"),
    ],
)
def test_a_wrong_cell_is_named_with_row_and_column(changes: dict[str, object], column: str) -> None:
    with pytest.raises(DataError) as caught:
        check_indicators(_indicators(**changes), "Vlaardingen")
    assert "Vlaardingen" in caught.value.message
    assert f"'{column}'" in caught.value.message
    assert "rij 0" in caught.value.message


def test_the_same_figure_twice_is_refused() -> None:
    with pytest.raises(DataError):
        check_indicators(pd.concat([_indicators(), _indicators()], ignore_index=True), "Vlaardingen")


def test_right_tables_pass_unchanged() -> None:
    assert check_indicators(_indicators(), "x") is not None
    assert check_buurten(_buurten(), "x") is not None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda b: b.to_crs(4326),
        lambda b: b.iloc[:0],
        lambda b: b.set_geometry(gpd.GeoSeries([Point(0, 0)], index=b.index, crs=28992)),
        lambda b: b.rename(index={"BU06220101": "GM0622"}),
        lambda b: b.drop(columns="wijk_name"),
        lambda b: b.assign(inwoners=pd.array([-5], dtype="Int64")),
        lambda b: pd.concat([b, b]),
    ],
)
def test_wrong_boundaries_are_refused(spoil: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]) -> None:
    with pytest.raises(DataError):
        check_buurten(spoil(_buurten()), "Vlaardingen")
