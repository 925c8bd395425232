"""Two other engines than Chromium's: WebKit (Safari, and all of an iPhone) and Firefox, each over its own protocol.

WebKitGTK speaks WebDriver, over HTTP; Firefox speaks WebDriver BiDi, over a websocket, without any driver in between.
Both are small enough to be spoken here, in what this project's tests have already.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import connect

from .conftest import free_port

PHONE = (390, 844)
SECONDS = 40.0

# Where an element can be touched, as [x, y] in the window; nothing where it is covered or there is no such element.
_POINT = """
const [selector, words] = arguments;
const seen = [...document.querySelectorAll(selector)].filter((e) => e.getClientRects().length);
const found = seen.find((e) => e.textContent.includes(words));
if (!found) return null;
found.scrollIntoView({ block: "center" });
const box = found.getBoundingClientRect();
const inside = [];
for (let i = 1; i < 20; i++) for (let j = 1; j < 20; j++) {
  const [x, y] = [box.left + (box.width * j) / 20, box.top + (box.height * i) / 20].map(Math.round);
  if (found.contains(document.elementFromPoint(x, y))) inside.push([x, y]);
}
return inside[inside.length >> 1] ?? null;
"""

_POLICY = """() => addEventListener(
  "securitypolicyviolation", (e) => console.error("CSP", e.violatedDirective, e.blockedURI))"""


class Engine:
    """A window of the size of a phone."""

    def open(self, url: str) -> None:
        """Go to an address."""
        raise NotImplementedError

    def run(self, script: str, *arguments: Any) -> Any:
        """Return what a script of the page returns."""
        raise NotImplementedError

    def act(self, *sources: dict[str, Any]) -> None:
        """Let fingers and keys do something."""
        raise NotImplementedError

    def picture(self) -> bytes:
        """Return a screenshot, as PNG."""
        raise NotImplementedError

    def close(self) -> None:
        """End the browser and what belongs to it."""
        raise NotImplementedError

    def until(self, script: str, *arguments: Any) -> Any:
        """Wait until a script returns something, and return it."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            found = self.run(script, *arguments)
            if found:
                return found
            time.sleep(0.1)
        raise TimeoutError(f"{script} {arguments}: {self.run('return document.body.innerText')[:600]}")

    def sees(self, selector: str, words: str = "") -> None:
        """Wait until an element with these words can be seen."""
        look = "const [s, w] = arguments; return [...document.querySelectorAll(s)]"
        self.until(
            f"{look}.some((e) => e.getClientRects().length && e.textContent.includes(w))", selector, words
        )

    def tap(self, selector: str, words: str = "") -> None:
        """Touch the first element that can be seen and has these words."""
        where, before = self.until(_POINT, selector, words), None
        while where != before:  # the page is still being laid out
            time.sleep(0.25)
            where, before = self.until(_POINT, selector, words), where
        x, y = where
        steps = [
            {"type": "pointerMove", "duration": 0, "x": x, "y": y},
            {"type": "pointerDown", "button": 0},
            {"type": "pause", "duration": 50},
            {"type": "pointerUp", "button": 0},
        ]
        self.act(
            {"type": "pointer", "id": "finger", "parameters": {"pointerType": "touch"}, "actions": steps}
        )

    def write(self, text: str) -> None:
        """Type, wherever the focus is."""
        keys = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        self.act({"type": "key", "id": "keys", "actions": keys})


