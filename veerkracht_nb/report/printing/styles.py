"""How a class looks on paper: colour, pattern and mark, so that it can also be told in black and white."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from ...errors import ExportError
from ...i18n import _
from ...signal import CLASSES, FOCUS, Robustness, Signal

LayerName = Literal["signaal", "focus"]
PaletteName = Literal["rood-blauw", "rood-groen", "zwart-wit"]
PALETTES: tuple[PaletteName, ...] = ("rood-blauw", "rood-groen", "zwart-wit")

_RED_GREEN = {"A": "#b2182b", "C": "#ef8a62", "E": "#e0e0e0", "B": "#a6d96a", "D": "#1a9850"}
_FOCUS_LOOKS: dict[str, tuple[str, str]] = {
    "beide": ("KO", "dicht"),
    "kwetsbaarheid": ("K", "licht"),
    "overlast": ("O", "stippen"),
    "geen": ("–", "geen"),
    "onbekend": ("?", "leeg"),
}


@dataclass(frozen=True, kw_only=True)
class Look:
    """One class on paper.

    Attributes
    ----------
    key, mark, label : str
        Value in the table of the signal, what stands behind the number of a buurt, and the words of the
        legend.
    colour : str
        ``#rrggbb``.
    pattern : str
        ``dicht``, ``licht``, ``geen``, ``stippen``, ``ijle-stippen`` or ``leeg``.
    hatched : bool
        Whether broad double lines cross it: the class is uncertain.
    """

    key: str
    mark: str
    label: str
    colour: str
    pattern: str
    hatched: bool = False


UNCERTAIN = "?"
"""Behind the key and the mark of an uncertain class."""

MOVED = "°"
"""Behind the class of a buurt, and behind a figure, of which borders, code or name changed."""


def moved_text() -> str:
    """Return what :data:`MOVED` means."""
    return (
        MOVED
        + " "
        + _(
            "Grens, code of naam gewijzigd tussen de jaren van de cijfers en de kaart: cijfers zijn overgenomen of "
            "herrekend, of gaan deels over een ander gebied."
        )
    )


def looks(layer: LayerName, palette: PaletteName) -> dict[str, Look]:
    """Return the classes of a layer by key, in the order of the legend.

    Raises
    ------
    ExportError
        If the layer or the palette is unknown.
    """
    if layer not in ("signaal", "focus") or palette not in PALETTES:
        raise ExportError(
            _("Deze kaart kan niet worden gemaakt."),
            expected=_("laag signaal of focus; kleuren {palettes}").format(palettes=", ".join(PALETTES)),
            got=f"{layer!r}, {palette!r}",
        )
    if layer == "signaal":
        made = [
            Look(
                key=kind.letter,
                mark="?" if kind.letter == "X" else kind.letter,
                label=_(kind.label),
                colour=_colour(kind.letter, kind.colour, palette),
                pattern=kind.pattern,
            )
            for kind in CLASSES.values()
        ]
    else:
        made = [
            Look(
                key=kind.key,
                mark=_FOCUS_LOOKS[kind.key][0],
                label=_(kind.label),
                colour="#ffffff" if palette == "zwart-wit" else kind.colour,
                pattern=_FOCUS_LOOKS[kind.key][1],
            )
            for kind in FOCUS.values()
        ]
    return {look.key: look for look in made}


def _colour(letter: str, colour: str, palette: PaletteName) -> str:
    if palette == "zwart-wit":
        return "#ffffff"
    return _RED_GREEN.get(letter, colour) if palette == "rood-groen" else colour


def firm_looks(style: Mapping[str, Look]) -> dict[str, Look]:
    """Return the classes and, of each that can be uncertain, how it looks then: hatched, with a question mark."""
    hatched = (
        replace(look, key=look.key + UNCERTAIN, mark=look.mark + UNCERTAIN, hatched=True)
        for look in style.values()
        if look.pattern != "leeg"
    )
    return {**style, **{look.key: look for look in hatched}}


def example(style: Mapping[str, Look]) -> Look:
    """Return the line of the legend that says what hatching means, on the first class."""
    first = next(iter(style.values()))
    return replace(
        first,
        key=UNCERTAIN,
        mark=first.mark + UNCERTAIN,
        label=_("Onzeker: minder dan twee derde van de varianten geeft deze klasse"),
        hatched=True,
    )


def keys_of(signal: Signal, layer: LayerName, firmness: Robustness) -> dict[str, str]:
    """Return the key of each buurt in :func:`firm_looks`."""
    column, uncertain = ("letter", "uncertain") if layer == "signaal" else ("focus", "focus_uncertain")
    doubtful = firmness.table[uncertain]
    return {
        str(code): f"{key}{UNCERTAIN}" if doubtful[code] else str(key)
        for code, key in signal.table[column].items()
    }
