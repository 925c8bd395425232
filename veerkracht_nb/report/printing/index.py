"""The index beside the map: number, mark and name of each buurt, in letters as large as the place allows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from .typeset import MM_PER_PT, text_width

LINE = 1.34
"""Height of a line as a part of the size of the letters."""
_HEADING_LINES = 1.9
_MOST_COLUMNS = 6
_GAP = 0.7
"""Between number and name, as a part of the size of the letters."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line: a wijk, or a buurt with its number."""

    text: str
    number: str = ""
    lines: float = 1.0

    @property
    def heading(self) -> bool:
        """Whether this is the name of a wijk."""
        return not self.number


@dataclass(frozen=True, kw_only=True)
class Index:
    """Rows in columns, and the sizes (points, millimetres) with which they fit."""

    size_pt: float
    number_mm: float
    gap_mm: float
    columns: tuple[tuple[Row, ...], ...]

    @property
    def height_mm(self) -> float:
        """Return the height of the longest column."""
        lines = max(sum(row.lines for row in column) for column in self.columns)
        return lines * self.size_pt * MM_PER_PT * LINE


def fit_index(rows: Sequence[Row], width: float, height: float, *, largest: float, gutter: float) -> Index:
    """Return the index in the largest letters with which it fits in `width` by `height` millimetres."""
    size = largest
    while True:
        for columns in range(1, _MOST_COLUMNS + 1):
            made = _filled(rows, size, columns, (width - gutter * (columns - 1)) / columns, height)
            if made is not None:
                return made
        size *= 0.96


def _filled(rows: Sequence[Row], size: float, columns: int, width: float, height: float) -> Index | None:
    number = max(text_width(row.number, size, bold=True) for row in rows) * 1.04
    gap = _GAP * size * MM_PER_PT
    if width - number - gap < 8 * size * MM_PER_PT:
        return None
    measured = [
        Row(text=row.text, number=row.number, lines=_lines(row, size, width, width - number - gap))
        for row in rows
    ]
    room = height / (size * MM_PER_PT * LINE)
    filled: list[list[Row]] = [[]]
    used = 0.0
    for place, row in enumerate(measured):
        # A wijk never stands alone at the foot of a column.
        below = measured[place + 1].lines if row.heading and place + 1 < len(measured) else 0.0
        if used + row.lines + below > room and filled[-1]:
            filled.append([])
            used = 0.0
        filled[-1].append(row)
        used += row.lines
        if used > room:
            return None
    if len(filled) > columns:
        return None
    filled += [[] for _ in range(columns - len(filled))]
    return Index(size_pt=size, number_mm=number, gap_mm=gap, columns=tuple(map(tuple, filled)))


def _lines(row: Row, size: float, width: float, name_width: float) -> float:
    if row.heading:
        lines = math.ceil(text_width(row.text, size, bold=True) * 1.06 / width)
        return _HEADING_LINES + (lines - 1)
    words = text_width(row.text, size) * 1.06 / name_width
    # Words do not break, so a second line is needed a little before the first is full.
    return float(math.ceil(words * (1.15 if words > 1 else 1.0)))
