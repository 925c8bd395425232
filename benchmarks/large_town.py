"""A gemeente of 500 buurten, as Amsterdam: how soon the map is there, and what a change, a drag and a search cost.

Starts ``python -m veerkracht_nb.serve`` with a session about a made-up gemeente (``large_town_map.py``) and opens the
pages of a participant, the facilitator and the screen in Chromium, a phone four times as slow among them. Every
figure of a page is taken in that page, up to the frame after the one that shows it.

    python benchmarks/large_town.py                     # table, exit code 1 beyond budgets.toml
    python benchmarks/large_town.py --json result.json
    python benchmarks/large_town.py --before old.json   # an earlier run beside it

Needs Linux and a Chromium (``VEERKRACHT_CHROMIUM``, or in the path).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import secrets
import shutil
import statistics
import sys
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from large_town_map import BUURTEN
from large_town_page import SHAPES, TimedPage
from playwright.sync_api import Browser, sync_playwright
from room_process import cpu_seconds, figures, settled
from room_servers import ROOT, STEP, Prepared, RoomServer, own_folders, start_ours
from room_session import large

from veerkracht_nb.dialogue import (
    Actor,
    Herkenning,
    LayerChosen,
    Payload,
    Revealed,
    SeatTaken,
    Session,
    StepStarted,
    open_session,
)
from veerkracht_nb.serve.config import ServerConfig
from veerkracht_nb.serve.making import PageKind, SeatMaker

HERE = Path(__file__).resolve().parent
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
LEADER = Actor(id="begeleider", kind="begeleider")
ONE, ALL = 20, 9
"""How many times one buurt changes, and all of them."""
LAYERS = ("signaal", "focus", "herkenning")
SHAPES_OF_ALL = BUURTEN + 1
"""The water is drawn too."""
Found = dict[str, float]
Pages = dict[str, tuple[TimedPage, Actor]]
Deed = tuple[Session, Payload, Actor]


def prepared() -> Prepared:
    """Make the gemeente and a session about it in folders of their own."""
    folder, environment = own_folders()
    os.environ.update({key: environment[key] for key in ("VEERKRACHT_DATA", "VEERKRACHT_SESSIONS")})
    return folder, environment, large(Path(environment["VEERKRACHT_SESSIONS"]))


async def templates(folder: Path, path: Path) -> dict[str, Found]:
    """Return for each kind of page how long making its template takes, and how large the picture of it is."""
    pictures = folder / "beelden"
    pictures.mkdir(mode=0o700)
    maker = SeatMaker(ServerConfig(notebooks=ROOT / "notebooks", sessions=path.parent), pictures)
    maker.start()
    found: dict[str, Found] = {}
    try:
        # The first one waits until everything is imported, and is made again.
        for app in ("deelnemer", "deelnemer", "begeleider", "scherm"):
            start = time.perf_counter()
            made = await maker.template(PageKind(app=app, session=path, language="nl"))
            assert made is not None
            took = time.perf_counter() - start
            size = (pictures / f"{made.snapshot}.json.gz").stat().st_size
            found[app] = {"template_s": took, "picture_kb": size / 1000}
            made.close()
    finally:
        await maker.stop()
    return found


def rest(server: RoomServer) -> None:
    """Wait until the server has nothing to do. In a thread: the browser has the loop of this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(settled(server.pid, most=20))).result()


def enter(page: TimedPage, server: RoomServer, kind: str) -> Found:
    """Open the page of a kind for the first time."""
    address = f"http://127.0.0.1:{server.port}"
    if kind == "begeleider":
        return page.open(lambda: page.page.goto(f"{address}/b/{server.session['facilitator']}"))
    if kind == "scherm":
        return page.open(lambda: page.page.goto(f"{address}/scherm/{server.session['screen']}"))
    page.page.goto(f"{address}/s/{server.session['code']}")
    page.page.locator("label.keuze").last.click()
    return page.open(page.page.get_by_role("button", name="Meedoen").click)


