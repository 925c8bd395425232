"""The quick scan: a municipality on one page, for the analyst and the facilitator, before the session."""

from __future__ import annotations

import ipywidgets as w
import pandas as pd
import plotly.graph_objects as go

from ..areas import Municipality
from ..i18n import _, current_language
from ..signal import (
    CLASSES,
    FOCUS,
    PROFILES,
    Signal,
    View,
    available_periods,
    compute_signal,
    default_profile,
)
from ..sources import load_municipality
from ..widgets import (
    BuurtCard,
    Column,
    DataTable,
    LayerPicker,
    Legenda,
    TopBar,
    app_frame,
    buurt_kaart,
)
from .choice import MAP_HEIGHT
from .facts import signal_facts
from .layers import FOCUS_STYLES, SIGNAL_STYLES
from .parameters import QuickScanParameters
from .shell import guarded

VIEWS = (("relatief", "binnen de gemeente"), ("absoluut", "absoluut"))


class QuickScan(w.VBox):
    """Signaal and focus side by side, the figures of each buurt, and how the buurten lie to each other.

    Attributes
    ----------
    signal : Signal
        What is shown now; changes with the choices on the page.
    municipality : Municipality
    """

    def __init__(self, parameters: QuickScanParameters) -> None:
        self.municipality: Municipality = load_municipality(parameters.gemeente)
        automatic = parameters.profiel == "automatisch"
        self._profile = default_profile(self.municipality) if automatic else parameters.profiel
        self._view: View = parameters.weergave
        self.signal: Signal = compute_signal(self.municipality, profile=self._profile, view=self._view)
        buurten = self.municipality.buurten
        self._top = TopBar(kind="begeleider", title=_("Quick scan"), question=self.municipality.name)
        self._views = LayerPicker(options=[(key, _(label)) for key, label in VIEWS], layer=self.signal.view)
        self._profiles = LayerPicker(options=self._profile_options(), layer=self._profile)
        self._maps = {
            "letter": buurt_kaart(buurten, palette=SIGNAL_STYLES, heading=_("signaal"), hoogte=MAP_HEIGHT),
            "focus": buurt_kaart(buurten, palette=FOCUS_STYLES, heading=_("focus"), hoogte=MAP_HEIGHT),
        }
        self._legends = {"letter": Legenda(SIGNAL_STYLES), "focus": Legenda(FOCUS_STYLES)}
        self._card = BuurtCard(empty_hint=_("Kies een buurt op een van de kaarten of in de tabel."))
        self._table = DataTable()
        self._scatter = _scatter(self.signal, self.municipality)
        self._connect()
        self._draw()
        super().__init__([self._frame()])

    def _profile_options(self) -> list[tuple[str, str]]:
        usable = [key for key in PROFILES if available_periods(self.municipality, key)]
        return [(key, _(PROFILES[key].title)) for key in usable]

    def _frame(self) -> w.Widget:
        pair = w.Box([w.VBox([self._maps[key], self._legends[key]]) for key in self._maps])
        pair.add_class("vk-pair")
        choices = w.Box([self._views, self._profiles])
        choices.add_class("vk-pair")
        return app_frame(
            "quickscan",
            language=current_language(),
            top=self._top,
            map=[choices, pair, self._scatter],
            side=self._card,
            middle=self._table,
        )

    def _connect(self) -> None:
        self._views.on_command(
            "laag",
            lambda body, _nonce: self._choose(view="absoluut" if body["layer"] == "absoluut" else "relatief"),
        )
        self._profiles.on_command("laag", lambda body, _nonce: self._choose(profile=body["layer"]))
        self._table.on_command("kies", lambda body, _nonce: self._select(body["buurt"]))
        for kaart in self._maps.values():
            kaart.observe(lambda change: self._select(change["new"] or ""), "selected")

    def _choose(self, *, view: View | None = None, profile: str = "") -> None:
        self.signal = compute_signal(
            self.municipality, profile=profile or self._profile, view=view or self._view
        )
        self._view, self._profile = view or self._view, profile or self._profile
        self._draw()

    def _select(self, code: str) -> None:
        for kaart in self._maps.values():
            kaart.selected = code or None
        self._table.selected = code
        self._card.show(signal_facts(self.signal, self.municipality, code) if code else None)

    def _draw(self) -> None:
        signal = self.signal
        land = self.municipality.buurten.index[~self.municipality.buurten["water"]]
        for column, kaart in self._maps.items():
            kaart.set_classes(signal.table.loc[land, column].astype(str).to_dict())
        self._views.layer, self._profiles.layer = signal.view, signal.profile
        self._table.show(_columns(), _rows(signal, self.municipality), caption=_("Alle buurten"))
        self._legends["letter"].show(SIGNAL_STYLES, notes=signal.notes)
        self._draw_scatter()
        self._select(self._table.selected)

    def _draw_scatter(self) -> None:
        with self._scatter.batch_update():
            for trace, points in zip(
                self._scatter.data, _points(self.signal, self.municipality), strict=True
            ):
                trace.x, trace.y, trace.text = points["k1"], points["o1"], points["name"]


