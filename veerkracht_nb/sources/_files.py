"""What all readers share: what a file really is, tables in text, and errors that name the file."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pandas as pd
import pyogrio

from ..areas.municipality import Provenance
from ..errors import DataError, FileDamaged, FileNotRecognised
from ..nearest import missing_file

Container = Literal["sqlite", "parquet", "json", "text"]

MISSING = ("", "NA", "NaN", ".", ",", "x", "X", "-")
SENTINEL = -99990
"""CBS writes -99995, -99997 and -99999999 for figures that are not there; nothing real is this low."""
READ_ERRORS = (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, RuntimeError)
_MAX_TEXT = 400 * 1024**2
_DOWNLOAD = "Download het bestand opnieuw bij de uitgever."


@dataclass(frozen=True, kw_only=True, eq=False)
class Figures:
    """Figures read from one file.

    Attributes
    ----------
    table : pandas.DataFrame
        Tidy: ``code`` (buurt), ``indicator``, ``year``, ``value``; one row per figure that is there.
    provenance : Provenance
    one_border : bool
        Whether the publisher gives all years on one set of borders, so that the years can be compared.
    border_year : int or None
        Year of the borders that the codes are of. None: of the newest year with one set of borders, else of
        the year of each row.
    names : pandas.Series or None
        Names of the buurten by code, where the source gives them; a code that carries another name on the map
        was reused.
    """

    table: pd.DataFrame
    provenance: Provenance
    one_border: bool = True
    border_year: int | None = None
    names: pd.Series | None = None


def container_of(path: Path) -> Container:
    """Return what kind of file this is, by its first bytes and never by its name.

    Raises
    ------
    FileDamaged
        If the file is empty, cannot be read, or is shorter than it says itself.
    FileNotRecognised
        If it is a web page, an archive or another kind that cannot be read.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(512)
            file.seek(max(0, size - 4))
            tail = file.read(4)
    except OSError as error:
        raise cannot_open(path, error, "een leesbaar bestand") from error
    if not head.strip():
        raise FileDamaged(
            f"{path.name} is leeg.", expected="een bestand met gegevens", got=f"{size} bytes", todo=_DOWNLOAD
        )
    if head.startswith(b"SQLite format 3\0"):
        _check_sqlite_size(path, head, size)
        return "sqlite"
    if head.startswith(b"PAR1"):
        if tail != b"PAR1":
            raise damaged(path, "een volledig Parquet-bestand", "het einde ontbreekt")
        return "parquet"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"pk\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf", b"rar!")):
        raise _not_recognised(
            path, "een ingepakt bestand (zip)", "Pak het eerst uit en geef het bestand dat erin zit."
        )
    if start.startswith(b"<"):
        raise _not_recognised(
            path,
            "een webpagina of XML",
            "Waarschijnlijk is de pagina bewaard in plaats van het bestand; " + _DOWNLOAD.lower(),
        )
    if b"\0" in head:
        raise _not_recognised(path, "een binair bestand van een onbekende soort", "")
    if not start.startswith((b"{", b"[")):
        return "text"
    if b"featurecollection" not in start:
        raise _not_recognised(path, "een JSON-bestand zonder kaart", "")
    return "json"


def _check_sqlite_size(path: Path, head: bytes, size: int) -> None:
    page = int.from_bytes(head[16:18], "big")
    pages = int.from_bytes(head[28:32], "big")
    # The count in the header is only kept by SQLite when both change counters agree.
    if head[24:28] == head[92:96] and size < pages * (65536 if page == 1 else page):
        raise damaged(path, "een volledig GeoPackage", "het einde ontbreekt (afgebroken download?)")


def cannot_open(path: Path, error: OSError, expected: str) -> FileDamaged:
    """Return the error for a file that is not there, or may not be read."""
    absent = isinstance(error, FileNotFoundError)
    return FileDamaged(
        f"{path.name} kan niet worden geopend.",
        expected=expected,
        got="er is geen bestand met deze naam" if absent else error.strerror or str(error),
        todo=missing_file(path) if absent else "Kijk of u dit bestand mag lezen.",
    )


def damaged(path: Path, expected: str, got: str, todo: str = _DOWNLOAD) -> FileDamaged:
    """Return the error for a file that is truncated or unreadable."""
    return FileDamaged(
        f"{path.name} is beschadigd of onvolledig.", expected=expected, got=got[:200], todo=todo
    )


def _not_recognised(path: Path, got: str, todo: str) -> FileNotRecognised:
    return FileNotRecognised(
        f"{path.name} is geen bestand dat kan worden ingelezen.", expected=KNOWN, got=got, todo=todo
    )


