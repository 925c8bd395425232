"""The catalogue of indicators: what each figure is called, its unit, and which way is worse.

Keys are stable and publisher-neutral: the mnemonics of the CBS table Kerncijfers wijken en buurten
(``p_hh_li``), the topics of the RIVM table in snake_case without their moving number (``moeite_rondkomen``),
and the column names of the Leefbaarometer (``onv``). Figures about origin are left out on purpose: the method
is about self-reliance, and such figures stigmatise (see the method page).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Direction = Literal["worse", "better", "neutral"]

KWB = "CBS, Kerncijfers wijken en buurten"
RIVM = "GGD'en, CBS en RIVM, Gezondheidsmonitor Volwassenen en Ouderen"
LBM = "Leefbaarometer 3.0, ministerie van BZK"


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One indicator.

    Attributes
    ----------
    key : str
        Key in :data:`INDICATORS` and in the column ``indicator`` of a municipality.
    label, short_label : str
        Dutch name, and a name of one or two words for small screens.
    unit : str
        Unit as printed after the figure; empty for a score.
    decimals : int
        Number of decimals that the publisher gives.
    higher_is : {"worse", "better", "neutral"}
        What a higher figure means for a buurt; "neutral" where that is not for a map to say.
    source : str
        Publisher and table, as they must be cited.
    """

    key: str
    label: str
    short_label: str
    unit: str
    decimals: int
    higher_is: Direction
    source: str


def _rows(
    source: str, rows: Iterable[tuple[str, str, str, str, int, Direction]]
) -> Iterable[tuple[str, Indicator]]:
    for key, label, short, unit, decimals, higher in rows:
        yield (
            key,
            Indicator(
                key=key,
                label=label,
                short_label=short,
                unit=unit,
                decimals=decimals,
                higher_is=higher,
                source=source,
            ),
        )


_KWB_ROWS: tuple[tuple[str, str, str, str, int, Direction], ...] = (
    ("a_inw", "Inwoners", "inwoners", "", 0, "neutral"),
    ("a_hh", "Huishoudens", "huishoudens", "", 0, "neutral"),
    ("a_00_14", "Inwoners van 0 tot 15 jaar", "0-14 jaar", "", 0, "neutral"),
    ("a_15_24", "Inwoners van 15 tot 25 jaar", "15-24 jaar", "", 0, "neutral"),
    ("a_25_44", "Inwoners van 25 tot 45 jaar", "25-44 jaar", "", 0, "neutral"),
    ("a_45_64", "Inwoners van 45 tot 65 jaar", "45-64 jaar", "", 0, "neutral"),
    ("a_65_oo", "Inwoners van 65 jaar en ouder", "65-plus", "", 0, "neutral"),
    ("p_1p_hh", "Eenpersoonshuishoudens", "alleenwonend", "%", 0, "neutral"),
    ("g_hhgro", "Gemiddelde huishoudensgrootte", "hh-grootte", "personen", 1, "neutral"),
    ("bev_dich", "Inwoners per km²", "dichtheid", "per km²", 0, "neutral"),
    ("a_woning", "Woningen", "woningen", "", 0, "neutral"),
    ("g_wozbag", "Gemiddelde WOZ-waarde van woningen", "WOZ-waarde", "× € 1.000", 0, "neutral"),
    ("p_mgezw", "Woningen in een gebouw met meer woningen", "flats", "%", 0, "neutral"),
    ("p_leegsw", "Onbewoonde woningen", "onbewoond", "%", 0, "neutral"),
    ("p_koopw", "Koopwoningen", "koop", "%", 0, "neutral"),
    ("p_huurw", "Huurwoningen", "huur", "%", 0, "neutral"),
    ("p_wcorpw", "Woningen in bezit van een corporatie", "corporatie", "%", 0, "neutral"),
    ("p_ov_hw", "Woningen in bezit van overige verhuurders", "overige huur", "%", 0, "neutral"),
    ("p_hh_li", "Huishoudens bij de 40% laagste inkomens", "laagste inkomens", "%", 1, "worse"),
    ("p_hh_hi", "Huishoudens bij de 20% hoogste inkomens", "hoogste inkomens", "%", 1, "better"),
    ("p_hh_lkk", "Huishoudens met een laag inkomen", "laag inkomen", "%", 1, "worse"),
    ("p_hh_osm", "Huishoudens onder of rond het sociaal minimum", "sociaal minimum", "%", 1, "worse"),
    ("a_soz_wb", "Personen met een bijstandsuitkering", "bijstand", "", 0, "worse"),
    ("a_soz_ao", "Personen met een arbeidsongeschiktheidsuitkering", "AO", "", 0, "worse"),
    ("a_soz_ww", "Personen met een WW-uitkering", "WW", "", 0, "worse"),
    ("a_soz_ow", "Personen met een AOW-uitkering", "AOW", "", 0, "neutral"),
    ("p_arb_pp", "Nettoarbeidsparticipatie", "werkend", "%", 0, "better"),
    ("p_jz_tn", "Jongeren met jeugdzorg in natura", "jeugdzorg", "%", 1, "worse"),
    ("p_wmo_t", "Wmo-cliënten", "Wmo", "per 1.000 inwoners", 0, "worse"),
    ("ste_mvs", "Stedelijkheid (1 zeer sterk, 5 niet stedelijk)", "stedelijkheid", "", 0, "neutral"),
    ("ste_oad", "Omgevingsadressendichtheid", "adressen", "per km²", 0, "neutral"),
)