def _points(signal: Signal, municipality: Municipality) -> list[pd.DataFrame]:
    table = signal.table.join(municipality.buurten["name"]).dropna(subset=["k1", "o1"])
    return [table[table["letter"] == letter] for letter in CLASSES]


def _scatter(signal: Signal, municipality: Municipality) -> go.FigureWidget:
    # With its points from the start: what is set before the page shows the figure does not reach it.
    traces = [
        go.Scatter(
            x=points["k1"],
            y=points["o1"],
            text=points["name"],
            mode="markers",
            name=kind.letter,
            marker={"color": kind.colour, "size": 11, "line": {"color": "#444", "width": 1}},
            hovertemplate="%{text}<br>" + _("kwetsbaarheid %{x:.2f}, overlast %{y:.3f}"),
        )
        for points, kind in zip(_points(signal, municipality), CLASSES.values(), strict=True)
    ]
    return go.FigureWidget(traces, _scatter_layout())


def _columns() -> list[Column]:
    return [
        Column(label=_("Buurt")),
        Column(label=_("Wijk")),
        Column(label=_("Klasse")),
        Column(label=_("Kwetsbaarheid"), number=True, decimals=2),
        Column(label=_("verandering"), number=True, decimals=2),
        Column(label=_("Overlast"), number=True, decimals=3),
        Column(label=_("verandering"), number=True, decimals=3),
        Column(label=_("Focus")),
        Column(label=_("Niet te bepalen, want")),
    ]


def _rows(signal: Signal, municipality: Municipality) -> dict[str, tuple[str | float | None, ...]]:
    land = municipality.buurten[~municipality.buurten["water"]].sort_values(["wijk_name", "name"])
    rows: dict[str, tuple[str | float | None, ...]] = {}
    for code, buurt in land.iterrows():
        row = signal.table.loc[code]
        numbers = (
            None if pd.isna(row[column]) else float(row[column]) for column in ("k1", "dk", "o1", "do")
        )
        focus = _(FOCUS[row["focus"]].label)
        rows[str(code)] = (buurt["name"], buurt["wijk_name"], row["letter"], *numbers, focus, row["why_x"])
    return rows


def _scatter_layout() -> go.Layout:
    return go.Layout(
        title={"text": _("Kwetsbaarheid en overlast in het laatste jaar"), "font": {"size": 15}},
        xaxis={"title": _("kwetsbaarheid K (hoger is kwetsbaarder)"), "zerolinecolor": "#bbb"},
        yaxis={"title": _("overlast O (hoger is meer overlast)"), "zerolinecolor": "#bbb"},
        height=360,
        margin={"l": 60, "r": 20, "t": 50, "b": 50},
        template="simple_white",
        legend={"title": {"text": _("klasse")}},
    )


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
