"""Every buurt can say why it has its class."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from signal_towns import golden_town, town, zelfredzaam

from veerkracht_nb import i18n
from veerkracht_nb.areas.municipality import Municipality
from veerkracht_nb.errors import SignalError
from veerkracht_nb.signal import compute_signal, explain, figures


@pytest.fixture(autouse=True)
def _dutch() -> Iterator[None]:
    before = i18n.current_language()
    i18n.use_language("nl")
    yield
    i18n.use_language(before)


def text_of(name: str, view: str = "absoluut") -> str:
    reason = explain(compute_signal(golden_town(), view=view), name)  # type: ignore[arg-type]
    return "\n".join((reason.summary, *reason.steps))


def test_alfa_names_every_figure_of_the_worked_example() -> None:
    text = text_of("Alfa")
    for figure in ("58,0 in 2014", "64,0 in 2022", "19,2 in 2014", "23,3 in 2022", "+1,58", "+2,18", "+0,60"):
        assert figure in text
    for figure in ("+0,060", "+0,085", "+0,025", "marge van 0,15", "marge van 0,009", "klasse A"):
        assert figure in text


def test_the_relative_view_names_the_mean_of_the_gemeente() -> None:
    signal = compute_signal(golden_town())
    text = text_of("Alfa", "relatief")
    assert f"{signal.mean_dk:+.2f}".replace(".", ",") in text
    assert "gemiddeld in de gemeente" in text
    assert "Gemiddeld in de gemeente" not in text_of("Alfa", "absoluut")


def test_it_says_what_would_make_it_another_class() -> None:
    text = text_of("Alfa")
    assert "klasse C zijn als de verandering van de kwetsbaarheid niet hoger dan +0,15" in text
    assert "klasse B zijn als de verandering van de overlast niet hoger dan +0,009" in text
    echo = text_of("Echo")
    assert "klasse B zijn als de verandering van de kwetsbaarheid hoger dan +0,15" in echo
    assert "klasse C zijn als de verandering van de overlast hoger dan +0,009" in echo
    assert "klasse D" not in echo


def test_foxtrot_says_how_much_rounding_could_do() -> None:
    reason = explain(compute_signal(golden_town(), view="absoluut"), "Foxtrot")
    text = "\n".join(reason.steps)
    assert reason.letter == "X" and reason.summary.startswith("Niet te bepalen")
    assert "0,71" in text and "0,40" in text
    assert "zou klasse" not in text


def test_a_wide_band_of_ones_own_is_not_called_rounding() -> None:
    reason = explain(compute_signal(golden_town(), view="absoluut", dk_band=0.9), "Alfa")
    assert not [step for step in reason.steps if "afronding" in step]


def test_a_change_close_to_the_band_is_shown_with_enough_decimals() -> None:
    rows = zelfredzaam("BU1", (0.0, 0.2501), (0.01, 0.03)) + zelfredzaam("BU2", (0.0, 0.25), (0.0, 0.0))
    signal = compute_signal(town(["BU1", "BU2"], rows))
    assert any("+0,2501 ligt buiten de marge van 0,2500" in step for step in explain(signal, "BU1").steps)
    assert any("+0,25 ligt binnen de marge van 0,25" in step for step in explain(signal, "BU2").steps)


def partly() -> Municipality:
    rows = zelfredzaam("BU1", (0.1, 0.5), (0.01, None)) + zelfredzaam("BU2", (0.0, 0.5), (0.01, 0.03))
    return town(["BU1", "BU2", "BU3"], rows, inwoners={"BU1": 900, "BU2": 900, "BU3": 20})


def test_an_x_says_what_is_missing_and_what_is_known() -> None:
    signal = compute_signal(partly())
    missing = explain(signal, "BU1")
    assert "Overlast en onveiligheid, 2020" in missing.summary
    assert any("+0,50 in 2020" in step for step in missing.steps)
    small = explain(signal, "BU3")
    assert small.steps == (small.summary,)
    assert "te weinig inwoners: 20" in small.summary


@pytest.mark.parametrize("view", ["relatief", "absoluut"])
def test_every_buurt_has_a_reason_without_loose_ends(view: str) -> None:
    signal = compute_signal(golden_town(), view=view)  # type: ignore[arg-type]
    for code in signal.table.index:
        reason = explain(signal, code)
        assert reason.letter == signal.table.loc[code, "letter"]
        assert reason.steps and all(step.endswith(".") for step in reason.steps)
        assert not [step for step in reason.steps if "nan" in step or "{" in step]


def test_an_unknown_buurt_is_named() -> None:
    signal = compute_signal(golden_town())
    with pytest.raises(SignalError, match="Golf"):
        explain(signal, "Golf")
    with pytest.raises(SignalError, match="Golf"):
        figures(signal, golden_town(), "Golf")


def test_the_card_sets_each_figure_against_gemeente_and_country() -> None:
    town_ = golden_town()
    low, benefits, nuisance = figures(compute_signal(town_), town_, "Alfa")
    assert (low.value, low.year, low.national_mean, low.verdict) == (64.0, 2022, 40.0, "hoger")
    assert low.series == ((2014, 58.0), (2022, 64.0))
    assert low.municipality_mean == pytest.approx((64 + 64 + 45.5 + 50 + 38.4 + 52) / 6)
    assert benefits.show(benefits.value) == "23,3"
    assert nuisance.value == 0.085 and nuisance.verdict == "hoger" and nuisance.national_mean == 0
    assert all(f.source and f.unit and f.label for f in (low, benefits, nuisance))


def test_a_small_difference_is_called_equal() -> None:
    town_ = golden_town()
    foxtrot = figures(compute_signal(town_), town_, "Foxtrot")[0]
    assert foxtrot.verdict == "gelijk"


def test_a_missing_figure_is_none_and_keeps_the_years_that_are_there() -> None:
    nuisance = figures(compute_signal(partly()), partly(), "BU1")[-1]
    assert nuisance.value is None and nuisance.verdict == "onbekend"
    assert nuisance.series == ((2014, 0.01),)
    assert nuisance.show(nuisance.value) == "geen cijfer"


def test_a_buurt_that_is_too_small_shows_no_figures() -> None:
    rows = [*zelfredzaam("BU1", (0, 1), (0, 0.1)), *zelfredzaam("BU2", (0, 1), (0, 0.1))]
    municipality = town(["BU1", "BU2"], rows, inwoners={"BU1": 1000, "BU2": 100})
    cards = figures(compute_signal(municipality), municipality, "BU2")
    assert all(card.value is None and card.series == () for card in cards)


def test_a_card_of_another_municipality_is_refused() -> None:
    with pytest.raises(SignalError):
        figures(compute_signal(golden_town()), _renamed(golden_town()), "Alfa")


def _renamed(municipality: Municipality) -> Municipality:
    from dataclasses import replace

    return replace(municipality, code="GM0001")


def test_numbers_follow_the_language() -> None:
    i18n.use_language("en")
    assert any(
        "+0.60" in step for step in explain(compute_signal(golden_town(), view="absoluut"), "Alfa").steps
    )
