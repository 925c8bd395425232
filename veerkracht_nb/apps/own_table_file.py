"""A file that a browser brings, what the form may guess about it, and what the form says as a choice."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..areas.own import own_key
from ..errors import ParameterError
from ..i18n import _
from ..sources.own_model import OwnColumn, OwnTable, OwnTableChoice
from ..sources.own_table import read_own_table
from ..widgets import FormColumn, FormTable

FIRST_YEAR, LAST_YEAR = 1995, 2100
_LONGEST = {"title": 80, "source": 120, "note": 300, "label": 60, "unit": 24}
_YEAR = re.compile(r"(?<!\d)(?:199[5-9]|20\d\d)(?!\d)")
# Line breaks, control characters, and marks that turn the direction of the words around.
_UNSEEN = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
_FORBIDDEN = re.compile(r'[<>:"|?*]+')


@contextmanager
def on_disk(name: str, content: bytes) -> Iterator[Path]:
    """Write a file to a folder of its own that is gone afterwards, so that nothing of it stays behind."""
    with tempfile.TemporaryDirectory(prefix="veerkracht-") as folder:
        path = Path(folder) / file_name(name)
        path.write_bytes(content)
        yield path


def file_name(name: str) -> str:
    """Return a name that a browser gave as one that every file system takes."""
    last = re.split(r"[/\\]", name)[-1]
    printable = "".join(char for char in last if char.isprintable())
    return _FORBIDDEN.sub("_", printable)[-60:].strip(" .") or "tabel"


def read_content(name: str, content: bytes, sheet: str | None = None) -> OwnTable:
    """Return the table in a file.

    Raises
    ------
    FileNotRecognised, FileDamaged
    """
    with on_disk(name, content) as path:
        return read_own_table(path, sheet)


def form_table(table: OwnTable) -> FormTable:
    """Return a table as the form shows it, with a label and year for each column."""
    title = " ".join(re.split(r"[\s_]+", table.path.stem)).strip()[: _LONGEST["title"]]
    columns = _columns(table, title)
    years = [column.year for column in columns if column.year] or [int(y) for y in _YEAR.findall(title)]
    return FormTable(
        name=table.path.name,
        rows=len(table.rows),
        columns=columns,
        code=table.columns.index(table.code_column) if table.code_column else -1,
        year=max(years, default=0),
        title=title,
        sheets=table.sheets,
        sheet=table.sheet,
        notes=table.notes,
    )


def _columns(table: OwnTable, title: str) -> tuple[FormColumn, ...]:
    guesses = [_label_and_year(name, title) for name in table.columns]
    often = Counter((own_key(label), year) for label, year in guesses)
    figures = set(table.number_columns)
    made = []
    for name, (label, year) in zip(table.columns, guesses, strict=True):
        clear = often[own_key(label), year] == 1
        made.append(
            FormColumn(
                name=name,
                sample=_sample(table.rows[name]),
                figures=name in figures,
                label=label if clear else name[: _LONGEST["label"]],
                year=year,
            )
        )
    return tuple(made)


def _label_and_year(name: str, title: str) -> tuple[str, int]:
    """Return the name of a column without the year in it, so that two years become one indicator."""
    years = _YEAR.findall(name)
    if len(years) != 1:
        return name[: _LONGEST["label"]], 0
    rest = " ".join(name.replace(years[0], " ").split()).strip(" _-–/,;:()[]")
    return (rest or title or name)[: _LONGEST["label"]], int(years[0])


def _sample(cells: Sequence[Any]) -> str:
    filled = [cell for cell in cells if cell != ""][:3]
    texts = [f"{cell:g}" if isinstance(cell, float) else _clean(str(cell)) for cell in filled]
    return " · ".join(text[:24] + ("…" if len(text) > 24 else "") for text in texts)


def _clean(text: str) -> str:
    return _UNSEEN.sub(" ", text).strip()


def choice_of(table: OwnTable, said: Mapping[str, Any]) -> OwnTableChoice:
    """Return what the form says as a choice for this table.

    Parameters
    ----------
    table : OwnTable
    said : Mapping
        Body of the command ``controleer`` of :class:`~veerkracht_nb.widgets.OwnTableForm`.

    Raises
    ------
    ParameterError
        Naming the first field that is not filled in or not right.
    """
    if not 0 <= said["code"] < len(table.columns):
        raise _wrong(_("Kies de kolom met buurtcodes."), _("een kolom met codes of namen van buurten"))
    if not said["columns"]:
        raise _wrong(_("Kies ten minste één kolom met cijfers."), _("een kolom met cijfers"))
    columns = tuple(_column(table, item, said) for item in said["columns"])
    title, source, note = (_text(said, part) for part in ("title", "source", "note"))
    if not title:
        raise _wrong(_("Geef de tabel een titel."), _("een titel, zoals die op de kaart komt"))
    if not source:
        raise _wrong(_("Zeg wie de cijfers heeft gemaakt."), _("een bron, zoals de naam van de organisatie"))
    double = [pair for pair, n in Counter((item.key, item.year) for item in columns).items() if n > 1]
    if double:
        names = [item.label for item in columns if (item.key, item.year) == double[0]]
        raise _wrong(
            _("Twee kolommen hebben dezelfde naam en hetzelfde jaar."),
            _("elke naam één keer per jaar"),
            got=f"{names[0]} ({double[0][1]})",
        )
    return OwnTableChoice(
        title=title,
        source=source,
        note=note,
        code_column=table.columns[said["code"]],
        columns=columns,
        year=max(item.year or 0 for item in columns),
        decimal=said["decimal"] if said["decimal"] in (",", ".") else "auto",
    )


def _column(table: OwnTable, item: Mapping[str, Any], said: Mapping[str, Any]) -> OwnColumn:
    number, direction = item["column"], item["direction"]
    if not 0 <= number < len(table.columns) or number == said["code"]:
        raise _wrong(_("Deze kolom is er niet."), ", ".join(table.columns)[:200], got=str(number))
    name = table.columns[number]
    label, unit = _text(item, "label"), _text(item, "unit")
    if not label:
        raise _wrong(_("Geef elke kolom een naam."), _("een naam op de kaart"), got=name)
    if direction not in ("worse", "better", "neutral"):
        raise _wrong(
            _("Zeg bij elke kolom wat een hoger cijfer betekent."),
            _("ongunstiger, gunstiger, of geen van beide"),
            got=name,
        )
    year = item["year"] or said["year"]
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _wrong(
            _("Vul in van welk jaar de cijfers zijn."),
            _("een jaar van {first} tot {last}").format(first=FIRST_YEAR, last=LAST_YEAR),
            got=f"{name}: {year or _('geen jaar')}",
        )
    return OwnColumn(column=name, label=label, unit=unit, higher_is=direction, year=year)


def _text(said: Mapping[str, Any], part: str) -> str:
    text = _clean(said[part])
    if len(text) > _LONGEST[part]:
        raise _wrong(
            _("Deze tekst is te lang."),
            _("hooguit {n} tekens").format(n=_LONGEST[part]),
            got=_("{n} tekens").format(n=len(text)) + f": {text[:40]}…",
        )
    return text


def _wrong(message: str, expected: str, *, got: str = "") -> ParameterError:
    return ParameterError(
        message, expected=expected, got=got, todo=_("Pas het aan; er is nog niets bewaard.")
    )
