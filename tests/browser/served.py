"""The server as people start it: a process of its own, with its own folders, that can be stopped and started."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import psutil
from playwright.sync_api import Page

from .conftest import free_port, own_environment, wait_until_up


class Served:
    """``veerkracht demo``, as the README starts it, on a port and in folders of its own.

    Parameters
    ----------
    folder : Path
        Where data, sessions and log of this server are.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.data, self.sessions = folder / "data", folder / "sessions"
        self.environment = own_environment(folder) | {"VEERKRACHT_OPEN_BROWSER": "0"}
        self._process: subprocess.Popen[bytes] | None = None
        self._printed = ""

    @property
    def code(self) -> str:
        """Join code of the session of the demo."""
        return self._address(r"/s/(\w+)")

    @property
    def facilitator(self) -> str:
        """Path of the facilitator of the session of the demo."""
        return self._address(r"(/b/\S+)")

    @property
    def screen(self) -> str:
        """Path of the screen of the session of the demo."""
        return self._address(r"(/scherm/\S+)")

    @property
    def beheer(self) -> str:
        """Path that makes a browser the administrator's; another one after each start."""
        return self._address(r"(/beheer/\S+)")

    def _address(self, pattern: str) -> str:
        found = re.search(pattern, self._printed)
        assert found, self._printed
        return found[1]

    def start(self) -> None:
        """Start the server and wait until it answers."""
        log = self.folder / "server.log"
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                self.command("demo", "--host", "127.0.0.1", "--port", str(self.port)),
                env=self.environment,
                cwd=self.folder,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        wait_until_up(f"{self.address}/gezond", self._process)
        self._printed = log.read_text()

    def stop(self) -> None:
        """Stop the server and everything it started."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=20)
            self._process = None

    def kill(self) -> None:
        """End the server at once, as a laptop whose battery is empty."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(timeout=20)
        self._process = None

    def run(self, *arguments: str) -> str:
        """Run another command of ``veerkracht`` on the same folders and return what it printed."""
        return subprocess.run(
            self.command(*arguments),
            env=self.environment,
            cwd=self.folder,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    @staticmethod
    def command(*arguments: str) -> list[str]:
        """Return the command line of ``veerkracht``."""
        return [sys.executable, "-m", "veerkracht_nb.cli", *arguments]

    def seat_of(self, page: Page) -> psutil.Process:
        """Return the process that draws this page."""
        return self.seat_in(page.locator("#plaats").text_content() or "")

    def seat_in(self, place: str) -> psutil.Process:
        """Return the process that a page names in its ``#plaats``."""
        assert self._process is not None
        kernel = json.loads(place)["kernel"]
        for process in psutil.Process(self._process.pid).children(recursive=True):
            if process.name() == f"seat-{kernel[:8]}":
                return process
        raise LookupError(kernel)
