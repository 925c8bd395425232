"""Nothing acknowledged is lost, nothing withdrawn is left, and a bad file is named and not touched."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from dialogue_room import CODES, FACILITATOR, herken, new_session, person

from veerkracht_nb.dialogue import (
    Actor,
    LayerChosen,
    Moderated,
    SeatTaken,
    Session,
    StepStarted,
    Unknown,
    Verhaal,
    Waarneming,
    Withdrawn,
    create,
    find_by_code,
    list_sessions,
    open_session,
)
from veerkracht_nb.dialogue.sqlite_file import SCHEMA
from veerkracht_nb.errors import LogDamaged, LogError, LogTooNew, SessionNotFound, StorageFull

resource = pytest.importorskip("resource", reason="asks the system for limits, as only POSIX has them")
pytestmark = pytest.mark.skipif(os.name != "posix", reason="uses fork and signals")
KILLS = 200
SECRET = "GEHEIME-TEKST"


def in_child(work: Callable[[int], None]) -> tuple[int, int]:
    """Fork; the child calls `work` with the writing end of a pipe. Returns the child and the reading end."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(read)
            work(write)
            status = 0
        finally:
            os._exit(status)
    os.close(write)
    return child, read


def read_lines(handle: int, many: int) -> bytes:
    """Read until so many lines have come."""
    said = b""
    while said.count(b"\n") < many and (more := os.read(handle, 4096)):
        said += more
    return said


def read_all(handle: int, said: bytes = b"") -> list[str]:
    with os.fdopen(handle, "rb") as file:
        text = (said + file.read()).decode()
    # A line that was cut off by the kill was never acknowledged in full.
    return text.split("\n")[:-1]


def raw(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob(path.name + "*")))


def write_until_killed(path: Path, number: int, pipe: int) -> None:
    """Write stories, corrections and withdrawals, and report each only after `submit` has returned."""
    session = open_session(path)
    who, clock = person(number % 3), datetime.now(UTC) + timedelta(days=number)

    def send(payload: object, name: str) -> str:
        nonlocal clock
        clock += timedelta(seconds=5)
        event = session.submit(payload, who, nonce=f"{number}-{name}", now=clock)  # type: ignore[arg-type]
        os.write(pipe, f"{event.id} {type(payload).__name__} {number}-{name}\n".encode())
        return event.id

    for turn in range(1000):
        text = f"{SECRET}-{number}-{turn}- " + "x" * 300
        first = send(Verhaal(step="verhalen", buurt=CODES[0], text=text), f"{turn}-a")
        send(Verhaal(step="verhalen", buurt=CODES[0], text=text + "b", replaces=first), f"{turn}-b")
        if turn % 2 == 0:
            send(Withdrawn(target=first), f"{turn}-w")


def kill_writers(path: Path, numbers: range, chance: random.Random) -> tuple[set[str], list[str], int]:
    """Start a writer, kill it, again and again; return acknowledged ids, withdrawn texts, times it wrote."""
    acknowledged: set[str] = set()
    withdrawn: list[str] = []
    busy = 0
    for number in numbers:
        child, pipe = in_child(lambda write, number=number: write_until_killed(path, number, write))
        # After a number of lines and a moment: mostly while it writes, sometimes while it still opens the
        # file that the last one left.
        said = read_lines(pipe, chance.randint(0, 12) if number % 5 else 0)
        time.sleep(chance.uniform(0.0, 0.003 if number % 5 else 0.01))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        lines = [line.split(" ") for line in read_all(pipe, said)]
        busy += bool(lines)
        acknowledged |= {line[0] for line in lines}
        withdrawn += [f"{SECRET}-{line[2][:-2]}- " for line in lines if line[1] == "Withdrawn"]
        if number % 5 == 0 or number == numbers[-1]:
            with open_session(path) as session:
                ids = [event.id for event in session.events()]
            assert len(ids) == len(set(ids))
            assert acknowledged <= set(ids)
    return acknowledged, withdrawn, busy


