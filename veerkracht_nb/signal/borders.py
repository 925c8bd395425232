"""Borders that changed between the figures and the map, in words for who looks at one buurt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..areas.changes import BuurtChange, changes_between
from ..areas.municipality import Municipality
from ..i18n import _
from .result import BorderNote, Period


@dataclass(frozen=True, kw_only=True)
class BorderChanges:
    """What is known of the borders of the buurten of one gemeente.

    Attributes
    ----------
    year : int
        Year of the map.
    by_code : dict of str to tuple of BuurtChange
        Only buurten of which a change is known.
    """

    year: int
    by_code: dict[str, tuple[BuurtChange, ...]]

    @classmethod
    def of(cls, municipality: Municipality) -> BorderChanges:
        """Return the changes of a gemeente by buurt."""
        found: dict[str, list[BuurtChange]] = {}
        for change in municipality.changes:
            if change.code in municipality.buurten.index:
                found.setdefault(change.code, []).append(change)
        return cls(year=municipality.year, by_code={code: tuple(found[code]) for code in sorted(found)})

    def why_missing(self, code: str, years: Iterable[int]) -> str:
        """Return which change stands between the map and figures of `years`, in a few words; "" where none does."""
        known = self.by_code.get(code, ())
        apart = [change for year in years for change in changes_between(known, code, year, self.year)]
        return _(" en ").join(dict.fromkeys(_brief(change) for change in apart))

    def notes(self, period: Period) -> dict[str, tuple[BorderNote, ...]]:
        """Return for each buurt what happened between the years of `period` and the map."""
        years = (period.k0, period.k1, period.o0, period.o1)
        notes = {code: self._notes(code, changes, years) for code, changes in self.by_code.items()}
        return {code: found for code, found in notes.items() if found}

    def _notes(
        self, code: str, changes: tuple[BuurtChange, ...], years: tuple[int, ...]
    ) -> tuple[BorderNote, ...]:
        apart = {change for year in years for change in changes_between(changes, code, year, self.year)}
        first, last = min(*years, self.year), max(*years, self.year)
        found = []
        for change in sorted(changes, key=lambda change: change.year):
            if change in apart:
                found.append(BorderNote(kind="ander gebied", text=_other_area(change, self.year)))
            elif first < change.year <= last and (carried := _carried(change)):
                found.append(carried)
        return tuple(dict.fromkeys(found))


_SAID = "ander gebied"
"""In the note of a change that says itself what it means for the figures."""


def _brief(change: BuurtChange) -> str:
    words = {
        "gesplitst": _("op de kaart van {year} is deze buurt afgesplitst van een andere"),
        "samengevoegd": _("op de kaart van {year} is deze buurt samengevoegd uit andere"),
        "nieuw": _("deze buurt is nieuw op de kaart van {year}"),
        "onzeker": _("het is niet zeker dat dit op de kaart van {year} nog dezelfde buurt is"),
    }
    text = words.get(change.kind) or _("de grens is gewijzigd op de kaart van {year}")
    return text.format(year=change.year)


def _other_area(change: BuurtChange, map_year: int) -> str:
    text = _("Andere grens: {what}{how}.").format(what=_brief(change), how=_how(change.note))
    if _SAID in change.note:
        return text
    after = _("Cijfers van vóór {year} kunnen over een ander gebied gaan.")
    if change.year > map_year:
        after = _("Cijfers van {year} en later kunnen over een ander gebied gaan.")
    return f"{text} {after.format(year=change.year)}"


def _carried(change: BuurtChange) -> BorderNote | None:
    """Return how figures of another map came here; None where they did not."""
    if change.carried:
        text = _("Herrekend naar de kaart van {year}{how}.")
        return BorderNote(kind="herrekend", text=text.format(year=change.year, how=_how(change.note)))
    if change.kind in ("hernoemd", "hernummerd") and change.old_code:
        text = _("Overgenomen op de kaart van {year}: zelfde gebied met een andere {what}{how}.")
        what = _("naam") if change.kind == "hernoemd" else _("code")
        return BorderNote(
            kind="overgenomen", text=text.format(year=change.year, what=what, how=_how(change.note))
        )
    return None


def _how(note: str) -> str:
    """Return what the importer wrote down of a change, between brackets."""
    note = note.strip().removesuffix(".")
    return f" ({note})" if note else ""