def visits(browser: Browser, server: RoomServer, session: Session) -> tuple[Pages, dict[str, Found]]:
    """Open every kind of page, twice; return the pages with who they are, and how that went."""
    pages: Pages = {}
    found: dict[str, Found] = {}
    for kind, shape in SHAPES.items():
        # Somebody of this kind was there before: a seat is ready, as it is in a room.
        other = TimedPage(browser, shape, SHAPES_OF_ALL)
        enter(other, server, kind)
        other.close()
        rest(server)
        page = TimedPage(browser, shape, SHAPES_OF_ALL)
        found[kind] = enter(page, server, kind)
        pages[kind] = (page, list(session.state().seats.values())[-1] if shape.touch else LEADER)
        rest(server)
        again = page.open(page.page.reload)
        found[kind] |= {f"repeat_{key}": again[key] for key in ("map_s", "wire_kb")}
    return pages, found


@contextmanager
def counted(server: RoomServer, found: Found, key: str, times: int) -> Iterator[None]:
    """Note what the server computes for each of a number of changes, without what it does anyway."""
    start, before = time.monotonic(), cpu_seconds(server.pid)
    time.sleep(2)
    idle = (cpu_seconds(server.pid) - before) / (time.monotonic() - start)
    start, before = time.monotonic(), cpu_seconds(server.pid)
    yield
    used = cpu_seconds(server.pid) - before - idle * (time.monotonic() - start)
    found[key] = 1000 * max(0.0, used) / times


def change(pages: Pages, found: dict[str, Found], name: str, count: int, does: list[Deed]) -> None:
    """Let these happen one by one; note per page the median and longest time to the picture, and the bytes.

    Parameters
    ----------
    count : int
        How many buurten change each time.
    does : list of (Session, Payload, Actor)
    """
    seen: dict[str, list[Found]] = {kind: [] for kind in pages}
    before = {kind: page.cpu_ms for kind, (page, _) in pages.items()}
    for session, payload, actor in does:
        for page, _ in pages.values():
            page.arm(count)
        session.submit(payload, actor)
        for kind, (page, _) in pages.items():
            seen[kind].append(page.changed())
    for kind, all_of in seen.items():
        found[kind] |= {
            f"{name}_ms": statistics.median(one["ms"] for one in all_of),
            f"{name}_longest_ms": max(one["ms"] for one in all_of),
            f"{name}_cpu_ms": (pages[kind][0].cpu_ms - before[kind]) / len(does),
            f"{name}_bytes": statistics.median(one["bytes"] for one in all_of),
        }


def recolour(pages: Pages, found: dict[str, Found], server: RoomServer, session: Session) -> Found:
    """Let answers come in, and let the facilitator show other layers."""
    cost: Found = {}
    voices = [Actor(id=secrets.token_urlsafe(12), kind="deelnemer", role="bewoner") for _ in range(3)]
    for voice in voices:
        session.submit(SeatTaken(role=voice.role), voice)
    for payload in (
        StepStarted(step=STEP),
        Revealed(step=STEP, level="verdeling"),
        LayerChosen(layer="herkenning"),
    ):
        session.submit(payload, LEADER)
    codes = [buurt.code for buurt in session.state().buurten]

    def answers(actor: Actor, buurten: list[str]) -> list[Deed]:
        return [(session, Herkenning(step=STEP, buurt=code, recognition="herken"), actor) for code in buurten]

    # The third answer about a buurt is the first that the screen may show.
    for deed in (*answers(voices[0], codes[:ONE]), *answers(voices[1], codes[:ONE])):
        deed[0].submit(*deed[1:])
    time.sleep(2)
    leading = {kind: pages[kind] for kind in ("begeleider", "scherm")}
    with counted(server, cost, "one_server_ms", ONE):
        change(leading, found, "one", 1, answers(voices[2], codes[:ONE]))
    # On a phone only what its own person does changes the map: a tick.
    for kind, (page, actor) in pages.items():
        if kind not in leading:
            change({kind: (page, actor)}, found, "one", 1, answers(actor, codes[-ONE:]))
    layers = [LayerChosen(layer=LAYERS[n % len(LAYERS)]) for n in range(ALL)]
    with counted(server, cost, "all_server_ms", ALL):
        change(leading, found, "all", BUURTEN, [(session, layer, LEADER) for layer in layers])
    return cost


