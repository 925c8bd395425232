"""A made-up gemeente of 500 buurten, as large and as uneven as Amsterdam: small in the centre, wide at the edges.

Borders wind as those of CBS do: some fifty points for each buurt, shared exactly with the neighbours. Each buurt
has the figures of a buurt of the embedded gemeente, drawn by chance.
"""

from __future__ import annotations

import itertools
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from veerkracht_nb.areas import Municipality
from veerkracht_nb.sources import load_municipality

CODE, NAME = "GM9902", "Grootdam"
BUURTEN, WIJKEN = 500, 100
_ORIGIN = np.array([30_000.0, 520_000.0])
"""Open sea, in EPSG:28992."""
_CENTRES = ((0.5, (9_000, 7_500), 1_500), (0.35, (9_500, 7_500), 4_200), (0.15, (15_000, 3_500), 1_300))
"""Share of the buurten, place (m) and spread (m)."""
_WAVES = np.array([(90, 900, 0.3), (45, 400, 1.9), (20, 170, 4.1), (7, 60, 2.2)])
"""How far (m), over which length (m) and from where borders wind."""
_POINT_EVERY = 32.0
_BEGIN = (
    "Wilgen",
    "Sluis",
    "Molen",
    "Kade",
    "Polder",
    "Tuin",
    "Linden",
    "Zee",
    "Vlas",
    "Haven",
    "Beuken",
    "Koren",
)
_MIDDLE = ("buurt", "hof", "kwartier", "wijk", "dam", "oord", "gaard", "burg", "veld")
_END = ("", "-Noord", "-Zuid", "-Oost", " West en omgeving")
_Array = NDArray[np.float64]


def large_town(seed: int = 1) -> Municipality:
    """Return the gemeente; the same for the same seed.

    Returns
    -------
    Municipality
        Code GM9902, 500 buurten of land and one of water, EPSG:28992; figures as of the embedded gemeente.
    """
    town = load_municipality("voorbeeldstad")
    random = np.random.default_rng(seed)
    shapes, water = _shapes(random)
    centres = shapely.get_coordinates(shapely.point_on_surface(shapes))
    wijk = _wijken(centres, random)
    # The codes count through the wijken, as those of CBS do.
    order = np.lexsort((centres[:, 0], wijk))
    within = pd.Series(wijk[order]).groupby(wijk[order]).cumcount()
    codes = [f"BU{CODE[2:]}{w:02d}{n:02d}" for w, n in zip(wijk[order], within, strict=True)]
    land = town.buurten[~town.buurten["water"]]
    source = land.index[random.integers(len(land), size=len(codes))]
    names = ["".join(parts) for parts in itertools.product(_BEGIN, _MIDDLE, _END)]
    table = pd.DataFrame(
        {
            "name": [*random.permutation(names)[: len(codes)], "Het brede water"],
            "wijk_code": [f"WK{CODE[2:]}{w:02d}" for w in (*wijk[order], WIJKEN - 1)],
            "wijk_name": [
                f"{_BEGIN[w % 12]}{_MIDDLE[w % 9]} {w // 12 + 1}" for w in (*wijk[order], WIJKEN - 1)
            ],
            "inwoners": pd.array([*land.loc[source, "inwoners"], pd.NA], dtype="Int64"),
            "huishoudens": pd.array([*land.loc[source, "huishoudens"], pd.NA], dtype="Int64"),
            "water": [False] * len(codes) + [True],
        },
        index=pd.Index([*codes, f"BU{CODE[2:]}{WIJKEN - 1:02d}99"], name="code", dtype="str"),
    ).astype({"name": "str", "wijk_code": "str", "wijk_name": "str"})
    buurten = gpd.GeoDataFrame(table, geometry=[*shapes[order], water], crs=28992)
    drawn = pd.DataFrame({"to": codes, "code": source})
    figures = drawn.merge(town.indicators, on="code").drop(columns="code").rename(columns={"to": "code"})
    return replace(
        town, code=CODE, name=NAME, buurten=buurten, indicators=figures[town.indicators.columns], changes=()
    )


def _shapes(random: np.random.Generator) -> tuple[NDArray[np.object_], shapely.Geometry]:
    """Return the buurten, and the water that runs through the town."""
    outline = shapely.Point(9_500, 7_000).buffer(1, quad_segs=64)
    outline = shapely.transform(outline, lambda xy: (xy - (9_500, 7_000)) * (9_000, 6_800) + (9_500, 7_000))
    river = shapely.LineString([(-500, 9_500), (5_000, 10_200), (10_000, 9_000), (20_000, 11_000)]).buffer(
        330
    )
    dry = shapely.difference(outline, river)
    seeds = _seeds(random, dry)
    cells = shapely.voronoi_polygons(shapely.multipoints(seeds), only_edges=True, extend_to=outline)
    lines = [cells, outline.exterior, river.exterior]
    lines = [shapely.transform(shapely.segmentize(line, _POINT_EVERY), _wind) for line in lines]
    noded = shapely.union_all(lines, grid_size=0.1)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    inside = shapely.point_on_surface(faces)
    town, wet = (shapely.transform(shapely.segmentize(s, _POINT_EVERY), _wind) for s in (outline, river))
    on_land = faces[shapely.contains(town, inside) & ~shapely.contains(wet, inside)]
    parts = np.argsort(-shapely.area(on_land))
    largest, rest = on_land[parts[:BUURTEN]], on_land[parts[BUURTEN:]]
    # What the water cuts off goes to the buurt that it touches most.
    for piece in rest:
        shared = shapely.length(shapely.intersection(largest, piece))
        largest[shared.argmax()] = shapely.union(largest[shared.argmax()], piece)
    water = shapely.union_all(faces[shapely.contains(town, inside) & shapely.contains(wet, inside)])
    moved = shapely.transform(np.append(largest, water), lambda xy: np.round(xy, 1) + _ORIGIN)
    whole = np.array([shapely.multipolygons(shapely.get_parts(shape)) for shape in moved], dtype=object)
    return whole[:-1], whole[-1]


def _seeds(random: np.random.Generator, dry: shapely.Geometry) -> _Array:
    places = [random.normal(middle, spread, (BUURTEN * 4, 2)) for _, middle, spread in _CENTRES]
    kept = [points[shapely.contains_xy(dry, points)] for points in places]
    seeds = np.vstack([p[: round(BUURTEN * share)] for p, (share, _, _) in zip(kept, _CENTRES, strict=True)])
    # Twice to the middle of the own cell: a town has no slivers.
    for _ in range(2):
        cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(seeds), extend_to=dry))
        seeds = shapely.get_coordinates(shapely.point_on_surface(shapely.intersection(cells, dry)))
    return seeds


def _wind(points: _Array) -> _Array:
    """Move the plane to and fro, so that borders wind and stay shared."""
    far, length, begin = _WAVES.T
    x, y = points[:, 0, None] / length, points[:, 1, None] / length
    dx = (far * np.sin(5.1 * y + 2.3 * x + begin)).sum(axis=1)
    dy = (far * np.sin(4.7 * x - 2.9 * y + 2 * begin)).sum(axis=1)
    return points + np.column_stack([dx, dy]) / 2


def _wijken(centres: _Array, random: np.random.Generator) -> NDArray[np.int64]:
    """Return the wijk of each buurt: that of the nearest of a hundred buurten."""
    chosen = centres[random.choice(len(centres), WIJKEN, replace=False)]
    chosen = chosen[np.argsort(np.hypot(*(chosen - centres.mean(axis=0)).T))]
    return np.argmin(((centres[:, None] - chosen) ** 2).sum(axis=2), axis=1)
