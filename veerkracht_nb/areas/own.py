"""What a user adds to a gemeente: own indicators, and the profile that they make together."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .codes import plain_name

OWN_KEY = r"eigen_[a-z0-9_]{1,40}"
"""Pattern of the keys of own indicators and own profiles."""
OWN_TITLE = "Eigen tabel: "
"""How the title of an own table begins in the provenance."""


@dataclass(frozen=True, kw_only=True)
class OwnProfile:
    """One own table: what is needed to make it a vulnerability profile.

    Attributes
    ----------
    key, title : str
        Key (``eigen_...``) and words for the screen.
    indicators : tuple of str
        Keys of its indicators; label, unit, direction and source stand in ``Municipality.own``. Those with a
        neutral direction are shown but do not count in K.
    note, source : str
        What a reader must know of these figures, and who made them.
    """

    key: str
    title: str
    indicators: tuple[str, ...]
    note: str
    source: str


def own_key(name: str) -> str:
    """Return the key of an own indicator or profile with this name.

    Examples
    --------
    >>> own_key("Meldingen overlast (per 1.000)")
    'eigen_meldingen_overlast_per_1_000'
    """
    slug = re.sub(r"[^a-z0-9]+", "_", plain_name(name)).strip("_").removeprefix("eigen_")[:40].strip("_")
    return f"eigen_{slug or 'tabel'}"
