"""What somebody probably meant who typed a name that is not there."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from .i18n import _

_LONGEST = 80


def nearest(text: str, known: Iterable[str]) -> str:
    """Return the known name that looks most like `text`, or "" where none does.

    Examples
    --------
    >>> nearest("Roterdam", ["Amsterdam", "Rotterdam"])
    'Rotterdam'
    >>> nearest("Parijs", ["Amsterdam", "Rotterdam"])
    ''
    """
    names = {name.casefold(): name for name in known}
    found = get_close_matches(text.strip()[:_LONGEST].casefold(), names, n=1, cutoff=0.7)
    return names[found[0]] if found else ""


def meant(text: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return `otherwise`, what to do about a name that is not there, with what was probably meant before it."""
    found = nearest(text, known)
    if not found:
        return otherwise
    said = _("Misschien is bedoeld: {name}").format(name=found)
    return f"{said}. {otherwise[:1].upper()}{otherwise[1:]}" if otherwise else said


def missing_file(path: Path) -> str:
    """Return what to do about a file that is not there: which one in its folder was probably meant."""
    try:
        there = [other.name for other in path.absolute().parent.iterdir()]
    except OSError:
        there = []
    return meant(path.name, there, _("Controleer de naam en de map van het bestand."))
