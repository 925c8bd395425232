"""The pages for analysts: whose kernel it is, and which session it may read."""

from __future__ import annotations

import json

import httpx

from .conftest import Running, make_session, open_page, xsrf
from .wire import channel, kernel_of, states


def told(client: httpx.Client, kernel: str) -> dict[str, object]:
    """What the server told this kernel, as the stub notebook shows it."""
    with channel(client, kernel) as socket:
        shown = [state["state"].get("value", "") for state in states(socket).values()]
    environment = json.loads(next(text for text in shown if "VEERKRACHT_LAUNCH" in str(text)))
    launch: dict[str, object] = json.loads(environment["VEERKRACHT_LAUNCH"])
    return launch


def test_a_kernel_gets_the_file_of_the_session_that_the_server_checked(server: Running) -> None:
    client = server.facilitator()
    kernel = kernel_of(open_page(client, f"/wijkprofiel?gemeente=GM9901&sessie={server.a.code}").text)
    launch = told(client, kernel)
    assert launch["session"] == str(server.a.path) and launch["app"] == "wijkprofiel"
    assert launch["actor"]["kind"] == "begeleider"  # type: ignore[index]
    plain = kernel_of(open_page(client, "/wandkaart?gemeente=GM9901&titel=%3Cb%3E%20x").text)
    launch = told(client, plain)
    assert launch["session"] is None and launch["parameters"]["titel"] == "<b> x"  # type: ignore[index]
    for kernel_id in (kernel, plain):
        assert client.post(f"/terug/{kernel_id}", data=xsrf(client)).status_code == 204


def test_nobody_else_reaches_the_kernel_of_an_analyst(server: Running) -> None:
    client = server.facilitator()
    kernel = kernel_of(open_page(client, f"/wijkprofiel?sessie={server.a.id}").text)
    assert client.get(f"/api/kernels/{kernel}").status_code == 200
    others = (server.client(), server.participant(), server.facilitator(), server.facilitator(server.b))
    for other in (*others, server.administrator(), server.screen()):
        assert other.get(f"/api/kernels/{kernel}").status_code == 404
        assert other.post(f"/terug/{kernel}", data=xsrf(other)).status_code == 204
    assert client.get(f"/api/kernels/{kernel}").status_code == 200, "nobody else gave it back"
    client.post(f"/terug/{kernel}", data=xsrf(client))


def test_deleting_a_session_ends_the_pages_that_read_it(server: Running) -> None:
    administrator = server.administrator()
    session = make_session(server.folder / "sessies", "Weg")
    kernel = kernel_of(open_page(administrator, f"/wijkprofiel?sessie={session.id}").text)
    assert administrator.get(f"/api/kernels/{kernel}").status_code == 200
    session.close()
    gone = administrator.post(f"/sessies/{session.id}/verwijderen", data=xsrf(administrator))
    assert gone.status_code == 303 and not session.path.exists()
    assert administrator.get(f"/api/kernels/{kernel}").status_code == 404
    assert administrator.get(f"/wijkprofiel?sessie={session.id}").status_code == 404
