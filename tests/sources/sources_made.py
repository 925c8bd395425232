"""Publishers' files in small: made here, in the form the publishers give them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pandas as pd
from shapely import box

LBM_HEADER = '"bu_code","bu_naam","jaar","lbm","afw","fys","onv","soc","vrz","won"'


def lbm_text(rows: list[tuple[str, int, float]]) -> str:
    """Return a Leefbaarometer CSV with `onv` as given and both identities right."""
    lines = [LBM_HEADER]
    for code, year, onv in rows:
        fys, soc, vrz, won = 0.01, 0.02, -0.03, 0.004
        afw = fys + onv + soc + vrz + won
        scores = f"{4.1022648511 + afw:.10f},{afw:.10f},{fys},{onv:.10f},{soc},{vrz},{won}"
        lines.append(f'"{code}","Naam, met komma",{year},{scores}')
    return "\n".join(lines) + "\n"


def rivm_text(rows: list[tuple[str, str, str]], *, suffix: int = 38) -> str:
    """Return the CSV of the OData table, with padded codes and a number behind every topic."""
    lines = [
        f'"ID";"WijkenEnBuurten";"Perioden";"HoogRisicoOpAngstOfDepressie_{suffix - 13}";'
        f'"ErnstigZeerErnstigEenzaam_{suffix - 9}";"MoeiteMetRondkomen_{suffix}"'
    ]
    lines += [
        f'"{n}";"{code:<10}";"{period}";"6.0";".";"{value}"' for n, (code, period, value) in enumerate(rows)
    ]
    return "\r\n".join(lines) + "\r\n"


def cbs_map(path: Path, *, year: int = 2024, crs: int = 28992, **columns: list[object]) -> Path:
    """Write a wijk- en buurtkaart of one gemeente with three buurten, of which one is water."""
    count = 3
    table = gpd.GeoDataFrame(
        {
            "buurtcode": ["BU99020101", "BU990201AA", "BU99029997"],
            "buurtnaam": ["Kern", '\'t "Höfke"', "Plas"],
            "wijkcode": ["WK990201", "WK990201", "WK990299"],
            "gemeentecode": ["GM9902"] * count,
            "gemeentenaam": ["Proefdam"] * count,
            "water": ["NEE", "NEE", "JA"],
            "aantal_inwoners": [1000, -99997, -99997],
            "aantal_huishoudens": [450, -99997, -99997],
            "percentage_personen_15_tot_25_jaar": [12, -99997, -99997],
            "percentage_huishoudens_met_laagste_inkomen": [41.5, -99995.0, -99997.0],
            "aantal_personen_met_een_ao_uitkering_totaal": [40, -99997, -99997],
            "percentage_met_herkomstland_nederland": [70, 70, 70],
            "jaar": [year] * count,
            **columns,
        },
        geometry=[box(80000 + 500 * i, 430000, 80500 + 500 * i, 430500) for i in range(count)],
        crs=28992,
    ).to_crs(crs)
    wijken = gpd.GeoDataFrame(
        {"wijkcode": ["WK990201"], "wijknaam": ["Oude wijk"], "gemeentecode": ["GM9902"]},
        geometry=[box(80000, 430000, 81500, 430500)],
        crs=28992,
    )
    wijken.to_file(path, layer="wijken", driver="GPKG")
    table.to_file(path, layer="buurten", driver="GPKG")
    return path


def journal_mode(path: Path) -> str:
    with closing(sqlite3.connect(path)) as database:
        return str(database.execute("PRAGMA journal_mode").fetchone()[0])


def same_table(a: pd.DataFrame, b: pd.DataFrame) -> None:
    keys = ["code", "indicator", "year"]
    pd.testing.assert_frame_equal(
        a.sort_values(keys, ignore_index=True),
        b.sort_values(keys, ignore_index=True),
        check_dtype=False,
        rtol=1e-12,
    )
