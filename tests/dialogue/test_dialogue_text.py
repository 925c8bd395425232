"""Text of strangers comes in clean, once, and never breaks anything."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from veerkracht_nb.dialogue import clean_text, perceived_length, personal_data_hints
from veerkracht_nb.dialogue.text import tidy
from veerkracht_nb.errors import InvalidContribution

# Lone surrogates too: a browser can send half an emoji.
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=200)
NASTY = st.text(
    st.sampled_from(
        "a é\n\r\t\x00\x0b\x85\u2028\u200b\u200c\u200d\u202e\u2066\u0301\u0316\u3164\ufeff"
        "\ud83d\ude00👩👧🏽🇳🇱̈नि"
    ),
    max_size=60,
)


@given(ANYTHING | NASTY)
@example("a\u0301\u0301\u0301\u0301\u0301\u0301b")
@example("\u200d \u200d")
def test_cleaning_never_raises_and_cleaning_again_changes_nothing(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once
    assert unicodedata.is_normalized("NFC", once)
    once.encode()


@given(ANYTHING | NASTY)
def test_what_comes_out_holds_nothing_invisible_that_steers(text: str) -> None:
    once = tidy(text)
    assert not set(once) & set("\x00\x0b\r\t\x85\u2028\u2029\u200b\u202e\u2066\ufeff\u3164")
    assert all(unicodedata.category(c) not in ("Cc", "Cs", "Co") or c == "\n" for c in once)
    assert "  " not in once and "\n\n\n" not in once and once == once.strip()


@given(ANYTHING | NASTY, st.integers(1, 50))
def test_text_is_kept_whole_or_refused_with_its_length(text: str, limit: int) -> None:
    try:
        kept = clean_text(text, limit)
    except InvalidContribution as error:
        assert not tidy(text) or error.expected
    else:
        assert kept == tidy(text) and 0 < perceived_length(kept) <= limit


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  veel\t\u00a0ruimte  ", "veel ruimte"),
        ("een\r\ntwee\rdrie\u2028vier\x0bvijf", "een\ntwee\ndrie\nvier\nvijf"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("re\u0301sume\u0301", "résumé"),
        ("\u202egnihsihp\u202c", "gnihsihp"),
        ("ver\u200bbor\u00adgen\ufeff", "verborgen"),
        ("half \ud83d emoji, heel \ud83d\ude00", "half emoji, heel 😀"),
        ("gezin 👨\u200d👩\u200d👧 ", "gezin 👨\u200d👩\u200d👧"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ('=HYPERLINK("x")', '=HYPERLINK("x")'),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("Z\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308algo", "Z\u0301\u0302\u0303\u0304algo"),
    ],
)
def test_examples(raw: str, clean: str) -> None:
    assert tidy(raw) == unicodedata.normalize("NFC", clean)


@pytest.mark.parametrize("text", ["", "   ", "\u200b\u200d\ufeff", "\n\n", "\ud800", "\u3164\u2800"])
def test_text_without_anything_to_see_is_no_text(text: str) -> None:
    with pytest.raises(InvalidContribution, match="nog geen tekst"):
        clean_text(text, 600)


@pytest.mark.parametrize(
    ("text", "length"), [("abc", 3), ("é", 1), ("👩🏽", 1), ("👨‍👩‍👧", 1), ("🇳🇱🇧🇪", 2), ("❤️", 1), ("नि", 1)]
)
def test_length_is_what_a_reader_counts(text: str, length: int) -> None:
    assert perceived_length(text) == length


@pytest.mark.parametrize(
    "text",
    ["x" * 100_000, "a\u0301\u0316" * 33_000, "\u200d" * 100_000, " \n" * 50_000 + "x" * 601],
)
def test_a_hundred_thousand_characters_are_refused_not_cut(text: str) -> None:
    with pytest.raises(InvalidContribution):
        clean_text(text, 600)


def test_a_hundred_thousand_marks_on_one_letter_become_a_few() -> None:
    assert len(clean_text("a" + "\u0301\u0316" * 50_000, 600)) <= 5


def test_too_long_says_how_long_and_what_to_do() -> None:
    with pytest.raises(InvalidContribution) as caught:
        clean_text("é" * 601, 600)
    assert "600" in caught.value.expected and "601" in caught.value.got and caught.value.todo


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("zij woont op 3131 AB 12", "adres"),
        ("bij Dorpsstraat 12 op de hoek", "adres"),
        ("bel 06-12345678", "telefoon"),
        ("bel +31 6 1234 5678", "telefoon"),
        ("mail naar jan@voorbeeld.nl", "e-mail"),
        ("zijn nummer is 111222333", "burgerservice"),
    ],
)
def test_personal_data_is_pointed_out(text: str, hint: str) -> None:
    assert any(hint in found for found in personal_data_hints(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "In 2019 waren er 250 woningen",
        "sinds 1998 is het er beter",
        "de straat is donker",
        "nummer 123456788",
    ],
)
def test_ordinary_text_gets_no_warning(text: str) -> None:
    assert personal_data_hints(text) == ()
