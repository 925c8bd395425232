"""The two servers of the comparison, each started as people start it, in folders of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
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
ROOT = HERE.parent
SCRIPT = "werksessie"
STEP = "herkennen"
"""The draaiboek of the measured session, and the step in which people answer."""

Prepared = tuple[Path, dict[str, str], dict[str, Any]]
"""A folder, the environment of a server that keeps everything in it, and the session that it serves."""


@dataclass(kw_only=True)
class RoomServer:
    """A running server with one fresh session.

    Attributes
    ----------
    name : {"ours", "stock"}
    port : int
    session : dict
        ``path``, ``code``, ``facilitator``, ``screen``, ``roles``, ``buurten``, ``step``.
    """

    name: str
    port: int
    session: dict[str, Any]
    folder: Path
    process: subprocess.Popen[str] = field(repr=False)

    @property
    def pid(self) -> int:
        """Process id of the server."""
        return self.process.pid

    def events(self) -> list[dict[str, Any]]:
        """Return what the log of the session holds, in the order of writing."""
        return json.loads(_helper("events", self.session["path"]))

    def stop(self) -> None:
        """End the server and remove its folders."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def start_ours(prepared: Prepared | None = None) -> RoomServer:
    """Start this package's server on a free port, with a session about the embedded gemeente or as prepared."""
    folder, environment, session = prepared or _prepared()
    command = [sys.executable, "-m", "veerkracht_nb.serve", "--port", "0", "--host", "127.0.0.1"]
    command += ["--sessions", str(folder / "sessions"), "--notebooks", str(ROOT / "notebooks")]
    log = (folder / "server.log").open("w")
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment)
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise SystemExit((folder / "server.log").read_text()[-2000:])
    return RoomServer(
        name="ours", port=json.loads(line)["port"], session=session, folder=folder, process=process
    )


def start_large() -> RoomServer:
    """Start this package's server with a session about a fictional gemeente of 500 buurten."""
    return start_ours(_prepared("large"))


def start_stock() -> RoomServer:
    """Start Voilà as it comes, on the same three notebooks with the session filled in."""
    folder, environment, session = _prepared()
    notebooks = folder / "notebooks"
    notebooks.mkdir()
    for name in ("deelnemer", "begeleider", "scherm"):
        text = (ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8")
        (notebooks / f"{name}.ipynb").write_text(text.replace("oefenen", session["code"]), encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "voila", str(notebooks), f"--port={port}", "--no-browser"]
    log = (folder / "server.log").open("w")
    process = subprocess.Popen(
        [*command, "--Voila.ip=127.0.0.1"],
        stdout=log,
        stderr=log,
        text=True,
        env=environment,
        cwd=folder,
    )
    _wait(f"http://127.0.0.1:{port}/voila/api/kernels", process)
    return RoomServer(name="stock", port=port, session=session, folder=folder, process=process)


def own_folders() -> tuple[Path, dict[str, str]]:
    """Return a new folder, and an environment that keeps everything in it."""
    folder = Path(tempfile.mkdtemp(prefix="zaal-"))
    own = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "jupyter", "JUPYTER_RUNTIME_DIR": "runtime"}
    own |= {"IPYTHONDIR": "ipython", "VEERKRACHT_DATA": "data", "VEERKRACHT_SESSIONS": "sessions"}
    environment = dict(os.environ) | {name: str(folder / place) for name, place in own.items()}
    environment["PYTHONPATH"] = os.pathsep.join(p for p in (str(ROOT), os.environ.get("PYTHONPATH", "")) if p)
    (folder / "data").mkdir()
    return folder, environment


def _prepared(task: str = "make") -> Prepared:
    folder, environment = own_folders()
    return folder, environment, json.loads(_helper(task, str(folder / "sessions"), environment))


def _wait(url: str, process: subprocess.Popen[str], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"no server at {url}")


def _helper(task: str, argument: str, environment: dict[str, str] | None = None) -> str:
    # In a process of its own: what the package imports must not weigh on the simulated room.
    command = [sys.executable, str(HERE / "room_session.py"), task, argument]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
