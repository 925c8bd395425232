"""What the map and the list of buurten share: their state, and how little of it travels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import anywidget
import traitlets

from ..errors import ParameterError
from ..i18n import _

STATIC = Path(__file__).parent / "static"


class Style(Protocol):
    """How a class looks; :class:`veerkracht_nb.signal.SignalClass` is one."""

    @property
    def letter(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def colour(self) -> str: ...
    @property
    def pattern(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What is noted at a buurt: a tick when it was answered, and a number of contributions.

    Attributes
    ----------
    answered : bool
    count : int or None
        Shown as a badge; None shows nothing, 0 shows a zero.
    """

    answered: bool = False
    count: int | None = None


def script(*names: str) -> str:
    """Return the JavaScript of a widget: what all share, then its own files. No import, no build step."""
    parts = [STATIC / f"{name}.js" for name in ("_buurten", *names)]
    lines = (line.strip() for part in parts for line in part.read_text(encoding="utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def stylesheet(name: str) -> str:
    """Return the style sheet of widget `name`."""
    return (STATIC / f"{name}.css").read_text(encoding="utf-8")


def palette_state(palette: Mapping[str, Style], heading: str) -> dict[str, object]:
    """Return a palette as the browser gets it."""
    items = {
        key: {"letter": s.letter, "label": _(s.label), "colour": s.colour, "pattern": s.pattern}
        for key, s in palette.items()
    }
    return {"heading": heading, "items": items}


def texts() -> dict[str, str]:
    """Return the words that the browser needs, in the language of this process."""
    return {
        "answered": _("beantwoord"),
        "contributions": _("bijdragen"),
        "contribution": _("bijdrage"),
        "water": _("water"),
        "focus": _("hierover gaat het nu"),
        "map": _("Kaart van de buurten"),
        "list": _("Lijst van de buurten"),
        "home": _("Hele gemeente"),
        "in": _("Inzoomen"),
        "out": _("Uitzoomen"),
        "search": _("Zoek een buurt"),
        "searchHint": _("buurt of wijk"),
        "find": _("Zoek op naam"),
        "nothing": _("Geen buurt met deze naam."),
        "found": _("buurten gevonden"),
    }


class BuurtWidget(anywidget.AnyWidget):
    """A widget that shows buurten, each with a class and marks, of which one can be selected.

    Names and boundaries are sent once. After that only what changes goes over the wire, as one small
    message; the state in the kernel stays complete, so a view that is opened later starts with what is
    shown now. The messages are numbered: a browser that missed one asks for the complete state.

    Parameters
    ----------
    names : Mapping[str, str]
        Name of each buurt by its code.
    palette : Mapping[str, Style]
        How each class looks.
    heading : str
        The word that is said before a letter, for instance "signaal".

    Attributes
    ----------
    selected : str or None
        Code of the chosen buurt; also set by the browser. Observe it.
    """

    selected = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    _codes = traitlets.List(traitlets.Unicode()).tag(sync=True)
    _names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    _water = traitlets.List(traitlets.Int()).tag(sync=True)
    _palette = traitlets.Dict().tag(sync=True)
    _texts = traitlets.Dict().tag(sync=True)
    # Changed in place, so that a change does not resend it; n counts the messages.
    _state = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        names: Mapping[str, str],
        *,
        palette: Mapping[str, Style],
        heading: str = "signaal",
        water: Iterable[str] = (),
        **kwargs: Any,
    ) -> None:
        self._known = dict.fromkeys(names)
        self.palette: dict[str, Style] = dict(palette)
        wet = set(water)
        super().__init__(
            _codes=list(names),
            _names=list(names.values()),
            _water=[i for i, code in enumerate(names) if code in wet],
            _palette=palette_state(palette, heading),
            _texts=texts(),
            _state={"n": 0, "c": {}, "m": {}, "f": None},
            **kwargs,
        )
        self.on_msg(self._on_request)

    @property
    def classes(self) -> dict[str, str]:
        """The class of each buurt that has one, by code."""
        return dict(self._state["c"])

    def set_classes(
        self,
        classes: Mapping[str, str | None],
        *,
        palette: Mapping[str, Style] | None = None,
        heading: str | None = None,
    ) -> None:
        """Show these classes; a buurt that is not named has none. Only what differs is sent.

        Parameters
        ----------
        classes : Mapping[str, str or None]
            Key of the palette by buurt code.
        palette, heading : optional
            Another palette, and the word before its letters, when the layer changes.

        Raises
        ------
        ParameterError
            An unknown buurt or a class that is not in the palette; then nothing changes.
        """
        new = dict(self.palette if palette is None else palette)
        wanted = {code: key for code, key in classes.items() if key is not None}
        self._check_codes(classes)
        for code, key in wanted.items():
            _check_key(code, key, new)
        if palette is not None or heading is not None:
            self.palette = new
            self._palette = palette_state(new, heading or str(self._palette["heading"]))
        self._change("c", wanted)

    def set_class(self, code: str, key: str | None) -> None:
        """Show one buurt in class `key` of the palette; None takes its class away."""
        self._check_codes([code])
        if key is not None:
            _check_key(code, key, self.palette)
        self._change("c", {**self._state["c"], code: key})

    def set_marks(self, marks: Mapping[str, Mark]) -> None:
        """Show these marks; a buurt that is not named has none. Only what differs is sent."""
        self._check_codes(marks)
        self._change("m", {code: _packed(mark) for code, mark in marks.items()})

    def set_mark(self, code: str, mark: Mark | None) -> None:
        """Show the mark of one buurt; None takes it away."""
        self._check_codes([code])
        self._change("m", {**self._state["m"], code: _packed(mark) if mark else None})

    def set_focus(self, code: str | None) -> None:
        """Draw a ring around the buurt that the room talks about; None removes it."""
        if code is not None:
            self._check_codes([code])
        if code != self._state["f"]:
            self._state["f"] = code
            self._send_delta({"f": code})

    def _change(self, part: str, wanted: Mapping[str, object]) -> None:
        now = self._state[part]
        delta = {code: value for code, value in wanted.items() if now.get(code) != value}
        delta |= {code: None for code in now if code not in wanted}
        if not delta:
            return
        for code, value in delta.items():
            if value is None:
                now.pop(code, None)
            else:
                now[code] = value
        self._send_delta({part: delta})

    def _send_delta(self, delta: dict[str, object]) -> None:
        self._state["n"] += 1
        self.send({"n": self._state["n"], **delta})

    def _on_request(self, _widget: object, content: Any, _buffers: object) -> None:
        asks = isinstance(content, dict) and content.get("ask") == "state"
        if asks and content.get("n") != self._state["n"]:
            self.send_state("_state")

    def set_state(self, sync_data: dict[str, object]) -> None:
        """Take from the browser only what it is asked for: the selection (and the looks of the box)."""
        allowed = {"selected", "layout", "tabbable", "tooltip"}
        taken = {key: value for key, value in sync_data.items() if key in allowed}
        code = taken.get("selected")
        if code is not None and not (isinstance(code, str) and code in self._known):
            del taken["selected"]
            self.send_state("selected")
        super().set_state(taken)

    @traitlets.validate("selected")
    def _valid_selection(self, proposal: traitlets.Bunch) -> str | None:
        code = proposal["value"]
        if code is not None:
            self._check_codes([code])
        return code

    def _check_codes(self, codes: Iterable[str]) -> None:
        unknown = [str(code) for code in codes if code not in self._known]
        if unknown:
            raise ParameterError(
                _("Deze buurt staat niet op de kaart."),
                expected=_("een van de {n} buurtcodes").format(n=len(self._known)),
                got=", ".join(unknown[:3])[:80],
                todo=_("Gebruik de codes van het jaar waarvan de grenzen zijn."),
            )


def _check_key(code: str, key: str, palette: Mapping[str, Style]) -> None:
    if key not in palette:
        raise ParameterError(
            _("Deze klasse staat niet in het palet van de kaart."),
            expected=", ".join(palette),
            got=f"{code}: {key}"[:80],
            todo=_("Geef met de klassen ook het palet mee."),
        )


def _packed(mark: Mark) -> list[int | None] | None:
    if not mark.answered and mark.count is None:
        return None
    return [int(mark.answered), mark.count]
