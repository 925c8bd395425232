"""Do high and low values lie together?"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import MultiPolygon, box
from signal_towns import Row, town, zelfredzaam

from veerkracht_nb.areas.municipality import Municipality
from veerkracht_nb.errors import SignalError
from veerkracht_nb.signal import Period, Spatial, cluster_label, compute_signal, spatial
from veerkracht_nb.signal.spatial import SpatialColumn

SIDE = 7
CODES = [f"BU9901{i:04d}" for i in range(SIDE * SIDE)]
EAST = {code: i % SIDE for i, code in enumerate(CODES)}


def grid(values: dict[str, float | None], *, gap: float = 0.0, **options: object) -> Municipality:
    """Return buurten as squares of 100 m in a grid, with these values of K and O in the last year."""
    rows: list[Row] = []
    for code in CODES:
        value = values[code]
        rows += zelfredzaam(code, (0.0, value), (0.0, None if value is None else value / 20))
    base = town(CODES, rows, **options)  # type: ignore[arg-type]
    squares = [
        MultiPolygon(
            [box(i % SIDE * 100, i // SIDE * 100, i % SIDE * 100 + 100 - gap, i // SIDE * 100 + 100 - gap)]
        )
        for i in range(len(CODES))
    ]
    return replace(
        base, buurten=gpd.GeoDataFrame(base.buurten.drop(columns="geometry"), geometry=squares, crs=28992)
    )


def halves() -> dict[str, float | None]:
    """High in the west, low in the east."""
    return {code: (1.0 if EAST[code] < 3 else -1.0) + 0.01 * i for i, code in enumerate(CODES)}


def outcome(municipality: Municipality, column: SpatialColumn = "k1", **options: int) -> Spatial:
    return spatial(municipality, compute_signal(municipality), column, **{"permutations": 999, **options})


def test_what_lies_together_is_found_with_the_right_sign_and_place() -> None:
    found = outcome(grid(halves()), permutations=9999)
    assert found.i is not None and found.i > 0.6 and found.p is not None and found.p < 0.001
    west = [code for code in CODES if EAST[code] == 0]
    east = [code for code in CODES if EAST[code] == SIDE - 1]
    assert set(found.table.loc[west, "cluster"]) <= {"hoog", "geen"}
    assert set(found.table.loc[east, "cluster"]) <= {"laag", "geen"}
    assert (found.table.loc[west, "cluster"] == "hoog").sum() >= 4
    assert "lijken op hun buren" in found.note and "false discovery rate" in found.note


def test_a_chess_board_is_the_opposite() -> None:
    # Queen neighbours meet at corners too, so stripes and not squares.
    found = outcome(grid({code: (-1.0) ** EAST[code] for code in CODES}))
    assert found.i is not None and found.i < 0 and "verschillen juist" in found.note


def test_chance_is_seldom_called_a_cluster() -> None:
    random = np.random.default_rng(4)
    base = grid(halves())
    signal = compute_signal(base)
    named = 0
    for _ in range(6):
        table = signal.table.assign(k1=random.standard_normal(len(CODES)))
        found = spatial(base, replace(signal, table=table), "k1", permutations=999)
        named += int((found.table["cluster"] != "geen").any())
    assert named <= 2


def test_moran_is_that_of_the_formula() -> None:
    base = grid(halves())
    found = outcome(base)
    k = compute_signal(base).table["k1"].to_numpy()
    z = k - k.mean()
    places = np.array([(i % SIDE, i // SIDE) for i in range(len(CODES))])
    steps = np.abs(places[:, None] - places[None, :]).max(axis=2)
    near = (steps == 1).astype(float)
    weights = near / near.sum(axis=1, keepdims=True)
    assert found.i == pytest.approx((z @ weights @ z) / (z @ z))


@pytest.mark.parametrize("column", ["k1", "o1", "dk", "do"])
def test_the_same_seed_gives_the_same_outcome_and_the_common_generator_is_left_alone(
    column: SpatialColumn,
) -> None:
    base = grid(halves())
    np.random.seed(9)
    before = np.random.get_state()[1].copy()  # type: ignore[union-attr]
    one, other = outcome(base, column), outcome(base, column)
    assert (np.random.get_state()[1] == before).all()
    pd.testing.assert_frame_equal(one.table, other.table)
    assert one.p == other.p


def test_the_order_of_the_buurten_plays_no_part() -> None:
    base = grid(halves())
    shuffled = replace(base, buurten=base.buurten.sample(frac=1, random_state=3))
    one, other = outcome(base), outcome(shuffled)
    pd.testing.assert_frame_equal(one.table, other.table.loc[one.table.index])
    assert one.p == other.p


def test_a_sliver_between_borders_does_not_part_neighbours() -> None:
    assert outcome(grid(halves(), gap=0.6)).i == pytest.approx(outcome(grid(halves())).i)


def test_missing_buurten_and_islands_are_left_out_and_said() -> None:
    values = {**halves(), CODES[8]: None, CODES[9]: None}
    # Around the corner CODES[0] nothing is left, so it has no neighbours.
    for code in (CODES[1], CODES[7]):
        values[code] = None
    found = outcome(grid(values))
    assert set(found.missing) == {CODES[1], CODES[7], CODES[8], CODES[9]}
    assert found.islands == (CODES[0],)
    left_out = [*found.missing, *found.islands]
    assert set(found.table.loc[left_out, "cluster"]) == {"niet-meegerekend"}
    assert found.table.loc[left_out, ["local", "p"]].isna().all().all()
    assert "Zonder cijfer en niet meegerekend: 4." in found.note
    assert "Zonder buren die meetellen en niet meegerekend: 1." in found.note


def test_a_change_counts_only_where_there_is_a_class() -> None:
    small = {**dict.fromkeys(CODES, 1000), CODES[4]: 20}
    found = outcome(grid(halves(), inwoners=small), "do")
    assert found.missing == (CODES[4],)


@pytest.mark.parametrize(
    "values",
    [dict.fromkeys(CODES, 0.5), {code: float(i) if i < 7 else None for i, code in enumerate(CODES)}],
    ids=["equal", "few"],
)
def test_with_too_few_or_equal_buurten_nothing_is_computed_and_that_is_said(
    values: dict[str, float | None],
) -> None:
    municipality = grid(values)
    period = Period(k0=2012, k1=2020, o0=2014, o1=2020)
    signal = compute_signal(municipality, profile="zelfredzaamheid", period=period)
    found = spatial(municipality, signal, "k1")
    assert found.i is None and found.p is None and found.cutoff is None
    assert set(found.table["cluster"]) == {"niet-meegerekend"}
    assert "niets te zeggen" in found.note


def test_every_kind_of_cluster_has_words() -> None:
    kinds = ("hoog", "laag", "hoog-tussen-laag", "laag-tussen-hoog", "geen", "niet-meegerekend")
    assert len({cluster_label(kind) for kind in kinds}) == 6


def test_another_column_or_municipality_is_refused() -> None:
    base = grid(halves())
    signal = compute_signal(base)
    with pytest.raises(SignalError):
        spatial(base, signal, "letter")  # type: ignore[arg-type]
    with pytest.raises(SignalError):
        spatial(replace(base, year=1999), signal, "k1")


def test_importing_the_signal_does_not_load_the_slow_libraries() -> None:
    slow = ("esda", "libpysal", "scipy.stats")
    code = f"import sys, veerkracht_nb.signal; print([m for m in {slow} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"
