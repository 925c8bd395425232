"""Session notes as an Excel workbook, in which text is always text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from ..i18n import _
from . import tables
from .colours import ACCENT, on_colour
from .model import CHOICES, Notes, Recognition

Cell = str | int | float | None
Column = tuple[str, int]
"""Heading and width in characters."""


def write_xlsx(notes: Notes, path: Path) -> None:
    """Write `notes` as an Excel workbook with one sheet per kind of thing.

    Every text is written as a string cell, whatever it begins with: never a formula, link or number.
    """
    options = {
        # No part of a text in a temporary file of its own, and none left behind after a crash.
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd",
    }
    with xlsxwriter.Workbook(str(path), options) as workbook:
        book = _Book(workbook, notes)
        book.summary()
        book.sheet(_("Buurten"), *_buurten(notes))
        book.sheet(_("Herkenning"), *_recognition(notes))
        book.sheet(_("Verhalen"), *_stories(notes))
        book.sheet(_("Waarnemingen"), *_observations(notes))
        book.sheet(_("Herkomst"), *_origin(notes))


class _Book:
    """A workbook with its formats."""

    def __init__(self, workbook: Any, notes: Notes) -> None:
        self.workbook, self.notes = workbook, notes
        font = {"font_name": "Calibri", "font_size": 11, "valign": "top"}
        line = {"bottom": 1, "bottom_color": "#BFC7CF"}
        self.text = workbook.add_format({**font, **line, "text_wrap": True, "num_format": "@"})
        self.number = workbook.add_format({**font, **line, "num_format": "0"})
        self.left = workbook.add_format({**font, **line, "num_format": "0", "align": "left"})
        self.share = workbook.add_format({**font, **line, "num_format": "0%"})
        self.head = workbook.add_format(
            {**font, "bold": True, "text_wrap": True, "font_color": "#FFFFFF", "bg_color": f"#{ACCENT}"}
        )
        self.title = workbook.add_format({**font, "bold": True, "font_size": 16, "font_color": f"#{ACCENT}"})
        self.classes = {
            c.letter: workbook.add_format(
                {
                    **font,
                    **line,
                    "bold": True,
                    "align": "center",
                    "num_format": "@",
                    "bg_color": c.colour,
                    "font_color": f"#{on_colour(c.colour)}",
                }
            )
            for c in notes.summary.classes
        }
        header = notes.header
        workbook.set_properties(
            {
                "title": header.title,
                "subject": header.variant_text,
                "keywords": "; ".join(header.tags),
                "author": "",
                "created": notes.made_at.replace(tzinfo=None, microsecond=0),
            }
        )

    def summary(self) -> None:
        """Write the first sheet: cover, numbers, classes, steps."""
        sheet = self._add(_("Samenvatting"), [("", 36), ("", 60), ("", 44), ("", 13), ("", 15), ("", 11)])
        sheet.write_string(0, 0, self.notes.header.title, self.title)
        sheet.set_row(0, 24)
        row = self._block(sheet, 2, [_("Kenmerk"), _("Waarde")], tables.facts(self.notes.header))
        row = self._block(sheet, row, [_("Onderdeel"), _("Aantal")], tables.totals(self.notes))
        classes = self.notes.summary.classes
        rows = [(c.letter, c.label, c.n) for c in classes]
        self._block(sheet, row, [_("Klasse"), _("Betekenis"), _("Buurten")], rows)
        for offset, kind in enumerate(classes, start=1):
            sheet.write_string(row + offset, 0, kind.letter, self.classes[kind.letter])
        row += len(rows) + 2
        steps = [[f"{step.number}. {step.title}", *tables.step_row(step)[2:]] for step in self.notes.steps]
        self._block(sheet, row, tables.step_headings()[1:], steps)

    def sheet(self, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> None:
        """Write one table: header frozen and filtered, text wrapped."""
        sheet = self._add(name, columns)
        filled = list(rows)
        headings = [heading for heading, _width in columns]
        self._block(sheet, 0, headings, filled)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.autofilter(0, 0, max(len(filled), 1), len(columns) - 1)
        if _("Klasse") in headings:
            column = headings.index(_("Klasse"))
            for index, row in enumerate(filled, start=1):
                letter = str(row[column])
                sheet.write_string(index, column, letter, self.classes.get(letter, self.text))

    def _add(self, name: str, columns: Sequence[Column]) -> Any:
        sheet = self.workbook.add_worksheet(name)
        for index, (_heading, width) in enumerate(columns):
            sheet.set_column(index, index, width)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.hide_gridlines(2)
        # In a footer & begins a code; the limit of the format is 255 characters.
        sheet.set_footer("&L&8" + tables.footer(self.notes.header).replace("&", "&&")[:200] + "&R&8&P / &N")
        return sheet

    def _block(self, sheet: Any, top: int, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
        """Write headings and rows from row `top`, and return the row below the blank one that follows."""
        for column, heading in enumerate(headings):
            sheet.write_string(top, column, heading, self.head)
        row = top
        for row, values in enumerate(rows, start=top + 1):
            for column, value in enumerate(values):
                self._cell(sheet, row, column, value)
        return row + 2

    def _cell(self, sheet: Any, row: int, column: int, value: Cell) -> None:
        if value is None or value == "":
            sheet.write_blank(row, column, None, self.text)
        elif isinstance(value, str):
            sheet.write_string(row, column, value, self.text)
        else:
            # On the first sheet numbers stand in wide columns: on the left, beside what they are about.
            number = self.left if sheet.get_name() == _("Samenvatting") else self.number
            sheet.write_number(row, column, value, self.share if isinstance(value, float) else number)


def _counts() -> list[Column]:
    headings = [tables.question_headings(question) for question in CHOICES]
    named = [[_("Stemmen herkenning"), *headings[0][1:]], [_("Stemmen richting"), *headings[1][1:]]]
    return [(heading[:1].upper() + heading[1:], 12) for part in named for heading in part]


def _buurten(notes: Notes) -> tuple[list[Column], list[list[Cell]]]:
    columns = [(_("Code"), 13), (_("Buurt"), 28), (_("Wijk"), 24), (_("Klasse"), 9), (_("Betekenis"), 44)]
    columns += [(_("Reden van X"), 30), (_("Overlast volgens de cijfers"), 16), *_counts()]
    columns += [
        (_("Mate van herkenning"), 13),
        (_("Laagste (95%)"), 10),
        (_("Hoogste (95%)"), 10),
        (_("Overeenstemming"), 22),
    ]
    columns += [(_("Waarnemingen"), 14), (_("Verhalen"), 11), (_("Zonder stem"), 11)]
    rows: list[list[Cell]] = []
    for b in notes.buurten:
        seen = b.map_recognition
        about: list[Cell] = [b.code, b.name, b.wijk_name, b.letter, b.label, b.why, b.figures]
        said = [*tables.share(seen), tables.agreement(b)]
        counts = _with_words(tables.flat(seen), seen)
        rows.append(
            [*about, *counts, *said, len(b.observations), len(b.stories), "" if b.voiced else _("ja")]
        )
    return columns, rows


def _with_words(counts: list[int | None], seen: Recognition | None) -> list[Cell]:
    """Put "minder dan 3" where a number of people is too small to be shown."""
    row: list[Cell] = list(counts)
    if seen:
        for index, answers in ((0, seen.recognition), (1 + len(CHOICES["herkenning"]), seen.direction)):
            row[index] = tables.few() if answers.too_few else row[index]
    return row


def _recognition(notes: Notes) -> tuple[list[Column], list[list[Cell]]]:
    columns = [(_("Stap"), 26), (_("Code"), 13), (_("Buurt"), 28), (_("Klasse"), 9)]
    columns += [(_("Vraag"), 22), (_("Groep"), 26), *_counts(), (_("Overeenstemming"), 22)]
    rows: list[list[Cell]] = []
    for b in notes.buurten:
        for r in b.recognition:
            for answers in (r.recognition, r.direction):
                about: list[Cell] = [
                    r.step_title,
                    b.code,
                    b.name,
                    b.letter,
                    tables.question_title(answers.question),
                ]
                for group in answers.rows():
                    words = r.agreement if group is r.recognition.total else ""
                    rows.append([*about, group.label, *tables.flat_group(answers, group), words])
                if answers.too_few:
                    rows.append([*about, tables.few(), *[None] * len(tables.FLAT), _("te weinig stemmen")])
    return columns, rows


def _stories(notes: Notes) -> tuple[list[Column], list[list[Cell]]]:
    columns = [(_("Nr"), 6), (_("Code"), 13), (_("Buurt"), 28), (_("Verhaal"), 80), (_("Soort"), 12)]
    columns += [(_("Toon"), 11), (_("Thema"), 20), (_("Delen"), 22), (_("In de zaal"), 22), (_("Reden"), 24)]
    columns += [(_("Eerdere versies"), 50), (_("Stap"), 26)]
    return columns, [list(tables.remark_row(r)) for r in notes.stories]


def _observations(notes: Notes) -> tuple[list[Column], list[list[Cell]]]:
    columns = [(_("Nr"), 6), (_("Code"), 13), (_("Buurt"), 28), (_("Waarneming"), 80), (_("In de zaal"), 22)]
    columns += [(_("Reden"), 24), (_("Eerdere versies"), 50), (_("Stap"), 26)]
    return columns, [list(tables.remark_row(r)) for r in notes.observations]


def _origin(notes: Notes) -> tuple[list[Column], list[list[Cell]]]:
    rows: list[list[Cell]] = [list(row) for row in notes.record]
    rows += [[_("aard van de kaart"), tag] for tag in notes.header.tags]
    rows += [[_("werkwijze"), line] for line in notes.method]
    rows += [[_("grenzen van de cijfers"), line] for line in notes.limits]
    return [(_("Kenmerk"), 30), (_("Waarde"), 120)], rows
