"""A network between phones and server that can be taken away in every way a room knows: a small TCP relay."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Literal

Direction = Literal["up", "down"]
"""From the phone to the server, and back."""
BOTH: tuple[Direction, ...] = ("up", "down")


class Wifi:
    """Passes bytes on, holds them, loses them, or refuses.

    Parameters
    ----------
    server_port : int
        Where the server listens, on this machine.

    Attributes
    ----------
    port : int
        Where phones connect, once :meth:`start` was called.
    """

    def __init__(self, server_port: int) -> None:
        self.server_port = server_port
        self.port = 0
        self._open = {direction: asyncio.Event() for direction in BOTH}
        self._losing: set[Direction] = set()
        self._links: set[_Link] = set()
        self._listening: asyncio.Server | None = None
        self.back()

    @property
    def address(self) -> str:
        """Address of the server as phones know it."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Listen: on a free port, and after :meth:`refuse` on the same one."""
        self._listening = await asyncio.start_server(self._linked, "127.0.0.1", self.port)
        self.port = int(self._listening.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Let go of everything."""
        await self.refuse()

    def hold(self) -> None:
        """Keep all bytes until the network is back, as TCP does with what is not acknowledged."""
        for gate in self._open.values():
            gate.clear()

    def lose(self, *directions: Direction) -> None:
        """Lose bytes without a word. A connection that has lost any is of no use any more, nor is a new one."""
        self._losing = set(directions)
        for link in self._links:
            link.dead |= self._losing

    async def refuse(self) -> None:
        """Break every connection and accept no others."""
        if self._listening is not None:
            self._listening.close()
            self._listening = None
        for link in list(self._links):
            link.abort()

    def back(self) -> None:
        """Be there again, for new connections and for what was held."""
        self._losing = set()
        for gate in self._open.values():
            gate.set()

    async def _linked(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = _Link(writer, set(self._losing))
        self._links.add(link)
        try:
            if "up" in link.dead:
                # Nobody answers, and nobody says so.
                await reader.read(-1)
                return
            await self._open["up"].wait()
            theirs = await asyncio.open_connection("127.0.0.1", self.server_port)
            link.server = theirs[1]
            async with asyncio.TaskGroup() as both:
                both.create_task(self._carry(reader, theirs[1], "up", link))
                both.create_task(self._carry(theirs[0], writer, "down", link))
        except* (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self._links.discard(link)
            link.abort()

    async def _carry(
        self, source: asyncio.StreamReader, to: asyncio.StreamWriter, way: Direction, link: _Link
    ) -> None:
        while data := await source.read(65536):
            await self._open[way].wait()
            if way not in link.dead:
                to.write(data)
                await to.drain()
        await self._open[way].wait()
        # Also the end of a connection is not heard where nothing is.
        if way not in link.dead and to.can_write_eof():
            to.write_eof()


class _Link:
    def __init__(self, phone: asyncio.StreamWriter, dead: set[Direction]) -> None:
        self.phone, self.dead = phone, dead
        self.server: asyncio.StreamWriter | None = None

    def abort(self) -> None:
        for writer in (self.phone, self.server):
            if writer is not None:
                with contextlib.suppress(Exception):
                    writer.transport.abort()
