"""The room as people use it: pages of a facilitator, a screen and participants."""

from __future__ import annotations

import re
import secrets
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Locator, Page, expect

from veerkracht_nb.dialogue import Actor, Herkenning, Recognition, SeatTaken, Session

WAIT = 30_000
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LAPTOP = {"viewport": {"width": 1440, "height": 900}, "accept_downloads": True}
BEAMER = {"viewport": {"width": 1920, "height": 1080}}


class Visitor:
    """A browser of its own, which remembers all that it asked for, all that it was told, and every error."""

    def __init__(self, browser: Any, address: str, shape: dict[str, Any]) -> None:
        self.address = address
        self.context = browser.new_context(**shape)
        self.requests: list[str] = []
        self.responses: list[Any] = []
        self.errors: list[str] = []
        self.dialogs: list[str] = []
        self.frames: list[str] = []
        self.page = self._new_page()

    def _new_page(self) -> Page:
        page: Page = self.context.new_page()
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("response", lambda response: self.responses.append(response))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("dialog", self._asked)
        page.on("websocket", self._connected)
        return page

    def _asked(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def _connected(self, socket: Any) -> None:
        self.requests.append(socket.url)
        socket.on("framereceived", self._heard)

    def _heard(self, frame: str | bytes) -> None:
        self.frames.append(frame if isinstance(frame, str) else frame.decode("utf-8", "replace"))

    @property
    def foreign(self) -> list[str]:
        """Addresses of other hosts that this browser asked for."""
        own = (self.address, self.address.replace("http", "ws", 1), "data:", "blob:", "about:")
        return [url for url in self.requests if not url.startswith(own)]

    def told(self, words: str) -> bool:
        """Return whether these words came to this browser in any way, seen or not."""
        return any(words in frame for frame in self.frames) or any(
            words in body for body in map(_body, self.responses)
        )

    def open(self, path: str) -> None:
        """Go to a path of the server and wait until the page works."""
        self.page.goto(self.address + path)
        self.ready()

    def ready(self) -> None:
        """Wait until the page works."""
        expect(self.page.locator(".vk-top")).to_be_visible(timeout=WAIT)
        expect(self.page.locator("[data-code]").first).to_be_attached(timeout=WAIT)

    def reload(self) -> None:
        """Load the page anew."""
        self.page.reload()
        self.ready()

    def reopen(self, path: str) -> None:
        """Close the page, and come back later by this path."""
        self.page.close()
        self.page = self._new_page()
        self.open(path)

    def choose(self, buurt: str) -> None:
        """Tap a buurt in the list."""
        self.page.get_by_role("tab", name="Lijst").click()
        self.page.get_by_role("option", name=re.compile(re.escape(buurt))).first.click()
        self.sees_buurt(buurt)

    def sees_buurt(self, buurt: str) -> None:
        """Wait until the card of this buurt is there."""
        expect(self.page.locator(".vk-card h2", has_text=buurt)).to_be_visible(timeout=WAIT)

    def story(self, words: str) -> Locator:
        """Return the text in the list that has these words."""
        return self.page.locator(".vk-story", has_text=words)

    def seconds_until(self, selector: str, words: str, since: float) -> float:
        """Return how long after `since` the words were on this page, looking at every frame it draws."""
        self.page.wait_for_function(
            "([s, w]) => [...document.querySelectorAll(s)].some((e) => e.textContent.includes(w))",
            arg=[selector, words],
            polling="raf",
            timeout=WAIT,
        )
        return time.perf_counter() - since

    @property
    def wider_than_the_window(self) -> bool:
        """Whether the page scrolls sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def _body(response: Any) -> str:
    if response.request.resource_type not in ("document", "fetch", "xhr"):
        return ""
    try:
        return str(response.body().decode("utf-8", "replace"))
    except Error:  # a redirect, or a page that was left
        return ""


class Participant(Visitor):
    """Somebody with a phone."""

    def __init__(self, browser: Any, address: str, **more: Any) -> None:
        super().__init__(browser, address, {**PHONE, **more})
        self.actor: Actor | None = None

    def join(self, code: str, role: str) -> None:
        """Open the address with the code, choose a role."""
        self.page.goto(f"{self.address}/s/{code}")
        self.page.locator("label.keuze", has_text=role).click()
        self.page.get_by_role("button", name="Meedoen").click()
        self.ready()

    def follows(self, question: str) -> None:
        """Wait until this question is asked."""
        expect(self.page.locator(".vk-question")).to_contain_text(question, timeout=WAIT)

    def answer(self, recognition: str, direction: str = "") -> None:
        """Say whether the picture is recognised, and wait until it is saved."""
        self.pick(recognition)
        if direction:
            self.pick(direction)
        expect(self.page.locator(".vk-answer .vk-saved")).to_have_text(
            re.compile(r"bewaard \d"), timeout=WAIT
        )

    def pick(self, answer: str) -> None:
        """Tap an answer, without waiting."""
        self.page.locator(".vk-answer").get_by_text(answer, exact=True).click()

    @property
    def field(self) -> Locator:
        """The open field."""
        return self.page.locator(".vk-form textarea:visible")

    @property
    def saved(self) -> Locator:
        """What the open form says about saving."""
        return self.page.locator(".vk-form:visible .vk-saved")

    def write(self, text: str) -> None:
        """Type into the open field, without saving."""
        self.field.fill(text)

    def send(self) -> None:
        """Press save, without waiting."""
        self.page.get_by_role("button", name=re.compile("^Bewaar")).locator("visible=true").click()

    def save(self) -> None:
        """Save what was typed."""
        self.send()
        expect(self.saved).to_have_text(re.compile(r"bewaard \d"), timeout=WAIT)


class Facilitator(Visitor):
    """The one who leads."""

    def __init__(self, browser: Any, address: str) -> None:
        super().__init__(browser, address, LAPTOP)

    def start(self, title: str) -> None:
        """Start a step by its title."""
        self.start_button(title).click()
        expect(self.page.locator(".vk-step-nu")).to_contain_text(title, timeout=WAIT)

    def start_button(self, title: str) -> Locator:
        """Return the button that starts a step."""
        return self.page.get_by_role("button", name=re.compile(rf"Start stap \d+: {re.escape(title)}"))

    def reveal(self, level: str) -> None:
        """Let the room see ``niets``, ``verdeling`` or ``alles`` of the current step."""
        self.page.locator(".vk-steps").get_by_label(level, exact=True).check(force=True)

    def judge(self, words: str, decision: str) -> None:
        """Press a button of the text that has these words."""
        self.story(words).get_by_role("button", name=decision, exact=True).click()

    def export(self, label: str, folder: Path) -> Path:
        """Take the notes home."""
        with self.page.expect_download(timeout=WAIT) as waiting:
            self.page.locator(".vk-download").get_by_role("button", name=label).click()
        path = folder / waiting.value.suggested_filename
        waiting.value.save_as(path)
        return path


class Screen(Visitor):
    """The beamer."""

    def __init__(self, browser: Any, address: str) -> None:
        super().__init__(browser, address, BEAMER)


class Hall:
    """One session, and everybody who is in it."""

    def __init__(self, browser: Any, address: str, session: Session) -> None:
        self.session = session
        self._browser, self._address = browser, address
        self.visitors: list[Visitor] = []

    @property
    def join_path(self) -> str:
        """Path with the code."""
        return f"/s/{self.session.code}"

    def facilitator(self) -> Facilitator:
        """Return a new window of the facilitator."""
        visitor = Facilitator(self._browser, self._address)
        self.visitors.append(visitor)
        visitor.open(f"/b/{self.session.facilitator_key}")
        return visitor

    def screen(self) -> Screen:
        """Return the screen."""
        visitor = Screen(self._browser, self._address)
        self.visitors.append(visitor)
        visitor.open(f"/scherm/{self.session.screen_key}")
        return visitor

    def somebody(self, **more: Any) -> Participant:
        """Return a phone that has not joined yet."""
        visitor = Participant(self._browser, self._address, **more)
        self.visitors.append(visitor)
        return visitor

    def participant(self, role: str = "Bewoner", **more: Any) -> Participant:
        """Return somebody who has joined."""
        visitor = self.somebody(**more)
        visitor.join(self.session.code, role)
        visitor.actor = list(self.session.state().seats.values())[-1]
        return visitor

    def voices(self, number: int, buurt: str, recognition: Recognition, role: str = "bewoner") -> None:
        """Let people without a page answer in the current step."""
        state = self.session.state()
        code = next(b.code for b in state.buurten if b.name == buurt)
        for _ in range(number):
            actor = Actor(id=secrets.token_urlsafe(12), kind="deelnemer", role=role)
            self.session.submit(SeatTaken(role=actor.role), actor)
            self.session.submit(Herkenning(step=state.step, buurt=code, recognition=recognition), actor)

    def close(self) -> None:
        """Send everybody home; nobody may have asked another host for anything or have met an error."""
        met = [(v.foreign, v.errors, v.dialogs) for v in self.visitors]
        for visitor in self.visitors:
            visitor.context.close()
        self.session.close()
        assert met == [([], [], [])] * len(met)
