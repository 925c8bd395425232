"""What the card of a buurt shows: its class, a few figures, and why."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from ..areas import Municipality
from ..dialogue import Buurt
from ..i18n import _, current_language
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
    """Return the card of one buurt; without `background` only what the session itself knows.

    The class is always that of the session: what the room sees on the map. Where the figures on this laptop give
    another one by now, the card says so.
    """
    if background is not None:
        facts = signal_facts(background.signal, background.municipality, buurt.code)
        if facts.mark.letter == buurt.letter:
            return facts
        changed = _(
            "De cijfers op deze laptop zijn veranderd nadat de sessie is gemaakt: zij geven nu klasse {letter}. "
            "Kaart en kaartje houden de klasse van de sessie."
        ).format(letter=facts.mark.letter)
        return replace(facts, mark=_mark(buurt.letter), reasons=(changed, *facts.reasons), note=changed)
    return BuurtFacts(
        code=buurt.code,
        name=buurt.name,
        wijk=buurt.wijk_name,
        mark=_mark(buurt.letter),
        note=_("De cijfers van deze gemeente staan niet op deze laptop."),
    )


def signal_facts(signal: Signal, municipality: Municipality, code: str) -> BuurtFacts:
    """Return the card of one buurt of a signaleringskaart."""
    return _signal_facts(signal, municipality, code, current_language())


# Drawn for every tap and every change in the room, while nothing of it changes.
@lru_cache(maxsize=1024)
def _signal_facts(signal: Signal, municipality: Municipality, code: str, _language: str) -> BuurtFacts:
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
        note=" ".join([_("Signaal, geen oordeel: een benadering met open data."), *_borders(signal, code)]),
    )


def _borders(signal: Signal, code: str) -> list[str]:
    """Return a mark for figures that were made for other borders; the reasons of the card say why."""
    words = {
        "herrekend": _("Cijfers van eerdere jaren zijn herrekend naar nieuwe grenzen."),
        "overgenomen": _("Cijfers van eerdere jaren zijn overgenomen van een andere code of naam."),
        "ander gebied": _("Let op: de grens is gewijzigd tussen de jaren van de cijfers en de kaart."),
    }
    return [words[kind] for kind in dict.fromkeys(note.kind for note in signal.borders.get(code, ()))]


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
