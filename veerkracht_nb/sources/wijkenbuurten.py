"""Wijk- en buurtkaart of CBS and Kadaster, as PDOK publishes it: borders with key figures (KWB).

Property names change between years and even between releases of one year, so each figure is looked up under
every name it is known by. Values of -99990 and lower mean "not there" (-99995 not yet, -99997 suppressed,
-99999999 in old files). Figures about origin are never read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from ..areas.changes import BuurtChange
from ..areas.codes import Level, gemeente_of, level_of, normalise_code, wijk_of
from ..areas.municipality import CRS_RD, Provenance
from ..errors import FileMismatch
from ._files import READ_ERRORS, check_unique, container_of, damaged, numbers, provenance_of, tidy
from ._wijkenbuurten_names import AGE_SHARES, AREA_NAMES, FIGURE_NAMES

TITLE = "Wijk- en buurtkaart met kerncijfers"
MARKED_BY_CBS = "volgens CBS, ten opzichte van het jaar ervoor"
_RD_BOUNDS = (-10_000.0, 280_000.0, 310_000.0, 660_000.0)


@dataclass(frozen=True, kw_only=True, eq=False)
class Boundaries:
    """Buurten of one or more gemeenten, on the borders of one year.

    Attributes
    ----------
    year : int
    buurten : geopandas.GeoDataFrame
        As in :class:`~veerkracht_nb.areas.municipality.Municipality`, with ``gemeente_code`` and
        ``gemeente_name``.
    figures : pandas.DataFrame
        Tidy: ``code indicator year value``.
    changes : tuple of BuurtChange
        Buurten whose code or border changed since the year before, as CBS marks them.
    provenance : Provenance
    marked : bool
        Whether `changes` is complete: CBS marks every buurt of this edition.
    """

    year: int
    buurten: gpd.GeoDataFrame
    figures: pd.DataFrame
    changes: tuple[BuurtChange, ...]
    provenance: Provenance
    marked: bool = False


def map_layers(path: Path) -> dict[str, list[str]]:
    """Return the layers of a map file with their column names.

    Raises
    ------
    FileDamaged
        If the file cannot be opened.
    """
    try:
        if container_of(path) == "sqlite":
            return _geopackage_layers(path)
        names = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
        return {
            name: [str(field) for field in pyogrio.read_info(path, layer=name)["fields"]] for name in names
        }
    except (*READ_ERRORS, sqlite3.Error) as error:
        raise damaged(path, "een leesbare kaart (GeoPackage)", str(error)) from error


def _geopackage_layers(path: Path) -> dict[str, list[str]]:
    """Return the layers of a GeoPackage without GDAL, which chooses its driver by the name of the file."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        if "gpkg_geometry_columns" not in tables:
            return {}
        layers = [row[0] for row in database.execute("SELECT table_name FROM gpkg_geometry_columns")]
        return {
            layer: [row[0] for row in database.execute("SELECT name FROM pragma_table_info(?)", (layer,))]
            for layer in layers
        }


def is_wijkenbuurten(layers: dict[str, list[str]]) -> bool:
    """Return whether a map with these layers has buurten or, by mistake, only wijken or gemeenten of CBS."""
    names = {column.lower() for columns in layers.values() for column in columns}
    return bool(names & {"buurtcode", "bu_code", "wijkcode", "wk_code", "gemeentecode", "gm_code"})


def read_wijkenbuurten(path: Path) -> Boundaries:
    """Read the buurten of a wijk- en buurtkaart, with their figures.

    Buurten that are water only are kept, marked as such and without figures; areas abroad are left out.

    Raises
    ------
    FileDamaged
        If the file is truncated or a cell is no figure.
    FileMismatch
        If it has no buurten, no year, or lies elsewhere than in the Netherlands.
    """
    _check_intact(path)
    layers = map_layers(path)
    layer = next(
        (name for name, columns in layers.items() if _lookup(columns, ("buurtcode", "bu_code"))), None
    )
    if layer is None:
        raise FileMismatch(
            f"{path.name} heeft geen laag met buurten.",
            expected="een laag met een kolom buurtcode",
            got="lagen: " + ", ".join(layers),
            todo="Kies de wijk- en buurtkaart met buurten; wijken of gemeenten zijn niet genoeg.",
        )
    raw = _read_layer(path, layer, layers[layer])
    raw = _land_and_water(raw, path)
    year = _year(raw, path)
    geometry = _polygons(raw, path)
    figures, derived = _figures(raw, year, path)
    buurten = _buurten(raw, geometry, _wijk_names(path, layers))
    note = "Bron: CBS; © CBS, Kadaster. CBS rondt aantallen af en laat kleine weg."
    if derived:
        note += " Leeftijdsgroepen zijn berekend uit afgeronde percentages."
    return Boundaries(
        year=year,
        buurten=buurten.join(figures.set_index("code")[["a_inw", "a_hh"]].round().astype("Int64")).rename(
            columns={"a_inw": "inwoners", "a_hh": "huishoudens"}
        ),
        figures=tidy(figures),
        changes=_changes(raw, year),
        marked="changed" in raw
        and bool(pd.to_numeric(raw["changed"], errors="coerce").isin([1, 2, 3]).all()),
        provenance=provenance_of(
            path,
            source="CBS en Kadaster",
            title=TITLE,
            edition=str(year),
            licence="CC BY 4.0",
            note=note,
        ),
    )


