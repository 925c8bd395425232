"""One prepared municipality as a GeoPackage: writing its layers, reading them back, replacing a file."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyogrio

from ..areas.changes import BuurtChange
from ..areas.indicators import Indicator
from ..areas.municipality import Municipality, Provenance
from ..areas.own import OwnProfile
from ..areas.tables import check_buurten, check_indicators
from ..errors import DataError, FileDamaged

SCHEMA = 1
OWN_INDICATORS, OWN_PROFILES = "eigen_indicatoren", "eigen_profielen"
_WRITE_ERRORS = (
    OSError,
    sqlite3.Error,
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.FeatureError,
)


def read_municipality(path: Path) -> Municipality:
    """Return the municipality in one GeoPackage of this package.

    Raises
    ------
    FileDamaged
        If the file is no such GeoPackage or is incomplete.
    DataError
        If it was written by a newer version, or a table is not right.
    """
    meta = read_meta(path)
    try:
        buurten = pyogrio.read_dataframe(path, layer="buurten").set_index("code")
        indicators = pyogrio.read_dataframe(path, layer="indicatoren", read_geometry=False)
        sources = pyogrio.read_dataframe(path, layer="herkomst", read_geometry=False)
        changes = pyogrio.read_dataframe(path, layer="wijzigingen", read_geometry=False)
        own = _own(path)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, KeyError) as error:
        raise unreadable(path, str(error)) from error
    for column in ("inwoners", "huishoudens"):
        buurten[column] = buurten[column].astype("Int64")
    buurten["water"] = buurten["water"].astype(bool)
    return Municipality(
        code=meta["code"],
        name=meta["name"],
        year=int(meta["year"]),
        buurten=check_buurten(buurten, path.name),
        indicators=check_indicators(typed(indicators), path.name),
        provenance=tuple(_provenance(row) for row in _records(sources, Provenance)),
        fictional=meta["fictional"] == "1",
        changes=tuple(
            BuurtChange(**{**row, "year": int(row["year"]), "carried": bool(row.get("carried"))})
            for row in _records(changes, BuurtChange)
        ),
        own=own[0],
        own_profiles=own[1],
    )


def write_layers(municipality: Municipality, path: Path) -> None:
    """Write the layers of a municipality to a new file; see :func:`save_municipality` for replacing."""
    meta = {
        "schema": SCHEMA,
        "code": municipality.code,
        "name": municipality.name,
        "year": municipality.year,
        "fictional": int(municipality.fictional),
    }
    sources = [{**asdict(p), "imported_at": p.imported_at.isoformat()} for p in municipality.provenance]
    layers = {
        "indicatoren": municipality.indicators,
        "herkomst": _frame(sources, Provenance),
        "wijzigingen": _frame([asdict(change) for change in municipality.changes], BuurtChange),
        "meta": pd.DataFrame({"key": list(meta), "value": [str(value) for value in meta.values()]}),
    }
    if municipality.own_profiles:
        layers[OWN_INDICATORS] = _frame([asdict(item) for item in municipality.own], Indicator)
        profiles = [{**asdict(p), "indicators": " ".join(p.indicators)} for p in municipality.own_profiles]
        layers[OWN_PROFILES] = _frame(profiles, OwnProfile)
    pyogrio.write_dataframe(
        municipality.buurten.reset_index(), path, layer="buurten", driver="GPKG", geometry_type="MultiPolygon"
    )
    for layer, table in layers.items():
        pyogrio.write_dataframe(table, path, layer=layer, driver="GPKG", append=True)
    with closing(sqlite3.connect(path)) as database:
        # A reader on a read-only disk or a network share cannot open a file in WAL mode.
        database.execute("PRAGMA journal_mode = DELETE")
        # GDAL does not always tell that a write failed.
        for layer, table in {"buurten": municipality.buurten, **layers}.items():
            (rows,) = database.execute(f'SELECT count(*) FROM "{layer}"').fetchone()  # noqa: S608
            if rows != len(table):
                raise OSError(f"laag {layer} heeft {rows} van {len(table)} rijen")


def _own(path: Path) -> tuple[tuple[Indicator, ...], tuple[OwnProfile, ...]]:
    """Return the own indicators and profiles in a file; most files have none."""
    if OWN_PROFILES not in pyogrio.list_layers(path)[:, 0]:
        return (), ()
    indicators = pyogrio.read_dataframe(path, layer=OWN_INDICATORS, read_geometry=False)
    profiles = pyogrio.read_dataframe(path, layer=OWN_PROFILES, read_geometry=False)
    return (
        tuple(
            Indicator(**{**row, "decimals": int(row["decimals"])}) for row in _records(indicators, Indicator)
        ),
        tuple(
            OwnProfile(**{**row, "indicators": tuple(row["indicators"].split())})
            for row in _records(profiles, OwnProfile)
        ),
    )


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; it is moved there when the block ends well, else removed."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    except OSError as error:
        raise _not_written(path, error) from error
    os.close(handle)
    temporary = Path(name)
    temporary.unlink()
    try:
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    except _WRITE_ERRORS as error:
        raise _not_written(path, error) from error
    finally:
        for leftover in (temporary, Path(f"{temporary}-journal"), Path(f"{temporary}-wal")):
            leftover.unlink(missing_ok=True)


def read_meta(path: Path) -> dict[str, str]:
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            meta = {str(key): str(value) for key, value in database.execute("SELECT key, value FROM meta")}
    except sqlite3.DatabaseError as error:
        raise unreadable(path, str(error)) from error
    if not {"schema", "code", "name", "year", "fictional"} <= set(meta):
        raise unreadable(path, "de tabel meta is onvolledig")
    if int(meta["schema"]) > SCHEMA:
        raise DataError(
            f"{path.name} is gemaakt met een nieuwere versie van dit programma.",
            expected=f"versie {SCHEMA} of ouder",
            got=f"versie {meta['schema']}",
            todo="Werk dit programma bij, of lees de bestanden opnieuw in.",
        )
    return meta


def typed(indicators: pd.DataFrame) -> pd.DataFrame:
    return indicators.astype({"code": "str", "indicator": "str", "year": "int64", "value": "float64"})


def _frame(records: list[dict[str, Any]], kind: type) -> pd.DataFrame:
    columns = [field.name for field in fields(kind)]
    frame = pd.DataFrame(records, columns=columns)
    return frame if records else frame.astype("str")


def _records(table: pd.DataFrame, kind: type) -> list[dict[str, Any]]:
    names = [field.name for field in fields(kind)]
    # A file of an earlier version lacks the newer fields; those have defaults.
    return [
        {name: "" if row[name] is None else row[name] for name in names if name in row}
        for row in table.to_dict("records")
    ]


def _provenance(row: dict[str, Any]) -> Provenance:
    return Provenance(**{**row, "imported_at": datetime.fromisoformat(row["imported_at"])})


def unreadable(path: Path, why: str) -> FileDamaged:
    return FileDamaged(
        f"{path.name} kan niet worden gelezen.",
        expected="een voorbereide gemeente (GeoPackage van dit programma)",
        got=why[:200],
        todo=f"Verwijder {path} en lees de bestanden van de uitgevers opnieuw in.",
    )


def _not_written(path: Path, error: Exception) -> DataError:
    return DataError(
        f"{path.name} kan niet worden opgeslagen; wat er al stond is niet veranderd.",
        got=str(error)[:200],
        todo=f"Kijk of de schijf van {path.parent} vol of alleen-lezen is.",
    )
