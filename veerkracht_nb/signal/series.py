"""K and O of every buurt in every year that there is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..areas.municipality import Municipality
from .nuisance import nuisance
from .periods import nuisance_years, vulnerability_years
from .result import Signal
from .vulnerability import z_scores


@dataclass(frozen=True, kw_only=True, eq=False)
class History:
    """K and O by year.

    Attributes
    ----------
    k, o : pandas.DataFrame
        Index ``code``, a column for each year (int, ascending); NaN where there is no figure, and for buurten
        that are too small to show.
    k_mean, o_mean : pandas.Series
        Mean of the gemeente by year, weighted by inhabitants, over the buurten that count.
    """

    k: pd.DataFrame
    o: pd.DataFrame
    k_mean: pd.Series
    o_mean: pd.Series


def history(signal: Signal, municipality: Municipality) -> History:
    """Return K and O of every year, all against the reference of `signal`.

    Parameters
    ----------
    signal : Signal
    municipality : Municipality
        The one from which `signal` was computed.
    """
    large = signal.table["large"]
    profile = signal.definition
    k = pd.DataFrame(
        {
            year: z_scores(profile, signal.reference, municipality.table(year))[1].mean(axis=1, skipna=False)
            for year in vulnerability_years(municipality, profile)
        }
    ).where(large, np.nan)
    o = pd.DataFrame(
        {year: nuisance(municipality.table(year)) for year in nuisance_years(municipality)}
    ).where(large, np.nan)
    return History(k=k, o=o, k_mean=_means(signal, k), o_mean=_means(signal, o))


def _means(signal: Signal, values: pd.DataFrame) -> pd.Series:
    counted = values[signal.table["in_u"]]
    weights = signal.table.loc[counted.index, "inwoners"]
    return pd.Series({year: _mean(counted[year], weights) for year in values}, dtype=float)


def _mean(values: pd.Series, weights: pd.Series) -> float:
    known = values.notna()
    return float(np.average(values[known], weights=weights[known])) if known.any() else float("nan")
