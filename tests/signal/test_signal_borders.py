"""Borders that moved: they are named where a figure is missing, and where one was made for another border."""

from __future__ import annotations

from dataclasses import replace

import pytest
from signal_towns import Row, town, zelfredzaam

from veerkracht_nb.areas.changes import BuurtChange, ChangeKind
from veerkracht_nb.areas.country import country_of
from veerkracht_nb.areas.municipality import Municipality
from veerkracht_nb.signal import Signal, compute_signal, explain
from veerkracht_nb.signal.country import country_signal

CODES = [f"BU990101{i:02d}" for i in range(6)]
FIRST = CODES[0]


def place(*changes: BuurtChange, first_k: float | None = 0.0) -> Municipality:
    rows: list[Row] = zelfredzaam(FIRST, (first_k, 0.1), (0.0, 0.01))
    for code in CODES[1:]:
        rows += zelfredzaam(code, (0.0, 0.5), (0.0, 0.1))
    return replace(town(CODES, rows), changes=changes)


def change(kind: ChangeKind, year: int = 2016, *, code: str = FIRST, **more: object) -> BuurtChange:
    return BuurtChange(kind=kind, year=year, code=code, old_code="BU99010100", **more)  # type: ignore[arg-type]


def why(signal: Signal) -> str:
    return str(signal.table.at[FIRST, "why_x"])


def test_a_missing_figure_names_the_border_that_moved() -> None:
    signal = compute_signal(place(change("grens gewijzigd", note="volgens CBS"), first_k=None))
    assert signal.table.at[FIRST, "letter"] == "X"
    assert why(signal).startswith("cijfer ontbreekt") and why(signal).count("2016") == 1
    assert why(signal).endswith("de grens is gewijzigd op de kaart van 2016")
    assert "de kaart van 2016" in explain(signal, FIRST).summary


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("gesplitst", "afgesplitst van een andere"),
        ("samengevoegd", "samengevoegd uit andere"),
        ("nieuw", "nieuw op de kaart van 2016"),
        ("onzeker", "niet zeker"),
    ],
)
def test_each_kind_of_change_has_its_own_words(kind: ChangeKind, words: str) -> None:
    assert words in why(compute_signal(place(change(kind), first_k=None)))


def test_only_a_change_between_the_missing_year_and_the_map_is_a_reason() -> None:
    later = compute_signal(place(change("grens gewijzigd", 2012), first_k=None))
    assert "grens" not in why(later), "the figure of 2012 is already of the new situation"
    elsewhere = compute_signal(place(change("grens gewijzigd", code=CODES[1]), first_k=None))
    assert "grens" not in why(elsewhere)


def test_what_moves_no_border_is_no_reason() -> None:
    for changed in (change("hernoemd"), change("samengevoegd", carried=True)):
        assert why(compute_signal(place(changed, first_k=None))).endswith("2012")


def test_a_class_on_figures_of_two_areas_says_so() -> None:
    municipality = place(change("grens gewijzigd", note="volgens CBS"))
    signal, plain = compute_signal(municipality), compute_signal(replace(municipality, changes=()))
    assert signal.table.equals(plain.table), "borders change words, never classes"
    [note] = signal.borders[FIRST]
    assert note.kind == "ander gebied" and "(volgens CBS)" in note.text
    assert "Cijfers van vóór 2016 kunnen over een ander gebied gaan." in note.text
    assert explain(signal, FIRST).steps[-1] == note.text
    assert not set(CODES[1:]) & signal.borders.keys()


def test_figures_on_an_older_map_are_warned_about_the_other_way_round() -> None:
    municipality = replace(place(change("grens gewijzigd", 2016)), year=2012)
    [note] = compute_signal(municipality).borders[FIRST]
    assert "Cijfers van 2016 en later" in note.text


def test_what_the_change_says_itself_is_not_said_twice() -> None:
    said = "grens verschoven; cijfers van 2012 gaan over een ander gebied."
    [note] = compute_signal(place(change("grens gewijzigd", note=said))).borders[FIRST]
    assert note.text.count("ander gebied") == 1 and ".." not in note.text


def test_figures_that_were_added_up_or_taken_over_give_the_reason() -> None:
    signal = compute_signal(
        place(
            change("samengevoegd", carried=True, note="samengevoegd uit Oost en West"),
            BuurtChange(
                kind="hernummerd", year=2018, code=CODES[1], old_code="BU99010199", note="overlap 99%"
            ),
            BuurtChange(kind="hernummerd", year=2018, code=CODES[2], old_code="", note="volgens CBS"),
        )
    )
    [added], [taken] = signal.borders[FIRST], signal.borders[CODES[1]]
    assert added.kind == "herrekend" and "samengevoegd uit Oost en West" in added.text
    assert taken.kind == "overgenomen" and "andere code" in taken.text and "overlap 99%" in taken.text
    assert CODES[2] not in signal.borders, "whose old code is not known, was not taken over"
    assert added.text in explain(signal, FIRST).steps


def test_changes_outside_the_years_of_the_figures_are_left_out() -> None:
    assert compute_signal(place(change("hernoemd", 2008), change("grens gewijzigd", 2008))).borders == {}


def test_the_country_gives_the_same_reason() -> None:
    municipality = place(change("grens gewijzigd"), first_k=None)
    whole = country_signal(country_of([municipality]), profile="zelfredzaamheid")
    assert whole.table.at[FIRST, "why_x"] == why(compute_signal(municipality))
