"""A server that plays the seats of a room: real widgets in this process, the wire of the slim page, and no kernels."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import gzip
import json
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any, TypeVar

import comm
import ipywidgets as w
from comm.base_comm import BaseComm
from ipywidgets.widgets.widget import _instances
from tornado.httpserver import HTTPServer
from tornado.httputil import url_concat
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from veerkracht_nb.seats.states import Packed, difference, states
from veerkracht_nb.serve.assets import AssetHandler, AssetTable
from veerkracht_nb.serve.pages import Page
from veerkracht_nb.serve.slim import leaflet_url, page_values, place_of, slim_policy

T = TypeVar("T")
Frame = dict[str, Any]
_stubs: list[ZaalStub] = []


class _Comm(BaseComm):
    """Carries what a widget says to every page that is open."""

    def publish_msg(
        self, msg_type: str, data: Any = None, metadata: Any = None, buffers: Any = None, **keys: Any
    ) -> None:
        frame = _frame(self.comm_id, msg_type, data or {}, buffers or [])
        for stub in _stubs if frame else ():
            stub.publish(frame)


def _frame(model: str, kind: str, data: Any, buffers: list[Any]) -> Frame:
    told = [base64.b64encode(buffer).decode() for buffer in buffers]
    paths = [list(pair) for pair in zip(data.get("buffer_paths", []), told, strict=False)]
    if kind == "comm_open":
        return {"t": "open", "m": model, "d": {"s": data["state"], "b": paths}}
    if kind == "comm_close":
        return {"t": "close", "m": model}
    if data.get("method") == "update":
        return {"t": "update", "m": model, "d": data["state"], "b": paths}
    if data.get("method") == "custom":
        return {"t": "custom", "m": model, "d": data["content"], "b": told}
    return {}


class Seat:
    """One page: its widgets, the snapshot it starts from, and what was said on its wire."""

    def __init__(self, root: w.Widget, app: str) -> None:
        self.root, self.app = root, app
        self.kernel, self.snapshot = secrets.token_hex(8), secrets.token_hex(8)
        self.picture: dict[str, Packed] = states(root)
        self.alive, self.deaf, self.shut = True, False, False
        self.sockets: list[_Wire] = []
        self.heard: list[Frame] = []
        self.returned: list[str] = []

    @property
    def path(self) -> str:
        """Where the page is."""
        return f"/zaal/{self.kernel}"

    def of(self, kind: str) -> list[Frame]:
        """Return the frames of one kind that the page has sent."""
        return [frame for frame in self.heard if frame.get("t") == kind]


class ZaalStub:
    """The server, in a thread of its own."""

    def __init__(self) -> None:
        self.seats: dict[str, Seat] = {}
        self.assets = AssetTable()
        self.loop = asyncio.new_event_loop()
        self._make_comm, comm.create_comm = comm.create_comm, _Comm
        _stubs.append(self)
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        self.address = self.run(self._listen)

    def _listen(self) -> str:
        server = SimpleNamespace(assets=self.assets, config=SimpleNamespace(language="nl"))
        routes = [
            (r"/statisch/(\w+)/(.+)", AssetHandler),
            (r"/zaal/(\w+)", _SlimPage),
            (r"/beeld/(\w+)", _Picture),
            (r"/draad/(\w+)", _Wire),
            (r"/api/kernels/(\w+)", _Kernel),
            (r"/terug/(\w+)", _Back),
        ]
        app = Application(routes, veerkracht=server, stub=self, cookie_secret="proef")
        (socket,) = bind_sockets(0, "127.0.0.1")
        self._server = HTTPServer(app)
        self._server.add_sockets([socket])
        return f"http://127.0.0.1:{socket.getsockname()[1]}"

    def run(self, call: Callable[..., T], *args: Any) -> T:
        """Do something where the widgets live, and return what came of it."""
        done: Future[T] = Future()

        async def work() -> None:
            try:
                done.set_result(call(*args))
            except BaseException as error:
                done.set_exception(error)

        asyncio.run_coroutine_threadsafe(work(), self.loop)
        return done.result(60)

    def seat(self, make: Callable[[], w.Widget], app: str = "deelnemer") -> Seat:
        """Return a seat with the widget that `make` returns."""
        seat = self.run(lambda: Seat(make(), app))
        self.seats[seat.kernel] = seat
        return seat

    def publish(self, frame: Frame) -> None:
        """Tell every page."""
        text = json.dumps(frame)
        for seat in self.seats.values():
            for socket in seat.sockets:
                self.loop.call_soon_threadsafe(socket.tell, text)

    def cut(self, seat: Seat, code: int | None = None) -> None:
        """Close the wires of a seat."""
        self.run(lambda: [socket.close(code) for socket in list(seat.sockets)])

    def stop(self) -> None:
        """Give everything back."""
        comm.create_comm = self._make_comm
        _stubs.remove(self)
        self.run(self._server.stop)
        self.loop.call_soon_threadsafe(self.loop.stop)


class _SlimPage(Page):
    def get(self, kernel: str) -> None:
        stub: ZaalStub = self.settings["stub"]
        seat = stub.seats[kernel]
        seat.alive = True
        self.set_header("Content-Security-Policy", slim_policy(self.request.host))
        place = place_of(
            kernel=kernel,
            token=self.xsrf_token.decode(),
            snapshot=seat.snapshot,
            leaflet=leaflet_url(stub.assets),
            home=url_concat(seat.path, {}),
            version=stub.assets.url("huis/zaal.js"),
        )
        if self.request.headers.get("Accept") == "application/json":
            self.finish(place)
        else:
            self.page("zaal.html", **page_values(seat.app, "Proef", place))


class _Picture(RequestHandler):
    def get(self, snapshot: str) -> None:
        for seat in self.settings["stub"].seats.values():
            if seat.snapshot == snapshot:
                found = {"id": snapshot, "root": seat.root.model_id, "models": seat.picture}
                self.set_header("Content-Type", "application/json")
                self.set_header("Content-Encoding", "gzip")
                self.set_header("Cache-Control", "private, max-age=31536000, immutable")
                return self.finish(gzip.compress(json.dumps(found, separators=(",", ":")).encode(), 9))
        return self.send_error(404)


class _Kernel(RequestHandler):
    def get(self, kernel: str) -> None:
        seat = self.settings["stub"].seats[kernel]
        self.set_status(200 if seat.alive else 404)


class _Back(RequestHandler):
    def check_xsrf_cookie(self) -> None:
        """Nothing to guard."""

    def post(self, kernel: str) -> None:
        self.settings["stub"].seats[kernel].returned.append(self.get_argument("_xsrf"))


class _Wire(WebSocketHandler):
    def get_compression_options(self) -> dict[str, Any]:
        return {}

    async def get(self, kernel: str) -> None:
        self.seat: Seat = self.settings["stub"].seats[kernel]
        while self.seat.deaf:
            await asyncio.sleep(0.05)
        if self.seat.alive and not self.seat.shut:
            await super().get(kernel)
        else:
            self.set_status(403)

    def on_close(self) -> None:
        if self in self.seat.sockets:
            self.seat.sockets.remove(self)

    def tell(self, text: str) -> None:
        if not self.seat.deaf:
            with contextlib.suppress(WebSocketClosedError):
                self.write_message(text)

    def on_message(self, message: str | bytes) -> None:
        frame = json.loads(message)
        if self.seat.deaf:
            return
        self.seat.heard.append(frame)
        getattr(self, f"_{frame['t']}")(frame)

    def _ping(self, _frame: Frame) -> None:
        self.tell('{"t":"pong"}')

    def _hello(self, frame: Frame) -> None:
        now = states(self.seat.root)
        known = frame["snapshot"] == self.seat.snapshot
        models = difference(self.seat.picture, now) if known else now
        state = {"t": "state", "root": self.seat.root.model_id, "models": models, "full": not known}
        self.tell(json.dumps(state))
        self.seat.sockets.append(self)

    def _update(self, frame: Frame) -> None:
        self._deliver(frame["m"], {"method": "update", "state": frame["d"], "buffer_paths": []})

    def _custom(self, frame: Frame) -> None:
        self._deliver(frame["m"], {"method": "custom", "content": frame["d"]})

    def _deliver(self, model: str, data: Frame) -> None:
        _instances[model]._handle_msg({"content": {"data": data}, "buffers": []})
