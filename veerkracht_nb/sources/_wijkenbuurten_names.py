"""The names that columns of the wijk- en buurtkaart have had, in small letters: one row per figure."""

from __future__ import annotations

from types import MappingProxyType

AREA_NAMES: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        "code": ("buurtcode", "bu_code", "statcode"),
        "name": ("buurtnaam", "bu_naam", "statnaam"),
        "wijk_code": ("wijkcode", "wk_code"),
        "wijk_name": ("wijknaam", "wk_naam"),
        "gemeente_code": ("gemeentecode", "gm_code"),
        "gemeente_name": ("gemeentenaam", "gm_naam"),
        "water": ("water", "h2o"),
        "year": ("jaar",),
        "year_code": ("jrstatcode",),
        "changed": ("indelingswijziging_wijken_en_buurten", "ind_wbz", "ind_wbi"),
    }
)

FIGURE_NAMES: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        "a_inw": ("aantal_inwoners", "aant_inw"),
        "a_hh": ("aantal_huishoudens", "aantal_hh"),
        "p_1p_hh": ("percentage_eenpersoonshuishoudens", "p_eenp_hh"),
        "g_hhgro": ("gemiddelde_huishoudsgrootte", "gem_hh_gr"),
        "bev_dich": ("bevolkingsdichtheid_inwoners_per_km2", "bev_dichth"),
        "a_woning": ("woningvoorraad", "aantal_woningen"),
        "g_wozbag": ("gemiddelde_woningwaarde", "gemiddelde_woz_waarde_van_woningen", "woz"),
        "p_mgezw": ("percentage_meergezinswoning",),
        "p_leegsw": ("percentage_onbewoond", "percentage_leegstand_woningen"),
        "p_koopw": ("percentage_koopwoningen", "p_koopwon"),
        "p_huurw": ("percentage_huurwoningen", "p_huurwon"),
        "p_wcorpw": (
            "perc_huurwoningen_in_bezit_woningcorporaties",
            "percentage_huurwoningen_in_bezit_woningcorporaties",
            "p_huurcorp",
        ),
        "p_ov_hw": (
            "perc_huurwoningen_in_bezit_overige_verhuurders",
            "percentage_huurwoningen_in_bezit_overige_verhuurders",
        ),
        "p_hh_li": ("percentage_huishoudens_met_laagste_inkomen",),
        "p_hh_hi": ("percentage_huishoudens_met_hoog_inkomen", "percentage_huishoudens_met_hoogste_inkomen"),
        "p_hh_lkk": ("percentage_huishoudens_met_laag_inkomen",),
        "p_hh_osm": ("percentage_huishoudens_onder_of_rond_sociaal_minimum",),
        "a_soz_wb": (
            "aantal_personen_met_een_alg_bijstandsuitkering_tot",
            "aantal_personen_met_een_algemene_bijstandsuitkering_totaal",
        ),
        "a_soz_ao": ("aantal_personen_met_een_ao_uitkering_totaal",),
        "a_soz_ww": ("aantal_personen_met_een_ww_uitkering_totaal",),
        "a_soz_ow": ("aantal_personen_met_een_aow_uitkering_totaal",),
        "p_arb_pp": ("netto_arbeidsparticipatie",),
        "p_jz_tn": ("percentage_jongeren_met_jeugdzorg_in_natura",),
        "p_wmo_t": ("aantal_wmo_clienten_per_1000_inwoners",),
        "ste_mvs": ("stedelijkheid_adressen_per_km2", "stedelijkheid", "sted"),
        "ste_oad": ("omgevingsadressendichtheid", "oad"),
        "a_00_14": (),
        "a_15_24": (),
        "a_25_44": (),
        "a_45_64": (),
        "a_65_oo": (),
    }
)
"""Key of the catalogue to the property names it has had; the key itself is always tried too."""

AGE_SHARES: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        "a_00_14": ("percentage_personen_0_tot_15_jaar", "p_00_14_jr"),
        "a_15_24": ("percentage_personen_15_tot_25_jaar", "p_15_24_jr"),
        "a_25_44": ("percentage_personen_25_tot_45_jaar", "p_25_44_jr"),
        "a_45_64": ("percentage_personen_45_tot_65_jaar", "p_45_64_jr"),
        "a_65_oo": ("percentage_personen_65_jaar_en_ouder", "p_65_eo_jr"),
    }
)
