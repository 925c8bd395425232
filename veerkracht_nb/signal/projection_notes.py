"""What is printed beside a projection: the years it rests on, and what it is not."""

from __future__ import annotations

import pandas as pd

from ..areas.municipality import Municipality
from ..i18n import _
from .notes import PROXY, SIGNAL, source_notes
from .profiles import Profile
from .reference import FOCUS_PERCENTILE, Reference
from .trends import Trends


def projection_notes(
    municipality: Municipality,
    profile: Profile,
    reference: Reference,
    k: Trends,
    o: Trends,
    year: int,
    table: pd.DataFrame,
    draws: int,
) -> tuple[str, ...]:
    """Return the notes of a projection, most important first."""
    years = _(
        "Gebruikte jaren: kwetsbaarheid {k}; overlast {o}. Doorgetrokken naar {year}: {ks} en {os} jaar."
    )
    text = years.format(
        k=", ".join(map(str, k.years)),
        o=", ".join(map(str, o.years)),
        year=year,
        ks=year - k.years[-1],
        os=year - o.years[-1],
    )
    notes = [_("Doortrekken van een trend is geen voorspelling."), _(SIGNAL), _(PROXY), text]
    if municipality.fictional:
        notes.append(_("Deze gemeente is verzonnen; de cijfers ook."))
    notes.append(_("Profiel: {title}. {note}").format(title=_(profile.title), note=_(profile.note)).strip())
    short = [words for trend, words in ((k, _("kwetsbaarheid")), (o, _("overlast"))) if trend.assumed]
    if short:
        few = _(
            "Van {what} zijn er maar twee jaren: wat trend is en wat toeval, is dan niet te zien. De marge is "
            "daarom ruim genomen."
        )
        notes.append(few.format(what=_(" en ").join(short)))
    left_out = int((table["why"] != "").sum())
    if left_out:
        text = _("Niet doorgetrokken: {count} van de {total} buurten.")
        notes.append(text.format(count=left_out, total=len(table)))
    high = _("Hoog is boven {percentile}% van Nederland.")
    if reference.scope == "gemeente":
        high = _(
            "Kwetsbaarheid is hoog boven {percentile}% van deze gemeente, overlast boven {percentile}% van Nederland."
        )
    notes.append(high.format(percentile=FOCUS_PERCENTILE))
    text = _(
        "Uitkomsten zijn de middelste van {draws} berekeningen met toeval, met het interval waarin 80% valt; "
        "inwonertallen blijven gelijk."
    )
    notes.append(text.format(draws=draws))
    return (*notes, *source_notes(municipality, reference))
