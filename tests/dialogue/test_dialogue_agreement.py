"""Where to talk first, and how sure a few voices can be."""

from __future__ import annotations

from pathlib import Path

import pytest
from dialogue_room import BUURTEN, CODES, FACILITATOR, ROLES, SCREEN, new_session, person
from hypothesis import given
from hypothesis import strategies as st

from veerkracht_nb.dialogue import (
    FEWEST_VOICES,
    Herkenning,
    Ranked,
    SeatTaken,
    Session,
    Share,
    StepStarted,
    Tally,
    TooFew,
    discuss_first,
    discussed_step,
    division,
    recognition_counts,
    recognition_share,
    share_of,
    view_for,
)
from veerkracht_nb.i18n import use_language


@pytest.mark.parametrize(
    ("yes", "n", "low", "high"),
    # Published values of the Wilson score interval without continuity correction.
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (1, 4, 0.0456, 0.6994)],
)
def test_interval_is_wilsons(yes: int, n: int, low: float, high: float) -> None:
    share = share_of(yes, n)
    assert isinstance(share, Share)
    assert (share.low, share.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


@given(st.integers(0, 30), st.integers(0, 30))
def test_a_share_lies_in_its_interval_and_turns_around_with_the_question(yes: int, no: int) -> None:
    share, other = share_of(yes, yes + no), share_of(no, yes + no)
    if yes + no < FEWEST_VOICES:
        assert share == other == TooFew(n=yes + no)
        return
    assert isinstance(share, Share) and isinstance(other, Share)
    assert 0 <= share.low <= share.share <= share.high <= 1
    assert share.low == pytest.approx(1 - other.high)


def _tally(herken: int = 0, deels: int = 0, niet: int = 0, weet_niet: int = 0) -> Tally:
    return Tally(
        counts=(("herken", herken), ("deels", deels), ("herken_niet", niet), ("weet_niet", weet_niet))
    )


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_division_is_between_unanimous_and_half_against_half(a: int, b: int, c: int, d: int) -> None:
    assert 0 <= division(_tally(a, b, c, d)) <= 1 + 1e-12
    assert division(_tally(a, b, c, d)) == pytest.approx(division(_tally(c, b, a)))
    assert division(_tally(a)) == division(_tally(0, b)) == 0
    assert division(_tally(a + 1, 0, a + 1)) == pytest.approx(1)


def test_partly_counts_half_and_not_knowing_not_at_all() -> None:
    share = recognition_share(_tally(2, 2, 0, 9))
    assert isinstance(share, Share) and (share.n, share.share) == (4, 0.75)
    assert recognition_share(_tally(3, 0, 0, 9)) == TooFew(n=3)


def _answer(session: Session, buurt: str, choices: str, directions: str = "") -> None:
    """Let people 0, 1, 2... answer h(erken) d(eels) n(iet) w(eet niet), and b(eter) g(elijk) s(lechter)."""
    recognitions = {"h": "herken", "d": "deels", "n": "herken_niet", "w": "weet_niet"}
    ways = {"b": "beter", "g": "gelijk", "s": "slechter"}
    for number, choice in enumerate(choices):
        way = ways[directions[number]] if number < len(directions) else None
        payload = Herkenning(
            step="herkennen",
            buurt=buurt,
            recognition=recognitions[choice],  # type: ignore[arg-type]
            direction=way,  # type: ignore[arg-type]
        )
        session.submit(payload, person(number))


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return new_session(tmp_path, people=10, step="herkennen")


def _list(ranked: tuple[Ranked, ...]) -> list[tuple[str, str]]:
    return [(row.buurt.code, row.why.reason) for row in ranked]


def test_an_untouched_map_is_all_without_a_voice_worst_class_first(session: Session) -> None:
    ranked = discuss_first(session.state(), "herkennen")
    assert _list(ranked) == [(CODES[i], "geen_stem") for i in (0, 1, 2, 4, 3)]
    assert ranked[0].why.n == 0 and ranked[0].why.interval is None


def test_divided_then_against_the_figures_then_silent_and_agreement_not_at_all(session: Session) -> None:
    _answer(session, CODES[4], "hhhhhh", "bbbbbb")
    _answer(session, CODES[1], "hhhhhh", "ssssss")
    _answer(session, CODES[2], "hhhnnn")
    _answer(session, CODES[3], "hhhhnw")
    _answer(session, CODES[0], "hhh")
    ranked = discuss_first(session.state(), "herkennen")
    assert _list(ranked) == [
        (CODES[2], "verdeeld"),
        (CODES[3], "verdeeld"),
        (CODES[1], "wijkt_af"),
        (CODES[0], "te_weinig"),
    ]
    why = ranked[1].why
    assert (why.n, why.score) == (5, pytest.approx(0.64))
    assert "4 herkennen" in why.sentence and "80%" in why.sentence
    assert why.interval is not None and why.interval[0] < 0.8 < why.interval[1]
    assert "4 zonder antwoord" in why.left_out and "1 × weet ik niet" in why.left_out
    assert "variantie" in why.formula
    assert "beter" in ranked[2].why.sentence and "6 van 6" in ranked[2].why.sentence


def test_roles_that_see_it_differently_are_named(tmp_path: Path) -> None:
    with new_session(tmp_path, step="herkennen") as session:
        for number in range(7):
            session.submit(SeatTaken(role=ROLES[0] if number < 4 else ROLES[1]), person(number))
        _answer(session, CODES[0], "hhhhddd")
        _answer(session, CODES[1], "hhhhnnn")
        ranked = discuss_first(session.state())
    by_code = {row.buurt.code: row for row in ranked}
    assert by_code[CODES[0]].why.reason == "rollen_verschillen"
    assert ROLES[0] in by_code[CODES[0]].why.sentence and ROLES[1] in by_code[CODES[0]].why.sentence
    assert [why.reason for why in by_code[CODES[1]].also] == ["rollen_verschillen"]


def test_without_a_direction_in_the_figures_nothing_differs_from_them(session: Session) -> None:
    assert BUURTEN[3].direction is None
    _answer(session, CODES[3], "hhhhhh", "ssssss")
    assert CODES[3] not in dict(_list(discuss_first(session.state())))


def test_the_list_is_for_the_facilitator(session: Session) -> None:
    _answer(session, CODES[0], "hnhnhn")
    state = session.state()
    assert discuss_first(view_for(state, FACILITATOR)) == discuss_first(state) != ()
    assert discuss_first(view_for(state, person(0))) == discuss_first(view_for(state, SCREEN)) == ()


def test_the_talk_stays_with_the_last_herkenning(session: Session) -> None:
    assert discussed_step(session.state()) == "herkennen"
    _answer(session, CODES[0], "hnhnhn")
    session.submit(StepStarted(step="verhalen"), FACILITATOR)
    assert discussed_step(session.state()) == "herkennen"
    assert discuss_first(session.state())[0].why.reason == "verdeeld"
    assert discuss_first(session.state(), "verhalen") == discuss_first(session.state(), "bestaat-niet") == ()


def test_counts_are_exact_for_who_may_see_all(session: Session) -> None:
    _answer(session, CODES[0], "hhndw", "bs")
    counts = recognition_counts(session.state(), "herkennen", CODES[0])
    assert counts.recognition.total == _tally(2, 1, 1, 1)
    assert counts.direction.total is not None and counts.direction.total.n == 2
    assert [role for role, _t in counts.recognition.by_role] == sorted(ROLES)


def test_what_is_said_follows_the_language_of_who_reads_it(session: Session) -> None:
    session.submit(StepStarted(step="herkennen"), FACILITATOR)
    state = session.state()
    labels = []
    for language in ("nl", "en", "nl"):
        use_language(language)
        labels.append(discuss_first(state)[0].why.label)
    assert labels[0] == labels[2] == "nog geen stem" != labels[1]
