"""Charts of buurten as light as the map: points and lines as SVG that fit their place and follow a choice.

A chart is read with the eyes; who cannot finds the same figures in the table of the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import traitlets as t

from ..i18n import _, current_language
from ._base import Onderdeel, esm, static_text, wire
from ._buurten import Style, palette_state


@dataclass(frozen=True, kw_only=True)
class Point:
    """A buurt in a :class:`ScatterPlot`; `key` is that of its class in the palette."""

    code: str
    name: str
    x: float
    y: float
    key: str


@dataclass(frozen=True, kw_only=True)
class Axis:
    """One axis: its name and decimals, a value worth a line with its name, and a band around zero."""

    label: str
    decimals: int
    line: float | None = None
    line_label: str = ""
    band: float = 0.0


class ScatterPlot(Onderdeel):
    """Points with the letter of their class; names where there is room, the others when pointed at.

    Commands
    --------
    ``kies`` : ``{buurt}``, a point that was clicked.

    Examples
    --------
    >>> from veerkracht_nb.signal import CLASSES
    >>> from veerkracht_nb.widgets import Axis, Point, ScatterPlot
    >>> plot = ScatterPlot(heading="Nu")
    >>> plot.show([Point(code="BU99010101", name="Havenkwartier", x=1.2, y=0.1, key="A")], palette=CLASSES,
    ...           x=Axis(label="K", decimals=1), y=Axis(label="O", decimals=2), named=["BU99010101"])
    """

    _esm = esm("_axes.js", "scatter_plot.js")
    _css = static_text("charts.css")
    COMMANDS = {"kies": {"buurt": str}}  # noqa: RUF012

    heading = t.Unicode().tag(sync=True)
    note = t.Unicode().tag(sync=True)
    points: t.List[object] = t.List().tag(sync=True)
    palette: t.Dict[str, object] = t.Dict().tag(sync=True)
    axes: t.List[object] = t.List().tag(sync=True)
    named: t.List[str] = t.List().tag(sync=True)
    selected = t.Unicode().tag(sync=True)

    def show(
        self,
        points: Sequence[Point],
        *,
        palette: Mapping[str, Style],
        x: Axis,
        y: Axis,
        named: Sequence[str] = (),
        note: str = "",
    ) -> None:
        """Show these points; `named` are the codes of which the name matters, most important first."""
        with self.hold_sync():
            self.points = [[p.code, wire(p.name), p.x, p.y, p.key] for p in points]
            self.palette = palette_state(palette, "")
            self.axes, self.named, self.note = wire([x, y]), list(named), note

    @classmethod
    def texts(cls) -> dict[str, str]:
        return {
            "taal": current_language(),
            "leeg": _("Er zijn geen buurten met beide cijfers."),
            "uitleg": _("{n} buurten; dezelfde cijfers staan in de tabel."),
        }


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line through the years: points as (year, value); `kind` decides how it looks."""

    name: str
    kind: Literal["buurt", "gemeente"]
    points: tuple[tuple[int, float], ...]


@dataclass(frozen=True, kw_only=True)
class Fan:
    """Where a line may go on: from its last point to a year, with the middle and an interval."""

    name: str
    start: tuple[int, float]
    year: int
    low: float
    middle: float
    high: float


class LineChart(Onderdeel):
    """Lines through the years, and where one may lead.

    Examples
    --------
    >>> from veerkracht_nb.widgets import Line, LineChart
    >>> chart = LineChart()
    >>> line = Line(name="Havenkwartier", kind="buurt", points=((2016, 0.4), (2020, 0.7)))
    >>> chart.show([line], heading="Kwetsbaarheid", decimals=2)
    """

    _esm = esm("_axes.js", "line_chart.js")
    _css = static_text("charts.css")

    heading = t.Unicode().tag(sync=True)
    note = t.Unicode().tag(sync=True)
    lines: t.List[object] = t.List().tag(sync=True)
    fan: t.Dict[str, object] = t.Dict().tag(sync=True)
    decimals = t.Int(2).tag(sync=True)

    def show(
        self, lines: Sequence[Line], *, heading: str, decimals: int, fan: Fan | None = None, note: str = ""
    ) -> None:
        """Show these lines; one without points is named and not drawn."""
        with self.hold_sync():
            self.heading = heading
            self.lines, self.decimals, self.note = wire(list(lines)), decimals, note
            self.fan = wire(fan) if fan else {}

    @classmethod
    def texts(cls) -> dict[str, str]:
        return {"taal": current_language(), "leeg": _("Er zijn geen cijfers.")}


@dataclass(frozen=True, kw_only=True)
class Series:
    """One series of a :class:`BarChart`: a share of each category (%), and in words what stands behind it.

    `pattern` is one of the patterns of the map, "" for none; a share of None is not known.
    """

    name: str
    colour: str
    shares: tuple[float | None, ...]
    said: tuple[str, ...]
    pattern: str = ""


class BarChart(Onderdeel):
    """Lying bars: per category the parts of a whole, or shares below each other.

    Examples
    --------
    >>> from veerkracht_nb.widgets import BarChart, Series
    >>> chart = BarChart(heading="Klassen")
    >>> chart.show(["klein", "groot"], [Series(name="A", colour="#b2182b", shares=(10.0, None), said=("1", ""))])
    """

    _esm = esm("_buurten.js", "_axes.js", "bar_chart.js")
    _css = static_text("charts.css")

    heading = t.Unicode().tag(sync=True)
    note = t.Unicode().tag(sync=True)
    categories: t.List[str] = t.List().tag(sync=True)
    series: t.List[object] = t.List().tag(sync=True)
    stacked = t.Bool(False).tag(sync=True)

    def show(
        self, categories: Sequence[str], series: Sequence[Series], *, stacked: bool = False, note: str = ""
    ) -> None:
        """Show these shares; `stacked` puts the series of a category behind each other in one bar."""
        with self.hold_sync():
            self.categories, self.series = wire(list(categories)), wire(list(series))
            self.stacked, self.note = stacked, note

    @classmethod
    def texts(cls) -> dict[str, str]:
        return {"taal": current_language(), "leeg": _("Er zijn geen cijfers."), "geen": _("geen cijfer")}


class Histogram(Onderdeel):
    """How often a value occurs: counts of equally wide classes, from `low` on.

    Examples
    --------
    >>> from veerkracht_nb.widgets import Histogram
    >>> chart = Histogram(heading="Kwetsbaarheid")
    >>> chart.show([1, 4, 2], low=-0.1, width=0.1, colour="#7a6f9b", axis="K")
    """

    _esm = esm("_axes.js", "histogram.js")
    _css = static_text("charts.css")

    heading = t.Unicode().tag(sync=True)
    note = t.Unicode().tag(sync=True)
    axis = t.Unicode().tag(sync=True)
    colour = t.Unicode("#7a6f9b").tag(sync=True)
    counts: t.List[int] = t.List().tag(sync=True)
    low = t.Float(0.0).tag(sync=True)
    width = t.Float(1.0).tag(sync=True)

    def show(
        self, counts: Sequence[int], *, low: float, width: float, colour: str, axis: str, note: str = ""
    ) -> None:
        """Show these counts; the first class begins at `low`."""
        with self.hold_sync():
            self.counts, self.low, self.width = [int(n) for n in counts], float(low), float(width)
            self.colour, self.axis, self.note = colour, axis, note

    @classmethod
    def texts(cls) -> dict[str, str]:
        return {"taal": current_language(), "leeg": _("Er zijn geen cijfers.")}
