"""The controls of the begeleider: steps, what to discuss first, and what the map shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import traitlets as t

from ..i18n import _
from ._base import Onderdeel, esm, wire


@dataclass(frozen=True, kw_only=True)
class StepItem:
    """One step of the draaiboek: `state` is ``gedaan``, ``nu`` or ``straks``, `level` what the room sees."""

    id: str
    title: str
    question: str = ""
    minutes: int = 0
    state: str = "straks"
    level: str = "alleen_ik"
    answers: int = 0


class StepList(Onderdeel):
    """The draaiboek with its buttons; closing the session asks for confirmation.

    Commands
    --------
    ``start`` : ``{step}``; ``tijd`` : ``{step, minutes}``; ``onthul`` : ``{step, level}`` with a level of
    ``alleen_ik``, ``verdeling``, ``alles``; ``stop`` and ``heropen`` : ``{}``.

    Examples
    --------
    >>> from veerkracht_nb.widgets import StepItem, StepList
    >>> steps = StepList()
    >>> steps.on_command("start", lambda body, nonce: print(body["step"]))
    >>> steps.show([StepItem(id="herkenning", title="herkenning", state="nu", minutes=30)])
    """

    _esm = esm("step_list.js")
    COMMANDS = {  # noqa: RUF012
        "start": {"step": str},
        "tijd": {"step": str, "minutes": int},
        "onthul": {"step": str, "level": str},
        "stop": {},
        "heropen": {},
    }

    steps: t.List[Any] = t.List().tag(sync=True)
    closed = t.Bool(False).tag(sync=True)

    def show(self, steps: Sequence[StepItem], *, closed: bool = False) -> None:
        """Show the steps of the session and whether it is closed."""
        with self.hold_sync():
            self.steps, self.closed = wire(list(steps)), closed

    @classmethod
    def texts(cls) -> dict[str, str]:
        return {
            "kop": _("Draaiboek"),
            "gedaan": _("gedaan"),
            "nu": _("nu"),
            "start": _("Start"),
            "start_lang": _("Start stap {n}: {titel}"),
            "minuten": _("{n} min"),
            "reacties": _("{n} reacties"),
            "reactie": _("1 reactie"),
            "meer": _("5 minuten erbij"),
            "minder": _("5 minuten eraf"),
            "zichtbaar": _("De zaal ziet"),
            "alleen_ik": _("niets"),
            "verdeling": _("verdeling"),
            "alles": _("alles"),
            "stop": _("Sluit de sessie"),
            "zeker": _("Niemand kan daarna nog iets invullen. Heropenen kan."),
            "ja": _("Ja, sluit"),
            "nee": _("Nee"),
            "heropen": _("Heropen de sessie"),
            "gesloten": _("De sessie is gesloten."),
            "verwacht": _("verwacht"),
            "gevonden": _("gevonden"),
            "wat_nu": _("wat nu"),
        }


@dataclass(frozen=True, kw_only=True)
class RankItem:
    """One line of *bespreek eerst*; `why` holds the formula, n, the interval and who is left out."""

    buurt: str
    name: str
    reason: str
    why: tuple[str, ...] = ()


class RankList(Onderdeel):
    """*Bespreek eerst*: the buurten where talking helps most.

    Commands
    --------
    ``kies`` : ``{buurt}``.

    Examples
    --------
    >>> from veerkracht_nb.widgets import RankItem, RankList
    >>> ranks = RankList()
    >>> ranks.show([RankItem(buurt="BU99010101", name="Havenkwartier", reason="verdeeld", why=("n = 10",))])
    """

    _esm = esm("rank_list.js")
    COMMANDS = {"kies": {"buurt": str}}  # noqa: RUF012

    items: t.List[Any] = t.List().tag(sync=True)
    selected = t.Unicode().tag(sync=True)

    def show(self, items: Sequence[RankItem], *, selected: str = "") -> None:
        """Show `items`, the first to discuss on top."""
        with self.hold_sync():
            self.items, self.selected = wire(list(items)), selected

    @classmethod
    def texts(cls) -> dict[str, str]:
        return {
            "kop": _("Bespreek eerst"),
            "waarom": _("waarom dit getal"),
            "waarom_van": _("waarom dit getal bij {naam}"),
            "leeg": _("Nog te weinig stemmen om een volgorde te geven."),
        }


class LayerPicker(Onderdeel):
    """What the map shows, as one row of choices.

    Parameters
    ----------
    options : sequence of (key, label), optional
        Default: signaal, focus, herkenning, verhalen.

    Commands
    --------
    ``laag`` : ``{layer}``.

    Examples
    --------
    >>> from veerkracht_nb.widgets import LayerPicker
    >>> picker = LayerPicker(layer="signaal")
    >>> picker.on_command("laag", lambda body, nonce: print(body["layer"]))
    """

    _esm = esm("layer_picker.js")
    COMMANDS = {"laag": {"layer": str}}  # noqa: RUF012

    layer = t.Unicode("signaal").tag(sync=True)
    options: t.List[Any] = t.List().tag(sync=True)

    def __init__(self, *, options: Sequence[tuple[str, str]] = (), **traits: Any) -> None:
        usual = (
            ("signaal", _("signaal")),
            ("focus", _("focus")),
            ("herkenning", _("herkenning")),
            ("verhalen", _("verhalen")),
        )
        super().__init__(options=wire(list(options or usual)), **traits)

    @classmethod
    def texts(cls) -> dict[str, str]:
        return {"kop": _("Kaartlaag")}