class WebKit(Engine):
    """WebKitGTK's own small browser, on a screen that nobody sees."""

    def __init__(self, folder: Path) -> None:
        missing = [name for name in ("WebKitWebDriver", "Xvfb") if not shutil.which(name)]
        if missing:
            pytest.skip(f"no {' and no '.join(missing)} found (Debian: webkit2gtk-driver, xvfb)")
        self._processes: list[subprocess.Popen[bytes]] = []
        port = free_port()
        self._address = f"http://127.0.0.1:{port}"
        with (folder / "webkit.log").open("wb") as log:
            environment = {**os.environ, "DISPLAY": self._screen(log), "GDK_BACKEND": "x11"}
            environment |= {"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)}
            self._start(["WebKitWebDriver", f"--port={port}"], env=environment, stdout=log, stderr=log)
        try:
            # Fullscreen: the bars of this browser are wider than a phone.
            options = {"webkitgtk:browserOptions": {"args": ["--automation", "--full-screen"]}}
            session = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": options}})
            self._address += f"/session/{session['sessionId']}"
        except BaseException:
            self.close()
            raise

    def _start(self, command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(command, **options)
        self._processes.append(process)
        return process

    def _screen(self, log: Any) -> str:
        size = f"{PHONE[0]}x{PHONE[1]}x24"
        command = ["Xvfb", "-displayfd", "1", "-screen", "0", size, "-nolisten", "tcp"]
        process = self._start(command, stdout=subprocess.PIPE, stderr=log)
        assert process.stdout is not None
        return f":{process.stdout.readline().decode().strip()}"

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        data = json.dumps(body or {}).encode() if method == "POST" else None
        request = urllib.request.Request(self._address + path, data=data, method=method)
        end = time.monotonic() + SECONDS
        while True:
            try:
                with urllib.request.urlopen(request, timeout=SECONDS) as answer:
                    return json.load(answer)["value"]
            except urllib.error.HTTPError as error:
                raise RuntimeError(error.read().decode()[:600]) from None
            except urllib.error.URLError:  # not up yet
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def open(self, url: str) -> None:
        self._ask("POST", "/url", {"url": url})

    def run(self, script: str, *arguments: Any) -> Any:
        return self._ask("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def act(self, *sources: dict[str, Any]) -> None:
        self._ask("POST", "/actions", {"actions": list(sources)})

    def picture(self) -> bytes:
        return base64.b64decode(self._ask("GET", "/screenshot"))

    def close(self) -> None:
        if "/session/" in self._address:
            self._ask("DELETE", "")
        for process in reversed(self._processes):
            process.terminate()
            process.wait(timeout=20)


class Firefox(Engine):
    """Firefox without a window. Remembers every error, and everything that the policy of a page stopped."""

    def __init__(self, folder: Path) -> None:
        command = shutil.which("firefox-esr") or shutil.which("firefox")
        if command is None:
            pytest.skip("no Firefox found (Debian: firefox-esr)")
        profile = folder / "profile"
        profile.mkdir()
        quiet = (
            "network.captive-portal-service.enabled",
            "network.connectivity-service.enabled",
            "app.update.enabled",
        )
        preferences = "".join(f'user_pref("{name}", false);\n' for name in quiet)
        (profile / "user.js").write_text(preferences, encoding="utf-8")
        self._log = (folder / "firefox.log").open("wb")
        self._process = subprocess.Popen(
            [command, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port=0"],
            env={**os.environ, "HOME": str(folder)},
            stdout=self._log,
            stderr=self._log,
        )
        self._open = ExitStack()
        self.errors: list[str] = []
        self._number = 0
        try:
            self._socket = self._open.enter_context(
                connect(f"{self._listens(folder)}/session", max_size=None)
            )
            self._ask("session.new", capabilities={})
            self._ask("session.subscribe", events=["log.entryAdded"])
            self._ask("script.addPreloadScript", functionDeclaration=_POLICY)
            self._page = {"context": self._ask("browsingContext.getTree")["contexts"][0]["context"]}
            size = {"width": PHONE[0], "height": PHONE[1]}
            self._ask("browsingContext.setViewport", viewport=size, **self._page)
        except BaseException:
            self.close()
            raise

    def _listens(self, folder: Path) -> str:
        end = time.monotonic() + SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            said = re.search(r"ws://\S+", (folder / "firefox.log").read_text(errors="replace"))
            if said:
                return said[0]
            time.sleep(0.1)
        raise TimeoutError((folder / "firefox.log").read_text(errors="replace")[-600:])

    def _ask(self, method: str, **params: Any) -> Any:
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": params}))
        while True:
            said = json.loads(self._socket.recv(timeout=SECONDS))
            if said.get("id") == self._number:
                if said["type"] == "error":
                    raise RuntimeError(f"{method}: {said['message']}")
                return said["result"]
            if said.get("method") == "log.entryAdded" and said["params"]["level"] == "error":
                self.errors.append(said["params"]["text"])

    def open(self, url: str) -> None:
        self._ask("browsingContext.navigate", url=url, wait="complete", **self._page)

    def run(self, script: str, *arguments: Any) -> Any:
        code = f"JSON.stringify((function () {{ {script} }})(...{json.dumps(arguments)}) ?? null)"
        try:
            said = self._ask("script.evaluate", expression=code, target=self._page, awaitPromise=False)
        except RuntimeError:  # between two pages
            return None
        assert said["type"] == "success", said["exceptionDetails"]["text"]
        return json.loads(said["result"]["value"])

    def act(self, *sources: dict[str, Any]) -> None:
        self._ask("input.performActions", actions=list(sources), **self._page)

    def picture(self) -> bytes:
        return base64.b64decode(self._ask("browsingContext.captureScreenshot", **self._page)["data"])

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=20)
        self._open.close()
        self._log.close()