@pytest.mark.slow
@pytest.mark.parametrize("part", range(KILLS // 25))
def test_nothing_acknowledged_is_lost_when_the_writer_is_killed(tmp_path: Path, part: int) -> None:
    path = (new := new_session(tmp_path, people=3, step="verhalen")).path
    new.close()
    numbers = range(25 * part, 25 * (part + 1))
    acknowledged, withdrawn, busy = kill_writers(path, numbers, random.Random(part))
    # The kills came while something was being written.
    assert busy >= 15 and len(acknowledged) > 25
    left = raw(path)
    assert withdrawn and not [text for text in withdrawn if text.encode() in left]


def test_a_writer_killed_between_withdrawing_and_cleaning_up_leaves_nothing_behind(tmp_path: Path) -> None:
    path = (new := new_session(tmp_path, people=1, step="verhalen")).path
    new.close()

    def work(pipe: int) -> None:
        session = open_session(path)
        story = session.submit(Verhaal(step="verhalen", buurt=CODES[0], text=SECRET), person(0))
        session._log.scrub = lambda: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[method-assign, assignment]
        session.submit(Withdrawn(target=story.id), person(0))

    child, pipe = in_child(work)
    os.waitpid(child, 0)
    os.close(pipe)
    assert SECRET.encode() in raw(path)
    with open_session(path):
        assert SECRET.encode() not in raw(path)


def test_a_session_is_made_whole_or_not_at_all(tmp_path: Path) -> None:
    from dialogue_room import made

    def make_many(pipe: int) -> None:
        for _ in range(100):
            create(tmp_path, made()).close()
            os.write(pipe, b".")

    chance = random.Random(7)
    for _ in range(20):
        child, pipe = in_child(make_many)
        assert os.read(pipe, 1)
        time.sleep(chance.uniform(0.0, 0.01))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(pipe)
    found = list_sessions(tmp_path)
    assert found and all(info.error is None for info in found)
    assert len({info.code for info in found}) == len(found)


def test_twenty_processes_write_at_once_and_all_of_it_is_there(tmp_path: Path) -> None:
    path = (new := new_session(tmp_path, people=20, step="herkennen")).path
    new.close()

    def work(number: int, pipe: int) -> None:
        with open_session(path) as session:
            for turn in range(15):
                event = session.submit(herken(CODES[turn % 5], "deels"), person(number), nonce=str(turn))
                os.write(pipe, f"{event.id}\n".encode())

    children = [in_child(lambda pipe, number=number: work(number, pipe)) for number in range(20)]
    acknowledged = [line for _child, pipe in children for line in read_all(pipe)]
    assert [os.waitpid(child, 0)[1] for child, _pipe in children] == [0] * 20
    with open_session(path) as session:
        events = session.events()
        state = session.state()
    assert len(acknowledged) == len(set(acknowledged)) == 300
    assert {event.id for event in events[22:]} == set(acknowledged)
    assert len(events) == 1 + 20 + 1 + 300
    assert all(a.at < b.at for a, b in pairwise(events))
    assert len(state.answers) == 100


def _written(session: Session) -> str:
    """Write a story in three versions among many of others, all moderated; return the id of the first."""
    session.submit(StepStarted(step="verhalen"), FACILITATOR)
    first = ""
    for turn in range(60):
        text = f"{SECRET}-{turn} é " + "y" * (turn * 9)
        if turn % 20 == 10 and first:
            session.submit(Verhaal(step="verhalen", buurt=CODES[0], text=text, replaces=first), person(0))
        else:
            other = session.submit(Verhaal(step="verhalen", buurt=CODES[0], text=text), person(turn % 2))
            first = first or other.id
    given_back = Moderated(target=first, decision="teruggegeven", reason=f"{SECRET}-reden")
    session.submit(given_back, FACILITATOR)
    return first


def test_a_withdrawn_text_is_nowhere_in_the_files_and_the_others_are(tmp_path: Path) -> None:
    with new_session(tmp_path, people=2) as session, open_session(session.path) as reader:
        first = _written(session)
        assert reader.state().contributions[first].earlier
        before = raw(session.path)
        assert all(f"{SECRET}-{turn} ".encode() in before for turn in range(60))
        session.submit(Withdrawn(target=first), person(0))
        after = raw(session.path)
        gone = {turn for turn in range(60) if f"{SECRET}-{turn} ".encode() not in after}
        assert gone == {0, 10, 30, 50}
        assert f"{SECRET}-reden".encode() not in after
        assert reader.state() == session.state()
        assert reader.state().contributions[first].text is None
    assert SECRET.encode() + b"-0 " not in raw(session.path)
    with open_session(session.path) as again:
        assert again.state() == session_state_without_cache(again)


def session_state_without_cache(session: Session) -> object:
    from veerkracht_nb.dialogue import SessionState, fold

    return fold(SessionState(), session.events())


@pytest.mark.parametrize("text", ["x", "é", "👩🏽", '"', "\\", "a" * 600, "😀" * 600])
def test_a_text_of_any_length_is_overwritten(tmp_path: Path, text: str) -> None:
    with new_session(tmp_path, people=1, step="verhalen") as session:
        payload = Verhaal(step="verhalen", buurt=CODES[0], text=text, theme="wonen", pin=(4.0, 51.0))
        story = session.submit(payload, person(0))
        before = session.path.stat().st_size
        session.submit(Withdrawn(target=story.id), person(0))
        kept = next(event.payload for event in session.events() if event.id == story.id)
        assert kept == Verhaal(step="verhalen", buurt=CODES[0], text=None)
        assert session.path.stat().st_size >= before
        session.submit(Verhaal(step="verhalen", buurt=CODES[0], text="verder"), person(0))


def test_the_text_goes_as_soon_as_a_reader_lets_go(tmp_path: Path) -> None:
    with new_session(tmp_path, people=1, step="verhalen") as session:
        story = session.submit(Verhaal(step="verhalen", buurt=CODES[0], text=SECRET), person(0))
        with closing(sqlite3.connect(session.path, isolation_level=None)) as reader:
            session._log._db.execute("PRAGMA busy_timeout = 10")  # type: ignore[attr-defined]
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM event").fetchone()
            session.submit(Withdrawn(target=story.id), person(0))
            assert SECRET.encode() in raw(session.path)
        session.submit(LayerChosen(layer="herkenning"), FACILITATOR)
        assert SECRET.encode() not in raw(session.path)


def test_the_log_only_grows(tmp_path: Path) -> None:
    with new_session(tmp_path, people=1) as session, closing(sqlite3.connect(session.path)) as db:
        for statement in ("DELETE FROM event", "UPDATE event SET at = 0", "UPDATE event SET actor_id = 'x'"):
            with pytest.raises(sqlite3.IntegrityError, match="only grows"):
                db.execute(statement)


def test_a_full_disk_is_said_and_costs_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    with new_session(tmp_path, people=1, step="opvallen") as session:
        db = session._log._db  # type: ignore[attr-defined]
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages + 2}")
        kept = []
        with pytest.raises(StorageFull) as caught:
            for turn in range(100):
                kept.append(session.submit(_noticed(turn), person(0), nonce=str(turn)).id)
        assert caught.value.expected and caught.value.todo
        assert kept
        state = session.state()
        assert len(state.contributions) == len(kept)
        with open_session(session.path) as other:
            assert other.state() == state
        db.execute("PRAGMA max_page_count = 100000")
        session.submit(_noticed(len(kept)), person(0), nonce=str(len(kept)))
        assert len(session.state().contributions) == len(kept) + 1


def _noticed(turn: int) -> Waarneming:
    return Waarneming(step="opvallen", buurt=CODES[0], text=f"{turn} " + "z" * 250)


def test_the_system_refusing_more_bytes_costs_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    path = (new := new_session(tmp_path, people=1, step="opvallen")).path
    new.close()

    def work(pipe: int) -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        limit = path.stat().st_size + 60_000
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        with open_session(path) as session:
            try:
                for turn in range(100):
                    event = session.submit(_noticed(turn), person(0), nonce=str(turn))
                    os.write(pipe, f"{event.id}\n".encode())
            except StorageFull:
                os.write(pipe, b"vol\n")

    child, pipe = in_child(work)
    *acknowledged, last = read_all(pipe)
    os.waitpid(child, 0)
    assert last == "vol" and acknowledged
    with open_session(path) as session:
        assert set(acknowledged) <= {event.id for event in session.events()}
        session.submit(_noticed(0), person(0))


def test_no_room_for_a_new_session_leaves_no_half_one(tmp_path: Path) -> None:
    from dialogue_room import made

    def work(pipe: int) -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (9_000, 9_000))
        with suppress(StorageFull):
            create(tmp_path, made())
            os.write(pipe, b"gelukt\n")
        os.write(pipe, b"klaar\n")

    child, pipe = in_child(work)
    assert read_all(pipe) == ["klaar"]
    os.waitpid(child, 0)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_may_not_be_written_says_so(tmp_path: Path) -> None:
    with new_session(tmp_path, people=1, step="herkennen") as session:
        session._log._db.execute("PRAGMA query_only = ON")  # type: ignore[attr-defined]
        with pytest.raises(StorageFull) as caught:
            session.submit(herken(), person(0))
        assert "schrijfbaar" in caught.value.todo
        assert session.state().answers == {}


