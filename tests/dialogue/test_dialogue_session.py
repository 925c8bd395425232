"""One file per session: made, found, opened, resent, deleted."""

from __future__ import annotations

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from dialogue_room import CODES, FACILITATOR, herken, made, new_session, person
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from veerkracht_nb.dialogue import (
    SeatTaken,
    SessionClosed,
    SessionReopened,
    StepStarted,
    create,
    delete,
    find_by_code,
    list_sessions,
    open_session,
)
from veerkracht_nb.dialogue.session import CODE_ALPHABET
from veerkracht_nb.errors import NotAllowed, SessionError, SessionNotFound


def test_a_session_is_one_private_file_named_after_its_id(tmp_path: Path) -> None:
    with create(tmp_path, made(title="../../etc/passwd\x00 CON")) as session:
        assert session.path == tmp_path / f"{session.id}.sessie"
        assert stat.S_IMODE(session.path.stat().st_mode) == 0o600
        made_state = session.state().made
        assert made_state is not None and made_state.title == "../../etc/passwd CON"
    assert [path.name for path in tmp_path.iterdir()] == [session.path.name]


def test_files_beside_it_are_private_too(tmp_path: Path) -> None:
    with new_session(tmp_path, people=1):
        assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


@pytest.mark.parametrize("name", ["", "..", "a/b", "a\\b", "x" * 41, "é", "a\x00", "."])
def test_a_session_id_is_plain(tmp_path: Path, name: str) -> None:
    with pytest.raises(SessionError):
        create(tmp_path, made(), session_id=name)


def test_a_second_session_of_one_name_is_refused(tmp_path: Path) -> None:
    create(tmp_path, made(), session_id="demo").close()
    with pytest.raises(SessionError, match="al een sessie"):
        create(tmp_path, made(), session_id="demo")


def test_codes_are_short_plain_and_different(tmp_path: Path) -> None:
    sessions = [create(tmp_path, made()) for _ in range(5)]
    codes = {session.code for session in sessions}
    assert len(codes) == 5
    assert all(len(code) == 6 and set(code) <= set(CODE_ALPHABET) for code in codes)
    assert not set(CODE_ALPHABET) & set("01OIL")
    keys = {key for session in sessions for key in (session.facilitator_key, session.screen_key)}
    assert len(keys) == 10 and all(len(key) >= 22 for key in keys)
    for session in sessions:
        session.close()


def test_keys_open_what_they_belong_to(tmp_path: Path) -> None:
    with create(tmp_path, made()) as session:
        assert session.is_facilitator_key(session.facilitator_key)
        assert session.is_screen_key(session.screen_key)
        for wrong in ("", session.code, session.screen_key, session.facilitator_key[:-1], "\ud800", "é"):
            assert not session.is_facilitator_key(wrong)


def test_a_code_is_found_however_it_is_typed(tmp_path: Path) -> None:
    from veerkracht_nb.dialogue.session import write_file

    source = create(tmp_path / "a", made())
    meta = {"id": "x", "code": "5V8Q2K", "facilitator_key": "f" * 32, "screen_key": "s" * 32}
    path = tmp_path / "b" / "x.sessie"
    path.parent.mkdir()
    write_file(path, meta, list(source.events()))
    source.close()
    for typed in ("5V8Q2K", "5v8-q2k", " 5V8 Q2K ", "SUBOZK", "su8o2k", "５Ｖ８Ｑ２Ｋ", "5V8\u200bQ2K\n"):
        assert find_by_code(path.parent, typed) == path
    for typed in ("", "5V8Q2", "5V8Q2KK", "*", "' OR 1=1", "x" * 100_000):
        with pytest.raises(SessionNotFound):
            find_by_code(path.parent, typed)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=())))
def test_no_text_that_is_not_a_code_opens_anything(tmp_path: Path, typed: str) -> None:
    with pytest.raises(SessionNotFound):
        find_by_code(tmp_path, typed)


def test_sessions_are_listed_newest_first_and_damaged_ones_with_their_error(tmp_path: Path) -> None:
    with new_session(tmp_path, people=3) as old:
        old.submit(SeatTaken(role="bestuur"), person(0))
        old.submit(SessionClosed(), FACILITATOR)
        (tmp_path / "kapot.sessie").write_bytes(b"SQLite format 3\x00" + b"x" * 200)
        (tmp_path / "iets.txt").write_text("geen sessie")
        with create(tmp_path, made(title="Nieuw")) as new:
            infos = list_sessions(tmp_path)
            assert [info.id for info in infos] == [new.id, old.id, ""]
            assert (infos[1].seats, infos[1].closed, infos[1].code) == (3, True, old.code)
            assert (infos[0].title, infos[0].gemeente, infos[0].seats) == ("Nieuw", "Voorbeeldstad", 0)
            assert infos[2].error is not None and infos[2].path.name == "kapot.sessie"
        old.submit(SessionReopened(), FACILITATOR)
        assert not list_sessions(tmp_path)[1].closed
    assert list_sessions(tmp_path / "bestaat-niet") == []


