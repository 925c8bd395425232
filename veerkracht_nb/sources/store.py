"""Prepared municipalities on disk: one GeoPackage for each gemeente and year of the borders.

Layers: ``buurten`` (with geometry, EPSG:28992), ``indicatoren``, ``herkomst``, ``wijzigingen`` and ``meta``.
QGIS opens all of them. A file is written beside its place and then moved there, so a reader never sees half a
file.
"""

from __future__ import annotations

import json
import sqlite3
import warnings
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from stat import S_ISREG

import pandas as pd
import pyarrow  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from ..areas.codes import plain_name
from ..areas.municipality import Municipality
from ..areas.tables import check_buurten, check_indicators
from ..errors import DataError, MunicipalityNotFound
from ..nearest import meant
from ..paths import data_folder, shipped_data_folder
from ._gpkg import read_meta, read_municipality, replacing, typed, unreadable, write_layers
from .national import national_areas, national_municipality

EMBEDDED = "voorbeeldstad.gpkg"
_ATTRS = b"PANDAS_ATTRS"
"""Where pandas keeps ``attrs`` in a Parquet file."""


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
    """Return a prepared municipality, or one from the national files that were read last.

    Parameters
    ----------
    code_or_name : str
        ``"GM0622"``, ``"Vlaardingen"`` in capitals or not, or ``"voorbeeldstad"`` for the embedded one.
    year : int, optional
        Year of the borders; the newest that is prepared unless given. Only what is not prepared is looked for in
        the national files.

    Raises
    ------
    MunicipalityNotFound
        If there is no such gemeente or year; says what there is.
    FileDamaged
        If its file, or the national files, cannot be read.
    """
    if not isinstance(code_or_name, str):
        raise MunicipalityNotFound(
            "Een gemeente wordt met een tekst gekozen.",
            expected="een code of naam, zoals 'GM0622' of 'Vlaardingen'",
            got=repr(code_or_name)[:60],
            todo="Zet de code of naam tussen aanhalingstekens.",
        )
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
        try:
            return national_municipality(code_or_name, year)
        except MunicipalityNotFound:
            raise _not_found(code_or_name, year, matches, infos) from None
    return read_municipality(max(chosen, key=lambda info: info.year).path)


def _not_found(
    code_or_name: str,
    year: int | None,
    matches: Sequence[MunicipalityInfo],
    there: Sequence[MunicipalityInfo],
) -> MunicipalityNotFound:
    country, name = national_areas(), code_or_name.strip()[:60]
    known = country.gemeenten if country else {}
    national = {plain_name(text) for pair in known.items() for text in pair}
    years = [info.year for info in matches]
    years += [country.year] if country and plain_name(code_or_name) in national else []
    if years:
        return MunicipalityNotFound(
            f"Er zijn geen gegevens van '{name}' met de grenzen van {year}.",
            expected=f"grenzen van {', '.join(map(str, sorted(set(years))))}",
            got=repr(year)[:60],
            todo="Kies een van deze jaren, als getal, of haal dit jaar op met: "
            "veerkracht data get NAAM --years JAREN",
        )
    prepared = ", ".join(f"{info.name} ({info.code}, {info.year})" for info in there)
    more = f", of een van de {len(known)} gemeenten uit de landelijke bestanden" if country else ""
    return MunicipalityNotFound(
        f"Er zijn geen gegevens van '{name}'.",
        expected="een van: " + (prepared or "(niets voorbereid)") + more,
        got=repr(name),
        todo=meant(
            code_or_name,
            [*(info.name for info in there), *known.values()],
            "Haal de gegevens eerst op met: veerkracht data get NAAM, of lees de bestanden van deze gemeente in met: "
            "veerkracht data import BESTAND...",
        ),
    )


def save_municipality(municipality: Municipality, folder: Path | None = None) -> Path:
    """Write a municipality to the data folder and return the path of its file.

    A file of the same gemeente and year is replaced at once; if writing fails it stays as it was.

    Raises
    ------
    DataError
        If a table is not right, or the disk is full or cannot be written.
    """
    return write_municipality(municipality, municipality_path(municipality, folder or data_folder()))


def keep_municipality(municipality: Municipality, folder: Path | None = None) -> Path | None:
    """Write a municipality that is only in the national files; return its path, or None where it is prepared."""
    return None if is_prepared(municipality, folder) else save_municipality(municipality, folder)


def is_prepared(municipality: Municipality, folder: Path | None = None) -> bool:
    """Return whether a municipality has a file of its own, so that its figures stay when national files change."""
    return municipality.fictional or municipality_path(municipality, folder or data_folder()).is_file()


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


def data_version(folder: Path | None = None) -> str:
    """Return a text that changes whenever a file of the data folder is added, replaced or removed."""
    told = []
    for path in sorted((folder or data_folder()).rglob("[!.]*")):
        with suppress(FileNotFoundError):
            stat = path.stat()
            if S_ISREG(stat.st_mode):
                told.append((str(path), stat.st_size, stat.st_mtime_ns))
    return sha256(repr(told).encode()).hexdigest()[:16]


@dataclass(frozen=True, kw_only=True)
class NationalTable:
    """A table of the whole country that is kept: its file, and the title and edition of what it was read from."""

    path: Path
    title: str
    edition: str


def save_national(
    name: str, table: pd.DataFrame, folder: Path | None = None, *, title: str = "", edition: str = ""
) -> Path:
    """Keep a tidy table (``code indicator year value``) of the whole country, to compare with.

    Parameters
    ----------
    name : str
        Name of the file under ``landelijk/``, without ending; the same name replaces the table.
    table : pandas.DataFrame
    folder : pathlib.Path, optional
        Data folder.
    title, edition : str
        What it was read from, as it must be cited.
    """
    path = (folder or data_folder()) / "landelijk" / f"{name}.parquet"
    table = table.copy(deep=False)
    table.attrs = {"title": title, "edition": edition}
    with replacing(path) as temporary:
        table.to_parquet(temporary, index=False)
    return path


def national_tables(folder: Path | None = None) -> tuple[NationalTable, ...]:
    """Return which tables of the whole country are kept.

    Raises
    ------
    FileDamaged
        If one cannot be read.
    """
    found = []
    for path in sorted(((folder or data_folder()) / "landelijk").glob("*.parquet")):
        try:
            said = json.loads((pq.read_schema(path).metadata or {}).get(_ATTRS, b"{}"))
        except (OSError, ValueError, pyarrow.ArrowException) as error:
            raise unreadable(path, str(error)) from error
        found.append(
            NationalTable(path=path, title=said.get("title") or path.stem, edition=said.get("edition", ""))
        )
    return tuple(found)


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
