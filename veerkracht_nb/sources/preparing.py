"""From what was read to municipalities on disk: figures on borders, and everything in place together."""

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
from ..errors import DataError
from ._files import Figures
from ._gpkg import read_municipality, replacing, write_layers
from .joining import Borders, Linker, border_year, extend, figures_of, keep_own
from .store import list_municipalities, municipality_path, save_national
from .wijkenbuurten import MARKED_BY_CBS, Boundaries

Progress = Callable[[str, float], None]

_NATIONWIDE = 5_000
"""A table with figures of this many buurten is kept as national reference."""


@dataclass(frozen=True, kw_only=True)
class ImportedMunicipality:
    """One municipality that was written; ``figures`` is its number of figures, ``path`` its file."""

    code: str
    name: str
    year: int
    buurten: int
    figures: int
    path: Path


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
                source = part.provenance
                save_national(_national_name(part), table, folder, title=source.title, edition=source.edition)
    return tuple(written)


def _national_name(part: Boundaries | Figures) -> str:
    title = part.provenance.title.split(",")[0].split()[0].lower()
    if isinstance(part, Boundaries):
        return f"{title}-{part.year}"
    # Of key figures there is a table for each year; those with all years in one file replace the earlier one.
    return title if part.one_border else f"{title}-{border_year(part)}"
