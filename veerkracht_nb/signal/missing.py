"""What stands in the way of a class, in words."""

from __future__ import annotations

import pandas as pd

from ..i18n import _
from . import nuisance
from .borders import BorderChanges
from .profiles import Profile
from .result import Period
from .vulnerability import Vulnerability


def why_x(
    profile: Profile,
    period: Period,
    k: Vulnerability,
    table: pd.DataFrame,
    why_small: pd.Series,
    borders: BorderChanges | None = None,
) -> pd.Series:
    """Return for each buurt why it cannot have a class, "" where nothing stands in the way.

    Parameters
    ----------
    profile : Profile
    period : Period
    k : Vulnerability
    table : pandas.DataFrame
        Index ``code``; columns ``o0``, ``o1``, ``dk``, ``dk_certain``.
    why_small : pandas.Series
        Reason why a buurt is too small, "" where it is large enough. Then nothing else is looked for.
    borders : BorderChanges, optional
        Adds which change of borders stands between a missing figure and the map.
    """
    looked_for = [
        (_(term.label), ((period.k0, k.x0[term.key]), (period.k1, k.x1[term.key]))) for term in profile.terms
    ]
    looked_for.append((_(nuisance.LABEL), ((period.o0, table["o0"]), (period.o1, table["o1"]))))
    reasons: dict[str, list[str]] = {code: [why] if why else [] for code, why in why_small.items()}
    large = why_small == ""
    missing: dict[str, set[int]] = {}
    for label, figures in looked_for:
        absent = pd.DataFrame({str(year): values.isna() & large for year, values in figures})
        for code, row in absent[absent.any(axis=1)].iterrows():
            years = list(absent.columns[row])
            reasons[code].append(_missing(label, years))
            missing.setdefault(str(code), set()).update(map(int, years))
    for code, years_missing in missing.items():
        moved = borders.why_missing(code, sorted(years_missing)) if borders else ""
        reasons[code] += [moved] if moved else []
    noisy = large & table["dk"].notna() & ~table["dk_certain"]
    for code in noisy.index[noisy]:
        reasons[code].append(_("te klein om een verandering van de kwetsbaarheid vast te stellen"))
    return pd.Series({code: "; ".join(words) for code, words in reasons.items()}, dtype=object)


def _missing(label: str, years: list[str]) -> str:
    text = _("cijfer ontbreekt: {label}, {years}")
    return text.format(label=label, years=_(" en ").join(years))
