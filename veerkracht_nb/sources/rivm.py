"""Gezondheidsmonitor Volwassenen en Ouderen (18+) of GGD'en, CBS and RIVM: estimates per buurt.

Read from the CSV of the OData table or from a Parquet file with the same columns. Topic names end in a number
that moves with every edition (``MoeiteMetRondkomen_38``), codes are padded with spaces, and rows of land,
gemeenten and wijken stand between those of buurten. The figures are model estimates for small areas.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from types import MappingProxyType

import pandas as pd
import pyarrow  # type: ignore[import-untyped]
import pyarrow.parquet  # type: ignore[import-untyped]

from ..areas.codes import level_of, normalise_code
from ..errors import FileMismatch
from ._files import (
    Figures,
    check_unique,
    container_of,
    damaged,
    numbers,
    provenance_of,
    read_text_table,
    tidy,
)

TITLE = "Gezondheidsmonitor Volwassenen en Ouderen, 18 jaar en ouder, per buurt"
TOPICS: MappingProxyType[str, str] = MappingProxyType(
    {
        "moeitemetrondkomen": "moeite_rondkomen",
        "hoogrisicoopangstofdepressie": "hoog_risico_angst_depressie",
        "ernstigzeerernstigeenzaam": "ernstig_eenzaam",
        "ervarengezondheidgoedzeergoed": "ervaren_gezondheid_goed",
        "goedervarengezondheid": "ervaren_gezondheid_goed",
        "eenzaam": "eenzaam",
        "matighoogrisicoopangstofdepressie": "matig_hoog_risico_angst_depressie",
        "heelveelstressinafgelopen4weken": "veel_stress",
        "matigveelregieovereigenleven": "regie_eigen_leven",
        "eenofmeerlichamelijkebeperkingen": "lichamelijke_beperking",
        "beperktvanwegegezondheid": "beperkt_door_gezondheid",
        "eenofmeerlangdurigeaandoeningen": "langdurige_aandoening",
        "overmatigedrinker": "overmatige_drinker",
        "mantelzorger": "mantelzorger",
        "vrijwilligerswerk": "vrijwilligerswerk",
        "ernstigegeluidhinderdoorburen": "geluidhinder_buren",
    }
)
"""Topic of the table, in small letters and without its number, to key of the catalogue."""

_CODE_COLUMNS = ("codering", "wijkenenbuurten", "gwb_code", "regios")
_YEAR_COLUMNS = ("jaar", "perioden")
# Where the table has more ages or margins, the one that is read: key and label as OData and StatLine give
# them.
_ONE_OF: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        "leeftijd": ("20300", "18 jaar of ouder", "18 jaar en ouder", "18+"),
        "marges": ("mw00000", "waarde"),
    }
)


def topic_of(column: str) -> str:
    """Return the name of a column without its moving number, in small letters."""
    return re.sub(r"_\d+$", "", column.strip()).lower()


def is_rivm(columns: Collection[str]) -> bool:
    """Return whether a table with these columns is the health monitor."""
    return len({topic_of(column) for column in columns} & set(TOPICS)) >= 3


def read_rivm(path: Path) -> Figures:
    """Read the estimates for buurten.

    Returns
    -------
    Figures
        Percentages of inhabitants of 18 and older.

    Raises
    ------
    FileDamaged
        If the file is truncated or a cell is no figure.
    FileMismatch
        If there are no rows of buurten, or no column with codes, years or the group of 18 and older.
    """
    table = _read(path)
    table.columns = [topic_of(str(name)) for name in table.columns]
    code = _column(table, _CODE_COLUMNS, "codes van buurten", path)
    year = _column(table, _YEAR_COLUMNS, "jaren", path)
    for column, wanted in _ONE_OF.items():
        table = _only(table, column, wanted, path)
    codes = table[code].map(normalise_code)
    buurten = codes.map(level_of) == "buurt"
    if not buurten.any():
        raise FileMismatch(
            f"{path.name} heeft geen cijfers per buurt.",
            expected="regels met codes als BU06220101",
            got=f"alleen codes als {', '.join(sorted(codes.unique())[:3])}",
            todo="Kies bij het downloaden ook de buurten, niet alleen gemeenten of wijken.",
        )
    table = table[buurten]
    years = pd.to_numeric(table[year].astype("str").str.strip().str.slice(0, 4), errors="coerce")
    if years.isna().any():
        raise damaged(path, f"een jaartal in kolom '{year}'", repr(table.loc[years.isna().idxmax(), year]))
    wide = pd.DataFrame({"code": codes[buurten], "year": years.astype("int64")})
    for topic, key in TOPICS.items():
        if topic in table:
            wide[key] = numbers(table[topic], path)
    check_unique(wide, ["code", "year"], path)
    return Figures(
        table=tidy(wide),
        provenance=provenance_of(
            path,
            source="GGD'en, CBS en RIVM",
            title=TITLE,
            edition=", ".join(str(value) for value in sorted(wide["year"].unique())),
            licence="Open data; bronvermelding: GGD'en, CBS en RIVM",
            note="Modelschattingen; RIVM waarschuwt tegen het lezen van kleine verschillen in de tijd.",
        ),
    )


def _read(path: Path) -> pd.DataFrame:
    if container_of(path) == "text":
        return read_text_table(path)
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError, pyarrow.ArrowException) as error:
        raise damaged(path, "een leesbaar Parquet-bestand", str(error)) from error


def parquet_columns(path: Path) -> list[str]:
    """Return the column names of a Parquet file."""
    try:
        return list(pyarrow.parquet.read_schema(path).names)
    except (OSError, ValueError, pyarrow.ArrowException) as error:
        raise damaged(path, "een leesbaar Parquet-bestand", str(error)) from error


def _column(table: pd.DataFrame, names: tuple[str, ...], what: str, path: Path) -> str:
    found = next((name for name in names if name in table), None)
    if found is None:
        raise FileMismatch(
            f"{path.name} heeft geen kolom met {what}.",
            expected="een kolom met de naam " + " of ".join(names),
            got=", ".join(table.columns[:6]),
        )
    return found


def _only(table: pd.DataFrame, column: str, wanted: tuple[str, ...], path: Path) -> pd.DataFrame:
    if column not in table:
        return table
    values = table[column].astype("str").str.strip()
    rows = values.str.lower().isin(wanted)
    if not rows.any():
        raise FileMismatch(
            f"{path.name}: in kolom '{column}' staat niet welke regels nodig zijn.",
            expected=" of ".join(wanted),
            got=", ".join(sorted(values.unique())[:5]),
            todo="Download de tabel met de groep van 18 jaar en ouder en zonder marges.",
        )
    return table[rows]
