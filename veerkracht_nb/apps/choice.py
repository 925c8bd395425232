"""Choosing a buurt: map and list together, or the list alone where this laptop has no boundaries."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import ipywidgets as w

from ..dialogue import SessionState
from ..i18n import _
from ..signal import PROXY, SIGNAL
from ..signal.decimals import signed
from ..widgets import (
    BuurtKaart,
    BuurtLijst,
    KaartEnLijst,
    Legenda,
    Mark,
    Style,
    buurt_kaart,
    kaart_en_lijst,
)
from .layers import Layer, signal_layer
from .prepare import Background

MAP_HEIGHT = "var(--vk-map-height)"
"""Set by the frame of each kind of screen."""


class BuurtChoice:
    """Map, list and legend of a session as one thing.

    Parameters
    ----------
    view : SessionState
        What the viewer may see.
    background : Background or None
        Boundaries and figures; None shows the list alone.
    height : str
        Height of map and list in CSS.
    controls : bool
        False for a screen that nobody touches: the map alone, without buttons.
    """

    def __init__(
        self, view: SessionState, background: Background | None, *, height: str, controls: bool = True
    ) -> None:
        self._known = {buurt.code: buurt for buurt in view.buurten}
        layer = signal_layer(view)
        self._chooser = _chooser(view, background, layer, height, controls)
        self._notes = _notes(view, background, brief=not controls)
        self._means = _means(background)
        self._palette: Mapping[str, Style] | None = None
        self.legend = Legenda(layer.palette, means=self._means, notes=self._notes)
        self.show(layer, {})

    @property
    def chooser(self) -> w.Widget:
        """Map and list."""
        return self._chooser

    @property
    def selected(self) -> str:
        """Code of the chosen buurt, empty when none of the session is chosen."""
        code = self._chooser.selected or ""
        return code if code in self._known else ""

    def select(self, code: str) -> None:
        """Choose a buurt, or with an empty code none."""
        if code != self.selected:
            self._chooser.selected = code or None

    def on_select(self, callback: Callable[[], None]) -> None:
        """Call `callback` when another buurt is chosen, by whomever."""
        self._chooser.observe(lambda _change: callback(), "selected")

    def show(self, layer: Layer, marks: Mapping[str, Mark], *, focus: str = "") -> None:
        """Show a layer, the ticks and counts, and the buurt that the room talks about."""
        changed = layer.palette is not self._palette
        self._chooser.set_classes(
            layer.classes,
            palette=layer.palette if changed else None,
            heading=layer.heading if changed else None,
        )
        self._chooser.set_marks(marks)
        set_focus = self._chooser.set_focus if isinstance(self._chooser, BuurtLijst) else self._chooser.focus
        set_focus(focus if focus in self._known else None)
        if changed:
            self._palette = layer.palette
            means = self._means if layer.key == "signaal" else ()
            self.legend.show(layer.palette, means=means, notes=self._notes)


def _chooser(
    view: SessionState, background: Background | None, layer: Layer, height: str, controls: bool
) -> KaartEnLijst | BuurtKaart | BuurtLijst:
    if background is None:
        return BuurtLijst(
            {buurt.code: buurt.name for buurt in view.buurten},
            wijken={buurt.code: buurt.wijk_name for buurt in view.buurten},
            palette=layer.palette,
            heading=layer.heading,
            hoogte=height,
        )
    buurten = background.municipality.buurten
    if controls:
        return kaart_en_lijst(buurten, palette=layer.palette, heading=layer.heading, hoogte=height)
    return buurt_kaart(buurten, palette=layer.palette, heading=layer.heading, hoogte=height, controls=False)


def _notes(view: SessionState, background: Background | None, *, brief: bool) -> tuple[str, ...]:
    if background is None:
        return view.made.sources if view.made else ()
    signal = background.signal
    if not brief:
        return signal.notes
    sources = ", ".join(dict.fromkeys(p.source for p in background.municipality.provenance))
    line = _("{gemeente}, profiel {profile}, {period}. Bron: {sources}.")
    return (
        f"{_(SIGNAL)} {_(PROXY)}",
        line.format(
            gemeente=background.municipality.name,
            profile=_(signal.definition.title).lower(),
            period=signal.period,
            sources=sources,
        ),
    )


def _means(background: Background | None) -> tuple[tuple[str, str], ...]:
    if background is None:
        return ()
    signal = background.signal
    return (
        (_("verandering kwetsbaarheid in de gemeente"), _signed(signal.mean_dk, 2)),
        (_("verandering overlast in de gemeente"), _signed(signal.mean_do, 3)),
    )


def _signed(value: float, decimals: int) -> str:
    return signed(value, decimals).replace("-", "−")
