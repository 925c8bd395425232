"""References of the whole country: computed once from the national tables, kept small, used without them."""

from __future__ import annotations

import pandas as pd

from ..errors import SignalError
from ..sources.reference_store import ReferenceRecord, TermRecord
from .measured import national_reference
from .nuisance import INDICATOR
from .profiles import PROFILES
from .reference import Reference, Spread, TermReference
from .terms import term_values

LEAST_BUURTEN = 5000
"""With fewer buurten a table is not called national."""


def national_references(
    table: pd.DataFrame, *, edition: str, least: int = LEAST_BUURTEN
) -> tuple[Reference, ...]:
    """Compute the reference of every shipped profile for which the national tables have the figures.

    The latest year in which at least `least` buurten have every indicator is taken, and for O the year nearest to
    it; inhabitants are those of that year, or of the nearest. Without inhabitants there is no reference: a hamlet
    would weigh as much as a quarter of a city, and the shipped one is better than that.

    Parameters
    ----------
    table : pandas.DataFrame
        Long: ``code``, ``indicator``, ``year``, ``value``; buurten of the whole country.
    edition : str
        Edition of the tables, as it is printed.
    least : int
        Number of buurten that makes a table national.

    Returns
    -------
    tuple of Reference
        Empty where the tables have no profile whole.
    """
    counts = table.groupby(["indicator", "year"])["value"].count()
    found = []
    for profile in PROFILES.values():
        needed = [name for term in profile.terms for name in term.indicators]
        year = _latest(table[table["indicator"].isin(needed)], profile.key, least)
        weight_year = None if year is None else _nearest(counts, "a_inw", year, least)
        if year is None or weight_year is None:
            continue
        try:
            reference = national_reference(
                profile,
                year,
                table,
                o_year=_nearest(counts, INDICATOR, year, least),
                weight_year=weight_year,
                edition=edition,
                least=least,
            )
        except SignalError:
            continue
        found.append(reference)
    return tuple(found)


def _latest(table: pd.DataFrame, profile: str, least: int) -> int | None:
    for year in sorted(table["year"].unique(), reverse=True):
        wide = table[table["year"] == year].pivot(index="code", columns="indicator", values="value")
        values = pd.DataFrame({term.key: term_values(term, wide) for term in PROFILES[profile].terms})
        if len(values.dropna()) >= least:
            return int(year)
    return None


def _nearest(counts: pd.Series, indicator: str, year: int, least: int) -> int | None:
    if indicator not in counts.index.get_level_values("indicator"):
        return None
    own = counts.xs(indicator, level="indicator")
    years = own.index[own >= least]
    return int(min(years, key=lambda other: (abs(other - year), -other))) if len(years) else None


def to_record(reference: Reference) -> ReferenceRecord:
    """Return a reference in the form in which it is kept.

    Raises
    ------
    SignalError
        It is not of the whole country.
    """
    if reference.scope != "landelijk":
        raise SignalError(
            "Alleen een landelijke vergelijking wordt bewaard.",
            expected="een vergelijking uit landelijke tabellen",
            got="een vergelijking binnen één gemeente",
        )
    return ReferenceRecord(
        profile=reference.profile,
        edition=reference.edition,
        year=reference.year,
        terms={
            key: TermRecord(mean=term.mean, sd=term.sd, source=term.source)
            for key, term in reference.terms.items()
        },
        o_sd=reference.o_sd,
        o_sd_source=reference.o_sd_source,
        k_percentiles=dict(reference.k.percentiles),
        k_source=reference.k.source,
        o_percentiles=dict(reference.o.percentiles),
        o_source=reference.o.source,
    )


def from_record(record: ReferenceRecord) -> Reference:
    """Return the reference that was kept."""
    return Reference(
        profile=record.profile,
        year=record.year,
        terms={
            key: TermReference(mean=term.mean, sd=term.sd, source=term.source)
            for key, term in record.terms.items()
        },
        o_sd=record.o_sd,
        o_sd_source=record.o_sd_source,
        k=Spread(percentiles=dict(record.k_percentiles), source=record.k_source),
        o=Spread(percentiles=dict(record.o_percentiles), source=record.o_source),
        edition=record.edition,
    )
