"""The room as people use it: pages of a facilitator, a screen and participants."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

WAIT = 30_000
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LAPTOP = {"viewport": {"width": 1440, "height": 900}}
BEAMER = {"viewport": {"width": 1920, "height": 1080}}


class Visitor:
    """A browser of its own, which remembers every address it asked for and every error on its page."""

    def __init__(self, browser: Any, address: str, shape: dict[str, Any]) -> None:
        self.address = address
        self.context = browser.new_context(**shape)
        self.page: Page = self.context.new_page()
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.frames: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("websocket", lambda socket: socket.on("framereceived", self._heard))

    def _heard(self, frame: str | bytes) -> None:
        self.frames.append(frame if isinstance(frame, str) else frame.decode("utf-8", "replace"))

    @property
    def foreign(self) -> list[str]:
        """Addresses of other hosts that this browser asked for."""
        return [
            url for url in self.requests if not url.startswith((self.address, "data:", "blob:", "about:"))
        ]

    def open(self, path: str) -> None:
        """Go to a path of the server and wait until the page works."""
        self.page.goto(self.address + path)
        self.ready()

    def ready(self) -> None:
        """Wait until the page works."""
        expect(self.page.locator(".vk-top")).to_be_visible(timeout=WAIT)
        expect(self.page.locator("[data-code]").first).to_be_attached(timeout=WAIT)

    def choose(self, buurt: str) -> None:
        """Tap a buurt in the list."""
        self.page.get_by_role("tab", name="Lijst").click()
        self.page.get_by_role("option", name=re.compile(re.escape(buurt))).first.click()
        expect(self.page.locator(".vk-card h2", has_text=buurt)).to_be_visible(timeout=WAIT)


class Participant(Visitor):
    """Somebody with a phone."""

    def __init__(self, browser: Any, address: str) -> None:
        super().__init__(browser, address, PHONE)

    def join(self, code: str, role: str) -> None:
        """Type the code, choose a role."""
        self.page.goto(f"{self.address}/s/{code}")
        self.page.locator("label.keuze", has_text=role).click()
        self.page.get_by_role("button", name="Meedoen").click()
        self.ready()

    def answer(self, recognition: str, direction: str = "") -> None:
        """Say whether the picture is recognised, and wait until it is saved."""
        self.page.get_by_label(recognition, exact=True).check(force=True)
        if direction:
            self.page.get_by_label(direction, exact=True).check(force=True)
        expect(self.page.locator(".vk-answer .vk-saved")).to_contain_text("bewaard", timeout=WAIT)

    def write(self, text: str) -> None:
        """Type into the open field, without saving."""
        self.page.locator(".vk-form textarea:visible").fill(text)

    def save(self) -> None:
        """Save what was typed."""
        self.page.get_by_role("button", name="Bewaar", exact=True).click()
        expect(self.page.locator(".vk-form:visible .vk-saved")).to_contain_text("bewaard", timeout=WAIT)


class Facilitator(Visitor):
    """The one who leads."""

    def __init__(self, browser: Any, address: str) -> None:
        super().__init__(browser, address, {**LAPTOP, "accept_downloads": True})

    def start(self, title: str) -> None:
        """Start a step by its title."""
        self.page.get_by_role("button", name=re.compile(rf"Start stap \d+: {re.escape(title)}")).click()
        expect(self.page.locator(".vk-step-nu")).to_contain_text(title, timeout=WAIT)

    def reveal(self, level: str) -> None:
        """Let the room see ``niets``, ``verdeling`` or ``alles`` of the current step."""
        self.page.locator(".vk-steps").get_by_label(level, exact=True).check(force=True)

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
