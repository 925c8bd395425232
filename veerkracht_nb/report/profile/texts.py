"""The fixed words of a wijkprofiel, the same in each format."""

from __future__ import annotations

from ...i18n import _
from ..model import Remark
from .model import WijkProfile


def texts(profile: WijkProfile) -> dict[str, str]:
    """Return headings and sentences by name."""
    return {
        "good": _("Wat gaat goed"),
        "nothing": _("De cijfers laten hier geen gunstig verschil zien; vraag er in het gesprek naar."),
        "figures": _("Cijfers van de wijk"),
        "figures_caption": _("Wijk {wijk} naast de gemeente").format(wijk=profile.wijk_name),
        "trend": _("Verloop"),
        "dashes": _("In het verloop is de gestreepte lijn de gemeente."),
        "buurten": _("Buurten"),
        "buurten_caption": _("Klasse en cijfers per buurt"),
        "why": _("Waarom deze klasse"),
        "recognition": _("Herkent de zaal het beeld?"),
        "recognition_caption": _("Antwoorden per buurt, in aantallen mensen"),
        "no_recognition": _("Over deze wijk is niet gestemd."),
        "stories": _("Verhalen"),
        "no_stories": _("Er zijn geen verhalen over deze wijk die hier mogen staan."),
        "notes": _("Bronnen, jaren en grenzen van deze cijfers"),
    }


def under(remark: Remark) -> str:
    """Return the line under a story: where, and how it was told."""
    return " · ".join(part for part in (remark.buurt_name, remark.labels()) if part)


def footer(profile: WijkProfile) -> str:
    """Return the line at the foot of a page."""
    return " · ".join((profile.title, *profile.tags))
