"""What happens in the simulated room, one thing after another, and what is measured of it."""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from room_live import Kept
from room_people import Refused, Visitor
from room_process import cpu_seconds, figures, settled
from room_servers import RoomServer

PATIENCE = {"ours": 60.0, "stock": 300.0}
"""Seconds after which an arrival counts as never finished."""
Found = dict[str, float]


@dataclass(kw_only=True)
class Hall:
    """A server, and everybody who is there."""

    server: RoomServer
    kept: Kept
    files: bool
    people: list[Visitor] = field(default_factory=list)
    others: list[Visitor] = field(default_factory=list)

    def say(self, what: str) -> None:
        """Tell where we are, for who waits at a terminal."""
        print(f"{time.strftime('%H:%M:%S')} {self.server.name}: {what}", file=sys.stderr, flush=True)

    @property
    def root(self) -> int:
        """Process id of the server."""
        return self.server.pid

    @property
    def facilitator(self) -> Visitor:
        """Who leads."""
        return self.others[0]

    def participant(self, number: int) -> Visitor:
        """Return a new participant, the roles in turn."""
        roles = self.server.session["roles"]
        return Visitor(self.server, role=roles[number % len(roles)], watch=self.kept.saw, files=self.files)

    async def lead(self) -> None:
        """Let the facilitator and the screen in, start the step and release its counts."""
        self.others = [
            Visitor(self.server, kind, watch=self.kept.saw, files=self.files)
            for kind in ("begeleider", "scherm")
        ]
        for visitor in self.others:
            await asyncio.wait_for(visitor.arrive(), PATIENCE[self.server.name])
        step = self.server.session["step"]
        await self.facilitator.command("StepList", "start", {"step": step})
        await self.facilitator.command("StepList", "onthul", {"step": step, "level": "verdeling"})
        await self.facilitator.command("LayerPicker", "laag", {"layer": "herkenning"})
        await self.facilitator.choose(self.kept.focus)
        await self.facilitator.command("InfoPanel", "doe", {})


async def first_visit(hall: Hall) -> Found:
    """One participant comes, taps and answers, goes, and comes again: bytes and cost of one."""
    visitor = hall.participant(0)
    await asyncio.wait_for(visitor.arrive(), PATIENCE[hall.server.name])
    found: Found = {}
    if hall.files:
        found["first_kb"] = (visitor.browser.received + visitor.connected.bytes[0]) / 1000
    await asyncio.gather(*(other.leave() for other in hall.others))
    await settled(hall.root)
    found |= await taps(hall, visitor)
    for other in hall.others:
        await other.open_page()
    before = visitor.browser.received
    await visitor.leave()
    await visitor.open_page()
    if hall.files:
        found["repeat_kb"] = (visitor.browser.received - before + visitor.connected.bytes[0]) / 1000
    await visitor.leave()
    await settled(hall.root)
    return found


async def taps(hall: Hall, visitor: Visitor, times: int = 40) -> Found:
    """Measure taps on a buurt, and answers, with no other page open: each is over when the page shows it."""
    buurten = hall.server.session["buurten"]
    codes = [code for code in buurten if code != hall.kept.focus]
    start, clock = cpu_seconds(hall.root), time.monotonic()
    await asyncio.sleep(4)
    rate = (cpu_seconds(hall.root) - start) / (time.monotonic() - clock)
    found: Found = {}
    for name in ("tap", "answer"):
        used, began = cpu_seconds(hall.root), time.monotonic()
        size, took = sum(visitor.connected.bytes), 0.0
        for number in range(times):
            sent = time.perf_counter()
            if name == "tap":
                await hall.kept.tap(visitor, codes[number % len(codes)])
            else:
                await hall.kept.answer(visitor, codes[number % len(codes)])
            took += time.perf_counter() - sent
            # What follows (ticks, counts) belongs to it.
            await asyncio.sleep(0.1)
        spent = cpu_seconds(hall.root) - used - rate * (time.monotonic() - began)
        found[f"{name}_cpu_ms"] = max(0.0, spent) * 1000 / times
        found[f"{name}_bytes"] = (sum(visitor.connected.bytes) - size) / times
        found[f"{name}_ms"] = took * 1000 / times
    found["click_cpu_ms"] = found["tap_cpu_ms"] + found["answer_cpu_ms"]
    found["click_bytes"] = found["tap_bytes"] + found["answer_bytes"]
    return found


