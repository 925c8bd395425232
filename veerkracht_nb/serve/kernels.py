"""Kernels and to whom they belong: started for one seat, reachable by that seat only, and given back."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shutil
import stat
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from traitlets.config import Config

from ..sources import data_version
from . import messages, provisioner
from .config import ServerConfig
from .limits import Allowance
from .line import SeatGone
from .making import LONGEST_SOCKET_FOLDER, PageKind, Seat
from .owners import KernelLaunch, Owner
from .seats import SeatHost

log = logging.getLogger(__name__)
SWEEP_SECONDS = 1.0
GONE, TAKEN_OVER, REPLACED = 4000, 4001, 4002
"""Codes a websocket is closed with: the page may load itself again, another tab took its place, or the same page
connected anew."""
Closer = Callable[[int], None]
SLIM, VOILA = (25.0, 300.0), (200.0, 2000.0)
"""How many messages a page may send: on average in a second, and after a pause. A person taps a few times a second;
Voilà's front end reports every move of a mouse over a map."""


class NoRoom(Exception):
    """There are as many kernels as this server may have."""


@dataclass
class _Held:
    owner: Owner
    started: float
    seat: Seat | None = None
    kind: PageKind | None = None
    allowance: Allowance = field(default_factory=lambda: Allowance(*VOILA))
    sockets: list[Closer] = field(default_factory=list)
    rendering: bool = True
    left_at: float = 0.0


