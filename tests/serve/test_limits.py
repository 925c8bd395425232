"""What one page, one address and one browser may take from the rest of the room."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tornado.web import Application, RequestHandler

from veerkracht_nb.dialogue import Actor, Session
from veerkracht_nb.serve import Server, draad, guessing, limits
from veerkracht_nb.serve import app as serving
from veerkracht_nb.serve.kernels import _Held
from veerkracht_nb.serve.limits import (
    CONNECTIONS_OF_A_PAGE,
    FILES_OF_A_SEAT,
    FILES_OF_THE_SERVER,
    Allowance,
    Front,
    Room,
    room_for,
)
from veerkracht_nb.serve.owners import Owner

from .conftest import make_session, xsrf
from .wire import cookie_header

posix = pytest.mark.skipif(os.name != "posix", reason="open files as Unix counts them")


@given(st.lists(st.tuples(st.floats(0, 5), st.floats(0.1, 20)), max_size=60))
def test_an_allowance_gives_no_more_than_what_there_was_and_what_came_back(
    asked: list[tuple[float, float]],
) -> None:
    now, given_out = 0.0, 0.0
    allowance = Allowance(2.0, 10.0, clock=lambda: now)
    for later, cost in asked:
        now += later
        given_out += cost if allowance.take(cost) else 0
        assert given_out <= 10 + 2 * now + 1e-6


def test_an_allowance_that_is_used_up_comes_back() -> None:
    now = 0.0
    allowance = Allowance(2.0, 10.0, clock=lambda: now)
    assert allowance.take(10) and not allowance.take()
    now = 0.5
    assert allowance.take() and not allowance.take()


@given(st.integers(0, 300), st.integers(0, 20_000), st.integers(1, 30))
def test_seats_and_connections_fit_in_the_files_there_are(most: int, files: int, each: int) -> None:
    room = room_for(most, files, each)
    assert 0 <= room.seats <= most
    used = room.seats * each + room.connections + FILES_OF_THE_SERVER
    assert used == files or (used > files and room.seats == room.connections == 0)
    assert room.connections >= CONNECTIONS_OF_A_PAGE * room.seats


@posix
def test_a_server_asks_the_system_for_the_files_of_a_room() -> None:
    import resource

    # The module by itself: a process that imports the whole server first takes seconds.
    program = """
