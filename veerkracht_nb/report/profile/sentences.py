"""What a wijkprofiel says of figures and classes, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from ...areas.changes import BuurtChange
from ...i18n import _
from ...signal import Figure
from ...signal.classes import sign
from ...signal.decimals import plain, signed
from ...signal.figures import with_details
from ..printing.styles import MOVED, Look

Series = Sequence[tuple[int, float]]


def short(look: Look) -> str:
    """Return the class of a buurt in a word or two."""
    return _("niet te bepalen") if look.mark == "?" else _("klasse {letter}").format(letter=look.mark)


def class_of_session(letter: str) -> str:
    """Return that a class is that of the session, while the figures give class `letter` now."""
    text = _(
        "Dit is de klasse van de sessie; met de cijfers die nu op deze laptop staan, zou het {now} zijn."
    )
    now = _("‘niet te bepalen’") if letter == "X" else _("klasse {letter}").format(letter=letter)
    return text.format(now=now)


def difference(first: float | None, last: float | None) -> float | None:
    """Return the change, or None where a figure is missing."""
    return None if first is None or last is None else last - first


def with_year(value: float | None, year: int, kind: Figure, *, moved: bool = False) -> str:
    """Return a figure with its year, marked where it comes from other borders than those of the map."""
    return f"{kind.show(value)} ({year}){MOVED * moved}" if value is not None else kind.show(None)


def label_text(kind: Figure) -> str:
    """Return the name of a figure with its unit, and that higher is better where it is."""
    better = _("hoger is gunstiger") if kind.higher_is == "better" else ""
    return with_details(kind.label, kind.unit, better)


def figure_note(kinds: Sequence[Figure], scope: str) -> str:
    """Return how the figures of a wijk came about, which way is favourable, and what counts as equal.

    Parameters
    ----------
    kinds : sequence of Figure
    scope : {"landelijk", "gemeente"}
        Of the reference that the terms of the profile are measured with.
    """
    better = [kind.label for kind in kinds if kind.higher_is == "better"]
    direction = (
        _("Hoger is gunstiger bij: {names}. Bij de andere cijfers is hoger minder gunstig.").format(
            names=", ".join(better)
        )
        if better
        else _("Hoger is bij elk cijfer minder gunstig.")
    )
    equal = (
        _(
            "‘Ongeveer gelijk’ is minder dan een vijfde van de spreiding verschil: bij overlast de landelijke, bij de "
            "andere cijfers die van de gemeente."
        )
        if scope == "gemeente"
        else _("‘Ongeveer gelijk’ is minder dan een vijfde van de landelijke spreiding verschil.")
    )
    made = _("Gemiddelden naar inwoners over buurten met genoeg inwoners en met cijfers in elk jaar.")
    return f"{made} {direction} {equal}"


def change_text(value: float | None, kind: Figure) -> str:
    """Return a change with its sign; "" where it is not known."""
    return "" if value is None else signed(value, kind.decimals)


def verdict_text(gap: float | None, margin: float) -> str:
    """Return how a figure lies against that of the gemeente, in words."""
    if gap is None:
        return ""
    if abs(gap) <= margin:
        return _("ongeveer gelijk")
    return _("hoger dan de gemeente") if gap > 0 else _("lager dan de gemeente")


def good_text(
    kind: Figure,
    value: float | None,
    other: float | None,
    margin: float,
    change: float | None,
    other_change: float | None,
) -> str:
    """Return what is favourable about a figure as a sentence; "" where nothing is.

    Which way is favourable, the figure itself says.
    """
    way = kind.direction
    if value is not None and other is not None and way * (value - other) < -margin:
        text = _("{label}: gunstiger dan in de gemeente ({value} tegenover {other}).")
        return text.format(label=kind.label, value=kind.show(value), other=kind.show(other))
    if change is not None and other_change is not None and way * (change - other_change) < -margin:
        text = _("{label}: gunstiger veranderd dan in de gemeente ({value} tegenover {other}).")
        return text.format(
            label=kind.label, value=signed(change, kind.decimals), other=signed(other_change, kind.decimals)
        )
    return ""


def why(row: pd.Series, *, relative: bool) -> str:
    """Return why a buurt has its class: the changes of K and O with their margins, or what an X lacks."""
    if row["letter"] == "X":
        return _("Niet te bepalen: {why}.").format(why=row["why_x"])
    parts = (
        (_("kwetsbaarheid"), row["dk"], row["dk_band"], 2),
        (_("overlast"), row["do"], row["do_band"], 3),
    )
    words = {
        1: _("ongunstiger dan gemiddeld in de gemeente") if relative else _("duidelijke toename"),
        0: _("geen duidelijk verschil met de gemeente") if relative else _("geen duidelijke verandering"),
        -1: _("gunstiger dan gemiddeld in de gemeente") if relative else _("duidelijke afname"),
    }
    said = []
    for what, change, band, decimals in parts:
        text = _("{what}: {words} ({change}, marge {band})")
        said.append(
            text.format(
                what=what,
                words=words[int(sign(change, band))],
                change=signed(change, decimals),
                band=plain(band, decimals),
            )
        )
    return (said[0][:1].upper() + said[0][1:]) + "; " + said[1] + "."


def line_text(kind: Figure, series: Series, other: Series) -> str:
    """Return a small line in words, for who cannot see it; "" with fewer than two years."""
    if len(series) < 2:
        return ""
    own, beside = (
        ", ".join(f"{year} {kind.show(value)}" for year, value in line) for line in (series, other)
    )
    text = _("Verloop: {own}; gemeente: {other}") if beside else _("Verloop: {own}")
    return text.format(own=own, other=beside)


def is_moved(changes: Iterable[BuurtChange], codes: set[str], year: int, map_year: int) -> bool:
    """Return whether a figure of `year` over the buurten of `codes` comes from other borders, codes or names."""
    first, last = sorted((year, map_year))
    return any(
        change.code in codes
        and first < change.year <= last
        and (change.carried or change.breaks_series or change.old_code)
        for change in changes
    )
