"""The kernel of a seat: the part of the Jupyter protocol that widgets need, in one thread.

It has no ``execute_request``: whatever reaches it, no code of a visitor is ever run. That also makes it small: an
ordinary kernel has five threads and an interactive shell, of which a page uses nothing.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import comm
import zmq
import zmq.asyncio
from comm.base_comm import BaseComm, CommManager
from jupyter_client.session import Session

from .door import admitted

log = logging.getLogger(__name__)
PROTOCOL = "5.4"
SEAT = "veerkracht.seat"
"""Comm over which the server, and nobody else, speaks to the seat itself."""

BATCH = "seat_batch"
"""Several messages of a seat as one: what a tap changes is said by five widgets, and signing costs more than saying."""

FAILED = "failed"
"""In the answer to an order that could not be carried out. There is always an answer: the server knows which order
it belongs to by their number."""

Message = dict[str, Any]
Order = Callable[[dict[str, Any]], dict[str, Any]]
_current: SeatKernel | None = None
_manager = CommManager()
touched: set[str] = set()
"""Ids of the widgets that had something to say since this was last emptied: only their state can have changed."""


class SeatComm(BaseComm):
    """A comm that is silent until its process has become a kernel."""

    def publish_msg(
        self,
        msg_type: str,
        data: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
        buffers: list[bytes] | None = None,
        **keys: Any,
    ) -> None:
        """Send it to whoever listens."""
        touched.add(self.comm_id)
        if _current is not None:
            content = {"comm_id": self.comm_id, "data": data or {}, **keys}
            _current.publish(msg_type, content, buffers=buffers)


def use_seat_comms() -> None:
    """Let widgets that are made from now on speak through the kernel that this process will become."""
    comm.create_comm = SeatComm
    comm.get_comm_manager = lambda: _manager


class SeatKernel:
    """One seat on its sockets.

    Parameters
    ----------
    connection_file : Path
        As jupyter_client writes it, with the key that signs every message.
    order : callable
        Answers what the server says to the seat itself.
    """

    def __init__(self, connection_file: Path, order: Order) -> None:
        self._info = json.loads(connection_file.read_text())
        self._order = order
        self._session = Session(
            key=self._info["key"].encode(), signature_scheme=self._info["signature_scheme"], username="seat"
        )
        self._said: list[tuple[str, Message]] = []
        self._stop = asyncio.Event()

    def publish(self, kind: str, content: Message, *, buffers: list[bytes] | None = None) -> None:
        """Send a message to the server, together with what else is said in the same turn of the loop."""
        if buffers:
            self._flush()
            self._session.send(self._iopub, kind, content, buffers=buffers)
            return
        if not self._said:
            # Also from a thread that works beside the page.
            self._loop.call_soon_threadsafe(self._flush)
        self._said.append((kind, content))

    def _flush(self) -> None:
        said, self._said = self._said, []
        if len(said) == 1:
            self._session.send(self._iopub, *said[0])
        elif said:
            self._session.send(self._iopub, BATCH, {"messages": said})

    async def run(self) -> None:
        """Listen until told to stop."""
        global _current
        self._loop = asyncio.get_running_loop()
        context = zmq.asyncio.Context()
        shell, control, heart = (
            self._bind(context.socket(kind), name)
            for kind, name in ((zmq.ROUTER, "shell"), (zmq.ROUTER, "control"), (zmq.REP, "hb"))
        )
        welcome = self._bind(context.socket(zmq.XPUB), "iopub")
        # Publishing must keep the order in which things happened: not through a future.
        self._iopub: zmq.Socket[bytes] = zmq.Socket.shadow(welcome.underlying)
        _manager.register_target(SEAT, self._greet)
        _current = self
        tasks = [
            asyncio.create_task(job)
            for job in (
                self._answer(shell),
                self._answer(control),
                self._echo(heart),
                self._welcome(welcome),
            )
        ]
        await self._stop.wait()
        _current = None
        for task in tasks:
            task.cancel()
        context.destroy(linger=0)

    def _bind(self, socket: Any, name: str) -> Any:
        socket.linger = 0
        between = "-" if self._info["transport"] == "ipc" else ":"
        socket.bind(f"{self._info['transport']}://{self._info['ip']}{between}{self._info[f'{name}_port']}")
        return socket

    async def _answer(self, socket: Any) -> None:
        while True:
            parts = await socket.recv_multipart()
            try:
                idents, parts = self._session.feed_identities(parts)
                # Wrongly signed or sent again: an error here, and no effect.
                message = self._session.deserialize(parts)
                reply = self._handle(message)
            except Exception:
                log.exception("a message had no effect")
                continue
            if reply is not None:
                kind = message["msg_type"].replace("_request", "_reply")
                made = self._session.msg(kind, reply, parent=message["header"])
                await socket.send_multipart(self._session.serialize(made, idents))

    def _handle(self, message: Message) -> Message | None:
        kind = message["msg_type"]
        if kind in ("comm_open", "comm_msg", "comm_close"):
            if kind != "comm_msg" or self._admit(message["content"]):
                getattr(_manager, kind)(None, None, message)
            return None
        if kind == "kernel_info_request":
            return {
                "status": "ok",
                "protocol_version": PROTOCOL,
                "implementation": "veerkracht_seat",
                "implementation_version": "1",
                "language_info": {"name": "python", "mimetype": "text/x-python", "file_extension": ".py"},
                "banner": "",
                "help_links": [],
            }
        if kind == "shutdown_request":
            asyncio.get_running_loop().call_later(0.05, self._stop.set)
            return {"status": "ok", "restart": False}
        return {"status": "error", "ename": "NotImplemented", "evalue": kind, "traceback": []}

    def _admit(self, content: Message) -> bool:
        # A name that nothing has would be a line in the log, as often as a browser makes one up.
        known = content["comm_id"] in _manager.comms
        data = admitted(content["comm_id"], content["data"]) if known else None
        if data is not None:
            content["data"] = data
            # A browser is not told what it said itself, but the next one that asks for the state is.
            touched.add(content["comm_id"])
        return data is not None

    def _greet(self, opened: BaseComm, message: Message) -> None:
        def hear(message: Message) -> None:
            try:
                answer = self._order(message["content"]["data"])
            except Exception:
                log.exception("an order could not be carried out")
                answer = {FAILED: True}
            opened.send(answer)

        opened.on_msg(hear)

    async def _welcome(self, socket: Any) -> None:
        # A subscriber hears nothing of before it was there: this tells that it is.
        while True:
            subscription = (await socket.recv_multipart())[0]
            if subscription[:1] == b"\x01":
                self.publish("iopub_welcome", {"subscription": ""})

    async def _echo(self, socket: Any) -> None:
        while True:
            await socket.send(await socket.recv())
