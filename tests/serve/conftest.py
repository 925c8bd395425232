"""A real server in a process of its own, on stub notebooks, with two sessions."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import nbformat
import pytest

from veerkracht_nb.dialogue import Buurt, Session, SessionMade, create, read_script
from veerkracht_nb.serve import Server, make_app
from veerkracht_nb.serve.config import ServerConfig
from veerkracht_nb.serve.rendering import NOTEBOOKS

SECRET = "geplant-geheim-81c2"
STUB = """
import json, os
import ipywidgets as w
launch = json.loads(os.environ["VEERKRACHT_LAUNCH"])
if launch["parameters"].get("weergave") == "absoluut":
    raise RuntimeError("geheim-in-traceback")
print("geheim-op-stdout")
env = w.Label(json.dumps(dict(os.environ)))
count = w.Label("0")
button = w.Button(description="klik")
button.on_click(lambda _: setattr(count, "value", str(int(count.value) + 1)))
w.VBox([env, count, button])
"""


@dataclass
class Running:
    """A server process, and the ways in."""

    port: int
    beheer: str
    folder: Path
    a: Session
    b: Session
    process: subprocess.Popen[str] = field(repr=False)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self) -> httpx.Client:
        client = httpx.Client(base_url=self.base, timeout=60, trust_env=False)
        client.get("/")
        return client

    def participant(self, session: Session | None = None, role: str = "bewoner") -> httpx.Client:
        client = self.client()
        session = session or self.a
        answer = client.post(f"/s/{session.code}", data={"rol": role, **xsrf(client)})
        assert answer.status_code == 303, answer.text
        return client

    def facilitator(self, session: Session | None = None) -> httpx.Client:
        client = self.client()
        assert client.get(f"/b/{(session or self.a).facilitator_key}").status_code == 303
        return client

    def screen(self, session: Session | None = None) -> httpx.Client:
        client = self.client()
        assert client.get(f"/scherm/{(session or self.a).screen_key}").status_code == 303
        return client

    def administrator(self) -> httpx.Client:
        client = self.client()
        assert client.get(self.beheer).status_code == 303
        return client

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            pytest.fail("the server did not end when it was told to")


def open_page(client: httpx.Client, path: str) -> httpx.Response:
    """Return a page, waiting in the queue for it as a browser does."""
    for _ in range(60):
        answer = client.get(path)
        if "plaats-in-rij" not in answer.text:
            return answer
        time.sleep(float(answer.headers["retry-after"]) / 4)
    raise TimeoutError(path)


def xsrf(client: httpx.Client) -> dict[str, str]:
    """Return the field that a form of this browser carries."""
    return {"_xsrf": client.cookies["_xsrf"]}


def make_session(folder: Path, title: str = "Proef") -> Session:
    """Return a session that needs no municipality."""
    buurten = tuple(
        Buurt(code=f"BU990100{i:02}", name=f"Buurt {i}", wijk_code="WK990100", wijk_name="Wijk", letter="A")
        for i in range(3)
    )
    made = SessionMade(
        title=title,
        municipality="GM9901",
        municipality_name="Proefstad",
        year=2024,
        profile="sociaaleconomisch",
        view="relatief",
        period=(2018, 2022, 2018, 2022),
        buurten=buurten,
        sources=("proef",),
        script=read_script("kennismaking"),
        roles=("bewoner", "bestuur"),
        retain_until="2030-01-01",
    )
    return create(folder, made)


def launch(folder: Path, *arguments: str, sessions: tuple[Session, Session] | None = None) -> Running:
    """Start a server on `folder`."""
    notebooks = folder / "notebooks"
    if not notebooks.exists():
        notebooks.mkdir(parents=True)
        for name in NOTEBOOKS:
            cells = [nbformat.v4.new_markdown_cell("uitleg"), nbformat.v4.new_code_cell(STUB)]
            nbformat.write(nbformat.v4.new_notebook(cells=cells), notebooks / f"{name}.ipynb")
    a, b = sessions or (make_session(folder / "sessies"), make_session(folder / "sessies"))
    command = [sys.executable, "-m", "veerkracht_nb.serve", "--port", "0", "--host", "127.0.0.1"]
    command += ["--sessions", str(folder / "sessies"), "--notebooks", str(notebooks), *arguments]
    env = dict(os.environ) | {"MIJN_GEHEIM": SECRET, "VEERKRACHT_DATA": str(folder / "data")}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env)
    assert process.stdout is not None
    announced = json.loads(process.stdout.readline())
    return Running(
        port=announced["port"], beheer=announced["beheer"], folder=folder, a=a, b=b, process=process
    )


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server with kernels; an abandoned one is given up after three seconds."""
    running = launch(tmp_path_factory.mktemp("zaal"), "--grace", "3")
    yield running
    running.stop()


@pytest.fixture(scope="session")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server that may have no kernel at all: who would get one is told that the room is full (503)."""
    running = launch(tmp_path_factory.mktemp("deur"), "--max-kernels", "0")
    yield running
    running.stop()


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Server]:
    """A server without kernels in a thread of this process, so that a test can put something else in its place."""
    server = make_app(ServerConfig(host="127.0.0.1", port=0, sessions=tmp_path / "sessies", max_kernels=0))
    loop, ready = asyncio.new_event_loop(), threading.Event()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.call_soon(lambda: (server.start(), ready.set()))
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(20)
    yield server
    asyncio.run_coroutine_threadsafe(server.stop(), loop).result(20)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)


@pytest.fixture
def administrator(app: Server) -> Iterator[httpx.Client]:
    """The administrator's browser at :func:`app`."""
    with httpx.Client(base_url=f"http://127.0.0.1:{app.port}", timeout=60, trust_env=False) as client:
        assert client.get(app.beheer_url).status_code == 303
        client.get("/")
        yield client
