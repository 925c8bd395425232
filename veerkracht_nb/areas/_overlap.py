"""How much the buurten of two maps overlap, measured."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import shapely

_SLIVER = 0.005
"""Overlaps smaller than this share of both buurten come from drawing, not from a change."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """An old buurt that lies, in whole or in part, in a new one.

    Attributes
    ----------
    code, name : str
        Of the old buurt.
    share_old : float
        Share of the area of the old buurt that lies in the new one (0 to 1).
    share_new : float
        Share of the area of the new buurt that the old one covers (0 to 1).
    """

    code: str
    name: str
    share_old: float
    share_new: float


def overlaps(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return one row per pair of buurten that overlap by more than a sliver.

    Parameters
    ----------
    old, new : geopandas.GeoDataFrame
        Index ``code``; polygons in the same projected CRS (EPSG:28992).

    Returns
    -------
    pandas.DataFrame
        Columns ``old``, ``new`` (codes), ``area`` (m²), ``share_old``, ``share_new``.
    """
    rows, columns = new.sindex.query(old.geometry, predicate="intersects")
    old_shapes, new_shapes = old.geometry.to_numpy()[rows], new.geometry.to_numpy()[columns]
    area = shapely.area(shapely.intersection(old_shapes, new_shapes))
    pairs = pd.DataFrame(
        {
            "old": old.index.to_numpy()[rows],
            "new": new.index.to_numpy()[columns],
            "area": area,
            "share_old": area / shapely.area(old_shapes),
            "share_new": area / shapely.area(new_shapes),
        }
    )
    return pairs[(pairs["share_old"] >= _SLIVER) | (pairs["share_new"] >= _SLIVER)].reset_index(drop=True)


def iou(parts: Iterable[Part]) -> float:
    """Return the overlap of a new buurt with some old ones together: intersection over union, 0 to 1.

    The old buurten lie beside each other, so their areas add up.
    """
    inside = outside = 0.0
    for part in parts:
        inside += part.share_new
        outside += part.share_new * (1 / part.share_old - 1) if part.share_old else 0.0
    return min(1.0, inside / (1 + outside))
