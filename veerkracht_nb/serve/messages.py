"""What a browser may say to its kernel: widget messages, nothing else.

Messages come in the binary form ``v1.kernel.websocket.jupyter.org``: a count, offsets, then channel, header,
parent header, metadata, content and buffers. They are taken apart with every length checked, judged, and put
together again, so that the kernel reads exactly what was judged.
"""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

PROTOCOL = "v1.kernel.websocket.jupyter.org"
MAX_PARTS = 64
LARGE = 64 * 1024
"""Bytes that cost as much as one more message."""
TYPES = frozenset({"comm_open", "comm_msg", "comm_close", "comm_info_request", "kernel_info_request"})
# A browser asks for the state of the widgets there are. It may not open "jupyter.widget": that target makes
# the kernel construct any registered Python widget class from the browser's words.
OPENABLE = frozenset({"jupyter.widget.control"})


class Refused(Exception):
    """A message that does not reach the kernel; holds why, for the log."""


def checked(message: bytes | str) -> bytes:
    """Return the message as it may go to the kernel.

    Raises
    ------
    Refused
        If it is malformed, of a type that is not allowed, or for another channel than shell.
    """
    if not isinstance(message, bytes):
        raise Refused("not binary")
    channel, *parts = _split(message)
    if len(parts) < 4:
        raise Refused("too few parts")
    header, parent, metadata, content = (_object(part) for part in parts[:4])
    kind = header.get("msg_type")
    if kind not in TYPES:
        raise Refused(f"type {str(kind)[:40]!r}")
    if channel != b"shell":
        raise Refused(f"{kind} on channel {channel[:20]!r}")
    if kind == "comm_open" and content.get("target_name") not in OPENABLE:
        raise Refused(f"comm_open of {str(content.get('target_name'))[:40]!r}")
    return _join(channel, [_bytes(part) for part in (header, parent, metadata, content)] + parts[4:])


def _split(message: bytes) -> list[bytes]:
    count = int.from_bytes(message[:8], "little")
    if not 5 < count <= MAX_PARTS or len(message) < 8 * (count + 1):
        raise Refused("malformed")
    offsets = [int.from_bytes(message[8 * i : 8 * (i + 1)], "little") for i in range(1, count + 1)]
    if offsets[0] != 8 * (count + 1) or offsets != sorted(offsets) or offsets[-1] != len(message):
        raise Refused("malformed")
    return [message[start:stop] for start, stop in pairwise(offsets)]


def _join(channel: bytes, parts: list[bytes]) -> bytes:
    pieces = [channel, *parts]
    offsets = [8 * (len(pieces) + 2)]
    for piece in pieces:
        offsets.append(offsets[-1] + len(piece))
    numbers = [len(offsets), *offsets]
    return b"".join([number.to_bytes(8, "little") for number in numbers] + pieces)


def _object(part: bytes) -> dict[str, Any]:
    try:
        value = json.loads(part)
    except (ValueError, RecursionError):
        raise Refused("not JSON") from None
    if not isinstance(value, dict):
        raise Refused("not an object")
    return value


def _bytes(value: dict[str, Any]) -> bytes:
    # ASCII: a lone surrogate that a browser may send stays an escape and cannot break the encoder.
    try:
        return json.dumps(value, separators=(",", ":"), allow_nan=False).encode("ascii")
    except ValueError:
        raise Refused("not JSON") from None
