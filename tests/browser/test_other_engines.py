"""The page of a participant in the engines that other phones and laptops have."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from veerkracht_nb.apps.prepare import prepare_session
from veerkracht_nb.dialogue import Actor, Herkenning, Session, StepStarted, Verhaal

from .engines import Engine, Firefox, WebKit
from .room import Hall
from .served import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]

BUURT = "Beukenhof"
SAVED = "return /bewaard \\d/.test(document.querySelector('.vk-answer .vk-saved')?.textContent)"
LEADER = Actor(id="begeleider-1234", kind="begeleider")


@pytest.fixture(scope="module", params=[WebKit, Firefox], ids=["webkit", "firefox"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One browser for all tests of this file; skipped, visibly, where it is not installed."""
    browser = request.param(tmp_path_factory.mktemp(request.param.__name__))
    yield browser
    browser.close()


@pytest.fixture
def session(served: Served) -> Iterator[Session]:
    """A session of its own, with nobody in it."""
    session = prepare_session(title="Motoren", script="kennismaking", folder=served.sessions)
    yield session
    session.close()


@pytest.fixture
def joined(engine: Engine, served: Served, session: Session) -> Callable[[], None]:
    """Return a way in: the code, a role."""

    def join() -> None:
        engine.open(f"{served.address}/s/{session.code}")
        engine.tap("label.keuze", "Bewoner")
        engine.tap("button.knop", "Meedoen")
        engine.sees(".vk-top")
        engine.until("return !!document.querySelector('.vk-dot.vk-online')")
        engine.tap("[role=tab]", "Kaart")  # the browser remembers the other one

    return join


def step(session: Session, kind: str) -> None:
    """Bring the room to the first step of a kind."""
    found = next(step for step in session.state().script.steps if step.kind == kind)
    session.submit(StepStarted(step=found.id), LEADER)


def said(session: Session, kind: type[Any]) -> list[Any]:
    """Return what was contributed of this kind."""
    return [event.payload for event in session.events() if isinstance(event.payload, kind)]


def code_of(session: Session) -> str:
    return next(buurt.code for buurt in session.state().buurten if buurt.name == BUURT)


def test_somebody_joins_taps_a_buurt_answers_and_tells(
    engine: Engine, session: Session, joined: Callable[[], None]
) -> None:
    step(session, "herkenning")
    joined()
    assert not engine.run("return document.documentElement.scrollWidth > innerWidth")
    engine.tap(f'path.vk-buurt[data-code="{code_of(session)}"]')
    engine.sees(".vk-card h2", BUURT)
    engine.tap(".vk-answer label", "Deels")
    engine.until(SAVED)
    assert [(h.buurt, h.recognition) for h in said(session, Herkenning)] == [(code_of(session), "deels")]

    step(session, "verhaal")
    engine.sees(".vk-form textarea")
    engine.tap(".vk-form textarea")
    engine.write("Hier is het donker.")
    engine.tap(".vk-form button", "Bewaar")
    engine.until(
        "return [...document.querySelectorAll('.vk-form .vk-saved')].some((e) => /bewaard \\d/.test(e.textContent))"
    )
    assert [v.text for v in said(session, Verhaal)] == ["Hier is het donker."]

    engine.tap("[role=tab]", "Lijst")
    engine.sees("[role=option]", BUURT)
    assert getattr(engine, "errors", []) == []


def test_a_picture_of_the_beginning_is_fetched_once(engine: Engine, joined: Callable[[], None]) -> None:
    joined()
    loads = "performance.getEntriesByType('resource').filter((r) => r.name.includes('/beeld/'))"
    assert engine.run(f"return {loads}.filter((r) => r.transferSize).length") <= 1  # 0: still in the cache


def test_a_seat_comes_back_by_itself_when_its_kernel_is_gone(
    engine: Engine, session: Session, joined: Callable[[], None], served: Served
) -> None:
    step(session, "herkenning")
    joined()
    engine.tap(f'path.vk-buurt[data-code="{code_of(session)}"]')
    engine.sees(".vk-card h2", BUURT)
    served.seat_in(engine.run("return document.getElementById('plaats').textContent")).kill()
    engine.tap(".vk-answer label", "Deels")
    engine.until(SAVED)
    engine.sees(".vk-card h2", BUURT)
    assert len(said(session, Herkenning)) == 1


def test_a_laptop_without_any_network_still_reaches_itself(hall: Hall) -> None:
    anna = hall.somebody()
    anna.context.add_init_script("Object.defineProperty(Navigator.prototype, 'onLine', { get: () => false })")
    step(hall.session, "herkenning")
    anna.join(hall.session.code, "Bewoner")
    anna.choose(BUURT)
    anna.answer("Deels")
    assert anna.page.evaluate("navigator.onLine") is False
    assert not anna.page.locator(".vk-dot").filter(has_text=re.compile("geen verbinding")).count()
