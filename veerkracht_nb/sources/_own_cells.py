"""Cells of an own table as figures and as codes of buurten, a whole column at once."""

from __future__ import annotations

import re
from typing import Literal

import numpy as np
import pandas as pd

from ..areas.codes import gemeente_of, level_of, plain_name
from ._files import SENTINEL
from ._own_reading import area_code

Decimal = Literal["auto", ",", "."]

_MISSING = frozenset(
    {"", "-", "–", ".", "x", "na", "n/a", "nan", "nvt", "n.v.t.", "n.b.", "onbekend", "geheim", "null"}
)
_FEW = re.compile(r"^<\s*\d+$")
_UNITS = re.compile(r"^(?:€|eur)?\s*(.*?)\s*(?:%|‰|€)?$", re.IGNORECASE)
_NO_MARK = re.compile(r"[+-]?\d+")
_COMMA = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+(?:,\d+)?|[+-]?\d*,?\d+")
_POINT = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[+-]?\d*\.?\d+(?:[eE][+-]?\d+)?")
_OPEN = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
# D is the decimal mark, T the other one: 12D5, 0D123, 1234D567, 1T234D5 and 1T234T567 leave no doubt.
_CLEAR = r"[+-]?(?:\d*D\d{1,2}|\d*D\d{4,}|\d{4,}D\d+|0D\d+|\d{1,3}(?:T\d{3})+D\d+|\d{1,3}(?:T\d{3}){2,})"
_SURE: dict[str, re.Pattern[str]] = {
    ",": re.compile(_CLEAR.replace("D", ",").replace("T", "[.]")),
    ".": re.compile(_CLEAR.replace("D", "[.]").replace("T", ",")),
}


def decimal_of(column: pd.Series) -> Decimal | None:
    """Return the decimal mark that the cells of a column show.

    "auto" where it has cells like ``1.234`` and nothing tells whether that is a thousand or a decimal mark;
    None where it has no such marks at all.
    """
    plain = _plain(_text(column))
    sure = {mark: int(plain.str.fullmatch(pattern).sum()) for mark, pattern in _SURE.items()}
    if sure[","] != sure["."]:
        return "," if sure[","] > sure["."] else "."
    return "auto" if sure[","] or plain.str.fullmatch(_OPEN).any() else None


def unclear(column: pd.Series) -> pd.Series:
    """Return which cells are like ``1.234``: a figure, of which nobody knows what the mark says."""
    return _plain(_text(column)).str.fullmatch(_OPEN)


def as_numbers(column: pd.Series, decimal: Decimal) -> tuple[pd.Series, pd.Series]:
    """Return a column as figures, and which cells are no figure.

    Parameters
    ----------
    column : pandas.Series
        Floats and text.
    decimal : {"auto", ",", "."}
        With "auto" a cell like ``1.234`` is wrong: nobody knows what it says.

    Returns
    -------
    values : pandas.Series
        float64; NaN where there is no figure. CBS's codes for missing and ``<5`` are missing too.
    wrong : pandas.Series
        bool: there is something, but no figure.
    """
    numeric = column.map(lambda cell: isinstance(cell, float)).astype(bool)
    text = _text(column)
    missing = text.str.lower().isin(_MISSING) | text.str.match(_FEW)
    plain = _plain(text)
    thousand = "," if decimal == "." else "."
    fits = plain.str.fullmatch({",": _COMMA, ".": _POINT, "auto": _NO_MARK}[decimal])
    shown = plain.str.replace(thousand, "", regex=False).str.replace(",", ".", regex=False)
    values = pd.to_numeric(shown.where(fits & ~missing), errors="coerce").astype("float64")
    values = values.where(~numeric, pd.to_numeric(column.where(numeric), errors="coerce").astype("float64"))
    values = values.replace([np.inf, -np.inf], np.nan)
    wrong = ~numeric & ~missing & values.isna()
    return values.mask(values <= SENTINEL), wrong


def _text(column: pd.Series) -> pd.Series:
    return column.map(lambda cell: "" if isinstance(cell, float) else str(cell).strip()).astype("str")


def _plain(text: pd.Series) -> pd.Series:
    """Return cells without unit and blanks: ``€ 1 200`` and ``12,5 %`` are figures."""
    plain = text.str.replace(_UNITS, r"\1", regex=True).str.replace(r"[\s\u00a0\u202f']", "", regex=True)
    return plain.str.replace("−", "-", regex=False)


def as_buurten(column: pd.Series, codes: pd.Index, names: pd.Series) -> pd.DataFrame:
    """Return for each cell which buurt it means.

    Parameters
    ----------
    column : pandas.Series
        Floats and text.
    codes : pandas.Index
        Buurt codes of the gemeente.
    names : pandas.Series
        Their names, by code.

    Returns
    -------
    pandas.DataFrame
        ``code`` ("" where there is none) and ``how``: "code", "nul" (leading zeros were lost), "naam",
        "elders" (buurt of another gemeente), "niveau" (a wijk, gemeente or land), "oud" (a code of this
        gemeente that is not on this map), "dubbele naam" or "onbekend".
    """
    own = gemeente_of(str(codes[0])) if len(codes) else ""
    known = set(codes)
    plain = names.map(plain_name)
    once = plain[~plain.duplicated(keep=False)]
    by_name = dict(zip(once, once.index, strict=True))
    twice = set(plain) - set(by_name)

    def of(cell: str | float) -> tuple[str, str]:
        text = f"{cell:.0f}" if isinstance(cell, float) and cell == cell and abs(cell) < 1e9 else str(cell)
        code = area_code(text)
        padded = f"BU{text.strip():0>8}"
        if code not in known and re.fullmatch(r"\d{5,7}", text.strip()) and padded in known:
            code = padded
        if code:
            lost = not text.strip().upper().startswith("BU") and not re.match(
                r"'?\d{8}|'?\d{4}\w{4}$", text.strip()
            )
            if code in known:
                return code, "nul" if lost else "code"
            if level_of(code) != "buurt":
                return "", "niveau"
            return "", "oud" if gemeente_of(code) == own else "elders"
        if re.fullmatch(r"NL\d\d.*", text.strip()):
            return "", "niveau"
        name = plain_name(text)
        if name in by_name:
            return by_name[name], "naam"
        return "", "dubbele naam" if name in twice else "onbekend"

    found = {cell: of(cell) for cell in column.unique()}
    return pd.DataFrame(
        [found[cell] for cell in column], index=column.index, columns=["code", "how"], dtype="str"
    )
