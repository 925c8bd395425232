"""From buurten to the few bytes that a browser needs to draw them."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from ..areas.municipality import CRS_RD, CRS_WGS84
from ..errors import DataError
from ..i18n import _

_GRID = 65535
_POINTS_TOTAL = 20_000
_POINTS_PER_BUURT = 30
_COARSEST_M = 100.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Shapes:
    """Buurten as a browser draws them: WGS84 on a grid of 16 bits, shared borders still shared.

    Attributes
    ----------
    codes : tuple of str
        Buurt codes; the other fields follow this order.
    rings : tuple of tuple of int
        For each buurt the number of points of each of its rings, outer rings and holes alike: filled by the
        even-odd rule no distinction is needed. Empty for a buurt without boundary.
    coords : bytes
        Points of all rings after one another, (x, y) as little-endian uint16 over `bounds`.
    bounds : tuple of float
        West, south, east, north in degrees (EPSG:4326).
    labels : tuple
        For each buurt (x, y, r): the centre of the largest circle that fits in it, on the grid, and the
        radius of that circle in metres; None for a buurt without boundary.
    tolerance_m : float
        How far the boundaries were simplified, in metres.
    """

    codes: tuple[str, ...]
    rings: tuple[tuple[int, ...], ...]
    coords: bytes
    bounds: tuple[float, float, float, float]
    labels: tuple[tuple[int, int, int] | None, ...]
    tolerance_m: float


def coverage_shapes(buurten: gpd.GeoDataFrame, tolerance_m: float | None = None) -> Shapes:
    """Simplify buurten as one coverage and pack them.

    Parameters
    ----------
    buurten : geopandas.GeoDataFrame
        Index: buurt codes. Geometry: (Multi)Polygons in EPSG:28992; holes (enclaves) and empty ones are
        allowed.
    tolerance_m : float, optional
        Simplification in metres: about the square root of the area that may be cut from a corner. By default
        the smallest of 2, 4, 8 ... metres that leaves about 30 points for each buurt.

    Returns
    -------
    Shapes

    Raises
    ------
    DataError
        When the geometry is not in EPSG:28992 or no buurt has a boundary.
    """
    if buurten.crs is None or buurten.crs.to_epsg() != CRS_RD:
        raise DataError(
            "De grenzen van de buurten staan niet in Rijksdriehoekscoördinaten.",
            expected=f"EPSG:{CRS_RD}",
            got=str(buurten.crs),
            todo="Zet de kaart om met buurten.to_crs(28992).",
        )
    parts = shapely.force_2d(np.asarray(buurten.geometry.array))
    present = ~(shapely.is_missing(parts) | shapely.is_empty(parts))
    if not present.any():
        raise DataError(
            _("Geen enkele buurt heeft een grens."), todo=_("Controleer de kaart van deze gemeente.")
        )
    simple, tolerance = _simplify(parts[present], tolerance_m)
    lonlat = gpd.GeoSeries(simple, crs=CRS_RD).to_crs(CRS_WGS84)
    bounds = tuple(float(v) for v in lonlat.total_bounds)
    rings: list[tuple[int, ...]] = [()] * len(parts)
    labels: list[tuple[int, int, int] | None] = [None] * len(parts)
    coords: list[np.ndarray] = []
    circles = _circles(simple, bounds)
    for place, shape, circle in zip(np.flatnonzero(present), lonlat, circles, strict=True):
        packed = [p for p in (_pack(ring, bounds) for ring in _rings(shape)) if len(p) >= 3]
        coords += packed
        rings[place] = tuple(len(p) for p in packed)
        labels[place] = circle
    return Shapes(
        codes=tuple(str(code) for code in buurten.index),
        rings=tuple(rings),
        coords=np.concatenate(coords).astype("<u2").tobytes(),
        bounds=bounds,  # type: ignore[arg-type]
        labels=tuple(labels),
        tolerance_m=tolerance,
    )


def _simplify(shapes: np.ndarray, tolerance_m: float | None) -> tuple[np.ndarray, float]:
    """Simplify with the given tolerance, or double it until the result is small enough to send."""
    if tolerance_m is not None:
        return shapely.coverage_simplify(shapes, tolerance_m), tolerance_m
    wanted = min(_POINTS_TOTAL, max(3000, _POINTS_PER_BUURT * len(shapes)))
    tolerance, simple = 2.0, shapes
    while True:
        # From what is left: each round is then faster than the one before.
        simple = shapely.coverage_simplify(simple, tolerance)
        if shapely.get_num_coordinates(simple).sum() <= wanted or tolerance >= _COARSEST_M:
            return simple, tolerance
        tolerance *= 2


def _rings(shape: shapely.Geometry) -> np.ndarray:
    """All rings of a (Multi)Polygon, outer and inner."""
    return shapely.get_rings(shapely.get_parts(shape))


def _pack(ring: shapely.Geometry, bounds: tuple[float, ...]) -> np.ndarray:
    """Points of a ring on the grid, without the closing point and without repeats."""
    points = _to_grid(shapely.get_coordinates(ring), bounds)
    changed = np.any(points != np.roll(points, -1, axis=0), axis=1)
    return points[changed]


def _to_grid(points: np.ndarray, bounds: tuple[float, ...]) -> np.ndarray:
    low = np.array(bounds[:2])
    size = np.maximum(np.array(bounds[2:]) - low, 1e-9)
    return np.clip(np.round((points - low) / size * _GRID), 0, _GRID).astype(np.int64)


def _circles(shapes: np.ndarray, bounds: tuple[float, ...]) -> list[tuple[int, int, int]]:
    """For each shape the centre (on the grid) and radius (m) of the largest circle in its largest part."""
    largest = [max(shapely.get_parts(shape), key=shapely.area) for shape in shapes]
    radii = shapely.maximum_inscribed_circle(np.array(largest, dtype=object), tolerance=5.0)
    centres = shapely.get_point(radii, 0)
    lonlat = gpd.GeoSeries(centres, crs=CRS_RD).to_crs(CRS_WGS84)
    grid = _to_grid(np.column_stack([lonlat.x, lonlat.y]), bounds)
    lengths = shapely.length(radii)
    return [(int(x), int(y), int(r)) for (x, y), r in zip(grid, lengths, strict=True)]
