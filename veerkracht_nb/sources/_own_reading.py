"""A user's own table, as it is: CSV or a spreadsheet, with a header somewhere near the top."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import python_calamine as calamine

from ..areas.codes import level_of, normalise_code
from ..errors import FileDamaged, FileNotRecognised
from ._files import cannot_open

Cell = str | float
Rows = list[list[Cell]]

MAX_BYTES = 60 * 1024**2
MAX_UNPACKED = 400 * 1024**2
MAX_ROWS, MAX_COLUMNS = 200_000, 400
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROTECTED = "EncryptedPackage".encode("utf-16-le")
_KNOWN = "een tabel als CSV, Excel (xlsx, xls) of LibreOffice (ods)"
_TITLE_ROWS = 30


@dataclass(frozen=True, kw_only=True, eq=False)
class RawTable:
    """All rows of a table, the names of the sheets, the one that was read, and what a reader must know.

    Numbers of a spreadsheet are floats, everything else is text without outer blanks; a table in text has
    only text, and one sheet "". Merged cells of a spreadsheet near the top have their text in every cell.
    """

    rows: Rows
    sheets: tuple[str, ...] = ("",)
    sheet: str = ""
    notes: tuple[str, ...] = ()


def read_rows(path: Path, sheet: str | None) -> RawTable:
    """Return a table as it is in the file. Formulas count by their last result.

    Raises
    ------
    FileNotRecognised
        If it is no table, or protected with a password.
    FileDamaged
        If it is empty, too large or cannot be read.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(8192)
    except OSError as error:
        raise cannot_open(path, error, _KNOWN) from error
    if not head.strip():
        raise FileDamaged(f"{path.name} is leeg.", expected=_KNOWN, got=f"{size} bytes")
    if size > MAX_BYTES:
        raise _too_large(path, f"{size // 1024**2} MB", f"hooguit {MAX_BYTES // 1024**2} MB")
    if head.startswith((b"PK\x03\x04", _OLE)):
        return _spreadsheet(path, head, sheet)
    return RawTable(rows=_text_rows(path))


def _unreadable(path: Path, why: str) -> FileDamaged:
    return FileDamaged(
        f"{path.name} kan niet worden gelezen.",
        expected=_KNOWN,
        got=why[:200],
        todo="Open het bestand in Excel of LibreOffice en sla het opnieuw op.",
    )


def _too_large(path: Path, got: str, expected: str) -> FileDamaged:
    return FileDamaged(
        f"{path.name} is te groot voor een tabel met buurten.",
        expected=expected,
        got=got,
        todo="Neem alleen de rijen en kolommen over die nodig zijn: één rij per buurt.",
    )


def _spreadsheet(path: Path, head: bytes, sheet: str | None) -> RawTable:
    if head.startswith(_OLE) and _PROTECTED in path.read_bytes():
        raise _protected(path)
    errors = head.startswith(b"PK") and _check_unpacked(path)
    try:
        with calamine.load_workbook(str(path)) as book:
            names = tuple(book.sheet_names)
            chosen = _sheet(path, names, sheet, book)
            found = book.get_sheet_by_name(chosen)
            if found.total_height > MAX_ROWS or found.total_width > MAX_COLUMNS:
                raise _too_large(path, f"{found.total_height} rijen, {found.total_width} kolommen", _limits())
            rows = [[_cell(value) for value in row] for row in found.to_python(skip_empty_area=False)]
            _fill_merged(rows, found.merged_cell_ranges or ())
    except calamine.PasswordError as error:
        raise _protected(path) from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise _unreadable(path, str(error)) from error
    notes = ("Er staan foutwaarden in (zoals #DEEL/0!); die tellen als ontbrekend.",) if errors else ()
    return RawTable(rows=rows, sheets=names, sheet=chosen, notes=notes)


