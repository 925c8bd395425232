"""Core figures of CBS (Kerncijfers wijken en buurten): the StatLine table, or else the yearly Excel file.

Names of columns are those of the catalogue of indicators. A figure that an edition does not have is simply not
there; nothing is made up, and missing is never zero. Figures about origin are never asked for.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd
import python_calamine

from ...areas.codes import gemeente_of, level_of, normalise_code
from ...areas.indicators import INDICATORS
from ...areas.municipality import Provenance
from ...errors import DataError
from .._files import Figures, check_unique, damaged, numbers, tidy
from ..wijkenbuurten import TITLE
from .archives import check_members
from .downloads import discard, download
from .errors import FetchError
from .http import Fetched, Fetcher
from .odata import Table, Topic, get_properties, get_rows
from .provenance import noted
from .services import KWB_TABLES, Services
from .ways import first_that_works

TOPICS: MappingProxyType[str, Topic] = MappingProxyType(
    {
        "a_inw": Topic(stems=("AantalInwoners",), group="bevolking"),
        "a_00_14": Topic(stems=("k_0Tot15Jaar",), group="leeftijd"),
        "a_15_24": Topic(stems=("k_15Tot25Jaar",), group="leeftijd"),
        "a_25_44": Topic(stems=("k_25Tot45Jaar",), group="leeftijd"),
        "a_45_64": Topic(stems=("k_45Tot65Jaar",), group="leeftijd"),
        "a_65_oo": Topic(stems=("k_65JaarOfOuder",), group="leeftijd"),
        "a_hh": Topic(stems=("HuishoudensTotaal",), group="huishoudens"),
        "a_1p_hh": Topic(stems=("Eenpersoonshuishoudens",), group="huishoudens"),
        "g_hhgro": Topic(stems=("GemiddeldeHuishoudensgrootte",), group="huishoudens"),
        "bev_dich": Topic(stems=("Bevolkingsdichtheid",), group="bevolking"),
        "a_woning": Topic(stems=("Woningvoorraad",), group="won"),
        "g_wozbag": Topic(stems=("GemiddeldeWOZWaardeVanWoningen", "GemiddeldeWoningwaarde"), group="won"),
        "p_mgezw": Topic(stems=("PercentageMeergezinswoning",), group="won"),
        "p_leegsw": Topic(stems=("PercentageOnbewoond", "PercentageLeegstaand"), group="won"),
        "p_koopw": Topic(stems=("Koopwoningen",), group="eigendom"),
        "p_huurw": Topic(stems=("HuurwoningenTotaal",), group="eigendom"),
        "p_wcorpw": Topic(stems=("InBezitWoningcorporatie",), group="eigendom"),
        "p_ov_hw": Topic(stems=("InBezitOverigeVerhuurders",), group="eigendom"),
        # "Met een laag inkomen" is another figure (a fixed purchasing power), until 2023.
        "p_hh_li": Topic(
            stems=("k_40HuishoudensMetLaagsteInkomen", "HuishoudensMetLaagInkomen"), group="inkomen"
        ),
        "p_hh_hi": Topic(
            stems=("k_20HuishoudensMetHoogsteInkomen", "HuishoudensMetHoogInkomen"), group="inkomen"
        ),
        "p_hh_lkk": Topic(
            stems=("HuishoudensMetEenLaagInkomen", "HuishoudensMetLageKoopkracht"), group="inkomen"
        ),
        "p_hh_osm": Topic(stems=("HuishOnderOfRondSociaalMinimum",), group="inkomen"),
        "a_soz_wb": Topic(
            stems=("PersonenPerSoortUitkeringBijstand", "PersonenMetEenWWBUitkeringTotaal"), group="sociale"
        ),
        "a_soz_ao": Topic(
            stems=("PersonenPerSoortUitkeringAO", "PersonenMetEenAOUitkeringTotaal"), group="sociale"
        ),
        "a_soz_ww": Topic(
            stems=("PersonenPerSoortUitkeringWW", "PersonenMetEenWWUitkeringTotaal"), group="sociale"
        ),
        "a_soz_ow": Topic(
            stems=("PersonenPerSoortUitkeringAOW", "PersonenMetEenAOWUitkeringTotaal"), group="sociale"
        ),
        "p_arb_pp": Topic(stems=("Nettoarbeidsparticipatie",), group="arbeid"),
        "p_jz_tn": Topic(stems=("PercentageJongerenMetJeugdzorg",), group="zorg"),
        "p_wmo_t": Topic(stems=("WmoClientenRelatief",), group="zorg"),
        "ste_mvs": Topic(stems=("MateVanStedelijkheid",), group="stedelijk"),
        "ste_oad": Topic(stems=("Omgevingsadressendichtheid",), group="stedelijk"),
    }
)
"""Key of the catalogue to the place in the StatLine table. Recorded for 2024 (85984NED); older names [R]."""

NEEDED = ("p_hh_li", "a_soz_wb", "a_soz_ao", "a_15_24", "a_25_44", "a_45_64")
"""What the profile sociaaleconomisch needs of a year."""

_EXCEL_NAMES: MappingProxyType[str, tuple[str, ...]] = MappingProxyType({"g_wozbag": ("g_wozbag", "g_woz")})
_CODES = ("gwb_code_10", "gwb_code")
_EXCEL_BYTES = 512 * 1024**2


def get_kwb(
    fetcher: Fetcher, services: Services, codes: Sequence[str] | None, year: int, notes: list[str]
) -> Figures:
    """Return the core figures of one year, on the borders of that year.

    Raises
    ------
    FetchError
        If neither the table nor the file can be had.
    """
    result = first_that_works(
        f"Kerncijfers van {year}",
        [
            ("StatLine", lambda: _from_odata(fetcher, services, codes, year)),
            ("het Excel-bestand", lambda: _from_excel(fetcher, services, codes, year)),
        ],
        notes,
    )
    there = set(result.table["indicator"])
    lacking = [key for key in NEEDED if key not in there]
    if lacking:
        names = ", ".join(INDICATORS[key].short_label for key in lacking)
        notes.append(f"Kerncijfers van {year}: CBS geeft (nog) geen cijfers over {names}.")
    return result


def _from_odata(fetcher: Fetcher, services: Services, codes: Sequence[str] | None, year: int) -> Figures:
    if year not in KWB_TABLES:
        raise FetchError(f"Van {year} is geen StatLine-tabel bekend.", kind="absent")
    table = Table(id=KWB_TABLES[year], api=services.odata_api, feed=services.odata_feed)
    properties = get_properties(fetcher, table)
    columns = {key: found for key, topic in TOPICS.items() if (found := properties.find(topic))}
    if "a_inw" not in columns:
        raise FetchError(
            f"Tabel {table.id} is niet die van de kerncijfers.", kind="content", expected="AantalInwoners"
        )
    rows, fetched = get_rows(fetcher, table, properties, list(columns.values()), codes)
    name = Path(f"{table.id} (StatLine)")
    raw = pd.DataFrame(rows, columns=[properties.region, *columns.values()], dtype="object")
    raw = raw.rename(columns={found: key for key, found in columns.items()})
    return _figures(raw, properties.region, codes, year, name, fetched)


def _from_excel(fetcher: Fetcher, services: Services, codes: Sequence[str] | None, year: int) -> Figures:
    failure: FetchError | None = None
    for pattern in services.kwb_files:
        try:
            path, fetched = download(fetcher, pattern.format(year=year), f"kerncijfers {year}")
        except FetchError as error:
            if error.kind not in ("absent", "refused"):
                raise
            failure = failure or error
            continue
        try:
            raw, code = read_excel(path)
            return _figures(raw, code, codes, year, path, [fetched])
        except DataError:
            discard(path)
            raise
    raise failure or FetchError(f"Er is geen Excel-bestand van {year}.", kind="absent")


def read_excel(path: Path) -> tuple[pd.DataFrame, str]:
    """Return the sheet with core figures, cells as they are, and the name of the column with codes.

    Column names are stripped: the file of 2024 has ``a_nb_won `` with a blank behind it.

    Raises
    ------
    FileDamaged
        If it is no workbook, unpacks to too much, or has no sheet with core figures.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(member.file_size for member in check_members(packed, path.name))
        if size > _EXCEL_BYTES:
            raise damaged(path, "een werkmap van hooguit 512 MB", f"{size // 1024**2} MB")
        with python_calamine.CalamineWorkbook.from_path(path) as workbook:
            for name in workbook.sheet_names:
                table = _sheet(workbook.get_sheet_by_name(name).to_python())
                code = next((column for column in _CODES if table is not None and column in table), "")
                if table is not None and code:
                    return table, code
    except (zipfile.BadZipFile, python_calamine.CalamineError, OSError) as error:
        raise damaged(path, "een leesbare Excel-werkmap", str(error)) from error
    raise damaged(path, "een blad met kolommen gwb_code_10 en a_inw", "geen blad met die kolommen")


