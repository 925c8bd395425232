"""The four charts of the national picture. Every share has its number beside it."""

from __future__ import annotations

import ipywidgets as w
import numpy as np
import pandas as pd

from ..i18n import _
from ..signal import CLASSES
from ..signal.country import CountrySignal
from ..signal.country_sizes import DETERMINED, by_size, nation
from ..signal.decimals import plain
from ..widgets import BarChart, Histogram, Series

_LOW, _HIGH, _STEP = -3.0, 4.0, 0.1


class Charts:
    """Charts that follow a :class:`CountrySignal`.

    Attributes
    ----------
    classes, inhabitants, coverage : BarChart
    spread : Histogram
    widget : ipywidgets.Box
        All four.
    """

    def __init__(self, signal: CountrySignal) -> None:
        self.classes, self.inhabitants, self.coverage = BarChart(), BarChart(), BarChart()
        self.spread = Histogram()
        self.widget = w.Box([self.classes, self.inhabitants, self.spread, self.coverage])
        self.widget.add_class("vk-charts")
        self.show(signal)

    def show(self, signal: CountrySignal) -> None:
        """Draw another signal in the same charts."""
        self._show_classes(signal)
        self._show_inhabitants(signal)
        self._show_spread(signal)
        self._show_coverage(signal)

    def _show_classes(self, signal: CountrySignal) -> None:
        sizes = by_size(signal)
        self.classes.heading = _("Klassen naar grootte van de gemeente, % van de buurten met een klasse")
        series = [_class_series(letter, sizes[letter], sizes["determined"]) for letter in DETERMINED]
        self.classes.show(_categories(sizes, "determined"), series, stacked=True)

    def _show_inhabitants(self, signal: CountrySignal) -> None:
        total = nation(signal)
        people = total["inwoners_determined"]
        self.inhabitants.heading = _("Inwoners naar klasse van hun buurt, n = {n}").format(n=plain(people, 0))
        shares = [total[f"share_{letter}"] for letter in DETERMINED]
        part = Series(
            name=_("% van de inwoners"),
            colour="#8aa4ad",
            shares=tuple(_known(100 * share) for share in shares),
            said=tuple("" if share != share else plain(people * share, 0) for share in shares),
        )
        words = [f"{letter}: {_(CLASSES[letter].label)}" for letter in DETERMINED]
        self.inhabitants.show(words, [part])

    def _show_spread(self, signal: CountrySignal) -> None:
        k = signal.table["k1"].dropna().to_numpy(dtype=float)
        # The last bins hold what lies beyond them, so that no buurt is left out.
        bins = round((_HIGH - _LOW) / _STEP)
        counts, _edges = np.histogram(np.clip(k, _LOW, _HIGH), bins=bins, range=(_LOW, _HIGH))
        text = _("Kwetsbaarheid K in {year}, n = {n} buurten")
        self.spread.heading = text.format(year=signal.period.k1, n=plain(len(k), 0))
        self.spread.show(
            counts.tolist(),
            low=_LOW,
            width=_STEP,
            colour="#7a6f9b",
            axis=_("K (0 is het landelijk gemiddelde, hoger is kwetsbaarder)"),
        )

    def _show_coverage(self, signal: CountrySignal) -> None:
        sizes = by_size(signal)
        self.coverage.heading = _("Dekking: van hoeveel buurten is er een cijfer?")
        parts = (
            ("with_k", _("kwetsbaarheid"), "#7a6f9b", ""),
            ("with_o", _("overlast in beide jaren"), "#c77d2e", "licht"),
            ("determined", _("klasse"), "#3b7a57", "stippen"),
        )
        series = [
            _series(name, sizes[column], sizes["buurten"], colour, pattern)
            for column, name, colour, pattern in parts
        ]
        self.coverage.show(_categories(sizes, "buurten"), series)


def _categories(sizes: pd.DataFrame, column: str) -> list[str]:
    pairs = zip(sizes["label"], sizes[column], strict=True)
    return [f"{label}, n = {plain(count, 0)}" for label, count in pairs]


def _class_series(letter: str, counts: pd.Series, total: pd.Series) -> Series:
    kind = CLASSES[letter]
    return _series(letter, counts, total, kind.colour, kind.pattern)


def _series(name: str, counts: pd.Series, total: pd.Series, colour: str, pattern: str) -> Series:
    shares = 100 * counts / total.where(total > 0)
    return Series(
        name=name,
        colour=colour,
        pattern=pattern,
        shares=tuple(_known(share) for share in shares),
        said=tuple(plain(count, 0) for count in counts),
    )


def _known(value: float) -> float | None:
    return None if pd.isna(value) else round(float(value), 2)
