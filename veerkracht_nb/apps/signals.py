"""The signaleringskaart as every page computes it, and the national comparison that it is measured with.

One rule for all pages: the comparison that was computed from national tables on this laptop, or without those the
one that comes with the package. A session keeps the comparison it was made with (see :mod:`.prepare`), so that
reading in the country later changes no session.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pandas as pd

from ..areas import Municipality
from ..areas.country import Country
from ..areas.indicators import INDICATORS, KWB, LBM, REFERENCE_INDICATORS, RIVM
from ..i18n import _
from ..paths import data_folder
from ..signal import (
    PROFILES,
    Period,
    Projection,
    Reference,
    Signal,
    View,
    compute_signal,
    default_profile,
    from_record,
    national_references,
    project,
    to_record,
)
from ..signal.reference import O_SD_SOURCE
from ..sources import leefbaarometer, load_national, rivm
from ..sources.reference_store import load_reference, reference_path, save_reference
from ..sources.store import national_tables

AUTOMATIC = "automatisch"
WEIGHT = "a_inw"
_PUBLISHERS = {leefbaarometer.TITLE: LBM, rivm.TITLE: RIVM}
"""By title of a table; all others hold key figures of CBS."""


def signal_of(
    municipality: Municipality,
    profile: str = AUTOMATIC,
    view: str = "relatief",
    *,
    period: Period | None = None,
) -> Signal:
    """Return the signal of a gemeente against the national comparison of this laptop.

    Parameters
    ----------
    municipality : Municipality
    profile : str
        Key of a profile of the package or of this gemeente; ``"automatisch"`` takes the first that has figures.
    view : {"relatief", "absoluut"}
    period : Period, optional
        Years to compare, default the most sensible.

    Raises
    ------
    SignalError
        Unknown profile, or no figures to compute it from.
    FileDamaged
        If the kept comparison cannot be read.
    """
    chosen = _chosen(municipality, profile)
    kind: View = "absoluut" if view == "absoluut" else "relatief"
    return compute_signal(
        municipality, profile=chosen, view=kind, period=period, reference=reference_of(chosen)
    )


def projection_of(
    municipality: Municipality, profile: str = AUTOMATIC, *, years_ahead: int = 5
) -> Projection:
    """Return where the trends of a gemeente lead, against the same comparison as :func:`signal_of`.

    Raises
    ------
    SignalError
        Fewer than two years of K or of O, or no buurt with both.
    FileDamaged
        If the kept comparison cannot be read.
    """
    chosen = _chosen(municipality, profile)
    return project(municipality, profile=chosen, years_ahead=years_ahead, reference=reference_of(chosen))


def _chosen(municipality: Municipality, profile: str) -> str:
    return default_profile(municipality) if profile == AUTOMATIC else profile


def reference_of(profile: str) -> Reference | None:
    """Return the comparison of a profile that was computed on this laptop, or None for that of the package.

    An own profile has none: it is compared within the gemeente.

    Raises
    ------
    FileDamaged
        If it is there but cannot be read: to compute on silently with other figures would change classes.
    """
    record = load_reference(profile) if profile in PROFILES else None
    return from_record(record) if record else None


def keep_country_references(country: Country) -> tuple[Reference, ...]:
    """Compute and keep the comparisons of a country that was read; return those that it has figures for."""
    return _keep(country.indicators, ((p.title, p.edition) for p in country.provenance))


def refresh_references(folder: Path | None = None) -> tuple[Reference, ...]:
    """Compute and keep the comparisons again where a national table is newer; return what was computed.

    Parameters
    ----------
    folder : pathlib.Path, optional
        Data folder.
    """
    folder = folder or data_folder()
    tables = national_tables(folder)
    kept = [path for key in PROFILES if (path := reference_path(key, folder)).is_file()]
    newest = max((table.path.stat().st_mtime_ns for table in tables), default=0)
    if newest <= max((path.stat().st_mtime_ns for path in kept), default=0):
        return ()
    figures = load_national(REFERENCE_INDICATORS, folder)
    if figures is None:
        return ()
    # A figure may stand in the map and in the table of the same year.
    figures = figures.drop_duplicates(["code", "indicator", "year"], keep="last")
    return _keep(figures, ((table.title, table.edition) for table in tables), folder)


def _keep(
    table: pd.DataFrame, editions: Iterable[tuple[str, str]], folder: Path | None = None
) -> tuple[Reference, ...]:
    pairs = sorted(set(editions))
    found = [
        replace(reference, edition=_edition(reference, pairs))
        for reference in national_references(table, edition="")
    ]
    for reference in found:
        save_reference(to_record(reference), folder)
    return tuple(found)


def _edition(reference: Reference, pairs: Iterable[tuple[str, str]]) -> str:
    """Return the titles, with their editions, of the tables that a reference was computed from."""
    terms = PROFILES[reference.profile].terms
    used = {INDICATORS[name].source for term in terms for name in term.indicators} | {
        INDICATORS[WEIGHT].source
    }
    if reference.o_sd_source != O_SD_SOURCE:
        used.add(LBM)
    editions: dict[str, list[str]] = {}
    for title, edition in pairs:
        if _PUBLISHERS.get(title, KWB) in used:
            editions.setdefault(title, []).append(edition)
    return "; ".join(f"{title} {', '.join(filter(None, known))}".strip() for title, known in editions.items())


def reference_lines(references: Iterable[Reference]) -> list[str]:
    """Return which comparisons were computed, one sentence each."""
    text = _(
        "Landelijke vergelijking berekend en bewaard: {profile}, cijfers van {year}. Uitgave: {edition}."
    )
    return [
        text.format(profile=_(PROFILES[found.profile].title).lower(), year=found.year, edition=found.edition)
        for found in references
    ]
