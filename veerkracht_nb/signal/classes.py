"""The classes of the signaleringskaart and of the focuskaart, and the rule that gives a buurt its class."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from .result import SignalClass

CLASSES: dict[str, SignalClass] = {
    kind.letter: kind
    for kind in (
        SignalClass(
            letter="A",
            label="Dubbel signaal: kwetsbaarheid én overlast nemen toe",
            colour="#b2182b",
            pattern="dicht",
        ),
        SignalClass(
            letter="C",
            label="Overlast neemt toe zonder toename kwetsbaarheid",
            colour="#ef8a62",
            pattern="licht",
        ),
        SignalClass(
            letter="E",
            label="Geen duidelijke verandering of licht gunstig",
            colour="#e0e0e0",
            pattern="geen",
        ),
        SignalClass(
            letter="B",
            label="Houdt stand: meer kwetsbaarheid, niet meer overlast",
            colour="#67a9cf",
            pattern="stippen",
        ),
        SignalClass(letter="D", label="Dubbel gunstig", colour="#2166ac", pattern="ijle-stippen"),
        SignalClass(letter="X", label="Niet te bepalen", colour="#ffffff", pattern="leeg"),
    )
}
"""Classes by letter, in the order of the legend: from unfavourable to favourable, X last."""

Palette = Literal["rood-blauw", "rood-groen"]
"""Red to blue tells more people apart; practitioners are used to red to green."""

_GREEN = {"A": "#d7191c", "C": "#fdae61", "E": "#e0e0e0", "B": "#a6d96a", "D": "#1a9641", "X": "#ffffff"}

CLASSES_RED_GREEN: dict[str, SignalClass] = {
    letter: replace(kind, colour=_GREEN[letter]) for letter, kind in CLASSES.items()
}
"""The same classes, words and patterns in red to green (ColorBrewer RdYlGn)."""

PALETTES: dict[Palette, dict[str, SignalClass]] = {"rood-blauw": CLASSES, "rood-groen": CLASSES_RED_GREEN}

FocusKey = Literal["beide", "kwetsbaarheid", "overlast", "geen", "onbekend"]


@dataclass(frozen=True, kw_only=True)
class FocusClass:
    """One class of the focuskaart: key, words and colour."""

    key: FocusKey
    label: str
    colour: str


FOCUS: dict[str, FocusClass] = {
    kind.key: kind
    for kind in (
        FocusClass(key="beide", label="Kwetsbaarheid én overlast hoog", colour="#5e3c99"),
        FocusClass(key="kwetsbaarheid", label="Alleen kwetsbaarheid hoog", colour="#b2abd2"),
        FocusClass(key="overlast", label="Alleen overlast hoog", colour="#fdb863"),
        FocusClass(key="geen", label="Geen van beide hoog", colour="#efefef"),
        FocusClass(key="onbekend", label="Niet te bepalen", colour="#ffffff"),
    )
}

# Published figures have few decimals, so a change can lie exactly on the band; there floating point must not
# decide.
_TOLERANCE = 1e-9

Floats = npt.ArrayLike


def sign(change: Floats, band: Floats) -> npt.NDArray[np.float64]:
    """Return 1 where a change lies above the band, -1 below, 0 within or on it, NaN where not known."""
    changes, bands = np.broadcast_arrays(np.asarray(change, dtype=float), np.asarray(band, dtype=float))
    signs = (changes > bands + _TOLERANCE).astype(float) - (changes < -bands - _TOLERANCE).astype(float)
    return np.where(np.isnan(changes) | np.isnan(bands), np.nan, signs)


def classify(dk: Floats, dk_band: Floats, do: Floats, do_band: Floats) -> npt.NDArray[np.str_]:
    """Return the class of each buurt from the changes of K and O and their bands.

    Parameters
    ----------
    dk, do : array-like of float
        Changes; positive is more vulnerable, more nuisance. NaN where not known.
    dk_band, do_band : array-like of float
        "No clear change" bands, at least zero; a change exactly on the band is no clear change.

    Returns
    -------
    numpy.ndarray of str
        ``A``, ``B``, ``C``, ``D``, ``E``, or ``X`` wherever a change or band is missing.

    Examples
    --------
    >>> classify([0.6, 0.6, 0.0, float("nan")], 0.15, [0.02, 0.0, 0.02, 0.02], 0.009).tolist()
    ['A', 'B', 'C', 'X']
    """
    return class_of_signs(sign(dk, dk_band), sign(do, do_band))


def class_of_signs(k: Floats, o: Floats) -> npt.NDArray[np.str_]:
    """Return the class that belongs to the signs of the two changes (1, 0, -1, or NaN where not known)."""
    ks, os_ = np.broadcast_arrays(np.asarray(k, dtype=float), np.asarray(o, dtype=float))
    conditions = [
        np.isnan(ks) | np.isnan(os_),
        (ks > 0) & (os_ > 0),
        ks > 0,
        os_ > 0,
        (ks < 0) & (os_ < 0),
    ]
    return np.select(conditions, ["X", "A", "B", "C", "D"], default="E")


def focus(k: Floats, o: Floats, k_high: float, o_high: float) -> npt.NDArray[np.str_]:
    """Return the class of the focuskaart: K and O of the last year against their national 80th percentile."""
    ks, os_ = np.asarray(k, dtype=float), np.asarray(o, dtype=float)
    high_k, high_o = ks >= k_high - _TOLERANCE, os_ >= o_high - _TOLERANCE
    conditions = [np.isnan(ks) | np.isnan(os_), high_k & high_o, high_k, high_o]
    return np.select(conditions, ["onbekend", "beide", "kwetsbaarheid", "overlast"], default="geen")
