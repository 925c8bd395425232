"""A server that can be stopped, killed and started again in the same place, with one session."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import psutil

from veerkracht_nb.apps.prepare import prepare_session
from veerkracht_nb.dialogue import Actor, Session, StepStarted

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"


class LocalServer:
    """The server on a port and in folders that stay the same when it starts again."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="terug-"))
        self.port = 0
        own = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "jupyter", "IPYTHONDIR": "ipython"}
        own |= {"JUPYTER_RUNTIME_DIR": "runtime", "VEERKRACHT_DATA": "data"}
        self._environment = dict(os.environ) | {name: str(self.folder / at) for name, at in own.items()}
        self.session: Session = prepare_session(
            title="Meting", script="werksessie", folder=self.folder / "sessions"
        )
        self._process: subprocess.Popen[str]

    def start(self) -> None:
        """Start and wait until it answers."""
        command = [sys.executable, "-m", "veerkracht_nb.serve", "--host", "127.0.0.1", "--port"]
        command += [str(self.port), "--sessions", str(self.folder / "sessions")]
        command += ["--notebooks", str(NOTEBOOKS)]
        with (self.folder / "server.log").open("a") as log:
            self._process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=log, text=True, env=self._environment
            )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit((self.folder / "server.log").read_text()[-2000:])
        self.port = json.loads(line)["port"]
        urllib.request.urlopen(f"http://127.0.0.1:{self.port}/gezond", timeout=10).close()

    def family(self) -> list[psutil.Process]:
        """Return the server and everything it started."""
        root = psutil.Process(self._process.pid)
        return [root, *root.children(recursive=True)]

    def seat(self, kernel: str) -> psutil.Process:
        """Return the process of a seat."""
        return next(process for process in self.family() if process.name() == f"seat-{kernel[:8]}")

    def send(self, number: int) -> None:
        """Send a signal to every process, the server first."""
        for process in self.family():
            process.send_signal(number)

    def stop(self, number: int = signal.SIGTERM) -> None:
        """End it, and wait."""
        self._process.send_signal(number)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def started(self, kind: str) -> None:
        """Begin a step of this kind."""
        script = self.session.state().script
        assert script is not None
        step = next(step for step in script.steps if step.kind == kind)
        self.session.submit(StepStarted(step=step.id), Actor(id="metingleider", kind="begeleider"))
