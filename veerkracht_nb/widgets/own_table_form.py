"""The form for an own table: choose a file, say what its columns are, and have it checked."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import traitlets as t

from ..errors import FileDamaged, ParameterError
from ..i18n import _
from ._base import Body, Onderdeel, checked, esm, static_text, wire

MAX_FILE = 5 * 1024**2
"""Bytes of the largest file that a browser may bring."""

PIECE = 45_000
"""Bytes of a file in one message; as base64 it stays below the largest message there may be."""

MAX_COLUMNS = 24
"""Columns of figures that one own table may have."""

_COLUMN = {"column": int, "label": str, "unit": str, "year": int, "direction": str}
_CHOICE = {
    "code": int,
    "year": int,
    "decimal": str,
    "title": str,
    "source": str,
    "note": str,
    "columns": list,
}


@dataclass(frozen=True, kw_only=True)
class FormColumn:
    """One column of the file: its name, a few cells, and what it seems to be.

    Attributes
    ----------
    name, sample : str
        As they stand in the file.
    figures : bool
        Whether most cells are figures.
    label : str
        Name to begin with on the map.
    year : int
        Year that the name holds; 0 where it holds none.
    """

    name: str
    sample: str = ""
    figures: bool = False
    label: str = ""
    year: int = 0


@dataclass(frozen=True, kw_only=True)
class FormTable:
    """A file as the form shows it, with what was guessed; `code` is the number of a column, -1 for none."""

    name: str
    rows: int
    columns: tuple[FormColumn, ...]
    code: int = -1
    year: int = 0
    title: str = ""
    sheets: tuple[str, ...] = ("",)
    sheet: str = ""
    notes: tuple[str, ...] = ()


@dataclass
class _Arriving:
    """A file of which some pieces are here."""

    name: str
    size: int
    content: bytearray
    parts: int = 0


class OwnTableForm(Onderdeel):
    """File, columns, title and source of an own table; nothing of the file is shown but as plain text.

    Parameters
    ----------
    example : list of list of str, optional
        Head and rows of a good table, shown until there is a file.

    Commands
    --------
    ``begin`` : ``{name, size}`` and then ``deel`` : ``{part, data}``, pieces of the file as base64, in order.
    ``blad`` : ``{sheet}``, another sheet of the same file.
    ``controleer`` : ``{code, year, decimal, title, source, note, columns}`` with for each column
    ``{column, label, unit, year, direction}``; columns are numbers, a year that was left open is 0.
    ``gewijzigd`` : ``{}``, something was changed after a check.

    Examples
    --------
    >>> from veerkracht_nb.widgets import FormColumn, FormTable, OwnTableForm
    >>> form = OwnTableForm()
    >>> form.on_file(lambda name, content: print(name, len(content)))
    >>> form.show(FormTable(name="a.csv", rows=2, columns=(FormColumn(name="code"),), code=0))
    """

    _esm = esm("own_table_form.js")
    _css = static_text("own_table.css")
    COMMANDS = {  # noqa: RUF012
        "begin": {"name": str, "size": int},
        "deel": {"part": int, "data": str},
        "blad": {"sheet": str},
        "controleer": _CHOICE,
        "gewijzigd": {},
    }

    example: t.List[list[str]] = t.List().tag(sync=True)
    table = t.Dict().tag(sync=True)
    number = t.Int(0).tag(sync=True)
    most = t.List(t.Int(), [MAX_FILE, PIECE, MAX_COLUMNS]).tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        self._arriving: _Arriving | None = None
        self._take: Callable[[str, bytes], None] = lambda name, content: None
        super().__init__(**traits)
        super().on_command("begin", self._begin)
        super().on_command("deel", self._add)

    def on_file(self, take: Callable[[str, bytes], None]) -> None:
        """Call ``take(name, content)`` for each file that has arrived whole; it may raise a VeerkrachtError."""
        self._take = take

    def on_choice(self, take: Callable[[Mapping[str, Any]], None]) -> None:
        """Call ``take(choice)`` with the form, of which every field has the right type."""

        def all_checked(body: Body, nonce: str) -> None:
            columns = body.get("columns", [])
            if set(body) != set(_CHOICE) or not all(
                isinstance(item, dict) and set(item) == set(_COLUMN) for item in columns
            ):
                raise ParameterError(_("Dit bericht is niet te lezen."))
            if len(columns) > MAX_COLUMNS:
                raise ParameterError(
                    _("Kies minder kolommen."),
                    expected=_("hooguit {n} kolommen met cijfers").format(n=MAX_COLUMNS),
                    got=str(len(columns)),
                )
            take({**body, "columns": [checked(item, _COLUMN) for item in columns]})

        self.on_command("controleer", all_checked)

    def show(self, table: FormTable) -> None:
        """Show what is in a file, with the guesses filled in; what was typed for another file is gone."""
        with self.hold_sync():
            self.table, self.number = wire(table), self.number + 1

    def _begin(self, body: Body, nonce: str) -> None:
        size = body.get("size", 0)
        self._arriving = None
        if not 0 < size <= MAX_FILE:
            raise FileDamaged(
                _("Dit bestand is te groot.") if size > 0 else _("Dit bestand is leeg."),
                expected=_("een tabel van hooguit {n} MB, met één rij per buurt").format(
                    n=MAX_FILE // 1024**2
                ),
                got=_("{n} MB").format(n=f"{size / 1024**2:.1f}".replace(".", ",")),
                todo=_("Neem alleen de rijen van uw gemeente en de kolommen die nodig zijn."),
            )
        self._arriving = _Arriving(body.get("name", ""), size, bytearray())

    def _add(self, body: Body, nonce: str) -> None:
        arriving = self._arriving
        try:
            piece = base64.b64decode(body.get("data", ""), validate=True)
        except (binascii.Error, ValueError):
            piece = b""
        wrong = arriving is None or body.get("part") != arriving.parts or not 0 < len(piece) <= PIECE
        if arriving is None or wrong or len(arriving.content) + len(piece) > arriving.size:
            self._arriving = None
            raise FileDamaged(
                _("Het bestand is niet goed overgekomen."), todo=_("Kies het bestand nog een keer.")
            )
        arriving.content += piece
        arriving.parts += 1
        if len(arriving.content) == arriving.size:
            self._arriving = None
            self._take(arriving.name, bytes(arriving.content))

    @classmethod
    def texts(cls) -> dict[str, str]:
        return {
            "kop_bestand": _("Kies een bestand"),
            "uitleg": _(
                "CSV, Excel of LibreOffice, met één rij per buurt en een kolom met buurtcodes of namen. "
                "Hooguit {n} MB. Het bestand blijft op deze laptop."
            ),
            "voorbeeld": _("Zo ziet een goede tabel eruit"),
            "kies": _("Kies een bestand…"),
            "ander": _("Kies een ander bestand…"),
            "rijen": _("{n} rijen"),
            "bezig": _("{naam} wordt gelezen…"),
            "onleesbaar": _("Dit bestand kan de browser niet lezen."),
            "sluit": _("Sluit het in andere programma's en kies het nog een keer."),
            "werkblad": _("Werkblad"),
            "kop_kolommen": _("Wat staat er in de kolommen?"),
            "code": _("Kolom met buurtcodes"),
            "geen_code": _("kies een kolom…"),
            "cijfers": _("Welke kolommen met cijfers neem je over?"),
            "andere": _("Andere kolommen ({n})"),
            "bijvoorbeeld": _("bijvoorbeeld"),
            "leeg": _("leeg"),
            "gebruik": _("neem kolom {kolom} over"),
            "label": _("Naam op de kaart"),
            "unit": _("Eenheid"),
            "unit_hint": _("zoals %"),
            "year": _("Jaar"),
            "zelfde": _("zie 3"),
            "direction": _("Een hoger cijfer is"),
            "kies_richting": _("kies…"),
            "worse": _("ongunstiger"),
            "better": _("gunstiger"),
            "neutral": _("geen van beide"),
            "kop_over": _("Over deze cijfers"),
            "title": _("Titel"),
            "source": _("Bron: wie heeft de cijfers gemaakt?"),
            "jaar": _("Jaar van de cijfers"),
            "decimal": _("Decimaalteken"),
            "decimal_auto": _("zelf herkennen"),
            "decimal_,": _("komma: 1.234,5"),
            "decimal_.": _("punt: 1,234.5"),
            "note": _("Wat moet een lezer hierbij weten? (mag leeg blijven)"),
            "controleer": _("Controleer en bekijk op de kaart"),
            "wordt_bekeken": _("wordt gecontroleerd…"),
            "bekeken": _("Gecontroleerd om {tijd}; het resultaat staat hieronder. Er is nog niets bewaard."),
            "verwacht": _("verwacht"),
            "gevonden": _("gevonden"),
            "wat_nu": _("wat nu"),
        }
