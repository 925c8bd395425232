"""The same small app on seven servers, one after another, in Chromium: ``python benchmarks/peers/compare.py``.

A hundred polygons, a panel with three buttons, answers in one SQLite file. Each server has an environment of its own,
made on first use under ``benchmarks/.cache``. Medians of a few visits; a visit is a new browser (cold) or the same
one again (warm). A polygon counts as clickable at the click that opens the panel; a click that is lost is
repeated. Needs Linux and Chromium (``VEERKRACHT_CHROMIUM``).

    python benchmarks/peers/compare.py                      # all, prints a table
    python benchmarks/peers/compare.py --only nicegui ours
    python benchmarks/peers/compare.py --into docs/snelheid.md
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, Playwright, async_playwright
from servers import OURS, PEERS, Running, start
from shared import ANSWERS

sys.path.append(str(Path(__file__).resolve().parents[1]))
from room_process import cpu_seconds, figures, settled

CHROMIUM_ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
PATIENCE = 120.0
TOGETHER, EXTRA = 10, 5
BEGIN, END = "<!-- peers: begin -->", "<!-- peers: end -->"
ROWS = (
    ("cold_ms", "eerste buurt klikbaar, koud (ms)", 0),
    ("warm_ms", "eerste buurt klikbaar, warm (ms)", 0),
    ("cold_kb", "kB over HTTP, koud", 0),
    ("warm_kb", "kB over HTTP, warm", 0),
    ("requests", "verzoeken, koud", 0),
    ("click_ms", "klik tot paneel (ms)", 0),
    ("button_ms", "knop tot telling (ms)", 0),
    ("user_mb", "MB per extra bezoeker", 1),
    ("together_s", f"{TOGETHER} browservensters tegelijk, p95 (s)", 1),
    ("arrival_cpu_ms", "CPU van de server per aankomst (ms)", 0),
)
# Everything on a page, shadow roots included.
_DEEP = """
window.__deep = () => { const found = [document.body]; const walk = (root) => {
  for (const e of root.querySelectorAll('*')) if (e.shadowRoot) { found.push(e.shadowRoot); walk(e.shadowRoot); } };
  walk(document); return found; };
