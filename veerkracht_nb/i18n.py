"""Texts of the screens: Dutch in the code, other languages in gettext catalogues under ``locale/``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

LANGUAGES = ("nl", "en")
_current = "nl"


def use_language(language: str) -> None:
    """Choose the language of this process; an unknown one falls back to Dutch.

    A notebook kernel serves one person, so one language for each process is enough. The server, which
    serves many, names the language in each call of :func:`translate`.
    """
    global _current
    _current = language if language in LANGUAGES else "nl"


def current_language() -> str:
    """Return the code of the language in use, ``"nl"`` unless chosen otherwise."""
    return _current


@cache
def _catalogue(language: str) -> dict[str, str]:
    path = Path(__file__).parent / "locale" / f"{language}.po"
    if language == "nl" or not path.exists():
        return {}
    with path.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale=language) if m.id and m.string}


def translate(text: str, language: str) -> str:
    """Return the Dutch `text` in `language`; unchanged where no translation is known."""
    return _catalogue(language).get(text, text)


def _(text: str) -> str:
    """Return the Dutch `text` in the language of this process."""
    return translate(text, _current)
