"""What the map can show: the signal, the focus, how far the room recognises it, and where the stories are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..dialogue import (
    RecognitionCounts,
    SessionState,
    TooFew,
    discussed_step,
    division,
    recognition_share,
)
from ..dialogue.discuss import DIVIDED_FROM
from ..i18n import _
from ..signal import CLASSES, FOCUS, PALETTES, Palette, Signal
from ..widgets import Mark, Style
from .prepare import Background
from .present import counts_by_buurt


@dataclass(frozen=True, kw_only=True)
class LayerStyle:
    """How one class of a layer looks; letter and pattern make it readable without colour."""

    letter: str
    label: str
    colour: str
    pattern: str


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One layer, ready for the map, the list and the legend."""

    key: str
    heading: str
    palette: Mapping[str, Style]
    classes: Mapping[str, str]
    counts: Mapping[str, int] = field(default_factory=dict)


_FOCUS_MARKS = {
    "beide": ("KO", "dicht"),
    "kwetsbaarheid": ("K", "licht"),
    "overlast": ("O", "stippen"),
    "geen": ("–", "geen"),
    "onbekend": ("?", "leeg"),
}
FOCUS_STYLES: dict[str, Style] = {
    key: LayerStyle(
        letter=_FOCUS_MARKS[key][0], label=kind.label, colour=kind.colour, pattern=_FOCUS_MARKS[key][1]
    )
    for key, kind in FOCUS.items()
}
RECOGNITION_STYLES: dict[str, Style] = {
    "herkend": LayerStyle(
        letter="H", label="De meesten herkennen het beeld", colour="#5aae61", pattern="stippen"
    ),
    "verdeeld": LayerStyle(letter="V", label="De zaal is verdeeld", colour="#fdb863", pattern="licht"),
    "niet": LayerStyle(letter="N", label="De meesten herkennen het niet", colour="#9970ab", pattern="dicht"),
    "weinig": LayerStyle(letter="…", label="Te weinig stemmen", colour="#f3f0ea", pattern="geen"),
    "geen": LayerStyle(letter="", label="Nog geen stem", colour="#ffffff", pattern="geen"),
}
ROOM_RECOGNITION_STYLES: dict[str, Style] = {
    **RECOGNITION_STYLES,
    "geen": LayerStyle(letter="", label="Nog geen 3 stemmen", colour="#ffffff", pattern="geen"),
}
"""For the room, which is not shown one or two voices and so cannot be told that there are none."""
STORY_STYLES: dict[str, Style] = {
    "wel": LayerStyle(letter="", label="Er is iets verteld", colour="#9ecae1", pattern="geen"),
    "geen": LayerStyle(letter="", label="Nog niets verteld", colour="#ffffff", pattern="geen"),
}
OWNERSHIP_STYLES: dict[str, Style] = {
    "laag": LayerStyle(letter="I", label="Minder dan 20% van de woningen", colour="#f2f0f7", pattern="geen"),
    "midden": LayerStyle(letter="II", label="20 tot 40%", colour="#cbc9e2", pattern="ijle-stippen"),
    "hoog": LayerStyle(letter="III", label="40 tot twee derde", colour="#9e9ac8", pattern="licht"),
    "corporatiebuurt": LayerStyle(letter="IV", label="Twee derde of meer", colour="#6a51a3", pattern="dicht"),
    "onbekend": LayerStyle(letter="?", label="Geen cijfer", colour="#ffffff", pattern="leeg"),
}
"""Share of dwellings that corporaties own; two thirds is where the research speaks of a corporatiebuurt."""
LATER_STYLES: dict[str, Style] = {
    "klein": LayerStyle(letter="I", label="Kans kleiner dan 10%", colour="#fff5eb", pattern="geen"),
    "kan": LayerStyle(letter="II", label="10 tot 50%", colour="#fdbe85", pattern="ijle-stippen"),
    "waarschijnlijk": LayerStyle(letter="III", label="50 tot 90%", colour="#e6550d", pattern="licht"),
    "vrijwel zeker": LayerStyle(letter="IV", label="90% of meer", colour="#8c2d04", pattern="dicht"),
    "onbekend": LayerStyle(letter="?", label="Niet door te trekken", colour="#ffffff", pattern="leeg"),
}
"""Probability that vulnerability and nuisance are both high if the trends go on."""
_LETTER_ORDER = ("A", "C", "E", "B", "D", "X")
SIGNAL_STYLES: dict[str, Style] = {letter: CLASSES[letter] for letter in _LETTER_ORDER}

UNCERTAIN = "?"
"""Behind the letter of a class that fewer than two thirds of the variants support."""
_HATCHED = "onzeker"


def firm_styles(palette: Palette = "rood-blauw") -> dict[str, Style]:
    """Return how the classes look on a map that also says which ones are uncertain: hatched, with a question mark."""
    classes = PALETTES[palette]
    styles: dict[str, Style] = {letter: classes[letter] for letter in _LETTER_ORDER}
    for letter, kind in tuple(styles.items()):
        if letter != "X":
            styles[letter + UNCERTAIN] = LayerStyle(
                letter=letter + UNCERTAIN, label=kind.label, colour=kind.colour, pattern=_HATCHED
            )
    return styles


def firm_legend(palette: Palette = "rood-blauw") -> dict[str, Style]:
    """Return the classes and one example of an uncertain one."""
    classes = PALETTES[palette]
    uncertain = LayerStyle(
        letter="A" + UNCERTAIN,
        label="Onzeker: minder dan twee derde van de varianten geeft deze klasse",
        colour=classes["A"].colour,
        pattern=_HATCHED,
    )
    return {**{letter: classes[letter] for letter in _LETTER_ORDER}, "onzeker": uncertain}


