"""The plan of the fictional town Veerdam: its buurten, where they lie and what has happened there.

Everything in this table is invented. Coordinates are in units of 100 m from the south-west.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

CODE = "GM9901"
NAME = "Veerdam"
YEAR = 2024

WIJKEN: MappingProxyType[str, str] = MappingProxyType(
    {
        "01": "Centrum",
        "02": "Haven",
        "03": "Nieuw-Noord",
        "04": "Westerkwartier",
        "05": "Landgoederen",
        "06": "Zuidoever",
        "07": "Veldzicht",
        "08": "Ambacht en buitengebied",
    }
)

OUTLINE = (
    (4.5, 29.2), (2.6, 35.8), (5.4, 43.3), (3.5, 49.9), (9.3, 56.4), (17.9, 58.3), (24.6, 64), (34.2, 65.8),
    (41.9, 62.1), (50.6, 64), (59.2, 63), (65, 57.4), (72.6, 54.6), (75.5, 47), (72.6, 39.5), (78.4, 32.9),
    (75.5, 26.4), (77.4, 17.9), (71.7, 14.1), (69.8, 7.6), (60.2, 6.6), (53.4, 2.9), (43.8, 4.7), (36.2, 1.9),
    (27.5, 5.7), (18.9, 6.6), (10.2, 10.4), (10.2, 16), (3.5, 20.7),
)  # fmt: skip
RIVER = (
    (-4, 27),
    (8, 26),
    (18, 22),
    (28, 21),
    (36, 24.5),
    (44, 28),
    (52, 27),
    (60, 22.5),
    (70, 21),
    (84, 24),
)
RIVER_WIDTH = (4.2, 1.5)
"""Width at the mouth in the west and at the eastern border."""
RAILWAY = ((-4, 42.5), (20, 40.5), (40, 38.5), (56, 39.5), (84, 33))
BASINS = (((14.5, 24), (16.5, 30.5)), ((19.2, 23), (20.6, 29.5)), ((25.5, 15.5), (27.3, 21)))
"""Harbour basins: middle of both ends; 90 m wide."""


@dataclass(frozen=True)
class Kind:
    """What buurten of one kind have in common; figures of 2022.

    ``k`` is vulnerability in standard deviations, ``onv`` the Leefbaarometer dimension, ``corporation``,
    ``flats``, ``single`` and ``rent_other`` are percentages, ``woz`` is in 1,000 euro, ``ages`` are the
    shares of 0-14, 15-24, 25-44, 45-64 and 65 and older; ``fys soc vrz won`` are the other Leefbaarometer
    dimensions.
    """

    k: float
    onv: float
    corporation: float
    rent_other: float
    flats: float
    single: float
    household: float
    woz: float
    ages: tuple[float, float, float, float, float]
    fys: float
    soc: float
    vrz: float
    won: float


KINDS: MappingProxyType[str, Kind] = MappingProxyType(
    {
        "binnenstad": Kind(
            0.25,
            -0.085,
            24,
            38,
            78,
            58,
            1.6,
            262,
            (0.09, 0.15, 0.37, 0.23, 0.16),
            0.015,
            -0.035,
            0.115,
            0.005,
        ),
        "kade": Kind(
            -0.45, -0.020, 14, 34, 88, 47, 1.7, 345, (0.08, 0.11, 0.41, 0.26, 0.14), 0.03, -0.02, 0.07, 0.04
        ),
        "arbeiders": Kind(
            0.85,
            -0.070,
            52,
            14,
            34,
            41,
            2.1,
            218,
            (0.16, 0.13, 0.30, 0.25, 0.16),
            -0.02,
            -0.015,
            0.045,
            -0.045,
        ),
        "flats": Kind(
            1.30, -0.095, 74, 7, 81, 49, 1.9, 187, (0.17, 0.13, 0.28, 0.23, 0.19), -0.01, -0.045, 0.03, -0.075
        ),
        "villa": Kind(
            -1.15, 0.070, 4, 8, 9, 24, 2.5, 612, (0.16, 0.11, 0.17, 0.32, 0.24), 0.05, 0.045, 0.005, 0.085
        ),
        "hof": Kind(
            0.10, 0.005, 36, 6, 18, 33, 2.2, 286, (0.15, 0.11, 0.23, 0.27, 0.24), 0.01, 0.005, 0.005, -0.01
        ),
        "nieuwbouw": Kind(
            -0.75, 0.035, 19, 9, 21, 19, 2.8, 428, (0.26, 0.12, 0.33, 0.23, 0.06), 0.02, 0.015, -0.02, 0.055
        ),
        "dorp": Kind(
            -0.30, 0.055, 21, 5, 7, 28, 2.4, 372, (0.15, 0.11, 0.20, 0.29, 0.25), 0.015, 0.05, -0.035, 0.02
        ),
        "buiten": Kind(
            -0.55, 0.065, 1, 9, 1, 22, 2.5, 545, (0.15, 0.12, 0.18, 0.33, 0.22), 0.03, 0.04, -0.08, 0.05
        ),
        "werk": Kind(0.0, -0.040, 0, 60, 0, 60, 1.5, 0, (0.0, 0.2, 0.4, 0.4, 0.0), -0.05, -0.04, 0.0, -0.02),
    }
)


@dataclass(frozen=True)
class Plot:
    """One buurt of the plan; `story` is the class it was meant to have, `shift` its own accent."""

    number: str
    name: str
    x: float
    y: float
    kind: str
    inhabitants: int
    story: str
    shift: float = 0.0

    @property
    def code(self) -> str:
        """Code of the buurt."""
        return f"BU{CODE[2:]}{self.number}"


PLOTS: tuple[Plot, ...] = (
    Plot("0101", "Binnenstad", 40.2, 32.4, "binnenstad", 1480, "C"),
    Plot("0102", '\'t Höfke "De Öst"', 44.2, 33.2, "arbeiders", 960, "B", -0.1),
    Plot("0103", "Singelkwartier", 36.4, 33.4, "binnenstad", 1310, "E", -0.4),
    Plot("0104", "Stationsbuurt", 40.6, 36.6, "binnenstad", 1120, "A", 0.5),
    Plot("0105", "Veerkade", 37.0, 28.9, "kade", 640, "E"),
    Plot("0106", "Molenwal", 46.6, 36.5, "arbeiders", 1090, "E", -0.4),
    Plot("0201", "Oude Haven", 31.8, 26.4, "kade", 870, "D", 0.6),
    Plot("0202", "Vlothaven", 20.5, 28.6, "arbeiders", 540, "C", -0.1),
    Plot("0203", "Havenbedrijven", 10.0, 33.0, "werk", 0, "X"),
    Plot("0204", "Scheepswerfkwartier", 22.5, 16.6, "kade", 720, "D", 0.9),
    Plot("0205", "Handelskade", 30.8, 17.0, "arbeiders", 1240, "B"),
    Plot("0301", "Componistenbuurt", 26.8, 43.4, "flats", 2260, "A"),
    Plot("0302", "Vogelbuurt", 33.0, 42.6, "flats", 1980, "A", 0.2),
    Plot("0303", "Verzetsheldenbuurt", 39.2, 42.2, "flats", 2140, "B"),
    Plot("0304", "Zonnehof", 28.8, 48.6, "flats", 1710, "C", -0.2),
    Plot("0305", "Parkzicht", 35.0, 47.8, "flats", 1890, "D", -0.1),
    Plot("0306", "Sterrenbuurt", 41.4, 47.4, "hof", 1560, "A", 0.5),
    Plot("0307", "De Lanen", 35.4, 53.0, "hof", 1340, "E"),
    Plot("0401", "Zeeheldenbuurt", 31.2, 36.2, "arbeiders", 1870, "E", 0.1),
    Plot("0402", "Ambachtsbuurt", 25.8, 37.4, "arbeiders", 1650, "A", 0.1),
    Plot("0403", "Gildenbuurt", 25.4, 32.6, "arbeiders", 1420, "D", -0.2),
    Plot("0404", "Tuindorp De Eendracht", 19.2, 36.4, "arbeiders", 1180, "E", -0.3),
    Plot("0405", "Spoorzicht", 31.2, 31.6, "arbeiders", 1260, "C"),
    Plot("0406", "Gasfabriekterrein", 26.2, 27.4, "kade", 430, "E"),
    Plot("0501", "Oranjepark", 51.2, 33.8, "villa", 980, "E", 0.3),
    Plot("0502", "Kasteelpark", 57.6, 30.2, "villa", 730, "E"),
    Plot("0503", "Rozenhage", 62.8, 34.2, "villa", 1040, "E", 0.2),
    Plot("0504", "Beukenhof", 68.6, 28.2, "villa", 940, "E", 0.1),
    Plot("0505", "Hoge Laan", 55.4, 36.6, "dorp", 890, "C", 0.1),
    Plot("0601", "Veerhoofd", 38.6, 19.2, "arbeiders", 1370, "E", -0.2),
    Plot("0602", "De Weren", 45.4, 22.4, "hof", 1630, "E", 0.1),
    Plot("0603", "Polderblik", 47.0, 14.8, "hof", 1780, "E"),
    Plot("0604", "Hof van Sint-Anna", 47.4, 15.0, "dorp", 640, "E", 0.3),
    Plot("0605", "Rietlanden", 37.6, 12.2, "hof", 1590, "E", -0.1),
    Plot("0606", "Watersnip", 54.0, 19.4, "hof", 1450, "C", 0.3),
    Plot("0607", "Kruidenbuurt", 55.4, 12.2, "hof", 1520, "B", 0.4),
    Plot("0608", "De Hoven", 63.2, 16.2, "nieuwbouw", 1210, "E"),
    Plot("0701", "Lentemaat", 48.2, 43.8, "nieuwbouw", 1430, "E"),
    Plot("0702", "Zomermaat", 54.2, 43.6, "nieuwbouw", 1290, "E", 0.1),
    Plot("0703", "Herfstakker", 49.6, 49.8, "nieuwbouw", 1670, "E", 0.15),
    Plot("0704", "Wintertuin", 56.6, 49.8, "nieuwbouw", 1140, "D", 0.4),
    Plot("0705", "De Bongerd", 61.0, 43.4, "nieuwbouw", 980, "E", 0.2),
    Plot("0801", "Ambacht-Kern", 15.0, 48.6, "dorp", 1260, "E"),
    Plot("0802", "Ambacht-Oost", 20.4, 45.6, "dorp", 940, "D", 0.3),
    Plot("0803", "Ambacht-Nieuw", 13.6, 43.8, "nieuwbouw", 690, "E"),
    Plot("0804", "Buitengebied Noord", 26.0, 57.5, "buiten", 310, "E"),
    Plot("0805", "Buitengebied Oost", 70.6, 45.5, "buiten", 170, "E"),
    Plot("0806", "Polder Zuid", 17.0, 11.5, "buiten", 65, "X"),
)
MORE_PLACES: MappingProxyType[str, tuple[tuple[float, float], ...]] = MappingProxyType(
    {
        "0203": ((9, 37.5), (13.5, 30), (14.5, 38.5)),
        "0804": ((34, 61.5), (38, 60.5), (42, 59), (19, 54.5), (14, 54.8), (9.5, 53), (7, 46.5), (25, 52)),
        "0805": ((66, 51), (60, 58.5), (51, 59), (69.5, 39), (71, 50)),
        "0806": (
            (12, 17),
            (26, 9.5),
            (33, 5.5),
            (42, 6.5),
            (51, 6),
            (60, 8.5),
            (69.5, 12),
            (72.5, 18.5),
            (28.5, 12),
        ),
    }
)
"""Buurten that wrap around others have more than one place."""
WATER = Plot("0297", "De Veer", 0, 0, "water", 0, "X")
ENCLAVE = "0604"
SPLIT_OLD, SPLIT_YEAR, SPLIT_NEW = "BU99010710", 2019, ("0701", "0702")
RENAMED, RENAMED_YEAR, RENAMED_OLD = "0204", 2018, "Werf Noord"
