"""An error laid out for people: what, expected, found, what to do."""

from __future__ import annotations

from typing import Any

import traitlets as t

from ..errors import VeerkrachtError
from ..i18n import _
from ._base import Onderdeel, error_parts, esm


class ErrorPanel(Onderdeel):
    """Shows a :class:`VeerkrachtError`, or nothing.

    Examples
    --------
    >>> from veerkracht_nb.errors import SessionNotFound
    >>> from veerkracht_nb.widgets import ErrorPanel
    >>> panel = ErrorPanel(SessionNotFound("Deze code bestaat niet.", got="K7P4MX"))
    """

    _esm = esm("error_panel.js")

    error = t.Dict().tag(sync=True)

    def __init__(self, error: VeerkrachtError | None = None, **traits: Any) -> None:
        super().__init__(**traits)
        self.show(error)

    def show(self, error: VeerkrachtError | None) -> None:
        """Show `error`; with None the panel disappears."""
        self.error = error_parts(error) if error else {}

    @classmethod
    def texts(cls) -> dict[str, str]:
        return {"verwacht": _("verwacht"), "gevonden": _("gevonden"), "wat_nu": _("wat nu")}