window.__says = (words) => window.__deep().some((root) => root && root.textContent.includes(words));
window.__polygons = (css) => window.__deep().flatMap((root) => root ? [...root.querySelectorAll(css)] : []);
"""


class Visit:
    """One page, what it loaded and how to work it."""

    def __init__(self, page: Page, running: Running) -> None:
        self.page, self.running = page, running
        self.bytes = self.requests = 0

    async def count(self) -> None:
        """Count what comes over HTTP, as it is on the wire."""
        session = await self.page.context.new_cdp_session(self.page)
        await session.send("Network.enable")

        def done(event: dict[str, Any]) -> None:
            self.bytes += int(event["encodedDataLength"])

        def asked(_event: dict[str, Any]) -> None:
            self.requests += 1

        session.on("Network.loadingFinished", done)
        session.on("Network.requestWillBeSent", asked)

    async def open(self) -> float:
        """Go to the app; return the seconds until a click on a buurt opens the panel."""
        start = time.perf_counter()
        await self.page.goto(self.running.url, wait_until="commit")
        while time.perf_counter() - start < PATIENCE:
            spot = await self._spot(0)
            if spot is None:
                await asyncio.sleep(0.01)
                continue
            clicked = time.perf_counter() - start
            await self.page.mouse.click(*spot)
            if await self._says("Buurt 0: ", 1.0):
                return clicked
        raise TimeoutError(self.running.peer.title)

    async def click(self, number: int) -> float:
        """Click a buurt; return the seconds until the panel is about it."""
        spot = await self._spot(number)
        assert spot is not None
        start = time.perf_counter()
        await self.page.mouse.click(*spot)
        await self._says(f"Buurt {number}: ", PATIENCE)
        return time.perf_counter() - start

    async def say(self, number: int, text: str) -> float:
        """Press a button of the panel; return the seconds until the count has grown."""
        before = await self._count(number)
        box = await self.page.get_by_text(text, exact=True).first.bounding_box()
        assert box is not None
        start = time.perf_counter()
        await self.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        await self._says(f"Buurt {number}: {before + 1} ", PATIENCE)
        return time.perf_counter() - start

    async def _says(self, words: str, seconds: float) -> bool:
        try:
            await self.page.wait_for_function(
                "(w) => window.__says(w)", arg=words, polling=10, timeout=seconds * 1000
            )
        except Exception:
            return False
        return True

    async def _count(self, number: int) -> int:
        text = await self.page.evaluate(
            "(w) => window.__deep().map((r) => r.textContent).join(' ').match(new RegExp(w + '(\\\\d+)'))?.[1] || '0'",
            f"Buurt {number}: ",
        )
        return int(text)

    async def _spot(self, number: int) -> tuple[float, float] | None:
        """Return the middle of a buurt, in whichever frame the map is."""
        for frame in self.page.frames:
            try:
                found = await frame.evaluate_handle(
                    "([css, n]) => window.__polygons?.(css)[n] || null", [self.running.peer.polygon, number]
                )
                element = found.as_element()
                box = await element.bounding_box() if element else None
            except Exception:
                continue  # the page is still changing
            if box and box["width"] > 2:
                return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        return None


async def visitor(browser: Browser, running: Running) -> BrowserContext:
    """Return a new browser; where the app has a door, it has come through it."""
    context = await browser.new_context(viewport={"width": 1000, "height": 900})
    await context.add_init_script(_DEEP)
    if running.join:
        base = running.url.rpartition("/s/")[0]
        page = await context.new_page()
        await page.goto(running.url)
        token = next(c["value"] for c in await context.cookies() if c["name"] == "_xsrf")
        form = {"rol": running.join["roles"][0], "_xsrf": token}
        await context.request.post(f"{base}/s/{running.join['code']}", form=form, max_redirects=0)
        await page.close()
    return context


async def measure(name: str, playwright: Playwright, times: int) -> dict[str, float]:
    """Measure one server."""
    running = start(name)
    path = os.environ.get("VEERKRACHT_CHROMIUM") or shutil.which("chromium") or None
    try:
        browser = await playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGS)
        found = {"user_mb": [await one_more(browser, running, ready=name == OURS)]}
        for _ in range(times):
            await settled(running.process.pid, most=30)
            for key, values in (await one_visitor(browser, running)).items():
                found.setdefault(key, []).extend(values)
        await settled(running.process.pid, most=30)
        together = await many(browser, running)
        await browser.close()
    finally:
        running.stop()
    return {key: round(statistics.median(values), 2) for key, values in found.items()} | together


async def one_more(browser: Browser, running: Running, *, ready: bool) -> float:
    """Return how many MB a visitor takes; where seats are `ready` before anybody comes, at least that of a seat.

    The visit before it is for the server itself: what it reads on first use is not what a visitor waits for.
    """
    contexts = [await visitor(browser, running)]
    await Visit(await contexts[0].new_page(), running).open()
    await settled(running.process.pid, most=30)
    before = figures(running.process.pid)
    for _ in range(EXTRA):
        contexts.append(await visitor(browser, running))
        await Visit(await contexts[-1].new_page(), running).open()
    await settled(running.process.pid, most=30)
    after = figures(running.process.pid)
    for context in contexts:
        await context.close()
    grown = (after.pss_mb - before.pss_mb) / EXTRA
    return max(grown, after.seat_mb) if ready else grown


async def one_visitor(browser: Browser, running: Running) -> dict[str, list[float]]:
    """Let one person come, click and answer, and come again."""
    context = await visitor(browser, running)
    found: dict[str, list[float]] = {"click_ms": [], "button_ms": []}
    for state in ("cold", "warm"):
        visit = Visit(await context.new_page(), running)
        await visit.count()
        found[f"{state}_ms"] = [1000 * await visit.open()]
        await asyncio.sleep(1.0)
        found[f"{state}_kb"] = [visit.bytes / 1000]
        if state == "cold":
            found["requests"] = [float(visit.requests)]
        for number in (11, 22, 33):
            found["click_ms"].append(1000 * await visit.click(number))
            found["button_ms"].append(1000 * await visit.say(number, ANSWERS[number % 3]))
        await visit.page.close()
    await context.close()
    return found


async def many(browser: Browser, running: Running) -> dict[str, float]:
    """Let several windows open the app at the same time; who never gets in counts as the whole patience."""

    async def opened(visit: Visit) -> float:
        try:
            return await visit.open()
        except TimeoutError:
            return PATIENCE

    contexts = [await visitor(browser, running) for _ in range(TOGETHER)]
    visits = [Visit(await context.new_page(), running) for context in contexts]
    used = cpu_seconds(running.process.pid)
    took = sorted(await asyncio.gather(*map(opened, visits)))
    spent = cpu_seconds(running.process.pid) - used
    return {"arrival_cpu_ms": 1000 * spent / TOGETHER, "together_s": took[int(0.95 * len(took))]}


def markdown(results: dict[str, dict[str, float]]) -> str:
    """Return the figures as a table, a server per row."""
    head = ["", *(label for _key, label, _digits in ROWS)]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for name, found in results.items():
        cells = [f"{found[key]:.{digits}f}" if key in found else "–" for key, _label, digits in ROWS]
        lines.append("| " + " | ".join([PEERS[name].title, *cells]) + " |")
    return "\n".join(lines)


async def run(names: list[str], times: int) -> dict[str, dict[str, float]]:
    """Measure servers one after another."""
    results = {}
    async with async_playwright() as playwright:
        for name in names:
            print(f"{time.strftime('%H:%M:%S')} {name}", file=sys.stderr, flush=True)
            try:
                results[name] = await asyncio.wait_for(measure(name, playwright, times), 600)
            except Exception as error:
                print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)
    return results


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=list(PEERS), default=list(PEERS))
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument(
        "--json", type=Path, help="keep the figures in this file, with those of servers measured before"
    )
    parser.add_argument("--into", type=Path, help="put the table between the marks of this document")
    arguments = parser.parse_args()
    results = asyncio.run(run(arguments.only, arguments.times))
    complete = len(results) == len(arguments.only)
    if arguments.json and arguments.json.exists():
        # Servers that were measured before stay in the table.
        known = json.loads(arguments.json.read_text(encoding="utf-8")) | results
        results = {name: known[name] for name in PEERS if name in known}
    print(markdown(results))
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2), encoding="utf-8")
    if arguments.into:
        text = arguments.into.read_text(encoding="utf-8")
        start, stop = text.index(BEGIN) + len(BEGIN), text.index(END)
        stamp = f"Gemeten op {time.strftime('%Y-%m-%d')}, {os.cpu_count()} kernen."
        text = f"{text[:start]}\n{markdown(results)}\n\n{stamp}\n{text[stop:]}"
        arguments.into.write_text(text, encoding="utf-8")
    return 0 if complete else 1


if __name__ == "__main__":
    sys.exit(main())
