"""Answers in the room: who sees them when, and whether the log holds each of them once."""

from __future__ import annotations

import asyncio
import secrets
import time
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from room_wire import Wire

if TYPE_CHECKING:
    from room_people import Visitor

CHOICES = ("herken", "deels", "herken_niet", "weet_niet")
TWICE, CUT = 20, 50
"""Every so many answers one is sent twice at once, and one loses its connection while it is under way: by turns the
connection is cut, and it stays half open."""
SMALLEST_GROUP = 3
"""Below so many answers a page shows no counts."""


@dataclass(kw_only=True)
class Sent:
    """One answer that somebody gave."""

    seat: str
    buurt: str
    at: float
    acked: float = 0.0
    ok: bool = False
    plain: bool = True
    """Whether nothing went wrong on purpose, so that its time counts."""


class Kept:
    """Everything that was sent, and what each page showed when.

    Parameters
    ----------
    focus : str
        Code of the buurt that the facilitator points the room to.
    step : str
        The step in which people answer.
    """

    def __init__(self, *, focus: str, step: str) -> None:
        self.focus, self.step = focus, step
        self.sent: list[Sent] = []
        self.began = 0.0
        self.counted: list[tuple[int, float]] = []
        self.shown: dict[Visitor, list[tuple[int, float]]] = {}
        self.elsewhere: set[Visitor] = set()
        """Who looks at another buurt than the room: the counts on that page are not those of the focus."""
        self.cards: dict[Visitor, asyncio.Future[None]] = {}

    def saw(self, visitor: Visitor, widget: str, traits: dict[str, Any], now: float) -> None:
        """Take what changed on a page."""
        if widget == "StepList" and "steps" in traits:
            count = next((s["answers"] for s in traits["steps"] if s["id"] == self.step), 0)
            self.counted.append((count, now))
        elif widget == "CountBars" and traits.get("total") and visitor not in self.elsewhere:
            self.shown.setdefault(visitor, []).append((sum(traits["total"]["counts"]), now))
        elif widget == "BuurtCard" and "facts" in traits:
            waiting = self.cards.pop(visitor, None)
            if waiting is not None:
                waiting.set_result(None)

    async def tap(self, visitor: Visitor, buurt: str) -> None:
        """Tap a buurt and wait for its card."""
        card = self.cards[visitor] = asyncio.get_running_loop().create_future()
        await visitor.choose(buurt)
        await asyncio.wait_for(card, 10)

    async def answer(self, visitor: Visitor, buurt: str, *, twice: bool = False, cut: bool = False) -> None:
        """Give an answer and wait until it is acknowledged, as often as that takes."""
        wire = visitor.connected
        body = {"step": self.step, "buurt": buurt, "direction": None}
        body["recognition"] = CHOICES[len(self.sent) % len(CHOICES)]
        nonce, model = secrets.token_hex(12), wire.id_of("AnswerBar")
        entry = Sent(seat=visitor.seat, buurt=buurt, at=time.perf_counter(), plain=not (twice or cut))
        self.sent.append(entry)
        if twice:
            await wire.custom(model, {"type": "command", "nonce": nonce, "name": "antwoord", "body": body})
        if cut:
            await _cut_off(wire, model, nonce, body, silent=len(self.sent) % (2 * CUT) >= CUT)
        ack = await wire.command(model, nonce, "antwoord", body)
        entry.acked, entry.ok = time.perf_counter(), bool(ack["ok"])
        if not entry.ok:
            print(f"  refused: {ack}")

    async def talk(self, people: list[Visitor], buurten: list[str], rate: float, seconds: float) -> None:
        """Let people answer, `rate` answers a second together; every other person taps the buurt first.

        Those who do not tap stay with the buurt the room talks about and see its counts.
        """
        self.began = time.perf_counter()
        rest = [code for code in buurten if code != self.focus]
        given: Counter[int] = Counter()
        unheard = iter(range(len(people)))
        running = set()
        start = asyncio.get_running_loop().time()
        total = int(rate * seconds)
        every = max(3, total // len(people))
        for number in range(min(total, len(people) * len(rest))):
            await asyncio.sleep(max(0.0, start + number / rate - asyncio.get_running_loop().time()))
            # Now and then somebody answers about the buurt that everybody looks at, each person once.
            place = next(unheard, -1) if number % every == 0 else -1
            buurt = self.focus
            if place < 0:
                # Each person has a first buurt of its own, and never answers one twice.
                place = number % len(people)
                buurt = rest[(place + given[place]) % len(rest)]
                given[place] += 1
            going = self._say(people[place], buurt, number, tap=place % 2 == 0 and buurt != self.focus)
            running.add(asyncio.create_task(going))
        await asyncio.wait(running, timeout=60)

    async def _say(self, visitor: Visitor, buurt: str, number: int, *, tap: bool) -> None:
        if tap:
            self.elsewhere.add(visitor)
            await visitor.choose(buurt)
        await self.answer(visitor, buurt, twice=number % TWICE == TWICE - 1, cut=number % CUT == CUT - 1)

    def latencies(self, log: list[dict[str, Any]]) -> tuple[list[float], list[float], list[float]]:
        """Return seconds until an answer was acknowledged, on the facilitator's page, and on every other page.

        Parameters
        ----------
        log : list of dict
            The answers in the log, in the order of writing. A page that shows a count of n shows the first n.
        """
        counts = [entry for entry in self.sent if entry.plain and entry.at >= self.began]
        timed = {(entry.seat, entry.buurt): entry for entry in counts}
        acked = [entry.acked - entry.at for entry in timed.values() if entry.acked]
        facilitator, others = [], []
        in_focus = 0
        for place, event in enumerate(log, start=1):
            in_focus += event["buurt"] == self.focus
            entry = timed.get((event["seat"], event["buurt"]))
            if entry is None:
                continue
            facilitator += _after(self.counted, place, entry.at)
            if event["buurt"] == self.focus and in_focus >= SMALLEST_GROUP:
                for seen in self.shown.values():
                    others += _after(seen, in_focus, entry.at)
        return acked, facilitator, others

    def lost_and_doubled(self, log: list[dict[str, Any]]) -> tuple[int, int]:
        """Return how many acknowledged answers the log lacks, and how many it holds more than once."""
        there = Counter((event["seat"], event["buurt"]) for event in log)
        lost = sum(entry.ok and not there[entry.seat, entry.buurt] for entry in self.sent)
        return lost, sum(number - 1 for number in there.values())


def _after(seen: list[tuple[int, float]], count: int, since: float) -> list[float]:
    """Return how long after `since` a page first showed `count`; nothing when it came after and never did."""
    # Counts only grow, and `seen` is in the order of time.
    place = bisect_left(seen, count, key=lambda item: item[0])
    if place == len(seen) or seen[place][1] < since:
        return []
    return [seen[place][1] - since]


async def _cut_off(wire: Wire, model: str, nonce: str, body: dict[str, Any], *, silent: bool) -> None:
    await wire.custom(model, {"type": "command", "nonce": nonce, "name": "antwoord", "body": body})
    await asyncio.sleep(0.002)
    await (wire.fall_silent() if silent else wire.vanish())
