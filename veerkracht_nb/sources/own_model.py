"""What an own table is: as it is in the file, what a user says about it, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..areas.indicators import Direction, Indicator
from ..areas.own import OwnProfile, own_key
from ._own_cells import Decimal


@dataclass(frozen=True, kw_only=True, eq=False)
class OwnTable:
    """A table as it is in the file, with guesses for the form.

    Attributes
    ----------
    path : pathlib.Path
    sheets : tuple of str
        Names of the sheets; one "" for a table in text.
    sheet : str
        The one that was read.
    columns : tuple of str
    rows : pandas.DataFrame
        One column of each name; floats and text. Index ``line``: number of the line or row in the file.
    code_column : str or None
        Column that looks like codes of buurten.
    number_columns : tuple of str
        Columns in which most filled cells are figures.
    notes : tuple of str
        What was noticed, in Dutch.
    """

    path: Path
    sheets: tuple[str, ...]
    sheet: str
    columns: tuple[str, ...]
    rows: pd.DataFrame
    code_column: str | None
    number_columns: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OwnColumn:
    """One column of figures and what it becomes.

    Attributes
    ----------
    column : str
        Name of the column in the table.
    label, unit : str
        Words for the screen. Two columns with one label and different years are one indicator.
    higher_is : {"worse", "better", "neutral"}
    year : int or None
        Year of the figures, where it is not that of the whole choice.
    decimals : int
    """

    column: str
    label: str
    unit: str = ""
    higher_is: Direction = "neutral"
    year: int | None = None
    decimals: int = 1

    @property
    def key(self) -> str:
        """Return the key of the indicator."""
        return own_key(self.label)


@dataclass(frozen=True, kw_only=True)
class OwnTableChoice:
    """What a user says about a table.

    Attributes
    ----------
    title, source, note : str
        Name of the profile, who made the figures, and what a reader must know.
    code_column : str
    columns : tuple of OwnColumn
    year : int
        Year of the figures.
    decimal : {"auto", ",", "."}
    """

    title: str
    source: str
    code_column: str
    columns: tuple[OwnColumn, ...]
    year: int
    note: str = ""
    decimal: Decimal = "auto"


@dataclass(frozen=True, kw_only=True)
class RowError:
    """Why a row cannot be used: line in the file, column, and what was expected, found and can be done."""

    line: int
    column: str
    expected: str
    got: str
    todo: str

    def __str__(self) -> str:
        return f"regel {self.line}, {self.column}: verwacht {self.expected}, gevonden {self.got}. {self.todo}"


@dataclass(frozen=True, kw_only=True, eq=False)
class Checked:
    """What a table becomes with a choice.

    Attributes
    ----------
    choice : OwnTableChoice
    figures : pandas.DataFrame
        Tidy: ``code indicator year value``, of the rows that are right.
    indicators : tuple of Indicator
    profile : OwnProfile
    errors : tuple of RowError
        The first ones; `error_count` is how many there are.
    error_count : int
    matched, unmatched : tuple of str
        Codes of buurten with a row, and of land buurten without one.
    preview : pandas.DataFrame
        For the map and a table: index every buurt code; ``name`` and one column for each indicator and year
        (``"label (2024)"``).
    notes : tuple of str
        For instance how many rows are about other gemeenten.
    """

    choice: OwnTableChoice
    figures: pd.DataFrame
    indicators: tuple[Indicator, ...]
    profile: OwnProfile
    errors: tuple[RowError, ...]
    error_count: int
    matched: tuple[str, ...]
    unmatched: tuple[str, ...]
    preview: pd.DataFrame
    notes: tuple[str, ...] = ()
