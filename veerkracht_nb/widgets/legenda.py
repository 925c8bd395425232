"""What the colours, patterns and letters of a map mean, and what must be said with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import anywidget
import traitlets

from ..i18n import _
from ..signal import SIGNAL
from ._buurten import Style, palette_state, script, stylesheet


class Legenda(anywidget.AnyWidget):
    """Legend of a map; open on a laptop, folded on a phone.

    Parameters
    ----------
    palette : Mapping[str, Style]
        The classes, in the order in which they are shown.
    title : str, optional
        Heading; "Legenda" by default.
    means : sequence of (str, str)
        Figures of the whole gemeente, as words: ``("verandering kwetsbaarheid", "+0,03")``.
    notes : sequence of str
        Source, edition, years. "Signaal, geen oordeel" is added when it is not among them.
    """

    _esm = script("legenda")
    _css = stylesheet("legenda")
    _palette = traitlets.Dict().tag(sync=True)
    _title = traitlets.Unicode().tag(sync=True)
    _means = traitlets.List(traitlets.Any()).tag(sync=True)
    _notes = traitlets.List(traitlets.Unicode()).tag(sync=True)
    _more = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        palette: Mapping[str, Style],
        *,
        title: str = "",
        means: Sequence[tuple[str, str]] = (),
        notes: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.show(palette, title=title, means=means, notes=notes)

    def show(
        self,
        palette: Mapping[str, Style],
        *,
        title: str = "",
        means: Sequence[tuple[str, str]] = (),
        notes: Sequence[str] = (),
    ) -> None:
        """Show another legend, when the map shows another layer. Parameters as of the class."""
        said = any(note.startswith((SIGNAL, _(SIGNAL))) for note in notes)
        with self.hold_sync():
            self._palette = palette_state(palette, "")
            self._more = _("Bronnen, jaren en grenzen van deze kaart")
            self._title = title or _("Legenda")
            self._means = [[name, value] for name, value in means]
            self._notes = [*notes] if said else [*notes, _(SIGNAL)]

    def set_state(self, sync_data: dict[str, object]) -> None:
        """Take nothing from the browser but the looks of the box."""
        super().set_state({key: value for key, value in sync_data.items() if key in {"layout", "tooltip"}})
