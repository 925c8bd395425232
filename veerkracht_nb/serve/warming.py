"""The server's side of the warm process and its templates: asking for a fork, and knowing when a process ends."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..seats.warm import MAX_ORDER, forks_safely

__all__ = ["ForkedProcess", "NotWarm", "Template", "WarmProcess", "forks_safely"]

log = logging.getLogger(__name__)
# Libraries that would start threads of their own, as a process with threads cannot be forked safely; and what a
# browser has just set need not be told to it.
SETTINGS = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "JUPYTER_WIDGETS_ECHO": "0",
}


class NotWarm(Exception):
    """There is no warm process, or it has just ended."""


class ForkedProcess:
    """A process forked elsewhere, in the shape that jupyter_client knows: that of ``subprocess.Popen``."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, line: _Line) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._line = line

    def poll(self) -> int | None:
        """Return the exit status, or None while it runs."""
        if self.returncode is None and self._line.closed:
            # Forked processes do not outlive the one they were forked from.
            self.returncode = -signal.SIGKILL
        return self.returncode

    def wait(self, timeout: float | None = None) -> int | None:
        """Return the exit status; jupyter_client calls this when `poll` has one."""
        return self.poll()

    def send_signal(self, number: int) -> None:
        """Send a signal, if it still runs."""
        if self.poll() is None:
            self._line.order(do="signal", pid=self.pid, signal=int(number))

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


class _Line:
    """One end of a control socket: orders out, what happened in."""

    def __init__(self, ours: socket.socket) -> None:
        self._socket = ours
        self._numbers = itertools.count(1)
        self._asked: dict[int, asyncio.Future[ForkedProcess]] = {}
        self._forked: dict[int, ForkedProcess] = {}
        self.ready: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self.closed = False
        ours.setblocking(False)
        asyncio.get_running_loop().add_reader(ours.fileno(), self._read)

    def order(self, *, descriptors: tuple[int, ...] = (), **order: Any) -> None:
        if self.closed:
            raise NotWarm
        try:
            socket.send_fds(self._socket, [json.dumps(order).encode()], list(descriptors))
        except OSError:
            self.close()
            raise NotWarm from None

    async def fork(self, *, descriptors: tuple[int, ...] = (), **order: Any) -> ForkedProcess:
        number = next(self._numbers)
        asked = self._asked[number] = asyncio.get_running_loop().create_future()
        try:
            self.order(id=number, descriptors=descriptors, **order)
            return await asked
        finally:
            self._asked.pop(number, None)

    def close(self) -> None:
        if self.closed:
            return
        self.closed = True
        asyncio.get_running_loop().remove_reader(self._socket.fileno())
        self._socket.close()
        for asked in self._asked.values():
            if not asked.done():
                asked.set_exception(NotWarm())
        if not self.ready.done():
            self.ready.set_exception(NotWarm())
            # Perhaps nobody is waiting for it.
            self.ready.exception()

    def _read(self) -> None:
        while not self.closed:
            try:
                text = self._socket.recv(MAX_ORDER)
            except BlockingIOError:
                return
            except OSError:
                text = b""
            if not text:
                self.close()
                return
            self._heard(json.loads(text))

    def _heard(self, message: dict[str, Any]) -> None:
        if "pid" in message:
            process = self._forked[message["pid"]] = ForkedProcess(message["pid"], self)
            asked = self._asked.get(message["id"])
            if asked is not None and not asked.done():
                asked.set_result(process)
        elif "exit" in message:
            ended = self._forked.pop(message["exit"], None)
            if ended is not None:
                ended.returncode = message["status"]
        elif not self.ready.done():
            self.ready.set_result(message)


class Template:
    """A process that has executed a notebook up to the point where a person is needed.

    Attributes
    ----------
    snapshot : str
        Name of the picture of its page.
    slim : bool
        Whether the slim front end can show it.
    """

    def __init__(self, line: _Line, told: dict[str, Any]) -> None:
        self._line = line
        self.snapshot = str(told["snapshot"])
        self.slim = bool(told["slim"])

    @property
    def alive(self) -> bool:
        """Whether seats can be forked from it."""
        return not self._line.closed

    async def fork(self, connection_file: str, env: Mapping[str, str]) -> ForkedProcess:
        """Return a new seat of this page.

        Raises
        ------
        NotWarm
        """
        return await self._line.fork(do="seat", connection=connection_file, env=dict(env))

    def close(self) -> None:
        """End it, and every seat forked from it."""
        self._line.close()


class WarmProcess:
    """The process that has imported everything; made by :meth:`start`."""

    def __init__(self, process: subprocess.Popen[bytes], line: _Line) -> None:
        self._process = process
        self._line = line

    @classmethod
    def start(cls, env: Mapping[str, str]) -> WarmProcess:
        """Start importing; returns at once."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-m", "veerkracht_nb.seats.warm", str(theirs.fileno())],
                env={**env, **SETTINGS},
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        return cls(process, _Line(ours))

    @property
    def pid(self) -> int:
        """Number of the process, for measuring."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it can be asked anything."""
        return not self._line.closed

    @property
    def was_ready(self) -> bool:
        """Whether it ever came so far that it could be forked from."""
        return self._line.ready.done() and self._line.ready.exception() is None

    async def template(self, notebook: Path, env: Mapping[str, str], folder: Path) -> Template | None:
        """Return a new template, or None when its notebook failed; the log says why.

        Raises
        ------
        NotWarm
        """
        await asyncio.shield(self._line.ready)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        line = _Line(ours)
        with theirs:
            try:
                await self._line.fork(
                    do="template",
                    notebook=str(notebook),
                    folder=str(folder),
                    env=dict(env),
                    descriptors=(theirs.fileno(),),
                )
            except BaseException:
                line.close()
                raise
        told = await line.ready
        if "failed" in told:
            line.close()
            return None
        return Template(line, told)

    async def page(self, connection_file: str, notebook: str, env: Mapping[str, str]) -> ForkedProcess:
        """Return a seat that executes a notebook by itself.

        Raises
        ------
        NotWarm
        """
        await asyncio.shield(self._line.ready)
        return await self._line.fork(do="page", connection=connection_file, notebook=notebook, env=dict(env))

    async def kernel(self, argv: list[str], cwd: str, env: Mapping[str, str]) -> ForkedProcess:
        """Return an ordinary kernel with everything imported.

        Raises
        ------
        NotWarm
        """
        await asyncio.shield(self._line.ready)
        return await self._line.fork(do="kernel", argv=argv, cwd=cwd, env=dict(env))

    async def stop(self) -> None:
        """End it and everything forked from it."""
        self._line.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process.pid, signal.SIGTERM)
        await asyncio.get_running_loop().run_in_executor(None, self._process.wait)
