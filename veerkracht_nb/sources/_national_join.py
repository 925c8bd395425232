"""Figures of the whole country on the borders of one year, for all gemeenten at once or for one of them.

Everything is joined on equal codes, without what CBS marks as moved and without codes that carry another name. A
concordance by measured overlap is made where one gemeente is prepared with maps of both years (:mod:`.joining`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import geopandas as gpd
import pandas as pd

from ..areas.changes import BuurtChange
from ..areas.codes import parse_code
from ..areas.concordance import same_name
from ..areas.country import Country
from ..areas.municipality import CRS_RD, Municipality, Provenance
from ..areas.tables import check_buurten, check_indicators
from . import wijkenbuurten
from ._files import Figures
from ._national_cache import Borders, Cached, Source
from .joining import BY_CODE, extend, onto_borders


def country_on_borders(
    borders: Borders,
    buurten: pd.DataFrame,
    figures: pd.DataFrame,
    names: pd.DataFrame,
    sources: Sequence[Source],
) -> Country:
    """Return the country: all figures on the borders of one year, as :func:`.joining.extend` does it by code."""
    rows = figures[figures["code"].isin(buurten.index)]
    changes = borders.changes
    parts = []
    for number, source in enumerate(sources):
        part = rows[rows["source"] == number]
        if source.border_year != borders.year:
            reused = _reused(
                buurten["name"], names[names["source"] == number], source.border_year, borders.year
            )
            part = part[~part["code"].isin([change.code for change in reused])]
            if not source.one_border:
                part = onto_borders(part, buurten.index, borders.year, changes)
            changes = (*changes, *reused)
        parts.append(part)
    joined = pd.concat(parts).drop_duplicates(["code", "indicator", "year"], keep="last")
    return Country(
        year=borders.year,
        buurten=buurten.astype({"inwoners": "Int64", "huishoudens": "Int64", "water": bool}),
        indicators=joined[["code", "indicator", "year", "value"]].reset_index(drop=True),
        provenance=tuple(_noted(source, borders.year) for source in sources),
        changes=tuple(changes),
    )


def _reused(names: pd.Series, given: pd.DataFrame, given_year: int, year: int) -> list[BuurtChange]:
    """Return the codes that a file of another year gives another name: what it says is about another buurt."""
    both = given.assign(other=given["code"].map(names)).dropna(subset=["other"])
    both = both[both["name"] != both["other"]]
    return [
        BuurtChange(kind="onzeker", year=max(given_year, year), code=code, old_code=code)
        for code, name, other in zip(both["code"], both["name"], both["other"], strict=True)
        if not same_name(other, name)
    ]


def _noted(source: Source, year: int) -> Provenance:
    if source.border_year == year:
        return source.provenance
    return replace(source.provenance, note=f"{source.provenance.note} {BY_CODE}".strip())


def municipality_on_borders(
    cached: Cached, borders: Borders, code: str, buurten: pd.DataFrame
) -> Municipality:
    """Return one gemeente with its boundaries and all its figures; `buurten` has ``wkb``."""
    shapes = gpd.GeoSeries.from_wkb(buurten["wkb"], crs=CRS_RD)
    frame = gpd.GeoDataFrame(
        buurten.drop(columns=["wkb", "gemeente_code", "gemeente_name"]).astype(
            {"inwoners": "Int64", "huishoudens": "Int64", "water": bool}
        ),
        geometry=gpd.GeoSeries(
            [wijkenbuurten._multipolygon(shape) for shape in shapes], index=buurten.index, crs=CRS_RD
        ),
    ).sort_index()
    figures = cached.figures(gemeente=code)
    columns = ["code", "indicator", "year", "value"]
    municipality = Municipality(
        code=parse_code(code, "gemeente"),
        name=str(buurten["gemeente_name"].iloc[0]),
        year=borders.year,
        buurten=frame,
        indicators=figures[columns].iloc[:0],
        provenance=_maps_of(cached, borders.year),
        changes=tuple(change for change in borders.changes if change.code in frame.index),
    )
    names = cached.names(code)
    for number, source in enumerate(cached.sources):
        own = names.loc[names["source"] == number].set_index("code")["name"]
        given = Figures(
            table=figures.loc[figures["source"] == number, columns],
            provenance=source.provenance,
            one_border=source.one_border,
            border_year=source.border_year,
            names=own if len(own) else None,
        )
        municipality = extend(municipality, given)
    check_buurten(municipality.buurten, municipality.name)
    check_indicators(municipality.indicators, municipality.name)
    return municipality


def _maps_of(cached: Cached, year: int) -> tuple[Provenance, ...]:
    sources = [source.provenance for source in cached.sources]
    return tuple(p for p in sources if p.title == wijkenbuurten.TITLE and p.edition == str(year))
