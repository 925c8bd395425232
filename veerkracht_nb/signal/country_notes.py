"""What is printed with figures of the whole country."""

from __future__ import annotations

import pandas as pd

from ..areas.country import Country
from ..i18n import _
from .decimals import plain
from .notes import LIMITS, PROXY, SIGNAL, reference_note
from .profiles import Profile
from .reference import Reference
from .result import Period, View


def country_notes(
    country: Country,
    profile: Profile,
    period: Period,
    view: View,
    reference: Reference,
    by_municipality: pd.DataFrame,
) -> tuple[str, ...]:
    """Return the notes of the national picture, most important first."""
    notes = [_(SIGNAL), _(PROXY), _("Dit is geen ranglijst: gemeenten worden niet met elkaar vergeleken.")]
    if country.fictional:
        notes.append(_("Deze gemeente is verzonnen; de cijfers ook."))
    notes.append(_("Profiel: {title}. {note}").format(title=_(profile.title), note=_(profile.note)))
    notes.append(_("Jaren: {period}. Grenzen van {year}.").format(period=period, year=country.year))
    notes += _coverage(by_municipality)
    notes += _view_notes(view, by_municipality)
    without = int((~by_municipality["households_known"]).sum())
    if without:
        text = _(
            "Van {n} gemeenten is het aantal huishoudens niet bekend; daar telt een buurt mee "
            "vanaf 150 inwoners."
        )
        notes.append(text.format(n=without))
    notes += [_source(p.source, p.title, p.edition, p.note) for p in country.provenance]
    notes.append(reference_note(reference))
    return tuple(notes) + tuple(_(limit) for limit in LIMITS)


def _coverage(by_municipality: pd.DataFrame) -> list[str]:
    text = _(
        "Dekking: {large} van de {total} buurten zijn groot genoeg; daarvan hebben er {k} een kwetsbaarheid, "
        "{o} overlast in beide jaren en {n} een klasse."
    )
    columns = {"total": "buurten", "large": "large", "k": "with_k", "o": "with_o", "n": "determined"}
    counts = {key: plain(by_municipality[column].sum(), 0) for key, column in columns.items()}
    return [text.format(**counts)]


def _view_notes(view: View, by_municipality: pd.DataFrame) -> list[str]:
    if view == "absoluut":
        return [_("Weergave absoluut: verandering zonder vergelijking met de gemeente.")]
    notes = [_("Weergave relatief: verandering ten opzichte van het gemiddelde van de eigen gemeente.")]
    few = int(((by_municipality["view"] == "absoluut") & (by_municipality["determined"] > 0)).sum())
    if few:
        text = _("In {n} gemeenten tellen te weinig buurten mee om te vergelijken; daar is het absoluut.")
        notes.append(text.format(n=few))
    return notes


def _source(source: str, title: str, edition: str, note: str) -> str:
    parts = ", ".join(part for part in (source, title, edition) if part)
    return _("Bron: {parts}.").format(parts=parts) + (f" {note}" if note else "")
