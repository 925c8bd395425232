"""From a municipality to its signaleringskaart: pure functions on tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..areas.municipality import Municipality
from ..errors import SignalError
from . import nuisance, vulnerability
from .borders import BorderChanges
from .classes import classify, focus
from .measured import municipal_reference
from .missing import why_x
from .notes import build_notes
from .own import find_profile
from .periods import check_period, default_period, default_profile
from .profiles import PROFILES, Profile
from .reference import Reference, default_reference
from .result import Period, Signal, View
from .universe import universe

MIN_BUURTEN_RELATIVE = 5


def compute_signal(
    municipality: Municipality,
    *,
    profile: str | Profile | None = None,
    period: Period | None = None,
    view: View = "relatief",
    reference: Reference | None = None,
    dk_band: float | None = None,
    do_band: float | None = None,
) -> Signal:
    """Compute the open signaleringskaart of a municipality.

    Parameters
    ----------
    municipality : Municipality
    profile : str or Profile, optional
        Key of a vulnerability profile of the package or of this gemeente, or a profile itself; default the
        first one that the figures allow.
    period : Period, optional
        Years to compare; default as :func:`~veerkracht_nb.signal.periods.default_period`.
    view : {"relatief", "absoluut"}
        Changes against the mean of the gemeente, or as they are. With fewer than five buurten that count the
        result is absolute, and says so.
    reference : Reference, optional
        National yardstick, default the shipped one of the profile. For an own profile without one the buurten
        of the gemeente itself are the yardstick, and the notes say so.
    dk_band : float, optional
        Smallest band of "no clear change" of K instead of that of the profile; the rounding of small buurten
        counts all the same.
    do_band : float, optional
        Band of "no clear change" of O, default a fifth of the national standard deviation.

    Raises
    ------
    SignalError
        Unknown profile or view, years without figures, a band below zero, or no buurt that can be determined.
    """
    _check_kinds(municipality, period)
    chosen = find_profile(municipality, profile if profile is not None else default_profile(municipality))
    _check_choices(view, dk_band, do_band)
    if period is None:
        period = default_period(municipality, chosen)
    else:
        check_period(municipality, chosen, period)
    yardstick = yardstick_for(municipality, chosen, period.k1, reference)

    borders = BorderChanges.of(municipality)
    figures = _Figures.of(municipality, chosen, period, yardstick, dk_band, borders)
    table = figures.table
    mean_dk, mean_do = _weighted_mean(table, "dk"), _weighted_mean(table, "do")
    used: View = view if int(table["in_u"].sum()) >= MIN_BUURTEN_RELATIVE else "absoluut"
    if used == "relatief":
        table["dk"] -= mean_dk
        table["do"] -= mean_do
    table["do_band"] = nuisance.change_band(yardstick) if do_band is None else do_band
    _give_classes(table, figures.why_x, yardstick)
    undetermined = int((table["letter"] == "X").sum())
    if undetermined == len(table):
        raise _nothing_determined(municipality, table)
    return Signal(
        municipality=municipality.code,
        year=municipality.year,
        profile=chosen.key,
        definition=chosen,
        period=period,
        view=used,
        table=table[list(_COLUMNS)],
        terms=figures.terms,
        dk_floor=chosen.dk_band_rule.floor if dk_band is None else dk_band,
        reference=yardstick,
        mean_dk=mean_dk,
        mean_do=mean_do,
        notes=build_notes(
            municipality,
            profile=chosen,
            period=period,
            view=used,
            asked=view,
            reference=yardstick,
            mean_dk=mean_dk,
            mean_do=mean_do,
            undetermined=undetermined,
        ),
        borders=borders.notes(period),
    )


_COLUMNS = (
    *("k0", "k1", "dk", "dk_band", "o0", "o1", "do", "do_band"),
    *("letter", "focus", "why_x", "dk_certain", "inwoners", "large", "in_u"),
)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Figures:
    """What is known of each buurt before the view is chosen and classes are given."""

    table: pd.DataFrame
    terms: pd.DataFrame
    why_x: pd.Series

    @classmethod
    def of(
        cls,
        municipality: Municipality,
        profile: Profile,
        period: Period,
        reference: Reference,
        dk_band: float | None,
        borders: BorderChanges,
    ) -> _Figures:
        size = universe(municipality, period.k1)
        # Figures of buurten that are too small are not shown separately, so they leave here.
        tables = {
            year: municipality.table(year).where(size["large"], axis=0)
            for year in {period.k0, period.k1, period.o0, period.o1}
        }
        k = vulnerability.vulnerability(profile, reference, tables[period.k0], tables[period.k1])
        o0, o1 = nuisance.nuisance(tables[period.o0]), nuisance.nuisance(tables[period.o1])
        band, determinable = vulnerability.change_band(profile, k.noise_sd, dk_band)
        table = pd.DataFrame(
            {"k0": k.k0, "k1": k.k1, "dk": k.k1 - k.k0, "dk_band": band, "o0": o0, "o1": o1, "do": o1 - o0}
        )
        table["inwoners"] = size["inwoners"]
        table["large"] = size["large"]
        table["dk_certain"] = determinable
        table["in_u"] = size["large"] & table["do"].notna()
        every = pd.MultiIndex.from_product([table.index, k.x0.columns], names=["code", "term"])
        parts = {"x0": k.x0, "x1": k.x1, "z0": k.z0, "z1": k.z1, "noise": k.noise}
        return cls(
            table=table,
            terms=pd.DataFrame({name: part.to_numpy().ravel() for name, part in parts.items()}, index=every),
            why_x=why_x(profile, period, k, table, size["why_small"], borders),
        )


def _give_classes(table: pd.DataFrame, why_x: pd.Series, reference: Reference) -> None:
    """Add the columns ``letter``, ``focus`` and ``why_x``."""
    determined = table["in_u"] & table["dk_certain"]
    dk, do = table["dk"].where(determined), table["do"].where(determined)
    table["letter"] = classify(dk, table["dk_band"], do, table["do_band"])
    table["focus"] = focus(table["k1"], table["o1"], reference.k_high, reference.o_high)
    table["why_x"] = why_x.where(table["letter"] == "X", "")


def _weighted_mean(table: pd.DataFrame, column: str) -> float:
    """Mean over the buurten that count, weighted by inhabitants; NaN where no buurt counts."""
    rows = table[table["in_u"] & table[column].notna()]
    return float(np.average(rows[column], weights=rows["inwoners"])) if len(rows) else float("nan")


def yardstick_for(
    municipality: Municipality, profile: Profile, year: int, reference: Reference | None
) -> Reference:
    """Return `reference`, or without one the shipped one, or for an own profile that of the gemeente itself."""
    if reference is not None:
        _check_reference(reference, profile)
        return reference
    if PROFILES.get(profile.key) == profile:
        return default_reference(profile.key)
    return municipal_reference(profile, municipality, year)


def _check_reference(reference: Reference, profile: Profile) -> None:
    needed = {term.key for term in profile.terms}
    if reference.profile != profile.key or not needed <= reference.terms.keys():
        raise SignalError(
            "De landelijke vergelijking hoort niet bij het gekozen profiel.",
            expected=f"een referentie voor {profile.key}",
            got=f"een referentie voor {reference.profile}",
            todo="Laat de referentie weg, of maak er een voor dit profiel.",
        )


def _check_kinds(municipality: object, period: object) -> None:
    """Refuse the name of a gemeente, or bare years, in a notebook: what fails further on would explain neither."""
    if not isinstance(municipality, Municipality):
        raise SignalError(
            "Een signaleringskaart wordt van de cijfers van een gemeente gemaakt.",
            expected="wat load_municipality('GM0622') geeft",
            got=repr(municipality)[:60],
            todo="Haal de gemeente eerst op met: from veerkracht_nb.sources import load_municipality",
        )
    if not isinstance(period, Period | None):
        raise SignalError(
            "De periode is geen periode.",
            expected="Period(k0=2014, k1=2022, o0=2014, o1=2022)",
            got=repr(period)[:60],
            todo="Geef twee jaren van kwetsbaarheid en twee van overlast, of laat de periode weg.",
        )


def _check_choices(view: str, dk_band: float | None, do_band: float | None) -> None:
    if view not in ("relatief", "absoluut"):
        raise SignalError(
            f"De weergave {view!r} bestaat niet.",
            expected="relatief of absoluut",
            got=repr(view),
            todo="Kies een van beide.",
        )
    for name, band in (("kwetsbaarheid", dk_band), ("overlast", do_band)):
        if band is not None and not (np.isfinite(band) and band >= 0):
            raise SignalError(
                f"De bandbreedte van {name} kan niet worden gebruikt.",
                expected="een getal van nul of meer",
                got=repr(band),
                todo="Geef een getal, of laat het weg voor de waarde van de methode.",
            )


def _nothing_determined(municipality: Municipality, table: pd.DataFrame) -> SignalError:
    counts = table["why_x"].value_counts().head(3)
    return SignalError(
        f"Voor geen enkele buurt van {municipality.name} kan het signaal worden bepaald.",
        expected="ten minste één buurt met genoeg inwoners en alle cijfers in beide jaren",
        got="; ".join(f"{count} keer: {why}" for why, count in counts.items()) or "geen buurten",
        todo="Kies andere jaren of een ander profiel, of lees de ontbrekende bestanden in.",
    )
