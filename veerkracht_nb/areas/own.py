"""What a user adds to a gemeente: own indicators, and the profile that they make together."""

from __future__ import annotations

import hashlib
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

    A name that does not fit in a key (longer than 40, or in another script) gets a mark of its own, so that two
    such names never become one indicator.

    Examples
    --------
    >>> own_key("Meldingen overlast (per 1.000)")
    'eigen_meldingen_overlast_per_1_000'
    """
    plain = plain_name(name)
    slug = re.sub(r"[^a-z0-9]+", "_", plain).strip("_").removeprefix("eigen_")
    lost = any(not char.isascii() and not char.isspace() for char in plain)
    if len(slug) > 40 or lost:
        slug = f"{slug[:31]}_{hashlib.sha256(plain.encode('utf-8', 'replace')).hexdigest()[:8]}".strip("_")
    return f"eigen_{slug or 'tabel'}"
