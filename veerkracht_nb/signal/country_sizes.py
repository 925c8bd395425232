"""The national picture by size of the gemeente: counts and shares, never an order of gemeenten."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..i18n import _
from .classes import CLASSES
from .country import CountrySignal

BOUNDS = (0, 20_000, 50_000, 100_000, 250_000)
"""Lowest number of inhabitants of each size of gemeente."""
DETERMINED = tuple(letter for letter in CLASSES if letter != "X")


def size_labels() -> list[str]:
    """Return the sizes in words, from small to large."""
    return [
        _("tot 20.000 inwoners"),
        _("20.000 tot 50.000"),
        _("50.000 tot 100.000"),
        _("100.000 tot 250.000"),
        _("250.000 en meer"),
    ]


def by_size(signal: CountrySignal) -> pd.DataFrame:
    """Return the classes of all buurten together, by the number of inhabitants of their gemeente.

    Returns
    -------
    pandas.DataFrame
        Index: place in :func:`size_labels`, sizes without a gemeente left out. ``label``; ``gemeenten``; ``buurten``,
        ``large``, ``with_k``, ``with_o``, ``determined`` and ``A`` ... ``X`` (buurten); ``inwoners``;
        ``inwoners_determined`` (in buurten with a class); ``share_A`` ... ``share_E``: share of those inhabitants (0 to
        1, NaN where there are none).
    """
    towns = signal.by_municipality
    size = np.searchsorted(BOUNDS, towns["inwoners"].to_numpy(), side="right") - 1
    return _summed(signal, pd.Series(size, index=towns.index)).assign(
        label=lambda table: [size_labels()[place] for place in table.index]
    )


def nation(signal: CountrySignal) -> pd.Series:
    """Return the row of :func:`by_size` for the country as a whole."""
    return _summed(signal, pd.Series(0, index=signal.by_municipality.index)).iloc[0]


def _summed(signal: CountrySignal, group: pd.Series) -> pd.DataFrame:
    towns = signal.by_municipality
    counts = ["buurten", "large", "with_k", "with_o", "determined", *CLASSES]
    result = towns[[*counts, "inwoners"]].groupby(group).sum()
    result.insert(0, "gemeenten", towns.groupby(group).size())
    people = {letter: (towns[f"share_{letter}"].fillna(0.0) * towns["inwoners"]) for letter in DETERMINED}
    sums = pd.DataFrame(people).groupby(group).sum()
    result["inwoners_determined"] = sums.sum(axis=1)
    whole = result["inwoners_determined"].where(result["inwoners_determined"] > 0)
    for letter in DETERMINED:
        result[f"share_{letter}"] = sums[letter] / whole
    return result
