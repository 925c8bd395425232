"""Waarnemingen and verhalen as a list: own ones, released ones, or all with the buttons of the begeleider."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import traitlets as t

from ..i18n import _
from ._base import Onderdeel, esm, wire


@dataclass(frozen=True, kw_only=True)
class StoryItem:
    """One text as the list shows it.

    Attributes
    ----------
    id, buurt, buurt_name, text : str
    labels : tuple of str
        Words below the text: kind, tone, role, as far as this person may see them.
    moderation : {"getoond", "vastgehouden", "teruggegeven"}
    reason : str
        Why the begeleider gave it back.
    own, withdrawn : bool
    at : str
        Time as ``"14:03"``.
    """

    id: str
    buurt: str
    buurt_name: str
    text: str
    labels: tuple[str, ...] = ()
    moderation: str = "vastgehouden"
    reason: str = ""
    own: bool = False
    withdrawn: bool = False
    at: str = ""


class StoryList(Onderdeel):
    """Items with what this person may do with them.

    Parameters
    ----------
    kind : {"deelnemer", "begeleider", "scherm"}
        A deelnemer can correct and withdraw own items; a begeleider can show, hold and give back.

    Commands
    --------
    ``bewerk``, ``trek_in`` : ``{id}``; ``beoordeel`` : ``{id, decision, reason}`` with a decision of
    ``getoond``, ``vastgehouden``, ``teruggegeven``.

    Examples
    --------
    >>> from veerkracht_nb.widgets import StoryItem, StoryList
    >>> stories = StoryList(kind="begeleider")
    >>> stories.on_command("beoordeel", lambda body, nonce: print(body))
    >>> stories.show([StoryItem(id="1", buurt="BU99010101", buurt_name="Haven", text="De speeltuin leeft.")])
    """

    _esm = esm("story_list.js")
    COMMANDS = {  # noqa: RUF012
        "bewerk": {"id": str},
        "trek_in": {"id": str},
        "beoordeel": {"id": str, "decision": str, "reason": str},
    }

    kind = t.Unicode("deelnemer").tag(sync=True)
    heading = t.Unicode().tag(sync=True)
    items: t.List[Any] = t.List().tag(sync=True)
    buurt = t.Unicode().tag(sync=True)
    buurt_name = t.Unicode().tag(sync=True)
    disabled_reason = t.Unicode().tag(sync=True)

    def __init__(
        self, *, kind: Literal["deelnemer", "begeleider", "scherm"] = "deelnemer", **traits: Any
    ) -> None:
        super().__init__(kind=kind, **traits)

    def show(self, items: Sequence[StoryItem], *, buurt: str = "", buurt_name: str = "") -> None:
        """Show `items` in their order; with a `buurt` the reader can switch between that one and all."""
        with self.hold_sync():
            self.items = wire(list(items))
            self.buurt, self.buurt_name = buurt, buurt_name

    @classmethod
    def texts(cls) -> dict[str, str]:
        return {
            "leeg": _("Nog geen verhalen."),
            "alles": _("alle buurten"),
            "filter": _("Verhalen van"),
            "eigen": _("van jou"),
            "getoond": _("zichtbaar voor de zaal"),
            "vastgehouden": _("nog niet getoond"),
            "teruggegeven": _("teruggegeven"),
            "ingetrokken": _("ingetrokken"),
            "bewerk": _("verbeter"),
            "trek_in": _("trek in"),
            "zeker": _("Zeker weten? De tekst wordt gewist."),
            "ja": _("Ja, trek in"),
            "nee": _("Nee"),
            "toon": _("toon"),
            "houd_vast": _("houd vast"),
            "geef_terug": _("geef terug"),
            "maak_ongedaan": _("maak ongedaan"),
            "reden": _("Reden, de schrijver leest die"),
            "reden_knop": _("Geef terug met deze reden"),
            "terug": _("Annuleer"),
            "verwacht": _("verwacht"),
            "gevonden": _("gevonden"),
            "wat_nu": _("wat nu"),
        }
