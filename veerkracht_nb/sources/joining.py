"""Putting figures of one year on the borders of another.

Where a map of both years is there, the concordance decides which figures a buurt keeps. Where the old map is
not there, figures are joined on equal codes: without those from before a change that CBS marks, and without
those of a code that carries another name. Provenance and changes say how it was done.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd

from ..areas.changes import BuurtChange, changes_between
from ..areas.concordance import Concordance, concordance, same_name
from ..areas.indicators import INDICATORS, KWB, LBM, RIVM
from ..areas.municipality import Municipality, Provenance
from ..areas.own import OWN_TITLE
from ..areas.transfer import Transfer, transfer
from . import leefbaarometer, rivm
from ._files import Figures

_PUBLISHERS = {leefbaarometer.TITLE: LBM, rivm.TITLE: RIVM}

BY_CODE = (
    "Gekoppeld op buurtcode; waar grenzen zijn verschoven "
    "gaan cijfers van andere jaren over een ander gebied."
)
ON_BORDERS = "Op andere grenzen gezet:"
_LACKING = "Zonder cijfers:"
_COVERED = 0.5
"""A map of another year is only used where it covers at least this share of the gemeente."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Borders:
    """A map of one year: what is needed to link it to another.

    Attributes
    ----------
    year : int
    buurten : geopandas.GeoDataFrame
        As in :class:`~veerkracht_nb.areas.municipality.Municipality`; may hold more than one gemeente.
    changes : tuple of BuurtChange
        As CBS marks them in this map.
    marked : bool
        Whether `changes` is complete for this year.
    """

    year: int
    buurten: gpd.GeoDataFrame
    changes: tuple[BuurtChange, ...] = ()
    marked: bool = False


class Linker:
    """The maps that there are, and the concordances between them; each is made once.

    Parameters
    ----------
    maps : iterable of Borders
        The first that covers a gemeente in a year is used.
    """

    def __init__(self, maps: Iterable[Borders] = ()) -> None:
        self._maps = list(maps)
        self._marked = frozenset(item.year for item in self._maps if item.marked)
        self._made: dict[tuple[int, str, int], tuple[Concordance, gpd.GeoDataFrame] | None] = {}

    def between(self, year: int, municipality: Municipality) -> tuple[Concordance, gpd.GeoDataFrame] | None:
        """Return the links from the borders of `year` to a municipality, and the buurten of `year`.

        None where no map of that year covers the gemeente.
        """
        key = (year, municipality.code, municipality.year)
        if key not in self._made:
            self._made[key] = self._make(year, municipality)
        return self._made[key]

    def gemeenten(self, year: int, municipality: Municipality) -> set[str]:
        """Return the digits of the gemeenten whose figures of `year` may be about this municipality."""
        found = self.between(year, municipality)
        codes = [municipality.buurten.index[0], *(found[1].index if found else ())]
        return {code[2:6] for code in codes}

    def _make(self, year: int, municipality: Municipality) -> tuple[Concordance, gpd.GeoDataFrame] | None:
        land = municipality.buurten[~municipality.buurten["water"]]
        for item in self._maps:
            if item.year != year or land.empty:
                continue
            west, south, east, north = land.total_bounds
            near = item.buurten.cx[west:east, south:north]
            near = near[~near["water"].astype(bool)]
            if near.empty or near.intersection(land.union_all()).area.sum() < _COVERED * land.area.sum():
                continue
            links = concordance(
                near,
                municipality.buurten,
                old_year=year,
                new_year=municipality.year,
                changes=[change for other in self._maps for change in other.changes],
                marked_years=self._marked,
            )
            return links, near
        return None


