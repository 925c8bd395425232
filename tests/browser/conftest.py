"""A real Chromium, and notebooks served by stock Voila on an own port with own folders."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = (
    os.environ.get("VEERKRACHT_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
)
CHROMIUM_ARGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for all browser tests."""
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        path = CHROMIUM or playwright.chromium.executable_path
        if not Path(path).exists():
            pytest.skip("no Chromium found; set VEERKRACHT_CHROMIUM to one")
        chromium = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGS)
        yield chromium
        chromium.close()


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def own_environment(folder: Path) -> dict[str, str]:
    """Return an environment whose Jupyter and package folders are all under `folder`."""
    own = {
        "JUPYTER_CONFIG_DIR": folder / "config",
        "JUPYTER_DATA_DIR": folder / "jupyter",
        "JUPYTER_RUNTIME_DIR": folder / "runtime",
        "IPYTHONDIR": folder / "ipython",
        "VEERKRACHT_DATA": folder / "data",
        "VEERKRACHT_SESSIONS": folder / "sessions",
    }
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, **{key: str(path) for key, path in own.items()}}
    return {**environment, "PYTHONPATH": os.pathsep.join(p for p in paths if p)}


def write_notebook(path: Path, *cells: str) -> None:
    """Write a notebook of code cells."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, path)


def wait_until_up(url: str, process: subprocess.Popen[bytes], seconds: float = 40) -> None:
    """Wait until `url` answers at all."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the server stopped with code {process.returncode}")
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(url)


@pytest.fixture(scope="module")
def voila_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """Stock Voila over an empty folder: (folder to write notebooks in, address)."""
    folder = tmp_path_factory.mktemp("voila")
    notebooks = folder / "notebooks"
    notebooks.mkdir()
    port = free_port()
    command = [sys.executable, "-m", "voila", str(notebooks), f"--port={port}", "--no-browser"]
    command += ["--Voila.ip=127.0.0.1", "--show_tracebacks=True"]
    with (folder / "voila.log").open("wb") as log:
        process = subprocess.Popen(
            command, env=own_environment(folder), cwd=folder, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            wait_until_up(f"http://127.0.0.1:{port}/", process)
            yield notebooks, f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=20)


@pytest.fixture(scope="module")
def voila_page(browser: Any, voila_folder: tuple[Path, str]) -> Iterator[Callable[..., Any]]:
    """Return a function that serves cells as a notebook and opens it: ``voila_page(cell, ..., width=390)``.

    The page has ``foreign`` (addresses outside 127.0.0.1 that were asked for), ``errors`` (uncaught errors),
    ``sent`` and ``received`` (websocket frames).
    """
    notebooks, address = voila_folder
    contexts = []

    def open_page(*cells: str, width: int = 1280, height: int = 800, **options: Any) -> Any:
        name = f"nb{len(contexts)}.ipynb"
        write_notebook(notebooks / name, *cells)
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        page.foreign, page.errors, page.sent, page.received = [], [], [], []
        page.on("request", lambda r: None if _is_local(r.url, address) else page.foreign.append(r.url))
        page.on("pageerror", lambda e: page.errors.append(str(e)))
        page.on("websocket", lambda ws: _listen(ws, page))
        page.goto(f"{address}/voila/render/{name}")
        return page

    yield open_page
    for context in contexts:
        context.close()


def _is_local(url: str, address: str) -> bool:
    return url.startswith((address, "data:", "blob:", "about:"))


def _listen(websocket: Any, page: Any) -> None:
    websocket.on("framesent", lambda frame: page.sent.append(frame))
    websocket.on("framereceived", lambda frame: page.received.append(frame))


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One running server for all tests; each makes its own session. A :class:`served.Served`."""
    from .served import Served

    server = Served(tmp_path_factory.mktemp("server"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def hall(browser: Any, served: Any) -> Iterator[Any]:
    """A session of its own, with the first step not yet started. A :class:`room.Hall`."""
    from veerkracht_nb.apps.prepare import prepare_session

    from .room import Hall

    session = prepare_session(title="Proef", script="kennismaking", folder=served.sessions)
    there = Hall(browser, served.address, session)
    yield there
    there.close()