def _sheet(rows: list[list[Any]]) -> pd.DataFrame | None:
    for number, row in enumerate(rows[:20]):
        names = [str(cell).strip().lower() for cell in row]
        if "a_inw" in names:
            table = pd.DataFrame(rows[number + 1 :], columns=names, dtype="object")
            return table.loc[:, [bool(name) for name in names]]
    return None


def _figures(
    raw: pd.DataFrame,
    code: str,
    codes: Sequence[str] | None,
    year: int,
    name: Path,
    fetched: Sequence[Fetched],
) -> Figures:
    """Return the rows of buurten, tidy; wijken, gemeenten and the country stand in between."""
    found = raw[code].map(normalise_code)
    rows = found.map(level_of) == "buurt"
    if codes is not None:
        rows &= found.map(gemeente_of).isin(list(codes))
    raw = raw[rows].reset_index(drop=True)
    wide = pd.DataFrame({"code": found[rows].to_numpy(), "year": year})
    for key in TOPICS:
        column = next((item for item in _EXCEL_NAMES.get(key, (key,)) if item in raw), None)
        if column is not None:
            wide[key] = numbers(raw[column], name)
    check_unique(wide, ["code", "year"], name)
    return Figures(
        table=tidy(_with_share(wide)), provenance=_provenance(year, name, fetched), one_border=False
    )


