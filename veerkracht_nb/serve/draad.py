"""The websocket of a slim page (*draad*): a few kinds of small messages, of which only two reach the seat."""

from __future__ import annotations

import json
import logging
import time
from typing import TYPE_CHECKING, Any

from tornado.websocket import WebSocketClosedError, WebSocketHandler

from .channels import owns, same_host
from .kernels import TAKEN_OVER

if TYPE_CHECKING:
    from .app import Server

log = logging.getLogger(__name__)
PING_SECONDS = 20.0
PER_SECOND, AT_ONCE = 25.0, 150.0
"""How many messages a page may send: on average, and after a pause. A person taps a few times a second."""


class Draad(WebSocketHandler):
    """``GET /draad/ID``: the messages of a page and its own seat, for the owner of the seat only."""

    def initialize(self) -> None:
        """Begin with everything that may be sent at once."""
        self._left, self._since = AT_ONCE, time.monotonic()

    @property
    def server(self) -> Server:
        """The server of this request."""
        server: Server = self.settings["veerkracht"]
        return server

    @property
    def ping_interval(self) -> float:
        """Seconds between pings, by which a phone that is gone without a word is noticed."""
        return PING_SECONDS

    @property
    def ping_timeout(self) -> float:
        """Seconds in which a ping is answered."""
        return PING_SECONDS

    def check_origin(self, origin: str) -> bool:
        """Accept only pages of this very host and port."""
        return same_host(origin, self.request.headers.get("Host", ""))

    def get_compression_options(self) -> dict[str, Any]:
        """Compress: most messages look like the one before."""
        return {"compression_level": 4, "mem_level": 5}

    async def get(self, kernel_id: str) -> None:
        """Refuse whoever this seat does not belong to."""
        seat = self.server.kernels.seat(kernel_id)
        if seat is None or owns(self, self.server, kernel_id) is None:
            self.set_status(403)
            self.finish("403\n")
            return
        self._kernel, self._seat = kernel_id, seat
        await super().get(kernel_id)

    def open(self, kernel_id: str) -> None:
        """Count the browser in, in the place of a connection that it may have lost without knowing."""
        self.server.kernels.replaced(self._kernel, self.close)

    def on_message(self, message: str | bytes) -> None:
        """Pass on what a page may say; anything else has no effect."""
        said = _read(message)
        if said is None or not self._may():
            return
        kind = said["t"]
        if kind == "ping":
            self._tell('{"t":"pong"}')
        elif kind == "hello":
            self._seat.line.hello(str(said.get("snapshot", ""))[:64], self._tell)
        elif isinstance(said.get("m"), str) and isinstance(said.get("d"), dict):
            if kind == "update":
                self._seat.line.tell(said["m"], {"method": "update", "state": said["d"], "buffer_paths": []})
            elif kind == "custom":
                self._seat.line.tell(said["m"], {"method": "custom", "content": said["d"]})

    def on_close(self) -> None:
        """Count the browser out; its seat waits a while for it to come back."""
        if hasattr(self, "_seat"):
            self._seat.line.leave(self._tell)
            self.server.kernels.disconnected(self._kernel, self.close)

    def _tell(self, text: str) -> None:
        try:
            self.write_message(text)
        except WebSocketClosedError:
            self._seat.line.leave(self._tell)

    def _may(self) -> bool:
        now = time.monotonic()
        self._left = min(AT_ONCE, self._left + PER_SECOND * (now - self._since)) - 1
        self._since = now
        if self._left < 0:
            log.warning("a page that sends too much is cut off")
            self.close(TAKEN_OVER)
        return self._left >= 0


def _read(message: str | bytes) -> dict[str, Any] | None:
    if not isinstance(message, str):
        return None
    try:
        said = json.loads(message)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) and isinstance(said.get("t"), str) else None
