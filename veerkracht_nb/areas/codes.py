"""Codes of gemeenten, wijken and buurten: ``GM0622``, ``WK062201``, ``BU06220101``.

A code is two letters for the level and then gemeente (4), wijk (2) and buurt (2). Wijk and buurt may hold
letters (``BU0363AA01``), so a code is never a number. OData pads codes with spaces to ten characters;
spreadsheets drop the prefix or leading zeros. A buurt is only known by code *and* year: codes are reused for
other places.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from ..errors import DataError

Level = Literal["gemeente", "wijk", "buurt"]

_PATTERNS: dict[Level, re.Pattern[str]] = {
    "gemeente": re.compile(r"GM\d{4}"),
    "wijk": re.compile(r"WK\d{4}[0-9A-Z]{2}"),
    "buurt": re.compile(r"BU\d{4}[0-9A-Z]{4}"),
}
_PREFIX: dict[Level, str] = {"gemeente": "GM", "wijk": "WK", "buurt": "BU"}
_LENGTH: dict[Level, int] = {"gemeente": 4, "wijk": 6, "buurt": 8}


def normalise_code(text: object) -> str:
    """Return `text` as a code without padding and in capitals; a value that is no text becomes ``""``."""
    return text.strip().upper() if isinstance(text, str) else ""


def level_of(text: object) -> Level | None:
    """Return the level of a code, or None for a text that is no code of an area."""
    code = normalise_code(text)
    return next((level for level, pattern in _PATTERNS.items() if pattern.fullmatch(code)), None)


def parse_code(text: str, level: Level) -> str:
    """Return the normal form of a code, with its prefix added where that was left out.

    Parameters
    ----------
    text : str
        ``"BU06220101"``, ``" bu06220101  "``, or ``"06220101"`` where the level is known.
    level : {"gemeente", "wijk", "buurt"}

    Raises
    ------
    DataError
        If the text is no code of this level.

    Examples
    --------
    >>> parse_code("GM1680    ", "gemeente")
    'GM1680'
    >>> parse_code("0363aa01", "buurt")
    'BU0363AA01'
    """
    code = normalise_code(text)
    if len(code) == _LENGTH[level]:
        code = _PREFIX[level] + code
    if not _PATTERNS[level].fullmatch(code):
        raise DataError(
            f"'{str(text)[:40]}' is geen code van een {level}.",
            expected=f"{_PREFIX[level]} en daarna {_LENGTH[level]} tekens, zoals {_EXAMPLES[level]}",
            got=repr(text)[:60],
        )
    return code


def gemeente_of(code: str) -> str:
    """Return the code of the gemeente that a wijk or buurt lies in; a gemeente gives itself."""
    return "GM" + code[2:6]


def wijk_of(code: str) -> str:
    """Return the code of the wijk that a buurt lies in."""
    return "WK" + code[2:8]


def plain_name(text: str) -> str:
    """Return `text` without capitals, accents and outer blanks, to compare names that people type."""
    parts = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(char for char in parts if not unicodedata.combining(char))


_EXAMPLES: dict[Level, str] = {"gemeente": "GM0622", "wijk": "WK062201", "buurt": "BU06220101"}
