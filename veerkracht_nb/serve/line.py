"""The server's line to one seat: the Jupyter protocol on one side, what a slim page needs of it on the other."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import logging
import re
import uuid
from collections import deque
from collections.abc import Callable
from typing import Any

import zmq
from jupyter_client.jsonutil import json_default
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.session import Session
from zmq.eventloop.zmqstream import ZMQStream

from ..seats.kernel import BATCH, FAILED, SEAT

log = logging.getLogger(__name__)
READY_SECONDS = 60.0
Listener = Callable[[str], None]
_MODEL = re.compile(r"[0-9a-f]{32}")


class SeatGone(Exception):
    """The seat ended while it was spoken to."""


class Line:
    """Speaks to one seat.

    Parameters
    ----------
    manager : jupyter_client.AsyncKernelManager
        Of a seat that has been started.
    context : zmq.Context
    """

    def __init__(self, manager: AsyncKernelManager, context: zmq.Context[Any]) -> None:
        self._session = Session(key=manager.session.key, signature_scheme=manager.session.signature_scheme)
        self._session.pack = _packed
        self._listener: Listener | None = None
        self._answers: deque[Callable[[dict[str, Any]], None]] = deque()
        self._waiting: set[asyncio.Future[Any]] = set()
        self._welcome = self._future()
        self._comm = uuid.uuid4().hex
        info = manager.get_connection_info()
        self._shell, self._iopub = (
            ZMQStream(_connected(context.socket(kind, socket_class=zmq.Socket), info, name))
            for kind, name in ((zmq.DEALER, "shell"), (zmq.SUB, "iopub"))
        )
        self._iopub.setsockopt(zmq.SUBSCRIBE, b"")
        self._iopub.on_recv(self._heard)

    async def open(self, alive: Callable[[], bool]) -> None:
        """Wait until the seat is ready to be spoken to, as long as it is `alive`.

        Raises
        ------
        SeatGone, TimeoutError
        """
        async with asyncio.timeout(READY_SECONDS):
            while not (await asyncio.wait([self._welcome], timeout=1))[0]:
                if not alive():
                    raise SeatGone
        self._send("comm_open", {"comm_id": self._comm, "target_name": SEAT, "data": {}})

    async def ask(self, **order: Any) -> dict[str, Any]:
        """Say something to the seat itself and return its answer.

        Raises
        ------
        SeatGone, TimeoutError
        """
        answer = self._future()
        self._order(order, lambda told: None if answer.done() else answer.set_result(told))
        told = dict(await asyncio.wait_for(answer, READY_SECONDS))
        if FAILED in told:
            raise SeatGone
        return told

    def hello(self, snapshot: str, listener: Listener) -> None:
        """Send `listener` the state of the page and, from then on, what changes; the one before hears no more.

        What happens before the state is told is part of it, and what happens after comes after it: both travel over
        one socket.
        """
        self._listener = None

        def told(answer: dict[str, Any]) -> None:
            if FAILED not in answer:
                self._listener = listener
                listener(_text(t="state", **answer["state"]))

        self._order({"do": "hello", "snapshot": snapshot}, told)

    def leave(self, listener: Listener) -> None:
        """Stop telling `listener` anything."""
        if self._listener == listener:
            self._listener = None

    def tell(self, model: str, data: dict[str, Any]) -> None:
        """Pass on what a browser says to one of its widgets; a name that no widget can have has no effect."""
        if _MODEL.fullmatch(model) and model != self._comm:
            with contextlib.suppress(ValueError):
                self._say(model, data)

    def close(self) -> None:
        """Hang up; who is waiting for an answer gets none."""
        for stream in (self._shell, self._iopub):
            stream.close(linger=0)
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_exception(SeatGone())
                # Perhaps nobody looks any more.
                waiting.exception()

    def _future(self) -> asyncio.Future[Any]:
        future = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        future.add_done_callback(self._waiting.discard)
        return future

    def _order(self, order: dict[str, Any], answered: Callable[[dict[str, Any]], None]) -> None:
        self._answers.append(answered)
        self._say(self._comm, order)

    def _say(self, comm: str, data: dict[str, Any]) -> None:
        self._send("comm_msg", {"comm_id": comm, "data": data})

    def _send(self, kind: str, content: dict[str, Any]) -> None:
        if not self._shell.closed():
            self._session.send(self._shell, kind, content)

    def _heard(self, parts: list[bytes]) -> None:
        _idents, parts = self._session.feed_identities(parts)
        message = self._session.deserialize(parts)
        kind, content = message["msg_type"], message["content"]
        for one, said in content["messages"] if kind == BATCH else [(kind, content)]:
            self._take(one, said, message["buffers"])

    def _take(self, kind: str, content: dict[str, Any], buffers: list[Any]) -> None:
        if kind == "iopub_welcome":
            if not self._welcome.done():
                self._welcome.set_result(None)
        elif content.get("comm_id") == self._comm:
            if self._answers:
                self._answers.popleft()(content["data"])
        elif self._listener is not None and (text := _for_browser(kind, content, buffers)):
            self._listener(text)


def _connected(socket: Any, info: Any, name: str) -> Any:
    socket.linger = 0
    between = "-" if info["transport"] == "ipc" else ":"
    socket.connect(f"{info['transport']}://{info['ip']}{between}{info[f'{name}_port']}")
    return socket


def _for_browser(kind: str, content: dict[str, Any], buffers: list[Any]) -> str:
    """Return a message of the seat as a slim page reads it; empty for what it has no use for."""
    model, data = content["comm_id"], content["data"]
    encoded = [base64.b64encode(buffer).decode() for buffer in buffers]
    paths = list(zip(data.get("buffer_paths", ()), encoded, strict=False))
    if kind == "comm_open":
        return _text(t="open", m=model, d={"s": data.get("state", {}), "b": paths})
    if kind == "comm_close":
        return _text(t="close", m=model)
    if data.get("method") == "update":
        return _text(t="update", m=model, d=data["state"], **({"b": paths} if paths else {}))
    if data.get("method") == "custom":
        return _text(t="custom", m=model, d=data["content"], **({"b": encoded} if encoded else {}))
    return ""


def _packed(part: Any) -> bytes:
    # ASCII: a lone surrogate that a browser may send stays an escape and cannot break the encoder.
    return json.dumps(part, separators=(",", ":"), allow_nan=False, default=json_default).encode("ascii")


def _text(**message: Any) -> str:
    return json.dumps(message, separators=(",", ":"))