def with_counts(legend: Mapping[str, Style], counts: Mapping[str, int]) -> dict[str, Style]:
    """Return a legend that says behind each class how many buurten have it."""
    return {
        key: LayerStyle(
            letter=style.letter,
            label=f"{_(style.label)} · {counts.get(key, 0)}",
            colour=style.colour,
            pattern=style.pattern,
        )
        for key, style in legend.items()
    }


FIRM_STYLES = firm_styles()
FIRM_LEGEND = firm_legend()

SPATIAL_STYLES: dict[str, Style] = {
    "hoog": LayerStyle(letter="HH", label="Hoog, met hoge buren", colour="#b2182b", pattern="dicht"),
    "hoog-tussen-laag": LayerStyle(
        letter="HL", label="Hoog te midden van laag", colour="#f4a582", pattern="licht"
    ),
    "geen": LayerStyle(
        letter="–", label="Geen duidelijk cluster (niet significant)", colour="#efefef", pattern="geen"
    ),
    "laag-tussen-hoog": LayerStyle(
        letter="LH", label="Laag te midden van hoog", colour="#92c5de", pattern="ijle-stippen"
    ),
    "laag": LayerStyle(letter="LL", label="Laag, met lage buren", colour="#4393c3", pattern="stippen"),
    "niet-meegerekend": LayerStyle(letter="?", label="Niet meegerekend", colour="#ffffff", pattern="leeg"),
}
"""Local clusters: whether a buurt and those around it are high or low together."""


def ownership_key(share: float) -> str:
    """Return the class of a share of corporation ownership, in percent; NaN is not known."""
    edges = ((20.0, "laag"), (40.0, "midden"), (200 / 3, "hoog"), (float("inf"), "corporatiebuurt"))
    return next((key for edge, key in edges if share < edge), "onbekend")


def later_key(probability: float) -> str:
    """Return the class of a probability from 0 to 1; NaN is not known."""
    edges = ((0.1, "klein"), (0.5, "kan"), (0.9, "waarschijnlijk"), (float("inf"), "vrijwel zeker"))
    return next((key for edge, key in edges if probability < edge), "onbekend")


def signal_layer(state: SessionState) -> Layer:
    """The class that each buurt had when the session was made."""
    classes = {buurt.code: buurt.letter for buurt in state.buurten}
    return Layer(key="signaal", heading=_("signaal"), palette=SIGNAL_STYLES, classes=classes)


def focus_layer(state: SessionState, signal: Signal) -> Layer:
    """Where vulnerability and nuisance are high now."""
    classes = {buurt.code: str(signal.table.at[buurt.code, "focus"]) for buurt in state.buurten}
    return Layer(key="focus", heading=_("focus"), palette=FOCUS_STYLES, classes=classes)


def recognition_layer(state: SessionState, counts: Mapping[str, RecognitionCounts]) -> Layer:
    """Where the room recognises the signal; `counts` by buurt, as far as the viewer may see them."""
    classes = {buurt.code: agreement_key(counts.get(buurt.code)) for buurt in state.buurten}
    votes = {
        code: count.recognition.total.n
        for code, count in counts.items()
        if count.recognition.total is not None
    }
    exact = state.viewer is None or state.viewer.kind == "begeleider"
    palette = RECOGNITION_STYLES if exact else ROOM_RECOGNITION_STYLES
    return Layer(key="herkenning", heading=_("herkenning"), palette=palette, classes=classes, counts=votes)


def story_layer(state: SessionState, counts: Mapping[str, int]) -> Layer:
    """Where something was told; `counts` by buurt, as far as the viewer may see them."""
    classes = {buurt.code: "wel" if counts.get(buurt.code) else "geen" for buurt in state.buurten}
    return Layer(key="verhalen", heading=_("verhalen"), palette=STORY_STYLES, classes=classes, counts=counts)


def agreement_key(counts: RecognitionCounts | None) -> str:
    """Return the class of one buurt in the layer *herkenning*."""
    total = counts.recognition.total if counts else None
    if total is None or not total.n:
        return "geen"
    share = recognition_share(total)
    if isinstance(share, TooFew):
        return "weinig"
    if division(total) >= DIVIDED_FROM:
        return "verdeeld"
    return "herkend" if share.share >= 0.5 else "niet"


def marks(answered: set[str], counts: Mapping[str, int]) -> dict[str, Mark]:
    """Return the ticks and badges of the buurten."""
    codes = answered | {code for code, count in counts.items() if count}
    return {code: Mark(answered=code in answered, count=counts.get(code) or None) for code in codes}


def chosen_layer(view: SessionState, background: Background | None) -> Layer:
    """Return the layer that the facilitator chose, with in it no more than the viewer may see."""
    if view.layer == "focus" and background is not None:
        return focus_layer(view, background.signal)
    if view.layer == "herkenning":
        asked = discussed_step(view)
        hidden = not asked or not view.shows(asked, "verdeling")
        if hidden and not (view.viewer and view.viewer.kind == "begeleider"):
            return signal_layer(view)
        return recognition_layer(view, {b: c for (step, b), c in view.recognition.items() if step == asked})
    if view.layer == "verhalen":
        return story_layer(view, counts_by_buurt(view, ("waarneming", "verhaal")))
    return signal_layer(view)