import resource, runpy, sys
for hard in map(int, sys.argv[2:]):
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    room = runpy.run_path(sys.argv[1])["make_room"](150)
    print(room.seats, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    plenty = hard == resource.RLIM_INFINITY or hard >= 8192
    command = [sys.executable, "-c", program, limits.__file__, *(["8192"] if plenty else []), "1024"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    *enough, few = [tuple(map(int, line.split())) for line in done.stdout.splitlines()]
    assert enough == ([(150, 8192)] if plenty else []), done.stderr
    assert few[1] == 1024 and few[0] * FILES_OF_A_SEAT + FILES_OF_THE_SERVER < 1024, (
        "less seats, and no crash"
    )


def test_a_server_has_no_more_seats_and_connections_than_there_are_files_for(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "make_room", lambda most: Room(seats=0, connections=4))
    app = request.getfixturevalue("app")
    assert app.config.max_kernels == 0
    connections = [socket.create_connection(("127.0.0.1", app.port)) for _ in range(3)]
    connections[-1].settimeout(20)
    assert connections[-1].recv(1) == b"", "half of what there is, from one address"
    for connection in connections:
        connection.close()


class Hello(RequestHandler):
    def get(self) -> None:
        self.finish("hallo")


def test_one_address_leaves_connections_to_others(run_async: Callable[..., Any]) -> None:
    async def answered(port: int, address: str) -> tuple[bool, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        try:
            return b"200" in await asyncio.wait_for(reader.read(100), 5), writer
        except ConnectionError:
            return False, writer

    async def use() -> None:
        front = Front(Application([("/", Hello)]), most=6)
        front.listen(0, "127.0.0.1")
        port = next(iter(front._sockets.values())).getsockname()[1]
        greedy = [await answered(port, "127.0.0.1") for _ in range(5)]
        assert [served for served, _ in greedy] == [True, True, True, False, False]
        others = [await answered(port, f"127.0.0.{n}") for n in (2, 3, 4, 5)]
        assert [served for served, _ in others] == [True, True, True, False], "and never more than there are"
        for _served, writer in (greedy[0], others[0]):
            writer.close()
            await writer.wait_closed()
        await asyncio.sleep(0.1)
        assert (await answered(port, "127.0.0.1"))[0] and (await answered(port, "127.0.0.6"))[0]
        front.stop()

    run_async(use())


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: ",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\ncode=",
    ],
    ids=["nothing", "half a head", "half a body"],
)
def test_who_only_keeps_a_connection_open_is_cut_off(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr(serving, "HEADER_SECONDS", 0.3)
    monkeypatch.setattr(serving, "BODY_SECONDS", 0.3)
    app = request.getfixturevalue("app")
    with socket.create_connection(("127.0.0.1", app.port)) as connection:
        connection.settimeout(20)
        connection.sendall(begun)
        assert connection.recv(100) == b""


def test_cookies_that_the_server_did_not_sign_cost_no_search(
    app: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[str] = []
    monkeypatch.setattr(app.desk, "by_code", searched.append)
    kinds = ("begeleider", "deelnemer", "scherm")
    cookies = "; ".join(f"veerkracht-{kinds[n % 3]}-A{n:05d}=2|1:0|x|{n}" for n in range(900))
    headers = {"Cookie": cookies}
    with httpx.Client(base_url=f"http://127.0.0.1:{app.port}", trust_env=False, timeout=60) as client:
        for path in ("/quickscan", "/wandkaart", "/s/A00001/deelnemer", "/s/A00000/begeleider"):
            assert client.get(path, headers=headers).status_code in (302, 403, 404)
        assert searched == []
        assert client.get("/s/A00001", headers=headers).status_code == 404
        assert searched == ["A00001"], "once, and that is counted as a guess"


@pytest.fixture
def session(app: Server) -> Session:
    return make_session(app.config.sessions)


def _newcomer(app: Server) -> httpx.Client:
    client = httpx.Client(base_url=f"http://127.0.0.1:{app.port}", trust_env=False, timeout=60)
    client.get("/")
    return client


def test_who_takes_very_many_seats_waits_and_not_with_any_number_at_once(
    app: Server, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guessing, "MAX_WAITING", 2)
    monkeypatch.setattr(app.guard, "seat_delay", lambda code: 1.0)

    def join(_number: int) -> int:
        with closing(_newcomer(app)) as client:
            return client.post(f"/s/{session.code}", data={"rol": "bewoner", **xsrf(client)}).status_code

    with ThreadPoolExecutor(8) as many:
        answers = list(many.map(join, range(8)))
    assert set(answers) == {303, 429} and len(session.state().seats) == answers.count(303) <= 4


class _Talker:
    """A line to a seat that has more to say than anybody reads."""

    def __init__(self) -> None:
        self.said, self.left = 0, False

    def hello(self, snapshot: str, listener: Callable[[str], None]) -> None:
        if snapshot:
            raise RuntimeError(snapshot)
        for _ in range(400):
            if not self.left:
                self.said += 1
                listener("x" * 100_000)

    def leave(self, _listener: object) -> None:
        self.left = True


class _Seat:
    def __init__(self) -> None:
        self.line, self.alive = _Talker(), True

    async def end(self) -> None:
        pass


def _seated(app: Server, session: Session, seat: _Seat) -> tuple[httpx.Client, str]:
    client = _newcomer(app)
    assert client.post(f"/s/{session.code}", data={"rol": "bewoner", **xsrf(client)}).status_code == 303
    kernel, (actor,) = str(uuid.uuid4()), session.state().seats
    owner = Owner(
        app="deelnemer",
        actor=Actor(id=actor, kind="deelnemer", role="bewoner"),
        session=session.id,
        code=session.code,
    )
    app.kernels._held[kernel] = _Held(owner=owner, started=0.0, seat=seat)  # type: ignore[arg-type]
    return client, kernel


def _upgrade(app: Server, client: httpx.Client, kernel: str) -> socket.socket:
    """Return a websocket by hand: one that asks for no compression and reads only when told to."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.settimeout(20)
    connection.connect(("127.0.0.1", app.port))
    lines = (
        f"GET /draad/{kernel} HTTP/1.1",
        f"Host: 127.0.0.1:{app.port}",
        f"Origin: http://127.0.0.1:{app.port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        f"Cookie: {cookie_header(client)}",
    )
    connection.sendall("\r\n".join((*lines, "", "")).encode())
    assert b" 101 " in connection.recv(40)
    return connection


def _frame(**said: Any) -> bytes:
    text = json.dumps(said).encode()
    return bytes([0x81, 0x80 | len(text)]) + b"\0\0\0\0" + text


def test_a_phone_that_does_not_read_fills_no_memory(app: Server, session: Session) -> None:
    seat = _Seat()
    client, kernel = _seated(app, session, seat)
    with closing(client), _upgrade(app, client, kernel) as connection:
        connection.sendall(_frame(t="hello", snapshot=""))
        end = time.monotonic() + 20
        while not seat.line.left and time.monotonic() < end:
            time.sleep(0.05)
    assert seat.line.left and seat.line.said * 100_000 < draad.UNREAD + 8 * 2**20


def test_the_log_names_no_code_no_address_and_no_visitor(
    app: Server, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    client, kernel = _seated(app, session, _Seat())
    with closing(client):
        for path in (
            f"/s/{session.code}",
            f"/draad/{kernel}",
            f"/b/{'k' * 32}",
            f"/s/{session.code}/nergens",
        ):
            client.get(path)
            client.post(path, data={"rol": "bewoner"})
            with suppress(httpx.HTTPError):
                client.post(path, content=b"\xff" * 70_000)
        for path in (f"/s/{session.code}?taal=%ff", f"/s/{session.code}/deelnemer?x=%00"):
            client.get(path)
        with _upgrade(app, client, kernel) as connection:
            connection.sendall(_frame(t="hello", snapshot="mislukt"))
            connection.recv(100)
        with socket.create_connection(("127.0.0.1", app.port)) as connection:
            connection.sendall(f"GET /s/{session.code}\r\n\r\n".encode())
            connection.recv(100)
    ours = [record for record in caplog.records if not record.name.startswith("http")]
    told = "\n".join(logging.Formatter("%(name)s %(message)s").format(record) for record in ours)
    assert "Draad failed" in told, "it does say what went wrong"
    for secret in (session.code, kernel, "k" * 32, "127.0.0.1"):
        assert secret not in told, told