class KernelHost:
    """Starts kernels, knows their owners, and takes them back.

    Parameters
    ----------
    config : ServerConfig
    """

    def __init__(self, config: ServerConfig) -> None:
        self._config = config
        self._held: dict[str, _Held] = {}
        self._starting = 0
        self._sweeper: asyncio.Task[None] | None = None
        # Connection files hold the keys of the kernels: a folder that only this user can enter.
        self._folder = Path(tempfile.mkdtemp(prefix="veerkracht-"))
        self._folder.chmod(stat.S_IRWXU)
        provisioner.register()
        self.seats = SeatHost(config, self._folder)
        settings = Config()
        settings.KernelManager.autorestart = False
        if os.name == "posix" and len(str(self._folder)) <= LONGEST_SOCKET_FOLDER:
            settings.KernelManager.transport = "ipc"
        self.manager = AsyncMappingKernelManager(
            config=settings,
            connection_dir=str(self._folder),
            kernel_spec_manager=provisioner.OurKernelSpecs(),
            root_dir=str(config.notebooks),
            allowed_message_types=sorted(messages.TYPES),
            allow_tracebacks=False,
            default_kernel_name=provisioner.NAME,
        )

    async def start(self, owner: Owner, launch: KernelLaunch) -> str:
        """Start a kernel for `owner` and return its id, a random UUID that is told to nobody else.

        Raises
        ------
        NoRoom
        """
        async with self._one_more(owner):
            env = dict(os.environ) | launch.env()
            started = self.manager.start_kernel(
                kernel_name=provisioner.NAME, path="", env=env, warm=self.seats.maker.warm
            )
            kernel_id = str(await ensure_async(started))
            self._held[kernel_id] = _Held(owner=owner, started=time.monotonic())
            await self._make_place(owner, beside=kernel_id)
        return kernel_id

    async def open(self, owner: Owner, launch: KernelLaunch) -> Seat:
        """Give `owner` a seat for a page that is not made in advance, and wait until it is ready.

        Raises
        ------
        NoRoom
        NoSeats, SeatGone, TimeoutError
            If the page needs the whole front end, or could not be made.
        """
        async with self._one_more(owner):
            seat = await self.seats.maker.open(launch.app, dict(os.environ) | launch.env())
            self._held[seat.id] = _Held(
                owner=owner, started=time.monotonic(), seat=seat, allowance=Allowance(*SLIM)
            )
            await self._make_place(owner, beside=seat.id)
        self.rendered(seat.id)
        return seat

    @contextlib.asynccontextmanager
    async def _one_more(self, owner: Owner) -> AsyncIterator[None]:
        if len(self._held) + self._starting >= self._config.max_kernels:
            raise NoRoom
        self._starting += 1
        try:
            await self._make_place(owner)
            yield
        finally:
            self._starting -= 1

    def warm_up(self) -> None:
        """Begin to make seats possible, and to look after kernels; needs a running event loop."""
        self.seats.maker.start()
        if self._sweeper is None:
            self._sweeper = asyncio.create_task(self._sweep())

    def expect(self, app: str, session: Path, language: str) -> None:
        """Begin to make seats that somebody may soon ask for."""
        if self._config.max_kernels:
            self.seats.expect(_kind(app, session, language))

    async def sit(self, owner: Owner, launch: KernelLaunch, visitor: str) -> Seat | int:
        """Give a seat that is ready to `owner`, or return the place in the queue: ask again soon.

        Raises
        ------
        NoSeats
            If pages of this kind need the whole front end.
        SeatGone
            If the seat could not be taken.
        """
        assert launch.session is not None
        kind = _kind(launch.app, launch.session, launch.language)
        seat = await self.seats.take(kind, visitor)
        if isinstance(seat, int):
            return seat
        self._held[seat.id] = _Held(
            owner=owner, started=time.monotonic(), seat=seat, kind=kind, allowance=Allowance(*SLIM)
        )
        try:
            await self._make_place(owner, beside=seat.id)
            if not (await seat.line.ask(do="sit", launch=launch.value()))["sat"]:
                raise SeatGone
        except BaseException:
            await self.give_back(seat.id)
            raise
        self.rendered(seat.id)
        return seat

    def seat(self, kernel_id: str) -> Seat | None:
        """Return the seat of this name, or None where there is none."""
        held = self._held.get(kernel_id)
        return held.seat if held else None

    def may(self, kernel_id: str, cost: float) -> bool:
        """Return whether a page may send something now; it does not matter over how many connections."""
        held = self._held.get(kernel_id)
        # What is on its way to a seat that has just ended gets nowhere, and that is nobody's fault.
        return held is None or held.allowance.take(cost)

    def replaced(self, kernel_id: str, closer: Closer) -> None:
        """Note that a browser connected to its seat; a connection that was there before has been lost."""
        if held := self._held.get(kernel_id):
            before, held.sockets = held.sockets, [closer]
            for old in before:
                old(REPLACED)

    def owner(self, kernel_id: str) -> Owner | None:
        """Return to whom a kernel belongs, or None where there is no such kernel."""
        held = self._held.get(kernel_id)
        return held.owner if held else None

    def count(self) -> int:
        """Return how many kernels there are."""
        return len(self._held)

    def rendered(self, kernel_id: str) -> None:
        """Note that the page of a kernel is complete: its browser must connect within the grace."""
        if held := self._held.get(kernel_id):
            held.rendering = False
            held.left_at = time.monotonic()

    def connected(self, kernel_id: str, closer: Closer) -> None:
        """Note that a browser connected; `closer` ends its connection when the kernel ends."""
        if held := self._held.get(kernel_id):
            held.sockets.append(closer)

    def disconnected(self, kernel_id: str, closer: Closer) -> None:
        """Note that a browser went away; it has the grace to come back."""
        held = self._held.get(kernel_id)
        if held and closer in held.sockets:
            held.sockets.remove(closer)
            held.left_at = time.monotonic()

    async def give_back(self, kernel_id: str, code: int = GONE) -> None:
        """End a kernel and the connections to it. Harmless when it is already gone."""
        held = self._held.pop(kernel_id, None)
        if held is None:
            return
        for closer in held.sockets:
            closer(code)
        if held.seat is not None:
            if held.kind is not None:
                self.seats.left(held.kind)
            await held.seat.end()
            return
        with contextlib.suppress(Exception):
            # Nothing in a kernel needs saving: what people contributed was durable before they saw it.
            await ensure_async(self.manager.shutdown_kernel(kernel_id, now=True))

    async def give_back_session(self, session: str, path: Path) -> None:
        """End every kernel of a session, before its file is removed."""
        ids = [kernel for kernel, held in self._held.items() if held.owner.session == session]
        await asyncio.gather(*(self.give_back(kernel) for kernel in ids))
        await self.seats.forget_session(path)

    async def stop(self) -> None:
        """End every kernel and remove the connection files."""
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None
        await asyncio.gather(*(self.give_back(kernel) for kernel in list(self._held)))
        with contextlib.suppress(Exception):
            await ensure_async(self.manager.shutdown_all(now=True))
        await self.seats.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    async def _make_place(self, owner: Owner, beside: str = "") -> None:
        """End the oldest pages of a person until there is place for one more.

        Also after that one, `beside`, is there: meanwhile others may have come, in requests at the same time.
        """
        mine = [
            (bool(held.sockets), held.started, kernel)
            for kernel, held in self._held.items()
            if kernel != beside
            and (held.owner.actor.id, held.owner.session, held.owner.app)
            == (owner.actor.id, owner.session, owner.app)
        ]
        for _connected, _started, kernel in sorted(mine)[
            : max(0, len(mine) + 1 - self._config.max_kernels_per_seat)
        ]:
            await self.give_back(kernel, TAKEN_OVER)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(min(SWEEP_SECONDS, self._config.grace_seconds / 2))
            try:
                for kernel in self._abandoned():
                    await self.give_back(kernel)
                await self.seats.tidy()
            except Exception:
                log.exception("could not give kernels back; trying again")

    def _abandoned(self) -> list[str]:
        now, grace = time.monotonic(), self._config.grace_seconds
        return [
            kernel
            for kernel, held in self._held.items()
            if not held.rendering and not held.sockets and now - held.left_at > grace
        ] + [kernel for kernel in self._held if self._dead(kernel)]

    def _dead(self, kernel_id: str) -> bool:
        if (seat := self._held[kernel_id].seat) is not None:
            return not seat.alive
        process: Any = getattr(
            getattr(self.manager.get_kernel(kernel_id), "provisioner", None), "process", None
        )
        return process is not None and process.poll() is not None


def _kind(app: str, session: Path, language: str) -> PageKind:
    return PageKind(app=app, session=session, language=language, figures=data_version())
