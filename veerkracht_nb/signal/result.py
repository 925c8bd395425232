"""What a computed signaleringskaart looks like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from ..i18n import _
from .profiles import Profile
from .reference import Reference

View = Literal["relatief", "absoluut"]


@dataclass(frozen=True, kw_only=True)
class SignalClass:
    """One class of the signaleringskaart (`method.md` 6.6): letter, words, colour and pattern."""

    letter: str
    label: str
    colour: str
    pattern: Literal["dicht", "licht", "geen", "stippen", "ijle-stippen", "leeg"]


@dataclass(frozen=True, kw_only=True)
class Period:
    """The two years of K and the two years of O; they differ where the sources have different years."""

    k0: int
    k1: int
    o0: int
    o1: int

    def __str__(self) -> str:
        if (self.k0, self.k1) == (self.o0, self.o1):
            return f"{self.k0}–{self.k1}"
        text = _("kwetsbaarheid {k0}–{k1}, overlast {o0}–{o1}")
        return text.format(k0=self.k0, k1=self.k1, o0=self.o0, o1=self.o1)


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a buurt has its class: one sentence per step, with the figures in it."""

    code: str
    letter: str
    summary: str
    steps: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class BorderNote:
    """What a change of borders means for the figures of one buurt.

    Attributes
    ----------
    kind : {"ander gebied", "herrekend", "overgenomen"}
        Some figures may be of another area; figures of old buurten were added up to this one; or they were taken
        over from the same area under another code or name.
    text : str
        One or two sentences, with the reason.
    """

    kind: Literal["ander gebied", "herrekend", "overgenomen"]
    text: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Signal:
    """A computed signaleringskaart.

    Attributes
    ----------
    municipality : str
        Code of the gemeente.
    year : int
        Year of the borders.
    profile : str
        Key of the vulnerability profile.
    definition : Profile
        The profile itself, which may be one of the user's own.
    period : Period
    view : {"relatief", "absoluut"}
        The view that was used, which is "absoluut" where the gemeente has too few buurten.
    table : pandas.DataFrame
        Index: every buurt code. Columns ``k0 k1 dk dk_band o0 o1 do do_band`` (float, NaN where not known;
        ``dk`` and ``do`` are those of the view), ``letter`` (A, B, C, D, E or X), ``focus`` ("beide",
        "kwetsbaarheid", "overlast", "geen", "onbekend"), ``why_x`` (reason of an X in words, else ""),
        ``dk_certain`` (bool: the buurt is large enough to tell a change of K from rounding), ``inwoners``
        (float), ``large`` (bool: enough inhabitants to show figures) and ``in_u`` (bool: counts in the means
        of the gemeente).
    terms : pandas.DataFrame
        What K is made of. Index (``code``, ``term``); columns ``x0 x1`` (value in the unit of the term) and
        ``z0 z1`` (z-scores; higher is more vulnerable), ``noise`` (standard deviation that rounding gives to
        ``z1 - z0``); NaN where not known.
    dk_floor : float
        Smallest band of K that was used; the rounding of small buurten can make it wider.
    reference : Reference
        National means, spread and percentiles that were used.
    mean_dk, mean_do : float
        Weighted mean change of the gemeente over the buurten that count; subtracted in the relative view
        only.
    notes : tuple of str
        What must be printed with the map: source, edition, years, profile, proxy, limits.
    borders : mapping of str to tuple of BorderNote
        By buurt code, only where borders changed between the years of the figures and that of the map.
    """

    municipality: str
    year: int
    profile: str
    definition: Profile
    period: Period
    view: View
    table: pd.DataFrame
    terms: pd.DataFrame
    dk_floor: float
    reference: Reference
    mean_dk: float
    mean_do: float
    notes: tuple[str, ...]
    borders: Mapping[str, tuple[BorderNote, ...]] = field(default_factory=dict)
