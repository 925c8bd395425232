"""Texts of the screens: Dutch in the code, other languages in gettext catalogues under ``locale/``."""

from __future__ import annotations

from contextvars import ContextVar
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

LANGUAGES = ("nl", "en")
_current = "nl"
_here: ContextVar[str] = ContextVar("veerkracht_language", default="")


def known_language(language: str) -> str:
    """Return `language` where there are texts in it, else ``"nl"``."""
    return language if language in LANGUAGES else "nl"


def use_language(language: str) -> None:
    """Choose the language of this process; an unknown one falls back to Dutch.

    A notebook kernel serves one person, so one language for each process is enough. The server, which
    serves many, uses :func:`speak` for each request.
    """
    global _current
    _current = known_language(language)


def speak(language: str) -> None:
    """Choose the language of the current task alone, whatever that of the process is."""
    _here.set(known_language(language))


def current_language() -> str:
    """Return the code of the language in use, ``"nl"`` unless chosen otherwise."""
    return _here.get() or _current


@cache
def _catalogue(language: str) -> dict[str, str]:
    path = Path(__file__).parent / "locale" / f"{language}.po"
    if language == "nl" or language not in LANGUAGES or not path.exists():
        return {}
    with path.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale=language) if m.id and m.string}


def translate(text: str, language: str) -> str:
    """Return the Dutch `text` in `language`; unchanged where no translation is known."""
    return _catalogue(language).get(text, text)


def _(text: str) -> str:
    """Return the Dutch `text` in the language in use."""
    return translate(text, current_language())
