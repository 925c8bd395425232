"""Counts as bars: what was answered, per role, and who is in the room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import traitlets as t

from ..i18n import _
from ._base import Onderdeel, esm, wire


@dataclass(frozen=True, kw_only=True)
class BarRow:
    """One bar.

    Attributes
    ----------
    label : str
        Role, or what else the bar is about.
    counts : tuple of int
        Herken, deels, herken niet, weet niet, in that order; empty when there are too few voices to show.
    n : int
        Number of voices, also known when the counts are not shown.
    note : str
        For instance the interval: ``"tussen 40% en 75% herkent dit"``.
    """

    label: str
    counts: tuple[int, ...] = ()
    n: int = 0
    note: str = ""


class CountBars(Onderdeel):
    """Recognition in stacked bars with words, numbers and patterns; too few voices is an answer of its own.

    Parameters
    ----------
    large : bool
        For the beamer.

    Examples
    --------
    >>> from veerkracht_nb.widgets import BarRow, CountBars
    >>> bars = CountBars()
    >>> bars.show(BarRow(label="iedereen", counts=(6, 3, 1, 0), n=10, note="36–83% herkent dit"),
    ...           [BarRow(label="bewoners", n=2)])
    """

    _esm = esm("count_bars.js")

    heading = t.Unicode().tag(sync=True)
    total = t.Dict().tag(sync=True)
    rows: t.List[Any] = t.List().tag(sync=True)
    hidden_reason = t.Unicode().tag(sync=True)
    large = t.Bool(False).tag(sync=True)

    def show(
        self, total: BarRow | None, rows: Sequence[BarRow] = (), *, heading: str = "", hidden_reason: str = ""
    ) -> None:
        """Show the bar of everybody and one per role; or `hidden_reason`: why nothing is shown."""
        with self.hold_sync():
            self.total, self.rows = (wire(total) if total else {}), wire(list(rows))
            self.heading, self.hidden_reason = heading, hidden_reason

    @classmethod
    def texts(cls) -> dict[str, str]:
        return {
            "herken": _("herken ik"),
            "deels": _("deels"),
            "herken_niet": _("herken ik niet"),
            "weet_niet": _("weet ik niet"),
            "te_weinig": _("te weinig stemmen om te tonen"),
            "geen": _("nog geen stem"),
            "n": _("n = {n}"),
            "stemmen": _("{n} stemmen"),
            "stem": _("1 stem"),
        }


class RoleBars(Onderdeel):
    """Who is in the room, per role.

    Examples
    --------
    >>> from veerkracht_nb.widgets import RoleBars
    >>> RoleBars().show({"bewoner": 4, "zorg en welzijn": 3})
    """

    _esm = esm("role_bars.js")

    roles: t.List[Any] = t.List().tag(sync=True)
    total = t.Int(0).tag(sync=True)

    def show(self, people: dict[str, int]) -> None:
        """Show the number of people for each name of a role, in the given order."""
        with self.hold_sync():
            self.roles, self.total = wire([[_(role), n] for role, n in people.items()]), sum(people.values())

    @classmethod
    def texts(cls) -> dict[str, str]:
        return {"kop": _("In de zaal: {n}"), "leeg": _("Nog niemand binnen.")}
