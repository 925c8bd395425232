"""Two files of one session become one, in whatever order and however often."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from dialogue_logs import logs
from dialogue_room import CODES, FACILITATOR, herken, new_session, person
from hypothesis import given, settings
from hypothesis import strategies as st

from veerkracht_nb.dialogue import (
    Event,
    SeatTaken,
    Session,
    SessionClosed,
    SessionState,
    StepStarted,
    Verhaal,
    Withdrawn,
    create,
    fold,
    merge,
    open_session,
)
from veerkracht_nb.dialogue.merge import union
from veerkracht_nb.errors import LogDamaged, SessionError, SessionNotFound


@st.composite
def copies(draw: st.DrawFn, many: int = 2) -> list[list[Event]]:
    """Parts of one log, as each laptop would hold it: what was withdrawn there is erased there."""
    happened = draw(logs(size=20))
    parts = []
    for _ in range(many):
        kept = [e for e in happened[1:] if draw(st.booleans())]
        parts.append(list(union(happened[:1], kept)))
    return parts


@given(copies())
@settings(max_examples=150)
def test_merging_is_commutative_and_idempotent(parts: list[list[Event]]) -> None:
    a, b = parts
    both = union(a, b)
    assert union(b, a) == both
    assert union(both, a) == union(both, b) == union(both, both) == both
    assert union(a, a) == a
    assert {event.id for event in both} == {event.id for event in a} | {event.id for event in b}
    assert fold(SessionState(), both) == fold(SessionState(), union(b, a))


@given(copies(many=3))
def test_merging_is_associative(parts: list[list[Event]]) -> None:
    a, b, c = parts
    assert union(union(a, b), c) == union(a, union(b, c))


@given(copies())
def test_what_was_withdrawn_in_one_is_in_no_part_of_the_union(parts: list[list[Event]]) -> None:
    both = union(*parts)
    state = fold(SessionState(), both)
    gone = {v for c in state.contributions.values() if c.withdrawn for v in c.versions}
    assert all(event.payload.text is None for event in both if event.id in gone)  # type: ignore[union-attr]


@pytest.fixture
def tables(tmp_path: Path) -> tuple[Path, Path]:
    """A session that went on at two tables, from a copy."""
    with new_session(tmp_path / "a", people=2, step="verhalen") as session:
        session.submit(Verhaal(step="verhalen", buurt=CODES[0], text="GEHEIM-eerst"), person(0), nonce="s")
    other = tmp_path / "b" / session.path.name
    other.parent.mkdir()
    shutil.copy(session.path, other)
    return session.path, other


def _story(session: Session) -> str:
    return next(iter(session.state().contributions))


def test_two_tables_come_together_and_a_withdrawal_counts_at_both(
    tmp_path: Path, tables: tuple[Path, Path]
) -> None:
    a, b = tables
    with open_session(a) as one:
        one.submit(Withdrawn(target=_story(one)), person(0))
        one.submit(SeatTaken(role="bestuur"), person(5))
    with open_session(b) as two:
        payload = Verhaal(step="verhalen", buurt=CODES[0], text="GEHEIM-daarna", replaces=_story(two))
        two.submit(payload, person(0))
        two.submit(StepStarted(step="herkennen"), FACILITATOR)
        two.submit(herken(), person(1))
        code, key = two.code, two.facilitator_key
    merged = merge(a, b, tmp_path / "samen.sessie")
    other_way = merge(b, a, tmp_path / "samen2.sessie")
    assert b"GEHEIM" not in merged.read_bytes()
    with open_session(merged) as session, open_session(other_way) as again:
        assert session.events() == again.events()
        assert session.state() == again.state()
        assert (session.code, session.facilitator_key) == (code, key)
        state = session.state()
        assert (state.seat_count, len(state.answers), state.step) == (3, 1, "herkennen")
        assert [c.withdrawn for c in state.contributions.values()] == [True]
        # The session goes on in the new file.
        session.submit(SessionClosed(), FACILITATOR)
        assert session.events()[-1].at > session.events()[-2].at
    third = merge(merged, a, tmp_path / "nog eens.sessie")
    with open_session(third) as once_more, open_session(merged) as session:
        assert once_more.events() == session.events()


def test_different_sessions_are_not_mixed(tmp_path: Path, tables: tuple[Path, Path]) -> None:
    with new_session(tmp_path / "c") as stranger:
        pass
    with pytest.raises(SessionError, match="verschillende sessies") as caught:
        merge(tables[0], stranger.path, tmp_path / "samen.sessie")
    assert stranger.code in caught.value.got
    assert not (tmp_path / "samen.sessie").exists()


def test_a_file_that_is_there_is_not_overwritten(tables: tuple[Path, Path]) -> None:
    before = tables[1].read_bytes()
    with pytest.raises(SessionError, match="is er al"):
        merge(*tables, tables[1])
    assert tables[1].read_bytes() == before


def test_a_missing_or_damaged_file_is_named(tmp_path: Path, tables: tuple[Path, Path]) -> None:
    into = tmp_path / "samen.sessie"
    with pytest.raises(SessionNotFound):
        merge(tables[0], tmp_path / "weg.sessie", into)
    tables[1].write_bytes(b"x" * 5000)
    with pytest.raises(LogDamaged):
        merge(*tables, into)
    assert not into.exists()


@given(logs(size=5))
def test_one_event_that_says_two_things_is_refused(happened: Sequence[Event]) -> None:
    forged = [replace(happened[0], payload=SessionClosed())]
    with pytest.raises(SessionError, match="spreken elkaar tegen"):
        union(happened, forged)


def test_a_session_with_older_events_put_in_is_folded_anew(tmp_path: Path) -> None:
    with create(tmp_path, new_session(tmp_path / "x").state().made) as session:  # type: ignore[arg-type]
        events = session.events()
        late = replace(events[0], id="z", at=events[0].at, payload=SessionClosed())
        early = replace(events[0], id="0", payload=StepStarted(step="opvallen"))
        session.state()
        with session._log.write() as writer:
            from veerkracht_nb.dialogue.log import insert

            insert(writer._db, late)  # type: ignore[attr-defined]
            insert(writer._db, early)  # type: ignore[attr-defined]
        assert session.state() == fold(SessionState(), session.events())
        assert session.state().closed
