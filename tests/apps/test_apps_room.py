"""A seat that hears what others do, and goes on after a bad reading."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable

import pytest
from apps_hall import Hall

from veerkracht_nb.apps.facilitator import FACILITATOR
from veerkracht_nb.apps.room import POLL_SECONDS, Room
from veerkracht_nb.dialogue import FocusSet, StepStarted, open_session
from veerkracht_nb.errors import LogError, NotAllowed

BOUND = 20.0
"""Seconds before a test gives up waiting; says nothing about how fast it should be."""

STARTED_ELSEWHERE = """
import sys
from veerkracht_nb.dialogue import Actor, StepStarted, open_session
with open_session(sys.argv[1]) as session:
    session.submit(StepStarted(step="opvallen"), Actor(id="begeleider", kind="begeleider"))
"""


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(BOUND):
        while not happened():
            await asyncio.sleep(0.02)


@pytest.fixture
def room(hall: Hall) -> Room:
    return Room(open_session(hall.session.path), hall.seat())


def test_what_another_session_object_writes_is_seen(hall: Hall, room: Room) -> None:
    async def scene() -> None:
        seen: list[str] = []
        room.on_change(lambda: seen.append(room.view.step))
        assert seen == [""], "a listener is told at once how things are"
        hall.session.submit(StepStarted(step="herkennen"), FACILITATOR)
        await until(lambda: seen[-1] == "herkennen")
        room.close()

    asyncio.run(scene())


def test_what_another_process_writes_is_seen(hall: Hall, room: Room) -> None:
    async def scene() -> None:
        room.on_change(lambda: None)
        command = [sys.executable, "-c", STARTED_ELSEWHERE, str(hall.session.path)]
        await asyncio.to_thread(subprocess.run, command, check=True, timeout=60)
        await until(lambda: room.view.step == "opvallen")
        room.close()

    asyncio.run(scene())


def test_one_bad_reading_is_tried_again_without_a_new_event(
    hall: Hall, room: Room, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    good, failures = room.session.state, iter([True, True])

    def sometimes() -> object:
        if next(failures, False):
            raise LogError("Het sessiebestand is bezet.")
        return good()

    async def scene() -> None:
        room.on_change(lambda: None)
        monkeypatch.setattr(room.session, "state", sometimes)
        hall.session.submit(StepStarted(step="herkennen"), FACILITATOR)
        await until(lambda: room.view.step == "herkennen")
        room.close()

    asyncio.run(scene())
    assert "trying again" in caplog.text


def test_a_listener_that_fails_once_does_not_stop_the_watching(hall: Hall, room: Room) -> None:
    seen: list[str] = []

    def draw() -> None:
        seen.append(room.view.step)
        if room.view.step == "opvallen":
            raise ZeroDivisionError

    async def scene() -> None:
        room.on_change(draw)
        hall.session.submit(StepStarted(step="opvallen"), FACILITATOR)
        await until(lambda: seen[-1] == "opvallen")
        hall.session.submit(StepStarted(step="herkennen"), FACILITATOR)
        await until(lambda: seen[-1] == "herkennen")
        room.close()

    asyncio.run(scene())


def test_nothing_is_drawn_again_as_long_as_nothing_happens(
    hall: Hall, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(POLL_SECONDS, "deelnemer", 0.001)
    monkeypatch.setitem(POLL_SECONDS, "begeleider", 0.001)
    asked: list[int] = []
    drawn: list[str] = []
    version = room.session.version

    def count() -> int:
        asked.append(version())
        return asked[-1]

    monkeypatch.setattr(room.session, "version", count)

    async def scene() -> None:
        room.on_change(lambda: drawn.append(room.view.step))
        hall.session.submit(StepStarted(step="opvallen"), FACILITATOR)
        await until(lambda: len(asked) > 20)
        room.close()

    asyncio.run(scene())
    assert drawn == ["", "opvallen"]


def test_after_closing_nothing_is_read_any_more(hall: Hall, room: Room) -> None:
    async def scene() -> None:
        seen: list[str] = []
        room.on_change(lambda: seen.append(room.view.step))
        task = room._task
        assert task is not None
        room.close()
        await asyncio.wait([task], timeout=BOUND)
        assert task.cancelled()
        hall.session.submit(StepStarted(step="opvallen"), FACILITATOR)
        assert seen == [""]

    asyncio.run(scene())


def test_without_an_event_loop_the_own_deeds_are_still_shown(hall: Hall) -> None:
    room = Room(open_session(hall.session.path), FACILITATOR)
    seen: list[str] = []
    room.on_change(lambda: seen.append(room.view.focus))
    room.submit(FocusSet(buurt=hall.town.codes[0]))
    assert seen == ["", hall.town.codes[0]]
    room.close()


def test_what_was_written_is_acknowledged_also_when_it_cannot_be_drawn(hall: Hall) -> None:
    room = Room(open_session(hall.session.path), FACILITATOR)
    failing = iter([False, True])

    def draw() -> None:
        if next(failing):
            raise ZeroDivisionError

    room.on_change(draw)
    event = room.submit(StepStarted(step="opvallen"))
    assert hall.session.events()[-1] == event
    room.close()


def test_what_is_refused_changes_nothing_and_says_so(hall: Hall, room: Room) -> None:
    before = hall.session.events()
    with pytest.raises(NotAllowed):
        room.submit(StepStarted(step="opvallen"))
    assert hall.session.events() == before
    room.close()
