"""The projection in sentences."""

from __future__ import annotations

from ..i18n import _
from .classes import FOCUS
from .decimals import plain
from .figures import unknown_buurt
from .projection import Projection


def headline(projection: Projection, focus: str = "beide") -> str:
    """Return in one sentence which part of the inhabitants is in a class of the focuskaart, now and then."""
    row = projection.shares.loc[(focus, "inwoners")]
    kind = FOCUS[focus]
    percent = {name: plain(100 * row[name], 0) for name in ("now", "low", "median", "high")}
    text = _(
        "{label}: nu {now}% van de inwoners; trekken de trends door, dan in {year} {median}% "
        "(80%-interval {low} tot {high}%)."
    )
    return text.format(label=_(kind.label), year=projection.year, **percent)


def explain_projection(projection: Projection, code: str) -> tuple[str, ...]:
    """Return in sentences what the projection says of one buurt.

    Raises
    ------
    SignalError
        No such buurt.
    """
    if code not in projection.table.index:
        raise unknown_buurt(projection.municipality, projection.table.index, code)
    row = projection.table.loc[code]
    if row["why"]:
        return (_("Voor deze buurt is geen trend door te trekken: {why}.").format(why=row["why"]),)
    certain = (
        _("minder dan 1") if row["p_beide"] < 0.01 else _("meer dan 99") if row["p_beide"] > 0.99 else ""
    )
    chance = _(
        "Kans dat kwetsbaarheid én overlast in {year} hoog zijn als de trends doorgaan: {chance}%."
    ).format(year=projection.year, chance=certain or plain(100 * row["p_beide"], 0))
    trend = _(
        "De trend is een mengsel van buurt en gemeente: die van de buurt zelf telt voor {k}% (kwetsbaarheid) en "
        "{o}% (overlast)."
    ).format(k=plain(100 * row["k_weight"], 0), o=plain(100 * row["o_weight"], 0))
    return chance, trend, _("Doortrekken van een trend is geen voorspelling.")
