"""Boundaries on their way to the browser."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon, box

from veerkracht_nb.errors import DataError
from veerkracht_nb.widgets._geometry import Shapes, coverage_shapes

X, Y = 80_000.0, 430_000.0


def buurten(*shapes: object) -> gpd.GeoDataFrame:
    codes = [f"BU9900{n:04d}" for n in range(len(shapes))]
    return gpd.GeoDataFrame({"name": codes}, index=codes, geometry=list(shapes), crs=28992)


def unpacked(shapes: Shapes) -> list[list[np.ndarray]]:
    """Rings of each buurt in degrees, read as the browser reads them."""
    points = np.frombuffer(shapes.coords, dtype="<u2").reshape(-1, 2).astype(float)
    west, south, east, north = shapes.bounds
    points = points / 65535 * [east - west, north - south] + [west, south]
    rings, at = [], 0
    for lengths in shapes.rings:
        rings.append([])
        for length in lengths:
            rings[-1].append(points[at : at + length])
            at += length
    assert at == len(points)
    return rings


def area(rings: list[np.ndarray]) -> float:
    """Area in square metres by the even-odd rule."""
    result = shapely.Polygon()
    for ring in rings:
        result = result.symmetric_difference(shapely.Polygon(ring))
    return float(gpd.GeoSeries([result], crs=4326).to_crs(28992).area.iloc[0])


def test_a_hole_stays_a_hole_and_the_enclave_fills_it() -> None:
    hole = box(X + 400, Y + 400, X + 600, Y + 600)
    outer = box(X, Y, X + 1000, Y + 1000).difference(hole)
    shapes = coverage_shapes(buurten(outer, hole))
    around, within = unpacked(shapes)
    assert area(around) == pytest.approx(960_000, rel=0.001)
    assert area(within) == pytest.approx(40_000, rel=0.001)


def test_all_parts_of_a_buurt_are_kept() -> None:
    parts = MultiPolygon([box(X, Y, X + 100, Y + 100), box(X + 500, Y, X + 900, Y + 400)])
    shapes = coverage_shapes(buurten(parts, box(X + 100, Y, X + 300, Y + 100)))
    assert [len(rings) for rings in unpacked(shapes)] == [2, 1]
    west, _, east, _ = shapes.bounds
    x, _y, radius = shapes.labels[0] or (0, 0, 0)
    assert radius == pytest.approx(200, abs=5)
    assert west + x / 65535 * (east - west) == pytest.approx(east - (east - west) * 200 / 900, rel=1e-4)


def test_a_buurt_without_boundary_keeps_its_place() -> None:
    shapes = coverage_shapes(buurten(box(X, Y, X + 9, Y + 9), None, Polygon(), box(X + 9, Y, X + 20, Y + 9)))
    assert [len(rings) for rings in shapes.rings] == [1, 0, 0, 1]
    assert shapes.labels[1] is None
    assert len(shapes.codes) == 4


@pytest.mark.parametrize(
    "wrong", [buurten(box(0, 0, 1, 1)).set_crs(4326, allow_override=True), buurten(None)]
)
def test_wrong_boundaries_are_refused_with_what_to_do(wrong: gpd.GeoDataFrame) -> None:
    with pytest.raises(DataError) as caught:
        coverage_shapes(wrong)
    assert caught.value.todo


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), tolerance=st.floats(1, 60))
def test_shared_borders_stay_shared_whatever_the_simplification(seed: int, tolerance: float) -> None:
    random = np.random.default_rng(seed)
    wave = np.column_stack([np.linspace(X, X + 1000, 60), Y + 500 + random.normal(0, 25, 60)])
    south = Polygon([(X, Y), (X + 1000, Y), *wave[::-1]])
    north = Polygon([(X, Y + 1000), *wave, (X + 1000, Y + 1000)])
    shapes = coverage_shapes(buurten(south, north), tolerance)
    edges: Counter[frozenset[tuple[float, float]]] = Counter()
    for rings in unpacked(shapes):
        for ring in rings:
            points = [tuple(p) for p in ring]
            edges.update(frozenset(e) for e in zip(points, points[1:] + points[:1], strict=True))
    assert max(edges.values()) == 2
    total = sum(area(rings) for rings in unpacked(shapes))
    assert total == pytest.approx(1_000_000, rel=0.001)


@pytest.mark.shared
@pytest.mark.parametrize("gemeente", ["rotterdam", "vlaardingen"])
def test_real_gemeenten_keep_every_buurt_within_a_few_kilobytes(shared_data: Path, gemeente: str) -> None:
    file = shared_data / "gemeenten" / gemeente / "buurten_2024.geojson"
    if not file.exists():
        pytest.skip(f"{file.name} of {gemeente} is not on this machine")
    table = gpd.read_file(file).to_crs(28992).set_index("buurtcode")
    shapes = coverage_shapes(table)
    assert all(shapes.rings)
    assert len(shapes.coords) < 200 * len(table)
    for rings, original in zip(unpacked(shapes), table.geometry, strict=True):
        assert area(rings) == pytest.approx(original.area, rel=0.05, abs=500)
