"""Seats that wait for people: made in advance, handed out in the order of arrival, never used twice."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import time
import uuid
from collections import deque
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import zmq
from jupyter_client.manager import AsyncKernelManager

from . import provisioner
from .config import ServerConfig
from .line import Line, SeatGone
from .warming import NotWarm, Template, WarmProcess, forks_safely

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
class PageKind:
    """What a seat is made for: everything about a page that does not depend on the person."""

    app: str
    session: Path
    language: str

    def launch(self) -> str:
        """Return the launch without a person, as :class:`veerkracht_nb.apps.launch.Launch` reads it."""
        rest: dict[str, object] = {"actor": None, "parameters": {}, "base_url": "/", "join_url": ""}
        return json.dumps({"app": self.app, "session": str(self.session), "language": self.language} | rest)


@dataclass(frozen=True, kw_only=True)
class Seat:
    """A kernel in which a page was executed, and the line to it."""

    id: str
    manager: AsyncKernelManager
    line: Line
    snapshot: str

    @property
    def alive(self) -> bool:
        """Whether its process runs."""
        process: Any = getattr(self.manager.provisioner, "process", None)
        return process is not None and process.poll() is None

    async def end(self) -> None:
        """End it. Nothing in it needs saving: what people contributed was durable before they saw it."""
        self.line.close()
        with contextlib.suppress(Exception):
            await self.manager.shutdown_kernel(now=True)


@dataclass(frozen=True, kw_only=True)
class Picture:
    """How every page of a kind begins, in a file as it goes to browsers."""

    kind: PageKind
    path: Path


class NoSeats(Exception):
    """Pages of this kind need the whole front end, or could not be made; the log says which."""


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
    def there(self) -> int:
        """How many seats there are: taken, on the way to somebody in the queue, waiting, being made."""
        on_the_way = sum(place.seat.done() for place in self.queue.values())
        return self.taken + on_the_way + len(self.waiting) + self.starting


class SeatHost:
    """Makes seats ahead of the people who come.

    Parameters
    ----------
    config : ServerConfig
    folder : Path
        Of this user only; holds connection files, sockets and pictures of pages.
    """

    def __init__(self, config: ServerConfig, folder: Path) -> None:
        self._config = config
        self._folder = folder
        self._context: zmq.Context[Any] = zmq.Context()
        self._specs = provisioner.OurKernelSpecs()
        self._tables: dict[PageKind, _Table] = {}
        self._pictures: dict[str, Picture] = {}
        self._jobs: set[asyncio.Task[None]] = set()
        self.warm: WarmProcess | None = None

    def start(self) -> None:
        """Begin to warm up."""
        if self.warm is None and self._config.fork and forks_safely() and self._config.max_kernels:
            self.warm = WarmProcess.start(provisioner.emptied(os.environ))

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
            table.queue.pop(visitor, None)
            table.taken += 1
            return seat
        if table.failed:
            raise NoSeats
        return list(table.queue).index(visitor) + 1 if visitor in table.queue else 1

    async def open(self, app: str, env: Mapping[str, str]) -> Seat:
        """Return a seat of its own for a page that is not made in advance.

        Raises
        ------
        NoSeats
            If the page needs the whole front end.
        SeatGone, TimeoutError
            If its notebook failed.
        """
        seat = await self._start(app, env, warm=self.warm)
        if not (await seat.line.ask(do="about"))["slim"]:
            await seat.end()
            raise NoSeats
        return seat

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
            if now - table.arrived > QUIET and not (table.taken or table.queue or table.starting):
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
        if self.warm is not None:
            await self.warm.stop()
            self.warm = None
        self._context.destroy(linger=0)

    def _warm_again(self) -> None:
        assert self.warm is not None
        worked, self.warm = self.warm.was_ready, None
        if worked:
            log.error("the warm process ended; starting another")
            self.start()
        else:
            log.error("forking does not work here: every seat will be an ordinary process")

    def _table(self, kind: PageKind) -> _Table:
        table = self._tables.setdefault(kind, _Table())
        if self.warm is not None and not self.warm.alive:
            self._warm_again()
        ended = table.template and table.template.done() and not table.template.cancelled()
        if (
            self.warm
            and (table.template is None or (ended and not _usable(table.template)))
            and not table.failed
        ):
            table.template = asyncio.create_task(self._make_template(kind, table))
        return table

    async def _make_template(self, kind: PageKind, table: _Table) -> Template | None:
        notebook = self._config.notebooks / f"{kind.app}.ipynb"
        assert self.warm is not None
        try:
            made = await self.warm.template(notebook, self._env(kind), self._folder)
        except NotWarm:
            return None
        if made is None or not made.slim:
            table.failed = True
            if made is not None:
                made.close()
            for place in table.queue.values():
                place.seat.set_exception(NoSeats())
                # Perhaps nobody is looking just now; the next time they ask they are told.
                place.seat.exception()
            return None
        path = self._folder / f"{made.snapshot}.json.gz"
        self._pictures[made.snapshot] = Picture(kind=kind, path=path)
        return made

    def _env(self, kind: PageKind) -> dict[str, str]:
        return provisioner.emptied(os.environ) | {provisioner.LAUNCH: kind.launch()}

    def _wanted(self, kind: PageKind, table: _Table) -> int:
        quiet = time.monotonic() - table.arrived
        livelier = any(other.arrived > table.arrived for other in self._tables.values())
        if kind.app != "deelnemer" or quiet > QUIET or (livelier and quiet > LULL):
            return 1
        ahead = self._config.seats_waiting - table.taken
        if self.warm is None:
            # Each is a whole process with everything imported.
            ahead = min(ahead, 2)
        return max(ahead, 5 if self.warm else 1)

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
            pass
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
        if template is None and self.warm is not None:
            raise NotWarm
        seat = await self._start(kind.app, self._env(kind), template=template)
        if template is None and not (await seat.line.ask(do="about"))["slim"]:
            table.failed = True
            await seat.end()
            raise NoSeats
        return seat

    async def _start(
        self,
        app: str,
        env: Mapping[str, str],
        *,
        template: Template | None = None,
        warm: WarmProcess | None = None,
    ) -> Seat:
        seat_id = str(uuid.uuid4())
        manager = AsyncKernelManager(
            kernel_name=provisioner.SEAT,
            kernel_spec_manager=self._specs,
            connection_file=str(self._folder / f"kernel-{seat_id}.json"),
            transport="ipc" if os.name == "posix" else "tcp",
        )
        notebook = self._config.notebooks / f"{app}.ipynb"
        await manager.start_kernel(
            env=dict(env),
            cwd=str(self._config.notebooks),
            template=template,
            warm=warm,
            extra_arguments=[str(notebook)],
        )
        line = Line(manager, self._context)
        seat = Seat(id=seat_id, manager=manager, line=line, snapshot=template.snapshot if template else "")
        try:
            await line.open(lambda: seat.alive)
        except BaseException:
            await seat.end()
            raise
        return seat

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


def _usable(task: asyncio.Task[Template | None]) -> bool:
    made = task.result()
    return made is not None and made.alive


async def _close(task: asyncio.Task[Template | None] | None) -> None:
    if task is None:
        return
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError, SeatGone):
        if made := await task:
            made.close()