def _closed_file(folder: Path) -> Path:
    with new_session(folder, people=3, step="opvallen") as session:
        for turn in range(40):
            session.submit(_noticed(turn), person(turn % 3))
    return session.path


def _truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5000])


def _overwritten(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:8192] = b"\xff" * 4096
    path.write_bytes(data)


def _another_database(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE event (x)")


def _no_tables(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA application_id = 0x5645524B")
        db.execute("CREATE TABLE iets (x)")


DAMAGE: dict[str, Callable[[Path], object]] = {
    "truncated": _truncated,
    "overwritten": _overwritten,
    "empty": lambda path: path.write_bytes(b""),
    "short": lambda path: path.write_bytes(b"SQLite format 3\x00"),
    "text": lambda path: path.write_text("geen sessie " * 50),
    "zip": lambda path: path.write_bytes(b"PK\x03\x04" + bytes(500)),
    "another database": _another_database,
    "no tables": _no_tables,
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=list(DAMAGE))
def test_a_damaged_file_is_named_and_stays_as_it_is(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    path = _closed_file(tmp_path)
    damage(path)
    before = path.read_bytes()
    with pytest.raises(LogDamaged) as caught:
        open_session(path)
    assert path.name in caught.value.message and caught.value.got and caught.value.todo
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_a_damaged_file_with_a_write_ahead_log_beside_it_stays_as_it_is(tmp_path: Path) -> None:
    path = _closed_file(tmp_path)

    def work(pipe: int) -> None:
        session = open_session(path)
        session.submit(_noticed(1), person(0))
        os.kill(os.getpid(), signal.SIGKILL)

    child, pipe = in_child(work)
    os.close(pipe)
    os.waitpid(child, 0)
    _overwritten(path)
    wal = path.with_name(path.name + "-wal")
    before = path.read_bytes(), wal.read_bytes()
    with pytest.raises(LogError):
        open_session(path)
    assert (path.read_bytes(), wal.read_bytes()) == before


def test_random_damage_is_noticed_or_harmless(tmp_path: Path) -> None:
    path = _closed_file(tmp_path)
    good = path.read_bytes()
    chance = random.Random(1)
    noticed = 0
    for _ in range(80):
        data = bytearray(good)
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(data)
        try:
            open_session(path).close()
        except LogError:
            noticed += 1
            assert path.read_bytes() == data
        for beside in tmp_path.glob(path.name + "-*"):
            beside.unlink()
    assert noticed > 10


def test_a_file_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = _closed_file(tmp_path)
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version = {SCHEMA + 1}")
    before = path.read_bytes()
    with pytest.raises(LogTooNew) as caught:
        open_session(path)
    assert str(SCHEMA + 1) in caught.value.got and "bij" in caught.value.todo
    assert path.read_bytes() == before
    assert isinstance(list_sessions(tmp_path)[0].error, LogTooNew)


def test_an_event_of_a_newer_version_is_kept_and_left_out_of_the_state(tmp_path: Path) -> None:
    path = _closed_file(tmp_path)
    with closing(sqlite3.connect(path)) as db, db:
        at = db.execute("SELECT max(at) FROM event").fetchone()[0] + 1
        db.execute(
            "INSERT INTO event (id, at, actor_id, actor_kind, actor_role, kind, payload)"
            " VALUES ('n', ?, 'begeleider', 'begeleider', '', 'duiding', '{\"text\": 1}')",
            (at,),
        )
    with open_session(path) as session:
        assert session.events()[-1].payload == Unknown(kind="duiding", body='{"text": 1}')
        session.submit(SeatTaken(role="bestuur"), person(8))
        assert session.state().seat_count == 4


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(SessionNotFound):
        open_session(tmp_path / "weg.sessie")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["met spatie", "100%25?mode=rwc#x", "it's", "é"])
def test_a_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    with new_session(folder, people=1) as session, open_session(session.path) as again:
        assert again.state() == session.state()
    assert len(list_sessions(folder)) == 1


_COME_AND_GO = """
import sys
from veerkracht_nb.dialogue import open_session
with open_session(sys.argv[1]) as session:
    print(len(session.events()))
"""


def _seen_by_another_process(path: Path) -> int:
    command = [sys.executable, "-c", _COME_AND_GO, str(path)]
    return int(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout)


def test_looking_at_a_session_that_is_open_here_does_not_let_another_process_take_its_log_away(
    tmp_path: Path,
) -> None:
    with new_session(tmp_path, people=1) as session:
        before = len(session.events())
        list_sessions(tmp_path)
        find_by_code(tmp_path, session.code)
        assert _seen_by_another_process(session.path) == before
        session.submit(SeatTaken(role="bewoner"), Actor(id="later-gekomen", kind="deelnemer", role="bewoner"))
        assert _seen_by_another_process(session.path) == before + 1
        assert len(session.events()) == before + 1
