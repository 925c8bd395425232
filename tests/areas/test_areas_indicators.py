from __future__ import annotations

import re

import pytest

from veerkracht_nb.areas.indicators import INDICATORS, REFERENCE_INDICATORS, format_value


def test_every_key_names_itself_and_its_source() -> None:
    for key, indicator in INDICATORS.items():
        assert indicator.key == key
        assert indicator.label and indicator.short_label and indicator.source
        assert len(indicator.short_label) <= 18


def test_no_figure_about_origin_is_in_the_catalogue() -> None:
    words = re.compile(r"herkomst|migratie|allochto|westers|_nl_|_neu_|_eur_|geboren", re.IGNORECASE)
    assert not [key for key, item in INDICATORS.items() if words.search(key) or words.search(item.label)]


def test_the_national_reference_holds_only_known_indicators() -> None:
    assert set(REFERENCE_INDICATORS) <= set(INDICATORS)


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("p_hh_li", 45.5, "45,5%"),
        ("a_inw", 12345.0, "12.345"),
        ("onv", -0.0954, "−0,095"),
        ("onv", -0.0001, "0,000"),
        ("g_wozbag", 310.0, "310 × € 1.000"),
        ("a_soz_wb", float("nan"), "geen gegevens"),
    ],
)
def test_figures_are_written_in_dutch_and_missing_is_never_zero(key: str, value: float, text: str) -> None:
    assert format_value(key, value) == text
