"""Prepared municipalities on disk: one GeoPackage for each gemeente and year of the borders.

Layers: ``buurten`` (with geometry, EPSG:28992), ``indicatoren``, ``herkomst``, ``wijzigingen`` and ``meta``.
QGIS opens all of them. A file is written beside its place and then moved there, so a reader never sees half a
file.
"""

from __future__ import annotations

import sqlite3
import warnings
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pyarrow  # type: ignore[import-untyped]

from ..areas.codes import plain_name
from ..areas.municipality import Municipality
from ..areas.tables import check_buurten, check_indicators
from ..errors import DataError, MunicipalityNotFound
from ..paths import data_folder, shipped_data_folder
from ._gpkg import read_meta, read_municipality, replacing, typed, unreadable, write_layers

EMBEDDED = "voorbeeldstad.gpkg"


@dataclass(frozen=True, kw_only=True)
class MunicipalityInfo:
    """What is known of a prepared municipality without reading its tables.

    Attributes
    ----------
    code, name : str
    year : int
        Year of the borders.
    fictional : bool
    path : pathlib.Path
    editions : str
        Sources with their editions, in one line.
    imported_at : datetime
        When the last file was read, with time zone.
    """

    code: str
    name: str
    year: int
    fictional: bool
    path: Path
    editions: str
    imported_at: datetime


def list_municipalities(folder: Path | None = None) -> list[MunicipalityInfo]:
    """Return what is prepared: the embedded municipality and those of the data folder, by name and year.

    A file that cannot be read is left out with a warning, so that one damaged file does not hide the others.
    """
    folder = folder or data_folder()
    paths = [shipped_data_folder() / EMBEDDED, *sorted((folder / "gemeenten").glob("*.gpkg"))]
    found = []
    for path in paths:
        if not path.is_file():
            continue
        try:
            found.append(_read_info(path))
        except DataError as error:
            warnings.warn(str(error), stacklevel=2)
    return sorted(found, key=lambda info: (info.fictional, plain_name(info.name), info.year))


def load_municipality(code_or_name: str, year: int | None = None) -> Municipality:
    """Return a prepared municipality.

    Parameters
    ----------
    code_or_name : str
        ``"GM0622"``, ``"Vlaardingen"`` in capitals or not, or ``"voorbeeldstad"`` for the embedded one.
    year : int, optional
        Year of the borders; the newest that there is unless given.

    Raises
    ------
    MunicipalityNotFound
        If there is no such gemeente or year; says what there is.
    FileDamaged
        If its file cannot be read.
    """
    wanted = plain_name(code_or_name)
    infos = list_municipalities()
    matches = [
        info
        for info in infos
        if wanted in (plain_name(info.code), plain_name(info.name))
        or (info.fictional and wanted == "voorbeeldstad")
    ]
    chosen = [info for info in matches if year is None or info.year == year]
    if not chosen:
        there = matches or infos
        raise MunicipalityNotFound(
            f"Er zijn geen gegevens van '{code_or_name.strip()[:60]}'"
            + (f" met de grenzen van {year}." if year else "."),
            expected="een van: "
            + (", ".join(f"{i.name} ({i.code}, {i.year})" for i in there) or "(niets voorbereid)"),
            todo="Lees eerst de bestanden van deze gemeente in met: veerkracht data import BESTAND...",
        )
    return read_municipality(max(chosen, key=lambda info: info.year).path)


def save_municipality(municipality: Municipality, folder: Path | None = None) -> Path:
    """Write a municipality to the data folder and return the path of its file.

    A file of the same gemeente and year is replaced at once; if writing fails it stays as it was.

    Raises
    ------
    DataError
        If a table is not right, or the disk is full or cannot be written.
    """
    return write_municipality(municipality, municipality_path(municipality, folder or data_folder()))


def municipality_path(municipality: Municipality, folder: Path) -> Path:
    """Return the path of the file of a municipality in a data folder."""
    return folder / "gemeenten" / f"{municipality.code}-{municipality.year}.gpkg"


def write_municipality(municipality: Municipality, path: Path) -> Path:
    """Write a municipality to `path`; see :func:`save_municipality`."""
    what = f"{municipality.name} ({municipality.year})"
    check_buurten(municipality.buurten, what)
    check_indicators(municipality.indicators, what)
    with replacing(path) as temporary:
        write_layers(municipality, temporary)
    return path


def save_national(name: str, table: pd.DataFrame, folder: Path | None = None) -> Path:
    """Keep a tidy table (``code indicator year value``) of the whole country, to compare with.

    Parameters
    ----------
    name : str
        Name of the file under ``landelijk/``, without ending; the same name replaces the table.
    """
    path = (folder or data_folder()) / "landelijk" / f"{name}.parquet"
    with replacing(path) as temporary:
        table.to_parquet(temporary, index=False)
    return path


def load_national(indicators: Sequence[str], folder: Path | None = None) -> pd.DataFrame | None:
    """Return figures of all buurten of the country, or None if none of `indicators` is there.

    Returns
    -------
    pandas.DataFrame or None
        Tidy: ``code`` (str), ``indicator`` (str), ``year`` (int), ``value`` (float64).
    """
    parts = []
    for path in sorted(((folder or data_folder()) / "landelijk").glob("*.parquet")):
        try:
            parts.append(pd.read_parquet(path, filters=[("indicator", "in", list(indicators))]))
        except (OSError, ValueError, pyarrow.ArrowException) as error:
            raise unreadable(path, str(error)) from error
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    return None if table.empty else typed(table)


def _read_info(path: Path) -> MunicipalityInfo:
    meta = read_meta(path)
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
        try:
            rows = database.execute("SELECT title, edition, imported_at FROM herkomst").fetchall()
        except sqlite3.DatabaseError as error:
            raise unreadable(path, str(error)) from error
    times = [datetime.fromisoformat(row[2]) for row in rows]
    return MunicipalityInfo(
        code=meta["code"],
        name=meta["name"],
        year=int(meta["year"]),
        fictional=meta["fictional"] == "1",
        path=path,
        editions="; ".join(f"{title} {edition}".strip() for title, edition, _ in rows),
        imported_at=max(times, default=datetime.fromtimestamp(path.stat().st_mtime, UTC)),
    )
