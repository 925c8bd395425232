"""The charts of the quick scan: how buurten lie to each other now, how they moved, and one buurt through the years."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import ipywidgets as w
import pandas as pd

from ..areas import Municipality
from ..i18n import _
from ..signal import Projection, Signal
from ..signal.reference import FOCUS_PERCENTILE
from ..signal.series import History
from ..widgets import Axis, Fan, Line, LineChart, Point, ScatterPlot, Style

NAMED = 12
"""Of how many buurten the name matters most; a narrow chart has room for fewer."""

K_DECIMALS, O_DECIMALS = 2, 3


class Charts:
    """Two scatter plots, and two charts through the years.

    Parameters
    ----------
    municipality : Municipality
    choose : callable
        Called with the code of a buurt that was clicked.

    Attributes
    ----------
    now, moved : ScatterPlot
        K against O, and their changes against each other.
    k, o : LineChart
    widget : ipywidgets.Box
        All four.
    """

    def __init__(self, municipality: Municipality, choose: Callable[[str], None]) -> None:
        self._names = municipality.buurten["name"]
        self.now = ScatterPlot(heading=_("Nu: kwetsbaarheid en overlast"), channel="nu")
        self.moved = ScatterPlot(heading=_("Verandering van beide"), channel="verandering")
        self.k, self.o = LineChart(), LineChart()
        for plot in (self.now, self.moved):
            plot.on_command("kies", lambda body, _nonce: choose(body.get("buurt", "")))
        self.widget = w.Box([self.now, self.moved, self.k, self.o])
        self.widget.add_class("vk-charts")

    def show(self, signal: Signal, palette: Mapping[str, Style]) -> None:
        """Show how the buurten of another signal lie to each other."""
        table = signal.table.join(self._names)
        period, reference = signal.period, signal.reference
        scope = _("hoog") if reference.scope == "gemeente" else _("hoog in Nederland")
        known = table.dropna(subset=["k1", "o1"])
        self.now.show(
            _points(known, "k1", "o1"),
            palette=palette,
            x=Axis(
                label=_("kwetsbaarheid K, {year}").format(year=period.k1),
                decimals=K_DECIMALS,
                line=reference.k.percentiles[FOCUS_PERCENTILE],
                line_label=scope,
            ),
            y=Axis(
                label=_("overlast O, {year}").format(year=period.o1),
                decimals=O_DECIMALS,
                line=reference.o.percentiles[FOCUS_PERCENTILE],
                line_label=scope,
            ),
            named=_first(_scaled(known, "k1", "o1").sum(axis=1)),
        )
        changed = table.dropna(subset=["dk", "do"])
        bands = changed[["dk_band", "do_band"]].median().fillna(0.0)
        self.moved.show(
            _points(changed, "dk", "do"),
            palette=palette,
            x=Axis(label=_("verandering van K"), decimals=K_DECIMALS, band=float(bands["dk_band"])),
            y=Axis(label=_("verandering van O"), decimals=O_DECIMALS, band=float(bands["do_band"])),
            named=_first((_scaled(changed, "dk", "do") ** 2).sum(axis=1)),
            note=_("In het grijze kruis is een verandering te klein om duidelijk te zijn."),
        )

    def show_buurt(self, past: History, ahead: Projection | None, code: str) -> None:
        """Show a buurt through the years; with an empty `code` the gemeente alone."""
        self.now.selected = self.moved.selected = code
        name = str(self._names.get(code, ""))
        note = "" if code else _("Kies een buurt om haar naast de gemeente te zien.")
        charts = (
            (self.k, past.k, past.k_mean, "k", K_DECIMALS),
            (self.o, past.o, past.o_mean, "o", O_DECIMALS),
        )
        for chart, values, mean, letter, decimals in charts:
            what = _("Kwetsbaarheid door de jaren") if letter == "k" else _("Overlast door de jaren")
            own = _line(values.loc[code]) if code in values.index else ()
            lines = [Line(name=_("gemeente"), kind="gemeente", points=_line(mean))]
            if code:
                lines.insert(0, Line(name=name, kind="buurt", points=own))
            fan = _fan(ahead, code, letter, own) if ahead is not None and own else None
            heading = f"{what}: {name}" if name else what
            chart.show(lines, heading=heading, decimals=decimals, fan=fan, note=note)


def _points(table: pd.DataFrame, x: str, y: str) -> list[Point]:
    columns = zip(table.index, table["name"], table[x], table[y], table["letter"], strict=True)
    return [
        Point(code=str(code), name=str(name), x=float(k), y=float(o), key=str(letter))
        for code, name, k, o, letter in columns
    ]


def _line(values: pd.Series) -> tuple[tuple[int, float], ...]:
    return tuple((int(year), float(value)) for year, value in values.dropna().items())


def _fan(ahead: Projection, code: str, letter: str, own: tuple[tuple[int, float], ...]) -> Fan | None:
    row = ahead.table.loc[code]
    low, middle, high = (float(row[f"{letter}_{part}"]) for part in ("low", "median", "high"))
    if not low <= high:
        return None
    name = _("als de trend doorgaat: midden en 80%-interval in {year}").format(year=ahead.year)
    return Fan(name=name, start=own[-1], year=ahead.year, low=low, middle=middle, high=high)


def _first(scores: pd.Series) -> list[str]:
    return [str(code) for code in scores.nlargest(NAMED).index]


def _scaled(table: pd.DataFrame, x: str, y: str) -> pd.DataFrame:
    """Return both columns in units of spread from the middle, so that neither outweighs the other."""
    values = table[[x, y]]
    return (values - values.median()) / values.std().replace(0, 1).fillna(1)
