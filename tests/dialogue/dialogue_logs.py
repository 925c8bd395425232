"""Logs for property tests: any sequence of events, also ones that no rule would have let through."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dialogue_room import CODES, FACILITATOR, ROLES, made, person
from hypothesis import strategies as st

from veerkracht_nb.dialogue import (
    Event,
    FocusSet,
    Herkenning,
    LayerChosen,
    Moderated,
    Payload,
    Revealed,
    SeatTaken,
    SessionClosed,
    SessionReopened,
    StepStarted,
    TimeAdded,
    Unknown,
    Verhaal,
    Waarneming,
    Withdrawn,
)

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
STEPS = st.sampled_from(["opvallen", "herkennen", "verhalen"])
BUURT = st.sampled_from(CODES)
IDS = st.integers(0, 25).map("e{:04}".format)
TEXT = st.sampled_from(["aap", "noot", "mies", None])

PARTICIPANT = st.one_of(
    st.builds(SeatTaken, role=st.sampled_from(ROLES)),
    st.builds(
        Herkenning,
        step=st.just("herkennen"),
        buurt=BUURT,
        recognition=st.sampled_from(["herken", "deels", "herken_niet", "weet_niet", None]),
        direction=st.sampled_from(["beter", "gelijk", "slechter", None]),
    ),
    st.builds(Waarneming, step=st.just("opvallen"), buurt=BUURT, text=TEXT, replaces=st.just("") | IDS),
    st.builds(Verhaal, step=st.just("verhalen"), buurt=BUURT, text=TEXT, replaces=st.just("") | IDS),
    st.builds(Withdrawn, target=IDS),
)
FACILITATION = st.one_of(
    st.builds(StepStarted, step=STEPS),
    st.builds(TimeAdded, step=STEPS, minutes=st.integers(-5, 5)),
    st.builds(FocusSet, buurt=BUURT),
    st.builds(LayerChosen),
    st.builds(Revealed, step=STEPS),
    st.builds(Moderated, target=IDS, reason=st.sampled_from(["", "namen"])),
    st.just(SessionClosed()),
    st.just(SessionReopened()),
    st.just(Unknown(kind="later", body="{}")),
)


@st.composite
def logs(draw: st.DrawFn, size: int = 25) -> list[Event]:
    """Events that two laptops could have written, also ones that no rule would have let through."""
    happened: list[Event] = [Event(id="e9999", at=START, actor=FACILITATOR, payload=made())]
    for number in range(draw(st.integers(0, size))):
        payload: Payload = draw(PARTICIPANT | FACILITATION)
        mine = isinstance(payload, SeatTaken | Herkenning | Waarneming | Verhaal | Withdrawn)
        actor = person(draw(st.integers(0, 3))) if mine else FACILITATOR
        # Two laptops can have the same microsecond.
        at = happened[-1].at + timedelta(microseconds=draw(st.integers(0 if number else 1, 2)))
        happened.append(Event(id=f"e{number:04}", at=at, actor=actor, payload=payload))
    return happened
