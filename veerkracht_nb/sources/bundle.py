"""Prepared municipalities in one file, for a laptop without internet.

A bundle is a zip with ``manifest.json`` (what is in it, with SHA-256, sources and licences), the GeoPackages of
the gemeenten and the national tables and comparisons. Unpacking trusts nothing: only names of a fixed form,
sizes and hashes of the manifest, and files that can be read as what they say they are. Everything is checked
beside its place and then moved there.
"""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version as package_version
from pathlib import Path

from ..areas.codes import plain_name
from ..areas.own import OWN_TITLE
from ..errors import DataError, MunicipalityNotFound
from ..paths import data_folder
from ._bundle import (
    FORMAT,
    MANIFEST,
    NAME,
    VERSION,
    BundledFile,
    Manifest,
    SourceLine,
    check_content,
    check_entries,
    check_room,
    copy,
    extract,
    manifest_of,
    opened,
)
from ._gpkg import read_municipality, replacing
from .store import MunicipalityInfo, list_municipalities

Progress = Callable[[str, float], None]


@dataclass(frozen=True, kw_only=True)
class UnpackReport:
    """What unpacking did.

    Attributes
    ----------
    written, same, kept : tuple of str
        Files that were put in place, that were there already, and that were not replaced because what is
        there is newer.
    notes : tuple of str
        What the user must know, in Dutch: licences, and own tables in the bundle.
    """

    written: tuple[str, ...]
    same: tuple[str, ...]
    kept: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """Return the report in Dutch sentences, one per line."""
        result = [f"uitgepakt: {name}" for name in self.written]
        result += [f"stond er al: {name}" for name in self.same]
        result += [
            f"niet vervangen, want wat er staat is nieuwer: {name} (kies vervangen om dat toch te doen)"
            for name in self.kept
        ]
        return result + list(self.notes)


