"""The websocket of a slim page (*draad*): a few kinds of small messages, of which only two reach the seat."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from tornado.ioloop import IOLoop
from tornado.iostream import IOStream, StreamBufferFullError
from tornado.websocket import WebSocketClosedError, WebSocketHandler, WebSocketProtocol

from .channels import owns, same_host
from .kernels import TAKEN_OVER
from .messages import LARGE
from .pages import log_failure

if TYPE_CHECKING:
    from .app import Server

log = logging.getLogger(__name__)
PING_SECONDS, PONG_SECONDS = 8.0, 6.0
"""Between pings, and in which one is answered: a phone that is gone without a word is noticed within their sum, so that
its seat is free within a minute."""
HELLO = 10.0
"""Messages that asking for the state of a page counts as: the seat reads all its widgets for it."""
GOODBYE_SECONDS = 0.5
UNREAD, UNREAD_ELSEWHERE = 4 * 2**20, 64 * 2**20
"""Bytes that wait for a phone that does not read them, and for a page that may send whole files."""


class Draad(WebSocketHandler):
    """``GET /draad/ID``: the messages of a page and its own seat, for the owner of the seat only."""

    _cut_off = False

    def set_default_headers(self) -> None:
        """Say no more about the server than every other answer does."""
        self.set_header("Server", "veerkracht")

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
        return PONG_SECONDS

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
        owner = self.server.kernels.owner(self._kernel)
        if stream := self._stream():
            # More than one message, so that what comes right behind the largest is no reason to hang up.
            stream.max_buffer_size = 4 * self.server.config.max_message_bytes
            phone = owner is not None and owner.app == "deelnemer"
            stream.max_write_buffer_size = UNREAD if phone else UNREAD_ELSEWHERE

    def on_message(self, message: str | bytes) -> None:
        """Pass on what a page may say; anything else has no effect."""
        # Before it is looked at: also what nobody can read takes time.
        said = _read(message) if self._may(1 + len(message) / LARGE) else None
        if said is None:
            return
        kind = said["t"]
        if kind == "ping":
            self._tell('{"t":"pong"}')
        elif kind == "hello":
            if self._may(HELLO - 1):
                self._seat.line.hello(str(said.get("snapshot", ""))[:64], self._tell)
        elif isinstance(said.get("m"), str) and isinstance(said.get("d"), dict):
            if kind == "update":
                self._seat.line.tell(said["m"], {"method": "update", "state": said["d"], "buffer_paths": []})
            elif kind == "custom":
                self._seat.line.tell(said["m"], {"method": "custom", "content": said["d"]})

    def on_ping(self, data: bytes) -> None:
        """Count what a browser never sends by itself."""
        self._may(1)

    on_pong = on_ping

    def on_close(self) -> None:
        """Count the browser out; its seat waits a while for it to come back."""
        if hasattr(self, "_seat"):
            self._seat.line.leave(self._tell)
            self.server.kernels.disconnected(self._kernel, self.close)

    def _tell(self, text: str) -> None:
        try:
            # A connection may end while this is on its way; then nobody waits for how it went.
            self.write_message(text).add_done_callback(lambda sent: sent.cancelled() or sent.exception())
        except WebSocketClosedError:
            self._seat.line.leave(self._tell)
        except StreamBufferFullError:
            log.warning("a page that does not read is cut off")
            self._seat.line.leave(self._tell)
            if stream := self._stream():
                stream.close()

    def _stream(self) -> IOStream | None:
        return self.ws_connection.stream if isinstance(self.ws_connection, WebSocketProtocol) else None

    def _may(self, cost: float) -> bool:
        if self._cut_off or self.server.kernels.may(self._kernel, cost):
            return not self._cut_off
        log.warning("a page that sends too much is cut off")
        self._cut_off, connection = True, self.ws_connection
        self.close(TAKEN_OVER)
        if isinstance(connection, WebSocketProtocol) and (stream := connection.stream):
            # Nothing more is read, however much has come in; a browser has heard why by the time this ends.
            connection.client_terminated = True
            IOLoop.current().call_later(GOODBYE_SECONDS, stream.close)
        return False

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Log what went wrong without the address."""
        if isinstance(value, StreamBufferFullError):
            log.warning("a page that sends faster than it is read is cut off")
        else:
            log_failure(self, value, tb)


def _read(message: str | bytes) -> dict[str, Any] | None:
    if not isinstance(message, str):
        return None
    try:
        said = json.loads(message)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) and isinstance(said.get("t"), str) else None
