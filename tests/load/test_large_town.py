"""The made-up gemeente that stands for Amsterdam, and what the map makes of it."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from large_town_map import BUURTEN, large_town

from veerkracht_nb.areas import Municipality
from veerkracht_nb.areas.tables import check_buurten, check_indicators
from veerkracht_nb.widgets._geometry import coverage_shapes


@pytest.fixture(scope="module")
def town() -> Municipality:
    return large_town()


def test_it_is_a_whole_gemeente_of_five_hundred_buurten(town: Municipality) -> None:
    check_buurten(town.buurten, "town")
    check_indicators(town.indicators, "town")
    shapes = np.asarray(town.buurten.geometry.array)
    assert shapely.coverage_is_valid(shapes) and shapely.is_valid(shapes).all()
    assert (~town.buurten["water"]).sum() == BUURTEN and town.buurten["water"].sum() == 1
    assert town.buurten["name"].is_unique and town.buurten.index.is_unique
    assert town.buurten["wijk_name"].nunique() == 100


def test_it_is_as_uneven_as_a_large_town(town: Municipality) -> None:
    hectares = town.buurten.geometry.area[~town.buurten["water"]] / 1e4
    assert hectares.quantile(0.05) < 5 and 10 < hectares.median() < 30 and hectares.quantile(0.95) > 100


def test_the_same_seed_gives_the_same_gemeente(town: Municipality) -> None:
    assert large_town().buurten.equals(town.buurten)
    assert not large_town(2).buurten.equals(town.buurten)


def test_what_is_sent_of_it_stays_small_and_keeps_every_buurt(town: Municipality) -> None:
    shapes = coverage_shapes(town.buurten)
    assert len(shapes.coords) <= 4 * 15_030
    assert all(shapes.rings) and all(shapes.labels)
    # Most borders are shared: each of their stretches is there twice, point for point.
    assert _shared(shapes.coords, shapes.rings) > 0.9


def _shared(coords: bytes, rings: tuple[tuple[int, ...], ...]) -> float:
    points = np.frombuffer(coords, dtype="<u4")
    stretches: dict[frozenset[int], int] = {}
    at = 0
    for length in (n for own in rings for n in own):
        ring = points[at : at + length].tolist()
        at += length
        for stretch in map(frozenset, zip(ring, ring[1:] + ring[:1], strict=True)):
            stretches[stretch] = stretches.get(stretch, 0) + 1
    assert max(stretches.values()) == 2
    return sum(n == 2 for n in stretches.values()) / len(stretches)
