"""Make the pictures of the README: the embedded municipality, with a room full of invented people.

Run with ``make screenshots``; needs Chromium.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from veerkracht_nb.apps.prepare import ROLES, prepare_session
from veerkracht_nb.dialogue import (
    Actor,
    FocusSet,
    Herkenning,
    LayerChosen,
    Moderated,
    Revealed,
    SeatTaken,
    Session,
    StepStarted,
    Verhaal,
)

IMAGES = Path(__file__).parent / "images"
CHROMIUM = os.environ.get("VEERKRACHT_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
PORT = 8899
FACILITATOR = Actor(id="begeleider", kind="begeleider")
STORIES = (
    "Sinds het buurthuis dicht is hangen jongeren op de hoek; de moestuin trekt juist mensen die elkaar niet kenden.",
    "Er wordt veel verhuisd. Nieuwe buren weten niet bij wie ze moeten zijn.",
    "De portiekgesprekken werken: mensen groeten elkaar weer.",
)


def fill(session: Session) -> None:
    """Let fourteen people answer about the buurten, and show a few stories."""
    chance = random.Random(7)
    people = [Actor(id=f"bezoeker-{n:03}", kind="deelnemer", role=ROLES[n % 7]) for n in range(14)]
    codes = [buurt.code for buurt in session.state().buurten if buurt.letter != "X"]
    for person in people:
        session.submit(SeatTaken(role=person.role), person)
    for step in ("inleiding", "opvallen", "herkennen"):
        session.submit(StepStarted(step=step), FACILITATOR)
    for person in people:
        for n, code in enumerate(codes[:26]):
            if chance.random() < 0.65:
                words = ["herken", "herken", "deels", "herken_niet"] if n % 3 else ["herken", "herken_niet"]
                answer = Herkenning(
                    step="herkennen",
                    buurt=code,
                    recognition=chance.choice(words),  # type: ignore[arg-type]
                    direction=chance.choice(["beter", "gelijk", "slechter"]),  # type: ignore[arg-type]
                )
                session.submit(answer, person)
    session.submit(StepStarted(step="verhalen"), FACILITATOR)
    for n, text in enumerate(STORIES):
        told = session.submit(
            Verhaal(step="verhalen", buurt=codes[2], text=text, consent="openbaar"), people[n]
        )
        session.submit(Moderated(target=told.id, decision="getoond"), FACILITATOR)
    session.submit(StepStarted(step="herkennen"), FACILITATOR)
    session.submit(Revealed(step="herkennen", level="verdeling"), FACILITATOR)
    session.submit(FocusSet(buurt=codes[2]), FACILITATOR)
    session.submit(LayerChosen(layer="herkenning"), FACILITATOR)


def serve(folder: Path) -> subprocess.Popen[bytes]:
    """Start the server over `folder` and wait until it answers."""
    command = [sys.executable, "-m", "veerkracht_nb.serve", "--host", "127.0.0.1", "--port", str(PORT)]
    process = subprocess.Popen([*command, "--sessions", str(folder)], stdout=subprocess.DEVNULL)
    for _ in range(150):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/gezond", timeout=2).close()
            return process
        except OSError:
            time.sleep(0.2)
    process.terminate()
    raise TimeoutError("the server did not start")


def opened(browser: Browser, path: str, width: int, height: int, **shape: Any) -> Page:
    """Return a page that shows `path`, drawn completely."""
    page = browser.new_context(viewport={"width": width, "height": height}, **shape).new_page()
    page.goto(f"http://127.0.0.1:{PORT}{path}")
    if "deelnemer" in path or path.startswith("/s/"):
        page.locator("label.keuze").nth(7).click()
        page.get_by_role("button", name="Meedoen").click()
    page.wait_for_selector("[data-code]", state="attached", timeout=60_000)
    page.wait_for_timeout(2500)
    return page


def save(page: Page, name: str) -> None:
    """Keep what is in the window, in 256 well-chosen colours: a README that loads quickly is read."""
    path = IMAGES / f"{name}.png"
    page.screenshot(path=path)
    with Image.open(path) as file:
        picture = file.convert("RGB")
    few = picture.quantize(256, Image.Quantize.MAXCOVERAGE, kmeans=3, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def main() -> None:
    """Make all pictures."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        session = prepare_session(title="Werksessie Veerdam", script="kennismaking", folder=Path(name))
        fill(session)
        process = serve(Path(name))
        try:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            phone = opened(browser, f"/s/{session.code}", 390, 844, has_touch=True, device_scale_factor=1.5)
            phone.get_by_label("Deels", exact=True).check(force=True)
            phone.wait_for_timeout(1000)
            phone.mouse.move(0, 0)
            phone.evaluate("window.scrollTo(0, 0)")
            phone.wait_for_timeout(300)
            save(phone, "deelnemer-telefoon")
            laptop = opened(browser, f"/b/{session.facilitator_key}", 1440, 900)
            laptop.locator(".vk-ranks button").first.click()
            laptop.wait_for_timeout(1000)
            laptop.evaluate("window.scrollTo(0, 0)")
            save(laptop, "begeleider-laptop")
            beamer = opened(browser, f"/scherm/{session.screen_key}", 1920, 1080)
            save(beamer, "scherm-beamer")
            browser.close()
        finally:
            process.terminate()
            process.wait(timeout=20)
            session.close()


if __name__ == "__main__":
    main()