def onto_borders(
    figures: pd.DataFrame, codes: Collection[str], year: int, changes: Collection[BuurtChange]
) -> pd.DataFrame:
    """Return the rows of `figures` that are about a buurt of these borders, by equal code.

    Parameters
    ----------
    figures : pandas.DataFrame
        Tidy: ``code indicator year value``.
    codes : collection of str
        Buurt codes of the borders.
    year : int
        Year of the borders.
    changes : collection of BuurtChange
        Figures from the other side of a change that breaks the series are left out.
    """
    rows = figures[figures["code"].isin(list(codes))]
    changed = {change.code for change in changes if change.breaks_series}
    pairs = rows.loc[rows["code"].isin(list(changed)), ["code", "year"]].drop_duplicates()
    apart = {
        (code, of_year)
        for code, of_year in pairs.itertuples(index=False)
        if changes_between(changes, code, of_year, year)
    }
    if not apart:
        return rows
    return rows[[pair not in apart for pair in zip(rows["code"], rows["year"], strict=True)]]


def border_year(figures: Figures) -> int:
    """Return the year of the borders that the codes of `figures` are of."""
    if figures.border_year is not None:
        return figures.border_year
    return int(figures.table["year"].max())


def extend(municipality: Municipality, figures: Figures, linker: Linker | None = None) -> Municipality:
    """Return `municipality` with `figures` added; a newer one of the same buurt and year wins.

    Parameters
    ----------
    municipality : Municipality
    figures : Figures
        Own-border figures must be of one year.
    linker : Linker, optional
        Maps of other years; without them figures are joined on equal codes.
    """
    if figures.table.empty:
        return municipality
    year = border_year(figures)
    found = linker.between(year, municipality) if linker and year != municipality.year else None
    if found is not None:
        moved = transfer(figures.table, *found)
        links = found[0]
        return _added(
            municipality,
            moved.table,
            replace(figures.provenance, note=_carried_note(figures.provenance, links, moved)),
            links.changes(),
        )
    if figures.border_year == municipality.year:
        rows = figures.table[figures.table["code"].isin(list(municipality.buurten.index))]
        return _added(municipality, rows, _noted(figures.provenance, municipality, rows, by_code=False))
    # With all years on one set of borders no series is broken, though the area may differ from the map's.
    changes = () if figures.one_border else municipality.changes
    reused = _reused(municipality, figures, year)
    table = figures.table[~figures.table["code"].isin([change.code for change in reused])]
    rows = onto_borders(table, municipality.buurten.index, municipality.year, changes)
    return _added(municipality, rows, _noted(figures.provenance, municipality, rows), reused)


def _added(
    municipality: Municipality,
    rows: pd.DataFrame,
    source: Provenance,
    changes: tuple[BuurtChange, ...] = (),
) -> Municipality:
    if rows.empty:
        return municipality
    merged = pd.concat([municipality.indicators, rows], ignore_index=True)
    merged = merged.drop_duplicates(["code", "indicator", "year"], keep="last")
    others = [p for p in municipality.provenance if (p.title, p.edition) != (source.title, source.edition)]
    return replace(
        municipality,
        indicators=merged.sort_values(["code", "indicator", "year"], ignore_index=True),
        provenance=(*others, source),
        changes=merge_changes(municipality.changes, changes),
    )


def merge_changes(known: Iterable[BuurtChange], more: Iterable[BuurtChange]) -> tuple[BuurtChange, ...]:
    """Return both without doubles; what was known first keeps its note."""
    unique: dict[tuple[str, int, str, str], BuurtChange] = {}
    for change in (*known, *more):
        unique.setdefault((change.kind, change.year, change.code, change.old_code), change)
    return tuple(unique.values())


def _reused(municipality: Municipality, figures: Figures, year: int) -> tuple[BuurtChange, ...]:
    """Return the codes that the source gives another name than the map: without a map they are not joined."""
    if figures.names is None or year == municipality.year:
        return ()
    names = municipality.buurten["name"]
    return tuple(
        BuurtChange(
            kind="onzeker",
            year=max(year, municipality.year),
            code=str(code),
            old_code=str(code),
            note=(
                f"{names[code]}: de code {code} hoorde in {year} bij {name}; zonder kaart van {year} is niet "
                "te zeggen of het dezelfde buurt is, dus die cijfers zijn weggelaten."
            ),
        )
        for code, name in figures.names.items()
        if code in names.index and not same_name(str(names[code]), str(name))
    )


