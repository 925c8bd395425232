from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veerkracht_nb.areas import gemeente_of, level_of, normalise_code, parse_code, wijk_of
from veerkracht_nb.errors import DataError

buurt_codes = st.from_regex(r"BU[0-9]{4}[0-9A-Z]{4}", fullmatch=True)


@given(buurt_codes, st.integers(0, 4))
def test_padding_capitals_and_a_missing_prefix_do_not_matter(code: str, blanks: int) -> None:
    padded = code.lower() + " " * blanks
    assert parse_code(padded, "buurt") == code
    assert parse_code(code[2:], "buurt") == code
    assert normalise_code(normalise_code(padded)) == normalise_code(padded)


@given(buurt_codes)
def test_a_buurt_lies_in_the_wijk_and_gemeente_of_its_code(code: str) -> None:
    assert level_of(wijk_of(code)) == "wijk"
    assert level_of(gemeente_of(code)) == "gemeente"
    assert gemeente_of(wijk_of(code)) == gemeente_of(code)


@given(st.text(max_size=30))
def test_any_text_gives_a_code_or_a_data_error(text: str) -> None:
    try:
        assert level_of(parse_code(text, "buurt")) == "buurt"
    except DataError as error:
        assert error.expected


@pytest.mark.parametrize("value", [None, 622, float("nan"), "", "WK0622", "BU062201", "NL01"])
def test_what_is_no_code_has_no_level(value: object) -> None:
    assert level_of(value) is None


def test_a_wijk_is_refused_where_a_buurt_is_asked() -> None:
    with pytest.raises(DataError) as caught:
        parse_code("WK062201", "buurt")
    assert "BU06220101" in caught.value.expected
