"""Als we niets doen: which part is in which class of the focuskaart if the trends simply go on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..areas.municipality import Municipality
from ..errors import SignalError
from ..i18n import _
from . import nuisance, vulnerability
from .classes import focus
from .compute import yardstick_for
from .own import find_profile
from .periods import default_profile, nuisance_years, vulnerability_years
from .profiles import Profile
from .projection_notes import projection_notes
from .reference import Reference
from .trends import Trends, fit_trends
from .universe import universe

SEED = 2021
DRAWS = 2000
INTERVAL = 0.80
MAX_YEARS_AHEAD = 15
# A band is 1.96 standard deviations of a difference between two years.
_BAND_TO_SD = 1 / (1.96 * 2**0.5)


@dataclass(frozen=True, kw_only=True, eq=False)
class Projection:
    """Where the trends lead if they go on.

    Attributes
    ----------
    municipality, profile : str
        Code of the gemeente and key of the profile.
    k_years, o_years : tuple of int
        Years of K and of O that the trends rest on.
    year : int
        Year to which the trends are carried: that of the latest figure plus the years ahead.
    draws, seed : int
    shares : pandas.DataFrame
        Index (``focus``, ``of``) with `of` "inwoners" or "buurten"; columns ``now`` (the latest years) and
        ``low median high`` (80% interval in `year`): shares of what could be projected, 0 to 1.
    table : pandas.DataFrame
        Index: every buurt code. ``inwoners``, ``focus_now``; ``k_now k_low k_median k_high`` and likewise for
        ``o``; ``k_slope o_slope`` (per year, after shrinking), ``k_weight o_weight`` (share of the buurt's own
        trend); ``p_beide p_kwetsbaarheid p_overlast p_geen`` (probability of each class); ``why`` (reason why a
        buurt could not be projected, else ""). NaN where not projected.
    k_trend, o_trend : float
        Trend of the gemeente per year.
    reference : Reference
    notes : tuple of str
        What must be printed beside it.
    """

    municipality: str
    profile: str
    k_years: tuple[int, ...]
    o_years: tuple[int, ...]
    year: int
    draws: int
    seed: int
    shares: pd.DataFrame
    table: pd.DataFrame
    k_trend: float
    o_trend: float
    reference: Reference
    notes: tuple[str, ...]


def project(
    municipality: Municipality,
    *,
    profile: str | Profile | None = None,
    years_ahead: int = 5,
    draws: int = DRAWS,
    seed: int = SEED,
    reference: Reference | None = None,
) -> Projection:
    """Carry the trends of K and O on, with the uncertainty that goes with it.

    Parameters
    ----------
    municipality : Municipality
    profile : str or Profile, optional
        As in :func:`~veerkracht_nb.signal.compute.compute_signal`.
    years_ahead : int
        Years beyond the latest figure, 1 to 15.
    draws : int
        Number of simulated futures, at least 100.
    seed : int
        The same seed gives the same outcome.
    reference : Reference, optional
        National yardstick, as in :func:`~veerkracht_nb.signal.compute.compute_signal`.

    Raises
    ------
    SignalError
        Fewer than two years of K or of O, no buurt with both, or a choice that makes no sense.
    """
    _check_choices(years_ahead, draws)
    chosen = find_profile(municipality, profile if profile is not None else default_profile(municipality))
    k_years, o_years = vulnerability_years(municipality, chosen), nuisance_years(municipality)
    _check_years(municipality, k_years, o_years)
    yardstick = yardstick_for(municipality, chosen, k_years[-1], reference)
    series = _Series.of(municipality, chosen, yardstick, k_years, o_years)
    k, o = series.trends()
    if not len(k.level):
        raise _nothing(municipality, series.why)
    year = max(k_years[-1], o_years[-1]) + years_ahead
    random = np.random.default_rng(seed)
    futures = _Futures(
        k=k.draw(year, draws, random), o=o.draw(year, draws, random), reference=yardstick, codes=k.level.index
    )
    table = _table(series, k, o, futures)
    return Projection(
        municipality=municipality.code,
        profile=chosen.key,
        k_years=k.years,
        o_years=o.years,
        year=year,
        draws=draws,
        seed=seed,
        shares=_shares(table, futures),
        table=table,
        k_trend=k.common_slope,
        o_trend=o.common_slope,
        reference=yardstick,
        notes=projection_notes(municipality, chosen, yardstick, k, o, year, table, draws),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Series:
    """K and O of every year for the buurten that count."""

    k: pd.DataFrame
    o: pd.DataFrame
    k_sd: pd.Series
    o_sd: pd.Series
    inwoners: pd.Series
    why: pd.Series

    @classmethod
    def of(
        cls,
        municipality: Municipality,
        profile: Profile,
        reference: Reference,
        k_years: list[int],
        o_years: list[int],
    ) -> _Series:
        size = universe(municipality, k_years[-1])
        large = size["large"]
        tables = {year: municipality.table(year).where(large, axis=0) for year in {*k_years, *o_years}}
        scores = {y: vulnerability.z_scores(profile, reference, tables[y])[1] for y in k_years}
        k = pd.DataFrame({year: z.mean(axis=1, skipna=False) for year, z in scores.items()})
        o = pd.DataFrame({year: nuisance.nuisance(tables[year]) for year in o_years})
        ends = vulnerability.vulnerability(profile, reference, tables[k_years[0]], tables[k_years[-1]])
        band, certain = vulnerability.change_band(profile, ends.noise_sd)
        why = size["why_small"].copy()
        too_coarse = large & ends.noise_sd.notna() & ~certain
        why[too_coarse] = _("te klein om een verandering van de kwetsbaarheid vast te stellen")
        for values, words in (
            (k, _("minder dan twee jaren met kwetsbaarheid")),
            (o, _("minder dan twee jaren met overlast")),
        ):
            why[(why == "") & (values.notna().sum(axis=1) < 2)] = words
        return cls(
            k=k,
            o=o,
            k_sd=band.fillna(profile.dk_band_rule.floor) * _BAND_TO_SD,
            o_sd=pd.Series(nuisance.change_band(reference) * _BAND_TO_SD, index=o.index),
            inwoners=size["inwoners"],
            why=why,
        )

    def trends(self) -> tuple[Trends, Trends]:
        """Return the trends of K and O of the buurten that can be projected."""
        can = self.why == ""
        return (
            fit_trends(self.k[can], self.inwoners, self.k_sd),
            fit_trends(self.o[can], self.inwoners, self.o_sd),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Futures:
    """Simulated K and O in the year of the projection: arrays (draws, buurten)."""

    k: npt.NDArray[np.float64]
    o: npt.NDArray[np.float64]
    reference: Reference
    codes: pd.Index

    def kinds(self) -> dict[str, npt.NDArray[np.bool_]]:
        """Return for each class of the focuskaart where it occurs."""
        k, o = self.k >= self.reference.k_high, self.o >= self.reference.o_high
        return {"beide": k & o, "kwetsbaarheid": k & ~o, "overlast": ~k & o, "geen": ~k & ~o}


_EDGES = ((1 - INTERVAL) / 2, 0.5, (1 + INTERVAL) / 2)


def _table(series: _Series, k: Trends, o: Trends, futures: _Futures) -> pd.DataFrame:
    projected = series.why == ""
    table = pd.DataFrame({"inwoners": series.inwoners, "why": series.why})
    for name, values, trends, drawn in (("k", series.k, k, futures.k), ("o", series.o, o, futures.o)):
        table[f"{name}_now"] = values.iloc[:, -1].where(projected)
        for place, edges in zip(("low", "median", "high"), np.quantile(drawn, _EDGES, axis=0), strict=True):
            table[f"{name}_{place}"] = pd.Series(edges, index=futures.codes)
        table[f"{name}_slope"], table[f"{name}_weight"] = trends.slope, trends.weight
    table["focus_now"] = focus(
        table["k_now"], table["o_now"], futures.reference.k_high, futures.reference.o_high
    )
    for key, where in futures.kinds().items():
        table[f"p_{key}"] = pd.Series(where.mean(axis=0), index=futures.codes)
    return table


def _shares(table: pd.DataFrame, futures: _Futures) -> pd.DataFrame:
    rows = table.loc[futures.codes]
    known = rows["focus_now"] != "onbekend"
    result = {}
    for of, weight in (("inwoners", rows["inwoners"]), ("buurten", pd.Series(1.0, index=rows.index))):
        weights = weight.to_numpy(dtype=float)
        for key, where in futures.kinds().items():
            share = where @ weights / weights.sum()
            present = weight[known & (rows["focus_now"] == key)].sum()
            now = present / weight[known].sum() if known.any() else float("nan")
            result[key, of] = [now, *np.quantile(share, _EDGES)]
    shares = pd.DataFrame.from_dict(result, orient="index", columns=["now", "low", "median", "high"])
    shares.index = pd.MultiIndex.from_tuples(list(result), names=["focus", "of"])
    return shares


def _check_choices(years_ahead: int, draws: int) -> None:
    if not (1 <= years_ahead <= MAX_YEARS_AHEAD and draws >= 100):
        raise SignalError(
            "Zo kan de trend niet worden doorgetrokken.",
            expected=f"1 tot {MAX_YEARS_AHEAD} jaar vooruit en ten minste 100 berekeningen",
            got=f"{years_ahead} jaar en {draws} berekeningen",
            todo="Kies bijvoorbeeld 5 jaar.",
        )


def _check_years(municipality: Municipality, k_years: list[int], o_years: list[int]) -> None:
    short = [
        f"{what} {', '.join(map(str, years)) or 'geen'}"
        for what, years in (("kwetsbaarheid", k_years), ("overlast", o_years))
        if len(years) < 2
    ]
    if short:
        raise SignalError(
            f"Voor {municipality.name} is er geen trend om door te trekken.",
            expected="ten minste twee jaren met kwetsbaarheid en twee met overlast",
            got="; ".join(short),
            todo="Lees met ‘veerkracht data import’ meer jaren in, of kies een ander profiel.",
        )


def _nothing(municipality: Municipality, why: pd.Series) -> SignalError:
    counts = why.value_counts().head(3)
    return SignalError(
        f"Voor geen enkele buurt van {municipality.name} kan een trend worden doorgetrokken.",
        expected="ten minste één buurt met genoeg inwoners en twee jaren van beide cijfers",
        got="; ".join(f"{count} keer: {words}" for words, count in counts.items()),
        todo="Kies een ander profiel, of lees de ontbrekende jaren in.",
    )
