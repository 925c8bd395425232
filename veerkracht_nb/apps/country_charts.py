"""The four charts of the national picture. Every share has its number beside it."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from ..i18n import _
from ..signal import CLASSES
from ..signal.country import CountrySignal
from ..signal.country_sizes import DETERMINED, by_size, nation
from ..signal.decimals import plain

_SHAPES = {"dicht": "x", "licht": "/", "geen": "", "stippen": ".", "ijle-stippen": "-", "leeg": ""}
_BINS = np.round(np.arange(-3.0, 4.01, 0.1), 2)


class Charts:
    """Charts that follow a :class:`CountrySignal`.

    Attributes
    ----------
    figures : list of plotly.graph_objects.FigureWidget
    """

    def __init__(self, signal: CountrySignal) -> None:
        made = _drawn(signal)
        self.figures = [go.FigureWidget(figure) for figure in made]

    def show(self, signal: CountrySignal) -> None:
        """Draw another signal in the same charts."""
        for shown, wanted in zip(self.figures, _drawn(signal), strict=True):
            with shown.batch_update():
                for trace, new in zip(shown.data, wanted.data, strict=True):
                    trace.x, trace.y, trace.text = new.x, new.y, new.text
                    trace.customdata = new.customdata
                shown.layout.title.text = wanted.layout.title.text


def _drawn(signal: CountrySignal) -> list[go.Figure]:
    return [_classes_by_size(signal), _inhabitants(signal), _spread_of_k(signal), _coverage(signal)]


def _classes_by_size(signal: CountrySignal) -> go.Figure:
    sizes = by_size(signal)
    labels = [
        f"{label}<br>n = {plain(count, 0)}"
        for label, count in zip(sizes["label"], sizes["determined"], strict=True)
    ]
    total = sizes["determined"].where(sizes["determined"] > 0)
    traces = [
        go.Bar(
            y=labels,
            x=(100 * sizes[letter] / total).round(1),
            customdata=sizes[letter],
            name=letter,
            orientation="h",
            marker=_marker(letter),
            hovertemplate=_("klasse {l}").format(l=letter) + ": %{x}% (%{customdata})<extra></extra>",
        )
        for letter in DETERMINED
    ]
    title = _("Klassen naar grootte van de gemeente, % van de buurten met een klasse")
    return go.Figure(traces, _layout(title, _("% van de buurten"), barmode="stack"))


def _inhabitants(signal: CountrySignal) -> go.Figure:
    total = nation(signal)
    shares = [100 * total[f"share_{letter}"] for letter in DETERMINED]
    people = [total["inwoners_determined"] * total[f"share_{letter}"] for letter in DETERMINED]
    texts = [
        f"{plain(share, 1)}% · {plain(count, 0)}" if share == share else _("geen cijfer")
        for share, count in zip(shares, people, strict=True)
    ]
    bar = go.Bar(
        x=list(DETERMINED),
        y=[0.0 if share != share else round(share, 2) for share in shares],
        text=texts,
        customdata=people,
        marker={
            "color": [CLASSES[letter].colour for letter in DETERMINED],
            "pattern": {"shape": [_SHAPES[CLASSES[letter].pattern] for letter in DETERMINED]},
            "line": {"color": "#444", "width": 1},
        },
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{x}: %{text}<extra></extra>",
    )
    title = _("Inwoners naar klasse van hun buurt, n = {n}").format(n=plain(total["inwoners_determined"], 0))
    layout = _layout(title, _("klasse"), y=_("% van de inwoners"))
    layout.showlegend = False
    return go.Figure([bar], layout)


def _spread_of_k(signal: CountrySignal) -> go.Figure:
    k = signal.table["k1"].dropna().to_numpy(dtype=float)
    # The last bins hold what lies beyond them, so that no buurt is left out.
    counts, edges = np.histogram(np.clip(k, _BINS[0], _BINS[-1]), bins=_BINS)
    bar = go.Bar(
        x=(edges[:-1] + edges[1:]) / 2,
        y=counts,
        width=0.1,
        marker={"color": "#7a6f9b", "line": {"width": 0}},
        hovertemplate=_("kwetsbaarheid %{x:.2f}: %{y} buurten") + "<extra></extra>",
    )
    title = _("Kwetsbaarheid K in {year}, n = {n} buurten").format(year=signal.period.k1, n=plain(len(k), 0))
    layout = _layout(title, _("K (0 is het landelijk gemiddelde, hoger is kwetsbaarder)"), y=_("buurten"))
    layout.showlegend = False
    return go.Figure([bar], layout)


def _coverage(signal: CountrySignal) -> go.Figure:
    sizes = by_size(signal)
    labels = [
        f"{label}<br>n = {plain(count, 0)}"
        for label, count in zip(sizes["label"], sizes["buurten"], strict=True)
    ]
    parts = (
        ("with_k", _("kwetsbaarheid"), "#7a6f9b", ""),
        ("with_o", _("overlast in beide jaren"), "#c77d2e", "/"),
        ("determined", _("klasse"), "#3b7a57", "."),
    )
    traces = [
        go.Bar(
            y=labels,
            x=(100 * sizes[column] / sizes["buurten"].where(sizes["buurten"] > 0)).round(1),
            customdata=sizes[column],
            name=name,
            orientation="h",
            marker={"color": colour, "pattern": {"shape": shape}},
            hovertemplate=name + ": %{x}% (%{customdata})<extra></extra>",
        )
        for column, name, colour, shape in parts
    ]
    layout = _layout(_("Dekking: van hoeveel buurten is er een cijfer?"), _("% van de buurten"))
    layout.xaxis.range = [0, 100]
    return go.Figure(traces, layout)


def _marker(letter: str) -> dict[str, object]:
    kind = CLASSES[letter]
    return {
        "color": kind.colour,
        "pattern": {"shape": _SHAPES[kind.pattern]},
        "line": {"color": "#444", "width": 1},
    }


def _layout(title: str, x: str, *, y: str = "", barmode: str = "group") -> go.Layout:
    return go.Layout(
        title={"text": title, "font": {"size": 15}},
        xaxis={"title": x},
        yaxis={"title": y, "automargin": True},
        barmode=barmode,
        height=360,
        margin={"l": 60, "r": 20, "t": 50, "b": 50},
        template="simple_white",
        legend={"traceorder": "normal"},
        separators=",.",
    )