def _with_share(wide: pd.DataFrame) -> pd.DataFrame:
    """Return the table with the share of people who live alone, which CBS gives here as a number."""
    if "a_1p_hh" in wide and "a_hh" in wide:
        households = wide["a_hh"].where(wide["a_hh"] > 0)
        wide = wide.assign(p_1p_hh=(100 * wide["a_1p_hh"] / households).round().clip(upper=100))
    return wide.drop(columns="a_1p_hh", errors="ignore")


def _provenance(year: int, name: Path, fetched: Sequence[Fetched]) -> Provenance:
    # One answer has its own hash; a table in pages gets that of the hashes in order.
    parts = [item.sha256 for item in fetched]
    digest = parts[0] if len(parts) == 1 else hashlib.sha256("".join(parts).encode()).hexdigest()
    return noted(
        Provenance(
            source="CBS",
            # The title of the map: both are the same figures on the borders of the same year, and are put on
            # other borders in the same way.
            title=TITLE,
            edition=str(year),
            licence="CC BY 4.0",
            file_name=name.name,
            sha256=digest,
            imported_at=datetime.now(UTC).replace(microsecond=0),
            note="Kerncijfers wijken en buurten; aantallen zijn door CBS afgerond.",
        ),
        fetched,
    )


def merged(boundaries_figures: pd.DataFrame, figures: Figures) -> pd.DataFrame:
    """Return the figures of a map with those of the table of the same year, which is exact where both are."""
    both = pd.concat([boundaries_figures, figures.table], ignore_index=True)
    both = both.drop_duplicates(["code", "indicator", "year"], keep="last")
    return both.sort_values(["code", "indicator", "year"], ignore_index=True)


def joined_note(provenance: Provenance, figures: Figures) -> Provenance:
    """Return the provenance of a map with that of the table whose figures were added."""
    return replace(
        provenance,
        note=f"{provenance.note} {figures.provenance.file_name}: {figures.provenance.note}".strip(),
    )
