"""A yardstick measured from figures: of the whole country, or of one gemeente where there are no others."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from ..areas.municipality import Municipality
from ..errors import SignalError
from .profiles import Profile, get_profile
from .reference import O_SD, O_SD_SOURCE, O_SPREAD, PERCENTILES, Reference, Spread, TermReference
from .terms import term_values
from .universe import MIN_HUISHOUDENS, MIN_INWONERS, universe


def national_reference(
    profile: str | Profile,
    year: int,
    table: pd.DataFrame,
    *,
    o_year: int | None = None,
    weight_year: int | None = None,
    edition: str = "",
    least: int = 2,
) -> Reference:
    """Compute the reference of a profile from figures of the whole country.

    Parameters
    ----------
    profile : str or Profile
        A profile or its key.
    year : int
        Year of the terms; the same reference serves both years of a period.
    table : pandas.DataFrame
        Long: ``code``, ``indicator``, ``year``, ``value``; buurten only. Weighted by ``a_inw`` of `weight_year`
        where it is present (then only buurten with at least 150 inhabitants and, where ``a_hh`` of the buurt is
        known, 100 households count), unweighted otherwise.
    o_year : int, optional
        Year of ``onv``, default `year`. With figures of ``onv`` of fewer than `least` buurten the shipped assumptions
        for O stay.
    weight_year : int, optional
        Year of ``a_inw`` and ``a_hh``, default the year of the figure. Where it is another year the buurten
        are joined by code, and the source says so.
    edition : str
        Edition of the tables, as it is printed.
    least : int
        Number of buurten that must count, at least 2.

    Raises
    ------
    SignalError
        Fewer than `least` buurten have all figures, or they do not differ.
    """
    chosen = get_profile(profile)
    o = _reference_of_o(table, year if o_year is None else o_year, weight_year, least)
    sizes = _wide(table, year if weight_year is None else weight_year)
    return _measured(
        chosen,
        year,
        _wide(table, year),
        sizes,
        source=f"{chosen.source} {year}",
        joined="" if weight_year in (None, year) else f" ({weight_year}, op gelijke buurtcode)",
        o=o,
        edition=edition,
        least=least,
        scope="landelijk",
    )


def municipal_reference(profile: Profile, municipality: Municipality, year: int) -> Reference:
    """Compute a reference from the buurten of one gemeente, for figures that nobody has of the whole country.

    Parameters
    ----------
    profile : Profile
    municipality : Municipality
    year : int
        Year of the terms.

    Returns
    -------
    Reference
        Of scope "gemeente". For O the shipped national assumptions stay.

    Raises
    ------
    SignalError
        Fewer than two buurten have all figures, or they do not differ.
    """
    size = universe(municipality, year)
    sizes = size.loc[size["large"], ["inwoners", "huishoudens"]].set_axis(["a_inw", "a_hh"], axis=1)
    return _measured(
        profile,
        year,
        municipality.table(year),
        sizes,
        source=f"{profile.source} {year}, binnen {municipality.name}",
        joined="",
        o=(O_SD, O_SD_SOURCE, O_SPREAD),
        edition="",
        scope="gemeente",
    )


def _measured(
    profile: Profile,
    year: int,
    wide: pd.DataFrame,
    sizes: pd.DataFrame,
    *,
    source: str,
    joined: str,
    o: tuple[float, str, Spread],
    edition: str,
    scope: Literal["landelijk", "gemeente"],
    least: int = 2,
) -> Reference:
    values = pd.DataFrame({term.key: term_values(term, wide) for term in profile.terms}).dropna()
    weights, weighting = _weights(sizes, values.index)
    values = values.loc[weights.index]
    if len(values) < least:
        raise _too_little(profile, year, len(values), least)
    means = {key: _mean(values[key], weights) for key in values}
    sds = {key: _sd(values[key], weights) for key in values}
    if not all(sd > 0 for sd in sds.values()):
        raise _too_little(profile, year, len(values), least)
    z = [t.direction * (values[t.key] - means[t.key]) / sds[t.key] for t in profile.terms]
    k = sum(z) / len(profile.terms)
    source = f"{source}: {len(values)} buurten, {weighting}{joined}"
    o_sd, o_sd_source, o_spread = o
    return Reference(
        profile=profile.key,
        year=year,
        terms={key: TermReference(mean=means[key], sd=sds[key], source=source) for key in values},
        o_sd=o_sd,
        o_sd_source=o_sd_source,
        k=Spread(percentiles=_percentiles(k, weights), source=source),
        o=o_spread,
        edition=edition,
        scope=scope,
    )


def _wide(table: pd.DataFrame, year: int) -> pd.DataFrame:
    return table[table["year"] == year].pivot(index="code", columns="indicator", values="value")


def _weights(sizes: pd.DataFrame, codes: pd.Index) -> tuple[pd.Series, str]:
    """Return the weights of the buurten that count, and words for them."""
    if "a_inw" not in sizes:
        return pd.Series(1.0, index=codes), "ongewogen"
    rows = sizes.reindex(codes)
    count = rows["a_inw"] >= MIN_INWONERS
    if "a_hh" in rows:
        # A table of inhabitants may be national where that of households is not: unknown is not too few.
        count &= ~(rows["a_hh"] < MIN_HUISHOUDENS)
    return rows.loc[count, "a_inw"], "gewogen naar inwoners"


def _reference_of_o(
    table: pd.DataFrame, year: int, weight_year: int | None, least: int
) -> tuple[float, str, Spread]:
    wide = _wide(table, year)
    if "onv" not in wide or wide["onv"].count() < least:
        return O_SD, O_SD_SOURCE, O_SPREAD
    o = -wide["onv"].dropna()
    weights, weighting = _weights(_wide(table, year if weight_year is None else weight_year), o.index)
    o = o.loc[weights.index]
    sd = _sd(o, weights) if len(o) >= max(2, least) else 0.0
    if not sd > 0:
        return O_SD, O_SD_SOURCE, O_SPREAD
    source = f"Leefbaarometer, dimensie overlast en onveiligheid, {year}: {len(o)} buurten, {weighting}"
    return sd, source, Spread(percentiles=_percentiles(o, weights), source=source)


def _mean(values: pd.Series, weights: pd.Series) -> float:
    return float(np.average(values, weights=weights))


def _sd(values: pd.Series, weights: pd.Series) -> float:
    return float(np.sqrt(np.average((values - _mean(values, weights)) ** 2, weights=weights)))


def _percentiles(values: pd.Series, weights: pd.Series) -> dict[int, float]:
    """Return for each percentile the smallest value at or below which that share of the weight lies."""
    ordered = values.sort_values()
    cumulative = weights.loc[ordered.index].cumsum()
    total = cumulative.iloc[-1]
    places = {p: int(np.searchsorted(cumulative, p / 100 * total)) for p in PERCENTILES}
    return {p: float(ordered.iloc[place]) for p, place in places.items()}


def _too_little(profile: Profile, year: int, count: int, least: int) -> SignalError:
    return SignalError(
        f"Voor {profile.title.lower()} kan geen maat om mee te vergelijken over {year} worden berekend.",
        expected=f"cijfers die verschillen, van ten minste {least} buurten met {needed(profile)}",
        got=f"{count} buurten met alle cijfers",
        todo="Gebruik een tabel met deze cijfers van meer buurten, of reken met de meegeleverde referentie.",
    )


def needed(profile: Profile) -> str:
    """Return the keys of the indicators of a profile as one text."""
    return ", ".join(name for term in profile.terms for name in term.indicators)
