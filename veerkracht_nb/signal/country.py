"""The signaleringskaart of every gemeente at once, by the same steps as that of one.

All buurten go through each step together; only the mean of the gemeente, and whether there are enough buurten to
compare with it, is per gemeente. The result of a gemeente is that of
:func:`~veerkracht_nb.signal.compute.compute_signal` with the same period.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from ..areas.country import Country
from ..areas.municipality import Municipality
from ..errors import SignalError
from . import nuisance, vulnerability
from .borders import BorderChanges
from .classes import CLASSES, FOCUS, classify, focus
from .compute import MIN_BUURTEN_RELATIVE
from .country_notes import country_notes
from .missing import why_x
from .periods import available_periods, check_period, default_period, vulnerability_years
from .profiles import PROFILES, Profile, get_profile
from .reference import Reference, default_reference
from .result import Period, View
from .universe import MIN_INWONERS, universe
from .vulnerability import Vulnerability

COLUMNS = (
    *("gemeente_code", "k0", "k1", "dk", "dk_band", "o0", "o1", "do", "do_band"),
    *("letter", "focus", "why_x", "dk_certain", "inwoners", "large", "in_u"),
)


@dataclass(frozen=True, kw_only=True, eq=False)
class CountrySignal:
    """The classes of all buurten of the country.

    Attributes
    ----------
    year : int
        Year of the borders.
    profile : str
    period : Period
        The same years for every gemeente.
    view : {"relatief", "absoluut"}
        The view that was asked; ``by_municipality`` says where it could not be given.
    table : pandas.DataFrame
        Index: every buurt code. The columns of :class:`~veerkracht_nb.signal.result.Signal`'s table, and
        ``gemeente_code``.
    by_municipality : pandas.DataFrame
        Index ``gemeente_code``, in order of code. ``name``; ``view`` that was used; ``inwoners`` (float);
        numbers of buurten: ``buurten`` (without water), ``large`` (enough inhabitants), ``with_k``, ``with_o``
        (K, or O in both years), ``determined`` (a class other than X), ``A`` ... ``X`` and ``focus_beide`` ...
        ``focus_onbekend``; ``share_A`` ... ``share_X`` (share of the inhabitants, 0 to 1, NaN without
        inhabitants); ``mean_dk``, ``mean_do``; ``households_known`` (bool: the rule for households was used).
    reference : Reference
    notes : tuple of str
        What must be printed with every figure of it.
    """

    year: int
    profile: str
    period: Period
    view: View
    table: pd.DataFrame
    by_municipality: pd.DataFrame
    reference: Reference
    notes: tuple[str, ...]


def country_signal(
    country: Country,
    *,
    profile: str | None = None,
    view: View = "relatief",
    period: Period | None = None,
    reference: Reference | None = None,
) -> CountrySignal:
    """Compute the classes of all buurten.

    Parameters
    ----------
    country : Country
    profile : str, optional
        Key of a vulnerability profile; default the first one that the figures allow.
    view : {"relatief", "absoluut"}
        Changes against the mean of the own gemeente, or as they are. A gemeente with fewer than five buurten that
        count is absolute.
    period : Period, optional
        One for the whole country, so that gemeenten stand on the same years; default the first that
        :func:`~veerkracht_nb.signal.periods.available_periods` gives for the country. Without figures of nuisance K
        is computed all the same and every class is X.
    reference : Reference, optional
        Default the shipped one of the profile.

    Raises
    ------
    SignalError
        Unknown profile or view, or years without figures of vulnerability.
    """
    if view not in ("relatief", "absoluut"):
        raise SignalError(
            f"De weergave {view!r} bestaat niet.", expected="relatief of absoluut", got=repr(view)
        )
    whole = country.as_one()
    key = profile if profile is not None else _default_profile(whole)
    chosen = get_profile(key)
    if period is None:
        period = _default_period(whole, chosen)
    elif nuisance.INDICATOR in set(country.indicators["indicator"]):
        check_period(whole, chosen, period)
    yardstick = reference if reference is not None else default_reference(key)
    if yardstick.profile != key:
        raise SignalError(
            "De landelijke vergelijking hoort niet bij het gekozen profiel.",
            expected=f"een referentie voor {key}",
            got=f"een referentie voor {yardstick.profile}",
        )
    size = _size(country, whole, period.k1)
    table, reasons = _before_the_view(country, whole, size, chosen, period, yardstick)
    means = _means(table)
    _apply_view(table, means, view)
    table["do_band"] = nuisance.change_band(yardstick)
    determined = table["in_u"] & table["dk_certain"]
    table["letter"] = classify(
        table["dk"].where(determined), table["dk_band"], table["do"].where(determined), table["do_band"]
    )
    table["focus"] = focus(table["k1"], table["o1"], yardstick.k_high, yardstick.o_high)
    table["why_x"] = reasons.where(table["letter"] == "X", "")
    by_municipality = _by_municipality(country, table, size, means, view)
    return CountrySignal(
        year=country.year,
        profile=key,
        period=period,
        view=view,
        table=table[list(COLUMNS)],
        by_municipality=by_municipality,
        reference=yardstick,
        notes=country_notes(country, chosen, period, view, yardstick, by_municipality),
    )


def usable_profiles(country: Country) -> list[str]:
    """Return the profiles that have figures of two years, those with a period of nuisance too first."""
    whole = country.as_one()
    years = {key: len(vulnerability_years(whole, key)) for key in PROFILES}
    keys = [key for key in PROFILES if years[key] >= 2]
    return sorted(keys, key=lambda key: not available_periods(whole, key))


def _default_profile(whole: Municipality) -> str:
    for key in PROFILES:
        if available_periods(whole, key):
            return key
    return max(PROFILES, key=lambda key: len(vulnerability_years(whole, key)))


def _default_period(whole: Municipality, profile: Profile) -> Period:
    periods = available_periods(whole, profile.key)
    years = vulnerability_years(whole, profile.key)
    if periods or len(years) < 2:
        return periods[0] if periods else default_period(whole, profile.key)
    # No nuisance at all: vulnerability alone is worth seeing, and every class says what is missing.
    return Period(k0=years[0], k1=years[-1], o0=years[0], o1=years[-1])


def _size(country: Country, whole: Municipality, year: int) -> pd.DataFrame:
    """Return which buurten are large enough; see :func:`~veerkracht_nb.signal.universe.universe`.

    The national table of CBS has inhabitants and no households. Where a gemeente has no figure of households at all,
    the rule for inhabitants decides alone, as in the national reference; the notes say so.
    """
    size = universe(whole, year)
    known = size["huishoudens"].notna().groupby(country.codes).transform("any")
    by_inhabitants = ~known & (size["inwoners"] >= MIN_INWONERS) & ~country.buurten["water"].astype(bool)
    size["large"] |= by_inhabitants
    size.loc[by_inhabitants, "why_small"] = ""
    return size.assign(households_known=known)


def _before_the_view(
    country: Country,
    whole: Municipality,
    size: pd.DataFrame,
    profile: Profile,
    period: Period,
    reference: Reference,
) -> tuple[pd.DataFrame, pd.Series]:
    """Return K, O and their changes as they are, and why a buurt cannot have a class."""
    years = {period.k0, period.k1, period.o0, period.o1}
    # Figures of buurten that are too small are not shown separately, so they leave here.
    wide = {year: whole.table(year).where(size["large"], axis=0) for year in years}
    k = vulnerability.vulnerability(profile, reference, wide[period.k0], wide[period.k1])
    o0, o1 = nuisance.nuisance(wide[period.o0]), nuisance.nuisance(wide[period.o1])
    band, determinable = vulnerability.change_band(profile, k.noise_sd)
    table = pd.DataFrame(
        {
            "gemeente_code": country.codes,
            **{"k0": k.k0, "k1": k.k1, "dk": k.k1 - k.k0, "dk_band": band},
            **{"o0": o0, "o1": o1, "do": o1 - o0, "dk_certain": determinable},
            **{"inwoners": size["inwoners"], "large": size["large"]},
        }
    )
    table["in_u"] = size["large"] & table["do"].notna()
    return table, _reasons(profile, period, k, table, size["why_small"], BorderChanges.of(whole))


def _reasons(
    profile: Profile,
    period: Period,
    k: Vulnerability,
    table: pd.DataFrame,
    why_small: pd.Series,
    borders: BorderChanges,
) -> pd.Series:
    """Return why each buurt cannot have a class; buurten that lack the same figures share their words.

    Those whose borders changed have words of their own.
    """
    lacking = [frame[key].isna() for frame in (k.x0, k.x1) for key in frame]
    lacking += [table["o0"].isna(), table["o1"].isna(), table["dk"].notna() & ~table["dk_certain"]]
    pattern = sum(column.to_numpy(dtype="int64") << bit for bit, column in enumerate(lacking))
    kinds = pd.DataFrame({"pattern": pattern, "why": why_small})
    # What a small buurt lacks besides does not matter: nothing else is looked for.
    kinds["kind"] = kinds["why"].where(kinds["why"] != "", kinds["pattern"].astype("str"))
    own = (kinds["pattern"] > 0) & (kinds["why"] == "") & kinds.index.isin(list(borders.by_code))
    kinds["kind"] = kinds["kind"].where(~own, kinds.index.to_series())
    first = kinds.drop_duplicates("kind").index
    parts = {field.name: getattr(k, field.name).loc[first] for field in fields(k)}
    words = why_x(profile, period, Vulnerability(**parts), table.loc[first], why_small.loc[first], borders)
    said = dict(zip(kinds.loc[first, "kind"], words, strict=True))
    return pd.Series([said[kind] for kind in kinds["kind"]], index=table.index, dtype=object)


def _means(table: pd.DataFrame) -> pd.DataFrame:
    """Return for each gemeente the buurten that count, and their mean changes weighted by inhabitants."""
    grouped = table["gemeente_code"]
    means = pd.DataFrame({"count": table["in_u"].groupby(grouped).sum().astype("int64")})
    for change in ("dk", "do"):
        counts = table["in_u"] & table[change].notna()
        weight = table["inwoners"].where(counts, 0.0)
        total = (table[change].where(counts, 0.0) * weight).groupby(grouped).sum()
        weights = weight.groupby(grouped).sum()
        means[change] = total / weights.where(weights > 0)
    return means


def _apply_view(table: pd.DataFrame, means: pd.DataFrame, view: View) -> None:
    if view == "absoluut":
        return
    compared = means["count"] >= MIN_BUURTEN_RELATIVE
    for change in ("dk", "do"):
        # Without a mean (nothing to compare) every change of the gemeente is missing, in any view.
        table[change] -= table["gemeente_code"].map(means[change].where(compared, 0.0))


def _by_municipality(
    country: Country, table: pd.DataFrame, size: pd.DataFrame, means: pd.DataFrame, view: View
) -> pd.DataFrame:
    land = ~country.buurten["water"].astype(bool)
    codes = table["gemeente_code"]
    result = pd.DataFrame({"name": country.names()})
    compared = means["count"] >= MIN_BUURTEN_RELATIVE
    result["view"] = np.where(compared & (view == "relatief"), "relatief", "absoluut")
    result["buurten"] = land.groupby(codes).sum()
    inwoners = table["inwoners"].where(land).fillna(0.0)
    result["inwoners"] = inwoners.groupby(codes).sum()
    result["large"] = table["large"].groupby(codes).sum()
    result["with_k"] = (table["k1"].notna() & land).groupby(codes).sum()
    result["with_o"] = (table["o0"].notna() & table["o1"].notna() & land).groupby(codes).sum()
    result["determined"] = (table["letter"] != "X").groupby(codes).sum()
    for letter in CLASSES:
        mine = (table["letter"] == letter) & land
        result[letter] = mine.groupby(codes).sum()
        result[f"share_{letter}"] = inwoners.where(mine, 0.0).groupby(codes).sum() / result["inwoners"].where(
            result["inwoners"] > 0
        )
    for key in FOCUS:
        result[f"focus_{key}"] = ((table["focus"] == key) & land).groupby(codes).sum()
    result["mean_dk"], result["mean_do"] = means["dk"], means["do"]
    result["households_known"] = size["households_known"].groupby(codes).first()
    return result
