"""The state follows from the events, however they arrive."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

import pytest
from dialogue_logs import START, logs
from dialogue_room import CODES, FACILITATOR, made, person
from hypothesis import given, settings
from hypothesis import strategies as st

from veerkracht_nb.dialogue import (
    Event,
    Herkenning,
    Moderated,
    Payload,
    Revealed,
    SeatTaken,
    SessionClosed,
    SessionState,
    Verhaal,
    Waarneming,
    Withdrawn,
    fold,
)
from veerkracht_nb.dialogue.erasure import erased, to_erase
from veerkracht_nb.errors import SessionError


@given(logs(), st.lists(st.integers(0, 30), max_size=6))
def test_the_state_does_not_depend_on_how_events_are_batched(happened: list[Event], cuts: list[int]) -> None:
    at_once = fold(SessionState(), happened)
    state = SessionState()
    ordered = sorted(happened, key=lambda event: (event.at, event.id))
    for low, high in pairwise(sorted({0, *(min(cut, len(ordered)) for cut in cuts), len(ordered)})):
        state = fold(state, ordered[low:high])
    assert state == at_once


@given(logs(), st.randoms(use_true_random=False))
def test_the_state_does_not_depend_on_the_order_in_which_events_are_given(
    happened: list[Event], chance: random.Random
) -> None:
    shuffled = list(happened)
    chance.shuffle(shuffled)
    assert fold(SessionState(), shuffled) == fold(SessionState(), happened)


@given(logs())
def test_folding_leaves_the_state_that_it_started_from_alone(happened: Sequence[Event]) -> None:
    before = fold(SessionState(), happened[:-1])
    again = fold(SessionState(), happened[:-1])
    fold(before, happened[-1:])
    assert before == again


@given(logs())
@settings(max_examples=200)
def test_a_log_from_which_withdrawn_texts_were_erased_gives_the_same_state(happened: list[Event]) -> None:
    from dataclasses import replace

    state = fold(SessionState(), happened)
    gone = {
        event_id
        for contribution in state.contributions.values()
        if contribution.withdrawn
        for event_id in to_erase(contribution)
    }
    rewritten = [replace(e, payload=erased(e.payload)) if e.id in gone else e for e in happened]
    assert fold(SessionState(), rewritten) == state


def test_older_events_are_not_slipped_in() -> None:
    first = Event(id="a", at=START, actor=FACILITATOR, payload=made())
    later = Event(id="b", at=START + timedelta(seconds=1), actor=FACILITATOR, payload=SessionClosed())
    with pytest.raises(SessionError, match="opnieuw"):
        fold(fold(SessionState(), [later]), [first])


def _story(*happened: tuple[Payload, int]) -> SessionState:
    events = [Event(id="m", at=START, actor=FACILITATOR, payload=made())]
    for number, (payload, who) in enumerate(happened, start=1):
        actor = person(who) if who >= 0 else FACILITATOR
        at = START + timedelta(seconds=number)
        events.append(Event(id=f"e{number}", at=at, actor=actor, payload=payload))
    return fold(SessionState(), events)


def _herken(recognition: str, direction: str | None = None) -> Herkenning:
    return Herkenning(step="herkennen", buurt=CODES[0], recognition=recognition, direction=direction)  # type: ignore[arg-type]


def test_the_answer_before_the_reveal_is_kept_beside_the_later_one() -> None:
    reveal = Revealed(step="herkennen", level="verdeling")
    hide = Revealed(step="herkennen", level="alleen_ik")
    state = _story(
        (SeatTaken(role="bewoner"), 1),
        (_herken("herken"), 1),
        (_herken("deels", "beter"), 1),
        (reveal, -1),
        (hide, -1),
        (_herken("herken_niet"), 1),
        (_herken("herken_niet"), 2),
    )
    answer = state.answers["herkennen", CODES[0], person(1).id]
    assert (answer.first_recognition, answer.first_direction) == ("deels", "beter")
    assert (answer.recognition, answer.changed_after_reveal, answer.after_reveal) == (
        "herken_niet",
        True,
        False,
    )
    late = state.answers["herkennen", CODES[0], person(2).id]
    assert (late.first_recognition, late.changed_after_reveal, late.after_reveal) == (
        "herken_niet",
        False,
        True,
    )


def test_who_returns_to_the_first_answer_has_not_changed() -> None:
    state = _story(
        (_herken("deels"), 1),
        (Revealed(step="herkennen", level="verdeling"), -1),
        (_herken("herken"), 1),
        (_herken("deels"), 1),
    )
    assert not state.answers["herkennen", CODES[0], person(1).id].changed_after_reveal


def test_nobody_replaces_the_text_of_another() -> None:
    state = _story(
        (Waarneming(step="opvallen", buurt=CODES[0], text="mijn"), 1),
        (Waarneming(step="opvallen", buurt=CODES[0], text="dijn", replaces="e1"), 2),
    )
    assert [c.text for c in state.contributions.values()] == ["mijn", "dijn"]


def test_a_replacement_that_arrives_after_the_withdrawal_is_empty() -> None:
    state = _story(
        (Verhaal(step="verhalen", buurt=CODES[0], text="eerst", theme="wonen", pin=(4.3, 51.9)), 1),
        (Moderated(target="e1", decision="teruggegeven", reason="namen"), -1),
        (Withdrawn(target="e1"), 1),
        (Verhaal(step="verhalen", buurt=CODES[0], text="dan", replaces="e1"), 1),
    )
    kept = state.contributions["e1"]
    assert kept.withdrawn and kept.text is None
    assert (kept.earlier, kept.theme, kept.pin, kept.reason) == ((), "", None, "")
