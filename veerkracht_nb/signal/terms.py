"""The value of one term of a profile, from a table with a column for each indicator."""

from __future__ import annotations

import operator
from functools import reduce

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


def column(wide: pd.DataFrame, indicator: str) -> pd.Series:
    """Return the figures of an indicator; one that nobody has is missing figures, not an error and never zero."""
    if indicator not in wide:
        return pd.Series(float("nan"), index=wide.index, name=indicator)
    return wide[indicator].astype("float64")


def _sum(names: tuple[str, ...], wide: pd.DataFrame) -> pd.Series:
    # Column by column: a table of one column would be most of the time that a choice on a page takes.
    return reduce(operator.add, (column(wide, name) for name in names)).rename(None)
