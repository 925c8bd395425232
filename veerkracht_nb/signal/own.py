"""Profiles from a facilitator's own tables, which belong to one gemeente and not to the package."""

from __future__ import annotations

from ..areas.municipality import Municipality
from ..areas.own import OwnProfile
from ..errors import SignalError
from ..nearest import meant
from .profiles import PROFILES, Profile, Term, get_profile, own_profile


def profiles_of(municipality: Municipality) -> dict[str, Profile]:
    """Return every profile that this gemeente can be asked for: those of the package, then its own tables.

    An own table without an indicator that says which way is worse makes no profile. Whether there are figures
    of two years is for :func:`~veerkracht_nb.signal.periods.available_periods` to say.
    """
    own = {made.key: terms for made in municipality.own_profiles if (terms := _terms(municipality, made))}
    tables = {made.key: made for made in municipality.own_profiles}
    return {
        **PROFILES,
        **{
            key: own_profile(key, tables[key].title, terms, source=tables[key].source, note=tables[key].note)
            for key, terms in own.items()
        },
    }


def find_profile(municipality: Municipality, profile: str | Profile) -> Profile:
    """Return a profile of the package or of this gemeente by its key; a profile is returned as it is.

    Raises
    ------
    SignalError
        No profile has this key.
    """
    if isinstance(profile, Profile) or profile in PROFILES:
        return get_profile(profile)
    known = profiles_of(municipality)
    if profile not in known:
        raise SignalError(
            f"Het kwetsbaarheidsprofiel {profile!r} bestaat niet voor {municipality.name}.",
            expected=", ".join(known),
            got=repr(profile),
            todo=meant(
                str(profile), known, "Kies een van de genoemde profielen, of lees de eigen tabel opnieuw in."
            ),
        )
    return known[profile]


def _terms(municipality: Municipality, made: OwnProfile) -> tuple[Term, ...]:
    known = {indicator.key: indicator for indicator in municipality.own}
    chosen = (known[key] for key in made.indicators if key in known)
    return tuple(
        Term(
            key=indicator.key,
            label=indicator.label,
            unit=indicator.unit,
            numerator=(indicator.key,),
            source=indicator.source,
            higher_is=indicator.higher_is,
        )
        for indicator in chosen
        if indicator.higher_is != "neutral"
    )
