"""The few figures of the buurt card, each against the gemeente and the country."""

from __future__ import annotations

from dataclasses import dataclass
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
        Against the gemeente; "gelijk" within a fifth of the national standard deviation. Higher is less
        favourable, but for a term of an own profile whose ``higher_is`` is "better".
    series : tuple of (int, float)
        Every year that is there, ascending, for a small line chart.
    source : str
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
    row = buurt_row(signal, code)
    history = _history(municipality, code) if row["large"] else pd.DataFrame()
    terms = signal.definition.terms
    return (
        *(_term_figure(signal, term, code, history) for term in terms),
        _nuisance_figure(signal, row, history),
    )


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


def _history(municipality: Municipality, code: str) -> pd.DataFrame:
    rows = municipality.indicators
    return rows[rows["code"] == code].pivot(index="year", columns="indicator", values="value").sort_index()


def _term_figure(signal: Signal, term: Term, code: str, history: pd.DataFrame) -> Figure:
    values = signal.terms["x1"].xs(term.key, level="term")
    yardstick = signal.reference.terms[term.key]
    return _figure(
        signal,
        code,
        values,
        key=term.key,
        label=_(term.label),
        unit=_(term.unit),
        year=signal.period.k1,
        decimals=1,
        national=(yardstick.mean, yardstick.sd),
        series=term_values(term, history),
        source=term.source,
    )


def _nuisance_figure(signal: Signal, row: pd.Series, history: pd.DataFrame) -> Figure:
    return _figure(
        signal,
        str(row.name),
        signal.table["o1"],
        key=nuisance.INDICATOR,
        label=_(nuisance.LABEL),
        unit=_(nuisance.UNIT),
        year=signal.period.o1,
        decimals=3,
        # The figure is a deviation from the national mean, which is therefore zero.
        national=(0.0, signal.reference.o_sd),
        series=nuisance.nuisance(history),
        source=nuisance.SOURCE,
    )


def _figure(
    signal: Signal,
    code: str,
    values: pd.Series,
    *,
    key: str,
    label: str,
    unit: str,
    year: int,
    decimals: int,
    national: tuple[float, float],
    series: pd.Series,
    source: str,
) -> Figure:
    value = None if pd.isna(values[code]) else float(values[code])
    mean = _municipality_mean(signal, values)
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
        series=tuple((int(y), float(v)) for y, v in series.dropna().items()),
        source=source,
    )


def _municipality_mean(signal: Signal, values: pd.Series) -> float | None:
    count = signal.table["in_u"] & values.notna()
    if not count.any():
        return None
    return float(np.average(values[count], weights=signal.table.loc[count, "inwoners"]))


def _verdict(value: float | None, mean: float | None, margin: float) -> Verdict:
    if value is None or mean is None:
        return "onbekend"
    if abs(value - mean) <= margin:
        return "gelijk"
    return "hoger" if value > mean else "lager"
