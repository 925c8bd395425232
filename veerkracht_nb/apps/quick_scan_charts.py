"""The charts of the quick scan: how buurten lie to each other now, how they moved, and one buurt through the years."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from ..areas import Municipality
from ..i18n import _
from ..signal import CLASSES, Signal
from ..signal.series import History

LABELS = 6
"""How many buurten get their name in a scatter plot; the others say it when pointed at."""

_PLACES = ((1, 1), (1, 2))
_AXES = (("k1", "o1"), ("dk", "do"))
_BUURT, _GEMEENTE = "#0b5563", "#8a929b"


class Charts:
    """Two scatter plots and two lines in one figure.

    One figure and not four: each figure widget brings the whole of plotly to the page.

    Attributes
    ----------
    widget : plotly.graph_objects.FigureWidget
    """

    def __init__(self, signal: Signal, municipality: Municipality, past: History) -> None:
        self._names = municipality.buurten["name"]
        # With its points from the start: what is set before the page shows the figure does not reach it.
        figure = make_subplots(
            rows=2,
            cols=2,
            subplot_titles=[_("Nu: kwetsbaarheid en overlast"), _("Verandering van beide"), "", ""],
            vertical_spacing=0.16,
            horizontal_spacing=0.1,
        )
        for place, axes in zip(_PLACES, _AXES, strict=True):
            for letter, points in zip(CLASSES, self._points(signal, axes), strict=True):
                look = _marker_look(letter, first=axes == _AXES[0])
                figure.add_trace(go.Scatter(**points, **look), row=place[0], col=place[1])
        for number, line in enumerate(self._lines(past, "")):
            figure.add_trace(go.Scatter(**line, **_line_look(number)), row=2, col=1 + number // 2)
        figure.update_layout(
            height=760,
            autosize=True,
            template="simple_white",
            margin={"l": 60, "r": 20, "t": 50, "b": 50},
            legend={"orientation": "h", "y": -0.08},
        )
        titles = (
            (1, 1, _("kwetsbaarheid K"), _("overlast O")),
            (1, 2, _("verandering van K"), _("verandering van O")),
            (2, 1, "", _("kwetsbaarheid K")),
            (2, 2, "", _("overlast O")),
        )
        for row, column, x, y in titles:
            figure.update_xaxes(title_text=x, row=row, col=column, zeroline=row == 1, zerolinecolor="#bbb")
            figure.update_yaxes(title_text=y, row=row, col=column, zeroline=row == 1, zerolinecolor="#bbb")
        self.widget = go.FigureWidget(figure)
        self.widget._config = {**self.widget._config, "responsive": True}  # plotly has no public name for it

    def show(self, signal: Signal, past: History, code: str) -> None:
        """Show another signal, and the lines of a buurt."""
        points = [part for axes in _AXES for part in self._points(signal, axes)]
        with self.widget.batch_update():
            _set(self.widget.data[: len(points)], points)
            _set(self.widget.data[len(points) :], self._lines(past, code))

    def show_buurt(self, past: History, code: str) -> None:
        """Show the lines of another buurt; an empty `code` shows the gemeente alone."""
        lines = self._lines(past, code)
        with self.widget.batch_update():
            _set(self.widget.data[-len(lines) :], lines)

    def _points(self, signal: Signal, axes: tuple[str, str]) -> list[dict[str, Any]]:
        x, y = axes
        table = signal.table.join(self._names).dropna(subset=[x, y])
        labelled = _far_out(table, x, y) if x == "dk" else _high(table, x, y)
        parts = []
        for letter in CLASSES:
            rows = table[table["letter"] == letter]
            parts.append(
                {
                    "x": rows[x].to_list(),
                    "y": rows[y].to_list(),
                    "text": [name if code in labelled else "" for code, name in rows["name"].items()],
                    "hovertext": rows["name"].to_list(),
                }
            )
        return parts

    def _lines(self, past: History, code: str) -> list[dict[str, Any]]:
        name = str(self._names.get(code, "")) or _("kies een buurt")
        lines = []
        for values, mean in ((past.k, past.k_mean), (past.o, past.o_mean)):
            own = values.loc[code].dropna() if code in values.index else pd.Series(dtype=float)
            for series, label in ((own, name), (mean.dropna(), _("gemeente"))):
                years = [int(year) for year in series.index]
                lines.append({"x": years, "y": series.to_list(), "name": label})
        return lines


def _set(traces: Sequence[Any], parts: Sequence[dict[str, Any]]) -> None:
    for trace, part in zip(traces, parts, strict=True):
        for key, value in part.items():
            trace[key] = value


def _marker_look(letter: str, *, first: bool) -> dict[str, Any]:
    return {
        "mode": "markers+text",
        "textposition": "top center",
        "textfont": {"size": 11},
        "hovertemplate": "%{hovertext}<br>%{x:.2f} | %{y:.3f}",
        "name": letter,
        "legendgroup": letter,
        "showlegend": first,
        "marker": {"color": CLASSES[letter].colour, "size": 10, "line": {"color": "#444", "width": 1}},
    }


def _line_look(number: int) -> dict[str, Any]:
    own = number % 2 == 0
    colour = _BUURT if own else _GEMEENTE
    return {
        "mode": "lines+markers",
        "legendgroup": colour,
        "showlegend": number < 2,
        "line": {"color": colour, "dash": "solid" if own else "dot"},
    }


def _far_out(table: pd.DataFrame, x: str, y: str) -> set[str]:
    """Return the buurten that moved most in either direction, in units of spread."""
    return set((_scaled(table, x, y) ** 2).sum(axis=1).nlargest(LABELS).index)


def _high(table: pd.DataFrame, x: str, y: str) -> set[str]:
    """Return the buurten where both are highest, in units of spread."""
    return set(_scaled(table, x, y).sum(axis=1).nlargest(LABELS).index)


def _scaled(table: pd.DataFrame, x: str, y: str) -> pd.DataFrame:
    values = table[[x, y]]
    return (values - values.median()) / values.std().replace(0, 1)
