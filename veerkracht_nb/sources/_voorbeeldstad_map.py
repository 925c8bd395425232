"""The map of the fictional town: curved borders shared exactly, a river, harbour basins, a railway.

Voronoi cells around the places of the plan are bent by a smooth displacement of the whole plane, so that
borders stay shared, and then cut along the river and the railway, which nobody's buurt crosses.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, MultiPolygon, Point, Polygon

from ..areas.municipality import CRS_RD
from ._voorbeeldstad_plan import (
    BASINS,
    ENCLAVE,
    MORE_PLACES,
    OUTLINE,
    PLOTS,
    RAILWAY,
    RIVER,
    RIVER_WIDTH,
    WATER,
)

ORIGIN = (18_000.0, 486_000.0)
"""South-west corner in EPSG:28992: open North Sea, so that the town cannot be taken for a real one."""

_UNIT = 100.0
# Displacement of the plane: amplitude (m), wave vector (1/m) and phase of each wave, for x and for y.
_WAVES = np.array(
    [
        (130, 0.0021, 0.0013, 0.4, 120, -0.0015, 0.0022, 2.1),
        (70, -0.0034, 0.0041, 1.7, 65, 0.0043, 0.0029, 0.3),
        (22, 0.0110, -0.0074, 5.0, 24, 0.0081, 0.0105, 4.2),
        (9, 0.0230, 0.0270, 3.3, 9, -0.0260, 0.0220, 1.1),
    ]
)
_Array = NDArray[np.float64]


def town_map() -> gpd.GeoDataFrame:
    """Return the buurten of the town.

    Returns
    -------
    geopandas.GeoDataFrame
        Index ``number`` (wijk and buurt), one column ``geometry`` (MultiPolygon, EPSG:28992); neighbours
        share their borders exactly.
    """
    outline = Polygon(_displace(_smooth(OUTLINE, closed=True)))
    water = _water().intersection(outline)
    water = max(shapely.get_parts(water), key=lambda part: part.area)
    railway = LineString(_smooth(RAILWAY))
    enclave = _enclave()
    faces = _faces([outline.exterior, water.exterior, railway, enclave.exterior, _cell_edges()], outline)
    numbers = _numbers(faces, water, enclave, _regions(outline, railway))
    numbers = _join_fragments(faces, numbers)
    merged = {number: shapely.coverage_union_all(faces[numbers == number]) for number in sorted(set(numbers))}
    shapes = shapely.coverage_simplify(np.array(list(merged.values())), tolerance=9.0)
    shapes = shapely.transform(shapes, lambda xy: np.round(xy, 1) + np.array(ORIGIN))
    shapes = [shape if shape.geom_type == "MultiPolygon" else MultiPolygon([shape]) for shape in shapes]
    return gpd.GeoDataFrame(index=list(merged), geometry=shapes, crs=CRS_RD).rename_axis("number")


def _displace(points: _Array) -> _Array:
    return points + _displacement(points)


def _displacement(points: _Array) -> _Array:
    x, y = points[:, 0, None], points[:, 1, None]
    ax, ux, vx, px, ay, uy, vy, py = _WAVES.T
    return np.column_stack(
        [(ax * np.sin(ux * x + vx * y + px)).sum(axis=1), (ay * np.sin(uy * x + vy * y + py)).sum(axis=1)]
    )


def _undo(points: _Array) -> _Array:
    """Return where displaced points came from; the displacement is gentle, so repeating converges."""
    guess = points.copy()
    for _ in range(40):
        guess = points - _displacement(guess)
    return guess


def _smooth(points: Sequence[tuple[float, float]], *, closed: bool = False) -> _Array:
    """Return a Catmull-Rom curve through `points` of the plan, in metres."""
    p = np.array(points, dtype=float) * _UNIT
    p = np.vstack([p[-1], p, p[:2]]) if closed else np.vstack([2 * p[0] - p[1], p, 2 * p[-1] - p[-2]])
    t = np.linspace(0, 1, 24, endpoint=False)[:, None]
    pieces = [
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False)
    ]
    return np.vstack([*pieces, p[1:2] if closed else p[-2:-1]])


def _water() -> Polygon:
    line = _smooth(RIVER)
    widths = np.interp(np.linspace(0, 1, len(line)), [0, 1], RIVER_WIDTH) * _UNIT
    stretches = [
        LineString(pair).buffer(width / 2, quad_segs=8)
        for pair, width in zip(itertools.pairwise(line), widths, strict=False)
    ]
    basins = [
        LineString(np.array(ends, dtype=float) * _UNIT).buffer(0.45 * _UNIT, cap_style="flat")
        for ends in BASINS
    ]
    return shapely.union_all([*stretches, *basins]).simplify(3.0)


def _enclave() -> Polygon:
    plot = next(plot for plot in PLOTS if plot.number == ENCLAVE)
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    ring = np.column_stack([plot.x * _UNIT + 230 * np.cos(angle), plot.y * _UNIT + 160 * np.sin(angle)])
    return Polygon(_displace(ring))


def _seeds() -> tuple[list[str], _Array]:
    places = [(plot.number, (plot.x, plot.y)) for plot in PLOTS if plot.number != ENCLAVE]
    places += [(number, place) for number, more in MORE_PLACES.items() for place in more]
    return [number for number, _ in places], np.array([place for _, place in places]) * _UNIT


def _cell_edges() -> shapely.Geometry:
    _, seeds = _seeds()
    edges = shapely.voronoi_polygons(
        shapely.multipoints(seeds), only_edges=True, extend_to=shapely.box(-2500, -2500, 10500, 9500)
    )
    return shapely.transform(shapely.segmentize(edges, 30.0), _displace)


def _faces(lines: list[shapely.Geometry], outline: Polygon) -> NDArray[np.object_]:
    """Return the faces between `lines` inside the outline; a common grid makes them share their corners."""
    noded = shapely.union_all(lines, grid_size=0.1)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    return faces[shapely.contains(outline.buffer(1), shapely.point_on_surface(faces))]


def _regions(outline: Polygon, railway: LineString) -> list[Polygon]:
    """Return the parts of the town that river and railway divide it into."""
    lines = shapely.union_all([outline.exterior, LineString(_smooth(RIVER)), railway])
    return list(shapely.get_parts(shapely.polygonize(shapely.get_parts(lines))))


def _region(regions: list[Polygon], point: Point) -> int:
    return int(np.argmin(shapely.distance(regions, point)))


def _numbers(
    faces: NDArray[np.object_], water: Polygon, enclave: Polygon, regions: list[Polygon]
) -> NDArray[np.object_]:
    names, seeds = _seeds()
    displaced = _displace(seeds)
    seed_regions = np.array([_region(regions, Point(seed)) for seed in displaced])
    result = []
    for point in shapely.point_on_surface(faces):
        if water.contains(point):
            result.append(WATER.number)
        elif enclave.contains(point):
            result.append(ENCLAVE)
        else:
            origin = _undo(np.array([[point.x, point.y]]))
            distance = np.hypot(*(seeds - origin).T)
            distance[seed_regions != _region(regions, point)] = np.inf
            result.append(names[int(np.argmin(distance))])
    return np.array(result, dtype=object)


def _join_fragments(faces: NDArray[np.object_], numbers: NDArray[np.object_]) -> NDArray[np.object_]:
    """Give each piece apart from the main part of its buurt to the neighbour with most shared border."""
    numbers = numbers.copy()
    for number in sorted(set(numbers) - {WATER.number}):
        parts = shapely.get_parts(shapely.coverage_union_all(faces[numbers == number]))
        for part in sorted(parts, key=lambda piece: piece.area)[:-1]:
            inside = shapely.contains(part, shapely.point_on_surface(faces))
            shared = {
                other: part.boundary.intersection(shapely.union_all(faces[numbers == other])).length
                for other in set(numbers) - {number, WATER.number}
            }
            if max(shared.values()) > 1:
                numbers[inside] = max(sorted(shared), key=lambda other: shared[other])
    return numbers
