"""What is printed with every map: where it came from, what it is not, and its limits."""

from __future__ import annotations

from ..areas.municipality import Municipality
from ..i18n import _
from .decimals import signed
from .profiles import Profile
from .reference import Reference
from .result import Period, View

PROXY = "Benadering met open data: dit is niet de veerkrachtkaart van Aedes, die gesloten microdata gebruikt."
SIGNAL = "Signaal, geen oordeel: de kaart is een begin van het gesprek."

LIMITS: tuple[str, ...] = (
    "Er zijn geen gegevens over licht verstandelijke beperking (LVB) of geestelijke gezondheidszorg (GGZ).",
    "De Leefbaarometer is een rekenmodel, geen enquête onder bewoners.",
    "Cijfers over inkomen en uitkeringen lopen ongeveer twee jaar achter.",
    "Cijfers van kleine buurten zijn afgerond of worden niet gepubliceerd.",
    "Studenten verhogen het aandeel lage inkomens; een verpleeghuis kan een kleine buurt vertekenen.",
    "Een CBS-buurt is groter dan de plek waar bewoners het over hebben.",
    "In de relatieve weergave vergelijken de kleuren alleen binnen deze gemeente.",
)
"""Honest limits, in the order in which they are printed."""


def build_notes(
    municipality: Municipality,
    *,
    profile: Profile,
    period: Period,
    view: View,
    asked: View,
    reference: Reference,
    mean_dk: float,
    mean_do: float,
    undetermined: int,
) -> tuple[str, ...]:
    """Return the notes of one map, most important first."""
    notes = [_(SIGNAL), _(PROXY)]
    if municipality.fictional:
        notes.append(_("Deze gemeente is verzonnen; de cijfers ook."))
    notes.append(_("Profiel: {title}. {note}").format(title=_(profile.title), note=_(profile.note)))
    notes.append(_("Jaren: {period}. Grenzen van {year}.").format(period=period, year=municipality.year))
    notes.append(_view_note(view, asked, mean_dk, mean_do))
    if undetermined:
        count, total = undetermined, len(municipality.buurten)
        notes.append(_("Niet te bepalen: {count} van de {total} buurten.").format(count=count, total=total))
    notes += source_notes(municipality, reference)
    return tuple(notes) + tuple(_(limit) for limit in LIMITS)


def _view_note(view: View, asked: View, mean_dk: float, mean_do: float) -> str:
    means = {"dk": signed(mean_dk, 2), "do": signed(mean_do, 3)}
    if view == "relatief":
        text = _(
            "Weergave relatief: verandering ten opzichte van het gemeentegemiddelde "
            "(kwetsbaarheid {dk}, overlast {do})."
        )
    elif asked == "relatief":
        text = _(
            "Weergave absoluut: er zijn te weinig buurten om met het gemeentegemiddelde te vergelijken "
            "(kwetsbaarheid {dk}, overlast {do})."
        )
    else:
        text = _(
            "Weergave absoluut: verandering zonder vergelijking met de gemeente "
            "(gemeentegemiddelde: kwetsbaarheid {dk}, overlast {do})."
        )
    return text.format(**means)


def source_notes(municipality: Municipality, reference: Reference) -> list[str]:
    """Return where the figures of a gemeente came from, and what they are compared with."""
    sources = [_source_note(p.source, p.title, p.edition) for p in municipality.provenance]
    return [*sources, reference_note(reference)]


def reference_note(reference: Reference) -> str:
    """Return what the figures are compared with, and which edition of it."""
    sources = "; ".join(map(_, reference.sources()))
    if reference.scope == "gemeente":
        text = _(
            "Er zijn van dit profiel geen landelijke cijfers: kwetsbaarheid is vergeleken met de buurten van deze "
            "gemeente. Waar het op rust: {sources}."
        )
        return text.format(sources=sources)
    if reference.edition:
        text = _(
            "Landelijke vergelijking: {sources}. Berekend uit de landelijke tabellen, uitgave {edition}."
        )
        return text.format(sources=sources, edition=reference.edition)
    return _("Landelijke vergelijking, zoals bij dit programma geleverd: {sources}.").format(sources=sources)


def _source_note(source: str, title: str, edition: str) -> str:
    parts = ", ".join(part for part in (source, title, edition) if part)
    return _("Bron: {parts}.").format(parts=parts)
