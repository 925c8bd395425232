"""Where numbers stand on a map, at which scale it fits, and how long its bar is."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from veerkracht_nb.report.printing.index import LINE, Row, fit_index
from veerkracht_nb.report.printing.labels import Label, place_labels
from veerkracht_nb.report.printing.paper import SHEETS, fitting_scale, layouts, scale_bar
from veerkracht_nb.report.printing.typeset import MM_PER_PT, displayable, text_width

FRAME = (0.0, 0.0, 400.0, 300.0)


def town(
    seed: int, n: int, left: float = 60, right: float = 340, overlap: bool = False
) -> dict[str, shapely.Geometry]:
    """A town of `n` buurten: Voronoi cells, many of them small and thin, within part of the frame."""
    rng = np.random.default_rng(seed)
    middle = np.array([(left + right) / 2, 150.0])
    points = middle + rng.normal(size=(n, 2)) * [(right - left) / 8, 22.0]
    box = shapely.box(left, 60, right, 240)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=box))
    parts = [shapely.intersection(cell, box) for cell in cells]
    if overlap:
        parts = [shapely.buffer(part, 1.5) for part in parts]
    return {
        f"b{place}": part
        for place, part in enumerate(parts)
        if part.geom_type == "Polygon" and part.area > 0.01
    }


def placed(shapes: dict[str, shapely.Geometry], width: float, height: float) -> list[Label] | None:
    texts = {key: key for key in shapes}
    return place_labels(shapes, texts, {key: (width, height) for key in shapes}, frame=FRAME)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(1, 90),
    width=st.floats(4, 26),
    height=st.floats(3, 12),
    overlap=st.booleans(),
)
def test_no_two_labels_overlap_and_each_points_into_its_own_buurt(
    seed: int, n: int, width: float, height: float, overlap: bool
) -> None:
    shapes = town(seed, n, overlap=overlap)
    labels = placed(shapes, width, height)
    if labels is None:
        return
    assert sorted(label.key for label in labels) == sorted(shapes)
    boxes = [label.box for label in labels]
    tree = shapely.STRtree(boxes)
    for first, second in zip(*tree.query(boxes, predicate="intersects"), strict=True):
        assert first == second or shapely.area(shapely.intersection(boxes[first], boxes[second])) < 1e-9
    frame = shapely.box(*FRAME).buffer(1e-6)
    for label in labels:
        assert shapely.contains(shapes[label.key], shapely.Point(label.anchor))
        assert frame.covers(label.box)
        if not label.beside:
            assert shapely.contains(shapes[label.key], label.box)
        else:
            assert not any(shapely.intersects(label.box, shape) for shape in shapes.values())


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(5, 60))
def test_lines_to_labels_do_not_cross(seed: int, n: int) -> None:
    labels = placed(town(seed, n), 16, 8) or []
    lines = [shapely.LineString([(label.x, label.y), label.anchor]) for label in labels if label.beside]
    assert not any(shapely.crosses(a, b) for a, b in combinations(lines, 2))


def test_a_crowded_frame_says_so_instead_of_overlapping() -> None:
    shapes = town(3, 200, left=1, right=399)
    assert placed(shapes, 60, 40) is None


def test_an_enclave_keeps_its_own_label_and_the_buurt_around_it_does_not_cover_it() -> None:
    inner = shapely.box(195, 145, 205, 155)
    shapes = {"ring": shapely.difference(shapely.box(150, 100, 250, 200), inner), "inner": inner}
    labels = {label.key: label for label in placed(shapes, 12, 6) or []}
    assert labels["inner"].beside is False and labels["inner"].size < 1
    assert not shapely.intersects(labels["ring"].box, inner)


@given(
    west=st.floats(0, 280_000),
    south=st.floats(300_000, 600_000),
    across=st.floats(50, 60_000),
    up=st.floats(50, 60_000),
)
def test_a_scale_is_the_largest_round_one_at_which_it_fits(
    west: float, south: float, across: float, up: float
) -> None:
    scale = fitting_scale((west, south, west + across, south + up), 700, 500)
    assert across * 1000 / scale <= 700 + 1e-3 and up * 1000 / scale <= 500 + 1e-3
    assert len(str(scale).rstrip("0")) <= 3
    assert max(across * 1000 / scale / 700, up * 1000 / scale / 500) > 0.49 or scale == 100


@given(scale=st.sampled_from([1250, 5000, 15_000, 40_000, 100_000]), longest=st.floats(20, 300))
def test_a_scale_bar_is_round_and_as_long_as_it_says(scale: int, longest: float) -> None:
    metres, width = scale_bar(scale, longest)
    assert str(metres).rstrip("0") in ("1", "2", "5")
    assert math.isclose(width, metres * 1000 / scale) and longest / 2.6 < width <= longest


@pytest.mark.parametrize("name", SHEETS)
def test_nothing_on_a_sheet_lies_over_something_else(name: str) -> None:
    for layout in layouts(name):
        rects = [getattr(layout, part) for part in ("header", "map", "strip", "panel", "cards", "footer")]
        boxes = [shapely.box(r.x, r.y, r.x + r.width, r.y + r.height) for r in rects]
        assert all(shapely.area(shapely.intersection(a, b)) < 1e-6 for a, b in combinations(boxes, 2))
        sheet = shapely.box(0, 0, layout.width, layout.height)
        assert all(sheet.covers(box) and box.area > 0 for box in boxes)


@settings(max_examples=20, deadline=None)
@given(
    names=st.lists(st.text("abc de-'", min_size=1, max_size=45), min_size=1, max_size=200),
    width=st.floats(100, 340),
    height=st.floats(90, 500),
)
def test_the_index_holds_every_buurt_and_fits(names: list[str], width: float, height: float) -> None:
    rows = [Row(text="Wijk"), *(Row(text=name, number=f"{n} A") for n, name in enumerate(names, 1))]
    index = fit_index(rows, width, height, largest=30, gutter=5)
    shown = [row.number for column in index.columns for row in column if not row.heading]
    assert shown == [row.number for row in rows if not row.heading]
    assert index.height_mm <= height + 1e-6
    assert all(
        sum(r.lines for r in c) * index.size_pt * MM_PER_PT * LINE <= height + 1e-6 for c in index.columns
    )


def test_a_sign_without_a_shape_is_named() -> None:
    assert displayable("Oké – “één” ≥ 5 שלום 😀") == "Oké – “één” ≥ 5 שלום 😀"
    assert displayable("\U0001f468\U0001f3fd\u200d\U0001f692") == "[man][fire engine]"
    assert displayable("\ue000") == "[u+e000]"
    assert text_width("iiii", 10) < text_width("WWWW", 10) < text_width("WWWW", 10, bold=True)