_RIVM_ROWS: tuple[tuple[str, str, str, str, int, Direction], ...] = (
    ("moeite_rondkomen", "Volwassenen met moeite met rondkomen", "moeite rondkomen", "%", 1, "worse"),
    (
        "hoog_risico_angst_depressie",
        "Volwassenen met een hoog risico op angst of depressie",
        "angst/depressie",
        "%",
        1,
        "worse",
    ),
    (
        "ernstig_eenzaam",
        "Volwassenen die ernstig of zeer ernstig eenzaam zijn",
        "ernstig eenzaam",
        "%",
        1,
        "worse",
    ),
    (
        "ervaren_gezondheid_goed",
        "Volwassenen met een (zeer) goede ervaren gezondheid",
        "gezond",
        "%",
        1,
        "better",
    ),
    ("eenzaam", "Volwassenen die eenzaam zijn", "eenzaam", "%", 1, "worse"),
    (
        "matig_hoog_risico_angst_depressie",
        "Volwassenen met een matig of hoog risico op angst of depressie",
        "risico angst",
        "%",
        1,
        "worse",
    ),
    (
        "veel_stress",
        "Volwassenen met (heel) veel stress in de afgelopen vier weken",
        "veel stress",
        "%",
        1,
        "worse",
    ),
    (
        "regie_eigen_leven",
        "Volwassenen met matig of veel regie over het eigen leven",
        "regie",
        "%",
        1,
        "better",
    ),
    ("lichamelijke_beperking", "Volwassenen met een lichamelijke beperking", "beperking", "%", 1, "worse"),
    (
        "beperkt_door_gezondheid",
        "Volwassenen die beperkt zijn vanwege gezondheid",
        "beperkt",
        "%",
        1,
        "worse",
    ),
    ("langdurige_aandoening", "Volwassenen met een langdurige aandoening", "aandoening", "%", 1, "worse"),
    ("overmatige_drinker", "Volwassenen die overmatig drinken", "drinken", "%", 1, "worse"),
    ("mantelzorger", "Volwassenen die mantelzorg geven", "mantelzorg", "%", 1, "neutral"),
    ("vrijwilligerswerk", "Volwassenen die vrijwilligerswerk doen", "vrijwilligers", "%", 1, "better"),
    (
        "geluidhinder_buren",
        "Volwassenen met ernstige geluidhinder door buren",
        "geluid buren",
        "%",
        1,
        "worse",
    ),
)

_LBM_ROWS: tuple[tuple[str, str, str, str, int, Direction], ...] = (
    ("lbm", "Leefbaarheid, totaalscore", "leefbaarheid", "", 2, "better"),
    ("afw", "Leefbaarheid, afwijking van het landelijk gemiddelde", "leefb. t.o.v. NL", "", 3, "better"),
    ("fys", "Fysieke omgeving, bijdrage aan de afwijking", "omgeving", "", 3, "better"),
    ("onv", "Overlast en onveiligheid, bijdrage aan de afwijking", "overlast", "", 3, "better"),
    ("soc", "Sociale samenhang, bijdrage aan de afwijking", "samenhang", "", 3, "better"),
    ("vrz", "Voorzieningen, bijdrage aan de afwijking", "voorzieningen", "", 3, "better"),
    ("won", "Woningvoorraad, bijdrage aan de afwijking", "woningvoorraad", "", 3, "better"),
)

INDICATORS: MappingProxyType[str, Indicator] = MappingProxyType(
    {**dict(_rows(KWB, _KWB_ROWS)), **dict(_rows(RIVM, _RIVM_ROWS)), **dict(_rows(LBM, _LBM_ROWS))}
)
"""Every indicator that a municipality can hold, by key."""

REFERENCE_INDICATORS: tuple[str, ...] = (
    "a_inw",
    "a_hh",
    "a_15_24",
    "a_25_44",
    "a_45_64",
    "a_soz_wb",
    "a_soz_ao",
    "p_hh_li",
    "moeite_rondkomen",
    "hoog_risico_angst_depressie",
    "ernstig_eenzaam",
    "onv",
)
"""Indicators kept for the whole country where a file covers it, to compare a buurt with the Netherlands."""


def format_value(key: str, value: float, own: Iterable[Indicator] = ()) -> str:
    """Return a figure as it is printed in Dutch, with its unit: ``"16,5%"``, ``"1.240"``.

    A missing figure (NaN) gives ``"geen gegevens"``, never zero. A `key` that is neither in the catalogue nor
    in `own` (the own indicators of a municipality) raises KeyError.
    """
    if value != value:
        return "geen gegevens"
    indicator = INDICATORS.get(key) or {item.key: item for item in own}[key]
    text = f"{value:,.{indicator.decimals}f}".translate(str.maketrans(",.", ".,"))
    # A rounded -0 would read as a direction that is not there.
    if float(f"{value:.{indicator.decimals}f}") == 0:
        text = text.lstrip("-")
    text = text.replace("-", "−")
    if indicator.unit == "%":
        return text + "%"
    return f"{text} {indicator.unit}".rstrip()
