"""A made-up country as national files: the embedded gemeente many times over, with its figures shuffled."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from veerkracht_nb.areas import Municipality
from veerkracht_nb.sources import load_municipality

RIVM = {
    "moeite_rondkomen": "MoeiteMetRondkomen_38",
    "hoog_risico_angst_depressie": "HoogRisicoOpAngstOfDepressie_25",
    "ernstig_eenzaam": "ErnstigZeerErnstigEenzaam_29",
    "eenzaam": "Eenzaam_28",
    "ervaren_gezondheid_goed": "ErvarenGezondheidGoedZeerGoed_4",
}
LBM = ("lbm", "afw", "fys", "onv", "soc", "vrz", "won")
OTHER_TOPICS = (
    *("Roker_11", "WekelijkseSporters_6", "EmotioneelEenzaam_30", "SociaalEenzaam_31", "Mantelzorger_32"),
    *("Vrijwilligerswerk_33", "HeelVeelStressInAfgelopen4Weken_26", "MatigVeelRegieOverEigenLeven_27"),
    *("BeperktVanwegeGezondheid_17", "EenOfMeerLichamelijkeBeperkingen_20"),
    "EenOfMeerLangdurigeAandoeningen_16",
)
EARLIER = (2002, 2008, 2012)
"""The real files have more topics and years than the embedded gemeente; these make them as large."""
_ACROSS, _STEP = 17, 15_000.0


def towns_for(buurten: int) -> int:
    """Return how many gemeenten give about this number of buurten."""
    return round(buurten / len(load_municipality("voorbeeldstad").buurten))


def write_country(folder: Path, towns: int, seed: int = 1) -> list[Path]:
    """Write a map, key figures, health monitor and Leefbaarometer of `towns` gemeenten; return the paths.

    Every gemeente has the shapes of the embedded one, moved; each of its buurten has the figures of a buurt drawn by
    chance. The same seed gives the same figures.
    """
    town = load_municipality("voorbeeldstad")
    random = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    source = random.integers(len(town.buurten), size=(towns, len(town.buurten)))
    codes = np.array([[_code(n, old) for old in town.buurten.index] for n in range(towns)])
    drawn = pd.DataFrame({"code": codes.ravel(), "source": town.buurten.index.to_numpy()[source.ravel()]})
    figures = town.indicators
    keys = figures.drop_duplicates("indicator")["indicator"]
    paths = [
        _map(folder / "kaart.gpkg", town, drawn, towns),
        _kwb(folder / "kwb.parquet", town, drawn),
    ]
    if set(RIVM) & set(keys):
        paths.append(_rivm(folder / "gezondheid.parquet", figures, drawn))
    paths.append(_lbm(folder / "Leefbaarometer-scores buurten.csv", figures, drawn))
    return paths


def _code(number: int, old: str) -> str:
    return f"BU{5001 + number:04d}{old[6:]}"


def _map(path: Path, town: Municipality, drawn: pd.DataFrame, towns: int) -> Path:
    year = int(town.year)
    last = _wide(town.indicators, year)
    shapes = town.buurten.geometry.reset_index(drop=True)
    west, south = shapes.total_bounds[:2]
    moved = [
        shapes.translate(20_000 + (n % _ACROSS) * _STEP - west, 310_000 + (n // _ACROSS) * _STEP - south)
        for n in range(towns)
    ]
    table = pd.DataFrame(
        {
            "buurtcode": drawn["code"],
            "buurtnaam": list(town.buurten["name"]) * towns,
            "wijkcode": "WK" + drawn["code"].str[2:8],
            "wijknaam": list(town.buurten["wijk_name"]) * towns,
            "gemeentecode": "GM" + drawn["code"].str[2:6],
            "gemeentenaam": "Proefgemeente " + drawn["code"].str[2:6],
            "water": ["JA" if water else "NEE" for water in town.buurten["water"]] * towns,
            "jaar": year,
        }
    )
    figures = last.reindex(drawn["source"]).reset_index(drop=True)
    for key in [name for name in figures if name.startswith(("a_", "p_", "g_"))]:
        table[key] = figures[key].fillna(-99997)
    gpd.GeoDataFrame(table, geometry=pd.concat(moved, ignore_index=True), crs=town.buurten.crs).to_file(
        path, layer="buurten", driver="GPKG"
    )
    return path


def _kwb(path: Path, town: Municipality, drawn: pd.DataFrame) -> Path:
    last = _wide(town.indicators, int(town.year)).reindex(drawn["source"]).reset_index(drop=True)
    pd.DataFrame(
        {
            "gwb_code": drawn["code"],
            "regio": drawn["code"],
            "gm_naam": "Proefgemeente " + drawn["code"].str[2:6],
            "recs": "Buurt",
            "a_inw": last["a_inw"],
            "jaar": int(town.year),
        }
    ).to_parquet(path, index=False)
    return path


def _rivm(path: Path, figures: pd.DataFrame, drawn: pd.DataFrame) -> Path:
    table = _of_all_years(figures, drawn, list(RIVM)).rename(columns=RIVM)
    for topic in OTHER_TOPICS:
        table[topic] = table["MoeiteMetRondkomen_38"]
    table.rename(columns={"code": "gwb_code", "year": "jaar"}).assign(recs="Buurt").to_parquet(
        path, index=False
    )
    return path


def _lbm(path: Path, figures: pd.DataFrame, drawn: pd.DataFrame) -> Path:
    table = _of_all_years(figures, drawn, list(LBM)).rename(columns={"code": "bu_code", "year": "jaar"})
    table.insert(1, "bu_naam", table["bu_code"])
    first = table[table["jaar"] == table["jaar"].min()]
    earlier = [first.assign(jaar=year) for year in EARLIER if year < first["jaar"].iloc[0]]
    table = pd.concat([table, *earlier], ignore_index=True)
    pyarrow.csv.write_csv(pa.Table.from_pandas(table, preserve_index=False), path)
    return path


def _of_all_years(figures: pd.DataFrame, drawn: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    rows = figures[figures["indicator"].isin(keys)]
    wide = rows.pivot(index=["code", "year"], columns="indicator", values="value").reset_index()
    return drawn.merge(wide, left_on="source", right_on="code", suffixes=("", "_old"))[
        ["code", "year", *[key for key in keys if key in wide]]
    ]


def _wide(figures: pd.DataFrame, year: int) -> pd.DataFrame:
    rows = figures[figures["year"] == year]
    return rows.pivot(index="code", columns="indicator", values="value")
