"""Session notes as Markdown: reads well unrendered, and no contribution can turn into markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from ..i18n import _
from . import tables
from .model import BuurtNotes, Notes, Recognition, Remark, WijkNotes

# Characters that every dialect of Markdown lets a backslash escape.
_BACKSLASH = re.compile(r"([\\`*_\[\]{}#])")
# What HTML or one of the dialects reads as markup but not all of them let escape: as character references.
_REFERENCE = re.compile(r"[&<>|~$^]")
# What is markup at the beginning of a line only: lists, rules, underlined headings, definitions.
_LINE_START = re.compile(r"^([+\-!])", re.MULTILINE)
_LINE_START_REFERENCE = re.compile(r"^([=:])", re.MULTILINE)
_NUMBERED = re.compile(r"^(\d{1,9})([.)])", re.MULTILINE)
# Bare addresses become links by themselves in some dialects.
_ADDRESS = re.compile(r":(?=//)|(?<=www)\.|@", re.IGNORECASE)


def escape(text: str) -> str:
    """Return `text` such that it is rendered as exactly these characters, over as many lines."""
    text = _BACKSLASH.sub(r"\\\1", text)
    text = _REFERENCE.sub(_reference, text)
    text = _LINE_START.sub(r"\\\1", text)
    text = _NUMBERED.sub(r"\1\\\2", text)
    text = _LINE_START_REFERENCE.sub(_reference, text)
    return _ADDRESS.sub(_reference, text)


def _reference(match: re.Match[str]) -> str:
    named = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
    return named.get(match[0], f"&#{ord(match[0])};")


def render_markdown(notes: Notes) -> str:
    """Return `notes` as Markdown (CommonMark with tables)."""
    lines = [f"# {escape(notes.header.title)}", ""]
    lines += [f"**{escape(notes.header.variant_text)}**", ""]
    lines += _table([_("Kenmerk"), _("Waarde")], tables.facts(notes.header))
    lines += [f"## {_('Samenvatting')}", ""]
    lines += _table([_("Onderdeel"), _("Aantal")], tables.totals(notes))
    lines += _table(
        [_("Klasse"), _("Betekenis"), _("Buurten")], [(c.letter, c.label, c.n) for c in notes.summary.classes]
    )
    lines += [f"## {_('Stappen')}", ""]
    lines += _table(tables.step_headings(), map(tables.step_row, notes.steps))
    for wijk in notes.wijken:
        lines += _wijk(wijk)
    for title, sentences in ((_("Werkwijze"), notes.method), (_("Grenzen van de cijfers"), notes.limits)):
        lines += [f"## {title}", ""]
        lines += [f"- {escape(sentence)}" for sentence in sentences] + [""]
    lines += [f"## {_('Herkomst')}", ""]
    lines += _table([_("Kenmerk"), _("Waarde")], notes.record)
    lines += ["---", "", escape(tables.footer(notes.header)), ""]
    return "\n".join(lines)


def write_markdown(notes: Notes, path: Path) -> None:
    """Write `notes` as Markdown in UTF-8."""
    path.write_text(render_markdown(notes), encoding="utf-8", newline="\n")


def _table(headings: Sequence[str], rows: Iterable[Sequence[str | int]]) -> list[str]:
    lines = [_row(headings), "|" + " --- |" * len(headings)]
    return [*lines, *(_row(row) for row in rows), ""]


def _row(cells: Sequence[str | int]) -> str:
    return "| " + " | ".join(escape(str(cell)).replace("\n", "<br>") for cell in cells) + " |"


def _wijk(wijk: WijkNotes) -> list[str]:
    title = escape(wijk.name) if not wijk.code else f"{_('Wijk')} {escape(wijk.name)}"
    lines = [f"## {title}", ""]
    if wijk.code:
        lines += _table(tables.overview_headings(), map(tables.overview_row, wijk.buurten))
    if wijk.without_voice:
        names = ", ".join(escape(b.name) for b in wijk.without_voice)
        lines += [f"{_('Zonder stem')}: {names}.", ""]
    for buurt in wijk.buurten:
        if buurt.has_content:
            lines += _buurt(buurt)
    return lines


def _buurt(buurt: BuurtNotes) -> list[str]:
    lines: list[str] = []
    if buurt.code:
        lines += [
            f"### {escape(buurt.name)} ({escape(buurt.code)})",
            "",
            escape(tables.class_line(buurt)),
            "",
        ]
    for recognition in buurt.recognition:
        lines += _recognition(recognition)
    for title, remarks in ((_("Waarnemingen"), buurt.observations), (_("Verhalen"), buurt.stories)):
        if remarks:
            lines += [f"#### {title}", ""]
        for remark in remarks:
            lines += _remark(remark)
    return lines


def _recognition(recognition: Recognition) -> list[str]:
    lines = [f"#### {_('Herkenning')}: {escape(recognition.step_title)}", ""]
    for answers in (recognition.recognition, recognition.direction):
        if answers.rows():
            rows: list[list[str | int]] = [[group.label, *group.row] for group in answers.rows()]
            headings = [tables.question_title(answers.question), *tables.question_headings(answers.question)]
            lines += _table(headings, rows)
    return [*lines, escape(" ".join(tables.recognition_lines(recognition))), ""]


def _remark(remark: Remark) -> list[str]:
    lines = [
        f"**{remark.number}.** {escape(' · '.join(tables.remark_lines(remark)))}",
        "",
        *_quote(remark.text),
        "",
    ]
    for earlier in remark.earlier:
        lines += [f"{_('Eerdere versie')}:", "", *_quote(earlier), ""]
    return lines


def _quote(text: str) -> list[str]:
    # Two spaces at the end keep a line break in every dialect; an empty line is a new paragraph of the quote.
    lines = escape(text).split("\n")
    return [f"> {line}  " if line else ">" for line in lines[:-1]] + [f"> {lines[-1]}"]
