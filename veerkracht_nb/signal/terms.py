"""The value of one term of a profile, from a table with a column for each indicator."""

from __future__ import annotations

import pandas as pd

from .profiles import Term


def term_values(term: Term, wide: pd.DataFrame) -> pd.Series:
    """Return the value of `term` for each row; NaN where a figure it needs is missing or nothing is counted.

    Parameters
    ----------
    term : Term
    wide : pandas.DataFrame
        Index ``code``, one column for each indicator of one year; columns may be absent.
    """
    top = _sum(term.numerator, wide)
    if not term.denominator:
        return top
    return 100.0 * top / denominator(term, wide)


def denominator(term: Term, wide: pd.DataFrame) -> pd.Series:
    """Return the number by which `term` divides; NaN where it is missing or zero."""
    bottom = _sum(term.denominator, wide)
    return bottom.where(bottom > 0)


def _sum(names: tuple[str, ...], wide: pd.DataFrame) -> pd.Series:
    # reindex: an indicator that nobody has is a column of missing figures, not an error and never zero.
    return wide.reindex(columns=list(names)).astype("float64").sum(axis=1, skipna=False)