def test_deleting_leaves_nothing_and_takes_nothing_else(tmp_path: Path) -> None:
    session = new_session(tmp_path, people=1)
    other = tmp_path / "aantekeningen.txt"
    other.write_text("blijft")
    delete(session.path)
    session.close()
    assert [path.name for path in tmp_path.iterdir()] == [other.name]
    with pytest.raises(SessionError):
        delete(other)
    with pytest.raises(SessionNotFound):
        delete(session.path)
    assert other.exists()


def test_sending_again_is_one_event(tmp_path: Path) -> None:
    with new_session(tmp_path, people=2, step="herkennen") as session:
        first = session.submit(herken(), person(0), nonce="n1")
        session.submit(SessionClosed(), FACILITATOR)
        again = session.submit(herken(recognition="deels"), person(0), nonce="n1")
        assert again == first
        assert sum(event.id == first.id for event in session.events()) == 1
        session.submit(SessionReopened(), FACILITATOR)
        assert session.submit(herken(), person(1), nonce="n1").id != first.id
        assert session.submit(herken(), person(0), nonce="\ud800 n2").id != first.id


def test_time_only_goes_forward_also_when_the_clock_does_not(tmp_path: Path) -> None:
    with new_session(tmp_path, people=1, step="herkennen") as session:
        now = datetime.now(UTC)
        for moment in (now, now, now - timedelta(days=1), now + timedelta(microseconds=3)):
            session.submit(herken(), person(0), now=moment)
        times = [event.at for event in session.events()]
        assert all(a < b for a, b in pairwise(times))
        assert all(at.utcoffset() == timedelta(0) for at in times)


def test_a_writer_elsewhere_is_seen_through_the_version(tmp_path: Path) -> None:
    with new_session(tmp_path, people=1, step="herkennen") as one, open_session(one.path) as two:
        assert two.state() == one.state()
        seen, own = two.version(), one.version()
        assert (two.version(), one.version()) == (seen, own)
        one.submit(herken(), person(0))
        assert two.version() > seen and one.version() > own
        assert len(two.state().answers) == len(one.state().answers) == 1
        assert two.state() is two.state()


def test_events_after_a_number(tmp_path: Path) -> None:
    with new_session(tmp_path, people=2, step="herkennen") as session:
        everything = session.events()
        assert len(everything) == 4
        assert session.events(3) == everything[3:]
        assert session.events(99) == ()


def test_reopening_gives_the_same_session(tmp_path: Path) -> None:
    with new_session(tmp_path, people=2, step="herkennen") as session:
        session.submit(herken(), person(0))
        before = (session.id, session.code, session.facilitator_key, session.state(), session.events())
    with open_session(session.path) as again:
        assert before == (again.id, again.code, again.facilitator_key, again.state(), again.events())


def test_steps_time_and_focus_follow_the_facilitator(tmp_path: Path) -> None:
    from veerkracht_nb.dialogue import FocusSet, TimeAdded

    with new_session(tmp_path, step="herkennen") as session:
        session.submit(TimeAdded(step="herkennen", minutes=5), FACILITATOR)
        session.submit(TimeAdded(step="herkennen", minutes=-2), FACILITATOR)
        session.submit(FocusSet(buurt=CODES[2]), FACILITATOR)
        state = session.state()
        assert state.current is not None and state.current.kind == "herkenning"
        assert (state.extra_minutes, state.focus) == ({"herkennen": 3}, CODES[2])
        session.submit(StepStarted(step="verhalen"), FACILITATOR)
        assert (session.state().focus, session.state().started) == ("", ("herkennen", "verhalen"))
        session.submit(StepStarted(step="herkennen"), FACILITATOR)
        assert session.state().extra_minutes == {}


def test_the_room_starts_without_tables_or_widgets() -> None:
    code = (
        "import sys, veerkracht_nb.dialogue; "
        "print({'pandas', 'numpy', 'geopandas', 'ipywidgets', 'voila'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_threads_of_one_process_share_a_session(tmp_path: Path) -> None:
    with new_session(tmp_path, people=8, step="herkennen") as session, ThreadPoolExecutor(8) as pool:

        def work(number: int) -> None:
            for turn in range(20):
                session.submit(herken(CODES[turn % 5]), person(number))
                session.version()
                session.state()

        list(pool.map(work, range(8)))
        assert len(session.events()) == 1 + 8 + 1 + 160
        assert len(session.state().answers) == 40


def test_what_was_decided_elsewhere_a_moment_ago_counts(tmp_path: Path) -> None:
    with new_session(tmp_path, people=1, step="herkennen") as one, open_session(one.path) as two:
        assert not two.state().closed
        one.submit(SessionClosed(), FACILITATOR)
        before = one.events()
        with pytest.raises(NotAllowed):
            two.submit(herken(), person(0))
        assert one.events() == before


def test_what_is_committed_is_on_the_disk_and_what_is_erased_is_overwritten(tmp_path: Path) -> None:
    with new_session(tmp_path) as session, open_session(session.path) as again:
        for opened in (session, again):
            db = opened._log._db  # type: ignore[attr-defined]
            asked = [db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "secure_delete")]
            assert (asked, db.execute("PRAGMA journal_mode").fetchone()[0]) == ([2, 1], "wal")
