"""Nobody is given what that person may not see: not hidden, not there."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest
from dialogue_room import CODES, FACILITATOR, ROLES, SCREEN, herken, new_session, person
from hypothesis import given
from hypothesis import strategies as st

from veerkracht_nb.dialogue import (
    OTHER_ROLES,
    SMALLEST_GROUP,
    Actor,
    Herkenning,
    Moderated,
    Revealed,
    Session,
    SessionClosed,
    SessionState,
    StepStarted,
    Tally,
    Verhaal,
    Waarneming,
    Withdrawn,
    protect,
    recognition_counts,
    view_for,
)
from veerkracht_nb.dialogue.counts import grouped

STRANGER = Actor(id="vreemde-0001", kind="deelnemer", role="bewoner")
PEOPLE = 12
LEVELS = ("alleen_ik", "verdeling", "alles")


class Room:
    """A session with something planted in every place where one person could see another."""

    def __init__(self, folder: Path) -> None:
        self.session = new_session(folder, people=PEOPLE, step="opvallen")
        self.texts: dict[str, dict[str, str]] = {}
        self.ids: dict[str, str] = {}
        for number in range(6):
            self.write(number, "opvallen", Waarneming)
        self.submit(StepStarted(step="herkennen"), FACILITATOR)
        for number in range(PEOPLE):
            choice = ("herken", "herken_niet")[number % 2]
            self.submit(Herkenning(step="herkennen", buurt=CODES[0], recognition=choice), person(number))
        self.submit(herken(CODES[1]), person(0))
        self.submit(StepStarted(step="verhalen"), FACILITATOR)
        for number in range(6):
            self.write(number, "verhalen", Verhaal)

    def submit(self, payload: object, actor: Actor) -> str:
        return self.session.submit(payload, actor).id  # type: ignore[arg-type]

    def write(self, number: int, step: str, kind: type) -> None:
        """Write a text twice; 0 is shown, 1 held, 2 given back, 3 withdrawn, 4 changed after being shown."""
        who, place = person(number), CODES[number % len(CODES)]
        marks = {part: f"GEHEIM-{step}-{number}-{part}" for part in ("eerst", "nu", "reden")}
        first = self.submit(kind(step=step, buurt=place, text=marks["eerst"]), who)
        if number == 4:
            self.submit(Moderated(target=first, decision="getoond"), FACILITATOR)
        self.submit(kind(step=step, buurt=place, text=marks["nu"], replaces=first), who)
        if number == 2:
            given_back = Moderated(target=first, decision="teruggegeven", reason=marks["reden"])
            self.submit(given_back, FACILITATOR)
        if number == 3:
            self.submit(Moderated(target=first, decision="getoond"), FACILITATOR)
            self.submit(Withdrawn(target=first), who)
        if number == 0:
            self.submit(Moderated(target=first, decision="getoond"), FACILITATOR)
        self.texts[f"{step}-{number}"] = marks
        self.ids[f"{step}-{number}"] = first

    def reveal(self, level: str) -> None:
        for step in ("opvallen", "herkennen", "verhalen"):
            self.submit(Revealed(step=step, level=level), FACILITATOR)  # type: ignore[arg-type]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    built = Room(tmp_path)
    yield built
    built.session.close()


def wire(view: SessionState) -> str:
    """Everything in the view, as text: what a kernel that holds it could be made to tell."""
    return repr(view) + pickle.dumps(view).decode("latin-1")


def allowed_texts(room: Room, actor: Actor, level: str) -> set[str]:
    allowed = set()
    for key, marks in room.texts.items():
        number = int(key[-1])
        if actor.id == person(number).id and number != 3:
            allowed |= set(marks.values())
        if level == "alles" and number == 0:
            allowed.add(marks["nu"])
    return allowed


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("level", LEVELS)
def test_planted_secrets_are_nowhere_in_the_view(room: Room, level: str, closed: bool) -> None:
    room.reveal(level)
    if closed:
        room.submit(SessionClosed(), FACILITATOR)
    state = room.session.state()
    planted = {text for marks in room.texts.values() for text in marks.values()}
    seats = {person(number).id for number in range(PEOPLE)}
    for actor in (SCREEN, STRANGER, *(person(number) for number in range(PEOPLE))):
        sent = wire(view_for(state, actor))
        assert {text for text in planted if text in sent} <= allowed_texts(room, actor, level)
        assert {seat for seat in seats if seat in sent} <= {actor.id}
        assert room.session.facilitator_key not in sent and room.session.screen_key not in sent


@pytest.mark.parametrize("level", LEVELS)
def test_a_participant_sees_all_of_the_own(room: Room, level: str) -> None:
    room.reveal(level)
    for number in range(6):
        view = view_for(room.session.state(), person(number))
        own = [c for c in view.contributions.values() if c.seat == person(number).id]
        assert len(own) == 2
        assert [c.reason for c in own if c.moderation == "teruggegeven"] == [
            room.texts[f"{step}-2"]["reden"] for step in ("opvallen", "verhalen") if number == 2
        ]
        assert view.answers["herkennen", CODES[0], person(number).id].recognition
        assert view.viewer == view.seats[person(number).id]


def test_counts_come_with_the_distribution_and_texts_with_everything(room: Room) -> None:
    seen = []
    for level in LEVELS:
        room.reveal(level)
        view = view_for(room.session.state(), SCREEN)
        counts = recognition_counts(view, "herkennen", CODES[0])
        seen.append(
            (counts.recognition.total is not None, bool(view.contribution_counts), len(view.contributions))
        )
    assert seen == [(False, False, 0), (True, True, 0), (True, True, 2)]


def test_revealing_one_step_shows_nothing_of_another(room: Room) -> None:
    room.submit(Revealed(step="opvallen", level="alles"), FACILITATOR)
    view = view_for(room.session.state(), SCREEN)
    assert {c.step for c in view.contributions.values()} == {"opvallen"}
    assert {step for step, _buurt in view.contribution_counts} == {"opvallen"}
    assert view.recognition == {}


def test_hiding_again_takes_it_from_the_view(room: Room) -> None:
    room.reveal("alles")
    room.reveal("alleen_ik")
    view = view_for(room.session.state(), SCREEN)
    assert (view.recognition, view.contributions, view.contribution_counts) == ({}, {}, {})


def test_the_facilitator_sees_everything(room: Room) -> None:
    state = room.session.state()
    view = view_for(state, FACILITATOR)
    assert (view.answers, view.contributions, view.seats) == (state.answers, state.contributions, state.seats)
    assert recognition_counts(view, "herkennen", CODES[1]).recognition.by_role[0][1].n == 1


def test_a_role_that_few_have_is_not_named_with_a_text(room: Room) -> None:
    room.reveal("alles")
    shown = view_for(room.session.state(), SCREEN).contributions[room.ids["verhalen-0"]]
    assert (shown.role, shown.seat, shown.text) == (ROLES[0], "", "GEHEIM-verhalen-0-nu")
    few = new_session(room.session.path.parent, people=2, step="verhalen")
    story = few.submit(Verhaal(step="verhalen", buurt=CODES[0], text="t"), person(0))
    few.submit(Moderated(target=story.id, decision="getoond"), FACILITATOR)
    few.submit(Revealed(step="verhalen", level="alles"), FACILITATOR)
    assert view_for(few.state(), person(1)).contributions[story.id].role == ""
    few.close()


def test_two_answers_are_too_few_to_count_aloud(room: Room) -> None:
    room.reveal("alles")
    for actor in (SCREEN, person(5)):
        counts = recognition_counts(view_for(room.session.state(), actor), "herkennen", CODES[1])
        assert counts.recognition.total is None


def test_asking_the_whole_state_for_somebody_gives_what_the_view_gives(room: Room) -> None:
    for level in LEVELS:
        room.reveal(level)
        state: SessionState = room.session.state()
        for actor in (SCREEN, FACILITATOR, person(1)):
            for buurt in CODES:
                assert recognition_counts(state, "herkennen", buurt, for_actor=actor) == recognition_counts(
                    view_for(state, actor), "herkennen", buurt
                )


COUNTS = st.dictionaries(
    st.sampled_from([*ROLES, OTHER_ROLES]), st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=6
)


@given(COUNTS)
def test_no_group_smaller_than_three_can_be_worked_out(roles: dict[str, tuple[int, int]]) -> None:
    exact = grouped({role: Tally(counts=(("ja", a), ("nee", b))) for role, (a, b) in roles.items()})
    shown = protect(exact)
    if shown.total is None:
        assert exact.total is None or exact.total.n < SMALLEST_GROUP
        assert shown.by_role == ()
        return
    assert shown.total == exact.total
    if not shown.by_role:
        return
    # Every cell is large enough, and they add up to the total, so that no difference is smaller either.
    assert all(t.n >= SMALLEST_GROUP for _role, t in shown.by_role)
    assert sum((t for _role, t in shown.by_role), start=Tally()) == shown.total
    named = {role for role, _t in shown.by_role} - {OTHER_ROLES}
    assert all(dict(shown.by_role)[role] == dict(exact.by_role)[role] for role in named)
    hidden = [t.n for role, t in exact.by_role if role not in named]
    assert not hidden or sum(hidden) >= SMALLEST_GROUP


def test_small_roles_go_together_and_take_one_along_where_needed() -> None:
    def of(**sizes: int) -> list[tuple[str, int]]:
        exact = grouped({role: Tally(counts=(("ja", n),)) for role, n in sizes.items()})
        return [(role, t.n) for role, t in protect(exact).by_role]

    assert of(a=4, b=3, c=2, d=1) == [("a", 4), ("b", 3), (OTHER_ROLES, 3)]
    assert of(a=5, b=4, c=1) == [("a", 5), (OTHER_ROLES, 5)]
    assert of(a=5, b=1) == []
    assert of(a=3, b=3) == [("a", 3), ("b", 3)]
    assert of(a=2, b=2) == []


def test_a_session_object_gives_the_view_of_nobody_by_accident(room: Room) -> None:
    session: Session = room.session
    forged = Actor(id=person(0).id, kind="scherm", role="begeleider")
    view = view_for(session.state(), forged)
    assert (view.answers, view.contributions, view.seats) == ({}, {}, {})
