"""A kernel belongs to one seat: who reaches it, what it hears, what it knows, and when it is gone."""

from __future__ import annotations

import json
import os
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from .conftest import SECRET, Running, launch, open_page, xsrf
from .wire import channel, join, kernel_of, pack, states, unpack, wait_idle


@pytest.fixture(scope="module")
def seat(server: Running) -> Iterator[tuple[httpx.Client, str]]:
    """A participant with an open page."""
    client = server.participant()
    page = open_page(client, f"/s/{server.a.code}/deelnemer")
    assert page.status_code == 200
    kernel = kernel_of(page.text)
    with channel(client, kernel):
        yield client, kernel


def _value(found: dict[str, dict], name: str) -> list[str]:
    return [state["state"][name] for state in found.values() if name in state["state"]]


def test_a_page_hides_sources_streams_and_foreign_hosts(server: Running) -> None:
    client = server.facilitator()
    answer = open_page(client, f"/s/{server.a.code}/begeleider")
    page = answer.text
    assert "application/vnd.voila.cell-output+json" in page and "widget-view+json" in page
    assert "geheim-op-stdout" not in page and "json.loads" not in page and "uitleg" not in page
    assert '<html lang="nl">' in page and "width=device-width" in page
    assert "Even geduld, de kaart komt eraan" in page and "<noscript>" in page
    assert "http://" not in page and "https://" not in page and "//cdn" not in page
    assert "unsafe-inline" not in answer.headers["content-security-policy"].split("style-src")[0]
    assert "plotly" not in page
    client.post(f"/terug/{kernel_of(page)}", data=xsrf(client))


def test_the_owner_reaches_the_kernel_and_a_click_works(
    server: Running, seat: tuple[httpx.Client, str]
) -> None:
    client, kernel = seat
    with channel(client, kernel) as socket:
        found = states(socket)
        button = next(key for key, state in found.items() if state["model_name"] == "ButtonModel")
        socket.send(
            pack("comm_msg", {"comm_id": button, "data": {"method": "custom", "content": {"event": "click"}}})
        )
        # Both go over one channel, so the answer comes after the click.
        assert "1" in _value(states(socket), "value")


def test_the_kernel_knows_its_seat_and_no_secret(server: Running, seat: tuple[httpx.Client, str]) -> None:
    client, kernel = seat
    with channel(client, kernel) as socket:
        text = next(value for value in _value(states(socket), "value") if "VEERKRACHT_LAUNCH" in str(value))
    env = json.loads(text)
    told = json.loads(env["VEERKRACHT_LAUNCH"])
    assert set(told) == {"app", "session", "actor", "parameters", "language", "base_url", "join_url"}
    assert told["app"] == "deelnemer" and told["session"] == str(server.a.path)
    assert told["actor"]["kind"] == "deelnemer" and told["actor"]["role"] == "bewoner"
    assert told["actor"]["id"] in server.a.state().seats
    assert told["join_url"].endswith(f"/s/{server.a.code}")
    assert SECRET not in text and "MIJN_GEHEIM" not in env
    assert not {"QUERY_STRING", "HTTP_COOKIE", "SERVER_NAME"} & set(env)
    assert server.a.facilitator_key not in text and server.a.screen_key not in text


def test_nobody_else_reaches_the_kernel(server: Running, seat: tuple[httpx.Client, str]) -> None:
    _owner, kernel = seat
    others = (
        server.client(),
        server.participant(),
        server.participant(server.b),
        server.facilitator(),
        server.screen(),
        server.administrator(),
    )
    for other in others:
        assert other.get(f"/api/kernels/{kernel}").status_code == 404
        with pytest.raises(InvalidStatus) as refused, channel(other, kernel):
            pass
        assert refused.value.response.status_code == 403
        assert other.post(f"/terug/{kernel}", data=xsrf(other)).status_code == 204
    assert _owner.get(f"/api/kernels/{kernel}").status_code == 200
    assert _owner.delete(f"/api/kernels/{kernel}").status_code in (403, 405)


