"""The buurten of a map: their numbers, and their shapes on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from ...areas.municipality import Municipality
from ...errors import ExportError
from ...i18n import _
from ..text import one_line

_TOLERANCE_MM = 0.25


@dataclass(frozen=True, kw_only=True)
class Numbered:
    """A buurt with its number, the same on every map of the gemeente."""

    number: int
    code: str
    name: str
    wijk_code: str
    wijk_name: str


def numbered(municipality: Municipality) -> list[Numbered]:
    """Return the buurten that are not of water only, by wijk and name, numbered from 1."""
    land = municipality.buurten[~municipality.buurten["water"]]
    ordered = land.sort_values(["wijk_code", "name"])
    return [
        Numbered(
            number=number,
            code=str(code),
            name=one_line(row["name"]) or str(code),
            wijk_code=str(row["wijk_code"]),
            wijk_name=one_line(row["wijk_name"]) or str(row["wijk_code"]),
        )
        for number, (code, row) in enumerate(ordered.iterrows(), start=1)
    ]


def bounds_of(buurten: gpd.GeoDataFrame, codes: Sequence[str]) -> tuple[float, float, float, float]:
    """Return west, south, east, north (metres, EPSG:28992) of some buurten.

    Raises
    ------
    ExportError
        If none of them has a border.
    """
    bounds = np.asarray(buurten.loc[list(codes)].geometry.total_bounds)
    if not len(codes) or np.isnan(bounds).any():
        raise ExportError(
            _("Van deze buurten kan geen kaart worden gemaakt."),
            expected=_("grenzen van buurten"),
            got=_("geen enkele grens"),
            todo=_("lees de grenzen van deze gemeente opnieuw in"),
        )
    west, south, east, north = map(float, bounds)
    return west, south, east, north


def on_paper(
    buurten: gpd.GeoDataFrame,
    *,
    scale: int,
    centre: tuple[float, float],
    width: float,
    height: float,
) -> gpd.GeoSeries:
    """Return the shapes in millimetres from the left upper corner, simplified for paper.

    They are simplified together, so that borders stay shared: what was cut off is at most about a quarter of a
    millimetre on paper.
    """
    shapes = shapely.force_2d(np.asarray(buurten.geometry.array))
    present = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    simple = shapely.coverage_simplify(shapes[present], _TOLERANCE_MM * scale / 1000)
    factor = 1000 / scale
    origin = np.array([centre[0] - width / 2 / factor, centre[1] + height / 2 / factor])
    moved = shapely.transform(simple, lambda points: (points - origin) * [factor, -factor])
    return gpd.GeoSeries(moved, index=buurten.index[present])