def hands(pages: Pages, found: dict[str, Found]) -> None:
    """Drag and zoom, open the list and search in it."""
    for kind, (page, _) in pages.items():
        found[kind] |= page.moves()
        if kind == "scherm":
            continue
        before = page.cpu_ms
        found[kind]["list_ms"] = page.act("click", page.page.get_by_role("tab", name="Lijst").click)
        field = page.page.get_by_role("searchbox")
        field.click()
        found[kind]["key_ms"] = max(page.act("input", partial(field.press, key)) for key in "haven")
        found[kind]["list_cpu_ms"] = page.cpu_ms - before


def measure() -> dict[str, Any]:
    """Make the gemeente, start the server, open the pages, return the figures."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    path = os.environ.get("VEERKRACHT_CHROMIUM") or path
    folder, environment, keys = prepared()
    found = asyncio.run(templates(folder, Path(keys["path"])))
    server = start_ours((folder, environment, keys))
    try:
        rest(server)
        with sync_playwright() as playwright, open_session(Path(keys["path"])) as session:
            browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
            pages, seen = visits(browser, server, session)
            cost = recolour(pages, seen, server, session)
            hands(pages, seen)
            memory = figures(server.pid)
            browser.close()
    finally:
        server.stop()
    cost |= {"seat_mb": memory.seat_mb, "server_mb": memory.pss_mb}
    return {kind: found.get(kind, {}) | seen[kind] for kind in SHAPES} | {
        "server": cost,
        "load": os.getloadavg()[1],
    }


def table(results: dict[str, Any], before: dict[str, Any] | None) -> str:
    """Return the figures as lines of text, with those of an earlier run behind them."""
    width = 24 if before else 15

    def cell(kind: str, key: str) -> str:
        values = [run[kind].get(key) for run in (before, results) if run]
        return " -> ".join(
            "" if v is None else f"{v:,.2f}" if key.endswith("_s") else f"{v:,.0f}" for v in values
        )

    lines = [" " * 26 + "".join(f"{kind:>{width}}" for kind in SHAPES)]
    keys = list(dict.fromkeys(key for kind in SHAPES for key in results[kind]))
    for key in keys:
        lines.append(f"{key:26}" + "".join(f"{cell(kind, key):>{width}}" for kind in SHAPES))
    lines += [f"{key:26}{cell('server', key):>{width}}" for key in results["server"]]
    return "\n".join(lines)


def beyond(results: dict[str, Any]) -> list[str]:
    """Return what goes beyond the budget; a figure of pages holds for each of them."""
    budget = tomllib.loads((HERE / "budgets.toml").read_text(encoding="utf-8"))["large_town"]
    return [
        f"{kind}, {key}: {found[key]:.2f} > {most}"
        for key, most in budget.items()
        for kind, found in results.items()
        if isinstance(found, dict) and key in found and found[key] > most
    ]


def main() -> int:
    """Measure, print, compare with the budget."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--before", type=Path, help="a file of an earlier run, to print beside this one")
    arguments = parser.parse_args()
    if not Path("/proc/self/smaps_rollup").exists():
        print("skipped: this needs Linux")
        return 0
    before = json.loads(arguments.before.read_text(encoding="utf-8")) if arguments.before else None
    results = measure()
    print(table(results, before))
    print(f"load of the machine {results['load']:.1f}")
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2), encoding="utf-8")
    over = beyond(results)
    print("\n".join(["beyond the budget:", *over]) if over else "within the budget")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
