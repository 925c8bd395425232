"""Getting everything that one or more gemeenten need, and storing it only when all of it is right."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ...errors import DataError, MunicipalityNotFound, ParameterError
from ...paths import data_folder
from .._files import Figures
from ..preparing import ImportedMunicipality, prepare_and_store
from ..wijkenbuurten import Boundaries
from .boundaries import get_boundaries
from .errors import FetchError
from .gemeenten import resolve
from .health import get_health
from .http import Fetched, Fetcher
from .kwb import get_kwb, joined_note, merged
from .progress import Progress, Steps, megabytes
from .scores import get_scores
from .services import DEFAULT_SERVICES, DEFAULT_YEARS, KWB_TABLES, Services

Kind = Literal["kerncijfers", "leefbaarometer", "gezondheid"]
KINDS: tuple[Kind, ...] = ("kerncijfers", "leefbaarometer", "gezondheid")
"""What can be fetched besides the boundaries, which are always needed."""


@dataclass(frozen=True, kw_only=True)
class GetReport:
    """What was fetched and stored.

    Attributes
    ----------
    municipalities : tuple of ImportedMunicipality
        As stored, on the borders of the last year.
    fetched : tuple of Fetched
        Every answer that was used, with address, moment, ETag and SHA-256.
    notes : tuple of str
        What the user must know, in Dutch.
    """

    municipalities: tuple[ImportedMunicipality, ...]
    fetched: tuple[Fetched, ...]
    notes: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """Return the report in Dutch sentences, one per line."""
        size = sum(item.size for item in self.fetched if not item.from_cache)
        again = sum(item.from_cache for item in self.fetched)
        result = [f"{len(self.fetched)} antwoorden, {megabytes(size)} opgehaald, {again} al bewaard"]
        result += [
            f"{m.name} ({m.code}), grenzen van {m.year}: {m.buurten} buurten, {m.figures} cijfers"
            for m in self.municipalities
        ]
        return result + list(self.notes)


def get_municipalities(
    names: Sequence[str],
    *,
    years: Sequence[int] | None = None,
    everything: bool = False,
    folder: Path | None = None,
    progress: Progress | None = None,
    services: Services = DEFAULT_SERVICES,
    kinds: Collection[Kind] = KINDS,
    earlier_borders: bool | None = None,
) -> GetReport:
    """Fetch boundaries and figures from the publishers and prepare the gemeenten.

    Everything is fetched and checked first; then all gemeenten are put in place together. What was fetched is
    kept in ``.cache`` in the data folder, so that after a failure or an interruption the same command goes on
    from there.

    Parameters
    ----------
    names : sequence of str
        Names or codes of gemeenten.
    years : sequence of int, optional
        Years of core figures; the last is the year of the borders. Default: the even years 2014-2024, for
        which the Leefbaarometer has scores too; one of those that cannot be had is then noted and left out.
    everything : bool
        All gemeenten of the country; `names` must be empty then.
    folder : pathlib.Path, optional
        Data folder; that of :func:`veerkracht_nb.paths.data_folder` unless given.
    progress : callable, optional
        Called with a Dutch sentence (with bytes) and the share that is done (0 to 1).
    services : Services
        Addresses and limits.
    kinds : collection of {"kerncijfers", "leefbaarometer", "gezondheid"}
        What to fetch besides the boundaries.
    earlier_borders : bool, optional
        Fetch the borders of the earlier years too, so that figures can be carried over by overlap; those
        maps are not stored. Default: yes, but not for the whole country.

    Returns
    -------
    GetReport

    Raises
    ------
    ParameterError
        If a year or kind is not known, or names are given with `everything`.
    MunicipalityNotFound
        If a gemeente is unknown; says which come near.
    DataError
        If something that is needed cannot be had or is not right; nothing is stored then. For lack of internet
        it names the host and says what else can be done.
    """
    wanted = _years(years)
    _check(names, everything, kinds)
    folder = folder or data_folder()
    tell = progress or (lambda text, share: None)
    earlier = (not everything) if earlier_borders is None else earlier_borders
    steps = Steps(tell=tell, total=len(names) + 1 + 2 * len(wanted) + 2)
    notes: list[str] = []
    cache = folder / ".cache" / "ophalen"
    with Fetcher(cache, services.limits, steps) as fetcher, _staging(cache) as staging:
        codes = None
        if not everything:
            codes = [item.code for item in resolve(fetcher, services, names, wanted[-1])]
        run = _Run(fetcher=fetcher, services=services, codes=codes, folder=Path(staging), notes=notes)
        boundaries, figures = run.borders_and_core(
            wanted, core="kerncijfers" in kinds, earlier=earlier, strict=years is not None
        )
        if "leefbaarometer" in kinds:
            steps.next("Leefbaarometer ophalen")
            figures.append(get_scores(fetcher, services, run.folder))
        if "gezondheid" in kinds:
            steps.next("Gezondheidsmonitor ophalen")
            figures.append(get_health(fetcher, services, codes, run.folder))
        written, more = prepare_and_store(
            boundaries,
            figures,
            gemeenten=codes,
            folder=folder,
            border_years=[wanted[-1]],
            progress=lambda text, share: tell(text, steps.until + (1 - steps.until) * share),
        )
        fetched = tuple(fetcher.fetched)
    tell("klaar", 1.0)
    return GetReport(municipalities=written, fetched=fetched, notes=tuple([*notes, *more]))


@dataclass(frozen=True, kw_only=True)
class _Run:
    fetcher: Fetcher
    services: Services
    codes: list[str] | None
    folder: Path
    notes: list[str]

    def borders_and_core(
        self, years: Sequence[int], *, core: bool, earlier: bool, strict: bool
    ) -> tuple[list[Boundaries], list[Figures]]:
        """Return the maps, each with the core figures of its year, and core figures without a map."""
        boundaries: list[Boundaries] = []
        figures: list[Figures] = []
        for year in sorted(years, reverse=True):
            kaart = self._map(year, newest=year == years[-1], wanted=earlier)
            table = self._core(year, strict=strict) if core else None
            if kaart is not None:
                boundaries.append(_together(kaart, table))
            elif table is not None and not table.table.empty:
                figures.append(table)
        return boundaries, figures

    def _map(self, year: int, *, newest: bool, wanted: bool) -> Boundaries | None:
        if not (newest or wanted):
            return None
        self.fetcher.steps.next(f"Grenzen van {year} ophalen")
        try:
            return get_boundaries(self.fetcher, self.services, self.codes, year, self.folder, self.notes)
        except (FetchError, MunicipalityNotFound) as error:
            # Without internet every further question would only be another wait.
            if newest or (isinstance(error, FetchError) and error.kind in ("offline", "limit")):
                raise
            self.notes.append(f"Grenzen van {year} ontbreken: {error.message}")
            return None

    def _core(self, year: int, *, strict: bool) -> Figures | None:
        self.fetcher.steps.next(f"Kerncijfers van {year} ophalen")
        try:
            return get_kwb(self.fetcher, self.services, self.codes, year, self.notes)
        except FetchError as error:
            if strict or error.kind != "absent":
                raise
            self.notes.append(f"Kerncijfers van {year} ontbreken: {error.message}")
            return None


def _together(kaart: Boundaries, table: Figures | None) -> Boundaries:
    if table is None or table.table.empty:
        return kaart
    return replace(
        kaart,
        figures=merged(
            kaart.figures, replace(table, table=table.table[table.table["code"].isin(kaart.buurten.index)])
        ),
        provenance=joined_note(kaart.provenance, table),
    )


def _years(years: Sequence[int] | None) -> list[int]:
    wanted = sorted(set(years if years is not None else DEFAULT_YEARS))
    unknown = [year for year in wanted if year not in KWB_TABLES]
    if unknown or not wanted:
        raise ParameterError(
            f"Van {', '.join(map(str, unknown)) or 'geen jaar'} is niets op te halen.",
            expected=f"jaren van {min(KWB_TABLES)} tot en met {max(KWB_TABLES)}",
            todo="Laat de jaren weg, of lees een bestand van dat jaar in met 'veerkracht data import'.",
        )
    return wanted


def _check(names: Sequence[str], everything: bool, kinds: Collection[str]) -> None:
    if everything == bool(names):
        raise ParameterError(
            "Welke gemeenten moeten worden opgehaald?",
            expected="namen of codes van gemeenten, of alles; niet allebei",
            got="allebei" if names else "geen van beide",
            todo="Bijvoorbeeld: veerkracht data get Vlaardingen, of: veerkracht data get --all",
        )
    unknown = sorted(set(kinds) - set(KINDS))
    if unknown:
        raise ParameterError(f"'{unknown[0]}' is niet op te halen.", expected=", ".join(KINDS))


def _staging(cache: Path) -> tempfile.TemporaryDirectory[str]:
    """Return a folder for files on the way, on the disk of the data folder and gone afterwards."""
    try:
        return tempfile.TemporaryDirectory(prefix="bezig-", dir=cache, ignore_cleanup_errors=True)
    except OSError as error:
        raise DataError("Er kan niets worden bewaard.", got=str(error)[:200]) from error
