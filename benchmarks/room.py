"""The room: many people on one laptop, over the real protocol, against the real server.

Starts ``python -m veerkracht_nb.serve`` with a fresh session about the embedded gemeente, and simulates people
from one process of its own: page, cookies, scripts and styles, websocket, widget messages. Nobody draws anything;
what a browser needs after the last byte is measured elsewhere. Times start when somebody opens the address of the QR
code and end when the first screen is complete; an answer starts when it is sent.

    python benchmarks/room.py                                  # 40 within a second, seats ready
    python benchmarks/room.py --people 100 --within 10
    python benchmarks/room.py --cold                           # the server has just started
    python benchmarks/room.py --stock                          # the same on Voilà as it comes, and the ratio
    python benchmarks/room.py --people 20 --rounds 50          # 1,000 arrivals
    python benchmarks/room.py --json result.json               # exit code 1 beyond budgets.toml

Needs Linux: memory and processor time are read from ``/proc``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from room_live import Kept
from room_phases import Found, Hall, arrivals, as_json, first_visit, freed, idle, rounds, spread
from room_process import cpu_seconds, settled
from room_report import beyond, table
from room_servers import RoomServer, start_large, start_ours, start_stock

STARTS: dict[str, Callable[[], RoomServer]] = {"ours": start_ours, "large": start_large, "stock": start_stock}


async def live(hall: Hall, rate: float, seconds: float) -> Found:
    """Let people answer, and measure who sees it when."""
    late = [0.0]

    async def ticks() -> None:
        while True:
            asked = time.perf_counter() + 0.02
            await asyncio.sleep(0.02)
            late[0] = max(late[0], time.perf_counter() - asked)

    ticking = asyncio.create_task(ticks())
    used, processor, start = cpu_seconds(hall.root), time.process_time(), time.monotonic()
    before = len(hall.kept.sent)
    try:
        await hall.kept.talk(hall.people, hall.server.session["buurten"], rate, seconds)
        took = time.monotonic() - start
        live_cpu = cpu_seconds(hall.root) - used
        own_cpu = time.process_time() - processor
        # The last counts are still under way.
        await asyncio.sleep(2)
    finally:
        ticking.cancel()
    answers = len(hall.kept.sent) - before
    return {
        "answers": float(len(hall.kept.sent)),
        "rate": answers / took,
        "live_percent": 100 * live_cpu / took,
        "live_cpu_ms_per_answer": 1000 * live_cpu / max(1, answers),
        "simulator_live_percent": 100 * own_cpu / took,
        "simulator_late_ms": 1000 * late[0],
        "reconnects": float(sum(visitor.reconnects for visitor in hall.people)),
    }


async def measure(name: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """Start a server, let the room happen, return the figures."""
    server = STARTS["large" if arguments.large and name == "ours" else name]()
    session = server.session
    kept = Kept(focus=session["buurten"][len(session["buurten"]) // 2], step=session["step"])
    # Stock Voilà is spared the downloading of its 120 files; what it gains by that counts for it.
    hall = Hall(server=server, kept=kept, files=name == "ours" and not arguments.no_files)
    found: Found = {}
    try:
        if not arguments.cold:
            hall.say("the facilitator and the first participant")
            await hall.lead()
            found |= await first_visit(hall)
        hall.say("everybody arrives")
        found |= await arrivals(hall, arguments.people, arguments.within)
        if arguments.cold:
            await hall.lead()
        hall.say("nobody does anything")
        found |= await idle(hall)
        if hall.people:
            hall.say("everybody answers")
            found |= await live(hall, arguments.rate, arguments.seconds)
            log = server.events()
            acked, facilitator, others = kept.latencies(log)
            for key, values in (("acked", acked), ("facilitator", facilitator), ("others", others)):
                found |= spread(key, [1000 * value for value in values], "ms")
            found["lost"], found["doubled"] = map(float, kept.lost_and_doubled(log))
            found["facilitator_missing"] = float(len(log) - max((n for n, _ in kept.counted), default=0))
            if len(hall.people) > 2 and not arguments.quick:
                hall.say("two tabs close")
                found |= await freed(hall)
            if arguments.rounds and name == "ours":
                hall.say("leaving and coming back")
                await settled(hall.root)
                found |= await rounds(hall, arguments.rounds)
    finally:
        for visitor in (*hall.people, *hall.others):
            visitor.leaving = True
        server.stop()
    return as_json(found)


def kind_of(arguments: argparse.Namespace) -> str:
    """Return which bars for arrivals hold for a run: those of ``budgets.toml``, or none."""
    if arguments.large:
        return ""
    if arguments.cold:
        return "cold" if (arguments.people, arguments.within) == (40, 1) else ""
    return {(40, 1): "forty", (100, 10): "hundred"}.get((arguments.people, arguments.within), "")


def main() -> int:
    """Measure, print, compare with the budget."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--within", type=float, default=1.0, help="seconds in which they arrive")
    parser.add_argument("--seconds", type=float, default=30.0, help="how long they answer")
    parser.add_argument("--rate", type=float, default=10.0, help="answers a second, of all together")
    parser.add_argument("--rounds", type=int, default=0, help="times that everybody leaves and comes back")
    parser.add_argument("--cold", action="store_true", help="nobody comes before them, no seat is ready")
    parser.add_argument("--large", action="store_true", help="about a gemeente of 500 buurten")
    parser.add_argument("--stock", action="store_true", help="also on Voilà as it comes")
    parser.add_argument("--no-files", action="store_true", help="do not fetch scripts and styles")
    parser.add_argument("--quick", action="store_true", help="do not wait for closed tabs")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    arguments = parser.parse_args()
    if not Path("/proc/self/smaps_rollup").exists():
        print("skipped: this needs Linux")
        return 0
    # Ended from outside, the servers end too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    results: dict[str, Any] = {
        "people": arguments.people,
        "within_s": arguments.within,
        "cold": arguments.cold,
        "large": arguments.large,
        "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}, {time.strftime('%Y-%m-%d')}",
    }
    for name in ("ours", "stock") if arguments.stock else ("ours",):
        results[name] = asyncio.run(measure(name, arguments))
    print(table(results))
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2), encoding="utf-8")
    over = beyond(results, kind_of(arguments))
    print("\n".join(["beyond the budget:", *over]) if over else "within the budget")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