async def arrivals(hall: Hall, count: int, within: float) -> Found:
    """Let `count` people come within so many seconds; each arrival is over when the first screen is complete."""
    before, processor = figures(hall.root), time.process_time()
    start = time.monotonic()
    newcomers = [hall.participant(number) for number in range(count)]
    reasons = await asyncio.gather(
        *(_arrival(hall, visitor, number * within / count) for number, visitor in enumerate(newcomers))
    )
    hall.people += [visitor for visitor, reason in zip(newcomers, reasons, strict=True) if not reason]
    found = {
        "all_in_s": time.monotonic() - start,
        "never": float(sum(bool(reason) for reason in reasons)),
        "simulator_arrivals_cpu_s": time.process_time() - processor,
        "queued": float(sum(visitor.queued for visitor in newcomers)),
    }
    for reason in {reason for reason in reasons if reason}:
        print(f"  {hall.server.name}: {reasons.count(reason)} never finished: {reason[:300]}")
    for part in ("total", "join", "page"):
        found |= spread(f"arrive_{part}", [v.took[part] for v in hall.people], "s")
    found["arrivals_cpu_s"] = (cpu_seconds(hall.root) - before.cpu_s) / count
    found["refill_s"] = await settled(hall.root)
    after = figures(hall.root)
    found |= {
        "seat_cpu_s": (after.cpu_s - before.cpu_s) / count,
        "seat_mb": after.seat_mb,
        "room_mb": after.pss_mb,
        "before_mb": before.pss_mb,
        "processes": float(after.processes),
    }
    return found


async def _arrival(hall: Hall, visitor: Visitor, after: float) -> str:
    """Let one person arrive; return why that did not finish, empty when it did."""
    await asyncio.sleep(after)
    try:
        await asyncio.wait_for(visitor.arrive(), PATIENCE[hall.server.name])
    except TimeoutError:
        return "time is up"
    except (Refused, OSError, asyncio.IncompleteReadError) as error:
        return f"{type(error).__name__}: {error}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


async def idle(hall: Hall, seconds: float = 10.0) -> Found:
    """Measure what everybody costs who is there and does nothing, in % of one core."""
    await settled(hall.root)
    used, processor = cpu_seconds(hall.root), time.process_time()
    await asyncio.sleep(seconds)
    return {
        "idle_percent": 100 * (cpu_seconds(hall.root) - used) / seconds,
        "simulator_idle_percent": 100 * (time.process_time() - processor) / seconds,
    }


async def freed(hall: Hall, most: float = 90.0) -> Found:
    """Close two tabs, one that says so and one that is cut off; measure until their seats are gone."""
    closed, lost = hall.people.pop(), hall.people.pop()
    took = await asyncio.gather(_until_gone(closed, True, most), _until_gone(lost, False, most))
    return dict(zip(("free_closed_s", "free_lost_s"), took, strict=True))


async def _until_gone(visitor: Visitor, word: bool, most: float) -> float:
    start = time.monotonic()
    await visitor.leave(word=word)
    while time.monotonic() - start < most:
        if (await visitor.browser.get(f"/api/kernels/{visitor.kernel}")).status != 200:
            break
        await asyncio.sleep(0.25)
    visitor.browser.close()
    return time.monotonic() - start


async def rounds(hall: Hall, times: int) -> Found:
    """Let everybody leave and come back many times, with the seats they have; memory must not grow."""
    sizes, never, took = [], 0, []
    for number in range(times):
        await asyncio.gather(*(visitor.leave() for visitor in hall.people))
        back = await asyncio.gather(*(_again(hall, visitor) for visitor in hall.people))
        never += sum(bool(reason) for reason in back)
        took += [visitor.took["page"] for visitor in hall.people]
        for reason in {reason for reason in back if reason}:
            print(f"  round {number + 1}: {reason[:300]}")
        if number % 5 == 4 or number < 2:
            await settled(hall.root, most=20)
            now = figures(hall.root)
            sizes.append(now.pss_mb)
            hall.say(f"round {number + 1}: {now.pss_mb:.0f} MB in {now.processes} processes")
    # Medians: how many seats are ready at one moment differs.
    third = max(1, len(sizes) // 3)
    middle, last = statistics.median(sizes[-2 * third : -third] or sizes), statistics.median(sizes[-third:])
    return {
        "rounds": float(times),
        "rounds_arrivals": float(times * len(hall.people)),
        "rounds_never": float(never),
        "rounds_first_mb": sizes[0],
        "rounds_half_mb": middle,
        "rounds_last_mb": last,
        "rounds_growth_percent": 100 * (last / middle - 1),
        **spread("rounds_page", took, "s"),
    }


async def _again(hall: Hall, visitor: Visitor) -> str:
    try:
        await asyncio.wait_for(visitor.open_page(), PATIENCE[hall.server.name])
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def spread(name: str, values: list[float], unit: str) -> Found:
    """Return the median, the 95th percentile and the last of `values`."""
    if not values:
        return {}
    ordered = sorted(values)

    def at(share: float) -> float:
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    return {f"{name}_p50_{unit}": at(0.5), f"{name}_p95_{unit}": at(0.95), f"{name}_last_{unit}": ordered[-1]}


def as_json(found: dict[str, Any]) -> dict[str, Any]:
    """Return figures with no more digits than they are worth."""
    return {key: round(value, 4) if isinstance(value, float) else value for key, value in found.items()}
