"""What a bundle may be: its manifest, and the checks before anything of it is put in place."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import zipfile
import zlib
from pathlib import Path
from typing import IO

import pandas as pd
import pyarrow  # type: ignore[import-untyped]
import pydantic

from ..errors import DataError, FileDamaged, FileMismatch, FileNotRecognised
from ._files import cannot_open
from ._gpkg import read_municipality
from .reference_store import record_of_text, reference_path

FORMAT, VERSION = "veerkracht-bundel", 1
MANIFEST = "manifest.json"
MAX_TOTAL = 6 * 1024**3
MAX_FILES = 2_000
_MAX_MANIFEST = 4 * 1024**2
_MAX_RATIO = 200
"""GeoPackages and Parquet files shrink some five times; more than this is a bomb."""
_CHUNK = 1024**2
_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, ValueError)
NAME = re.compile(
    r"gemeenten/GM\d{4}-\d{4}\.gpkg|landelijk/[a-z0-9][a-z0-9_.-]{0,60}\.parquet"
    r"|landelijk/referentie-[a-z0-9_]{1,60}\.json"
)
_TODO = "Maak de bundel opnieuw met: veerkracht data pack."


class SourceLine(pydantic.BaseModel, extra="forbid", frozen=True):
    """One source of one file, as it must be cited."""

    source: str
    title: str
    edition: str
    licence: str


class BundledFile(pydantic.BaseModel, extra="forbid", frozen=True):
    """One file of a bundle: place, size, hash, when its newest data was read, and its sources."""

    path: str
    size: int = pydantic.Field(ge=0)
    sha256: str = pydantic.Field(pattern=r"^[0-9a-f]{64}$")
    changed_at: pydantic.AwareDatetime
    what: str
    sources: tuple[SourceLine, ...] = ()


class Manifest(pydantic.BaseModel, extra="forbid", frozen=True):
    """What is in a bundle."""

    format: str
    version: int
    made_with: str
    made_at: pydantic.AwareDatetime
    files: tuple[BundledFile, ...]


def copy(source: IO[bytes], target: IO[bytes], most: int | None) -> tuple[int, str]:
    """Copy and return size and SHA-256; stop where there is more than `most`."""
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(_CHUNK):
        size += len(chunk)
        if most is not None and size > most:
            break
        digest.update(chunk)
        target.write(chunk)
    return size, digest.hexdigest()


def opened(path: Path) -> zipfile.ZipFile:
    """Return the zip, or say that it is none."""
    try:
        return zipfile.ZipFile(path)
    except OSError as error:
        raise cannot_open(path, error, "een bundel (zip)") from error
    except (zipfile.BadZipFile, ValueError) as error:
        raise FileDamaged(
            f"{path.name} kan niet worden geopend.",
            expected="een bundel (zip)",
            got=str(error)[:200],
            todo=_TODO,
        ) from error


def manifest_of(path: Path, bundle: zipfile.ZipFile) -> Manifest:
    """Return the manifest of an open bundle; see :func:`~veerkracht_nb.sources.bundle.read_manifest`."""
    names = bundle.namelist()
    if names.count(MANIFEST) != 1 or bundle.getinfo(MANIFEST).file_size > _MAX_MANIFEST:
        raise FileNotRecognised(
            f"{path.name} is geen bundel van dit programma.",
            expected=f"een zip met {MANIFEST}",
            got=", ".join(names[:5])[:200] or "een lege zip",
            todo=_TODO,
        )
    try:
        raw = json.loads(bundle.read(MANIFEST))
        version = raw.get("version") if isinstance(raw, dict) and raw.get("format") == FORMAT else None
        # Before anything else: a newer version may have other fields.
        if isinstance(version, int) and version > VERSION:
            raise DataError(
                f"{path.name} is gemaakt met een nieuwere versie van dit programma.",
                expected=f"versie {VERSION} of ouder",
                got=f"versie {version}",
                todo="Werk dit programma bij.",
            )
        manifest = Manifest.model_validate(raw)
    except (*_ZIP_ERRORS, OSError) as error:
        raise _wrong(path, "een inhoudsopgave die klopt", str(error)) from error
    if manifest.format != FORMAT:
        raise _wrong(path, f"een bundel ({FORMAT})", manifest.format)
    return manifest


def _wrong(path: Path, expected: str, got: str) -> FileDamaged:
    return FileDamaged(
        f"{path.name} is beschadigd of niet te vertrouwen; er is niets uitgepakt.",
        expected=expected,
        got=got[:200],
        todo=_TODO,
    )


def check_entries(path: Path, bundle: zipfile.ZipFile, manifest: Manifest) -> None:
    """Let only through what the manifest names, at places and in sizes that are possible."""
    listed = {item.path: item for item in manifest.files}
    entries = [info for info in bundle.infolist() if info.filename != MANIFEST]
    names = [info.filename for info in entries]
    if len(listed) != len(manifest.files) or sorted(names) != sorted(listed):
        strange = sorted(set(names) ^ set(listed)) or ["dubbele namen"]
        raise _wrong(path, "precies de bestanden van de inhoudsopgave", ", ".join(strange))
    if len(names) > MAX_FILES or sum(item.size for item in manifest.files) > MAX_TOTAL:
        raise _wrong(path, f"hooguit {MAX_FILES} bestanden en {MAX_TOTAL // 1024**3} GB", "meer dan dat")
    for info in entries:
        if not NAME.fullmatch(info.filename):
            raise _wrong(path, "namen zoals gemeenten/GM0622-2024.gpkg", repr(info.filename))
        if info.flag_bits & 0x1:
            raise _wrong(path, "een zip zonder wachtwoord", f"{info.filename} is versleuteld")
        if info.file_size != listed[info.filename].size:
            raise _wrong(
                path, f"{listed[info.filename].size} bytes", f"{info.filename}: {info.file_size} bytes"
            )
        if info.file_size > _MAX_RATIO * max(info.compress_size, 1024):
            raise _wrong(
                path, "gewoon ingepakte bestanden", f"{info.filename} zwelt op tot {info.file_size} bytes"
            )


def check_room(path: Path, folder: Path, needed: int) -> None:
    """Raise DataError where the disk has less room than is needed."""
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise DataError(
            f"{path.name} past niet op de schijf.",
            expected=f"{needed // 1024**2} MB vrij",
            got=f"{free // 1024**2} MB vrij",
            todo=f"Maak ruimte op de schijf van {folder}.",
        )


def extract(path: Path, bundle: zipfile.ZipFile, item: BundledFile, beside: Path) -> None:
    """Unpack one file into the folder `beside` and compare size and hash."""
    target = beside / item.path
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with bundle.open(item.path) as packed, target.open("wb") as file:
            size, digest = copy(packed, file, item.size)
    except _ZIP_ERRORS as error:
        raise _wrong(path, f"een heel bestand {item.path}", str(error)) from error
    if (size, digest) != (item.size, item.sha256):
        raise _wrong(path, f"{item.path} met SHA-256 {item.sha256[:12]}…", f"{size} bytes, {digest[:12]}…")


def check_content(path: Path, item: BundledFile, beside: Path) -> None:
    """Read every file as what it is: a right hash says only that it is what somebody packed."""
    file = beside / item.path
    if file.suffix == ".parquet":
        try:
            columns = set(pd.read_parquet(file).columns)
        except (OSError, ValueError, pyarrow.ArrowException) as error:
            raise _wrong(path, f"een leesbare tabel {item.path}", str(error)) from error
        if not {"code", "indicator", "year", "value"} <= columns:
            raise _wrong(path, "de kolommen code, indicator, year en value", ", ".join(sorted(columns)))
        return
    if file.suffix == ".json":
        try:
            record = record_of_text(file.read_text(encoding="utf-8"))
        except (DataError, OSError, ValueError) as error:
            raise _wrong(path, f"een landelijke vergelijking in {item.path}", str(error)) from error
        if file.name != reference_path(record.profile).name:
            raise _wrong(path, f"een vergelijking die bij {item.path} hoort", record.profile)
        return
    found = read_municipality(file)
    if file.stem != f"{found.code}-{found.year}":
        raise FileMismatch(
            f"{path.name}: {item.path} is een andere gemeente of een ander jaar.",
            expected=file.stem,
            got=f"{found.code}-{found.year}",
            todo=_TODO,
        )
