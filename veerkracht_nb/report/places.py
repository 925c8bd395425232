"""Where a story belongs on the map."""

from __future__ import annotations

import math
from functools import cache

from pyproj import Transformer

from ..areas.municipality import CRS_RD, CRS_WGS84

_GRID = 100.0
# The extent for which EPSG:28992 is meant, in metres; a pin outside it is no place in a Dutch gemeente.
_X, _Y = (0.0, 300_000.0), (300_000.0, 630_000.0)


@cache
def _to_rd() -> Transformer:
    return Transformer.from_crs(CRS_WGS84, CRS_RD, always_xy=True)


def rd_point(pin: tuple[float, float] | None, *, coarse: bool) -> tuple[float, float] | None:
    """Return a pin (longitude, latitude) as x, y in metres (EPSG:28992), rounded to the metre.

    With `coarse` it is the middle of its 100 m square: a shared story does not point at one front door.
    None where there is no pin or it lies outside the Netherlands.
    """
    if pin is None:
        return None
    x, y = _to_rd().transform(*pin)
    if not (math.isfinite(x) and math.isfinite(y) and _X[0] <= x <= _X[1] and _Y[0] <= y <= _Y[1]):
        return None
    if coarse:
        return (x // _GRID + 0.5) * _GRID, (y // _GRID + 0.5) * _GRID
    return float(round(x)), float(round(y))
