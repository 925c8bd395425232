"""Words for what the log keeps as keys; chosen when called, so that they follow the language."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from ..i18n import _, current_language

# The sessions are about Dutch buurten: the clock in the notes is the one on the wall there.
ZONE = ZoneInfo("Europe/Amsterdam")


def direction(key: str | None) -> str:
    """Return the words of a direction."""
    return {"beter": _("beter"), "gelijk": _("gelijk"), "slechter": _("slechter")}.get(key or "", "")


def story_kind(key: str | None) -> str:
    """Return the words of the kind of a story."""
    return {"feit": _("feit"), "ervaring": _("ervaring"), "vermoeden": _("vermoeden")}.get(key or "", "")


def tone(key: str | None) -> str:
    """Return the words of the tone of a story."""
    return {"gaat_goed": _("gaat goed"), "zorg": _("zorg"), "neutraal": _("neutraal")}.get(key or "", "")


def consent(key: str) -> str:
    """Return with whom a story may be shared, in words."""
    return {
        "deze_zaal": _("alleen voor deze zaal"),
        "gemeente": _("mag binnen de gemeente worden gedeeld"),
        "openbaar": _("mag openbaar worden gedeeld"),
    }.get(key, "")


def moderation(key: str) -> str:
    """Return what the facilitator did with a contribution, in words."""
    return {
        "getoond": _("getoond in de zaal"),
        "vastgehouden": _("niet getoond in de zaal"),
        "teruggegeven": _("teruggegeven aan de inzender"),
    }.get(key, "")


def level(key: str, *, seen: bool) -> str:
    """Return how far a step is visible to the room, in words; `seen`: it was ever more than one's own."""
    if seen and key == "alleen_ik":
        return _("getoond en daarna weer verborgen")
    return {
        "alleen_ik": _("niet onthuld: ieder zag alleen de eigen bijdrage"),
        "verdeling": _("verdeling getoond"),
        "alles": _("verdeling en vrijgegeven verhalen getoond"),
    }.get(key, "")


def step_kind(key: str) -> str:
    """Return the kind of a step, in words."""
    return {
        "inleiding": _("inleiding"),
        "waarneming": _("waarneming"),
        "herkenning": _("herkenning"),
        "verhaal": _("verhaal"),
    }.get(key, key)


def variant(key: str) -> str:
    """Return for whom a variant of the notes is, in words."""
    return {
        "tafel": _("Verslag voor wie erbij was: niet verder verspreiden"),
        "deelbaar": _("Deelbaar verslag: alleen wat is vrijgegeven"),
    }[key]


def date(at: datetime) -> str:
    """Return the day of `at` in words, on the Dutch clock."""
    return format_date(at.astimezone(ZONE).date(), "d MMMM y", locale=current_language())


def moment(at: datetime) -> str:
    """Return day and time of `at` in words, on the Dutch clock."""
    return format_datetime(at.astimezone(ZONE), "d MMMM y HH:mm", locale=current_language())


def duration(start: datetime, end: datetime) -> str:
    """Return the time between two moments in words."""
    minutes = max(0, round((end - start).total_seconds() / 60))
    if minutes > 24 * 60:
        return _("verspreid over meer dagen")
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} {_('uur')}"] if hours else []
    if rest or not hours:
        parts.append(f"{rest} {_('minuut') if rest == 1 else _('minuten')}")
    return " ".join(parts)
