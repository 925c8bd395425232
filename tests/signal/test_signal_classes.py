"""Which changes give which class."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veerkracht_nb.signal import CLASSES, FOCUS, classify
from veerkracht_nb.signal.classes import focus, sign

UP, FLAT, DOWN = 0.2, 0.0, -0.2
NAN = float("nan")


@pytest.mark.parametrize(
    ("dk", "do", "letter"),
    [
        (UP, UP, "A"),
        (UP, FLAT, "B"),
        (UP, DOWN, "B"),
        (FLAT, UP, "C"),
        (DOWN, UP, "C"),
        (DOWN, DOWN, "D"),
        (FLAT, FLAT, "E"),
        (FLAT, DOWN, "E"),
        (DOWN, FLAT, "E"),
        (NAN, UP, "X"),
        (UP, NAN, "X"),
        (NAN, NAN, "X"),
    ],
)
def test_each_combination_of_directions_has_its_class(dk: float, do: float, letter: str) -> None:
    assert classify([dk], 0.1, [do], 0.1).tolist() == [letter]


def test_a_change_exactly_on_the_band_is_no_clear_change() -> None:
    # 0.30 - 0.15 and 0.03 - 0.021 are a hair beside the band in floating point.
    changes = np.array([0.15, 0.30 - 0.15, 0.45 - 0.30, -0.15])
    assert sign(changes, 0.15).tolist() == [0, 0, 0, 0]
    assert sign([0.030 - 0.021, 0.1 + 0.2 - 0.291], 0.009).tolist() == [0, 0]


def test_a_published_decimal_beyond_the_band_counts() -> None:
    assert sign([0.0091, -0.0091], 0.009).tolist() == [1, -1]


def test_a_missing_band_gives_no_class() -> None:
    assert classify([UP], [NAN], [UP], 0.1).tolist() == ["X"]


changes = st.one_of(st.floats(-3, 3), st.just(NAN))


@given(st.lists(st.tuples(changes, changes, st.floats(0, 1), st.floats(0, 1)), min_size=1))
def test_x_is_given_where_something_is_missing_and_nowhere_else(
    rows: list[tuple[float, float, float, float]],
) -> None:
    dk, do, dk_band, do_band = map(np.array, zip(*rows, strict=True))
    letters = classify(dk, dk_band, do, do_band)
    assert set(letters) <= set(CLASSES)
    assert ((letters == "X") == (np.isnan(dk) | np.isnan(do))).all()


@given(st.floats(-3, 3), st.floats(-3, 3), st.floats(0, 1), st.floats(0, 1))
def test_a_wider_band_never_turns_up_into_down(dk: float, do: float, narrow: float, more: float) -> None:
    before, after = sign(dk, narrow), sign(dk, narrow + more)
    assert after in (0, before)
    assert str(classify(dk, 9, do, 9)) == "E"


def test_focus_is_high_from_the_percentile_on() -> None:
    k, o = [0.78, 0.78, 0.77, 0.77, NAN, 0.78], [0.038, 0.037, 0.038, 0.037, 0.038, NAN]
    expected = ["beide", "kwetsbaarheid", "overlast", "geen", "onbekend", "onbekend"]
    assert focus(k, o, 0.78, 0.038).tolist() == expected
    assert set(expected) == set(FOCUS)


def test_every_class_has_words_a_colour_of_its_own_and_a_pattern_of_its_own() -> None:
    kinds = CLASSES.values()
    assert "".join(sorted(CLASSES)) == "ABCDEX"
    assert all(letter == kind.letter and kind.label for letter, kind in CLASSES.items())
    assert len({kind.colour for kind in kinds}) == len({kind.pattern for kind in kinds}) == 6
    assert len({kind.colour for kind in FOCUS.values()}) == len(FOCUS)