def _fill_merged(rows: Rows, ranges: Iterable[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """Give every cell of a merged one near the top its text, so that a header belongs to all its columns."""
    for (top, left), (bottom, right) in ranges:
        for row in rows[top : min(bottom + 1, _TITLE_ROWS)]:
            row[left : right + 1] = [rows[top][left]] * len(row[left : right + 1])


def _limits() -> str:
    return f"hooguit {MAX_ROWS} rijen en {MAX_COLUMNS} kolommen"


def _sheet(path: Path, names: tuple[str, ...], sheet: str | None, book: calamine.CalamineWorkbook) -> str:
    if sheet is not None and sheet in names:
        return sheet
    filled = [name for name in names if book.get_sheet_by_name(name).total_height]
    if sheet is not None or not filled:
        raise FileDamaged(
            f"{path.name} heeft geen werkblad {sheet!r}." if sheet else f"{path.name} is leeg.",
            expected="een werkblad met een tabel",
            got=", ".join(names)[:200] or "geen werkbladen",
        )
    return filled[0]


def _protected(path: Path) -> FileNotRecognised:
    return FileNotRecognised(
        f"{path.name} is beveiligd met een wachtwoord.",
        expected="een tabel zonder wachtwoord",
        got="een versleuteld bestand",
        todo="Open het bestand, haal het wachtwoord eraf (Bestand, Info, Werkmap beveiligen) en sla het op.",
    )


def _check_unpacked(path: Path) -> bool:
    """Refuse a file that unpacks to something enormous; return whether a sheet of Excel has error values.

    The reader gives such cells as empty ones, so they must be looked for apart.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(item.file_size for item in packed.infolist())
            names = {item.filename for item in packed.infolist()}
            if size > MAX_UNPACKED:
                most = f"hooguit {MAX_UNPACKED // 1024**2} MB"
                raise _too_large(path, f"{size // 1024**2} MB na uitpakken", most)
            if not names & {"[Content_Types].xml", "content.xml"}:
                raise FileNotRecognised(
                    f"{path.name} is geen tabel.", expected=_KNOWN, got="een zip", todo="Pak het eerst uit."
                )
            return any(
                b't="e"' in packed.read(name) for name in names if name.startswith("xl/worksheets/sheet")
            )
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError, NotImplementedError) as error:
        raise _unreadable(path, str(error)) from error


def _cell(value: object) -> Cell:
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return str(value).strip() if value is not None else ""


def _text_rows(path: Path) -> Rows:
    text = _decode(path.read_bytes())
    start = text.lstrip()[:200].lower()
    if start.startswith("<") or "\0" in text[:8192]:
        what = "een webpagina of XML" if start.startswith("<") else "een bestand van een andere soort"
        raise FileNotRecognised(f"{path.name} is geen tabel.", expected=_KNOWN, got=what)
    # Excel writes the separator as a first line of its own.
    given = re.match(r"sep=(.)\r?\n", text)
    text = text[given.end() :] if given else text
    lines = text.splitlines()
    delimiter = given[1] if given else _delimiter(lines[:40])
    try:
        rows: Rows = [
            [cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=delimiter)
        ]
    except csv.Error as error:
        raise _unreadable(path, str(error)) from error
    if len(rows) > MAX_ROWS or max(map(len, rows), default=0) > MAX_COLUMNS:
        raise _too_large(path, f"{len(rows)} regels", _limits())
    return rows


def _decode(raw: bytes) -> str:
    """Return text from UTF-8, UTF-16 (with a mark, or told by its zero bytes) or Windows-1252."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    sample = raw[:2000]
    if sample[1::2].count(0) > len(sample) // 4:
        return raw.decode("utf-16-le", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _delimiter(lines: Sequence[str]) -> str:
    """Return the separator that cuts most lines into the same number of cells, more than one."""

    def score(delimiter: str) -> tuple[int, int]:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        except csv.Error:
            return 0, 0
        usual = max(set(widths), key=widths.count, default=1)
        return (widths.count(usual), usual) if usual > 1 else (0, 0)

    return max(";\t,|", key=score)


def split_header(rows: Rows, *, forward: bool) -> tuple[list[str], int, tuple[str, ...]]:
    """Return the names of the columns, the number of the first row of data, and what a reader must know.

    The first row with the code of an area begins the data; the row above it is the header. Rows above that
    with text in the first column alone, or one text over all, are titles. Where a header stands over two rows,
    both make the name; with `forward` a name in the upper one goes on to the right, as merged cells do when they
    are saved as text.
    """
    width = max((len(row) for row in rows), default=0)
    filled = [number for number, row in enumerate(rows) if any(cell != "" for cell in row)]
    if not filled or width == 0:
        return [], 0, ()
    coded = [n for n in filled[:_TITLE_ROWS] if any(area_code(cell) for cell in rows[n])]
    # Without codes the widest row near the top is the header: a title has one cell.
    first = coded[0] if coded and coded[0] > filled[0] else _widest(rows, filled[:_TITLE_ROWS]) + 1
    above = [n for n in filled if n < first]
    if not above:
        return [f"kolom {number + 1}" for number in range(width)], first, ("Er is geen kopregel.",)
    names = [_text(cell) for cell in rows[above[-1]]] + [""] * width
    notes: tuple[str, ...] = ()
    if len(above) > 1 and above[-2] == above[-1] - 1 and not _is_title(rows[above[-2]]):
        notes = ("De kop staat over twee rijen; beide zijn samengevoegd.",)
        upper = [_text(cell) for cell in rows[above[-2]]] + [""] * width
        names = _joined(upper, names, width, forward=forward)
    return _unique(names[:width]), first, notes


def _widest(rows: Rows, numbers: Sequence[int]) -> int:
    return max(numbers, key=lambda n: (sum(cell != "" for cell in rows[n]), -n))


def _is_title(row: list[Cell]) -> bool:
    texts = {cell for cell in row if cell != ""}
    return not any(cell != "" for cell in row[1:]) or (len(texts) == 1 and row[0] != "")


def _joined(upper: list[str], lower: list[str], width: int, *, forward: bool) -> list[str]:
    result, last = [], ""
    for number in range(width):
        # A name without a second row stands alone.
        last = upper[number] or (last if forward and lower[number] else "")
        result.append(last if last == lower[number] else f"{last} {lower[number]}".strip())
    return result


def _unique(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    result = []
    for number, name in enumerate(names):
        name = name or f"kolom {number + 1}"
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return result


def _text(cell: Cell) -> str:
    """Return a cell as one line of plain text of at most 80 characters."""
    text = f"{cell:g}" if isinstance(cell, float) else cell
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+", " ", text).strip()[:80]


def area_code(cell: Cell) -> str:
    """Return a cell as the code of an area (BU, WK or GM), or ``""``.

    A spreadsheet makes a number of ``06220101`` and drops the zero; such a number becomes a code of a buurt.
    """
    text = f"{cell:.0f}" if isinstance(cell, float) and cell.is_integer() else str(cell)
    code = normalise_code(text).strip("'\"=")
    if level_of(code):
        return code
    if re.fullmatch(r"\d{7}[0-9A-Z]|\d{4}[0-9A-Z]{4}", code):
        return f"BU{code}"
    if re.fullmatch(r"[1-9]\d{6}", code):
        return f"BU0{code}"
    return ""
