"""A browser's side of the kernel protocol, by hand."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import httpx
from websockets import Origin, Subprotocol
from websockets.sync.client import ClientConnection, connect

PROTOCOL = "v1.kernel.websocket.jupyter.org"


def pack(
    kind: str, content: dict[str, Any], channel: str = "shell", *, protocol: str = "1.0.0", **header: Any
) -> bytes:
    """Return one message as a browser sends it; `protocol` is 1.0.0 for the control comm and 2.1.0 for a widget."""
    head = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "session": "s", "username": "", "version": "5.3"}
    parts = [json.dumps(part).encode() for part in (head | header, {}, {"version": protocol}, content)]
    return join([channel.encode(), *parts])


def join(pieces: list[bytes]) -> bytes:
    """Put pieces together with their offsets."""
    offsets = [8 * (len(pieces) + 2)]
    for piece in pieces:
        offsets.append(offsets[-1] + len(piece))
    return b"".join([n.to_bytes(8, "little") for n in (len(offsets), *offsets)] + pieces)


def unpack(message: bytes) -> tuple[str, dict[str, Any]]:
    """Return type and content of a message of the kernel."""
    count = int.from_bytes(message[:8], "little")
    at = [int.from_bytes(message[8 * i : 8 * (i + 1)], "little") for i in range(1, count + 1)]
    parts = [message[start:stop] for start, stop in pairwise(at)]
    return json.loads(parts[1])["msg_type"], json.loads(parts[4])


def kernel_of(page: str) -> str:
    """Return the id of the kernel of a rendered page."""
    found = re.search(r'data-kernel="([0-9a-f-]{36})"', page)
    assert found, page[:500]
    return found[1]


def cookie_header(client: httpx.Client) -> str:
    """Return the cookies of a browser as it sends them."""
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in client.cookies.jar)


@contextmanager
def channel(
    client: httpx.Client, kernel: str, origin: str | None = None, protocol: str = PROTOCOL
) -> Iterator[ClientConnection]:
    """Open the websocket of a kernel as `client`."""
    base = str(client.base_url).rstrip("/")
    url = f"{base.replace('http', 'ws', 1)}/api/kernels/{kernel}/channels?session_id={uuid.uuid4().hex}"
    headers = {"Cookie": cookie_header(client)}
    with connect(
        url,
        subprotocols=[Subprotocol(protocol)],
        additional_headers=headers,
        origin=Origin(origin or base),
        proxy=None,
        open_timeout=20,
        close_timeout=1,
        # Without a bound: a test that does not read must not hold up the goodbye.
        max_queue=None,
    ) as socket:
        yield socket


def states(socket: ClientConnection) -> dict[str, dict[str, Any]]:
    """Ask the kernel for all its widgets, as the page does."""
    comm = uuid.uuid4().hex
    opened = {"comm_id": comm, "target_name": "jupyter.widget.control", "data": {}}
    socket.send(pack("comm_open", opened))
    socket.send(pack("comm_msg", {"comm_id": comm, "data": {"method": "request_states"}}))
    while True:
        kind, content = unpack(socket.recv(timeout=20))
        if kind == "comm_msg" and content["data"].get("method") == "update_states":
            return content["data"]["states"]


def wait_idle(socket: ClientConnection, seconds: float = 0.6) -> list[str]:
    """Return the types of all messages until nothing comes for a while."""
    kinds = []
    try:
        while True:
            kinds.append(unpack(socket.recv(timeout=seconds))[0])
    except TimeoutError:
        return kinds
