"""The few figures of the buurt card, each against the gemeente and the country."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import pandas as pd

from ..areas.municipality import Municipality
from ..errors import SignalError
from ..i18n import _
from . import nuisance
from .decimals import plain
from .profiles import Term
from .result import Signal
from .terms import term_values

Verdict = Literal["hoger", "lager", "gelijk", "onbekend"]

# The same share of the national spread as the band of O: less than this is not a difference worth a word.
EQUAL_SHARE = 0.20


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure of a buurt.

    Attributes
    ----------
    key, label, unit : str
        Name, and words for the screen.
    value : float or None
        Figure of `year`; None where there is none, or where the buurt is too small to show it.
    year : int
    decimals : int
        Decimals to print.
    municipality_mean : float or None
        Mean of the buurten that count, weighted by inhabitants.
    national_mean : float
        Mean of the yardstick: of the country, or for an own profile without national figures of the gemeente.
    verdict : {"hoger", "lager", "gelijk", "onbekend"}
        Against the gemeente; "gelijk" within a fifth of the standard deviation of the yardstick.
    series : tuple of (int, float)
        Every year that is there, ascending, for a small line chart.
    source : str
    higher_is : {"worse", "better"}
        What a higher value means; "better" only for a column of an own table that was marked so.
    """

    key: str
    label: str
    unit: str
    value: float | None
    year: int
    decimals: int
    municipality_mean: float | None
    national_mean: float
    verdict: Verdict
    series: tuple[tuple[int, float], ...]
    source: str
    higher_is: Literal["worse", "better"] = "worse"

    @property
    def direction(self) -> int:
        """Return 1, or -1 where a higher value is more favourable."""
        return -1 if self.higher_is == "better" else 1

    def show(self, value: float | None) -> str:
        """Return `value` as text with the decimals of this figure, or words where it is missing."""
        return _("geen cijfer") if value is None else plain(value, self.decimals)


def figures(signal: Signal, municipality: Municipality, code: str) -> tuple[Figure, ...]:
    """Return the figures of one buurt: each term of the profile, then nuisance.

    Parameters
    ----------
    signal : Signal
    municipality : Municipality
        The one from which `signal` was computed.
    code : str
        Code of a buurt.

    Raises
    ------
    SignalError
        No such buurt, or `signal` belongs to another municipality.
    """
    if (signal.municipality, signal.year) != (municipality.code, municipality.year):
        raise SignalError(
            "De signaleringskaart en de gemeente horen niet bij elkaar.",
            expected=f"{signal.municipality}, grenzen van {signal.year}",
            got=f"{municipality.code}, grenzen van {municipality.year}",
            todo="Bereken de signaleringskaart opnieuw voor deze gemeente.",
        )
    large = bool(buurt_row(signal, code)["large"])
    terms = signal.definition.terms
    return (
        *(_term_figure(signal, municipality, term, code, large) for term in terms),
        _nuisance_figure(signal, municipality, code, large),
    )


def with_details(label: str, *details: str) -> str:
    """Return a name with what belongs to it in brackets; empty details are left out.

    Examples
    --------
    >>> with_details("Vrijwilligers", "", "hoger is gunstiger")
    'Vrijwilligers (hoger is gunstiger)'
    """
    told = "; ".join(part for part in details if part)
    return f"{label} ({told})" if told else label


def buurt_row(signal: Signal, code: str) -> pd.Series:
    """Return the row of a buurt, or raise a :class:`SignalError` that says which codes there are."""
    if code not in signal.table.index:
        raise unknown_buurt(signal.municipality, signal.table.index, code)
    return signal.table.loc[code]


def unknown_buurt(municipality: str, known: pd.Index, code: str) -> SignalError:
    """Return the error for a code that does not belong to a map."""
    return SignalError(
        f"Buurt {code!r} hoort niet bij deze signaleringskaart.",
        expected=f"een buurt van {municipality}, bijvoorbeeld {', '.join(list(known)[:3])}",
        got=repr(code),
        todo="Gebruik een code van de grenzen waarmee de kaart is gemaakt.",
    )


# A card is drawn for every tap of everybody in the room, from tables that do not change: each is made once.
Series = Mapping[str, tuple[tuple[int, float], ...]]
Level = tuple[Mapping[str, float], float | None]


@lru_cache(maxsize=4)
def _history(municipality: Municipality) -> pd.DataFrame:
    rows = municipality.indicators
    return rows.pivot(index=["code", "year"], columns="indicator", values="value").sort_index()


@lru_cache(maxsize=64)
def _series(municipality: Municipality, term: Term | None) -> Series:
    """Return year and value of each buurt for a term; None is nuisance."""
    wide = _history(municipality)
    values = nuisance.nuisance(wide) if term is None else term_values(term, wide)
    series: dict[str, list[tuple[int, float]]] = {}
    for (code, year), value in values.dropna().items():
        series.setdefault(code, []).append((int(year), float(value)))
    return {code: tuple(pairs) for code, pairs in series.items()}


@lru_cache(maxsize=64)
def _level(signal: Signal, term: Term | None) -> Level:
    """Return the value of each buurt in the last year, and the mean of the gemeente; None is nuisance."""
    values = signal.table["o1"] if term is None else signal.terms["x1"].xs(term.key, level="term")
    count = signal.table["in_u"] & values.notna()
    mean = (
        float(np.average(values[count], weights=signal.table.loc[count, "inwoners"])) if count.any() else None
    )
    return {str(code): float(value) for code, value in values.dropna().items()}, mean


def _term_figure(signal: Signal, municipality: Municipality, term: Term, code: str, large: bool) -> Figure:
    yardstick = signal.reference.terms[term.key]
    return _figure(
        _level(signal, term),
        code,
        key=term.key,
        label=_(term.label),
        unit=_(term.unit) if term.unit else "",
        year=signal.period.k1,
        decimals=1,
        national=(yardstick.mean, yardstick.sd),
        series=_series(municipality, term).get(code, ()) if large else (),
        source=term.source,
        higher_is=term.higher_is,
    )


def _nuisance_figure(signal: Signal, municipality: Municipality, code: str, large: bool) -> Figure:
    return _figure(
        _level(signal, None),
        code,
        key=nuisance.INDICATOR,
        label=_(nuisance.LABEL),
        unit=_(nuisance.UNIT),
        year=signal.period.o1,
        decimals=3,
        # The figure is a deviation from the national mean, which is therefore zero.
        national=(0.0, signal.reference.o_sd),
        series=_series(municipality, None).get(code, ()) if large else (),
        source=nuisance.SOURCE,
    )


def _figure(
    level: Level,
    code: str,
    *,
    key: str,
    label: str,
    unit: str,
    year: int,
    decimals: int,
    national: tuple[float, float],
    series: tuple[tuple[int, float], ...],
    source: str,
    higher_is: Literal["worse", "better"] = "worse",
) -> Figure:
    values, mean = level
    value = values.get(code)
    return Figure(
        key=key,
        label=label,
        unit=unit,
        value=value,
        year=year,
        decimals=decimals,
        municipality_mean=mean,
        national_mean=national[0],
        verdict=_verdict(value, mean, EQUAL_SHARE * national[1]),
        series=series,
        source=source,
        higher_is=higher_is,
    )


def _verdict(value: float | None, mean: float | None, margin: float) -> Verdict:
    if value is None or mean is None:
        return "onbekend"
    if abs(value - mean) <= margin:
        return "gelijk"
    return "hoger" if value > mean else "lager"
