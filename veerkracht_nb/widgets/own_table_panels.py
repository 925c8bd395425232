"""What becomes of an own table: the result of the check, keeping it, and the tables that are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import traitlets as t

from ..i18n import _
from ._base import Onderdeel, esm, static_text, wire


@dataclass(frozen=True, kw_only=True)
class RowProblem:
    """Why a row cannot be used: line in the file, column, expected, got, and what to do."""

    line: int
    column: str
    expected: str
    got: str
    todo: str


class OwnTableCheck(Onderdeel):
    """What a check found: how many buurten, an error for each wrong cell, and whether to leave those out.

    Commands
    --------
    ``weglaten`` : ``{skip}``; ``toon`` : ``{column}``, number of the column of figures to show on the map.

    Examples
    --------
    >>> from veerkracht_nb.widgets import OwnTableCheck, RowProblem
    >>> check = OwnTableCheck()
    >>> check.show("2 van de 3 buurten hebben een regel.", problems=[RowProblem(
    ...     line=4, column="meldingen", expected="een getal", got="'veel'", todo="Verbeter de cel.")], total=1)
    """

    _esm = esm("own_table_check.js")
    _css = static_text("own_table.css")
    COMMANDS = {"weglaten": {"skip": bool}, "toon": {"column": int}}  # noqa: RUF012

    summary = t.Unicode().tag(sync=True)
    notes: t.List[str] = t.List().tag(sync=True)
    absent: t.List[str] = t.List().tag(sync=True)
    problems: t.List[object] = t.List().tag(sync=True)
    total = t.Int(0).tag(sync=True)
    skip = t.Bool(False).tag(sync=True)
    columns: t.List[str] = t.List().tag(sync=True)
    column = t.Int(0).tag(sync=True)

    def show(
        self,
        summary: str,
        *,
        notes: Sequence[str] = (),
        absent: Sequence[str] = (),
        problems: Sequence[RowProblem] = (),
        total: int = 0,
        columns: Sequence[str] = (),
    ) -> None:
        """Show the result of a check.

        Parameters
        ----------
        summary : str
        notes, absent : sequence of str
            What was noticed, and names of the buurten without a row.
        problems : sequence of RowProblem
            The first ones; `total` is how many there are.
        columns : sequence of str
            What the map can show.
        """
        with self.hold_sync():
            self.summary, self.notes, self.absent = wire(summary), wire(list(notes)), wire(list(absent))
            self.problems, self.total = wire(list(problems)), total
            self.columns, self.column, self.skip = wire(list(columns)), 0, False

    @classmethod
    def texts(cls) -> dict[str, str]:
        return {
            "kop": _("Klopt het?"),
            "goed": _("In alle regels staat wat er verwacht wordt."),
            "fouten": _("Fouten in de tabel: {n}"),
            "eerste": _("Dit zijn de eerste {n}."),
            "afwezig": _("Buurten zonder regel ({n})"),
            "regel": _("Regel"),
            "kolom": _("Kolom"),
            "verwacht": _("Verwacht"),
            "gevonden": _("Gevonden"),
            "wat_nu": _("Wat te doen"),
            "vraag": _("Wat doen we met de fouten?"),
            "eerst": _("Ik verbeter eerst het bestand"),
            "weg": _("Laat weg wat fout is"),
            "weg_uitleg": _(
                "Bij een foute code valt de hele regel weg, bij een fout cijfer alleen dat cijfer. "
                "Een cijfer dat weg is, is onbekend en nooit nul."
            ),
            "kaart": _("Toon op de kaart"),
        }


class OwnTableSave(Onderdeel):
    """What will be kept, and the button that does it; the only one that changes anything.

    Commands
    --------
    ``bewaar`` : ``{}``.

    Examples
    --------
    >>> from veerkracht_nb.widgets import OwnTableSave
    >>> save = OwnTableSave()
    >>> save.show(["2 buurten met cijfers van 2024."], reason="Er zijn nog fouten.")
    """

    _esm = esm("own_table_save.js")
    _css = static_text("own_table.css")
    COMMANDS = {"bewaar": {}}  # noqa: RUF012

    lines: t.List[str] = t.List().tag(sync=True)
    reason = t.Unicode().tag(sync=True)
    done: t.List[str] = t.List().tag(sync=True)

    def show(self, lines: Sequence[str], *, reason: str = "", done: Sequence[str] = ()) -> None:
        """Say what will be kept; a `reason` closes the button, `done` is what to say once it is kept."""
        with self.hold_sync():
            self.lines, self.reason, self.done = wire(list(lines)), wire(reason), wire(list(done))

    @classmethod
    def texts(cls) -> dict[str, str]:
        return {
            "kop": _("Bewaren"),
            "bewaar": _("Bewaar bij deze gemeente"),
            "bezig": _("wordt bewaard…"),
            "verwacht": _("verwacht"),
            "gevonden": _("gevonden"),
            "wat_nu": _("wat nu"),
        }


@dataclass(frozen=True, kw_only=True)
class KeptTable:
    """An own table that is kept: key, title, source, what it holds, and how it can be used."""

    key: str
    title: str
    source: str
    figures: tuple[str, ...] = ()
    use: str = ""
    note: str = ""


class OwnTableList(Onderdeel):
    """The own tables of a gemeente; one can be removed, and the last removed one put back.

    Commands
    --------
    ``verwijder`` : ``{key}``; ``terug`` : ``{}``.

    Examples
    --------
    >>> from veerkracht_nb.widgets import KeptTable, OwnTableList
    >>> kept = OwnTableList()
    >>> kept.show("Veerdam", [KeptTable(key="eigen_overlast", title="Overlast", source="gemeente")])
    """

    _esm = esm("own_table_list.js")
    _css = static_text("own_table.css")
    COMMANDS = {"verwijder": {"key": str}, "terug": {}}  # noqa: RUF012

    place = t.Unicode().tag(sync=True)
    tables: t.List[object] = t.List().tag(sync=True)
    removed = t.Unicode().tag(sync=True)

    def show(self, place: str, tables: Sequence[KeptTable], *, removed: str = "") -> None:
        """Show the tables of `place`; `removed` is the title of the one that can be put back."""
        with self.hold_sync():
            self.place, self.tables, self.removed = wire(place), wire(list(tables)), wire(removed)

    @classmethod
    def texts(cls) -> dict[str, str]:
        return {
            "kop": _("Eigen tabellen van {plaats}"),
            "leeg": _("Er zijn nog geen eigen tabellen."),
            "bron": _("Bron: {bron}"),
            "verwijder": _("Verwijder"),
            "verwijderd": _("“{titel}” is verwijderd, met alle cijfers."),
            "terug": _("Zet terug"),
            "verwacht": _("verwacht"),
            "gevonden": _("gevonden"),
            "wat_nu": _("wat nu"),
        }
