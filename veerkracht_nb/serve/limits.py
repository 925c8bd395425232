"""What one page, one address and the server as a whole may take, so that nobody takes it from the rest of the room."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream

FILES = 8192
"""Open files that a server asks the system for. Most systems give 256 to 1024 to a program that does not ask."""
FILES_OF_A_SEAT = 8
"""Files that one seat keeps open in the server. The library that speaks to seats ends the whole program when there is
none left, so it must never come to that."""
CONNECTIONS_OF_A_PAGE = 3
FILES_OF_THE_SERVER = 128
"""Files for what is neither a seat nor a connection: sessions, figures, a report that is being made."""
HEADER_SECONDS, BODY_SECONDS = 60.0, 30.0
"""How long a connection may take over its next request: who only keeps it open is cut off."""


class Allowance:
    """A number of messages that fills itself again.

    Parameters
    ----------
    per_second : float
        What comes back.
    at_once : float
        The most there can be, and what there is at the beginning.
    clock : callable
        Monotonic seconds.
    """

    def __init__(
        self, per_second: float, at_once: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_second, self._at_once, self._clock = per_second, at_once, clock
        self._left, self._since = at_once, clock()

    def take(self, cost: float = 1.0) -> bool:
        """Take `cost` of it; False when there is not as much."""
        now = self._clock()
        self._left = min(self._at_once, self._left + self._per_second * (now - self._since))
        self._since = now
        if cost > self._left:
            return False
        self._left -= cost
        return True


@dataclass(frozen=True, kw_only=True)
class Room:
    """How many seats and connections there are files for."""

    seats: int
    connections: int


def room_for(max_seats: int, files: int, of_a_seat: int = FILES_OF_A_SEAT) -> Room:
    """Return how many seats, `max_seats` at most, and connections fit in a number of open files."""
    there = max(0, files - FILES_OF_THE_SERVER)
    seats = min(max_seats, there // (of_a_seat + CONNECTIONS_OF_A_PAGE))
    return Room(seats=seats, connections=there - seats * of_a_seat)


def make_room(max_seats: int) -> Room:
    """Ask the system for the open files that a room needs, and return what fits in what it gives."""
    if sys.platform == "win32":
        # Python waits there for 512 sockets at most, of which a seat has two.
        return room_for(max_seats, 512, 2)
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(hard, FILES)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return room_for(max_seats, wanted)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return room_for(max_seats, wanted)


class Front(HTTPServer):
    """Takes connections: of all addresses together no more than there are files, of one address half of those.

    A room may be one address, behind its router: connections are refused while there are too many, and never because
    of whom they come from.
    """

    def initialize(self, *args: Any, most: int, **settings: Any) -> None:  # type: ignore[override]
        """Take how many connections there may be; the rest is for tornado."""
        super().initialize(*args, **settings)
        self._most = most
        self._taken: list[tuple[str, IOStream]] = []

    def handle_stream(self, stream: IOStream, address: Any) -> None:
        """Serve a connection, or end it at once when there are too many."""
        host = str(address[0])
        if self._full_for(host):
            # Those that ended are counted until that matters.
            self._taken = [(name, one) for name, one in self._taken if not one.closed()]
        if self._full_for(host):
            stream.close()
            return
        self._taken.append((host, stream))
        super().handle_stream(stream, address)

    def _full_for(self, host: str) -> bool:
        mine = sum(name == host for name, _stream in self._taken)
        return mine >= max(1, self._most // 2) or len(self._taken) >= self._most
