"""Which years a municipality has figures for, and which of them to compare."""

from __future__ import annotations

from itertools import combinations
from weakref import WeakKeyDictionary

import pandas as pd

from ..areas.municipality import Municipality
from ..errors import SignalError
from ..i18n import _
from .nuisance import INDICATOR
from .own import find_profile, profiles_of
from .profiles import PROFILES, Profile
from .result import Period
from .terms import term_values


def vulnerability_years(municipality: Municipality, profile: str | Profile) -> list[int]:
    """Return the years, ascending, in which a fair number of buurten have every indicator of the profile.

    A year with less than half the buurten of the best year is left out: a map of it would be mostly empty.
    """
    chosen = find_profile(municipality, profile)
    known = _covered.setdefault(municipality, {})
    if chosen not in known:
        known[chosen] = _covered_years(municipality, chosen)
    return list(known[chosen])


# Signal, history and projection of a page all ask this, of the same gemeente.
_covered: WeakKeyDictionary[Municipality, dict[Profile, list[int]]] = WeakKeyDictionary()


def _covered_years(municipality: Municipality, chosen: Profile) -> list[int]:
    needed = {name for term in chosen.terms for name in term.indicators}
    years = set.intersection(*(set(municipality.years(name)) for name in sorted(needed)))
    return _well_covered({year: _complete(municipality.table(year), chosen) for year in years})


def nuisance_years(municipality: Municipality) -> list[int]:
    """Return the years, ascending, in which a fair number of buurten have a figure of nuisance."""
    rows = municipality.indicators
    counts = rows[rows["indicator"] == INDICATOR].groupby("year")["value"].count()
    return _well_covered({int(year): int(count) for year, count in counts.items()})


def _complete(wide: pd.DataFrame, profile: Profile) -> int:
    values = pd.DataFrame({term.key: term_values(term, wide) for term in profile.terms})
    return int(values.notna().all(axis=1).sum())


def _well_covered(counts: dict[int, int]) -> list[int]:
    best = max(counts.values(), default=0)
    return sorted(year for year, count in counts.items() if count > 0 and 2 * count >= best)


def available_periods(municipality: Municipality, profile: str | Profile) -> list[Period]:
    """Return the periods that can be compared, the most sensible one first.

    Each pair of years of K gets the nearest years of O (the later one where two are equally near). First
    comes the period in which K and O share most years, then the one whose years differ least, then the
    latest. So a municipality with KWB and Leefbaarometer 2014-2022 gets 2014-2022 for both, and the RIVM
    figures of 2012 and 2020 are set against the Leefbaarometer of 2014 and 2020.
    """
    o_years = nuisance_years(municipality)
    periods = []
    for k0, k1 in combinations(vulnerability_years(municipality, profile), 2):
        o0, o1 = _nearest(k0, o_years), _nearest(k1, o_years)
        if o0 is not None and o1 is not None and o0 < o1:
            periods.append(Period(k0=k0, k1=k1, o0=o0, o1=o1))
    return sorted(periods, key=_preference)


def _nearest(year: int, years: list[int]) -> int | None:
    return min(years, key=lambda other: (abs(other - year), -other), default=None)


def _preference(period: Period) -> tuple[int, int, int]:
    shared = min(period.k1, period.o1) - max(period.k0, period.o0)
    mismatch = abs(period.k0 - period.o0) + abs(period.k1 - period.o1)
    return -shared, mismatch, -period.k1


def default_period(municipality: Municipality, profile: str | Profile) -> Period:
    """Return the first of :func:`available_periods`.

    Raises
    ------
    SignalError
        There are not two years of both kinds of figures.
    """
    periods = available_periods(municipality, profile)
    if not periods:
        raise _no_period(municipality, find_profile(municipality, profile))
    return periods[0]


def default_profile(municipality: Municipality) -> str:
    """Return the first profile for which this municipality has a period.

    Those of the package come first, in the order of :data:`PROFILES`; an own table is only taken where none of these
    has figures.

    Raises
    ------
    SignalError
        No profile can be computed.
    """
    for key, profile in profiles_of(municipality).items():
        if available_periods(municipality, profile):
            return key
    found = [f"{profile.title.lower()}: {_found(municipality, profile)}" for profile in PROFILES.values()]
    raise SignalError(
        f"Voor {municipality.name} kan nog geen signaleringskaart worden gemaakt.",
        expected="kwetsbaarheid en overlast, elk in ten minste twee jaren",
        got="; ".join(found),
        todo=_TODO,
    )


def profile_choices(municipality: Municipality) -> list[tuple[str, str]]:
    """Return key and title of each profile that can be computed for this gemeente, own tables last.

    A profile without two years of figures, of vulnerability or of nuisance, is left out.
    """
    found = profiles_of(municipality).values()
    return [(profile.key, _(profile.title)) for profile in found if available_periods(municipality, profile)]


_TODO = "Lees met ‘veerkracht data import’ de ontbrekende bestanden in (KWB of RIVM, en Leefbaarometer)."


def _years(years: list[int]) -> str:
    return ", ".join(map(str, years)) or "geen"


def _found(municipality: Municipality, profile: Profile) -> str:
    k_years = vulnerability_years(municipality, profile)
    return f"kwetsbaarheid {_years(k_years)}, overlast {_years(nuisance_years(municipality))}"


def _no_period(municipality: Municipality, profile: Profile) -> SignalError:
    needed = ", ".join(name for term in profile.terms for name in term.indicators)
    return SignalError(
        f"Voor {municipality.name} zijn er te weinig jaren voor het profiel {profile.title.lower()}.",
        expected=f"ten minste twee jaren met {needed}, en twee jaren met {INDICATOR}",
        got=_found(municipality, profile),
        todo=f"{_TODO} Of kies een ander profiel.",
    )


def check_period(municipality: Municipality, profile: Profile, period: Period) -> None:
    """Raise a :class:`SignalError` where `period` runs backwards or has a year without figures."""
    if not (period.k0 < period.k1 and period.o0 < period.o1):
        raise SignalError(
            "De periode loopt niet van eerder naar later.",
            expected="twee oplopende jaren voor kwetsbaarheid en twee voor overlast",
            got=str(period),
            todo="Kies voor beide een eerste en een later jaar.",
        )
    # Any figure will do here: a year of poor coverage may be chosen knowingly.
    k_years = {y for y in (period.k0, period.k1) if _complete(municipality.table(y), profile) > 0}
    o_years = set(municipality.years(INDICATOR))
    missing = [f"kwetsbaarheid {y}" for y in (period.k0, period.k1) if y not in k_years]
    missing += [f"overlast {y}" for y in (period.o0, period.o1) if y not in o_years]
    if missing:
        raise SignalError(
            f"{municipality.name} heeft geen cijfers van {' en '.join(missing)}.",
            expected=f"cijfers van {period}",
            got=_found(municipality, profile),
            todo="Kies andere jaren, of lees de ontbrekende bestanden in met ‘veerkracht data import’.",
        )