def pack(
    codes: Sequence[str], path: Path, *, folder: Path | None = None, progress: Progress | None = None
) -> Path:
    """Write a bundle of prepared municipalities, in every year that there is, with the national tables.

    Parameters
    ----------
    codes : sequence of str
        Codes or names of gemeenten.
    path : pathlib.Path
        File to write; replaced as a whole or not at all.
    folder : pathlib.Path, optional
        Data folder.
    progress : callable, optional
        Called with a Dutch sentence and the share that is done.

    Raises
    ------
    MunicipalityNotFound
        If one of the gemeenten is not prepared.
    DataError
        If a file is damaged or the bundle cannot be written.
    """
    folder = folder or data_folder()
    chosen = _chosen(codes, folder)
    # Comparisons come after the tables, so that on the other laptop they are not older than these.
    national = [
        path
        for pattern in ("*.parquet", "referentie-*.json")
        for path in sorted((folder / "landelijk").glob(pattern))
    ]
    tell = progress or (lambda text, share: None)
    files: list[BundledFile] = []
    with replacing(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as bundle:
        items: list[MunicipalityInfo | Path] = [*chosen, *national]
        for number, item in enumerate(items):
            source = item if isinstance(item, Path) else item.path
            name = f"{source.parent.name}/{source.name}"
            if not NAME.fullmatch(name):
                continue
            tell(f"{source.name} inpakken", number / len(items))
            size, digest = _add(bundle, source, name)
            files.append(_described(item, name, size, digest))
        manifest = Manifest(
            format=FORMAT,
            version=VERSION,
            made_with=f"veerkracht_nb {package_version('veerkracht_nb')}",
            made_at=datetime.now(UTC).replace(microsecond=0),
            files=tuple(files),
        )
        bundle.writestr(MANIFEST, manifest.model_dump_json(indent=1))
    tell("klaar", 1.0)
    return path


def _chosen(codes: Sequence[str], folder: Path) -> list[MunicipalityInfo]:
    there = [info for info in list_municipalities(folder) if not info.fictional]
    chosen: dict[Path, MunicipalityInfo] = {}
    for code in codes:
        wanted = plain_name(code)
        found = [info for info in there if wanted in (plain_name(info.code), plain_name(info.name))]
        if not found:
            raise MunicipalityNotFound(
                f"Er zijn geen gegevens van '{code[:60]}'.",
                expected="een van: "
                + (", ".join(f"{i.name} ({i.code})" for i in there) or "(niets voorbereid)"),
                todo="Haal of lees eerst de gegevens van deze gemeente in.",
            )
        chosen |= {info.path: info for info in found}
    if not chosen:
        raise MunicipalityNotFound("Er is geen gemeente genoemd.", expected="ten minste één gemeente")
    return list(chosen.values())


def _add(bundle: zipfile.ZipFile, source: Path, name: str) -> tuple[int, str]:
    with source.open("rb") as file, bundle.open(name, "w", force_zip64=True) as target:
        return copy(file, target, None)


def _described(item: MunicipalityInfo | Path, name: str, size: int, digest: str) -> BundledFile:
    sources: tuple[SourceLine, ...] = ()
    if isinstance(item, Path):
        changed = datetime.fromtimestamp(item.stat().st_mtime, UTC).replace(microsecond=0)
        what = (
            "landelijke vergelijking" if item.suffix == ".json" else "landelijke tabel om mee te vergelijken"
        )
    else:
        municipality = read_municipality(item.path)
        changed, what = item.imported_at, f"{item.name} ({item.code}), grenzen van {item.year}"
        sources = tuple(
            SourceLine(source=p.source, title=p.title, edition=p.edition, licence=p.licence)
            for p in municipality.provenance
        )
    return BundledFile(path=name, size=size, sha256=digest, changed_at=changed, what=what, sources=sources)


def read_manifest(path: Path) -> Manifest:
    """Return what is in a bundle, without unpacking it.

    Raises
    ------
    FileNotRecognised, FileDamaged, DataError
        If it is no bundle, damaged, or made by a newer version.
    """
    with opened(path) as bundle:
        return manifest_of(path, bundle)


def unpack(
    path: Path,
    folder: Path | None = None,
    *,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> UnpackReport:
    """Put the municipalities of a bundle in the data folder, all or none.

    Parameters
    ----------
    path : pathlib.Path
        Bundle.
    folder : pathlib.Path, optional
        Data folder.
    overwrite : bool
        Replace also what is newer than the bundle; otherwise that is kept, and the report says so.
    progress : callable, optional
        Called with a Dutch sentence and the share that is done.

    Raises
    ------
    FileNotRecognised
        If it is no bundle.
    FileDamaged, FileMismatch
        If a name, size or hash is not right, or a file is not what the manifest says.
    DataError
        If it was made by a newer version, or the disk is full.
    """
    folder = folder or data_folder()
    tell = progress or (lambda text, share: None)
    with opened(path) as bundle:
        manifest = manifest_of(path, bundle)
        check_entries(path, bundle, manifest)
        same, kept, todo = _compare(manifest, folder, overwrite)
        check_room(path, folder, sum(item.size for item in todo))
        try:
            with tempfile.TemporaryDirectory(prefix=".bundel-", dir=folder) as beside:
                for number, item in enumerate(todo):
                    tell(f"{item.what} uitpakken", number / max(1, len(todo)))
                    extract(path, bundle, item, Path(beside))
                for item in todo:
                    check_content(path, item, Path(beside))
                for item in todo:
                    (folder / item.path).parent.mkdir(parents=True, exist_ok=True)
                    (Path(beside) / item.path).replace(folder / item.path)
        except OSError as error:
            raise DataError(
                f"{path.name} kan niet worden uitgepakt.",
                got=str(error)[:200],
                todo=f"Kijk of de schijf van {folder} vol of alleen-lezen is.",
            ) from error
    tell("klaar", 1.0)
    return UnpackReport(
        written=tuple(item.path for item in todo), same=same, kept=kept, notes=_notes(manifest)
    )


def _compare(
    manifest: Manifest, folder: Path, overwrite: bool
) -> tuple[tuple[str, ...], tuple[str, ...], list[BundledFile]]:
    """Return what is there already, what there is newer, and what is to be unpacked."""
    known = {f"gemeenten/{info.path.name}": info.imported_at for info in list_municipalities(folder)}
    same: list[str] = []
    kept: list[str] = []
    todo: list[BundledFile] = []
    for item in manifest.files:
        target = folder / item.path
        if not target.is_file():
            todo.append(item)
            continue
        with target.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() == item.sha256:
                same.append(item.path)
                continue
        there = known.get(item.path, datetime.fromtimestamp(int(target.stat().st_mtime), UTC))
        if there > item.changed_at and not overwrite:
            kept.append(item.path)
        else:
            todo.append(item)
    return tuple(same), tuple(kept), todo


def _notes(manifest: Manifest) -> tuple[str, ...]:
    lines = {line for item in manifest.files for line in item.sources}
    own = sorted({line.title.removeprefix(OWN_TITLE) for line in lines if line.title.startswith(OWN_TITLE)})
    notes = [f"Bundel gemaakt op {manifest.made_at:%d-%m-%Y} met {manifest.made_with}."]
    if own:
        notes.append(f"Er zitten eigen tabellen in: {', '.join(own)}. Deel die niet zonder toestemming.")
    cited = sorted(
        {f"{line.source} ({line.licence})" for line in lines if not line.title.startswith(OWN_TITLE)}
    )
    return (*notes, *([f"Bronnen: {'; '.join(cited)}."] if cited else []))
