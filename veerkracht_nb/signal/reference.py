"""The national yardstick: means, standard deviations and percentiles against which a buurt is measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd

from ..errors import SignalError
from .profiles import Profile, get_profile
from .terms import term_values
from .universe import MIN_HUISHOUDENS, MIN_INWONERS

PERCENTILES = (75, 80, 85)
FOCUS_PERCENTILE = 80


@dataclass(frozen=True, kw_only=True)
class TermReference:
    """National mean and standard deviation of one term, in the unit of that term."""

    mean: float
    sd: float
    source: str


@dataclass(frozen=True, kw_only=True)
class Spread:
    """National distribution of K or O: its percentiles and what they rest on.

    Attributes
    ----------
    percentiles : mapping of int to float
        Values at :data:`PERCENTILES`.
    source : str
        Measured on which table, or which assumption.
    """

    percentiles: Mapping[int, float]
    source: str


@dataclass(frozen=True, kw_only=True)
class Reference:
    """National reference of one profile.

    Attributes
    ----------
    profile : str
        Key of the profile.
    year : int or None
        Year of the terms; None where the figures are an assumption without a year.
    terms : mapping of str to TermReference
        By key of the term.
    o_sd : float
        Standard deviation of O (unit: deviation of the Leefbaarometer score).
    o_sd_source : str
    k, o : Spread
        Distribution of K and of O.
    """

    profile: str
    year: int | None
    terms: Mapping[str, TermReference]
    o_sd: float
    o_sd_source: str
    k: Spread
    o: Spread

    @property
    def k_high(self) -> float:
        """Value from which K is called high."""
        return self.k.percentiles[FOCUS_PERCENTILE]

    @property
    def o_high(self) -> float:
        """Value from which O is called high."""
        return self.o.percentiles[FOCUS_PERCENTILE]

    def sources(self) -> tuple[str, ...]:
        """Return every source text once, in the order in which a reader meets the figures."""
        texts = [term.source for term in self.terms.values()]
        return tuple(dict.fromkeys([*texts, self.o_sd_source, self.k.source, self.o.source]))


def _normal(sd: float, source: str) -> Spread:
    curve = NormalDist(0.0, sd)
    return Spread(percentiles={p: round(curve.inv_cdf(p / 100), 4) for p in PERCENTILES}, source=source)


_O_SD = 0.045
_O_SD_SOURCE = "aanname van dit project: standaardafwijking van O is 0,045"
_O_SPREAD = _normal(
    _O_SD,
    "aanname: O landelijk normaal verdeeld rond 0 met standaardafwijking 0,045 (geen landelijke tabel)",
)
_SE_SOURCE = (
    "aanname van dit project: landelijk gemiddelde en spreiding volgens het rekenvoorbeeld van de methode"
)
# Two z-scores with correlation r have a mean with standard deviation sqrt((1 + r) / 2).
_SE_CORRELATION = 0.7
_RIVM_SOURCE = (
    "GGD'en, CBS en RIVM, Gezondheidsmonitor 2020: 9.621 buurten met ten minste 150 inwoners, gewogen naar "
    "inwoners (CBS, 2024, op gelijke buurtcode)"
)

DEFAULT_REFERENCES: dict[str, Reference] = {
    "sociaaleconomisch": Reference(
        profile="sociaaleconomisch",
        year=None,
        terms={
            "laag_inkomen": TermReference(mean=40.0, sd=16.0, source=_SE_SOURCE),
            "uitkering": TermReference(mean=9.0, sd=5.0, source=_SE_SOURCE),
        },
        o_sd=_O_SD,
        o_sd_source=_O_SD_SOURCE,
        k=_normal(
            ((1 + _SE_CORRELATION) / 2) ** 0.5,
            "aanname: K landelijk normaal verdeeld rond 0; correlatie tussen de twee indicatoren 0,7",
        ),
        o=_O_SPREAD,
    ),
    "zelfredzaamheid": Reference(
        profile="zelfredzaamheid",
        year=2020,
        terms={
            "moeite_rondkomen": TermReference(mean=13.405, sd=6.068, source=_RIVM_SOURCE),
            "hoog_risico_angst_depressie": TermReference(mean=6.644, sd=2.723, source=_RIVM_SOURCE),
            "ernstig_eenzaam": TermReference(mean=11.102, sd=3.581, source=_RIVM_SOURCE),
        },
        o_sd=_O_SD,
        o_sd_source=_O_SD_SOURCE,
        k=Spread(percentiles={75: 0.5642, 80: 0.7809, 85: 1.0602}, source=_RIVM_SOURCE),
        o=_O_SPREAD,
    ),
}


def default_reference(profile: str) -> Reference:
    """Return the shipped reference of a profile, with the source of every figure in it."""
    get_profile(profile)
    return DEFAULT_REFERENCES[profile]


def national_reference(
    profile: str, year: int, table: pd.DataFrame, *, o_year: int | None = None
) -> Reference:
    """Compute the reference of a profile from figures of the whole country.

    Parameters
    ----------
    profile : str
        Key of a profile.
    year : int
        Year of the terms; the same reference serves both years of a period.
    table : pandas.DataFrame
        Long: ``code``, ``indicator``, ``year``, ``value``; buurten only. Weighted by ``a_inw`` of that year
        where it is present (then only buurten with at least 150 inhabitants and, where ``a_hh`` is present,
        100 households count), unweighted otherwise.
    o_year : int, optional
        Year of ``onv``, default `year`. Without national figures of ``onv`` the shipped assumptions for O
        stay.

    Raises
    ------
    SignalError
        Fewer than two buurten have all figures, or they do not differ.
    """
    chosen = get_profile(profile)
    wide = _wide(table, year)
    values = pd.DataFrame({term.key: term_values(term, wide) for term in chosen.terms}).dropna()
    weights, weighting = _weights(wide, values.index)
    values = values.loc[weights.index]
    if len(values) < 2:
        raise _too_little(chosen, year, len(values))
    means = {key: _mean(values[key], weights) for key in values}
    sds = {key: _sd(values[key], weights) for key in values}
    if not all(sd > 0 for sd in sds.values()):
        raise _too_little(chosen, year, len(values))
    k = sum((values[key] - means[key]) / sds[key] for key in values) / len(chosen.terms)
    source = f"{chosen.source} {year}: {len(values)} buurten, {weighting}"
    o_sd, o_sd_source, o_spread = _reference_of_o(table, year if o_year is None else o_year)
    return Reference(
        profile=profile,
        year=year,
        terms={key: TermReference(mean=means[key], sd=sds[key], source=source) for key in values},
        o_sd=o_sd,
        o_sd_source=o_sd_source,
        k=Spread(percentiles=_percentiles(k, weights), source=source),
        o=o_spread,
    )


def _wide(table: pd.DataFrame, year: int) -> pd.DataFrame:
    return table[table["year"] == year].pivot(index="code", columns="indicator", values="value")


def _weights(wide: pd.DataFrame, codes: pd.Index) -> tuple[pd.Series, str]:
    """Return the weights of the buurten that count, and words for them."""
    if "a_inw" not in wide:
        return pd.Series(1.0, index=codes), "ongewogen"
    rows = wide.loc[codes]
    count = rows["a_inw"] >= MIN_INWONERS
    if "a_hh" in rows:
        count &= rows["a_hh"] >= MIN_HUISHOUDENS
    return rows.loc[count, "a_inw"], "gewogen naar inwoners"


def _reference_of_o(table: pd.DataFrame, year: int) -> tuple[float, str, Spread]:
    wide = _wide(table, year)
    if "onv" not in wide or wide["onv"].count() < 2:
        return _O_SD, _O_SD_SOURCE, _O_SPREAD
    o = -wide["onv"].dropna()
    weights, weighting = _weights(wide, o.index)
    o = o.loc[weights.index]
    sd = _sd(o, weights) if len(o) > 1 else 0.0
    if not sd > 0:
        return _O_SD, _O_SD_SOURCE, _O_SPREAD
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


def _too_little(profile: Profile, year: int, count: int) -> SignalError:
    return SignalError(
        f"Voor {profile.title.lower()} kan geen landelijke vergelijking over {year} worden berekend.",
        expected=f"cijfers die verschillen, van ten minste twee buurten met {needed(profile)}",
        got=f"{count} buurten met alle cijfers",
        todo="Gebruik een landelijke tabel met deze cijfers, of reken met de meegeleverde referentie.",
    )


def needed(profile: Profile) -> str:
    """Return the keys of the indicators of a profile as one text."""
    return ", ".join(name for term in profile.terms for name in term.indicators)
