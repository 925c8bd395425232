"""Figures of one year on the borders of another, through a concordance.

A buurt that stayed the same area takes its figures unchanged. Where whole buurten were merged the figures are
moved with :mod:`tobler`: counts add up; a percentage or mean is first turned into a count with its
denominator, moved and divided again; a density is weighted by area. Nothing is estimated for a buurt whose
border moved.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd

from .concordance import Concordance, Link
from .indicators import INDICATORS

DENOMINATORS: MappingProxyType[str, str] = MappingProxyType(
    {
        "p_1p_hh": "a_hh",
        "g_hhgro": "a_hh",
        **dict.fromkeys(("p_hh_li", "p_hh_hi", "p_hh_lkk", "p_hh_osm"), "a_hh"),
        **dict.fromkeys(("p_koopw", "p_huurw", "p_wcorpw", "p_ov_hw"), "a_woning"),
        **dict.fromkeys(("p_mgezw", "p_leegsw", "g_wozbag"), "a_woning"),
        "p_wmo_t": "a_inw",
    }
)
"""What a share or mean is taken over; where that is not known or not there, inhabitants are the weight."""
DENSITIES = frozenset({"bev_dich"})
"""Figures per km²: weighted by area."""
NOT_MOVED = frozenset({"ste_mvs", "ste_oad"})
"""Figures about the surroundings of a buurt: they cannot be added up."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Transfer:
    """Figures on other borders.

    Attributes
    ----------
    table : pandas.DataFrame
        Tidy: ``code indicator year value``, on the new borders.
    recalculated : frozenset of str
        New codes whose figures were computed from those of several old buurten.
    unplaced : pandas.DataFrame
        For each ``indicator`` that is a count and each ``year``: ``share`` of the old total that went
        nowhere (0 to 1).
    """

    table: pd.DataFrame
    recalculated: frozenset[str]
    unplaced: pd.DataFrame


def is_count(indicator: str) -> bool:
    """Return whether the figures of an indicator add up: persons, households, dwellings."""
    return indicator.startswith("a_")


def transfer(figures: pd.DataFrame, links: Concordance, old: gpd.GeoDataFrame) -> Transfer:
    """Return `figures` on the new borders of a concordance.

    Parameters
    ----------
    figures : pandas.DataFrame
        Tidy: ``code indicator year value``, on the old borders.
    links : Concordance
    old : geopandas.GeoDataFrame
        The old buurten that `links` was made of: ``inwoners`` and geometry (EPSG:28992).

    Returns
    -------
    Transfer
        A figure that one of the merged buurten with inhabitants lacks is missing, never counted as zero.
    """
    single = {link.parts[0].code: link.code for link in links.links if link.carried and len(link.parts) == 1}
    merged = [link for link in links.links if link.carried and len(link.parts) > 1]
    same = figures[figures["code"].isin(list(single))]
    same = same.assign(code=same["code"].map(single).astype("str"))
    joined = _merged(figures, merged, old)
    table = pd.concat([same, joined], ignore_index=True) if len(joined) else same
    table = table.astype({"code": "str", "indicator": "str", "year": "int64", "value": "float64"})
    return Transfer(
        table=table.sort_values(["code", "indicator", "year"], ignore_index=True),
        recalculated=frozenset(joined["code"]),
        unplaced=_unplaced(figures, table),
    )


def _merged(figures: pd.DataFrame, links: list[Link], old: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the figures of merged buurten, tidy."""
    empty = figures.iloc[:0]
    codes = [part.code for link in links for part in link.parts]
    rows = figures[figures["code"].isin(codes) & ~figures["indicator"].isin(list(NOT_MOVED))]
    if rows.empty:
        return empty
    inhabitants = pd.to_numeric(old.loc[codes, "inwoners"], errors="coerce").astype("Float64").fillna(0)
    parts = []
    for year, of_year in rows.groupby("year"):
        wide = of_year.pivot(index="code", columns="indicator", values="value").reindex(codes)
        moved = _move_year(wide, inhabitants.astype("float64"), links, old.loc[codes])
        part = moved.rename_axis("code").reset_index().melt(id_vars="code", var_name="indicator")
        parts.append(part.assign(year=int(year)))
    return pd.concat(parts, ignore_index=True).dropna(subset=["value"])[list(empty.columns)]


def _move_year(
    wide: pd.DataFrame, inhabitants: pd.Series, links: list[Link], old: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Return one row per merged buurt and one column per indicator; NaN where a part is missing."""
    people = wide["a_inw"].fillna(inhabitants) if "a_inw" in wide else inhabitants
    sums, means = {}, {}
    for key in wide.columns:
        # A part where nobody lives has no figure to miss.
        values = wide[key].mask(wide[key].isna() & (people == 0), 0.0)
        lacking = values.isna().astype("float64")
        sums[f"lacking {key}"] = lacking
        if is_count(key):
            sums[f"sum {key}"] = values
        elif key in DENSITIES:
            means[f"mean {key}"] = values
        else:
            weight = wide.get(DENOMINATORS.get(key), people)
            weight = weight.mask(weight.isna() & (people == 0), 0.0)
            sums[f"lacking {key}"] = (values * weight).isna().astype("float64")
            sums[f"sum {key}"], sums[f"weight {key}"] = values * weight, weight
    moved = _tobler(pd.DataFrame(sums), pd.DataFrame(means, index=wide.index), links, old)
    result = pd.DataFrame(index=moved.index)
    for key in wide.columns:
        if is_count(key):
            value = moved[f"sum {key}"]
        elif key in DENSITIES:
            value = moved[f"mean {key}"]
        else:
            value = moved[f"sum {key}"] / moved[f"weight {key}"].replace(0.0, np.nan)
        result[key] = value.mask(moved[f"lacking {key}"] > 0)
    return result


def _tobler(
    sums: pd.DataFrame, means: pd.DataFrame, links: list[Link], old: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Move columns between areas; the table of areas has whole old buurten only, so no strip is spread."""
    # Slow to import, and only needed where buurten were merged.
    from scipy.sparse import csr_matrix
    from tobler.area_weighted import area_interpolate

    place = {part.code: number for number, link in enumerate(links) for part in link.parts}
    numbers = np.arange(len(old))
    columns = [place[code] for code in old.index]
    areas = csr_matrix((old.area.to_numpy(), (numbers, columns)), shape=(len(old), len(links)))
    source = gpd.GeoDataFrame(
        # tobler counts what is missing as zero; the columns "lacking" take those figures out again.
        pd.concat([sums, means], axis=1).fillna(0.0),
        geometry=old.geometry.to_numpy(),
        crs=old.crs,
    )
    shapes = [old.geometry.loc[[part.code for part in link.parts]].union_all() for link in links]
    target = gpd.GeoDataFrame(index=[link.code for link in links], geometry=shapes, crs=old.crs)
    return area_interpolate(
        source,
        target,
        extensive_variables=list(sums),
        intensive_variables=list(means) or None,
        table=areas,
    ).drop(columns="geometry")


def _unplaced(figures: pd.DataFrame, placed: pd.DataFrame) -> pd.DataFrame:
    keys = ["indicator", "year"]
    counts = [key for key in figures["indicator"].unique() if is_count(key) and key in INDICATORS]
    before = figures[figures["indicator"].isin(counts)].groupby(keys)["value"].sum()
    after = placed[placed["indicator"].isin(counts)].groupby(keys)["value"].sum()
    share = (1 - after.reindex(before.index, fill_value=0.0) / before.replace(0.0, np.nan)).clip(lower=0.0)
    return share.rename("share").dropna().reset_index()
