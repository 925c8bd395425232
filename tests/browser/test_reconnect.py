"""Connections that go and come back: nothing typed is lost, nothing said is said twice, and the page says so."""

from __future__ import annotations

import asyncio
import re
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from veerkracht_nb.apps.prepare import prepare_session
from veerkracht_nb.dialogue import Actor, Herkenning, Session, StepStarted, Verhaal

from .room import WAIT, Hall, Participant
from .served import Served

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))
from reconnect_wifi import BOTH, Wifi

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]

BUURT = "De Weren"
SAVED = re.compile(r"bewaard \d")
Network = Callable[[Callable[[Wifi], Any]], None]


@pytest.fixture
def network(served: Served) -> Iterator[tuple[Wifi, Network]]:
    """A network that can be taken away, and a function that lets something happen to it."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def let(happen: Callable[[Wifi], Any]) -> None:
        async def work() -> None:
            result = happen(wifi)
            if isinstance(result, Coroutine):
                await result

        asyncio.run_coroutine_threadsafe(work(), loop).result(20)

    async def make() -> Wifi:
        made = Wifi(served.port)
        await made.start()
        return made

    wifi = asyncio.run_coroutine_threadsafe(make(), loop).result(20)
    yield wifi, let
    let(lambda w: w.stop())
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)


@pytest.fixture
def room(browser: Any, served: Served, network: tuple[Wifi, Network]) -> Iterator[Hall]:
    """A session behind that network."""
    session = prepare_session(title="Proef", script="kennismaking", folder=served.sessions)
    hall = Hall(browser, network[0].address, session)
    yield hall
    hall.close()


def started(session: Session, kind: str) -> None:
    """Begin the step of this kind."""
    script = session.state().script
    assert script is not None
    step = next(step for step in script.steps if step.kind == kind)
    session.submit(StepStarted(step=step.id), Actor(id="begeleider", kind="begeleider"))


def given(hall: Hall, kind: type, who: Participant) -> list[Any]:
    """Return what somebody has given of one kind, in order."""
    assert who.actor is not None
    events = hall.session.events()
    return [e.payload for e in events if isinstance(e.payload, kind) and e.actor.id == who.actor.id]


def test_an_answer_changed_without_a_connection_is_given_once_also_from_a_new_seat(
    room: Hall, served: Served, network: tuple[Wifi, Network]
) -> None:
    _wifi, let = network
    anna = room.participant()
    started(room.session, "herkenning")
    anna.follows("Herken je dit beeld?")
    anna.choose(BUURT)
    let(lambda wifi: wifi.lose(*BOTH))
    for answer in ("Herken ik", "Deels", "Herken ik niet", "Herken ik", "Deels"):
        anna.pick(answer)
    expect(anna.page.locator(".vk-dot")).to_contain_text("geen verbinding", timeout=WAIT)
    expect(anna.page.locator(".vk-dot")).to_be_in_viewport()
    expect(anna.page.locator(".vk-answer .vk-saved")).to_contain_text("bewaard op dit toestel")
    served.seat_of(anna.page).kill()
    assert given(room, Herkenning, anna) == []
    let(lambda wifi: wifi.back())
    expect(anna.page.locator(".vk-answer .vk-saved")).to_have_text(SAVED, timeout=WAIT)
    expect(anna.page.get_by_label("Deels", exact=True)).to_be_checked()
    assert [answer.recognition for answer in given(room, Herkenning, anna)] == ["deels"]
    assert room.session.state().seat_count == 1


def test_a_server_that_dies_and_starts_again_has_the_same_people_with_what_they_typed(
    room: Hall, served: Served
) -> None:
    facilitator, screen = room.facilitator(), room.screen()
    anna, bilal = room.participant(), room.participant()
    started(room.session, "verhaal")
    for person in (anna, bilal):
        person.follows("verhaal")
        person.choose(BUURT)
    anna.write("half af")
    # Somebody has the page open twice; both know what waits to be sent.
    tab = bilal.context.new_page()
    tab.goto(bilal.page.url)
    expect(tab.locator(".vk-top")).to_be_visible(timeout=WAIT)
    served.kill()
    bilal.write("geschreven zonder server")
    bilal.send()
    for visitor in (anna, bilal, facilitator, screen):
        expect(visitor.page.locator(".vk-dot")).to_contain_text("geen verbinding", timeout=WAIT)
    served.start()
    expect(bilal.story("geschreven zonder server")).to_be_visible(timeout=WAIT)
    expect(anna.field).to_have_value("half af", timeout=WAIT)
    anna.write("half af, en nu heel")
    anna.save()
    facilitator.choose(BUURT)
    expect(facilitator.story("half af, en nu heel")).to_be_visible(timeout=WAIT)
    for visitor in (bilal, screen):
        expect(visitor.page.locator(".vk-dot.vk-online")).to_be_attached(timeout=WAIT)
    assert [story.text for story in given(room, Verhaal, anna)] == ["half af, en nu heel"]
    assert [story.text for story in given(room, Verhaal, bilal)] == ["geschreven zonder server"]
    assert room.session.state().seat_count == 2


def test_half_a_connection_is_no_connection_and_says_nothing_twice(
    room: Hall, network: tuple[Wifi, Network]
) -> None:
    _wifi, let = network
    anna = room.participant()
    started(room.session, "verhaal")
    anna.follows("verhaal")
    anna.choose(BUURT)
    # What the phone says arrives; that it arrived does not.
    let(lambda wifi: wifi.lose("down"))
    anna.write("aangekomen zonder antwoord")
    anna.send()
    expect(anna.page.locator(".vk-dot")).to_contain_text("geen verbinding", timeout=WAIT)
    expect(anna.field).to_have_value("aangekomen zonder antwoord")
    let(lambda wifi: wifi.back())
    expect(anna.saved).to_have_text(SAVED, timeout=WAIT)
    expect(anna.field).to_have_value("")
    assert len(given(room, Verhaal, anna)) == 1
    # The other way round, and refused outright.
    let(lambda wifi: wifi.lose("up"))
    anna.write("niet aangekomen")
    anna.send()
    expect(anna.page.locator(".vk-dot")).to_contain_text("geen verbinding", timeout=WAIT)
    let(lambda wifi: wifi.refuse())
    anna.page.wait_for_timeout(500)
    let(lambda wifi: wifi.back())
    let(lambda wifi: wifi.start())
    expect(anna.story("niet aangekomen")).to_be_visible(timeout=WAIT)
    assert len(given(room, Verhaal, anna)) == 2
