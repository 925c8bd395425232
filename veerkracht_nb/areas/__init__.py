"""Gemeente, wijk and buurt: codes, boundaries, indicators and changes between years."""

from .changes import BuurtChange, ChangeKind, changes_between
from .codes import gemeente_of, level_of, normalise_code, parse_code, plain_name, wijk_of
from .concordance import Concordance, Link
from .indicators import INDICATORS, Indicator, format_value
from .municipality import CRS_RD, CRS_WGS84, Municipality, Provenance
from .own import OwnProfile
from .tables import check_buurten, check_indicators

__all__ = [
    "CRS_RD",
    "CRS_WGS84",
    "INDICATORS",
    "BuurtChange",
    "ChangeKind",
    "Concordance",
    "Indicator",
    "Link",
    "Municipality",
    "OwnProfile",
    "Provenance",
    "changes_between",
    "check_buurten",
    "check_indicators",
    "format_value",
    "gemeente_of",
    "level_of",
    "normalise_code",
    "parse_code",
    "plain_name",
    "wijk_of",
]
