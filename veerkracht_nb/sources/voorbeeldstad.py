"""Veerdam, the fictional municipality that comes with the package, for the demo, the guide and the tests.

It lies in open sea so that nobody takes it for a real town, and has what real data has: suppressed figures, a
buurt of water, one without inhabitants, one inside another, one renamed, one split, and a name with quotes
and diacritics. Run ``python -m veerkracht_nb.sources.voorbeeldstad`` to write the file that is shipped.
"""

from __future__ import annotations

from datetime import UTC, datetime

import geopandas as gpd
import pandas as pd

from ..areas.changes import BuurtChange
from ..areas.municipality import Municipality, Provenance
from ..paths import shipped_data_folder
from ._voorbeeldstad_figures import INCOME_YEARS, KWB_YEARS, LBM_YEARS, RIVM_YEARS, figures
from ._voorbeeldstad_map import town_map
from ._voorbeeldstad_plan import (
    CODE,
    NAME,
    PLOTS,
    RENAMED,
    RENAMED_OLD,
    RENAMED_YEAR,
    SPLIT_NEW,
    SPLIT_OLD,
    SPLIT_YEAR,
    WATER,
    WIJKEN,
    YEAR,
)
from .store import EMBEDDED, write_municipality

_MADE = datetime(2024, 1, 1, tzinfo=UTC)


def make() -> Municipality:
    """Return the fictional municipality, made anew; the same every time.

    Returns
    -------
    Municipality
        Code GM9901, borders of 2024 in EPSG:28992. Figures like those of CBS (2014, 2018, 2020, 2022;
        population and dwellings also 2024), RIVM (2012, 2016, 2020) and the Leefbaarometer (2014 to 2024,
        every two years).
    """
    table = figures()
    return Municipality(
        code=CODE,
        name=NAME,
        year=YEAR,
        buurten=_buurten(table),
        indicators=table,
        provenance=_provenance(),
        fictional=True,
        changes=_changes(),
    )


def _buurten(table: pd.DataFrame) -> gpd.GeoDataFrame:
    plots = {plot.number: plot for plot in (*PLOTS, WATER)}
    shapes = town_map()
    latest = table[table["year"] == max(KWB_YEARS)].pivot(index="code", columns="indicator", values="value")
    codes = pd.Index([plots[number].code for number in shapes.index], name="code", dtype="str")
    counts = latest.reindex(codes)
    return gpd.GeoDataFrame(
        {
            "name": pd.Series([plots[number].name for number in shapes.index], index=codes, dtype="str"),
            "wijk_code": pd.Series([f"WK{CODE[2:]}{n[:2]}" for n in shapes.index], index=codes, dtype="str"),
            "wijk_name": pd.Series([WIJKEN[n[:2]] for n in shapes.index], index=codes, dtype="str"),
            "inwoners": counts["a_inw"].astype("Int64"),
            "huishoudens": counts["a_hh"].astype("Int64"),
            "water": pd.Series([number == WATER.number for number in shapes.index], index=codes, dtype=bool),
        },
        geometry=shapes.geometry.to_numpy(),
        crs=shapes.crs,
    )


def _changes() -> tuple[BuurtChange, ...]:
    codes = {plot.number: plot.code for plot in PLOTS}
    note = "Veldzicht-Zuid is gesplitst; cijfers van CBS van voor de splitsing gaan over een ander gebied"
    return (
        BuurtChange(
            kind="hernoemd",
            year=RENAMED_YEAR,
            code=codes[RENAMED],
            old_code=codes[RENAMED],
            note=f"heette tot {RENAMED_YEAR} {RENAMED_OLD}",
        ),
        *(
            BuurtChange(kind="gesplitst", year=SPLIT_YEAR, code=codes[number], old_code=SPLIT_OLD, note=note)
            for number in SPLIT_NEW
        ),
    )


def _provenance() -> tuple[Provenance, ...]:
    note = "Verzonnen gegevens: deze gemeente bestaat niet."
    titles = (
        ("Verzonnen buurten", str(YEAR)),
        ("Verzonnen kerncijfers", _years(INCOME_YEARS)),
        ("Verzonnen gezondheidsmonitor", _years(RIVM_YEARS)),
        ("Verzonnen leefbaarometer", _years(LBM_YEARS)),
    )
    return tuple(
        Provenance(
            source="veerkracht_nb",
            title=title,
            edition=edition,
            licence="EUPL-1.2",
            imported_at=_MADE,
            note=note,
        )
        for title, edition in titles
    )


def _years(years: tuple[int, ...]) -> str:
    return f"{min(years)}-{max(years)}"


def main() -> None:
    """Write the GeoPackage that is shipped with the package."""
    print(write_municipality(make(), shipped_data_folder() / EMBEDDED))


if __name__ == "__main__":
    main()
