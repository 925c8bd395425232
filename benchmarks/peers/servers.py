"""The servers of the comparison: an environment of its own for each, and how each is started."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CACHE = HERE.parent / ".cache" / "peers"
POLYGON = "path.leaflet-interactive"
OURS = "ours"


@dataclass(frozen=True, kw_only=True)
class Peer:
    """How a server is started and found.

    Attributes
    ----------
    title : str
    command : tuple of str
        What to run, with ``{bin}``, ``{app}`` and ``{port}``.
    path : str
        Where the app is.
    polygon : str
        Selector of a buurt.
    """

    title: str
    command: tuple[str, ...]
    path: str = "/"
    polygon: str = POLYGON


_VOILA = ("{bin}/voila", "{app}", "--port={port}", "--no-browser", "--Voila.ip=127.0.0.1")
_PANEL = ("{bin}/panel", "serve", "{app}", "--port={port}", "--address=127.0.0.1")
_STREAMLIT = ("{bin}/streamlit", "run", "{app}", "--server.port={port}", "--server.address=127.0.0.1")
_QUIET = ("--server.headless=true", "--browser.gatherUsageStats=false")
_SERVE = ("{bin}/python", "-m", "veerkracht_nb.serve", "--port", "{port}", "--host", "127.0.0.1")

PEERS = {
    "voila": Peer(title="Voilà stock", command=_VOILA),
    "solara": Peer(
        title="Solara",
        command=(
            "{bin}/solara",
            "run",
            "{app}",
            "--port={port}",
            "--host=127.0.0.1",
            "--no-open",
            "--production",
        ),
    ),
    "streamlit": Peer(title="Streamlit", command=(*_STREAMLIT, *_QUIET)),
    "panel": Peer(title="Panel", command=(*_PANEL, "--allow-websocket-origin=127.0.0.1:{port}"), path="/app"),
    "shiny": Peer(
        title="Shiny for Python", command=("{bin}/shiny", "run", "{app}", "--port={port}", "--host=127.0.0.1")
    ),
    "nicegui": Peer(title="NiceGUI", command=("{bin}/python", "{app}", "{port}")),
    OURS: Peer(
        title="veerkracht_nb", command=(*_SERVE, "--notebooks", "{app}"), polygon="path.vk-buurt[data-code]"
    ),
}


@dataclass(kw_only=True)
class Running:
    """A server that answers."""

    peer: Peer
    url: str
    folder: Path
    process: subprocess.Popen[bytes] = field(repr=False)
    join: dict[str, Any] = field(default_factory=dict)

    def stop(self) -> None:
        """End it and remove its folder."""
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def environment(name: str) -> Path:
    """Return the folder of programs of a server; makes its environment on first use (minutes)."""
    if name == OURS:
        return Path(sys.executable).parent
    folder = CACHE / name
    mark = folder / "ready"
    wanted = (HERE / name / "requirements.txt").read_text()
    if not mark.exists() or mark.read_text() != wanted:
        CACHE.mkdir(parents=True, exist_ok=True)
        (CACHE.parent / ".gitignore").write_text("*\n")
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        install = [str(folder / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run(
            ["nice", *install, "-r", str(HERE / name / "requirements.txt")],
            check=True,
            stderr=subprocess.DEVNULL,
        )
        mark.write_text(wanted)
    return folder / "bin"


def start(name: str) -> Running:
    """Start a server on the small app and wait until it answers."""
    peer, programs = PEERS[name], environment(name)
    folder = Path(tempfile.mkdtemp(prefix="peer-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    own = {
        "VEERKRACHT_DATA": folder / "data",
        "VEERKRACHT_SESSIONS": folder / "sessions",
        "JUPYTER_CONFIG_DIR": folder / "config",
        "JUPYTER_DATA_DIR": folder / "jupyter",
        "JUPYTER_RUNTIME_DIR": folder / "runtime",
        "IPYTHONDIR": folder / "ipython",
        "HOME": folder,
    }
    variables = dict(os.environ) | {key: str(value) for key, value in own.items()}
    variables["PYTHONPATH"] = os.pathsep.join([str(HERE), *([str(ROOT)] if name == OURS else [])])
    (folder / "sessions").mkdir()
    app = _app(name, folder)
    words = {"bin": programs, "app": app, "port": port}
    join = _session(folder, variables) if name == OURS else {}
    log = (folder / "log.txt").open("wb")
    process = subprocess.Popen(
        [part.format(**words) for part in peer.command], cwd=folder, env=variables, stdout=log, stderr=log
    )
    _wait(f"http://127.0.0.1:{port}/", process, folder)
    path = f"/s/{join['code']}" if join else peer.path
    if name == "voila":
        path = "/voila/render/app.ipynb"
    return Running(peer=peer, url=f"http://127.0.0.1:{port}{path}", folder=folder, process=process, join=join)


def _app(name: str, folder: Path) -> Path:
    """Return the app as its server wants it: a file, or a folder with a notebook."""
    source = HERE / name / "app.py"
    if name not in ("voila", OURS):
        return source
    code = source.read_text(encoding="utf-8")
    if name == OURS:
        # A seat sees no folder of the server: what the apps share goes into the notebook.
        shared = (HERE / "shared.py").read_text(encoding="utf-8")
        code = shared + "\n".join(line for line in code.splitlines() if not line.startswith("from shared"))
        code = code.replace("from __future__ import annotations\n", "")
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "execution_count": None}
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = {"cells": [cell | {"source": code}], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    notebooks = folder / "notebooks"
    notebooks.mkdir()
    for kind in ("deelnemer", "begeleider", "scherm") if name == OURS else ("app",):
        (notebooks / f"{kind}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    return notebooks


def _session(folder: Path, variables: dict[str, str]) -> dict[str, Any]:
    command = [sys.executable, str(HERE.parent / "room_session.py"), "make", str(folder / "sessions")]
    done = subprocess.run(command, env=variables, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _wait(url: str, process: subprocess.Popen[bytes], folder: Path, seconds: float = 90.0) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError((folder / "log.txt").read_text()[-2000:])