KNOWN = (
    "een wijk- en buurtkaart van CBS/PDOK (GeoPackage), buurtscores van de Leefbaarometer (CSV) "
    "of de Gezondheidsmonitor per buurt van RIVM (CSV of Parquet)"
)


def header_of(path: Path) -> list[str]:
    """Return the column names of a table in text, without quotes and blanks."""
    with path.open("rb") as file:
        first = _decode(file.read(64 * 1024).split(b"\n", 1)[0])
    return [name.strip() for name in next(csv.reader([first.strip("\r")], delimiter=_delimiter(first)), [])]


def read_text_table(path: Path) -> pd.DataFrame:
    """Return a table in text with every cell as text, stripped; a missing cell is ``None``.

    Separator (comma, semicolon or tab) and encoding (UTF-8, else Windows-1252) are found from the file.

    Raises
    ------
    FileDamaged
        If a line has too few or too many cells, or the file ends in the middle of a line.
    """
    size = path.stat().st_size
    if size > _MAX_TEXT:
        raise damaged(
            path, "een tabel van hooguit 400 MB", f"{size // 1024**2} MB", "Kijk of dit het goede bestand is."
        )
    raw = path.read_bytes()
    if not raw.endswith(b"\n"):
        raise damaged(path, "een regeleinde na de laatste regel", "het bestand eindigt midden in een regel")
    text = _decode(raw)
    delimiter = _delimiter(text.split("\n", 1)[0])
    try:
        table = pd.read_csv(
            io.StringIO(text),
            sep=delimiter,
            dtype="str",
            keep_default_na=False,
            skipinitialspace=True,
            on_bad_lines="error",
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError) as error:
        raise damaged(path, "een tabel met op elke regel evenveel cellen", str(error)) from error
    table.columns = [str(name).strip() for name in table.columns]
    if table.empty:
        raise damaged(path, "regels met cijfers", "alleen een kopregel")
    short = text.rstrip("\r\n").rsplit("\n", 1)[-1]
    if len(next(csv.reader([short], delimiter=delimiter), [])) != len(table.columns):
        raise damaged(path, f"{len(table.columns)} cellen op de laatste regel", short)
    return table.apply(lambda column: column.str.strip())


def numbers(column: pd.Series, path: Path) -> pd.Series:
    """Return a column of text as float64 with NaN where the publisher has no figure.

    Decimal point and decimal comma are both read; sentinels (-99990 and lower) become NaN, never a number.

    Raises
    ------
    FileDamaged
        With row and column of the first cell that is no figure.
    """
    if not pd.api.types.is_numeric_dtype(column):
        text = column.astype("str").str.strip()
        absent = column.isna() | text.isin(MISSING)
        values = pd.to_numeric(text.str.replace(",", ".", regex=False).mask(absent), errors="coerce")
        wrong = values.isna() & ~absent
        if wrong.any():
            row = wrong.idxmax()
            raise damaged(
                path, f"een cijfer in kolom '{column.name}', regel {int(row) + 2}", repr(text[row])[:60]
            )
    else:
        values = column.astype("float64")
    values = values.astype("float64")
    return values.mask((values <= SENTINEL) | values.abs().eq(float("inf")))


def tidy(wide: pd.DataFrame) -> pd.DataFrame:
    """Return a table with ``code``, ``year`` and a column per indicator as ``code indicator year value``."""
    table = wide.melt(id_vars=["code", "year"], var_name="indicator", value_name="value").dropna(
        subset=["value"]
    )
    table = table.astype({"code": "str", "indicator": "str", "year": "int64", "value": "float64"})
    return table[["code", "indicator", "year", "value"]].sort_values(
        ["code", "indicator", "year"], ignore_index=True
    )


def provenance_of(
    path: Path, *, source: str, title: str, edition: str, licence: str, note: str
) -> Provenance:
    """Return the provenance of a file that was read now, with its SHA-256."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Provenance(
        source=source,
        title=title,
        edition=edition,
        licence=licence,
        file_name=path.name,
        sha256=digest,
        imported_at=datetime.now(UTC).replace(microsecond=0),
        note=note,
    )


def check_unique(table: pd.DataFrame, columns: list[str], path: Path) -> None:
    """Raise DataError when two rows are about the same buurt and year."""
    double = table.duplicated(columns)
    if double.any():
        row = table.loc[double.idxmax()]
        what = " ".join(str(row[column]) for column in columns)
        raise DataError(
            f"{path.name}: er zijn twee regels voor {what}.",
            expected="één regel per buurt en jaar",
            got="meer dan één",
        )


def _decode(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _delimiter(header: str) -> str:
    return max(";\t,", key=header.count)
