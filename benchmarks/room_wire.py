"""How a page talks to its kernel: the room's own wire, and the kernel protocol that Voilà's front end speaks.

Both give the same: the widgets that came, what changes in them, and a way to send. What a frame means is found
out once per frame; the widgets of a page are known by the name of their class.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
import traceback
import uuid
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from room_http import Browser, wire_bytes
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

PROTOCOL = "v1.kernel.websocket.jupyter.org"
GONE, TAKEN_OVER = 4000, 4001
Heard = Callable[[str, dict[str, Any], float], None]
"""Receives the name of a widget, what changed in it, and when it came (``time.perf_counter``)."""
Models = dict[str, dict[str, Any]]
"""The traits of each widget by its id."""


class Wire:
    """One websocket of one page.

    Parameters
    ----------
    browser : Browser
        Whose cookies go along.
    kernel : str
        Id of the kernel of the page.
    heard : callable, optional
        Called for every change of a widget.
    """

    path = ""
    protocols: list[Subprotocol] | None = None

    def __init__(self, browser: Browser, kernel: str, heard: Heard | None = None) -> None:
        self.browser, self.kernel = browser, kernel
        self.heard = heard or (lambda *_: None)
        self.models: Models = {}
        self.acks: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self.ready = asyncio.Event()
        self.socket: ClientConnection | None = None
        self.closed: int | None = None
        self.frames = 0
        self._bytes = (0, 0)
        self._reader: asyncio.Task[None] | None = None
        self._names: dict[str, str] = {}
        self._opened = 0
        self._silent: list[ClientConnection] = []

    @property
    def bytes(self) -> tuple[int, int]:
        """Bytes that came in and went out, the opening included."""
        if self.socket is not None and self.closed is None:
            with contextlib.suppress(OSError):
                self._bytes = wire_bytes(self.socket.transport.get_extra_info("socket"))
        return self._bytes

    async def open(self) -> None:
        """Connect and ask for the widgets; :attr:`ready` is set when they are there."""
        self.socket = await connect(
            f"ws://{self.browser.host}:{self.browser.port}{self.path.format(kernel=self.kernel)}",
            additional_headers={"Cookie": self.browser.cookie},
            origin=Origin(self.browser.origin),
            subprotocols=self.protocols,
            proxy=None,
            open_timeout=240,
            ping_interval=None,
            close_timeout=1,
            max_size=None,
            max_queue=None,
        )
        self.closed = None
        self._opened += 1
        await self.hello()
        self._reader = asyncio.create_task(self._read())

    async def close(self) -> None:
        """Close in good order, as a page that is left."""
        _ = self.bytes
        if self.socket is not None:
            await self.socket.close()
        await self._end()

    async def vanish(self) -> None:
        """Cut the connection without a word, as a phone that falls asleep."""
        _ = self.bytes
        if self.socket is not None:
            self.socket.transport.abort()
        await self._end()

    async def fall_silent(self) -> None:
        """Leave the connection half open: nothing is heard on it any more, and nobody says so to the server."""
        _ = self.bytes
        if self.socket is not None and self._reader is not None:
            self.socket.transport.pause_reading()
            self._silent.append(self.socket)
            self._reader.cancel()
            await asyncio.wait([self._reader])

    def id_of(self, name: str, place: int = 0) -> str:
        """Return the id of the `place`-th widget of a class."""
        return [key for key, own in self._names.items() if own == name][place]

    def traits(self, name: str, place: int = 0) -> dict[str, Any]:
        """Return what a widget shows now."""
        return self.models[self.id_of(name, place)]

    async def hello(self) -> None:
        """Ask for the widgets."""
        raise NotImplementedError

    async def custom(self, model: str, content: dict[str, Any]) -> None:
        """Send a message to a widget."""
        raise NotImplementedError

    async def update(self, model: str, traits: dict[str, Any]) -> None:
        """Change traits of a widget."""
        raise NotImplementedError

    def take(self, frame: str | bytes, now: float) -> None:
        """Understand one frame."""
        raise NotImplementedError

    async def command(self, model: str, nonce: str, name: str, body: dict[str, Any]) -> dict[str, Any]:
        """Send a command until it is acknowledged, as the widgets in a browser do; return the acknowledgement."""
        answer = self.acks.setdefault(nonce, asyncio.get_running_loop().create_future())
        wait = 3.0
        while not answer.done():
            with contextlib.suppress(ConnectionClosed, AttributeError):
                await self.custom(model, {"type": "command", "nonce": nonce, "name": name, "body": body})
            await asyncio.wait([answer], timeout=wait)
            wait = min(20.0, wait * 2)
        return self.acks.pop(nonce).result()

    def know(self, models: Models, now: float = 0.0) -> None:
        """Remember the widgets that came; after a lost connection they may tell what was missed."""
        self.models.update(models)
        for key, traits in models.items():
            name = str(traits.get("_anywidget_id") or traits.get("_model_name", ""))
            self._names[key] = name.rpartition(".")[2]
            if self._opened > 1:
                self.heard(self._names[key], traits, now)

    def changed(self, model: str, traits: dict[str, Any], now: float) -> None:
        """Note and tell that traits of a widget changed."""
        # The first picture is shared by all pages of the same template: it is never changed in place.
        self.models[model] = {**self.models.get(model, {}), **traits}
        self.heard(self._names.get(model, ""), traits, now)

    def told(self, model: str, content: Any, now: float) -> None:
        """Note a message of a widget: the acknowledgement of a command, or something to draw."""
        nonce = content.get("nonce") if isinstance(content, dict) and content.get("type") == "ack" else None
        if nonce is None:
            self.heard(self._names.get(model, ""), {"custom": content}, now)
        elif (answer := self.acks.get(nonce)) and not answer.done():
            answer.set_result(content)

    async def _read(self) -> None:
        socket = self.socket
        assert socket is not None
        try:
            async for frame in socket:
                self.frames += 1
                self.take(frame, time.perf_counter())
        except ConnectionClosed:
            pass
        except Exception:
            # A frame that this simulation does not understand is a mistake to be seen, not a silent page.
            traceback.print_exc()
        finally:
            self.closed = socket.close_code or 1006

    async def _end(self) -> None:
        for socket in self._silent:
            socket.transport.abort()
        self._silent.clear()
        if self._reader is not None:
            with contextlib.suppress(asyncio.CancelledError, TimeoutError):
                await asyncio.wait_for(self._reader, 5)


class SlimWire(Wire):
    """The room's own wire: small text frames, and at the start only what differs from the shared snapshot."""

    path = "/draad/{kernel}"

    def __init__(self, browser: Browser, kernel: str, heard: Heard | None = None, snapshot: str = "") -> None:
        super().__init__(browser, kernel, heard)
        self.snapshot = snapshot
        self.full: bool | None = None

    async def hello(self) -> None:
        await self._send({"t": "hello", "snapshot": self.snapshot})

    async def custom(self, model: str, content: dict[str, Any]) -> None:
        await self._send({"t": "custom", "m": model, "d": content})

    async def update(self, model: str, traits: dict[str, Any]) -> None:
        await self._send({"t": "update", "m": model, "d": traits})

    def take(self, frame: str | bytes, now: float) -> None:
        message = json.loads(frame)
        kind, model, data = message["t"], message.get("m", ""), message.get("d")
        if kind == "update":
            self.changed(model, data, now)
        elif kind == "custom":
            self.told(model, data, now)
        elif kind == "open":
            self.know({model: data["s"]})
        elif kind == "state":
            self.full = bool(message["full"])
            given = message["models"].items()
            self.know({key: {**self.models.get(key, {}), **value.get("s", {})} for key, value in given}, now)
            self.ready.set()

    async def _send(self, message: dict[str, Any]) -> None:
        assert self.socket is not None
        await self.socket.send(json.dumps(message, separators=(",", ":")))


