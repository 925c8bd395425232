"""Nuisance O: the dimension overlast en onveiligheid of the Leefbaarometer, with higher as worse."""

from __future__ import annotations

import pandas as pd

from .reference import Reference
from .terms import column

INDICATOR = "onv"
LABEL = "Overlast en onveiligheid"
UNIT = "afwijking van het landelijk gemiddelde, hoger is meer overlast"
SOURCE = "Leefbaarometer (ministerie van BZK), dimensie overlast en onveiligheid"
BAND_SHARE = 0.20


def nuisance(wide: pd.DataFrame) -> pd.Series:
    """Return O for each buurt of one year's table: minus ``onv``, NaN where that is missing."""
    return -column(wide, INDICATOR)


def change_band(reference: Reference) -> float:
    """Return the "no clear change" band of O: a fifth of the national standard deviation."""
    return BAND_SHARE * reference.o_sd
