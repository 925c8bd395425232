"""The card of one buurt: its class in letter, pattern and words, a few figures, and why."""

from __future__ import annotations

from dataclasses import dataclass

import traitlets as t

from ..i18n import _
from ._base import Onderdeel, esm, wire


@dataclass(frozen=True, kw_only=True)
class ClassMark:
    """A class as it is drawn: letter, words, colour (``#rrggbb``) and name of the print pattern."""

    letter: str
    label: str
    colour: str
    pattern: str = "geen"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure of a buurt, ready to read.

    Attributes
    ----------
    label, value, unit : str
        For instance ``"Bijstand"``, ``"9,4"``, ``"%"``; `value` is already
        written in the language of the user.
    meaning : str
        What is counted, in full; shown on tap.
    comparison : str
        Against the gemeente, in words: ``"hoger dan de gemeente"``.
    year, source : str
        Shown on tap.
    series : tuple of float or None
        Values of `series_years` for the small line, None where there is no figure.
    """

    label: str
    value: str
    unit: str = ""
    meaning: str = ""
    comparison: str = ""
    year: str = ""
    source: str = ""
    series: tuple[float | None, ...] = ()
    series_years: str = ""


@dataclass(frozen=True, kw_only=True)
class BuurtFacts:
    """What the card shows of one buurt. `reasons` answers "why this class", one sentence per step."""

    code: str
    name: str
    wijk: str
    mark: ClassMark
    figures: tuple[Figure, ...] = ()
    reasons: tuple[str, ...] = ()
    note: str = ""


class BuurtCard(Onderdeel):
    """Name, signal and figures of the chosen buurt; invites to tap one when none is chosen.

    Examples
    --------
    >>> from veerkracht_nb.widgets import BuurtCard, BuurtFacts, ClassMark, Figure
    >>> card = BuurtCard()
    >>> card.show(BuurtFacts(code="BU99010101", name="Havenkwartier", wijk="Haven",
    ...     mark=ClassMark(letter="A", label="dubbel signaal", colour="#b2182b", pattern="dicht"),
    ...     figures=(Figure(label="Bijstand", value="9,4", unit="%", comparison="hoger dan de gemeente"),)))
    """

    _esm = esm("buurt_card.js")

    _shown: BuurtFacts | None = None
    facts = t.Dict().tag(sync=True)
    empty_hint = t.Unicode().tag(sync=True)

    def show(self, facts: BuurtFacts | None) -> None:
        """Show one buurt, or with None the invitation to choose one."""
        # Drawn again after every change in the room, mostly with the very same facts.
        if facts is None or facts is not self._shown:
            self._shown = facts
            self.facts = wire(facts) if facts else {}

    @classmethod
    def texts(cls) -> dict[str, str]:
        return {
            "leeg": _("Tik op een buurt"),
            "leeg_uitleg": _("Kies een buurt op de kaart of in de lijst."),
            "signaal": _("Signaal {letter}"),
            "waarom": _("Waarom deze klasse?"),
            "jaar": _("Jaar"),
            "bron": _("Bron"),
            "verloop": _("Verloop"),
        }
