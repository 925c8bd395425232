"""The buurten of a wijk- en buurtkaart with their boundaries as bytes, for when nothing is drawn.

The same steps as :func:`~veerkracht_nb.sources.wijkenbuurten.read_wijkenbuurten`, but the boundaries of the whole
country are only taken along, not looked at: a gemeente that is drawn later has its own checked then.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from ..areas.municipality import CRS_RD
from ..errors import FileMismatch
from . import wijkenbuurten as full
from ._files import READ_ERRORS, damaged, provenance_of, tidy
from ._kwb_table import AreaList
from ._wijkenbuurten_names import AGE_SHARES, AREA_NAMES, FIGURE_NAMES


def read_map_areas(path: Path) -> AreaList:
    """Read the buurten of a map without looking at their boundaries.

    Raises
    ------
    FileDamaged
        If the file is truncated or a cell is no figure.
    FileMismatch
        If it has no buurten or not one year.
    """
    full._check_intact(path)
    layers = full.map_layers(path)
    layer = next(
        (name for name, columns in layers.items() if full._lookup(columns, AREA_NAMES["code"])), None
    )
    if layer is None:
        raise FileMismatch(
            f"{path.name} heeft geen laag met buurten.",
            expected="een laag met een kolom buurtcode",
            got="lagen: " + ", ".join(layers),
            todo="Kies de wijk- en buurtkaart met buurten; wijken of gemeenten zijn niet genoeg.",
        )
    raw = full._land_and_water(_read_layer(path, layer, layers[layer]), path)
    year = full._year(raw, path)
    figures, derived = full._figures(raw, year, path)
    nowhere = gpd.GeoSeries([None] * len(raw), index=raw.index, crs=CRS_RD)
    areas = full._buurten(raw, nowhere, full._wijk_names(path, layers)).drop(columns="geometry")
    counts = figures.set_index("code")[["a_inw", "a_hh"]].round().astype("Int64")
    areas = pd.DataFrame(areas).join(counts.rename(columns={"a_inw": "inwoners", "a_hh": "huishoudens"}))
    note = "Bron: CBS; © CBS, Kadaster. CBS rondt aantallen af en laat kleine weg."
    if derived:
        note += " Leeftijdsgroepen zijn berekend uit afgeronde percentages."
    return AreaList(
        year=year,
        buurten=areas.join(raw.set_index("code")["wkb"]),
        figures=tidy(figures),
        changes=full._changes(raw, year),
        provenance=provenance_of(
            path,
            source="CBS en Kadaster",
            title=full.TITLE,
            edition=str(year),
            licence="CC BY 4.0",
            note=note,
        ),
    )


def _read_layer(path: Path, layer: str, columns: list[str]) -> pd.DataFrame:
    wanted = {**AREA_NAMES, **{key: (*names, key) for key, names in FIGURE_NAMES.items()}}
    wanted |= {f"share_{key}": names for key, names in AGE_SHARES.items()}
    found = {key: column for key, names in wanted.items() if (column := full._lookup(columns, names))}
    try:
        meta, table = pyogrio.read_arrow(path, layer=layer, columns=sorted(set(found.values())))
    except (*READ_ERRORS, ValueError) as error:
        raise damaged(path, "leesbare buurten", str(error)) from error
    raw = table.to_pandas()
    boundary = meta["geometry_name"] or "wkb_geometry"
    if raw.empty or boundary not in raw:
        raise damaged(path, "buurten met grenzen", f"{len(raw)} rijen zonder grens")
    raw = raw.rename(columns={boundary: "wkb", **{column: key for key, column in found.items()}})
    if not meta["crs"]:
        raise FileMismatch(
            f"{path.name}: het coördinatenstelsel ontbreekt.", expected=f"EPSG:{CRS_RD}", got="geen"
        )
    if meta["crs"] != f"EPSG:{CRS_RD}":
        raw["wkb"] = gpd.GeoSeries.from_wkb(raw["wkb"], crs=meta["crs"]).to_crs(CRS_RD).to_wkb()
    return raw
