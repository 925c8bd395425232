"""A table of buurten that sorts in the browser; a row can be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import traitlets as t

from ..i18n import _, current_language
from ._base import Onderdeel, esm, wire


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: heading, whether it holds numbers, decimals to show, and the unit for the heading."""

    label: str
    number: bool = False
    decimals: int = 0


class DataTable(Onderdeel):
    """Rows by buurt, with a heading that sorts and a row that can be chosen.

    Commands
    --------
    ``kies`` : ``{buurt}``.

    Examples
    --------
    >>> from veerkracht_nb.widgets import Column, DataTable
    >>> table = DataTable()
    >>> table.show([Column(label="Buurt"), Column(label="K", number=True, decimals=2)],
    ...            {"BU99010101": ("Havenkwartier", 1.25)})
    """

    _esm = esm("data_table.js")
    COMMANDS = {"kies": {"buurt": str}}  # noqa: RUF012

    columns: t.List[object] = t.List().tag(sync=True)
    rows: t.List[object] = t.List().tag(sync=True)
    selected = t.Unicode().tag(sync=True)
    caption = t.Unicode().tag(sync=True)

    def show(
        self, columns: Sequence[Column], rows: dict[str, tuple[str | float | None, ...]], *, caption: str = ""
    ) -> None:
        """Show `rows` by code of the buurt; None is a figure that is not there."""
        with self.hold_sync():
            self.columns, self.caption = wire(list(columns)), caption
            self.rows = wire([[code, *values] for code, values in rows.items()])

    @classmethod
    def texts(cls) -> dict[str, str]:
        return {"geen": _("geen cijfer"), "sorteer": _("sorteer op {kolom}"), "taal": current_language()}
