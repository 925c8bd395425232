"""Which buurt of one year is which buurt of another: codes are reused and borders move.

What CBS marks in its map (same, other code, other border, against the year before) decides where it is known
for every year in between. Elsewhere code, name and measured overlap decide together. Figures are carried over
only where the old and the new buurt are the same area, or where whole old buurten add up to the new one.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import geopandas as gpd
import pandas as pd

from ._overlap import Part, iou, overlaps
from .changes import BuurtChange, ChangeKind
from .codes import plain_name

LinkKind = Literal["zelfde"] | ChangeKind

SAME_WITH_NAME = 0.80
"""Overlap (IoU) from which a buurt with the same code and name is the same area.

Maps of different years are simplified differently: in the maps of 2016 and 2024 of the Rijnmond 95% of the
buurten with the same code and name overlap by 0.82 or more, and what lies under 0.80 has visibly moved.
"""
SAME_WITHOUT_NAME = 0.85
"""The same where code or name differs: one witness less, so the map must agree better."""
MERGED = 0.90
"""Overlap from which whole old buurten together are the new one: a sum adds up the errors of its parts."""
UNCERTAIN = 0.65
"""Under this overlap a border has certainly moved; between this and "the same" it cannot be told."""
CONTRADICTED = 0.50
"""An official "unchanged" is not believed under this overlap: then the code was reused."""
_MOSTLY, _INSIDE, _NEW = 0.5, 0.9, 0.1
_MINOR_PEOPLE = 0.05
"""A small buurt that was added to a large one counts as a merger from this share of the inhabitants."""


@dataclass(frozen=True, kw_only=True)
class Link:
    """What a buurt of the new map was on the old one.

    Attributes
    ----------
    code, name : str
        Of the new buurt; of the old one for "opgeheven".
    kind : str
        "zelfde", "hernoemd", "hernummerd", "gesplitst", "samengevoegd", "grens gewijzigd", "nieuw",
        "opgeheven" or "onzeker".
    parts : tuple of Part
        Old buurten that it consists of, largest first. Where `carried`, exactly those whose figures it takes.
    iou : float
        Overlap with the old buurten that lie mostly in it: intersection over union, 0 to 1.
    carried : bool
        Whether figures of the old buurten may be given to the new one.
    official : bool
        Whether a mark of CBS decided.
    reason : str
        One sentence in Dutch.
    """

    code: str
    name: str
    kind: LinkKind
    parts: tuple[Part, ...]
    iou: float
    carried: bool
    official: bool
    reason: str


@dataclass(frozen=True, kw_only=True)
class Concordance:
    """The links between two maps of one gemeente.

    Attributes
    ----------
    old_year, new_year : int
        Figures go from the borders of the first to those of the second, which may be earlier.
    links : tuple of Link
        One for each new buurt that is not water only.
    ended : tuple of Link
        Old buurten that lie for the most part in no single new one.
    unplaced : float
        Share of the old buurten whose figures go nowhere, 0 to 1.
    unplaced_of : {"inwoners", "oppervlakte"}
        What that is a share of: inhabitants, or area where the old map does not know them.
    """

    old_year: int
    new_year: int
    links: tuple[Link, ...]
    ended: tuple[Link, ...]
    unplaced: float
    unplaced_of: Literal["inwoners", "oppervlakte"] = "inwoners"

    @cached_property
    def by_code(self) -> dict[str, Link]:
        """Return the links by code of the new buurt."""
        return {link.code: link for link in self.links}

    def changes(self) -> tuple[BuurtChange, ...]:
        """Return every link that is not simply the same buurt, as a change in the later of the two years."""
        found = []
        for link in (*self.links, *self.ended):
            if link.kind == "zelfde":
                continue
            ended = link.kind == "opgeheven"
            old = link.code if ended else ", ".join(part.code for part in link.parts)
            found.append(
                BuurtChange(
                    kind=link.kind,
                    year=max(self.old_year, self.new_year),
                    code="" if ended else link.code,
                    old_code=old,
                    note=link.reason,
                    carried=link.carried and len(link.parts) > 1,
                )
            )
        return tuple(found)

    def table(self) -> pd.DataFrame:
        """Return the links as a table: code, name, kind, old codes, IoU, carried, official and reason."""
        return pd.DataFrame(
            [
                {
                    "code": link.code,
                    "name": link.name,
                    "kind": link.kind,
                    "old": ", ".join(f"{part.code} ({part.share_old:.0%})" for part in link.parts),
                    "iou": round(link.iou, 3),
                    "carried": link.carried,
                    "official": link.official,
                    "reason": link.reason,
                }
                for link in (*self.links, *self.ended)
            ]
        )


def concordance(
    old: gpd.GeoDataFrame,
    new: gpd.GeoDataFrame,
    *,
    old_year: int,
    new_year: int,
    changes: Collection[BuurtChange] | None = None,
    marked_years: Collection[int] = (),
) -> Concordance:
    """Link the buurten of two maps.

    Parameters
    ----------
    old, new : geopandas.GeoDataFrame
        As ``Municipality.buurten``: index ``code``, columns ``name``, ``inwoners``, ``water``, geometry in
        EPSG:28992. `old` may hold buurten of other gemeenten too.
    old_year, new_year : int
        Years of the borders; the new one may be the earlier.
    changes : collection of BuurtChange, optional
        What CBS marks, of whatever years: "hernummerd" and "grens gewijzigd".
    marked_years : collection of int
        Years of which `changes` is complete: a buurt that is not in it did not change in that year.

    Returns
    -------
    Concordance
    """
    old, new = old[~old["water"].astype(bool)], new[~new["water"].astype(bool)]
    marks = _Marks(old_year, new_year, changes or (), frozenset(marked_years))
    pairs = overlaps(old, new)
    inside = pairs.groupby("old")["share_old"].sum()
    scope = old.loc[[code for code in old.index if inside.get(code, 0.0) >= _MOSTLY]]
    groups = {code: rows for code, rows in pairs.groupby("new")}
    inner = pairs.loc[pairs["share_new"] >= _INSIDE, "old"]
    divided = frozenset(inner[inner.duplicated()])
    links = tuple(_link(code, new.loc[code], groups.get(code), old, marks, divided) for code in new.index)
    used = {part.code for link in links if link.carried for part in link.parts}
    continued = set(pairs.loc[pairs["share_old"] >= _MOSTLY, "old"])
    ended = tuple(_ended(code, old, pairs, marks) for code in scope.index if code not in continued)
    share, of = _unplaced(scope, used)
    return Concordance(
        old_year=old_year, new_year=new_year, links=links, ended=ended, unplaced=share, unplaced_of=of
    )


def same_name(a: str, b: str) -> bool:
    """Return whether two names of buurten differ in spelling only: capitals, accents, dashes, "en" or "/"."""
    return _letters(a) == _letters(b)


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]|\ben\b", "", plain_name(name))


class _Marks:
    """What CBS says about the years between two maps."""

    def __init__(
        self, old_year: int, new_year: int, changes: Collection[BuurtChange], marked: frozenset[int]
    ) -> None:
        first, last = sorted((old_year, new_year))
        self.old_year, self.new_year = old_year, new_year
        self.complete = last > first and set(range(first + 1, last + 1)) <= marked
        self._changes = [c for c in changes if first < c.year <= last]

    def moved(self, code: str) -> int | None:
        """Return the year in which the border of a buurt moved, None where no mark says so."""
        years = [c.year for c in self._changes if c.kind == "grens gewijzigd" and c.code == code]
        return min(years, default=None)

    def same(self, code: str) -> bool:
        """Return whether every year in between is marked and none says that this buurt changed."""
        return self.complete and not any(code in (c.code, c.old_code) for c in self._changes)


def _parts(rows: pd.DataFrame | None, old: gpd.GeoDataFrame) -> tuple[Part, ...]:
    if rows is None:
        return ()
    rows = rows.sort_values("share_new", ascending=False)
    return tuple(
        Part(code=code, name=str(old.loc[code, "name"]), share_old=min(1.0, a), share_new=min(1.0, b))
        for code, a, b in zip(rows["old"], rows["share_old"], rows["share_new"], strict=True)
    )


_Verdict = tuple[LinkKind, tuple[Part, ...], bool, str]
"""Kind, the old buurten that matter, whether figures are carried over, and why."""


def _link(
    code: str,
    buurt: pd.Series,
    rows: pd.DataFrame | None,
    old: gpd.GeoDataFrame,
    marks: _Marks,
    divided: frozenset[str],
) -> Link:
    parts = _parts(rows, old)
    whole = tuple(part for part in parts if part.share_old >= _MOSTLY)
    best = max(parts, key=lambda part: iou([part]), default=None)
    official = marks.moved(code) is not None or marks.same(code)
    verdict: _Verdict
    if best is None or sum(part.share_new for part in parts) < _NEW:
        verdict = "nieuw", parts, False, f"was er niet op de kaart van {marks.old_year}"
    elif _merger(whole, best, old):
        verdict = _merged(whole)
    elif marks.moved(code) is not None:
        verdict = "grens gewijzigd", parts, False, f"grens verschoven in {marks.moved(code)}, volgens CBS"
    else:
        verdict = _single(code, str(buurt["name"]), best, parts, marks)
        largest = parts[0]
        if not verdict[2] and largest.code in divided and largest.share_new >= _INSIDE:
            why = f"afgesplitst van {largest.name} ({largest.code}), waarvan het {largest.share_old:.0%} is"
            verdict = "gesplitst", parts, False, why
    kind, chosen, carried, why = verdict
    if not carried:
        why += f"; cijfers van {marks.old_year} gaan over een ander gebied of zijn niet te vergelijken"
    return Link(
        code=code,
        name=str(buurt["name"]),
        kind=kind,
        parts=chosen,
        iou=iou(whole or parts[:1]),
        carried=carried,
        official=official,
        reason=f"{buurt['name']}: {why}.",
    )


def _merger(whole: tuple[Part, ...], best: Part, old: gpd.GeoDataFrame) -> bool:
    """Whether a new buurt is made of several old ones, and not of one with a strip of another."""
    others = [part.code for part in whole if part is not best]
    if not others:
        return False
    if iou([best]) < SAME_WITH_NAME or "inwoners" not in old:
        return iou(whole) > iou([best])
    people = pd.to_numeric(old["inwoners"], errors="coerce").astype("Float64").fillna(0)
    return bool(people[others].sum() > _MINOR_PEOPLE * people[[part.code for part in whole]].sum())


def _merged(whole: tuple[Part, ...]) -> _Verdict:
    names = " en ".join(f"{part.name} ({part.code})" for part in whole)
    overlap = iou(whole)
    if overlap >= MERGED:
        return "samengevoegd", whole, True, f"samengevoegd uit {names}; hun cijfers zijn bij elkaar genomen"
    return "samengevoegd", whole, False, f"samengevoegd uit {names}, die samen maar {overlap:.0%} overlappen"


def _single(code: str, name: str, best: Part, parts: tuple[Part, ...], marks: _Marks) -> _Verdict:
    overlap = iou([best])
    equal_code, equal_name = best.code == code, same_name(best.name, name)
    kind: LinkKind = "hernummerd" if not equal_code else ("zelfde" if equal_name else "hernoemd")
    if equal_code and marks.same(code) and overlap >= CONTRADICTED:
        return kind, (best,), True, f"code en grens gelijk volgens CBS ({_was(best)})"
    if overlap >= (SAME_WITH_NAME if equal_code and equal_name else SAME_WITHOUT_NAME):
        return kind, (best,), True, f"zelfde gebied ({_was(best)}, overlap {overlap:.0%})"
    own = next((part for part in parts if part.code == code), None)
    reused = "" if own and own.share_new >= _MOSTLY else " (dezelfde code was een andere buurt of is nieuw)"
    if overlap >= UNCERTAIN:
        why = f"overlapt voor {overlap:.0%} met {best.name} ({best.code}): te weinig om zeker te zijn"
        return "onzeker", parts, False, why + (reused if not equal_code else "")
    why = f"grens verschoven: overlapt voor {overlap:.0%} met {best.name} ({best.code})"
    return "grens gewijzigd", parts, False, why + (reused if not equal_code else "")


def _was(part: Part) -> str:
    return f"{part.name}, {part.code}"


def _ended(code: str, old: gpd.GeoDataFrame, pairs: pd.DataFrame, marks: _Marks) -> Link:
    name = str(old.loc[code, "name"])
    rows = pairs[pairs["old"] == code].nlargest(3, "share_old")
    where = ", ".join(f"{b} ({share:.0%})" for b, share in zip(rows["new"], rows["share_old"], strict=True))
    return Link(
        code=code,
        name=name,
        kind="opgeheven",
        parts=(),
        iou=0.0,
        carried=False,
        official=False,
        reason=f"{name} ({code}) is verdeeld: in {marks.new_year} ligt het in {where}.",
    )


def _unplaced(scope: gpd.GeoDataFrame, used: set[str]) -> tuple[float, Literal["inwoners", "oppervlakte"]]:
    weight = pd.Series(0.0, index=scope.index)
    if "inwoners" in scope:
        weight = pd.to_numeric(scope["inwoners"], errors="coerce").astype("Float64").fillna(0).astype(float)
    of: Literal["inwoners", "oppervlakte"] = "inwoners" if weight.sum() else "oppervlakte"
    weight = weight if weight.sum() else scope.area
    total = float(weight.sum())
    return float(weight[~weight.index.isin(used)].sum()) / total if total else 0.0, of
