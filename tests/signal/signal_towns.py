"""Small municipalities for the tests of the signal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

import geopandas as gpd
import pandas as pd
from shapely import MultiPolygon, box

from veerkracht_nb.areas.municipality import Municipality, Provenance

Row = tuple[str, str, int, float | None]
ZELFREDZAAMHEID = ("moeite_rondkomen", "hoog_risico_angst_depressie", "ernstig_eenzaam")


def town(
    codes: Sequence[str],
    rows: Iterable[Row],
    *,
    inwoners: Mapping[str, int | None] | int = 1000,
    huishoudens: Mapping[str, int | None] | int = 500,
    water: Sequence[str] = (),
    fictional: bool = True,
) -> Municipality:
    """Return a gemeente of squares in a row; a figure of None has no row."""
    count = [inwoners if isinstance(inwoners, int) else inwoners.get(code) for code in codes]
    households = [huishoudens if isinstance(huishoudens, int) else huishoudens.get(code) for code in codes]
    buurten = gpd.GeoDataFrame(
        {
            "name": [f"Buurt {code}" for code in codes],
            "wijk_code": "WK990101",
            "wijk_name": "Wijk 1",
            "inwoners": pd.array(count, dtype="Int64"),
            "huishoudens": pd.array(households, dtype="Int64"),
            "water": [code in water for code in codes],
        },
        geometry=[MultiPolygon([box(i * 100.0, 0, i * 100.0 + 100, 100)]) for i in range(len(codes))],
        index=pd.Index(list(codes), name="code"),
        crs=28992,
    )
    kept = [row for row in rows if row[3] is not None]
    indicators = pd.DataFrame(kept, columns=["code", "indicator", "year", "value"])
    return Municipality(
        code="GM9901",
        name="Proefstad",
        year=2022,
        buurten=buurten,
        indicators=indicators.astype({"year": int, "value": float}),
        provenance=(
            Provenance(
                source="Proefbron",
                title="Proeftabel",
                edition="2014-2022",
                licence="geen",
                imported_at=datetime(2026, 1, 1, tzinfo=UTC),
            ),
        ),
        fictional=fictional,
    )


def rows_of(code: str, year: int, **figures: float | None) -> list[Row]:
    """Return the figures of one buurt in one year as rows."""
    return [(code, indicator, year, value) for indicator, value in figures.items()]


def zelfredzaam(
    code: str, k: tuple[float | None, float | None], o: tuple[float | None, float | None]
) -> list[Row]:
    """Return rows of 2012/2020 and 2014/2020 that give a buurt these K (by the shipped reference) and O."""
    from veerkracht_nb.signal import default_reference

    terms = default_reference("zelfredzaamheid").terms
    rows: list[Row] = []
    for year, level in zip((2012, 2020), k, strict=True):
        if level is not None:
            rows += [(code, key, year, terms[key].mean + level * terms[key].sd) for key in ZELFREDZAAMHEID]
    rows += [
        (code, "onv", year, -level) for year, level in zip((2014, 2020), o, strict=True) if level is not None
    ]
    return rows


# name: N, (x1, wb, ao) in the first and last year, onv in both
GOLDEN_INPUT = {
    "Alfa": (1200, (58.0, 120, 110), (64.0, 150, 130), (-0.060, -0.085)),
    "Bravo": (1200, (58.0, 120, 110), (64.0, 150, 130), (-0.060, -0.058)),
    "Charlie": (2000, (45.0, 90, 120), (45.5, 90, 120), (-0.010, -0.030)),
    "Delta": (1500, (55.0, 130, 120), (50.0, 90, 100), (-0.050, -0.030)),
    "Echo": (900, (38.0, 30, 40), (38.4, 30, 50), (0.020, 0.018)),
    "Foxtrot": (160, (50.0, 10, 10), (52.0, 20, 10), (-0.020, -0.045)),
}


def golden_town() -> Municipality:
    """Return the six buurten of the worked example of the method, 2014-2022."""
    rows: list[Row] = []
    for name, (n, first, last, onv) in GOLDEN_INPUT.items():
        for year, (x1, wb, ao), score in zip((2014, 2022), (first, last), onv, strict=True):
            rows += rows_of(
                name,
                year,
                p_hh_li=x1,
                a_soz_wb=wb,
                a_soz_ao=ao,
                a_15_24=n / 4,
                a_25_44=n / 2,
                a_45_64=n / 4,
                onv=score,
            )
    return town(list(GOLDEN_INPUT), rows)
