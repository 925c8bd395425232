"""How the numbers came about and what they cannot tell: the sentences that go with every set of notes."""

from __future__ import annotations

from ..dialogue.agreement import FEWEST_VOICES
from ..dialogue.counts import SMALLEST_GROUP
from ..dialogue.events import SessionMade
from ..i18n import _
from ..signal.notes import LIMITS, PROXY, SIGNAL
from ..signal.profiles import PROFILES
from ..signal.result import Signal
from .model import Header
from .text import one_line


def method(header: Header, made: SessionMade, *, left_out: bool, mixed: bool) -> tuple[str, ...]:
    """Return how the classes and the counts came about.

    Parameters
    ----------
    header : Header
    made : SessionMade
    left_out : bool
        Whether something was said that this variant does not tell.
    mixed : bool
        Whether recognition was answered in more than one step.
    """
    lines = [
        _(
            "De klassen A tot en met E laten zien hoe kwetsbaarheid en overlast in een buurt zich "
            "ontwikkelden ({period}); de ontwikkeling is {view}. Klasse X betekent: niet te "
            "bepalen."
        ).format(period=header.period, view=header.view or one_line(made.view)),
        _(
            "Het is een benadering met open data. De oorspronkelijke veerkrachtkaarten gebruiken besloten "
            "gegevens en kunnen een ander beeld geven."
        ),
        _(
            "De klassen zijn die van het moment waarop de sessie is gemaakt: wat de zaal zag. Gebruikt "
            "profiel van kwetsbaarheid: {profile}."
        ).format(profile=header.profile),
        _(
            "Iedere deelnemer telt per buurt en per stap één keer mee, met het laatste antwoord. Waar iets"
            " veranderde staat de stand van vóór het onthullen erbij."
        ),
        _(
            "Herkenning in woorden: 'herken ik' telt 1, 'deels' een half, 'herken ik niet' 0; 'weet ik "
            "niet' telt niet mee. Wie ver uiteen antwoordt heet 'verdeeld'. Bij minder dan {n} meningen "
            "staat er 'te weinig stemmen'. Met zo weinig stemmen is de marge groot: lees het als begin van "
            "een gesprek."
        ).format(n=FEWEST_VOICES),
        _(
            "Rollen met minder dan {n} stemmen staan samen onder 'overige rollen', zo nodig met een "
            "grotere rol erbij, zodat niemands antwoord is af te leiden."
        ).format(n=SMALLEST_GROUP),
    ]
    if mixed:
        lines.append(
            _(
                "Er is in meer dan één stap naar herkenning gevraagd. Waar per buurt één getal staat, is dat van de "
                "laatste stap waarin over die buurt is geantwoord; alle stappen staan bij de buurt zelf."
            )
        )
    if header.variant == "tafel":
        lines.append(
            _(
                "Dit verslag bevat alles wat niet is ingetrokken, ook wat niet in de zaal is getoond en "
                "wat alleen voor deze zaal is bedoeld. Geef het niet door; maak daarvoor een deelbaar "
                "verslag."
            )
        )
        return tuple(lines)
    lines.append(
        _(
            "Dit verslag bevat alleen verhalen die in de zaal zijn getoond en waarvan de verteller goed "
            "vindt dat ze worden gedeeld. Verhalen met 'binnen de gemeente' horen niet op een openbare "
            "plek. Verdelingen van minder dan {n} stemmen zijn weggelaten en tellen niet mee in de "
            "totalen; aangewezen plekken zijn afgerond op een vak van 100 bij 100 meter."
        ).format(n=SMALLEST_GROUP)
    )
    if left_out:
        lines.append(_("Er is meer gezegd dan hier staat: niet alles is vrijgegeven."))
    return tuple(lines)


def limits(made: SessionMade, signal: Signal | None) -> tuple[str, ...]:
    """Return what the numbers cannot tell, with the notes of the map where it is at hand."""
    lines = [
        _("Een signaal, geen oordeel: de kaart is het begin van een gesprek, geen rangorde van buurten."),
        _("Wie er was bepaalt de antwoorden: dit is het beeld van deze groep, geen steekproef van bewoners."),
    ]
    if signal:
        said = (_(SIGNAL), _(PROXY))
        extra = tuple(note for note in signal.notes if note not in said)
    else:
        extra = ((PROFILES[made.profile].note,) if made.profile in PROFILES else ()) + LIMITS
    return tuple(lines) + tuple(filter(None, (one_line(_(note), limit=1000) for note in extra)))
