"""Making one seat: forked from a template or the warm process, or started as an ordinary process."""

from __future__ import annotations

import contextlib
import logging
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zmq.asyncio
from jupyter_client.manager import AsyncKernelManager

from . import provisioner
from .config import ServerConfig
from .line import Line
from .owners import KernelLaunch
from .warming import NotWarm, Template, WarmProcess, forks_safely

log = logging.getLogger(__name__)
# The longest name of a Unix socket is 104 to 108 characters, and "/kernel-<uuid>-ipc-5" is 50 of them.
LONGEST_SOCKET_FOLDER = 54


@dataclass(frozen=True, kw_only=True)
class PageKind:
    """What a seat is made for: everything about a page that does not depend on the person."""

    app: str
    session: Path
    language: str
    figures: str = ""
    """Version of the data it shows: after an import pages are of another kind."""

    def env(self) -> dict[str, str]:
        """Return the environment of a process that makes this page: a launch without a person."""
        launch = KernelLaunch(app=self.app, session=self.session, language=self.language)
        return provisioner.emptied(os.environ) | launch.env()


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


class NoSeats(Exception):
    """Pages of this kind need the whole front end, or could not be made; the log says which."""


class SeatMaker:
    """Makes seats and templates, and keeps a warm process to fork them from.

    Parameters
    ----------
    config : ServerConfig
    folder : Path
        Of this user only; holds connection files, sockets and pictures of pages.
    """

    def __init__(self, config: ServerConfig, folder: Path) -> None:
        self._config = config
        self._folder = folder
        # One for all seats: by itself each manager would make a context with two threads and six open files. And one
        # that knows every socket: with any of them open, ending it waits for ever.
        self._context = zmq.asyncio.Context()
        fits = os.name == "posix" and len(str(folder)) <= LONGEST_SOCKET_FOLDER
        self._transport = "ipc" if fits else "tcp"
        self._specs = provisioner.OurKernelSpecs()
        self._warm: WarmProcess | None = None

    @property
    def warm(self) -> WarmProcess | None:
        """The warm process; None where seats are ordinary processes. One that ended is replaced by another."""
        if self._warm is not None and not self._warm.alive:
            worked, self._warm = self._warm.was_ready, None
            if worked:
                log.error("the warm process ended; starting another")
                self.start()
            else:
                log.error("forking does not work here: every seat will be an ordinary process")
        return self._warm

    def start(self) -> None:
        """Begin to warm up."""
        if self._warm is None and self._config.fork and forks_safely() and self._config.max_kernels:
            self._warm = WarmProcess.start(provisioner.emptied(os.environ))

    async def stop(self) -> None:
        """End the warm process and everything forked from it."""
        if self._warm is not None:
            await self._warm.stop()
            self._warm = None
        self._context.destroy(linger=0)

    async def template(self, kind: PageKind) -> Template | None:
        """Return a template for seats of this kind; None when there is nothing to fork from just now.

        Raises
        ------
        NoSeats
        """
        if self.warm is None:
            return None
        try:
            made = await self.warm.template(self._notebook(kind.app), kind.env(), self._folder)
        except NotWarm:
            return None
        if made is None:
            raise NoSeats
        if not made.slim:
            made.close()
            raise NoSeats
        return made

    async def seat(self, kind: PageKind, template: Template | None) -> Seat:
        """Return a seat of this kind that waits for its person.

        Raises
        ------
        NoSeats, NotWarm, SeatGone, TimeoutError
        """
        if template is None and self.warm is not None:
            raise NotWarm
        seat = await self._start(kind.app, kind.env(), template=template)
        return seat if template is not None else await self._slim(seat)

    async def open(self, app: str, env: Mapping[str, str]) -> Seat:
        """Return a seat of its own for a page that is not made in advance.

        Raises
        ------
        NoSeats
            If the page needs the whole front end.
        SeatGone, TimeoutError
            If its notebook failed.
        """
        return await self._slim(await self._start(app, env, warm=self.warm))

    async def _slim(self, seat: Seat) -> Seat:
        if not (await seat.line.ask(do="about"))["slim"]:
            await seat.end()
            raise NoSeats
        return seat

    def _notebook(self, app: str) -> Path:
        return self._config.notebooks / f"{app}.ipynb"

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
            transport=self._transport,
            context=self._context,
        )
        await manager.start_kernel(
            env=dict(env),
            cwd=str(self._config.notebooks),
            template=template,
            warm=warm,
            extra_arguments=[str(self._notebook(app))],
        )
        line = Line(manager, self._context)
        seat = Seat(id=seat_id, manager=manager, line=line, snapshot=template.snapshot if template else "")
        try:
            await line.open(lambda: seat.alive)
        except BaseException:
            await seat.end()
            raise
        return seat
