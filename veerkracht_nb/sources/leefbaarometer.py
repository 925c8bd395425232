"""Scores of the Leefbaarometer 3.0 per buurt: the CSV in the ministry's open data.

Header ``bu_code, bu_naam, jaar, lbm, afw, fys, onv, soc, vrz, won``; one row per buurt and year; all years of
a release are on the borders of its newest year. Higher is better for every column, also for ``onv`` (overlast
en onveiligheid). Two identities hold and are checked: ``afw = fys+onv+soc+vrz+won``, and ``lbm - afw`` is one
number per release.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from ..areas.codes import level_of, normalise_code
from ..errors import FileMismatch
from ._files import Figures, check_unique, damaged, numbers, provenance_of, read_text_table, tidy

TITLE = "Leefbaarometer 3.0, scores per buurt"
DIMENSIONS = ("fys", "onv", "soc", "vrz", "won")
SCORES = ("lbm", "afw", *DIMENSIONS)
# Copies with four decimals exist: six rounded terms can be 3e-4 off.
_TOLERANCE = 5e-4


def is_leefbaarometer(columns: Collection[str]) -> bool:
    """Return whether a table with these columns holds Leefbaarometer scores, of whatever level."""
    names = {name.lower() for name in columns}
    return "jaar" in names and len(names & set(SCORES)) >= 2


def read_leefbaarometer(path: Path) -> Figures:
    """Read the scores of buurten.

    Raises
    ------
    FileDamaged
        If the file is truncated or a cell is no figure.
    FileMismatch
        If it holds wijken, gemeenten or postcodes, or the identities do not hold.
    """
    table = read_text_table(path).rename(columns=str.lower)
    if "bu_code" not in table:
        raise FileMismatch(
            f"{path.name} heeft geen scores per buurt.",
            expected="een kolom bu_code (bestand 'Leefbaarometer-scores buurten')",
            got=", ".join(table.columns[:4]),
            todo="Kies in de open data van de Leefbaarometer het bestand met scores van buurten.",
        )
    codes = table["bu_code"].map(normalise_code)
    wrong = codes.map(level_of) != "buurt"
    if wrong.any():
        raise damaged(
            path, "codes als BU06220101 in kolom 'bu_code'", repr(table.loc[wrong.idxmax(), "bu_code"])
        )
    wide = pd.DataFrame({"code": codes, "year": _years(table["jaar"], path)})
    for score in SCORES:
        if score in table:
            wide[score] = numbers(table[score], path)
    check_unique(wide, ["code", "year"], path)
    _check_identities(wide, path)
    figures = tidy(wide)
    return Figures(
        table=figures,
        provenance=provenance_of(
            path,
            source="Ministerie van Binnenlandse Zaken en Koninkrijksrelaties",
            title=TITLE,
            edition=f"{wide['year'].min()}-{wide['year'].max()}",
            licence="Open data (CC0 volgens hergebruikers)",
            note="Modelschatting uit kenmerken van de omgeving; alle jaren op de grenzen van het laatste.",
        ),
    )


def _years(column: pd.Series, path: Path) -> pd.Series:
    years = numbers(column, path)
    bad = years.isna() | (years % 1 != 0) | ~years.between(1995, 2100)
    if bad.any():
        raise damaged(path, "een jaartal in kolom 'jaar'", repr(column[bad.idxmax()]))
    return years.astype("int64")


def _check_identities(wide: pd.DataFrame, path: Path) -> None:
    if {"afw", *DIMENSIONS} <= set(wide):
        full = wide.dropna(subset=["afw", *DIMENSIONS])
        off = (full["afw"] - full[list(DIMENSIONS)].sum(axis=1)).abs() > _TOLERANCE
        if off.any():
            row = full.loc[off.idxmax()]
            raise FileMismatch(
                f"{path.name}: de dimensies van {row['code']} ({row['year']}) tellen niet op tot afw.",
                expected="afw = fys + onv + soc + vrz + won",
                got=f"afw = {row['afw']:.4f}, som = {row[list(DIMENSIONS)].sum():.4f}",
                todo="Kijk of kolommen zijn verschoven of bewerkt, en download het bestand opnieuw.",
            )
    if {"lbm", "afw"} <= set(wide):
        step = (wide["lbm"] - wide["afw"]).dropna()
        if len(step) and step.max() - step.min() > _TOLERANCE:
            raise FileMismatch(
                f"{path.name}: lbm en afw horen niet bij één uitgave.",
                expected="een vast verschil tussen lbm en afw",
                got=f"{step.min():.4f} tot {step.max():.4f}",
                todo="Voeg geen bestanden van verschillende uitgaven samen.",
            )
