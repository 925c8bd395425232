"""The shape that tables must have at the border of the package, and errors that name row and column."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pandera.errors
import pandera.pandas as pa

from ..errors import DataError
from .indicators import INDICATORS
from .municipality import CRS_RD
from .own import OWN_KEY

_FIRST_YEAR, _LAST_YEAR = 1995, 2100
_SENTINEL = -99990
_BUURT_CODE = r"BU\d{4}[0-9A-Z]{4}"

_BUURTEN = pa.DataFrameSchema(
    {
        "name": pa.Column(str, pa.Check.str_length(min_value=1, error="een naam")),
        "wijk_code": pa.Column(str, pa.Check.str_matches(r"^WK\d{4}[0-9A-Z]{2}$", error="code van een wijk")),
        "wijk_name": pa.Column(str),
        "inwoners": pa.Column("Int64", pa.Check.ge(0, error="nul of meer"), nullable=True),
        "huishoudens": pa.Column("Int64", pa.Check.ge(0, error="nul of meer"), nullable=True),
        "water": pa.Column(bool),
    },
    index=pa.Index(
        str, pa.Check.str_matches(f"^{_BUURT_CODE}$", error="code van een buurt"), unique=True, name="code"
    ),
)

_INDICATORS = pa.DataFrameSchema(
    {
        "code": pa.Column(str, pa.Check.str_matches(f"^{_BUURT_CODE}$", error="code van een buurt")),
        "indicator": pa.Column(
            str,
            pa.Check(
                lambda keys: keys.isin(list(INDICATORS)) | keys.str.fullmatch(OWN_KEY),
                error="een bekende indicator",
            ),
        ),
        "year": pa.Column("int64", pa.Check.in_range(_FIRST_YEAR, _LAST_YEAR, error="een jaartal")),
        "value": pa.Column(
            "float64",
            pa.Check(
                lambda values: values.abs() < -_SENTINEL, error="een cijfer, geen CBS-code voor ontbrekend"
            ),
        ),
    },
    unique=["code", "indicator", "year"],
    strict=True,
)


def check_indicators(table: pd.DataFrame, what: str) -> pd.DataFrame:
    """Return `table` if it is a tidy table of indicators.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns ``code indicator year value``, see :class:`~veerkracht_nb.areas.municipality.Municipality`.
    what : str
        Name of the file or gemeente, for the error.

    Raises
    ------
    DataError
        With the row and column of the first cell that is not right.
    """
    _run(_INDICATORS, table, what)
    return table


def check_buurten(buurten: gpd.GeoDataFrame, what: str) -> gpd.GeoDataFrame:
    """Return `buurten` if it has the columns, codes, CRS (EPSG:28992) and geometry of a municipality.

    Raises
    ------
    DataError
        With the row and column of the first cell that is not right.
    """
    if buurten.empty:
        raise DataError(f"{what}: er zijn geen buurten.", expected="ten minste één buurt", got="0")
    _run(_BUURTEN, pd.DataFrame(buurten.drop(columns="geometry")), what)
    if buurten.crs is None or buurten.crs.to_epsg() != CRS_RD:
        raise DataError(
            f"{what}: de kaart heeft een ander coördinatenstelsel.",
            expected=f"EPSG:{CRS_RD} (Rijksdriehoek)",
            got=str(buurten.crs),
        )
    good = buurten.geometry.notna() & ~buurten.geometry.is_empty & (buurten.geom_type == "MultiPolygon")
    if not good.all():
        code = buurten.index[~good][0]
        raise DataError(
            f"{what}: buurt {code} heeft geen bruikbare grens.",
            expected="een vlak (MultiPolygon)",
            got=str(buurten.geom_type[code]),
        )
    return buurten


def _run(schema: pa.DataFrameSchema, table: pd.DataFrame, what: str) -> None:
    try:
        schema.validate(table, lazy=True)
    except pandera.errors.SchemaErrors as error:
        case = error.failure_cases.iloc[0]
        column = case["column"] if isinstance(case["column"], str) else schema.index and schema.index.name
        row = "" if pd.isna(case["index"]) else f", rij {case['index']}"
        raise DataError(
            f"{what}: kolom '{column or case['failure_case']}'{row} is niet goed.",
            expected=str(case["check"]),
            got=str(case["failure_case"])[:80],
        ) from error
