"""Which buurten count: those that are large enough to say something about (`universe`)."""

from __future__ import annotations

import pandas as pd

from ..areas.municipality import Municipality
from ..i18n import _
from .terms import column

# CBS publishes incomes from 100 households and participation from 150 inhabitants.
MIN_INWONERS = 150
MIN_HUISHOUDENS = 100


def universe(municipality: Municipality, year: int) -> pd.DataFrame:
    """Return inhabitants, households and whether a buurt is large enough, for each buurt.

    The figures are those of `year` (indicators ``a_inw`` and ``a_hh``); where these are not there, the
    columns of the buurten.

    Returns
    -------
    pandas.DataFrame
        Index: every buurt code. Columns ``inwoners``, ``huishoudens`` (float, NaN where not known), ``large``
        (bool) and ``why_small`` (Dutch words, "" where `large`).
    """
    wide = municipality.table(year)
    buurten = municipality.buurten
    result = pd.DataFrame(index=buurten.index)
    for name, indicator in (("inwoners", "a_inw"), ("huishoudens", "a_hh")):
        own = column(wide, indicator)
        fallback = pd.to_numeric(buurten[name], errors="coerce").astype("Float64")
        result[name] = own.fillna(pd.Series(fallback.to_numpy("float64", na_value=float("nan")), own.index))
    water = buurten["water"].astype(bool)
    result["why_small"] = [
        _why_small(is_water, inwoners, huishoudens)
        for is_water, inwoners, huishoudens in zip(
            water, result["inwoners"], result["huishoudens"], strict=True
        )
    ]
    result["large"] = result["why_small"] == ""
    return result


def _why_small(water: bool, inwoners: float, huishoudens: float) -> str:
    if water:
        return _("water: hier wonen geen mensen")
    if pd.isna(inwoners):
        return _("aantal inwoners ontbreekt")
    if inwoners == 0:
        return _("onbewoond")
    if inwoners < MIN_INWONERS:
        return _("te weinig inwoners: {n}, nodig zijn er {least}").format(n=int(inwoners), least=MIN_INWONERS)
    if pd.isna(huishoudens):
        return _("aantal huishoudens ontbreekt")
    if huishoudens < MIN_HUISHOUDENS:
        text = _("te weinig huishoudens: {n}, nodig zijn er {least}")
        return text.format(n=int(huishoudens), least=MIN_HUISHOUDENS)
    return ""
