"""From the publishers' files to prepared municipalities.

Every file is read and checked before anything is written, and all municipalities are put in place together: a
wrong file, a full disk or an interruption leaves what was there as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from ..areas.codes import parse_code, plain_name
from ..areas.indicators import REFERENCE_INDICATORS
from ..areas.municipality import Municipality
from ..areas.tables import check_buurten, check_indicators
from ..errors import DataError, FileNotRecognised
from ..paths import data_folder
from ._files import KNOWN, Figures
from ._gpkg import read_municipality, replacing, write_layers
from .joining import Borders, Linker, border_year, extend, figures_of, keep_own
from .leefbaarometer import read_leefbaarometer
from .recognition import FileKind, check_suffix, recognise
from .rivm import read_rivm
from .store import list_municipalities, municipality_path, save_national
from .wijkenbuurten import MARKED_BY_CBS, Boundaries, read_wijkenbuurten

Progress = Callable[[str, float], None]

_NATIONWIDE = 5_000
"""A table with figures of this many buurten is kept as national reference."""


@dataclass(frozen=True, kw_only=True)
class ImportedFile:
    """One file that was read: its kind, edition and number of buurten."""

    path: Path
    kind: FileKind
    edition: str
    buurten: int


@dataclass(frozen=True, kw_only=True)
class ImportedMunicipality:
    """One municipality that was written; ``figures`` is its number of figures, ``path`` its file."""

    code: str
    name: str
    year: int
    buurten: int
    figures: int
    path: Path


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


def prepare_and_store(
    boundaries: list[Boundaries],
    figures: list[Figures],
    *,
    gemeenten: Sequence[str] | None,
    folder: Path,
    progress: Progress,
    border_years: Collection[int] | None = None,
) -> tuple[tuple[ImportedMunicipality, ...], list[str]]:
    """Put figures on boundaries and write every gemeente, all of them or none; wherever they were read.

    Parameters
    ----------
    boundaries, figures
        As the readers give them.
    gemeenten : sequence of str or None
        Codes or names; only these are prepared.
    folder : pathlib.Path
        Data folder to write to.
    progress : callable
        Called with a Dutch sentence and the share that is done (0 to 1).
    border_years : collection of int, optional
        Only maps of these years are written; those of other years serve to carry figures over.

    Returns
    -------
    tuple of ImportedMunicipality, list of str
        What was written, and what the user must know.

    Raises
    ------
    DataError
        If there are no boundaries, a table is not right, or the disk is full; nothing is written then.
    """
    for part in figures:
        check_indicators(part.table, part.provenance.file_name)
    prepared, notes = _prepare(boundaries, figures, gemeenten, folder, border_years)
    return _write(prepared, [*boundaries, *figures], folder, progress), notes


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


def _prepare(
    boundaries: list[Boundaries],
    figures: list[Figures],
    gemeenten: Sequence[str] | None,
    folder: Path,
    border_years: Collection[int] | None,
) -> tuple[list[Municipality], list[str]]:
    """Return the municipalities as they must be written, and what the user must know."""
    prepared, linker = _on_borders(boundaries, {plain_name(item) for item in gemeenten or ()}, folder)
    prepared = [item for item in prepared if border_years is None or item.year in border_years]
    if not prepared:
        raise _nothing_to_prepare(boundaries, gemeenten)
    own = [Figures(table=part.figures, provenance=part.provenance, one_border=False) for part in boundaries]
    tables = [
        (replace(given, border_year=border_year(given)), dict(list(given.table.groupby(_digits(given)))))
        for given in (*own, *figures)
        if len(given.table)
    ]
    result = []
    without: dict[str, list[str]] = {}
    for municipality in prepared:
        for given, groups in tables:
            before = municipality
            towns = sorted(linker.gemeenten(border_year(given), municipality) & set(groups))
            if towns:
                rows = pd.concat([groups[town] for town in towns]) if len(towns) > 1 else groups[towns[0]]
                municipality = extend(before, replace(given, table=rows), linker)
            if municipality is before and given.one_border:
                without.setdefault(given.provenance.file_name, []).append(municipality.name)
        check_buurten(municipality.buurten, municipality.name)
        check_indicators(municipality.indicators, municipality.name)
        result.append(municipality)
    return result, [f"{name} heeft geen cijfers van {_enumerate(towns)}." for name, towns in without.items()]


def _digits(figures: Figures) -> pd.Series:
    """Return the digits of the gemeente of each row."""
    return figures.table["code"].str[2:6]


def _enumerate(names: list[str], most: int = 8) -> str:
    names = sorted(set(names))
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" en {rest} andere gemeenten" if rest > 0 else "")


def _on_borders(
    boundaries: list[Boundaries], wanted: set[str], folder: Path
) -> tuple[list[Municipality], Linker]:
    """Return the municipalities of the maps, and what was prepared earlier, with the figures known before.

    The linker knows all those maps, so that figures of one year can be put on the borders of another.
    """
    new = {(m.code, m.year): m for part in boundaries for m in _split(part, wanted)}
    earlier = {}
    for info in list_municipalities(folder):
        asked = not wanted or wanted & {plain_name(info.code), plain_name(info.name)}
        if not info.fictional and asked and (not boundaries or info.code in {code for code, _ in new}):
            earlier[info.code, info.year] = read_municipality(info.path)
    maps = [
        Borders(year=part.year, buurten=part.buurten, changes=part.changes, marked=part.marked)
        for part in boundaries
    ]
    linker = Linker([*maps, *(_borders_of(old) for old in earlier.values())])
    for key, municipality in new.items():
        if key in earlier:
            municipality = keep_own(municipality, earlier[key])
        for old_key, old in earlier.items():
            if old_key[0] == key[0]:
                for given in figures_of(old, municipality.year):
                    municipality = extend(municipality, given, linker)
        new[key] = municipality
    return list((earlier | new).values()), linker


def _borders_of(municipality: Municipality) -> Borders:
    marks = tuple(change for change in municipality.changes if change.note == MARKED_BY_CBS)
    return Borders(year=municipality.year, buurten=municipality.buurten, changes=marks)


def _nothing_to_prepare(boundaries: list[Boundaries], gemeenten: Sequence[str] | None) -> DataError:
    there = sorted({str(name) for part in boundaries for name in part.buurten["gemeente_name"]})
    return DataError(
        "Deze gemeente staat niet in de kaart." if boundaries else "Er zijn geen buurten voor deze cijfers.",
        expected="een wijk- en buurtkaart met " + (", ".join(gemeenten) if gemeenten else "buurten"),
        got=", ".join(there[:20]) or "geen kaart",
        todo="Geef ook de wijk- en buurtkaart (GeoPackage) mee, bij dezelfde opdracht of eerst.",
    )


def _split(part: Boundaries, wanted: set[str]) -> list[Municipality]:
    result = []
    for (code, name), buurten in part.buurten.groupby(["gemeente_code", "gemeente_name"]):
        if wanted and not wanted & {plain_name(code), plain_name(name)}:
            continue
        result.append(
            Municipality(
                code=parse_code(code, "gemeente"),
                name=name,
                year=part.year,
                buurten=buurten.drop(columns=["gemeente_code", "gemeente_name"]),
                indicators=part.figures.iloc[:0],
                provenance=(part.provenance,),
                changes=tuple(change for change in part.changes if change.code in buurten.index),
            )
        )
    return result


def _write(
    prepared: list[Municipality], parts: Sequence[Boundaries | Figures], folder: Path, tell: Progress
) -> tuple[ImportedMunicipality, ...]:
    written = []
    # Nothing is put in place before everything is on disk: the stack moves the files when its block
    # ends well.
    with ExitStack() as stack:
        for number, municipality in enumerate(prepared):
            tell(f"{municipality.name} {municipality.year} opslaan", number / len(prepared))
            path = municipality_path(municipality, folder)
            write_layers(municipality, stack.enter_context(replacing(path)))
            written.append(
                ImportedMunicipality(
                    code=municipality.code,
                    name=municipality.name,
                    year=municipality.year,
                    buurten=len(municipality.buurten),
                    figures=len(municipality.indicators),
                    path=path,
                )
            )
        for part in parts:
            table = part.figures if isinstance(part, Boundaries) else part.table
            table = table[table["indicator"].isin(REFERENCE_INDICATORS)]
            if table["code"].nunique() >= _NATIONWIDE:
                save_national(_national_name(part), table, folder)
    return tuple(written)


def _national_name(part: Boundaries | Figures) -> str:
    title = part.provenance.title.split(",")[0].split()[0].lower()
    return f"{title}-{part.year}" if isinstance(part, Boundaries) else title
