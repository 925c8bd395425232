"""Who may do what, and when; checked where it is written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from dialogue_room import BUURTEN, CODES, FACILITATOR, ROLES, SCREEN, herken, made, new_session, person

from veerkracht_nb.dialogue import (
    MAX_PER_MINUTE,
    MAX_SEATS,
    Actor,
    FocusSet,
    Herkenning,
    LayerChosen,
    Moderated,
    Payload,
    Revealed,
    SeatTaken,
    Session,
    SessionClosed,
    SessionReopened,
    StepStarted,
    TimeAdded,
    Unknown,
    Verhaal,
    Waarneming,
    Withdrawn,
    create,
)
from veerkracht_nb.errors import InvalidContribution, NotAllowed, ScriptError, SessionError


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with new_session(tmp_path, people=3, step="herkennen") as made_session:
        yield made_session


def refused(session: Session, payload: Payload, actor: Actor, error: type[SessionError] = NotAllowed) -> str:
    """Submit and expect the error; nothing may have been written."""
    before = session.events()
    with pytest.raises(error) as caught:
        session.submit(payload, actor)
    assert session.events() == before
    return str(caught.value)


FACILITATOR_ACTS = (
    StepStarted(step="verhalen"),
    TimeAdded(step="herkennen", minutes=5),
    FocusSet(buurt=CODES[1]),
    LayerChosen(layer="herkenning"),
    Revealed(step="herkennen", level="alles"),
    Moderated(target="x", decision="getoond"),
    SessionClosed(),
    SessionReopened(),
    made(),
)
CONTRIBUTIONS = (
    herken(),
    Waarneming(step="opvallen", buurt=CODES[0], text="t"),
    Verhaal(step="verhalen", buurt=CODES[0], text="t"),
    SeatTaken(role="bewoner"),
    Withdrawn(target="x"),
)


@pytest.mark.parametrize("payload", FACILITATOR_ACTS, ids=lambda p: type(p).__name__)
def test_a_participant_cannot_do_what_the_facilitator_does(session: Session, payload: Payload) -> None:
    refused(session, payload, person(0))
    refused(session, payload, Actor(id=FACILITATOR.id, kind="deelnemer", role="begeleider"))


@pytest.mark.parametrize("payload", CONTRIBUTIONS, ids=lambda p: type(p).__name__)
def test_the_facilitator_never_answers_for_a_participant(session: Session, payload: Payload) -> None:
    refused(session, payload, FACILITATOR)
    refused(session, made(), FACILITATOR)


@pytest.mark.parametrize("payload", FACILITATOR_ACTS + CONTRIBUTIONS, ids=lambda p: type(p).__name__)
def test_a_screen_can_do_nothing(session: Session, payload: Payload) -> None:
    refused(session, payload, SCREEN)
    refused(session, payload, Actor(id="scherm01", kind="beheerder"))  # type: ignore[arg-type]


def test_no_seat_no_voice(session: Session) -> None:
    assert "rol" in refused(session, herken(), person(99))


@pytest.mark.parametrize(
    "seat", ["", "kort", "../../etc", "a" * 65, "plaats 0001", "plaats\x00001", "pla\ud800ats1"]
)
def test_a_seat_has_a_plain_id(session: Session, seat: str) -> None:
    refused(session, SeatTaken(role="bewoner"), Actor(id=seat, kind="deelnemer"))


def test_a_role_must_be_in_the_list(session: Session) -> None:
    assert "bewoner" in refused(session, SeatTaken(role="koning"), person(50), InvalidContribution)


def test_taking_the_same_seat_again_changes_the_role_of_all_it_said(session: Session) -> None:
    session.submit(herken(), person(0))
    session.submit(SeatTaken(role="bestuur"), person(0))
    state = session.state()
    assert state.seat_count == 3
    assert state.seats[person(0).id].role == "bestuur"
    assert state.answers["herkennen", CODES[0], person(0).id].role == "bestuur"


def test_the_role_comes_from_the_seat_and_not_from_who_asks(session: Session) -> None:
    forged = Actor(id=person(0).id, kind="deelnemer", role="politie en veiligheid")
    assert session.submit(herken(), forged).actor.role == ROLES[0]


def test_the_room_is_full_at_some_point(tmp_path: Path) -> None:
    with create(tmp_path, made()) as session:
        for number in range(MAX_SEATS):
            session.submit(SeatTaken(role="bewoner"), person(number))
        refused(session, SeatTaken(role="bewoner"), person(MAX_SEATS))
        session.submit(SeatTaken(role="bestuur"), person(0))


@pytest.mark.parametrize(
    ("payload", "error"),
    [
        (herken(buurt="BU99999999"), InvalidContribution),
        (Herkenning(step="bestaat-niet", buurt=CODES[0], recognition="herken"), InvalidContribution),
        (Herkenning(step="inleiding", buurt=CODES[0], recognition="herken"), NotAllowed),
        (Verhaal(step="herkennen", buurt=CODES[0], text="t"), NotAllowed),
        (Verhaal(step="verhalen", buurt=CODES[0], text="t"), NotAllowed),
        (herken(recognition=None), InvalidContribution),
        (herken(recognition="ja"), InvalidContribution),
        (Waarneming(step="opvallen", buurt=CODES[0], text=None), InvalidContribution),
        (Waarneming(step="opvallen", buurt=CODES[0], text="x" * 281), InvalidContribution),
        (Verhaal(step="verhalen", buurt=CODES[0], text="x" * 601), InvalidContribution),
        (Verhaal(step="verhalen", buurt=CODES[0], text="x" * 100_000), InvalidContribution),
        (Verhaal(step="verhalen", buurt=CODES[0], text="\ud800\u200b"), InvalidContribution),
        (Verhaal(step="verhalen", buurt=CODES[0], text="t", theme="x" * 41), InvalidContribution),
        (Unknown(kind="stap_begonnen", body='{"step": "verhalen"}'), InvalidContribution),
        (Withdrawn(target="bestaat-niet"), NotAllowed),
    ],
)
def test_a_contribution_fits_the_step_the_session_and_the_limits(
    session: Session, payload: Payload, error: type[SessionError]
) -> None:
    refused(session, payload, person(0), error)


def test_only_the_current_step_takes_something_new_and_earlier_steps_corrections(session: Session) -> None:
    session.submit(herken(), person(0))
    session.submit(StepStarted(step="verhalen"), FACILITATOR)
    refused(session, herken(buurt=CODES[1]), person(0))
    refused(session, herken(), person(1))
    session.submit(herken(recognition="herken_niet"), person(0))
    assert session.state().answers["herkennen", CODES[0], person(0).id].recognition == "herken_niet"


def test_before_the_first_step_there_is_nothing_to_answer(tmp_path: Path) -> None:
    with new_session(tmp_path, people=1) as session:
        assert "nog geen stap" in refused(session, herken(), person(0))


def test_an_answer_can_be_taken_back_but_not_given_empty(session: Session) -> None:
    session.submit(herken(), person(0))
    session.submit(herken(recognition=None), person(0))
    assert session.state().answers["herkennen", CODES[0], person(0).id].recognition is None


def test_a_step_about_some_buurten_takes_only_those(tmp_path: Path) -> None:
    script = (
        "name: p\ntitle: P\nsteps:\n"
        f"  - {{id: een, kind: herkenning, title: E, question: Q, focus: [{CODES[1]}]}}\n"
    )
    with create(tmp_path, made(script)) as session:
        session.submit(SeatTaken(role="bewoner"), person(0))
        session.submit(StepStarted(step="een"), FACILITATOR)
        refused(session, Herkenning(step="een", buurt=CODES[0], recognition="herken"), person(0))
        session.submit(Herkenning(step="een", buurt=CODES[1], recognition="herken"), person(0))


def test_texts_are_ones_own_to_replace_and_withdraw(session: Session) -> None:
    session.submit(StepStarted(step="verhalen"), FACILITATOR)
    story = session.submit(Verhaal(step="verhalen", buurt=CODES[0], text="eerst"), person(0))
    theirs = Verhaal(step="verhalen", buurt=CODES[0], text="gekaapt", replaces=story.id)
    assert refused(session, theirs, person(1)) == refused(
        session, Verhaal(step="verhalen", buurt=CODES[0], text="x", replaces="bestaat-niet"), person(1)
    )
    refused(session, Withdrawn(target=story.id), person(1))
    second = session.submit(
        Verhaal(step="verhalen", buurt=CODES[0], text="  dan\x0b\u202e ", replaces=story.id), person(0)
    )
    kept = session.state().contributions[story.id]
    assert (kept.text, kept.earlier, kept.versions) == ("dan", ("eerst",), (story.id, second.id))
    session.submit(Withdrawn(target=second.id), person(0))
    refused(session, Verhaal(step="verhalen", buurt=CODES[0], text="toch", replaces=story.id), person(0))
    refused(session, Withdrawn(target=story.id), person(0))
    refused(session, Moderated(target=story.id, decision="getoond"), FACILITATOR, InvalidContribution)


def test_a_changed_text_must_be_released_again(session: Session) -> None:
    session.submit(StepStarted(step="verhalen"), FACILITATOR)
    story = session.submit(Verhaal(step="verhalen", buurt=CODES[0], text="netjes"), person(0))
    session.submit(Moderated(target=story.id, decision="getoond"), FACILITATOR)
    session.submit(Verhaal(step="verhalen", buurt=CODES[0], text="onnet", replaces=story.id), person(0))
    assert session.state().contributions[story.id].moderation == "vastgehouden"


def test_giving_back_needs_a_reason(session: Session) -> None:
    session.submit(StepStarted(step="verhalen"), FACILITATOR)
    story = session.submit(Verhaal(step="verhalen", buurt=CODES[0], text="naam van iemand"), person(0))
    given_back = Moderated(target=story.id, decision="teruggegeven", reason=" \x00 ")
    refused(session, given_back, FACILITATOR, InvalidContribution)
    session.submit(
        Moderated(target=story.id, decision="teruggegeven", reason="zonder naam graag"), FACILITATOR
    )
    assert session.state().contributions[story.id].reason == "zonder naam graag"


def test_a_closed_session_takes_nothing_but_withdrawals(session: Session) -> None:
    session.submit(StepStarted(step="verhalen"), FACILITATOR)
    story = session.submit(Verhaal(step="verhalen", buurt=CODES[0], text="t"), person(0))
    refused(session, SessionReopened(), FACILITATOR)
    session.submit(SessionClosed(), FACILITATOR)
    refused(session, SessionClosed(), FACILITATOR)
    refused(session, Verhaal(step="verhalen", buurt=CODES[0], text="u"), person(0))
    refused(session, Verhaal(step="verhalen", buurt=CODES[0], text="u", replaces=story.id), person(0))
    refused(session, SeatTaken(role="bewoner"), person(9))
    refused(session, StepStarted(step="verhalen"), FACILITATOR)
    session.submit(Withdrawn(target=story.id), person(0))
    session.submit(SessionReopened(), FACILITATOR)
    session.submit(Verhaal(step="verhalen", buurt=CODES[0], text="u"), person(0))


@pytest.mark.parametrize("pin", [(float("inf"), 51.9), (200.0, 51.9), (4.3, -91.0), (float("nan"), 1.0)])
def test_a_pin_is_a_place_on_earth(session: Session, pin: tuple[float, float]) -> None:
    session.submit(StepStarted(step="verhalen"), FACILITATOR)
    refused(
        session, Verhaal(step="verhalen", buurt=CODES[0], text="t", pin=pin), person(0), InvalidContribution
    )


def test_a_pin_points_at_a_street_and_not_at_a_door(session: Session) -> None:
    session.submit(StepStarted(step="verhalen"), FACILITATOR)
    payload = Verhaal(step="verhalen", buurt=CODES[0], text="t", pin=(4.3412345678, 51.9087654321))
    story = session.submit(payload, person(0))
    assert session.state().contributions[story.id].pin == (4.3412, 51.9088)


@pytest.mark.parametrize("minutes", [0, 241, -241, 10**9])
def test_time_is_added_in_reason(session: Session, minutes: int) -> None:
    refused(session, TimeAdded(step="herkennen", minutes=minutes), FACILITATOR, InvalidContribution)


@pytest.mark.parametrize(
    "payload",
    [
        StepStarted(step="bestaat-niet"),
        FocusSet(buurt="BU0"),
        Revealed(step="", level="alles"),
        LayerChosen(layer="geheim"),  # type: ignore[arg-type]
        Revealed(step="herkennen", level="iedereen"),  # type: ignore[arg-type]
    ],
)
def test_the_facilitator_too_names_what_is_there(session: Session, payload: Payload) -> None:
    refused(session, payload, FACILITATOR, InvalidContribution)


def test_a_script_that_sends_faster_than_people_tap_is_slowed(session: Session) -> None:
    written = 0
    with pytest.raises(NotAllowed, match="te snel"):
        while True:
            session.submit(herken(), person(0))
            written += 1
    assert written == MAX_PER_MINUTE - 1  # taking the seat counts too
    session.submit(herken(), person(1))


@pytest.mark.parametrize(
    "change",
    [
        {"script": "name: x"},
        {"script": made().script.replace("minutes: 10", f"minutes: 10\n    focus: [{CODES[0]}, BU0]", 1)},
        {"buurten": ()},
        {"buurten": BUURTEN + BUURTEN[:1]},
        {"roles": ()},
        {"roles": ("bewoner", "bewoner")},
        {"title": "\u200b"},
        {"title": "x" * 200},
        {"year": "2024"},
        {"period": (1, 2, 3)},
    ],
)
def test_a_session_that_does_not_hold_together_is_not_made(tmp_path: Path, change: dict[str, object]) -> None:
    from dataclasses import replace

    with pytest.raises((ScriptError, SessionError)):
        create(tmp_path, replace(made(), **change))  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []
