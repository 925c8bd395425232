"""A browser's HTTP for the simulated room: cookies, a cache, a few connections, and every byte counted.

Written out by hand because a hundred people share one process that may cost next to nothing, and because an
ordinary client does not tell how many bytes were on the wire.
"""

from __future__ import annotations

import asyncio
import gzip
import socket
import struct
import zlib
from dataclasses import dataclass, field
from urllib.parse import urlencode

CONNECTIONS = 6
"""As many as a browser opens to one host."""
_LIMIT = 16 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer; `body` as it came, compressed or not."""

    status: int
    headers: dict[str, str]
    body: bytes
    size: int
    """Bytes on the wire, headers included."""

    @property
    def text(self) -> str:
        """The body as text."""
        encoding = self.headers.get("content-encoding", "")
        body = gzip.decompress(self.body) if encoding == "gzip" else self.body
        return (zlib.decompress(body) if encoding == "deflate" else body).decode()

    @property
    def cacheable(self) -> bool:
        """Whether a browser keeps it without asking again."""
        control = self.headers.get("cache-control", "")
        return "immutable" in control or ("max-age=" in control and "max-age=0" not in control)


@dataclass(kw_only=True)
class Browser:
    """One visitor's browser.

    Attributes
    ----------
    host, port : str, int
    cookies : dict of str to str
    cache : set of str
        Addresses that need not be asked for again.
    received : int
        Bytes on the wire to this browser, over HTTP.
    requests : int
    """

    host: str
    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    cache: set[str] = field(default_factory=set)
    received: int = 0
    requests: int = 0
    _idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=list)
    _gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(CONNECTIONS))

    @property
    def origin(self) -> str:
        """Address of the server without a slash at the end."""
        return f"http://{self.host}:{self.port}"

    @property
    def cookie(self) -> str:
        """The cookies as a header."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    async def get(self, path: str) -> Answer:
        """Ask for a path."""
        return await self._ask("GET", path, b"")

    async def asset(self, path: str) -> Answer | None:
        """Ask for a file of a page, unless this browser has it."""
        if path in self.cache:
            return None
        answer = await self._ask("GET", path, b"")
        if answer.cacheable:
            self.cache.add(path)
        return answer

    async def post(self, path: str, **values: str) -> Answer:
        """Send a form, with the token that the server wants in it."""
        values["_xsrf"] = self.cookies.get("_xsrf", "")
        return await self._ask("POST", path, urlencode(values).encode())

    def close(self) -> None:
        """Close the connections; cookies and cache stay."""
        for _reader, writer in self._idle:
            writer.close()
        self._idle.clear()

    async def _ask(self, method: str, path: str, body: bytes) -> Answer:
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: {self.host}:{self.port}",
            # What a phone offers to a server without TLS; brotli is only asked for over https.
            "Accept-Encoding: gzip, deflate",
            "User-Agent: Mozilla/5.0 (room.py)",
            f"Cookie: {self.cookie}",
        ]
        if method == "POST":
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        request = "\r\n".join([*lines, "", ""]).encode() + body
        async with self._gate:
            answer = await self._exchange(request)
        self.received += answer.size
        self.requests += 1
        return answer

    async def _exchange(self, request: bytes) -> Answer:
        while self._idle:
            connection = self._idle.pop()
            try:
                return await self._over(connection, request)
            except (asyncio.IncompleteReadError, ConnectionError):
                continue  # the server had closed it in the meantime
        return await self._over(await asyncio.open_connection(self.host, self.port, limit=_LIMIT), request)

    async def _over(
        self, connection: tuple[asyncio.StreamReader, asyncio.StreamWriter], request: bytes
    ) -> Answer:
        reader, writer = connection
        kept = False
        try:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            status, headers = self._head(head)
            body, extra = await _body(reader, headers, status)
            if headers.get("connection", "").lower() != "close":
                self._idle.append(connection)
                kept = True
            return Answer(status=status, headers=headers, body=body, size=len(head) + len(body) + extra)
        finally:
            if not kept:
                writer.close()

    def _head(self, head: bytes) -> tuple[int, dict[str, str]]:
        first, *lines = head.decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(":")
            if name.lower() == "set-cookie":
                key, _, rest = value.strip().partition("=")
                self.cookies[key] = rest.partition(";")[0]
            elif name:
                headers[name.lower()] = value.strip()
        return int(first.split()[1]), headers


async def _body(reader: asyncio.StreamReader, headers: dict[str, str], status: int) -> tuple[bytes, int]:
    """Return the body and how many bytes its framing took."""
    if status in (204, 304) or 100 <= status < 200:
        return b"", 0
    if headers.get("transfer-encoding", "").lower() == "chunked":
        pieces, extra = [], 0
        while True:
            line = await reader.readuntil(b"\r\n")
            size = int(line.split(b";")[0], 16)
            pieces.append((await reader.readexactly(size + 2))[:-2])
            extra += len(line) + 2
            if size == 0:
                return b"".join(pieces), extra
    if "content-length" in headers:
        return await reader.readexactly(int(headers["content-length"])), 0
    return await reader.read(), 0


def wire_bytes(sock: socket.socket) -> tuple[int, int]:
    """Return how many bytes came in and went out over a TCP connection so far, without headers of packets."""
    # struct tcp_info of Linux: tcpi_bytes_acked and tcpi_bytes_received, two 64-bit numbers from byte 120.
    sent, received = struct.unpack_from("=QQ", sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 160), 120)
    return received, sent
