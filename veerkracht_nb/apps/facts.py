"""What the card of a buurt shows: its class, a few figures, and why."""

from __future__ import annotations

from ..areas import Municipality
from ..dialogue import Buurt
from ..i18n import _
from ..signal import CLASSES, Signal, explain, figures
from ..signal import Figure as SignalFigure
from ..widgets import BuurtFacts, ClassMark, Figure
from .prepare import Background

_COMPARED = {
    "hoger": "hoger dan de gemeente",
    "lager": "lager dan de gemeente",
    "gelijk": "als de gemeente",
    "onbekend": "",
}


def buurt_facts(buurt: Buurt, background: Background | None) -> BuurtFacts:
    """Return the card of one buurt; without `background` only what the session itself knows."""
    if background is not None:
        return signal_facts(background.signal, background.municipality, buurt.code)
    return BuurtFacts(
        code=buurt.code,
        name=buurt.name,
        wijk=buurt.wijk_name,
        mark=_mark(buurt.letter),
        note=_("De cijfers van deze gemeente staan niet op deze laptop."),
    )


def signal_facts(signal: Signal, municipality: Municipality, code: str) -> BuurtFacts:
    """Return the card of one buurt of a signaleringskaart."""
    row = municipality.buurten.loc[code]
    reason = explain(signal, code)
    shown = figures(signal, municipality, code)
    return BuurtFacts(
        code=code,
        name=row["name"],
        wijk=row["wijk_name"],
        mark=_mark(reason.letter),
        figures=tuple(_figure(figure) for figure in shown if figure.value is not None),
        reasons=(reason.summary, *reason.steps),
        note=_("Signaal, geen oordeel: een benadering met open data."),
    )


def _mark(letter: str) -> ClassMark:
    kind = CLASSES[letter]
    return ClassMark(letter=kind.letter, label=_(kind.label), colour=kind.colour, pattern=kind.pattern)


def _figure(figure: SignalFigure) -> Figure:
    years = [year for year, _value in figure.series]
    percent = figure.unit.startswith("%")
    mean = (
        f" ({figure.show(figure.municipality_mean)}{'%' * percent})"
        if figure.municipality_mean is not None
        else ""
    )
    return Figure(
        label=figure.label,
        value=figure.show(figure.value) + "%" * percent,
        meaning=figure.unit,
        comparison=_(_COMPARED[figure.verdict]) + mean if figure.verdict != "onbekend" else "",
        year=str(figure.year),
        source=figure.source,
        series=tuple(value for _year, value in figure.series),
        series_years=f"{years[0]}–{years[-1]}" if len(years) > 1 else "",
    )
