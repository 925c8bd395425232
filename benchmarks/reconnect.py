"""Coming back: how long a page needs to work again, whether it says so, and what is lost or doubled.

Starts the real server, and opens pages of it in Chromium: phones, a facilitator and a screen, behind a network that
can be taken away. Everybody has typed something; while the connection is gone they finish it and press save, or tap
an answer. Times run from the return of the connection until the page shows that it is saved; what counts as saved is
looked up in the log afterwards.

    python benchmarks/reconnect.py                       # all situations, about ten minutes
    python benchmarks/reconnect.py --only seat server    # some of them
    python benchmarks/reconnect.py --json result.json    # exit code 1 beyond budgets.toml

Needs Linux and Chromium.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import shutil
import signal
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

import psutil
from playwright.async_api import async_playwright
from reconnect_people import LAPTOP, Phone, Visitor
from reconnect_report import beyond, table
from reconnect_server import LocalServer
from reconnect_situations import SITUATIONS, Hall, nothing
from reconnect_wifi import Wifi

from veerkracht_nb.apps.prepare import ROLES
from veerkracht_nb.dialogue import Herkenning, Verhaal

HERE = Path(__file__).resolve().parent
CHROMIUM = (
    os.environ.get("VEERKRACHT_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
GIVE_UP = 45.0
"""Seconds after the return of the connection in which a page works again, or never."""


async def measure(hall: Hall, name: str, round_: int, story: bool) -> dict[str, Any]:
    """Let one thing happen to everybody; return the figures."""
    situation = SITUATIONS[name]
    hall.server.started("verhaal" if story else "herkenning")
    # A buurt of its own for each time: what is saved about it can only be of this time.
    buurt = hall.server.session.state().buurten[round_]
    await hall.each(lambda phone: phone.choose(buurt.code, buurt.name))
    await hall.each(lambda phone: phone.asked(story))
    if story:
        await hall.each(lambda phone: phone.type("Half af,"))
    for visitor in hall.everybody:
        await visitor.until(lambda s: s.there)
    kernels = await hall.kernels()
    before = time.perf_counter()
    await situation.gone(hall)
    gone = time.perf_counter()
    if situation.acts:
        await asyncio.sleep(min(2.0, situation.seconds / 3))
        await contribute(hall, story)
        await asyncio.sleep(max(0.0, gone + situation.seconds - time.perf_counter()))
        kept = [_typed(phone) for phone in hall.phones if situation.back is not nothing]
        await situation.back(hall)
        back = gone if situation.back is nothing else time.perf_counter()
    else:
        await asyncio.sleep(situation.seconds)
        kept = [_typed(phone) for phone in hall.phones]
        await situation.back(hall)
        back = time.perf_counter()
        await contribute(hall, story)
    took = await asyncio.gather(
        *(p.until(lambda s: s.there and "bewaard" in s.saved and ":" in s.saved, since=back, seconds=GIVE_UP)
          for p in hall.phones)
    )  # fmt: skip
    led = await asyncio.gather(
        *(v.until(lambda s: s.there, since=back, seconds=GIVE_UP) for v in hall.others)
    )
    noticed = [v.first(lambda s: s.gone, before) for v in hall.everybody]
    await asyncio.sleep(1.0)
    missing, doubled = counted(hall, buurt.code, story)
    return {
        "label": situation.label,
        "what": "text" if story else "answer",
        "again_s": [round(at - back, 2) for at in took],
        "others_again_s": [round(at - back, 2) for at in led],
        "noticed_s": [None if at is None else round(at - before, 2) for at in noticed],
        "new_seats": len(set(kernels) - set(await hall.kernels())),
        "awake": situation.acts,
        "everybody": situation.acts and situation.back is not nothing,
        "lost": missing + sum(story and "Half af," not in words for words in kept),
        "doubled": doubled,
    }


def _typed(phone: Phone) -> str:
    return phone.seen[-1].typed


async def contribute(hall: Hall, story: bool) -> None:
    """Let every phone finish what it was doing and save it."""

    async def act(phone: Phone) -> None:
        if story:
            await phone.type(" en nu heel.")
            await phone.save()
        else:
            await phone.answer()

    await hall.each(act)


def counted(hall: Hall, buurt: str, story: bool) -> tuple[int, int]:
    """Return how many contributions about a buurt are not in the log, or more than once."""
    kind = Verhaal if story else Herkenning
    given = [
        e for e in hall.server.session.events() if isinstance(e.payload, kind) and e.payload.buurt == buurt
    ]
    people = {event.actor.id for event in given}
    whole = [e for e in given if not story or e.payload.text == "Half af, en nu heel."]
    return len(hall.phones) - len({event.actor.id for event in whole}), len(given) - len(people)


async def run(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    """Start everything, let all situations happen, and end everything."""
    server = LocalServer()
    server.start()
    wifi = Wifi(server.port)
    await wifi.start()
    results = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        hall = Hall(server, wifi, [], [])
        try:
            for path in (f"/b/{server.session.facilitator_key}", f"/scherm/{server.session.screen_key}"):
                hall.others.append(Visitor(browser, wifi.address, LAPTOP))
                await hall.others[-1].arrive(path)
                await hall.others[-1].ready()
            for number in range(arguments.people):
                hall.phones.append(Phone(browser, wifi.address))
                await hall.phones[-1].join(server.session.code, ROLES[number % len(ROLES)])
            for number, name in enumerate(arguments.only or SITUATIONS):
                for story in (False, True) if name in arguments.both else (number % 2 == 0,):
                    print(
                        f"{time.strftime('%H:%M:%S')} {SITUATIONS[name].label}", file=sys.stderr, flush=True
                    )
                    results.append(await measure(hall, name, len(results), story) | {"name": name})
                    if arguments.verbose:
                        print(json.dumps(results[-1]), file=sys.stderr, flush=True)
        finally:
            await browser.close()
            await wifi.stop()
            with contextlib.suppress(psutil.Error):
                server.send(signal.SIGCONT)
            server.stop()
            server.session.close()
            shutil.rmtree(server.folder, ignore_errors=True)
    return results


def main() -> int:
    """Measure, print, compare with the budget."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, default=4)
    parser.add_argument("--only", nargs="*", choices=[*SITUATIONS], help="some situations, in this order")
    parser.add_argument(
        "--both", nargs="*", choices=[*SITUATIONS], default=[], help="with an answer and a text"
    )
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    arguments = parser.parse_args()
    if not sys.platform.startswith("linux") or CHROMIUM is None:
        print("skipped: this needs Linux and Chromium")
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    results = asyncio.run(run(arguments))
    print(table(results))
    print(
        f"{arguments.people} phones, a facilitator and a screen; load of the machine {os.getloadavg()[1]:.1f}"
    )
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2), encoding="utf-8")
    budgets = tomllib.loads((HERE / "budgets.toml").read_text(encoding="utf-8"))
    over = beyond(results, budgets["reconnect"])
    print("\n".join(["beyond the budget:", *over]) if over else "within the budget")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
