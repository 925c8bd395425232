"""From the publishers' files to prepared municipalities.

Every file is read and checked before anything is written, and all municipalities are put in place together: a
wrong file, a full disk or an interruption leaves what was there as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..areas.tables import check_indicators
from ..errors import FileNotRecognised
from ..paths import data_folder
from ._files import KNOWN, Figures
from .leefbaarometer import read_leefbaarometer
from .preparing import ImportedMunicipality, prepare_and_store
from .recognition import FileKind, check_suffix, recognise
from .rivm import read_rivm
from .wijkenbuurten import Boundaries, read_wijkenbuurten

Progress = Callable[[str, float], None]


@dataclass(frozen=True, kw_only=True)
class ImportedFile:
    """One file that was read: its kind, edition and number of buurten."""

    path: Path
    kind: FileKind
    edition: str
    buurten: int


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What an import did.

    Attributes
    ----------
    files : tuple of ImportedFile
    municipalities : tuple of ImportedMunicipality
    skipped : tuple of (Path, str)
        Files of a folder that are not one of the known kinds, with the reason.
    notes : tuple of str
        What the user must know, in Dutch.
    """

    files: tuple[ImportedFile, ...]
    municipalities: tuple[ImportedMunicipality, ...]
    skipped: tuple[tuple[Path, str], ...] = ()
    notes: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """Return the report in Dutch sentences, one per line."""
        result = [
            f"{item.path.name}: {item.kind}, {item.edition}, {item.buurten} buurten" for item in self.files
        ]
        result += [
            f"{m.name} ({m.code}), grenzen van {m.year}: {m.buurten} buurten, {m.figures} cijfers"
            for m in self.municipalities
        ]
        result += list(self.notes)
        return result + [f"overgeslagen: {path.name} ({why})" for path, why in self.skipped]


def import_files(
    paths: Sequence[Path],
    *,
    gemeenten: Sequence[str] | None = None,
    progress: Progress | None = None,
    folder: Path | None = None,
) -> ImportReport:
    """Read publishers' files, in any order, and prepare every gemeente they have buurten of.

    Parameters
    ----------
    paths : sequence of pathlib.Path
        Files, or folders whose files are tried; unknown files in a folder are skipped.
    gemeenten : sequence of str, optional
        Codes or names; only these are prepared.
    progress : callable, optional
        Called with a Dutch sentence and the share that is done (0 to 1).
    folder : pathlib.Path, optional
        Data folder to write to; that of :func:`veerkracht_nb.paths.data_folder` unless given.

    Returns
    -------
    ImportReport

    Raises
    ------
    FileNotRecognised, FileDamaged, FileMismatch
        If a named file cannot be used; nothing is written then.
    DataError
        If there are no boundaries to put the figures on, or the disk is full.
    """
    folder = folder or data_folder()
    tell = progress or (lambda text, share: None)
    named, skipped = _expand(paths)
    boundaries: list[Boundaries] = []
    figures: list[Figures] = []
    files = []
    for number, (path, kind) in enumerate(named):
        tell(f"{path.name} lezen", 0.5 * number / len(named))
        if kind == "wijkenbuurten":
            boundaries.append(read_wijkenbuurten(path))
            found = boundaries[-1].provenance.edition, len(boundaries[-1].buurten)
        else:
            figures.append(read_leefbaarometer(path) if kind == "leefbaarometer" else read_rivm(path))
            check_indicators(figures[-1].table, path.name)
            found = figures[-1].provenance.edition, int(figures[-1].table["code"].nunique())
        files.append(ImportedFile(path=path, kind=kind, edition=found[0], buurten=found[1]))
    written, notes = prepare_and_store(
        boundaries,
        figures,
        gemeenten=gemeenten,
        folder=folder,
        progress=lambda text, share: tell(text, 0.5 + share / 2),
    )
    tell("klaar", 1.0)
    return ImportReport(
        files=tuple(files), municipalities=written, skipped=tuple(skipped), notes=tuple(notes)
    )


def _expand(paths: Sequence[Path]) -> tuple[list[tuple[Path, FileKind]], list[tuple[Path, str]]]:
    named: list[tuple[Path, FileKind]] = []
    skipped: list[tuple[Path, str]] = []
    for path in paths:
        if not path.is_dir():
            kind = recognise(path)
            check_suffix(path, kind)
            named.append((path, kind))
            continue
        for inner in sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith(".")):
            try:
                kind = recognise(inner)
            except FileNotRecognised as error:
                skipped.append((inner, error.got))
            else:
                check_suffix(inner, kind)
                named.append((inner, kind))
    if not named:
        where = ", ".join(str(path) for path in paths) or "(geen bestand genoemd)"
        raise FileNotRecognised(
            f"Geen bruikbare bestanden in {where}.", expected=KNOWN, got=f"{len(skipped)} andere"
        )
    return list(dict.fromkeys(named)), skipped
