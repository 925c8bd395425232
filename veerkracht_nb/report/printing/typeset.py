"""From a template and data to a tagged PDF. Text is data: the template reads it, it never becomes markup."""

from __future__ import annotations

import json
import tempfile
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst
from fontTools.ttLib import TTFont

from ...errors import ExportError
from ...i18n import _, current_language

TEMPLATES = Path(__file__).parent / "templates"
FONTS = Path(__file__).parent / "fonts"
FAMILY = "DejaVu Sans"
_FILES = {False: "DejaVuSansCondensed.ttf", True: "DejaVuSansCondensed-Bold.ttf"}
MM_PER_PT = 25.4 / 72
# Parts of an emoji that say nothing by themselves: joiners, variation selectors, skin tones.
_SILENT = frozenset(
    {0x200C, 0x200D, *range(0xFE00, 0xFE10), *range(0x1F3FB, 0x1F400), *range(0xE0020, 0xE0080)}
)

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


def typeset(
    template: Path,
    data: Mapping[str, Json],
    *,
    drawings: Mapping[str, str],
    made_at: datetime | None = None,
) -> bytes:
    """Return `template`, filled with `data`, as a PDF (PDF/UA-1: tagged, with title and language).

    The template may read files of a folder that is made for this one document and removed afterwards, and no
    others; fonts are those of this package, so that a document is the same on each computer.

    Parameters
    ----------
    template : Path
        A file with the layout, in the language of typst.
    data : mapping
        What the template reads from ``data.json``; a key ``language`` is added.
    drawings : mapping of str to str
        SVG images by file name.
    made_at : datetime, optional
        Moment of writing, with time zone; now unless given.

    Raises
    ------
    ExportError
        If the template and the data do not go together.
    """
    shown = _displayable_parts({**data, "language": current_language()})
    files = {"data.json": json.dumps(shown).encode(), **_encoded(drawings)}
    moment = (made_at or datetime.now(UTC)).replace(microsecond=0)
    return _compiled(template.read_bytes(), files, format="pdf", pdf_standards=["ua-1"], timestamp=moment)


def drawing_png(svg: str, width: float, height: float, *, ppi: float = 220) -> bytes:
    """Return an SVG image of `width` by `height` millimetres as PNG, for programs that take no other.

    Raises
    ------
    ExportError
    """
    page = f'#set page(width: {width}mm, height: {height}mm, margin: 0mm)\n#image("drawing.svg", width: 100%)'
    return _compiled(page.encode(), _encoded({"drawing.svg": svg}), format="png", ppi=ppi)


def _encoded(drawings: Mapping[str, str]) -> dict[str, bytes]:
    return {name: drawing.encode() for name, drawing in drawings.items()}


def _compiled(template: bytes, files: Mapping[str, bytes], **options: Any) -> bytes:
    with tempfile.TemporaryDirectory(prefix="veerkracht-") as name:
        room = Path(name)
        for file_name, content in {"main.typ": template, **files}.items():
            (room / file_name).write_bytes(content)
        try:
            made = typst.Compiler(
                root=str(room),
                font_paths=_fonts(),
                ignore_system_fonts=True,
                # No package is used; were one named, it would be looked for in this empty place.
                package_path=str(room / "none"),
                package_cache_path=str(room / "none"),
            ).compile(str(room / "main.typ"), **options)
        except RuntimeError as error:
            raise ExportError(
                _("De PDF kan niet worden gemaakt."),
                expected=_("gegevens die op het blad passen"),
                got=str(error)[:300],
                todo=_("meld dit met de naam van de gemeente; de andere formaten zijn wel te maken"),
            ) from error
    assert isinstance(made, bytes)
    return made


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


@cache
def _widths(bold: bool) -> dict[int, float]:
    """Return the width of each character that the font has, as a part of the size of the font."""
    font = TTFont(FONTS / _FILES[bold], lazy=True)
    em = font["head"].unitsPerEm
    metrics = font["hmtx"]
    return {code: metrics[name][0] / em for code, name in font.getBestCmap().items()}


def text_width(text: str, size_pt: float, *, bold: bool = False) -> float:
    """Return the width in millimetres of one line of `text`."""
    widths = _widths(bold)
    return sum(widths.get(ord(char), 0.6) for char in displayable(text)) * size_pt * MM_PER_PT


def displayable(text: str) -> str:
    """Return `text` with the name of each sign that the font does not have in its place.

    A document for screen readers may not hold a sign without a shape, and a square says nothing to anybody.
    """
    known = _known()
    return "".join(char if ord(char) in known else _named(char) for char in text)


@cache
def _known() -> frozenset[int]:
    in_both = _widths(False).keys() & _widths(True).keys()
    return frozenset(in_both | {ord("\n")}) - _SILENT


def _named(char: str) -> str:
    if ord(char) in _SILENT:
        return ""
    return f"[{unicodedata.name(char, f'U+{ord(char):04X}').lower()}]"


def _displayable_parts(value: Json) -> Json:
    if isinstance(value, str):
        return displayable(value)
    if isinstance(value, list):
        return [_displayable_parts(part) for part in value]
    if isinstance(value, dict):
        return {key: _displayable_parts(part) for key, part in value.items()}
    return value
