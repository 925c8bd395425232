"""The people whose connection goes: real pages in Chromium that note what they show and when."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Browser, BrowserContext, CDPSession, Page

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LAPTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
ARRIVES = 60.0
# What a person reads on the page, told each time that it changes; also by a page that was loaded anew.
WATCH = """(() => {
  let told = "";
  const all = (one) => [...document.querySelectorAll(one)].filter((e) => e.offsetParent);
  const look = () => {
    const seen = {
      gone: !!document.querySelector(".vk-dot.vk-offline"),
      there: !!document.querySelector(".vk-dot.vk-online"),
      saved: all(".vk-answer .vk-saved, .vk-form .vk-saved").map((e) => e.textContent).join(" "),
      typed: all(".vk-form textarea")[0]?.value ?? "",
    };
    if (JSON.stringify(seen) === told) return;
    told = JSON.stringify(seen);
    globalThis.seen(seen);
  };
  const everything = { subtree: true, childList: true, characterData: true, attributes: true };
  new MutationObserver(look).observe(document, everything);
})();"""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a page showed from a moment on."""

    at: float
    gone: bool
    there: bool
    saved: str
    typed: str


class Visitor:
    """One browser with one page.

    Parameters
    ----------
    browser : playwright Browser
    address : str
    shape : dict
        How the browser is made: a phone or a laptop.
    """

    def __init__(self, browser: Browser, address: str, shape: dict[str, Any]) -> None:
        self._browser, self._address, self._shape = browser, address, shape
        self.seen: list[Seen] = []
        self.context: BrowserContext
        self.page: Page
        self._devtools: CDPSession

    async def arrive(self, path: str) -> None:
        """Open the page of the cookie that this path gives."""
        self.context = await self._browser.new_context(**self._shape)
        await self.context.expose_binding("seen", self._saw)
        await self.context.add_init_script(WATCH)
        self.page = await self.context.new_page()
        self._devtools = await self.context.new_cdp_session(self.page)
        await self.page.goto(self._address + path)

    async def ready(self) -> None:
        """Wait until the page works."""
        await self.page.locator("[data-code]").first.wait_for(state="attached", timeout=1000 * ARRIVES)
        await self.until(lambda s: s.there)

    async def until(
        self, shown: Callable[[Seen], bool], *, since: float = 0.0, seconds: float = ARRIVES
    ) -> float:
        """Return when the page first showed this, at `since` or after it; infinite when it did not in time."""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            if (found := self.first(shown, since)) is not None:
                return found
            await asyncio.sleep(0.02)
        return float("inf")

    def first(self, shown: Callable[[Seen], bool], since: float) -> float | None:
        """Return when the page first showed this, at `since` or after it."""
        for now, later in zip(self.seen, [*self.seen[1:], None], strict=True):
            if (later is None or later.at > since) and shown(now):
                return max(now.at, since)
        return None

    async def freeze(self, frozen: bool) -> None:
        """Let nothing run on the page, as a phone that sleeps, or let it run again."""
        await self._devtools.send("Page.setWebLifecycleState", {"state": "frozen" if frozen else "active"})

    async def kernel(self) -> str:
        """Return the id of the seat that draws this page."""
        return str(json.loads(await self.page.locator("#plaats").text_content() or "")["kernel"])

    def _saw(self, _source: Any, seen: dict[str, Any]) -> None:
        self.seen.append(Seen(at=time.perf_counter(), **seen))


class Phone(Visitor):
    """Somebody who takes part."""

    def __init__(self, browser: Browser, address: str) -> None:
        super().__init__(browser, address, PHONE)

    async def join(self, code: str, role: str) -> None:
        """Come in through the QR code."""
        await self.arrive(f"/s/{code}")
        await self.page.locator("label.keuze", has_text=role).click()
        await self.page.get_by_role("button", name="Meedoen").click()
        await self.ready()
        await self.page.get_by_role("tab", name="Lijst").click()

    async def choose(self, code: str, name: str) -> None:
        """Tap a buurt in the list."""
        await self.page.locator(f'.vk-rij[data-code="{code}"]').click()
        await self.page.locator(".vk-card h2", has_text=name).wait_for()

    async def asked(self, story: bool) -> None:
        """Wait until a text or an answer is asked for, and nothing was saved yet."""
        await (
            self.page.locator(".vk-form textarea" if story else ".vk-answer input")
            .locator("visible=true")
            .first.wait_for()
        )
        await self.until(lambda s: s.there and "bewaard" not in s.saved, since=time.perf_counter())

    async def answer(self) -> None:
        """Tap an answer."""
        await self.page.locator(".vk-answer").get_by_text("Deels", exact=True).click()

    async def type(self, words: str) -> None:
        """Write in the open field, at the end of what stands there."""
        field = self.page.locator(".vk-form textarea:visible")
        await field.press("Control+End")
        await field.press_sequentially(words)

    async def save(self) -> None:
        """Press the button under the open field."""
        await self.page.locator(".vk-form:visible [data-k=save]").click()
