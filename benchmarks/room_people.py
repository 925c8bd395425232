"""The people in the simulated room: participants, a facilitator and the screen, over the real protocol."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import secrets
import time
from collections.abc import Callable
from typing import Any

from room_http import Answer, Browser
from room_servers import RoomServer
from room_wire import GONE, TAKEN_OVER, KernelWire, Models, SlimWire, Wire
from websockets.exceptions import InvalidHandshake

_PLACE = re.compile(r'<script id="plaats" type="application/json">(.*?)</script>', re.DOTALL)
_KERNEL = re.compile(r'(?:"kernelId":\s*|data-kernel=)"([0-9a-f-]{36})"')
_FILES = re.compile(r'<(?:script|link)\b[^>]*?\b(?:src|href)="(/[^"]+)"')
_IMPORTS = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["']((?:\./|/)[^"']+)["']""")
_WAIT = re.compile(r'http-equiv="refresh" content="(\d+)')

Watch = Callable[["Visitor", str, dict[str, Any], float], None]
"""Receives who saw it, the name of a widget, what changed, and when."""
_snapshots: dict[str, Models] = {}
_imports: dict[str, list[str]] = {}


class Refused(Exception):
    """The server gave another answer than a page; holds which."""


class Visitor:
    """One browser with one page.

    Parameters
    ----------
    server : RoomServer
    kind : {"deelnemer", "begeleider", "scherm"}
    role : str
        Role of a participant.
    watch : callable, optional
        Called for every change on the page.
    files : bool
        Whether this browser also fetches scripts, styles and the like.
    """

    def __init__(
        self,
        server: RoomServer,
        kind: str = "deelnemer",
        *,
        role: str = "",
        watch: Watch | None = None,
        files: bool = True,
    ) -> None:
        self.server, self.kind, self.role, self.files = server, kind, role, files
        self.browser = Browser(host="127.0.0.1", port=server.port)
        self.watch = watch
        self.wire: Wire | None = None
        self.kernel = ""
        self.queued = 0
        self.took: dict[str, float] = {}
        self.leaving = False
        self.reconnects = 0
        self._keeper: asyncio.Task[None] | None = None

    @property
    def connected(self) -> Wire:
        """The wire of the page."""
        assert self.wire is not None
        return self.wire

    @property
    def seat(self) -> str:
        """Id of the seat, which the page uses to name its storage."""
        return str(self.connected.traits("AnswerBar")["storage_key"]).removeprefix(
            f"{self.server.session['id']}-"
        )

    async def arrive(self) -> None:
        """Come in through the code or the secret link, and open the page; times go into :attr:`took`."""
        start = time.perf_counter()
        if self.server.name == "ours":
            await self._join()
        self.took["join"] = time.perf_counter() - start
        await self.open_page()
        self.took["total"] = time.perf_counter() - start

    async def open_page(self) -> None:
        """Load the page with the seat that this browser has, until the first screen is complete."""
        start = time.perf_counter()
        self.leaving = False
        page = await self._page()
        self.took["html"] = time.perf_counter() - start
        found = _PLACE.search(page)
        if found:
            await self._slim(json.loads(found[1]), page)
        else:
            kernel = _KERNEL.search(page)
            if kernel is None:
                raise Refused(page[:200])
            self.kernel = kernel[1]
            self.wire = KernelWire(self.browser, self.kernel, self._heard)
            await asyncio.gather(self._fetch(_files(page)), self._connect())
        self.took["page"] = time.perf_counter() - start
        self._keeper = asyncio.create_task(self._keep())

    async def leave(self, *, word: bool = True) -> None:
        """Close the tab; with `word` the page tells the server, as a browser does that gets the time."""
        self.leaving = True
        if self.wire is not None:
            if word and self.server.name == "ours":
                await self.browser.post(f"/terug/{self.kernel}")
            elif word:
                await self.browser.post(f"/voila/api/shutdown/{self.kernel}")
            await (self.wire.close() if word else self.wire.vanish())
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
        self.browser.close()

    async def command(self, widget: str, name: str, body: dict[str, Any], place: int = 0) -> dict[str, Any]:
        """Send a command of a widget until it is answered; return the answer."""
        model = self.connected.id_of(widget, place)
        return await self.connected.command(model, secrets.token_hex(12), name, body)

    async def choose(self, buurt: str) -> None:
        """Tap a buurt."""
        await self.connected.update(self.connected.id_of("BuurtLaag"), {"selected": buurt})

    async def _join(self) -> None:
        session = self.server.session
        if self.kind != "deelnemer":
            key = "facilitator" if self.kind == "begeleider" else "screen"
            place = "b" if self.kind == "begeleider" else "scherm"
            await self._expect(self.browser.get(f"/{place}/{session[key]}"), 303)
            return
        form = await self.browser.get(f"/s/{session['code']}")
        if form.status == 302:
            return  # this browser has a seat already
        if self.files:
            await self._fetch(_files(form.text))
        await self._expect(self.browser.post(f"/s/{session['code']}", rol=self.role), 303)

    async def _page(self) -> str:
        """Return the page; where there is a queue, wait in it as a browser does."""
        path = f"/s/{self.server.session['code']}/{self.kind}"
        if self.server.name == "stock":
            path = f"/voila/render/{self.kind}.ipynb"
        while True:
            answer = await self.browser.get(path)
            text = answer.text
            if answer.status == 200 and (_PLACE.search(text) or _KERNEL.search(text)):
                return text
            waiting = _WAIT.search(text)
            seconds = answer.headers.get("refresh", waiting[1] if waiting else "").partition(";")[0]
            seconds = seconds or answer.headers.get("retry-after", "")
            if not seconds:
                raise Refused(f"{answer.status} {text[:200]}")
            self.queued += 1
            await asyncio.sleep(float(seconds))

    async def _slim(self, place: dict[str, Any], page: str) -> None:
        self.kernel = str(place["kernel"])
        snapshot = str(place.get("snapshot") or "")
        wire = SlimWire(self.browser, self.kernel, self._heard, snapshot)
        self.wire = wire
        files = [*_files(page), *([place["leaflet"]] if place.get("leaflet") else [])]
        # As the page does it: the shared picture, the scripts and the connection at the same time.
        models, *_ = await asyncio.gather(self._snapshot(snapshot), self._fetch(files), self._connect())
        if not wire.full:
            missing = {key: {**state, **wire.models.get(key, {})} for key, state in models.items()}
            wire.know(missing)

    async def _snapshot(self, name: str) -> Models:
        if not name:
            return {}
        answer = await self.browser.asset(f"/beeld/{name}")
        if answer is not None and answer.status != 200:
            raise Refused(f"/beeld {answer.status}")
        if name not in _snapshots:
            if answer is None:
                answer = await self.browser.get(f"/beeld/{name}")
            given = json.loads(answer.text)["models"]
            # The code of the widgets is of no use here; a hundred people share the rest.
            _snapshots[name] = {key: value["s"] for key, value in given.items()}
        return _snapshots[name]

    async def _fetch(self, paths: list[str]) -> None:
        if not self.files:
            return
        answers = await asyncio.gather(*(self.browser.asset(path) for path in paths))
        for path, answer in zip(paths, answers, strict=True):
            if answer is None or not path.split("?")[0].endswith(".js"):
                continue
            if deeper := _imported(path, answer):
                await self._fetch(deeper)

    async def _connect(self) -> None:
        await self.connected.open()
        await self.connected.ready.wait()

    async def _keep(self) -> None:
        """Come back after a connection was lost, as the page does."""
        while not self.leaving:
            wire = self.connected
            if wire.closed is None or self.leaving:
                await asyncio.sleep(0.05)
                continue
            if wire.closed in (GONE, TAKEN_OVER):
                return
            try:
                wire.ready.clear()
                await wire.open()
                await wire.ready.wait()
                self.reconnects += 1
            except (OSError, InvalidHandshake):
                await asyncio.sleep(1.0)

    def _heard(self, widget: str, traits: dict[str, Any], now: float) -> None:
        if self.watch is not None:
            self.watch(self, widget, traits, now)

    async def _expect(self, asked: Any, status: int) -> Answer:
        answer: Answer = await asked
        if answer.status != status:
            raise Refused(f"{answer.status} instead of {status}: {answer.text[:200]}")
        return answer


def _files(page: str) -> list[str]:
    return list(dict.fromkeys(path for path in _FILES.findall(page) if not path.startswith("//")))


def _imported(path: str, answer: Answer) -> list[str]:
    """Return what a script imports; looked up once for everybody."""
    if path not in _imports:
        base = path.rpartition("/")[0]
        found = _IMPORTS.findall(answer.text) if len(answer.body) < 200_000 else []
        _imports[path] = [name if name.startswith("/") else f"{base}/{name[2:]}" for name in found]
    return _imports[path]
