"""Kerncijfers wijken en buurten as one table without map: the national workbook of CBS, saved as Parquet or CSV.

Columns have CBS's short names (``gwb_code``, ``regio``, ``gm_naam``, ``recs``, ``a_inw`` ...); rows of land, gemeenten
and wijken stand between those of buurten. Figures about origin are never read.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow  # type: ignore[import-untyped]

from ..areas.changes import BuurtChange
from ..areas.codes import gemeente_of, level_of, normalise_code, wijk_of
from ..areas.municipality import Provenance
from ..errors import FileMismatch
from ._files import (
    check_unique,
    container_of,
    damaged,
    header_of,
    numbers,
    provenance_of,
    read_text_table,
    tidy,
)
from ._wijkenbuurten_names import FIGURE_NAMES
from .rivm import is_rivm, parquet_columns
from .wijkenbuurten import _changes

TITLE = "Kerncijfers wijken en buurten"
_CODE, _NAME, _MUNICIPALITY, _LEVEL, _YEAR, _CHANGED = (
    *("gwb_code", "regio", "gm_naam", "recs"),
    *("jaar", ("ind_wbz", "ind_wbi")),
)


@dataclass(frozen=True, kw_only=True, eq=False)
class AreaList:
    """Buurten of one year from one file, with or without their boundaries.

    Attributes
    ----------
    year : int
    buurten : pandas.DataFrame
        Index ``code``; columns as in :class:`~veerkracht_nb.areas.country.Country`, and ``wkb``: boundary as bytes in
        EPSG:28992, None where the file has none.
    figures : pandas.DataFrame
        Tidy: ``code indicator year value``.
    changes : tuple of BuurtChange
    provenance : Provenance
    """

    year: int
    buurten: pd.DataFrame
    figures: pd.DataFrame
    changes: tuple[BuurtChange, ...]
    provenance: Provenance


def is_kwb_table(path: Path) -> bool:
    """Return whether this is a table of key figures with buurten, by its columns."""
    container = container_of(path)
    if container not in ("parquet", "text"):
        return False
    columns = parquet_columns(path) if container == "parquet" else header_of(path)
    names = {name.strip().lower() for name in columns}
    return {_CODE, _LEVEL, "a_inw"} <= names and not is_rivm(columns)


def read_kwb_table(path: Path) -> AreaList:
    """Read the buurten of a national table of key figures.

    Raises
    ------
    FileDamaged
        If the file is truncated or a cell is no figure.
    FileMismatch
        If it has no buurten or not one year.
    """
    raw = _read(path)
    raw = raw.assign(code=raw[_CODE].map(normalise_code))
    levels = raw["code"].map(level_of)
    names = dict(zip(raw["code"][levels == "wijk"], raw[_NAME][levels == "wijk"].astype("str"), strict=True))
    raw = raw[levels == "buurt"].reset_index(drop=True)
    if raw.empty:
        raise FileMismatch(
            f"{path.name} heeft geen cijfers per buurt.",
            expected="regels met codes als BU06220101",
            got="alleen land, gemeenten of wijken",
        )
    check_unique(raw, ["code"], path)
    year = _one_year(raw, path)
    wide = pd.DataFrame({"code": raw["code"].astype("str"), "year": year})
    for key in FIGURE_NAMES:
        if key in raw:
            wide[key] = numbers(raw[key], path)
    return AreaList(
        year=year,
        buurten=_buurten(raw, wide, names),
        figures=tidy(wide),
        changes=_changes(raw.rename(columns={name: "changed" for name in _CHANGED}), year),
        provenance=provenance_of(
            path,
            source="CBS",
            title=TITLE,
            edition=str(year),
            licence="CC BY 4.0",
            note="CBS rondt aantallen af en laat kleine weg.",
        ),
    )


def _read(path: Path) -> pd.DataFrame:
    wanted = {_CODE, _NAME, _MUNICIPALITY, _LEVEL, _YEAR, *_CHANGED, *FIGURE_NAMES}
    if container_of(path) == "text":
        table = read_text_table(path).rename(columns=str.lower)
        return table[[name for name in table if name in wanted]]
    columns = {name: name.strip().lower() for name in parquet_columns(path)}
    try:
        table = pd.read_parquet(path, columns=[name for name, plain in columns.items() if plain in wanted])
    except (OSError, ValueError, pyarrow.ArrowException) as error:
        raise damaged(path, "een leesbaar Parquet-bestand", str(error)) from error
    return table.rename(columns=columns)


def _one_year(raw: pd.DataFrame, path: Path) -> int:
    years = sorted(numbers(raw[_YEAR], path).dropna().unique()) if _YEAR in raw else []
    if len(years) != 1 or not 1995 <= years[0] <= 2100:
        raise FileMismatch(
            f"{path.name}: het jaar van de kerncijfers is niet te bepalen.",
            expected="één jaartal in kolom jaar",
            got=", ".join(f"{value:g}" for value in years[:5]) or "geen",
        )
    return int(years[0])


def _buurten(raw: pd.DataFrame, wide: pd.DataFrame, wijk_names: dict[str, str]) -> pd.DataFrame:
    codes = wide["code"]
    wijken, gemeenten = codes.map(wijk_of), codes.map(gemeente_of)
    return pd.DataFrame(
        {
            "code": codes,
            "name": _text(raw, _NAME, codes),
            "wijk_code": wijken,
            "wijk_name": wijken.map(wijk_names).fillna(wijken).astype("str"),
            "gemeente_code": gemeenten,
            "gemeente_name": _text(raw, _MUNICIPALITY, gemeenten),
            "inwoners": _count(wide, "a_inw"),
            "huishoudens": _count(wide, "a_hh"),
            "water": False,
            "wkb": None,
        }
    ).set_index("code")


def _text(raw: pd.DataFrame, column: str, otherwise: pd.Series) -> pd.Series:
    if column not in raw:
        return otherwise
    text = raw[column].astype("str").str.strip()
    return text.where(raw[column].notna() & (text != ""), otherwise)


def _count(wide: pd.DataFrame, column: str) -> pd.Series:
    empty: Collection[float] = [float("nan")] * len(wide)
    return pd.Series(wide.get(column, empty), index=wide.index, dtype="float64").round().astype("Int64")