def _check_intact(path: Path) -> None:
    """Let SQLite look at every page: a damaged one can otherwise be read as other figures."""
    if container_of(path) != "sqlite":
        return
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            (found,) = database.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        raise damaged(path, "een leesbaar GeoPackage", str(error)) from error
    if found != "ok":
        raise damaged(path, "een leesbaar GeoPackage", str(found))


def _lookup(columns: Collection[str], names: Collection[str]) -> str | None:
    by_lower = {column.lower(): column for column in columns}
    return next((by_lower[name] for name in names if name in by_lower), None)


def _read_layer(path: Path, layer: str, columns: list[str]) -> gpd.GeoDataFrame:
    wanted = {**AREA_NAMES, **{key: (*names, key) for key, names in FIGURE_NAMES.items()}}
    wanted |= {f"share_{key}": names for key, names in AGE_SHARES.items()}
    found = {key: column for key, names in wanted.items() if (column := _lookup(columns, names))}
    try:
        raw = pyogrio.read_dataframe(path, layer=layer, columns=sorted(set(found.values())))
    except (*READ_ERRORS, ValueError) as error:
        raise damaged(path, "leesbare buurten", str(error)) from error
    if raw.empty or not isinstance(raw, gpd.GeoDataFrame):
        raise damaged(path, "buurten met grenzen", f"{len(raw)} rijen zonder grens")
    return raw.rename(columns={column: key for key, column in found.items()})


def _land_and_water(raw: gpd.GeoDataFrame, path: Path) -> gpd.GeoDataFrame:
    raw = raw.assign(code=raw["code"].map(normalise_code))
    water = raw["water"].map(normalise_code) if "water" in raw else pd.Series("NEE", index=raw.index)
    raw = raw.assign(water=water == "JA")[water != "B"]
    wrong = raw["code"].map(level_of) != "buurt"
    if wrong.any():
        raise damaged(path, "codes als BU06220101", repr(raw.loc[wrong.idxmax(), "code"]))
    # Old editions give the land and the water of one buurt as two rows.
    both = raw["water"] & raw["code"].isin(raw.loc[~raw["water"], "code"])
    raw = raw[~both].reset_index(drop=True)
    check_unique(raw, ["code"], path)
    return raw


def _year(raw: gpd.GeoDataFrame, path: Path) -> int:
    if "year" in raw:
        years = numbers(raw["year"], path)
    elif "year_code" in raw:
        years = pd.to_numeric(raw["year_code"].astype("str").str.slice(0, 4), errors="coerce")
    else:
        years = pd.Series(dtype="float64")
    found = sorted(years.dropna().unique())
    if len(found) != 1 or not 1995 <= found[0] <= 2100:
        raise FileMismatch(
            f"{path.name}: het jaar van de grenzen is niet te bepalen.",
            expected="één jaartal in kolom jaar of jrstatcode",
            got=", ".join(f"{value:g}" for value in found) or "geen",
        )
    return int(found[0])


