"""Where the publishers are, and how long and how much may be asked of them.

The addresses are documented or recorded ones. What could not be called while this was written is marked:
[R] read in documentation or in code that uses it, [G] a guess that is only tried, with another way behind it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a download may cost.

    Attributes
    ----------
    connect_seconds, read_seconds : float
        How long to wait for a connection, and for the next piece of an answer.
    total_seconds : float
        How long everything together may take.
    attempts : int
        How often a request is tried; only after a time-out, a broken connection, 429 or 5xx.
    wait_seconds, wait_most_seconds : float
        First pause between attempts (it doubles, with a random part) and the longest one. A server that asks
        to wait longer is not waited for.
    answer_bytes, file_bytes : int
        Largest answer (unpacked) and largest file.
    keep_seconds : float
        How long an answer in the cache is used again.
    pages : int
        Most pages of one list.
    """

    connect_seconds: float = 10.0
    read_seconds: float = 60.0
    total_seconds: float = 3 * 3600.0
    attempts: int = 4
    wait_seconds: float = 0.5
    wait_most_seconds: float = 60.0
    answer_bytes: int = 256 * 1024**2
    file_bytes: int = 2 * 1024**3
    keep_seconds: float = 24 * 3600.0
    pages: int = 2000


@dataclass(frozen=True, kw_only=True)
class Services:
    """Base addresses of the publishers; tests give those of a server on this machine.

    Attributes
    ----------
    ogc : str
        PDOK OGC API Features; ``{edition}`` is a year or ``historisch`` [R].
    wfs : str
        PDOK WFS 2.0 of one ``{year}`` [R].
    map_files : tuple of str
        Yearly GeoPackage, as such or in a zip, tried in this order. The pattern is [R] for 2022 (PDOK, v1) and
        2024 (CBS, v2); other years and version numbers are [G].
    locatieserver : str
        PDOK Locatieserver [R].
    odata_api, odata_feed : str
        CBS OData v3: up to 10,000 records, and in pages [R].
    third_api, third_feed : str
        The same for tables of others at CBS, such as RIVM. The Api address is [R], the Feed address [G].
    kwb_files : tuple of str
        Yearly Excel file with core figures, both name patterns [R].
    leefbaarometer : tuple of str
        Zip with the scores of the newest release [R].
    limits : Limits
    """

    ogc: str = "https://api.pdok.nl/cbs/wijken-en-buurten-{edition}/ogc/v1"
    wfs: str = "https://service.pdok.nl/cbs/wijkenbuurten/{year}/wfs/v1_0"
    map_files: tuple[str, ...] = (
        *(
            "https://service.pdok.nl/cbs/wijkenbuurten/{year}/atom/downloads/wijkenbuurten_{year}_"
            f"v{version}.gpkg"
            for version in (3, 2, 1)
        ),
        *(
            f"https://geodata.cbs.nl/files/Wijkenbuurtkaart/WijkBuurtkaart_{{year}}_v{version}.zip"
            for version in (3, 2, 1)
        ),
    )
    locatieserver: str = "https://api.pdok.nl/bzk/locatieserver/search/v3_1"
    odata_api: str = "https://opendata.cbs.nl/ODataApi/odata"
    odata_feed: str = "https://opendata.cbs.nl/ODataFeed/odata"
    third_api: str = "https://dataderden.cbs.nl/ODataApi/OData"
    third_feed: str = "https://dataderden.cbs.nl/ODataFeed/odata"
    kwb_files: tuple[str, ...] = (
        "https://download.cbs.nl/regionale-kaarten/kwb-{year}.xlsx",
        "https://download.cbs.nl/regionale-kaarten/kwb{year}.xlsx",
    )
    leefbaarometer: tuple[str, ...] = (
        "https://www.leefbaarometer.nl/resources/open-data-leefbaarometer-meting-2024.zip",
    )
    limits: Limits = field(default_factory=Limits)


DEFAULT_SERVICES = Services()

OGC_YEARS = frozenset({2023, 2024, 2025})
"""Years with an OGC API of their own; earlier ones are asked of ``historisch`` [R]."""

KWB_TABLES: MappingProxyType[int, str] = MappingProxyType(
    {
        2013: "82339NED",
        2014: "82931NED",
        2015: "83220NED",
        2016: "83487NED",
        2017: "83765NED",
        2018: "84286NED",
        2019: "84583NED",
        2020: "84799NED",
        2021: "85039NED",
        2022: "85318NED",
        2023: "85618NED",
        2024: "85984NED",
        2025: "86165NED",
    }
)
"""StatLine table with core figures of wijken and buurten, by year [R]."""

RIVM_TABLE = "50120NED"
"""Health monitor of GGD'en, CBS and RIVM by wijk and buurt: 2012, 2016, 2020 and 2022 [R]."""

DEFAULT_YEARS = (2014, 2016, 2018, 2020, 2022, 2024)
"""Years of core figures unless asked otherwise: those for which the Leefbaarometer has scores too."""
