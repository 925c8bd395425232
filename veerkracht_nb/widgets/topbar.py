"""The bar at the top of every screen: where we are, what is asked, how long, and whether we are connected."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import traitlets as t

from ..i18n import _
from ._base import Onderdeel, esm


class TopBar(Onderdeel):
    """Title, step, question, time left, connection and a gentle notice.

    Parameters
    ----------
    kind : {"deelnemer", "begeleider", "scherm"}
        The screen sets the question in very large type; a deelnemer does not see the number of people.
    title, step_title, question, notice : str
        Plain texts. A new `notice` is read out by a screen reader.
    step_number : int
        From 1; 0 before the session starts.
    ends_at : str
        ISO time with zone at which the step ends, empty for no timer; see :meth:`show_time`.
    people : int
        Number of people in the room.

    Examples
    --------
    >>> from veerkracht_nb.widgets import TopBar
    >>> TopBar(title="Voorbeeldstad · werksessie", step_number=3, step_title="herkenning",
    ...        question="Zien wij hetzelfde?")
    <veerkracht_nb.widgets.topbar.TopBar object at ...>
    """

    _esm = esm("topbar.js")

    kind = t.Unicode("deelnemer").tag(sync=True)
    title = t.Unicode().tag(sync=True)
    step_number = t.Int(0).tag(sync=True)
    step_title = t.Unicode().tag(sync=True)
    question = t.Unicode().tag(sync=True)
    ends_at = t.Unicode().tag(sync=True)
    people = t.Int(0).tag(sync=True)
    notice = t.Unicode().tag(sync=True)
    closed = t.Bool(False).tag(sync=True)

    def __init__(
        self, *, kind: Literal["deelnemer", "begeleider", "scherm"] = "deelnemer", **traits: Any
    ) -> None:
        super().__init__(kind=kind, **traits)

    def show_time(self, ends_at: datetime | None) -> None:
        """Count down to `ends_at`, an aware time; None for no timer."""
        self.ends_at = ends_at.isoformat(timespec="seconds") if ends_at else ""

    @classmethod
    def texts(cls) -> dict[str, str]:
        return {
            "verbonden": _("verbonden"),
            "geen_verbinding": _("geen verbinding: we bewaren het en sturen het straks"),
            "wachten": _("wordt verstuurd…"),
            "tijd_om": _("tijd om"),
            "resterend": _("nog {tijd}"),
            "mensen": _("{n} mensen in de zaal"),
            "mens": _("1 mens in de zaal"),
            "gesloten": _("De sessie is gesloten."),
            "opnieuw": _("Opnieuw verbinden"),
        }