class KernelWire(Wire):
    """The protocol of a Jupyter kernel over a websocket, as Voilà's front end speaks it."""

    path = "/api/kernels/{kernel}/channels"
    protocols: list[Subprotocol] | None = [Subprotocol(PROTOCOL)]  # noqa: RUF012

    async def hello(self) -> None:
        self._comm = uuid.uuid4().hex
        target = {"comm_id": self._comm, "target_name": "jupyter.widget.control", "data": {}}
        await self._send("comm_open", target)
        await self._send("comm_msg", {"comm_id": self._comm, "data": {"method": "request_states"}})

    async def custom(self, model: str, content: dict[str, Any]) -> None:
        await self._send("comm_msg", {"comm_id": model, "data": {"method": "custom", "content": content}})

    async def update(self, model: str, traits: dict[str, Any]) -> None:
        data = {"method": "update", "state": traits, "buffer_paths": []}
        await self._send("comm_msg", {"comm_id": model, "data": data})

    def take(self, frame: str | bytes, now: float) -> None:
        assert isinstance(frame, bytes)
        kind, content = unpack(frame)
        if kind == "comm_open" and content.get("target_name") == "jupyter.widget":
            self.know({content["comm_id"]: content["data"].get("state", {})})
        if kind != "comm_msg":
            return
        model, data = content["comm_id"], content["data"]
        if data.get("method") == "update":
            self.changed(model, data["state"], now)
        elif data.get("method") == "custom":
            self.told(model, data.get("content"), now)
        elif data.get("method") == "update_states" and model == self._comm:
            self.know({key: value["state"] for key, value in data["states"].items()}, now)
            self.ready.set()

    async def _send(self, kind: str, content: dict[str, Any]) -> None:
        assert self.socket is not None
        await self.socket.send(pack(kind, content))


def pack(kind: str, content: dict[str, Any]) -> bytes:
    """Return a message of the kernel protocol as a browser sends it."""
    header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "session": "s", "username": "", "version": "5.3"}
    pieces = [b"shell", *(json.dumps(part).encode() for part in (header, {}, {"version": "1.0.0"}, content))]
    offsets = [8 * (len(pieces) + 2)]
    for piece in pieces:
        offsets.append(offsets[-1] + len(piece))
    return b"".join([number.to_bytes(8, "little") for number in (len(offsets), *offsets)] + pieces)


def unpack(frame: bytes) -> tuple[str, dict[str, Any]]:
    """Return type and content of a message of a kernel; the content only where it is about a widget."""
    count = int.from_bytes(frame[:8], "little")
    at = [int.from_bytes(frame[8 * i : 8 * (i + 1)], "little") for i in range(1, count + 1)]
    parts = [frame[start:stop] for start, stop in pairwise(at)]
    kind = str(json.loads(parts[1])["msg_type"])
    return kind, json.loads(parts[4]) if kind.startswith("comm") else {}