def figures_of(municipality: Municipality, border: int | None = None) -> list[Figures]:
    """Return the figures of a prepared municipality, apart per file, to put on borders of the year `border`.

    For its own borders (or None) everything is given. For another year key figures are given only as they
    were published, on the borders of their own year: what was moved once is not moved again.
    """
    table = municipality.indicators
    publisher = table["indicator"].map({key: item.source for key, item in INDICATORS.items()})
    same = border in (None, municipality.year)
    parts = []
    for source in municipality.provenance:
        # Key figures come with the map or as a table of their own.
        own_borders = "kerncijfers" in source.title.lower()
        rows = table[publisher == (KWB if own_borders else _PUBLISHERS.get(source.title, ""))]
        if own_borders:
            rows = rows[rows["year"].astype("str") == source.edition]
            if not same and source.edition != str(municipality.year):
                continue
        parts.append(
            Figures(table=rows, provenance=source, one_border=not own_borders, border_year=municipality.year)
        )
    return parts


def keep_own(municipality: Municipality, earlier: Municipality) -> Municipality:
    """Return `municipality` with the own tables of an earlier file on the same borders."""
    keys = {item.key for item in earlier.own}
    rows = earlier.indicators[
        earlier.indicators["indicator"].isin(keys)
        & earlier.indicators["code"].isin(list(municipality.buurten.index))
    ]
    merged = pd.concat([municipality.indicators, rows], ignore_index=True) if len(rows) else None
    return replace(
        municipality,
        indicators=municipality.indicators if merged is None else merged,
        provenance=(
            *municipality.provenance,
            *(p for p in earlier.provenance if p.title.startswith(OWN_TITLE)),
        ),
        own=earlier.own,
        own_profiles=earlier.own_profiles,
    )


def _carried_note(source: Provenance, links: Concordance, moved: Transfer) -> str:
    merged = [links.by_code[code].name for code in sorted(moved.recalculated)]
    apart = [link.name for link in links.links if not link.carried]
    text = (
        f"{ON_BORDERS} van {links.old_year} naar {links.new_year}. "
        f"Ongewijzigd overgenomen: {sum(link.carried for link in links.links) - len(merged)} buurten"
    )
    if merged:
        text += f"; herrekend na samenvoeging: {_names(merged)}"
    if apart:
        text += f"; weggelaten omdat het gebied anders of niet zeker hetzelfde is: {_names(apart)}"
    of = "de inwoners" if links.unplaced_of == "inwoners" else "de oppervlakte"
    text += f". Niet geplaatst: {links.unplaced:.0%} van {of} van {links.old_year}."
    return f"{_plain_note(source)} {text}".strip()


def _names(names: list[str], most: int = 8) -> str:
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" en {rest} andere" if rest > 0 else "")


def _plain_note(source: Provenance) -> str:
    """Return the note of a source without what an earlier join added."""
    return re.split("|".join(map(re.escape, (BY_CODE, ON_BORDERS, _LACKING))), source.note)[0].strip()


def _noted(
    source: Provenance, municipality: Municipality, rows: pd.DataFrame, *, by_code: bool = True
) -> Provenance:
    if rows.empty or set(rows["year"]) == {municipality.year}:
        return source
    if not by_code and any(mark in source.note for mark in (BY_CODE, ON_BORDERS, _LACKING)):
        return source
    lacking = len(set(municipality.buurten.index) - set(rows["code"]))
    note = f"{_plain_note(source)} {BY_CODE if by_code else ''}".strip()
    return replace(source, note=f"{note} {_LACKING} {lacking} buurten." if lacking else note)
