"""The whole country from the national files that a user has, in seconds; and one gemeente out of it.

Nothing is written per gemeente: all buurten are read at once and kept in columns (:mod:`._national_cache`), from which
one gemeente is taken when it is asked for.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow  # type: ignore[import-untyped]

from ..areas.codes import plain_name
from ..areas.country import Country
from ..areas.indicators import REFERENCE_INDICATORS
from ..areas.municipality import Municipality
from ..errors import DataError, FileDamaged, MunicipalityNotFound
from ..paths import data_folder
from . import wijkenbuurten
from ._files import Figures
from ._kwb_table import AreaList, read_kwb_table
from ._map_areas import read_map_areas
from ._national_cache import (
    Borders,
    Cached,
    Source,
    cache_folder,
    cache_key,
    newest_cache,
    open_cache,
    write_cache,
)
from ._national_join import country_on_borders, municipality_on_borders
from ._national_reading import names_of, together, usable_files
from .joining import border_year
from .leefbaarometer import read_leefbaarometer
from .rivm import read_rivm

Progress = Callable[[str, float], None]
_FIGURES: dict[str, list[object]] = {name: [] for name in ("code", "indicator", "year", "value", "source")}


def read_country(
    files: Sequence[Path],
    *,
    year: int | None = None,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> Country:
    """Read national files, in any order, and keep them in the data folder for the next time.

    Files that were read before by the same code are not read again. The buurten are those of the wijk- en buurtkaart or
    the national table of key figures (KWB); the Leefbaarometer and the health monitor of RIVM give figures.

    Parameters
    ----------
    files : sequence of pathlib.Path
        Files, or folders whose files are tried; unknown files in a folder are skipped.
    year : int, optional
        Year of the borders; default the year of which most buurten have a number of inhabitants.
    folder : pathlib.Path, optional
        Data folder to keep them in; that of :func:`veerkracht_nb.paths.data_folder` unless given.
    progress : callable, optional
        Called with a Dutch sentence and the share that is done (0 to 1).

    Returns
    -------
    Country

    Raises
    ------
    FileNotRecognised, FileDamaged, FileMismatch
        If a named file cannot be used.
    DataError
        If no file has buurten, or none of `year`.
    """
    tell = progress or (lambda text, share: None)
    tell("bestanden herkennen", 0.0)
    kinds = usable_files(files)
    path = cache_folder(folder or data_folder(), cache_key(list(kinds)))
    if path.is_dir():
        try:
            country = _country(open_cache(path), year, tell)
        except FileDamaged:
            tell("de bewaarde cijfers zijn beschadigd: opnieuw lezen", 0.0)
        else:
            tell("klaar", 1.0)
            return country
    lists, figures = _read(kinds, tell)
    if not lists:
        raise DataError(
            "Er zijn geen buurten voor deze cijfers.",
            expected="een wijk- en buurtkaart (GeoPackage) of de landelijke tabel met kerncijfers (KWB)",
            got=", ".join(item.name for item in kinds),
        )
    tell("bewaren", 0.75)
    country = _keep(path, lists, figures, year, tell)
    tell("klaar", 1.0)
    return country


def load_country(folder: Path | None = None, *, year: int | None = None) -> Country | None:
    """Return the country that was read last, or None where there is none.

    Raises
    ------
    FileDamaged
        If it cannot be read.
    """
    path = newest_cache(folder or data_folder())
    return None if path is None else _country(open_cache(path), year, lambda text, share: None)


@dataclass(frozen=True, kw_only=True)
class NationalAreas:
    """Which gemeenten can be taken out of the country that was read last.

    Attributes
    ----------
    year : int
        Year of the borders.
    gemeenten : dict of str to str
        Code to name.
    editions : str
        Sources with their editions, in one line.
    """

    year: int
    gemeenten: dict[str, str]
    editions: str


def national_areas(folder: Path | None = None) -> NationalAreas | None:
    """Return which gemeenten :func:`national_municipality` has, without reading a table; None where it has none.

    Raises
    ------
    FileDamaged
        If the country cannot be read.
    """
    path = newest_cache(folder or data_folder())
    cached = open_cache(path) if path else None
    drawn = [item for item in cached.borders if item.drawn] if cached else []
    if not cached or not drawn:
        return None
    newest = max(drawn, key=lambda item: item.year)
    titles = (f"{source.provenance.title} {source.provenance.edition}".strip() for source in cached.sources)
    return NationalAreas(
        year=newest.year, gemeenten=newest.gemeenten, editions="; ".join(dict.fromkeys(titles))
    )


def national_municipality(
    code_or_name: str, year: int | None = None, *, folder: Path | None = None
) -> Municipality:
    """Return one gemeente of the country that was read last, with boundaries and all figures.

    Parameters
    ----------
    code_or_name : str
        ``"GM0622"`` or ``"Vlaardingen"``, in capitals or not.
    year : int, optional
        Year of the borders; the newest of which there is a map unless given.
    folder : pathlib.Path, optional

    Returns
    -------
    Municipality
        As the importer prepares it from the same files.

    Raises
    ------
    MunicipalityNotFound
        If there is no such gemeente with a map; says what to do.
    """
    path = newest_cache(folder or data_folder())
    cached = open_cache(path) if path else None
    wanted = plain_name(code_or_name)
    for borders in sorted(cached.borders if cached else (), key=lambda item: -item.year):
        codes = [c for c, name in borders.gemeenten.items() if wanted in (plain_name(c), plain_name(name))]
        if cached and codes and borders.drawn and year in (None, borders.year):
            buurten = cached.buurten(borders.year, codes[0]).dropna(subset=["wkb"])
            if len(buurten):
                return municipality_on_borders(cached, borders, codes[0], buurten)
    raise MunicipalityNotFound(
        f"Er zijn geen landelijke gegevens met grenzen van '{code_or_name.strip()[:60]}'"
        + (f" met de grenzen van {year}." if year else "."),
        expected="een gemeente van de landelijke wijk- en buurtkaart",
        got=", ".join(f"grenzen van {item.year}: {item.drawn} buurten" for item in cached.borders)
        if cached
        else "geen landelijke bestanden ingelezen",
        todo="Lees de landelijke wijk- en buurtkaart (GeoPackage) in, samen met de cijfers.",
    )


def _read(kinds: dict[Path, str], tell: Progress) -> tuple[list[AreaList], list[Figures]]:
    lists: list[AreaList] = []
    figures: list[Figures] = []
    sizes = {path: path.stat().st_size for path in kinds}
    done, total = 0, max(1, sum(sizes.values()))
    for path, kind in kinds.items():
        tell(f"{path.name} lezen", 0.02 + 0.73 * done / total)
        if kind == "kwb":
            lists.append(read_kwb_table(path))
        elif kind == "wijkenbuurten":
            lists.append(read_map_areas(path))
        else:
            figures.append(read_leefbaarometer(path) if kind == "leefbaarometer" else read_rivm(path))
        done += sizes[path]
    # Of two lists of one year the one with boundaries knows water and households; a table comes first
    # and is overruled, and so is a small map by a large one.
    lists.sort(key=lambda item: (item.provenance.title == wijkenbuurten.TITLE, len(item.buurten)))
    return lists, figures


def _keep(
    path: Path, lists: list[AreaList], figures: list[Figures], year: int | None, tell: Progress
) -> Country:
    borders = {item: together(lists, item) for item in sorted({item.year for item in lists})}
    given = [
        Figures(
            table=item.figures,
            provenance=item.provenance,
            one_border=False,
            border_year=item.year,
            names=item.buurten["name"],
        )
        for item in lists
    ]
    given = [item for item in (*given, *figures) if len(item.table)]
    table = pd.concat(
        [item.table.assign(source=n) for n, item in enumerate(given)] or [pd.DataFrame(_FIGURES)]
    )
    table = table.astype({"indicator": "category", "source": "int8"}).sort_values("code", kind="stable")
    sources = [
        Source(provenance=item.provenance, one_border=item.one_border, border_year=border_year(item))
        for item in given
    ]
    names = names_of(given)
    try:
        cached = write_cache(path, borders, table, names, sources)
    except (OSError, pyarrow.ArrowException) as error:
        warnings.warn(f"de landelijke cijfers konden niet worden bewaard: {error}", stacklevel=3)
        chosen = _choose([item for _, item in borders.values()], year)
        wanted = table[table["indicator"].isin(REFERENCE_INDICATORS)].astype({"indicator": "str"})
        return country_on_borders(chosen, borders[chosen.year][0].drop(columns="wkb"), wanted, names, sources)
    return _country(cached, year, tell)


def _choose(borders: Sequence[Borders], year: int | None) -> Borders:
    there = [item for item in borders if year in (None, item.year)]
    if not there:
        raise DataError(
            f"Er zijn geen landelijke buurten van {year}.",
            expected=" of ".join(str(item.year) for item in borders),
            got=str(year),
            todo="Kies een ander jaar, of geef ook de wijk- en buurtkaart van dat jaar.",
        )
    return max(there, key=lambda item: (item.inhabited, item.buurten, item.year))


def _country(cached: Cached, year: int | None, tell: Progress) -> Country:
    chosen = _choose(cached.borders, year)
    tell("buurten ophalen", 0.85)
    buurten = cached.buurten(chosen.year)
    tell("cijfers koppelen", 0.9)
    figures = cached.figures(wanted=REFERENCE_INDICATORS)
    return country_on_borders(chosen, buurten, figures, cached.names(), cached.sources)
