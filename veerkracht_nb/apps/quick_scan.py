"""The quick scan: a municipality on one page, for the analyst and the facilitator, before the session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import ipywidgets as w
import pandas as pd

from ..areas import Municipality
from ..i18n import _, current_language
from ..signal import (
    PALETTES,
    Palette,
    Projection,
    Robustness,
    Signal,
    Spatial,
    View,
    explain_projection,
    explain_support,
)
from ..signal.decimals import signed
from ..signal.series import History
from ..sources import load_municipality
from ..widgets import (
    BuurtCard,
    Choice,
    ChoiceBar,
    DataTable,
    InfoPanel,
    Legenda,
    TopBar,
    app_frame,
    buurt_kaart,
)
from . import quick_scan_maps as maps
from .choice import MAP_HEIGHT
from .facts import signal_facts
from .idle import soon
from .layers import FOCUS_STYLES, UNCERTAIN, firm_legend, firm_styles, with_counts
from .parameters import QuickScanParameters
from .quick_scan_charts import Charts
from .quick_scan_maps import COLUMNS, SECONDS, SecondMap
from .quick_scan_results import Results
from .quick_scan_table import columns, rows
from .shell import guarded, one_of

VIEWS: tuple[tuple[View, str], ...] = (("relatief", "binnen de gemeente"), ("absoluut", "absoluut"))


class QuickScan(w.VBox):
    """Signaal beside another map, the figures of each buurt, and how the buurten lie to each other.

    Attributes
    ----------
    municipality : Municipality
    signal : Signal
        What is shown now; changes with the choices on the page.
    firmness : Robustness
        How firm the classes of that signal are.
    projection : Projection or None
        Where the trends lead if they go on; None where there are too few years.
    """

    def __init__(self, parameters: QuickScanParameters) -> None:
        self.municipality: Municipality = load_municipality(parameters.gemeente)
        self._results = Results(self.municipality, profile=parameters.profiel)
        self._chosen = {
            "profiel": self._results.default,
            "weergave": parameters.weergave,
            "jaren": "",
            "kleuren": "rood-blauw",
            "laag": "focus",
            "cijfer": "k1",
        }
        self._compute()
        self._make_widgets()
        self._connect()
        self._draw()
        super().__init__([self._frame()])
        soon(self._results.warm)

    def _compute(self) -> None:
        profile, view, years = (self._chosen[key] for key in ("profiel", "weergave", "jaren"))
        self.signal: Signal
        self.firmness: Robustness
        self.signal, self.firmness = self._results.signal(profile, view, years)
        self._past: History = self._results.past(profile)
        self.projection: Projection | None = self._results.ahead(profile)

    def _make_widgets(self) -> None:
        buurten = self.municipality.buurten
        self._top = TopBar(kind="begeleider", title=_("Quick scan"), question=self.municipality.name)
        self._figures, self._how, self._what = (ChoiceBar(channel=name) for name in ("cijfers", "hoe", "wat"))
        self._maps = [
            buurt_kaart(buurten, palette=firm_styles(), heading=_("signaal"), hoogte=MAP_HEIGHT),
            buurt_kaart(buurten, palette=FOCUS_STYLES, heading=_("focus"), hoogte=MAP_HEIGHT),
        ]
        self._legends = [Legenda(firm_legend()), Legenda(FOCUS_STYLES)]
        self._said = InfoPanel()
        self._card = BuurtCard(empty_hint=_("Kies een buurt op een van de kaarten of in de tabel."))
        self._table = DataTable()
        self._charts = Charts(self.municipality, lambda code: self._select(self._known(code)))
        self._sources = InfoPanel()

    def _frame(self) -> w.Widget:
        pair = w.Box(
            [
                w.VBox([self._how, self._maps[0], self._legends[0]]),
                w.VBox([self._what, self._maps[1], self._said, self._legends[1]]),
            ]
        )
        pair.add_class("vk-pair")
        frame = app_frame(
            "quickscan",
            language=current_language(),
            top=self._top,
            map=[self._figures, pair],
            side=self._card,
            middle=[self._charts.widget, self._table, self._sources],
        )
        frame.add_class("vk-scan")
        return frame

    def _connect(self) -> None:
        for bar in (self._figures, self._how, self._what):
            bar.on_command("keuze", partial(self._choose, bar))
        self._table.on_command("kies", lambda body, _nonce: self._select(self._known(body.get("buurt", ""))))
        for kaart in self._maps:
            kaart.observe(lambda change: self._select(change["new"] or ""), "selected")

    def _choose(self, bar: ChoiceBar, body: Mapping[str, Any], _nonce: str = "") -> None:
        key, value = bar.checked(body.get("key", ""), body.get("value", ""))
        self._chosen[key] = value
        if key in ("laag", "cijfer"):
            self._draw_second()
            return
        if key == "profiel":
            self._chosen["jaren"] = ""
        if key == "kleuren":
            self._draw_signal()
            self._draw_card()
            return
        self._compute()
        self._draw()

    def _known(self, code: str) -> str:
        return str(one_of(code, list(self.municipality.buurten.index)))

    def _select(self, code: str) -> None:
        if code == self._table.selected and code:
            return
        # First, because the maps report back what they are told.
        self._table.selected = code
        for kaart in self._maps:
            kaart.selected = code or None
        self._draw_buurt()

    @property
    def _palette(self) -> Palette:
        return "rood-groen" if self._chosen["kleuren"] == "rood-groen" else "rood-blauw"

    @property
    def _land(self) -> pd.Index:
        return self.municipality.buurten.index[~self.municipality.buurten["water"]]

    def _draw(self) -> None:
        self._draw_signal()
        table = rows(self.municipality, self.signal, self.firmness, self.projection)
        self._table.show(columns(self.projection), table, caption=_("Alle buurten"))
        made = (f"{p.source}: {p.title} ({p.edition})" for p in self.municipality.provenance)
        self._sources.show(_("Bronnen"), self.signal.notes[:2], items=list(dict.fromkeys(made)))
        self._draw_second()
        self._draw_buurt()

    def _draw_signal(self) -> None:
        signal, firm = self.signal, self.firmness.table
        letters = signal.table["letter"] + firm["uncertain"].map({True: UNCERTAIN, False: ""})
        self._maps[0].set_classes(letters[self._land].to_dict(), palette=firm_styles(self._palette))
        counts = signal.table.loc[self._land, "letter"].value_counts().to_dict()
        counts["onzeker"] = int(firm.loc[self._land, "uncertain"].sum())
        legend = with_counts(firm_legend(self._palette), counts)
        self._legends[0].show(legend, means=self._means(), notes=signal.notes)
        self._draw_choices()
        self._charts.show(signal, PALETTES[self._palette])

    def _draw_choices(self) -> None:
        profile = self._chosen["profiel"]
        years = tuple((key, str(period)) for key, period in self._results.periods(profile).items())
        views = tuple((key, _(label)) for key, label in VIEWS)
        colours = (("rood-blauw", _("rood – blauw")), ("rood-groen", _("rood – groen")))
        chosen = self._chosen["jaren"] or years[0][0]
        self._figures.show(
            [
                Choice(
                    key="profiel", label=_("Kwetsbaarheid"), options=self._results.profiles, value=profile
                ),
                Choice(key="jaren", label=_("Jaren"), options=years, value=chosen),
            ]
        )
        self._how.show(
            [
                Choice(key="weergave", label=_("Verandering"), options=views, value=self.signal.view),
                Choice(key="kleuren", label=_("Kleuren"), options=colours, value=self._palette),
            ]
        )

    def _means(self) -> tuple[tuple[str, str], ...]:
        return (
            (_("verandering kwetsbaarheid in de gemeente"), _minus(self.signal.mean_dk, 2)),
            (_("verandering overlast in de gemeente"), _minus(self.signal.mean_do, 3)),
        )

    def _draw_second(self) -> None:
        layer, column = self._chosen["laag"], self._chosen["cijfer"]
        layers = tuple((key, _(words)) for key, words in SECONDS if key != "straks" or self.projection)
        if layer not in dict(layers):
            layer = self._chosen["laag"] = "focus"
        shown = [Choice(key="laag", label=_("Tweede kaart"), options=layers, value=layer)]
        if layer == "samenhang":
            figures = tuple((key, _(words)) for key, words in COLUMNS)
            shown.append(Choice(key="cijfer", label=_("Van welk cijfer?"), options=figures, value=column))
        self._what.show(shown)
        self._show_second(self._second(layer, column), dict(layers)[layer])

    def _second(self, layer: str, column: str) -> SecondMap:
        if layer == "bezit":
            return maps.ownership_share(self.municipality)
        if layer == "straks" and self.projection is not None:
            return maps.later(self.projection)
        if layer == "samenhang":
            found = self._results.spatial(self.signal, column, then=self._spatial_ready)
            return maps.clusters(found) if found else maps.waiting(self.municipality)
        return maps.focus_now(self.signal)

    def _spatial_ready(self, signal: Signal, found: Spatial) -> None:
        # Something else may have been chosen in the meantime.
        if signal is self.signal and (self._chosen["laag"], self._chosen["cijfer"]) == (
            "samenhang",
            found.column,
        ):
            self._draw_second()

    def _show_second(self, second: SecondMap, heading: str) -> None:
        self._maps[1].set_classes(
            second.classes[self._land].to_dict(), palette=second.styles, heading=heading
        )
        self._legends[1].show(second.styles, title=heading, notes=second.notes)
        self._said.show(second.said[0] if second.said else "", second.said[1:])
        self._said.layout.display = "" if second.said else "none"

    def _draw_buurt(self) -> None:
        self._draw_card()
        self._charts.show_buurt(self._past, self.projection, self._table.selected)

    def _draw_card(self) -> None:
        code = self._table.selected
        facts = signal_facts(self.signal, self.municipality, code) if code else None
        if facts is not None:
            more = explain_support(self.signal, self.firmness, code)
            ahead = explain_projection(self.projection, code) if self.projection else ()
            colour = PALETTES[self._palette][facts.mark.letter].colour
            facts = replace(
                facts,
                mark=replace(facts.mark, colour=colour),
                reasons=(*facts.reasons, *more, *ahead),
            )
        self._card.show(facts)


def _minus(value: float, decimals: int) -> str:
    return signed(value, decimals).replace("-", "−")


@guarded
def quick_scan(parameters: QuickScanParameters) -> w.Widget:
    """Return the quick scan of a municipality.

    Parameters
    ----------
    parameters : QuickScanParameters

    Raises
    ------
    MunicipalityNotFound, SignalError
        Shown on the page instead, with what to do.
    """
    return QuickScan(parameters)
