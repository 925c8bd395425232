"""The country on disk, in columns: so that it opens in a moment, and one gemeente of it in less.

One folder ``landelijk/land-<key>`` of the data folder. The key is that of the files that were read and of the code that
read them. Tables are ordered by gemeente, so that the few blocks of one gemeente can be read alone.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pyarrow  # type: ignore[import-untyped]

from ..areas import codes, indicators
from ..areas.changes import BuurtChange
from ..areas.municipality import Provenance
from ..errors import FileDamaged
from . import _files, _kwb_table, _map_areas, _wijkenbuurten_names, leefbaarometer, rivm, wijkenbuurten

SCHEMA = 1
COLUMNS = (
    *("name", "wijk_code", "wijk_name", "gemeente_code", "gemeente_name"),
    *("inwoners", "huishoudens", "water"),
)
"""Columns of the buurten besides ``code`` and ``wkb``."""
_READERS: tuple[ModuleType, ...] = (
    *(codes, indicators, _files, _kwb_table, _map_areas, _wijkenbuurten_names),
    *(leefbaarometer, rivm, wijkenbuurten),
)
_BUURTEN_BLOCK, _FIGURES_BLOCK = 512, 16_384
_ERRORS = (OSError, ValueError, KeyError, TypeError, pyarrow.ArrowException)


@dataclass(frozen=True, kw_only=True)
class Source:
    """One file: its provenance, and on which borders its figures are; see :class:`._files.Figures`."""

    provenance: Provenance
    one_border: bool
    border_year: int


@dataclass(frozen=True, kw_only=True)
class Borders:
    """What is known of the buurten of one year without reading them.

    Attributes
    ----------
    year : int
    buurten, inhabited, drawn : int
        Number of buurten, of those with a number of inhabitants, and of those with a boundary.
    gemeenten : dict of str to str
        Code to name of those that have boundaries.
    changes : tuple of BuurtChange
    """

    year: int
    buurten: int
    inhabited: int
    drawn: int
    gemeenten: dict[str, str]
    changes: tuple[BuurtChange, ...]


@dataclass(frozen=True, kw_only=True)
class Cached:
    """A country on disk: what it was made of, and where."""

    path: Path
    borders: tuple[Borders, ...]
    sources: tuple[Source, ...]

    def buurten(self, year: int, gemeente: str | None = None) -> pd.DataFrame:
        """Return the buurten of `year` without boundaries, or those of one gemeente with ``wkb``."""
        path = self.path / f"buurten-{year}.parquet"
        if gemeente is not None:
            return self._read(path, filters=[("gemeente_code", "==", gemeente)]).set_index("code")
        return self._read(path, columns=["code", *COLUMNS]).set_index("code")

    def figures(self, *, gemeente: str | None = None, wanted: Sequence[str] | None = None) -> pd.DataFrame:
        """Return figures with ``source`` (place in `sources`): of one gemeente, or only some indicators."""
        filters: list[tuple[str, str, object]] = []
        if gemeente is not None:
            first = f"BU{gemeente[2:]}"
            filters += [("code", ">=", first), ("code", "<", first + "~")]
        if wanted is not None:
            filters.append(("indicator", "in", list(wanted)))
        table = self._read(self.path / "cijfers.parquet", filters=filters or None)
        return table.astype({"code": "str", "indicator": "str", "year": "int64", "value": "float64"})

    def names(self, gemeente: str | None = None) -> pd.DataFrame:
        """Return ``code``, ``name``, ``source``: the names that a file itself gives its buurten."""
        filters = None
        if gemeente is not None:
            first = f"BU{gemeente[2:]}"
            filters = [("code", ">=", first), ("code", "<", first + "~")]
        return self._read(self.path / "namen.parquet", filters=filters)

    def _read(self, path: Path, **options: Any) -> pd.DataFrame:
        try:
            return pd.read_parquet(path, **options)
        except _ERRORS as error:
            raise _unreadable(self.path, str(error)) from error


def cache_key(files: Sequence[Path]) -> str:
    """Return a key that changes with the content of the files and with the code that reads them."""
    digest = hashlib.sha256(f"{SCHEMA}".encode())
    for module in _READERS:
        digest.update(Path(str(module.__file__)).read_bytes())
    for file_hash in sorted(_sha256(path) for path in files):
        digest.update(file_hash)
    return digest.hexdigest()[:16]


def _sha256(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def cache_folder(folder: Path, key: str) -> Path:
    """Return the folder of a country in a data folder."""
    return folder / "landelijk" / f"land-{key}"


def newest_cache(folder: Path) -> Path | None:
    """Return the folder of the country that was read last, or None."""
    found = [path.parent for path in (folder / "landelijk").glob("land-*/land.json")]
    return max(found, key=lambda path: (path / "land.json").stat().st_mtime_ns, default=None)


def write_cache(
    path: Path,
    borders: dict[int, tuple[pd.DataFrame, Borders]],
    figures: pd.DataFrame,
    names: pd.DataFrame,
    sources: Sequence[Source],
) -> Cached:
    """Write a country and put it in place at once; earlier ones beside it are removed.

    Raises
    ------
    OSError, pyarrow.ArrowException
        If the disk is full or read-only; nothing is put in place then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=".land-", dir=path.parent))
    try:
        for year, (buurten, _) in borders.items():
            ordered = buurten.reset_index().sort_values(["gemeente_code", "code"], ignore_index=True)
            ordered.to_parquet(
                temporary / f"buurten-{year}.parquet", index=False, row_group_size=_BUURTEN_BLOCK
            )
        figures.to_parquet(temporary / "cijfers.parquet", index=False, row_group_size=_FIGURES_BLOCK)
        names.to_parquet(temporary / "namen.parquet", index=False, row_group_size=_FIGURES_BLOCK)
        meta = {
            "schema": SCHEMA,
            "borders": [asdict(item) for _, item in borders.values()],
            "sources": [asdict(source) for source in sources],
        }
        (temporary / "land.json").write_text(json.dumps(meta, default=str), encoding="utf-8")
        shutil.rmtree(path, ignore_errors=True)
        temporary.rename(path)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    for other in path.parent.glob("land-*"):
        if other != path:
            shutil.rmtree(other, ignore_errors=True)
    return open_cache(path)


def open_cache(path: Path) -> Cached:
    """Return a country on disk.

    Raises
    ------
    FileDamaged
        If it is incomplete or of another version of this program.
    """
    try:
        meta = json.loads((path / "land.json").read_text(encoding="utf-8"))
        if meta["schema"] != SCHEMA:
            raise ValueError(f"versie {meta['schema']}, nodig is {SCHEMA}")
        return Cached(
            path=path,
            borders=tuple(_borders(item) for item in meta["borders"]),
            sources=tuple(_source(item) for item in meta["sources"]),
        )
    except _ERRORS as error:
        raise _unreadable(path, str(error)) from error


def _borders(item: dict[str, Any]) -> Borders:
    return Borders(**{**item, "changes": tuple(BuurtChange(**change) for change in item["changes"])})


def _source(item: dict[str, Any]) -> Source:
    given = item["provenance"]
    when = datetime.fromisoformat(given["imported_at"])
    return Source(**{**item, "provenance": Provenance(**{**given, "imported_at": when})})


def _unreadable(path: Path, why: str) -> FileDamaged:
    return FileDamaged(
        "De bewaarde landelijke cijfers kunnen niet worden gelezen.",
        expected="een landelijk bestand van dit programma",
        got=why[:200],
        todo=f"Verwijder de map {path} en lees de landelijke bestanden opnieuw in.",
    )