@pytest.mark.parametrize(
    "origin", ["http://kwaad.example", "http://127.0.0.1.kwaad.example", "null", "http://127.0.0.1"]
)
def test_a_page_of_another_host_cannot_open_the_websocket(
    server: Running, seat: tuple[httpx.Client, str], origin: str
) -> None:
    with pytest.raises(InvalidStatus) as refused, channel(*seat, origin=origin):
        pass
    assert refused.value.response.status_code == 403


def test_code_and_other_requests_never_reach_the_kernel(
    server: Running, seat: tuple[httpx.Client, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    client, kernel = seat
    canary = server.folder / "kanarie"
    code = {"code": f"open({str(canary)!r}, 'w').write('x')", "silent": False, "store_history": False}
    with channel(client, kernel) as socket:
        states(socket)
        for kind in (
            "execute_request",
            "complete_request",
            "inspect_request",
            "history_request",
            "debug_request",
        ):
            for where in ("shell", "control", "stdin", "iopub"):
                socket.send(pack(kind, code, where))
        socket.send(pack("shutdown_request", {"restart": False}, "control"))
        socket.send(pack("interrupt_request", {}, "control"))
        # Twice the same key: what is judged must be what is sent on.
        raw = b'{"msg_type":"execute_request","msg_type":"comm_info_request","msg_id":"1","session":"s","username":""}'
        socket.send(join([b"shell", raw, b"{}", b"{}", json.dumps(code).encode()]))
        raw = raw.replace(b'"msg_type":"execute_request",', b"")[:-1] + b',"msg_type":"execute_request"}'
        socket.send(join([b"shell", raw, b"{}", b"{}", json.dumps(code).encode()]))
        for rubbish in (b"", b"x", b"\xff" * 64, (2**60).to_bytes(8, "little") + b"\0" * 100, "tekst"):
            socket.send(rubbish)
        kinds = wait_idle(socket)
        states(socket)
    assert not {"execute_reply", "complete_reply", "inspect_reply", "history_reply", "execute_input"} & set(
        kinds
    )
    assert not canary.exists()


def test_a_browser_cannot_make_python_widgets(server: Running, seat: tuple[httpx.Client, str]) -> None:
    client, kernel = seat
    state = {
        "_model_module": "@jupyter-widgets/controls",
        "_model_module_version": "2.0.0",
        "_model_name": "LabelModel",
        "_view_module": "@jupyter-widgets/controls",
        "_view_module_version": "2.0.0",
        "_view_name": "LabelView",
        "value": "van buiten",
    }
    with channel(client, kernel) as socket:
        before = len(states(socket))
        opened = {"comm_id": uuid.uuid4().hex, "target_name": "jupyter.widget", "data": {"state": state}}
        # With the version that the kernel asks for; with another one it would refuse by itself.
        socket.send(pack("comm_open", opened, protocol="2.1.0"))
        wait_idle(socket, 1.0)
        after = states(socket)
    assert len(after) == before and "van buiten" not in _value(after, "value")


def test_an_oversized_message_ends_the_connection(server: Running, seat: tuple[httpx.Client, str]) -> None:
    with channel(*seat) as socket:
        socket.send(pack("comm_msg", {"comm_id": "x", "data": {"text": "a" * 400_000}}))
        with pytest.raises(ConnectionClosed):
            while True:
                socket.recv(timeout=5)
    assert seat[0].get(f"/api/kernels/{seat[1]}").status_code == 200


def test_only_the_checked_protocol_is_spoken(server: Running, seat: tuple[httpx.Client, str]) -> None:
    from websockets.exceptions import NegotiationError

    with pytest.raises((ConnectionClosed, NegotiationError)), channel(*seat, protocol="oud") as socket:
        socket.recv(timeout=5)


def test_a_failing_notebook_shows_a_calm_page_and_frees_its_kernel(server: Running) -> None:
    client = server.administrator()
    page = client.get("/quickscan", params={"gemeente": "GM9901", "weergave": "absoluut"}).text
    assert "Deze pagina kon niet worden geopend" in page
    assert "geheim-in-traceback" not in page and "Traceback" not in page and "RuntimeError" not in page
    assert client.get(f"/api/kernels/{kernel_of(page)}").status_code == 404


def _gone(client: httpx.Client, kernel: str, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if client.get(f"/api/kernels/{kernel}").status_code == 404:
            return True
        time.sleep(0.2)
    return False


def test_a_closed_page_gives_its_kernel_back_and_a_new_one_has_the_same_seat(server: Running) -> None:
    client = server.participant(role="bestuur")
    seats = set(server.a.state().seats)
    first = kernel_of(open_page(client, f"/s/{server.a.code}/deelnemer").text)
    assert client.post(f"/terug/{first}").status_code == 403, "without the token"
    assert client.get(f"/api/kernels/{first}").status_code == 200
    assert client.post(f"/terug/{first}", data=xsrf(client)).status_code == 204
    assert _gone(client, first, 5)
    second = kernel_of(open_page(client, f"/s/{server.a.code}/deelnemer").text)
    assert second != first
    with channel(client, second) as socket:
        told = next(v for v in _value(states(socket), "value") if "VEERKRACHT_LAUNCH" in str(v))
    assert json.loads(json.loads(told)["VEERKRACHT_LAUNCH"])["actor"]["id"] in seats
    assert set(server.a.state().seats) == seats
    # The websocket is gone and nobody says goodbye: after the grace the kernel is given up.
    assert _gone(client, second, 15)


def _processes(server: Running) -> set[psutil.Process]:
    return set(psutil.Process(server.process.pid).children(recursive=True))


def test_a_page_hears_that_its_kernel_died(server: Running) -> None:
    client = server.participant()
    before = _processes(server)
    kernels = [kernel_of(open_page(client, f"/s/{server.a.code}/deelnemer").text)]
    (process,) = _processes(server) - before
    with channel(client, kernels[0]) as socket:
        process.kill()
        with pytest.raises(ConnectionClosed) as died:
            while True:
                socket.recv(timeout=20)
    assert died.value.rcvd is not None and died.value.rcvd.code == 4000
    assert client.get(f"/api/kernels/{kernels[0]}").status_code == 404


def test_a_session_that_is_deleted_takes_its_kernels_along(server: Running) -> None:
    from .conftest import make_session

    session = make_session(server.folder / "sessies", "Kort")
    client, administrator = server.participant(session), server.administrator()
    kernel = kernel_of(open_page(client, f"/s/{session.code}/deelnemer").text)
    session.close()
    assert (
        administrator.post(f"/sessies/{session.id}/verwijderen", data=xsrf(administrator)).status_code == 303
    )
    assert client.get(f"/api/kernels/{kernel}").status_code == 404


@pytest.mark.skipif(os.name != "posix", reason="file modes")
def test_connection_files_are_for_this_user_only(server: Running, seat: tuple[httpx.Client, str]) -> None:
    files = list(Path(tempfile.gettempdir()).glob(f"veerkracht-*/kernel-{seat[1]}.json"))
    assert len(files) == 1
    for file in files:
        assert file.parent.stat().st_mode & 0o077 == 0
        assert json.loads(file.read_text())["transport"] == "ipc"


def test_stopping_the_server_ends_every_kernel(tmp_path: Path) -> None:
    running = launch(tmp_path)
    try:
        client = running.participant()
        kernel_of(open_page(client, f"/s/{running.a.code}/deelnemer").text)
        children = list(_processes(running))
        assert children
    finally:
        running.stop()
    assert running.process.returncode == 0
    assert psutil.wait_procs(children, timeout=5)[1] == []


def test_unpacking_what_was_packed() -> None:
    assert unpack(pack("comm_info_request", {"a": 1})) == ("comm_info_request", {"a": 1})
