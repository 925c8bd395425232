"""The quick scan: a municipality on one page, for the analyst and the facilitator, before the session."""

from __future__ import annotations

from dataclasses import replace

import ipywidgets as w
import pandas as pd

from ..areas import Municipality
from ..errors import SignalError
from ..i18n import _, current_language
from ..signal import (
    FOCUS,
    PROFILES,
    Projection,
    Robustness,
    Signal,
    View,
    available_periods,
    compute_signal,
    default_profile,
    explain_projection,
    explain_support,
    headline,
    project,
    robustness,
)
from ..signal.series import History, history
from ..sources import load_municipality
from ..widgets import (
    BuurtCard,
    Column,
    DataTable,
    LayerPicker,
    Legenda,
    Style,
    TopBar,
    app_frame,
    buurt_kaart,
)
from .choice import MAP_HEIGHT
from .facts import signal_facts
from .layers import (
    FIRM_LEGEND,
    FIRM_STYLES,
    FOCUS_STYLES,
    LATER_STYLES,
    OWNERSHIP_STYLES,
    UNCERTAIN,
    later_key,
    ownership_key,
)
from .parameters import QuickScanParameters
from .quick_scan_charts import Charts
from .shell import guarded, one_of

OWNERSHIP = "p_wcorpw"
SECONDS = (("focus", "situatie nu"), ("bezit", "corporatiebezit"), ("straks", "als we niets doen"))
VIEWS = (("relatief", "binnen de gemeente"), ("absoluut", "absoluut"))


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
        automatic = parameters.profiel == "automatisch"
        self._profile = default_profile(self.municipality) if automatic else parameters.profiel
        self._view: View = parameters.weergave
        self._second = "focus"
        # Of every profile from the start, so that a choice on the page answers at once.
        self._trends = {key: _trends(self.municipality, key) for key, _label in self._profile_options()}
        self._compute()
        self._make_widgets()
        self._connect()
        self._draw()
        super().__init__([self._frame()])

    def _compute(self) -> None:
        self.signal: Signal = compute_signal(self.municipality, profile=self._profile, view=self._view)
        self.firmness: Robustness = robustness(self.signal)
        self._past, self.projection = self._trends[self._profile]

    def _make_widgets(self) -> None:
        buurten = self.municipality.buurten
        self._top = TopBar(kind="begeleider", title=_("Quick scan"), question=self.municipality.name)
        self._views = LayerPicker(options=[(key, _(label)) for key, label in VIEWS], layer=self.signal.view)
        self._profiles = LayerPicker(options=self._profile_options(), layer=self._profile)
        seconds = [(key, _(label)) for key, label in SECONDS if key != "straks" or self.projection]
        self._layers = LayerPicker(options=seconds, layer=self._second)
        self._maps = [
            buurt_kaart(buurten, palette=FIRM_STYLES, heading=_("signaal"), hoogte=MAP_HEIGHT),
            buurt_kaart(buurten, palette=FOCUS_STYLES, heading=_("focus"), hoogte=MAP_HEIGHT),
        ]
        self._legends = [Legenda(FIRM_LEGEND), Legenda(FOCUS_STYLES)]
        self._card = BuurtCard(empty_hint=_("Kies een buurt op een van de kaarten of in de tabel."))
        self._table = DataTable()
        self._charts = Charts(self.signal, self.municipality, self._past)

    def _profile_options(self) -> list[tuple[str, str]]:
        usable = [key for key in PROFILES if available_periods(self.municipality, key)]
        return [(key, _(PROFILES[key].title)) for key in usable]

    def _frame(self) -> w.Widget:
        pair = w.Box(
            [
                w.VBox([self._views, self._maps[0], self._legends[0]]),
                w.VBox([self._layers, self._maps[1], self._legends[1]]),
            ]
        )
        pair.add_class("vk-pair")
        return app_frame(
            "quickscan",
            language=current_language(),
            top=self._top,
            map=[self._profiles, pair, self._charts.widget],
            side=self._card,
            middle=self._table,
        )

    def _connect(self) -> None:
        self._views.on_command("laag", lambda body, _nonce: self._choose(view=body.get("layer", "")))
        self._profiles.on_command("laag", lambda body, _nonce: self._choose(profile=body.get("layer", "")))
        self._layers.on_command("laag", lambda body, _nonce: self._choose(second=body.get("layer", "")))
        self._table.on_command("kies", lambda body, _nonce: self._select(self._known(body.get("buurt", ""))))
        for kaart in self._maps:
            kaart.observe(lambda change: self._select(change["new"] or ""), "selected")

    def _choose(self, *, view: str = "", profile: str = "", second: str = "") -> None:
        if second:
            self._second = one_of(second, [key for key, _label in SECONDS])
            self._draw_second()
            return
        if view:
            self._view = (
                "absoluut" if one_of(view, [key for key, _label in VIEWS]) == "absoluut" else "relatief"
            )
        if profile:
            self._profile = one_of(profile, list(self._trends))
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
        self._charts.show_buurt(self._past, code)

    def _draw(self) -> None:
        signal, firm = self.signal, self.firmness.table
        letters = signal.table["letter"] + firm["uncertain"].map({True: UNCERTAIN, False: ""})
        self._maps[0].set_classes(letters[self._land].to_dict())
        self._legends[0].show(FIRM_LEGEND, notes=signal.notes)
        self._views.layer, self._profiles.layer = signal.view, signal.profile
        self._table.show(_columns(), self._rows(), caption=_("Alle buurten"))
        self._draw_second()
        self._draw_buurt()
        self._charts.show(self.signal, self._past, self._table.selected)

    @property
    def _land(self) -> pd.Index:
        return self.municipality.buurten.index[~self.municipality.buurten["water"]]

    def _draw_second(self) -> None:
        self._layers.layer = self._second
        classes, styles, notes = self._second_layer()
        heading = _(dict(SECONDS)[self._second])
        self._maps[1].set_classes(classes[self._land].to_dict(), palette=styles, heading=heading)
        self._legends[1].show(styles, title=heading, notes=notes)

    def _second_layer(self) -> tuple[pd.Series, dict[str, Style], tuple[str, ...]]:
        if self._second == "straks" and self.projection is not None:
            chances = self.projection.table["p_beide"].map(later_key)
            return chances, LATER_STYLES, (headline(self.projection), *self.projection.notes)
        if self._second == "bezit":
            years = self.municipality.years(OWNERSHIP)
            index = self.municipality.buurten.index
            share = (
                self.municipality.table(years[-1])[OWNERSHIP]
                if years
                else pd.Series(float("nan"), index=index)
            )
            year = (
                _("Jaar: {year}.").format(year=years[-1]) if years else _("Er zijn geen cijfers over bezit.")
            )
            return share.map(ownership_key), OWNERSHIP_STYLES, (year,)
        return self.signal.table["focus"].astype(str), FOCUS_STYLES, ()

    def _draw_buurt(self) -> None:
        code = self._table.selected
        facts = signal_facts(self.signal, self.municipality, code) if code else None
        if facts is not None:
            more = explain_support(self.signal, self.firmness, code)
            ahead = explain_projection(self.projection, code) if self.projection else ()
            facts = replace(facts, reasons=(*facts.reasons, *more, *ahead))
        self._card.show(facts)

    def _rows(self) -> dict[str, tuple[str | float | None, ...]]:
        buurten = self.municipality.buurten.loc[self._land].sort_values(["wijk_name", "name"])
        table, firm = self.signal.table, self.firmness.table
        rows: dict[str, tuple[str | float | None, ...]] = {}
        for code, buurt in buurten.iterrows():
            row, support = table.loc[code], firm.at[code, "support"]
            numbers = (None if pd.isna(row[c]) else float(row[c]) for c in ("k1", "dk", "o1", "do"))
            steun = None if pd.isna(support) else 100 * float(support)
            focus = _(FOCUS[row["focus"]].label)
            rows[str(code)] = (
                buurt["name"],
                buurt["wijk_name"],
                row["letter"],
                steun,
                *numbers,
                focus,
                row["why_x"],
            )
        return rows


def _trends(municipality: Municipality, profile: str) -> tuple[History, Projection | None]:
    past = history(compute_signal(municipality, profile=profile), municipality)
    try:
        return past, project(municipality, profile=profile)
    except SignalError:
        return past, None


def _columns() -> list[Column]:
    return [
        Column(label=_("Buurt")),
        Column(label=_("Wijk")),
        Column(label=_("Klasse")),
        Column(label=_("Steun (%)"), number=True),
        Column(label=_("Kwetsbaarheid"), number=True, decimals=2),
        Column(label=_("verandering"), number=True, decimals=2),
        Column(label=_("Overlast"), number=True, decimals=3),
        Column(label=_("verandering"), number=True, decimals=3),
        Column(label=_("Focus")),
        Column(label=_("Niet te bepalen, want")),
    ]


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
