"""Seats that wait for people: made in advance, handed out in the order of arrival, never used twice."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psutil

from .config import ServerConfig
from .line import SeatGone
from .making import NoSeats, PageKind, Seat, SeatMaker
from .warming import NotWarm, Template

log = logging.getLogger(__name__)
STARTING = 4
"""Seats that are made at the same time: more would only make each of them later."""
PATIENCE = 0.8
"""Seconds a visitor waits for an answer before being told the place in the queue."""
FORGOTTEN = 15.0
"""Seconds after which somebody who no longer asks has left the queue."""
LULL, QUIET = 60.0, 900.0
"""Seconds without arrivals after which a session keeps one seat waiting, when another is livelier or in any case."""
SEAT_MB, SPARE_MB = 24, 512
"""Memory that one more seat may take, and what stays free for everything else on the laptop."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """How every page of a kind begins, in a file as it goes to browsers."""

    kind: PageKind
    path: Path


@dataclass
class _InQueue:
    asked: float
    seat: asyncio.Future[Seat]


@dataclass
class _Table:
    """The seats of one kind of page."""

    template: asyncio.Task[Template | None] | None = None
    failed: bool = False
    starting: int = 0
    taken: int = 0
    arrived: float = 0.0
    waiting: deque[Seat] = field(default_factory=deque)
    queue: dict[str, _InQueue] = field(default_factory=dict)

    @property
    def has_template(self) -> bool:
        """Whether there is a template that works, or one on its way."""
        if self.template is None or self.template.cancelled():
            return False
        made = self.template.result() if self.template.done() else None
        return not self.template.done() or (made is not None and made.alive)

    @property
    def there(self) -> int:
        """How many seats there are: taken, on the way to somebody in the queue, waiting, being made."""
        on_the_way = sum(place.seat.done() for place in self.queue.values())
        return self.taken + on_the_way + len(self.waiting) + self.starting


class SeatHost:
    """Keeps seats ready ahead of the people who come, and hands them out.

    Parameters
    ----------
    config : ServerConfig
    folder : Path
        Of this user only; holds connection files, sockets and pictures of pages.

    Attributes
    ----------
    maker : SeatMaker
    """

    def __init__(self, config: ServerConfig, folder: Path) -> None:
        self._config = config
        self._folder = folder
        self._tables: dict[PageKind, _Table] = {}
        self._pictures: dict[str, Picture] = {}
        self._jobs: set[asyncio.Task[None]] = set()
        self.maker = SeatMaker(config, folder)

    def expect(self, kind: PageKind) -> None:
        """Begin to make seats of a kind that somebody may soon ask for."""
        self._table(kind).arrived = time.monotonic()
        self._refill(kind)

    async def take(self, kind: PageKind, visitor: str) -> Seat | int:
        """Return a seat for `visitor`, or the place in the queue: ask again soon.

        Raises
        ------
        NoSeats
        """
        table = self._table(kind)
        if table.failed:
            raise NoSeats
        table.arrived = time.monotonic()
        place = table.queue.get(visitor)
        if place is None:
            if not table.queue and (seat := _first_alive(table.waiting)):
                table.taken += 1
                self._refill(kind)
                return seat
            place = table.queue[visitor] = _InQueue(0.0, asyncio.get_running_loop().create_future())
        place.asked = time.monotonic()
        self._refill(kind)
        if not table.starting and not place.seat.done():
            return list(table.queue).index(visitor) + 1
        with contextlib.suppress(TimeoutError):
            seat = await asyncio.wait_for(asyncio.shield(place.seat), PATIENCE)
            # Of two requests of one visitor, such as a page that was loaded again, one gets it.
            if table.queue.get(visitor) is place:
                del table.queue[visitor]
                table.taken += 1
                return seat
        if table.failed:
            raise NoSeats
        return list(table.queue).index(visitor) + 1 if visitor in table.queue else 1

    def picture(self, snapshot: str) -> Picture | None:
        """Return the picture of this name, or None."""
        return self._pictures.get(snapshot)

    def left(self, kind: PageKind) -> None:
        """Note that somebody gave a seat of this kind back."""
        if table := self._tables.get(kind):
            table.taken -= 1

    async def tidy(self) -> None:
        """Give up what is no longer needed: places of who left the queue, seats beyond what may still come."""
        now = time.monotonic()
        for kind, table in list(self._tables.items()):
            for visitor, place in list(table.queue.items()):
                if now - place.asked > FORGOTTEN:
                    del table.queue[visitor]
                    if not place.seat.done():
                        place.seat.cancel()
                    elif place.seat.exception() is None:
                        self._offer(table, place.seat.result())
            beyond = len(table.waiting) - self._wanted(kind, table)
            for _ in range(beyond):
                self._do(table.waiting.pop().end())
            unused = not (table.taken or table.queue or table.starting)
            if unused and (now - table.arrived > QUIET or self._outdated(kind, table)):
                self._do(self._forget(kind))
            elif not table.failed:
                self._refill(kind)

    async def forget_session(self, session: Path) -> None:
        """Give up every seat and template of a session that ends."""
        await asyncio.gather(*(self._forget(kind) for kind in self._tables if kind.session == session))

    async def _forget(self, kind: PageKind) -> None:
        table = self._tables.pop(kind, None)
        if table is not None:
            self._pictures = {name: made for name, made in self._pictures.items() if made.kind != kind}
            await asyncio.gather(*(seat.end() for seat in table.waiting))
            await _close(table.template)

    async def stop(self) -> None:
        """End everything."""
        for job in list(self._jobs):
            job.cancel()
        await asyncio.gather(*self._jobs, return_exceptions=True)
        for session in {kind.session for kind in self._tables}:
            await self.forget_session(session)
        await self.maker.stop()

    def _table(self, kind: PageKind) -> _Table:
        table = self._tables.setdefault(kind, _Table())
        if self.maker.warm is not None and not table.failed and not table.has_template:
            table.template = asyncio.create_task(self._make_template(kind, table))
        return table

    async def _make_template(self, kind: PageKind, table: _Table) -> Template | None:
        try:
            made = await self.maker.template(kind)
        except NoSeats:
            table.failed = True
            for place in table.queue.values():
                place.seat.set_exception(NoSeats())
                # Perhaps nobody is looking just now; the next time they ask they are told.
                place.seat.exception()
            return None
        if made is not None:
            path = self._folder / f"{made.snapshot}.json.gz"
            self._pictures[made.snapshot] = Picture(kind=kind, path=path)
        return made

    def _outdated(self, kind: PageKind, table: _Table) -> bool:
        """Whether the same page has since been made with other figures."""
        return any(
            other.arrived > table.arrived and replace(newer, figures=kind.figures) == kind
            for newer, other in self._tables.items()
        )

    def _wanted(self, kind: PageKind, table: _Table) -> int:
        if self._outdated(kind, table):
            return 0
        quiet = time.monotonic() - table.arrived
        livelier = any(other.arrived > table.arrived for other in self._tables.values())
        if kind.app != "deelnemer" or quiet > QUIET or (livelier and quiet > LULL):
            return 1
        ahead = self._config.seats_waiting - table.taken
        forked = self.maker.warm is not None
        if not forked:
            # Each is a whole process with everything imported.
            ahead = min(ahead, 2)
        return max(ahead, 5 if forked else 1)

    def _refill(self, kind: PageKind) -> None:
        table = self._table(kind)
        while not table.failed and table.starting < STARTING:
            asked = sum(not place.seat.done() for place in table.queue.values())
            if len(table.waiting) + table.starting >= asked + self._wanted(kind, table):
                return
            # Somebody who is there comes before who may still come to another session.
            if not self._room_for_one() and not (asked > table.starting and self._take_from_others(table)):
                return
            table.starting += 1
            self._do(self._add(kind, table))

    def _take_from_others(self, table: _Table) -> bool:
        others = [other for other in self._tables.values() if other is not table and other.waiting]
        if not others:
            return False
        self._do(min(others, key=lambda other: other.arrived).waiting.pop().end())
        return True

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        job = asyncio.create_task(work)
        self._jobs.add(job)
        job.add_done_callback(self._jobs.discard)

    def _room_for_one(self) -> bool:
        there = sum(table.there for table in self._tables.values())
        free_mb = psutil.virtual_memory().available // 2**20
        return there < self._config.max_kernels and free_mb > SPARE_MB + SEAT_MB

    async def _add(self, kind: PageKind, table: _Table) -> None:
        try:
            self._offer(table, await self._make(kind, table))
        except NoSeats:
            table.failed = True
        except NotWarm:
            # Another warm process is on its way.
            await asyncio.sleep(0.2)
        except Exception:
            log.exception("no seat for %s", kind.app)
            await asyncio.sleep(1)
        finally:
            table.starting -= 1
        if self._tables.get(kind) is table:
            self._refill(kind)

    async def _make(self, kind: PageKind, table: _Table) -> Seat:
        template = await asyncio.shield(table.template) if table.template is not None else None
        if table.failed:
            raise NoSeats
        return await self.maker.seat(kind, template)

    def _offer(self, table: _Table, seat: Seat) -> None:
        for place in table.queue.values():
            if not place.seat.done():
                place.seat.set_result(seat)
                return
        table.waiting.append(seat)


def _first_alive(waiting: deque[Seat]) -> Seat | None:
    while waiting:
        seat = waiting.popleft()
        if seat.alive:
            return seat
        seat.line.close()
    return None


async def _close(task: asyncio.Task[Template | None] | None) -> None:
    if task is None:
        return
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError, SeatGone):
        if made := await task:
            made.close()
