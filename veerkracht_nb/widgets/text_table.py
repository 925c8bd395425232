"""A table to read: rows in their own order, as they are printed elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

import traitlets as t

from ._base import Onderdeel, esm


class TextTable(Onderdeel):
    """Headings and rows of plain text; nothing at all without rows.

    Parameters
    ----------
    heading_column : int, optional
        Column that names the row, for screen readers; the first unless given.

    Examples
    --------
    >>> from veerkracht_nb.widgets import TextTable
    >>> table = TextTable()
    >>> table.show(["Cijfer", "2024"], [["Inwoners", "1.025"]], caption="Cijfers van de wijk")
    """

    _esm = esm("text_table.js")

    headings: t.List[str] = t.List().tag(sync=True)
    rows: t.List[list[str]] = t.List().tag(sync=True)
    caption = t.Unicode().tag(sync=True)
    heading_column = t.Int(0).tag(sync=True)

    def show(self, headings: Sequence[str], rows: Sequence[Sequence[str]], *, caption: str = "") -> None:
        """Show `rows`, each as long as `headings`."""
        with self.hold_sync():
            self.headings, self.caption = list(headings), caption
            self.rows = [list(row) for row in rows]
