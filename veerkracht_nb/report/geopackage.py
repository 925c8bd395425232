"""Session notes as a GeoPackage: layers that QGIS opens."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
from shapely.geometry import Point

from ..areas.municipality import CRS_RD, Municipality
from ..errors import ExportError
from ..i18n import _
from . import tables
from .model import BuurtNotes, Notes

_TEXT = "string"
_CRS = f"EPSG:{CRS_RD}"


def check_borders(notes: Notes, municipality: Municipality | None) -> Municipality:
    """Return `municipality` if it has the borders that these notes are about.

    Raises
    ------
    ExportError
        If there is none, or it is another gemeente or year.
    """
    header = notes.header
    wanted = f"{header.municipality_code} {header.municipality}, {_('grenzen van')} {header.year}"
    todo = _(
        "lees de grenzen van dit jaar in met: veerkracht data import; of kies alleen Word, Excel en Markdown"
    )
    if municipality is None:
        raise ExportError(
            _("Voor een GeoPackage zijn de grenzen van de buurten nodig."),
            expected=wanted,
            got=_("geen grenzen op deze laptop"),
            todo=todo,
        )
    if (municipality.code, municipality.year) != (header.municipality_code, header.year):
        raise ExportError(
            _("De grenzen horen niet bij deze sessie."),
            expected=wanted,
            got=f"{municipality.code} {municipality.name}, {_('grenzen van')} {municipality.year}",
            todo=todo,
        )
    return municipality


def write_gpkg(notes: Notes, path: Path, municipality: Municipality | None) -> None:
    """Write `notes` as a GeoPackage (EPSG:28992, journal mode DELETE).

    Layers ``buurten`` (borders, class, counts of the last step with answers about it) and ``verhalen`` (points: the
    pin, else a point within the buurt); tables ``herkenning`` (all steps and groups), ``waarnemingen`` and
    ``herkomst``.

    Raises
    ------
    ExportError
        If the borders are missing or of another gemeente or year.
    """
    borders = check_borders(notes, municipality).buurten
    shapes = borders.geometry.to_crs(CRS_RD)
    pyogrio.write_dataframe(
        _buurten(notes, shapes), path, layer="buurten", driver="GPKG", geometry_type="MultiPolygon"
    )
    pyogrio.write_dataframe(
        _stories(notes, shapes), path, layer="verhalen", driver="GPKG", geometry_type="Point", append=True
    )
    for layer, table in (
        ("herkenning", _recognition(notes)),
        ("waarnemingen", _observations(notes)),
        ("herkomst", _origin(notes)),
    ):
        pyogrio.write_dataframe(table, path, layer=layer, driver="GPKG", append=True)
    with closing(sqlite3.connect(path)) as connection:
        # One file and nothing beside it, also where it is read from a memory stick or a read-only share.
        connection.execute("PRAGMA journal_mode=DELETE")
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)


def _buurten(notes: Notes, shapes: gpd.GeoSeries) -> gpd.GeoDataFrame:
    frame = pd.DataFrame([_buurt(b) for b in notes.buurten], columns=_buurt_columns())
    shares = {name: "float64" for name in frame.columns if name.startswith("mate_")}
    frame = _texts(
        frame, numbers=(*tables.FLAT, "verhalen", "waarnemingen"), other={**shares, "zonder_stem": "bool"}
    )
    geometry = gpd.GeoSeries(shapes.reindex(frame["code"]).array, crs=_CRS)
    return gpd.GeoDataFrame(frame, geometry=geometry, crs=_CRS)


def _buurt_columns() -> list[str]:
    about = [
        "code",
        "naam",
        "wijk_code",
        "wijk",
        "klasse",
        "betekenis",
        "kleur",
        "reden_x",
        "overlast_cijfers",
    ]
    return [
        *about,
        *tables.FLAT,
        "mate_herkenning",
        "mate_laagste",
        "mate_hoogste",
        "overeenstemming",
        "verhalen",
        "waarnemingen",
        "zonder_stem",
    ]


def _buurt(b: BuurtNotes) -> list[object]:
    seen = b.map_recognition
    about = [b.code, b.name, b.wijk_code, b.wijk_name, b.letter, b.label, b.colour, b.why, b.figures]
    said = [
        *tables.share(seen),
        tables.agreement(b),
        len(b.stories),
        len(b.observations),
        not b.voiced,
    ]
    return [*about, *tables.flat(seen), *said]


def _stories(notes: Notes, shapes: gpd.GeoSeries) -> gpd.GeoDataFrame:
    inside = shapes.representative_point()
    middle = shapes.union_all().representative_point()
    rows, points = [], []
    for r in notes.stories:
        points.append(Point(r.point) if r.point else inside.get(r.buurt, middle))
        place = _("aangewezen") if r.point else _("midden van de buurt") if r.buurt else _("hele gemeente")
        rows.append([*tables.remark_row(r), place])
    columns = ["nr", "code", "buurt", "verhaal", "soort", "toon", "thema", "delen"]
    columns += ["in_de_zaal", "reden", "eerdere_versies", "stap", "plaats"]
    frame = _texts(pd.DataFrame(rows, columns=columns), numbers=("nr",))
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(points, crs=_CRS), crs=_CRS)


def _recognition(notes: Notes) -> pd.DataFrame:
    columns = ["stap_id", "stap", "code", "buurt", "vraag", "groep", *tables.FLAT, "overeenstemming"]
    rows: list[list[object]] = []
    for b in notes.buurten:
        for r in b.recognition:
            for answers in (r.recognition, r.direction):
                about = [r.step, r.step_title, b.code, b.name, answers.question]
                for group in answers.rows():
                    words = r.agreement if group is r.recognition.total else ""
                    rows.append([*about, group.label, *tables.flat_group(answers, group), words])
                if answers.too_few:
                    rows.append([*about, tables.few(), *[None] * len(tables.FLAT), _("te weinig stemmen")])
    return _texts(pd.DataFrame(rows, columns=columns), numbers=tables.FLAT)


def _observations(notes: Notes) -> pd.DataFrame:
    columns = ["nr", "code", "buurt", "waarneming", "in_de_zaal", "reden", "eerdere_versies", "stap"]
    rows = [tables.remark_row(r) for r in notes.observations]
    return _texts(pd.DataFrame(rows, columns=columns), numbers=("nr",))


def _origin(notes: Notes) -> pd.DataFrame:
    rows = [("titel", notes.header.title), *tables.facts(notes.header), *notes.record]
    rows += [(_("werkwijze"), line) for line in notes.method]
    rows += [(_("grenzen van de cijfers"), line) for line in notes.limits]
    return _texts(pd.DataFrame(rows, columns=["kenmerk", "waarde"]))


def _texts(
    frame: pd.DataFrame, *, numbers: tuple[str, ...] = (), other: dict[str, str] | None = None
) -> pd.DataFrame:
    """Give every column its type, so that an empty table has the same columns as a full one."""
    types = {name: "Int64" if name in numbers else _TEXT for name in frame.columns}
    return frame.astype({**types, **(other or {})})
