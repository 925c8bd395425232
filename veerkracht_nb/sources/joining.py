"""Putting figures of one year on the borders of another.

For now figures are joined where the buurt code is exactly the same; figures that CBS gives on the borders of
each year are left out where CBS says that the border moved in between. Codes do get reused and borders move
without a mark, so the provenance says how it was joined. A concordance between years (by address or by area)
would replace :func:`onto_borders` and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pandas as pd

from ..areas.changes import BuurtChange
from ..areas.indicators import INDICATORS, KWB, LBM, RIVM
from ..areas.municipality import Municipality, Provenance
from . import leefbaarometer, rivm, wijkenbuurten
from ._files import Figures

_PUBLISHERS = {wijkenbuurten.TITLE: KWB, leefbaarometer.TITLE: LBM, rivm.TITLE: RIVM}

BY_CODE = (
    "Gekoppeld op buurtcode; waar grenzen zijn verschoven "
    "gaan cijfers van andere jaren over een ander gebied."
)


def onto_borders(
    figures: pd.DataFrame, codes: Collection[str], year: int, changes: Collection[BuurtChange]
) -> pd.DataFrame:
    """Return the rows of `figures` that are about a buurt of these borders.

    Parameters
    ----------
    figures : pandas.DataFrame
        Tidy: ``code indicator year value``.
    codes : collection of str
        Buurt codes of the borders.
    year : int
        Year of the borders.
    changes : collection of BuurtChange
        Figures from before a change that breaks the series are left out.
    """
    rows = figures[figures["code"].isin(list(codes))]
    since = {change.code: change.year for change in changes if change.breaks_series and change.year <= year}
    first = rows["code"].map(since).astype("float64")
    return rows[~(rows["year"] < first)]


def extend(municipality: Municipality, figures: Figures) -> Municipality:
    """Return `municipality` with `figures` added; a newer one of the same buurt and year wins."""
    source = figures.provenance
    # With all years on one set of borders no series is broken, though the area may differ from the map's.
    changes = () if figures.one_border else municipality.changes
    rows = onto_borders(figures.table, municipality.buurten.index, municipality.year, changes)
    if rows.empty:
        return municipality
    merged = pd.concat([municipality.indicators, rows], ignore_index=True)
    merged = merged.drop_duplicates(["code", "indicator", "year"], keep="last")
    others = [p for p in municipality.provenance if (p.title, p.edition) != (source.title, source.edition)]
    return replace(
        municipality,
        indicators=merged.sort_values(["code", "indicator", "year"], ignore_index=True),
        provenance=(*others, _noted(source, municipality, rows)),
    )


def figures_of(municipality: Municipality) -> list[Figures]:
    """Return the figures of a prepared municipality, apart per file, to put on other borders."""
    table = municipality.indicators
    publisher = table["indicator"].map({key: item.source for key, item in INDICATORS.items()})
    parts = []
    for source in municipality.provenance:
        rows = table[publisher == _PUBLISHERS.get(source.title, "")]
        own_borders = source.title == wijkenbuurten.TITLE
        if own_borders:
            rows = rows[rows["year"] == int(source.edition)]
        parts.append(Figures(table=rows, provenance=source, one_border=not own_borders))
    return parts


def _noted(source: Provenance, municipality: Municipality, rows: pd.DataFrame) -> Provenance:
    if set(rows["year"]) == {municipality.year}:
        return source
    lacking = len(set(municipality.buurten.index) - set(rows["code"]))
    note = f"{source.note.split(BY_CODE)[0].strip()} {BY_CODE}".strip()
    return replace(source, note=f"{note} Zonder cijfers: {lacking} buurten." if lacking else note)
