"""The figures of the fictional town: invented, related as real ones are, and rounded as publishers do.

The random numbers come from ``numpy.random.RandomState``, whose stream NumPy has promised never to change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from ._voorbeeldstad_plan import KINDS, PLOTS, SPLIT_NEW, SPLIT_YEAR, Kind, Plot

SEED = 9901
KWB_YEARS = (2014, 2018, 2020, 2022, 2024)
INCOME_YEARS = (2014, 2018, 2020, 2022)
RIVM_YEARS = (2012, 2016, 2020)
LBM_YEARS = (2014, 2016, 2018, 2020, 2022, 2024)
LBM_MEAN = 4.1022648511
"""Difference between ``lbm`` and ``afw``, as in the published Leefbaarometer 3.0."""

# Change of vulnerability K (standard deviations) and of nuisance O (= -onv) from 2014 to 2022 that belongs
# to a story.
_STORIES: MappingProxyType[str, tuple[float, float]] = MappingProxyType(
    {
        "A": (0.42, 0.028),
        "B": (0.42, -0.004),
        "C": (0.02, 0.026),
        "D": (-0.38, -0.026),
        "E": (0.06, 0.002),
        "X": (0, 0),
    }
)
_MU1, _S1, _MU2, _S2 = 40.0, 16.0, 9.0, 5.0
_MIN_HOUSEHOLDS, _MIN_ADULTS_RIVM, _MIN_INHABITANTS_LBM = 100, 60, 50
# Cells that a publisher left out although the buurt is large enough; real tables have these too.
_SUPPRESSED = frozenset({("0402", "p_hh_li", 2018), ("0601", "a_soz_ao", 2020), ("0405", "p_wcorpw", 2018)})
_NO_INCOME = frozenset({"0406"})
"""Buurten without income figures in the first year: built later."""


@dataclass(frozen=True)
class _Person:
    """One buurt with what chance gave it."""

    plot: Plot
    kind: Kind
    k: float
    dk: float
    onv: float
    do: float
    tilt: float
    grow: float


def figures() -> pd.DataFrame:
    """Return the indicators of the town, tidy: ``code indicator year value``; a missing figure has no row."""
    random = np.random.RandomState(SEED)
    rows: list[tuple[str, str, int, float]] = []
    for plot in PLOTS:
        buurt = _draw(plot, random)
        for part in (_kwb(buurt, random), _rivm(buurt, random), _lbm(buurt, random)):
            rows += [
                (plot.code, key, year, float(value))
                for key, year, value in part
                if _published(plot, key, year)
            ]
    table = pd.DataFrame(rows, columns=["code", "indicator", "year", "value"])
    return table.astype({"code": "str", "indicator": "str"}).sort_values(
        ["code", "indicator", "year"], ignore_index=True
    )


def _draw(plot: Plot, random: np.random.RandomState) -> _Person:
    dk, do = _STORIES[plot.story]
    noise = random.normal(size=6)
    return _Person(
        plot=plot,
        kind=KINDS[plot.kind],
        k=KINDS[plot.kind].k + plot.shift + 0.10 * noise[0],
        dk=dk + 0.055 * noise[1],
        onv=KINDS[plot.kind].onv - 0.03 * plot.shift + 0.010 * noise[2],
        do=do + 0.0035 * noise[3],
        tilt=0.25 * noise[4],
        grow=0.004 * noise[5] + (0.03 if plot.kind == "kade" else 0.0),
    )


def _published(plot: Plot, key: str, year: int) -> bool:
    kwb = key.startswith(("a_", "p_", "g_"))
    split = plot.number in SPLIT_NEW and kwb and year < SPLIT_YEAR
    young = plot.number in _NO_INCOME and key == "p_hh_li" and year == min(INCOME_YEARS)
    return not (split or young or (plot.number, key, year) in _SUPPRESSED)


def _path(year: int) -> float:
    """Return how much of the change of 2014-2022 has happened by `year`; it goes faster in the middle."""
    return float(np.interp(year, [2012, 2014, 2018, 2020, 2022, 2024], [-0.15, 0, 0.45, 0.75, 1, 1.1]))


def _kwb(buurt: _Person, random: np.random.RandomState) -> Iterator[tuple[str, int, float]]:
    kind = buurt.kind
    for year in KWB_YEARS:
        people = _to(5, buurt.plot.inhabitants * (1 + buurt.grow * (year - 2022)))
        households = _to(5, people / kind.household)
        ages = {
            key: _to(5, people * share)
            for key, share in zip(
                ("a_00_14", "a_15_24", "a_25_44", "a_45_64", "a_65_oo"), kind.ages, strict=True
            )
        }
        yield from (
            (key, year, value) for key, value in {"a_inw": people, "a_hh": households, **ages}.items()
        )
        if people == 0:
            continue
        wobble = random.normal(size=4)
        k = buurt.k + buurt.dk * (_path(year) - 1)
        dwellings = households * 1.02
        yield "a_woning", year, round(dwellings)
        yield "p_1p_hh", year, round(kind.single + 1.5 * wobble[0])
        if dwellings >= 20:
            yield from _dwellings(kind, year, k - kind.k, wobble)
        if year not in INCOME_YEARS:
            continue
        working = ages["a_15_24"] + ages["a_25_44"] + ages["a_45_64"]
        share = max(0.4, _MU2 + _S2 * (k - buurt.tilt)) / 100
        yield "a_soz_wb", year, _to(10, working * share * 0.46)
        yield "a_soz_ao", year, _to(10, working * share * 0.54)
        if households >= _MIN_HOUSEHOLDS:
            yield "p_hh_li", year, round(float(np.clip(_MU1 + _S1 * (k + buurt.tilt), 4, 92)), 1)


def _dwellings(kind: Kind, year: int, shift: float, wobble: np.ndarray) -> Iterator[tuple[str, int, float]]:
    corporation = float(np.clip(kind.corporation + 10 * shift + wobble[1] - 0.4 * (year - 2014), 0, 96))
    corporation = corporation if kind.corporation > 5 else float(kind.corporation)
    rent = min(98.0, corporation + kind.rent_other)
    yield "p_wcorpw", year, round(corporation)
    yield "p_ov_hw", year, round(rent - corporation)
    yield "p_huurw", year, round(rent)
    yield "p_koopw", year, 100 - round(rent)
    yield "p_mgezw", year, round(float(np.clip(kind.flats + 3 * wobble[3], 0, 100)))
    prices = {2014: 0.66, 2018: 0.72, 2020: 0.83, 2022: 1.0, 2024: 1.17}
    yield "g_wozbag", year, round(kind.woz * prices[year] * (1 - 0.06 * shift + 0.02 * wobble[2]))


def _rivm(buurt: _Person, random: np.random.RandomState) -> Iterator[tuple[str, int, float]]:
    if buurt.plot.inhabitants * (1 - buurt.kind.ages[0]) < _MIN_ADULTS_RIVM:
        return
    for year in RIVM_YEARS:
        k = buurt.k + buurt.dk * (_path(year) - 1)
        late = year - 2020
        values = {
            "moeite_rondkomen": 15.0 + 6.0 * k - 0.55 * late,
            "hoog_risico_angst_depressie": 6.6 + 2.1 * k + 0.12 * late,
            "ernstig_eenzaam": 10.2 + 2.9 * k + 0.08 * late,
            "ervaren_gezondheid_goed": 77.5 - 4.2 * k - 12 * (buurt.kind.ages[4] - 0.18),
            "eenzaam": 46.0 + 4.0 * k + 0.5 * late,
            "matig_hoog_risico_angst_depressie": 49.0 + 5.0 * k + 0.6 * late,
            "overmatige_drinker": 7.4 - 0.6 * k,
            "mantelzorger": 14.5 - 0.6 * k,
        }
        if year > 2012:
            values["regie_eigen_leven"] = 89.0 - 3.0 * k
            values["vrijwilligerswerk"] = 27.0 - 4.0 * k
        noise = random.normal(size=len(values))
        for (key, value), error in zip(values.items(), noise, strict=True):
            yield key, year, round(float(np.clip(value + 0.35 * error, 0.8, 99)), 1)


def _lbm(buurt: _Person, random: np.random.RandomState) -> Iterator[tuple[str, int, float]]:
    kind = buurt.kind
    if buurt.plot.inhabitants < _MIN_INHABITANTS_LBM:
        return
    for year in LBM_YEARS:
        noise = random.normal(size=5)
        parts = {
            "onv": buurt.onv - buurt.do * (_path(year) - 1) + 0.0012 * noise[0],
            "fys": kind.fys + 0.004 * noise[1],
            "soc": kind.soc - 0.010 * (buurt.k - kind.k) + 0.002 * noise[2],
            "vrz": kind.vrz + 0.005 * noise[3],
            "won": kind.won - 0.020 * (buurt.k - kind.k) + 0.001 * (year - 2014) + 0.002 * noise[4],
        }
        parts = {key: round(float(value), 4) for key, value in parts.items()}
        afw = round(sum(parts.values()), 4)
        yield from ((key, year, value) for key, value in {**parts, "afw": afw}.items())
        yield "lbm", year, round(LBM_MEAN + afw, 10)


def _to(step: int, value: float) -> int:
    return int(step * round(value / step))