def _polygons(raw: gpd.GeoDataFrame, path: Path) -> gpd.GeoSeries:
    if raw.crs is None:
        raise FileMismatch(
            f"{path.name}: het coördinatenstelsel ontbreekt.", expected=f"EPSG:{CRS_RD}", got="geen"
        )
    shapes = raw.geometry.to_crs(CRS_RD)
    if shapes.isna().any() or shapes.is_empty.any():
        row = (shapes.isna() | shapes.is_empty).idxmax()
        raise damaged(path, "een grens bij elke buurt", f"{raw.loc[row, 'code']} zonder grens")
    west, south, east, north = shapes.total_bounds
    if west < _RD_BOUNDS[0] or south < _RD_BOUNDS[1] or east > _RD_BOUNDS[2] or north > _RD_BOUNDS[3]:
        raise FileMismatch(
            f"{path.name}: de kaart ligt niet in Nederland.",
            expected="Rijksdriehoekscoördinaten in Nederland",
            got=f"x {west:.0f} tot {east:.0f}, y {south:.0f} tot {north:.0f}",
            todo="Kijk of het coördinatenstelsel in het bestand klopt.",
        )
    return gpd.GeoSeries([_multipolygon(shape) for shape in shapes], index=raw.index, crs=CRS_RD)


def _multipolygon(shape: shapely.Geometry) -> shapely.MultiPolygon:
    shape = shapely.force_2d(shape if shape.is_valid else shapely.make_valid(shape))
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon"])


def _figures(raw: gpd.GeoDataFrame, year: int, path: Path) -> tuple[pd.DataFrame, bool]:
    """Return one row per buurt with every figure, and whether ages were derived from percentages."""
    table = pd.DataFrame({"code": raw["code"], "year": year})
    for key in FIGURE_NAMES:
        if key in raw:
            table[key] = numbers(raw[key], path)
    for key in ("a_inw", "a_hh"):
        if key not in table:
            table[key] = float("nan")
    derived = False
    for key in AGE_SHARES:
        if key not in table and f"share_{key}" in raw:
            table[key] = (numbers(raw[f"share_{key}"], path) * table["a_inw"] / 100).round()
            derived = True
    table.loc[raw["water"], list(table.columns[2:])] = float("nan")
    return table, derived


def _buurten(raw: gpd.GeoDataFrame, geometry: gpd.GeoSeries, wijk_names: dict[str, str]) -> gpd.GeoDataFrame:
    codes = raw["code"].astype("str")
    wijken = _codes(raw, "wijk_code", "wijk", codes.map(wijk_of))
    gemeenten = _codes(raw, "gemeente_code", "gemeente", codes.map(gemeente_of))
    own_names = raw["wijk_name"] if "wijk_name" in raw else pd.Series(None, index=raw.index, dtype="object")
    frame = gpd.GeoDataFrame(
        {
            "code": codes,
            "name": raw["name"].fillna(codes).astype("str") if "name" in raw else codes,
            "wijk_code": wijken,
            "wijk_name": own_names.fillna(wijken.map(wijk_names)).fillna(wijken).astype("str"),
            "water": raw["water"].astype(bool),
            "gemeente_code": gemeenten,
            "gemeente_name": raw["gemeente_name"].fillna(gemeenten).astype("str")
            if "gemeente_name" in raw
            else gemeenten,
        },
        geometry=geometry,
        crs=CRS_RD,
    )
    return frame.set_index("code").sort_index()


def _codes(raw: gpd.GeoDataFrame, column: str, level: Level, derived: pd.Series) -> pd.Series:
    """Return the codes in `column`, and where it has none those that follow from the code of the buurt."""
    if column not in raw:
        return derived.astype("str")
    given = raw[column].map(normalise_code)
    return given.where(given.map(level_of) == level, derived).astype("str")


def _wijk_names(path: Path, layers: dict[str, list[str]]) -> dict[str, str]:
    """Return the names of wijken from the layer that has them; CBS names the wijk of a buurt only there."""
    for layer, columns in layers.items():
        code, name = (_lookup(columns, AREA_NAMES[key]) for key in ("wijk_code", "wijk_name"))
        if code and name and not _lookup(columns, AREA_NAMES["code"]):
            table = pyogrio.read_dataframe(path, layer=layer, columns=[code, name], read_geometry=False)
            return dict(zip(table[code].map(normalise_code), table[name].astype("str"), strict=True))
    return {}


def _changes(raw: gpd.GeoDataFrame, year: int) -> tuple[BuurtChange, ...]:
    """Return what CBS marks since the year before: 1 nothing, 2 other code, 3 other border."""
    if "changed" not in raw:
        return ()
    marks = pd.to_numeric(raw["changed"], errors="coerce")
    return tuple(
        BuurtChange(
            kind="hernummerd" if mark == 2 else "grens gewijzigd",
            year=year,
            code=str(code),
            old_code="" if mark == 2 else str(code),
            note=MARKED_BY_CBS,
        )
        for code, mark in zip(raw["code"], marks, strict=True)
        if mark in (2, 3)
    )
