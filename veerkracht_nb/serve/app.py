"""One tornado application on parts of Voilà: an explicit table of routes, and nothing beside it."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import signal
import sys
import webbrowser
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from tornado.netutil import bind_sockets
from tornado.web import Application, URLSpec

from ..errors import VeerkrachtError
from ..i18n import _
from . import analyst, channels, draad, fetching, joining, screens, start
from .address import room_address
from .assets import AssetHandler, AssetTable
from .config import ServerConfig
from .cookies import server_secret
from .guessing import CodeGuard
from .kernels import KernelHost
from .limits import BODY_SECONDS, HEADER_SECONDS, Front, make_room
from .pages import NotFound
from .sessions import Desk
from .slim import leaflet_url

_KERNEL = r"(?P<kernel_id>[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})"
_CODE = r"([A-Za-z0-9]{1,12})"
_KEY = r"([A-Za-z0-9_\-]{16,128})"
_SESSION = r"([A-Za-z0-9_\-]{1,80})"
MAX_BODY_BYTES = 64 * 1024
log = logging.getLogger(__name__)


def routes() -> list[URLSpec]:
    """Return every address this server answers to. The test of roles lists the same table."""
    return [
        URLSpec(r"/", start.Start),
        URLSpec(r"/beheer/" + _KEY, joining.Beheer),
        URLSpec(r"/sessies", start.NewSessionHandler),
        URLSpec(rf"/sessies/{_SESSION}/(sluiten|heropenen|exporteren|verwijderen)", start.SessionAction),
        URLSpec(r"/gegevens", fetching.Gather),
        URLSpec(r"/gegevens/stand", fetching.GatherState),
        URLSpec(r"/gegevens/stoppen", fetching.GatherStop),
        URLSpec(rf"/s/{_CODE}", joining.Join),
        URLSpec(rf"/s/{_CODE}/deelnemer", screens.SeatScreen, {"kind": "deelnemer"}),
        URLSpec(rf"/s/{_CODE}/begeleider", screens.SeatScreen, {"kind": "begeleider"}),
        URLSpec(rf"/s/{_CODE}/scherm", screens.SeatScreen, {"kind": "scherm"}),
        URLSpec(r"/b/" + _KEY, joining.SecretLink, {"kind": "begeleider"}),
        URLSpec(r"/scherm/" + _KEY, joining.SecretLink, {"kind": "scherm"}),
        URLSpec(r"/quickscan", analyst.AnalystPage, {"name": "quickscan"}),
        URLSpec(r"/wandkaart", analyst.AnalystPage, {"name": "wandkaart"}),
        URLSpec(r"/wijkprofiel", analyst.AnalystPage, {"name": "wijkprofiel"}),
        URLSpec(r"/eigentabel", analyst.AnalystPage, {"name": "eigentabel"}),
        URLSpec(r"/landelijk", analyst.AnalystPage, {"name": "landelijk"}),
        URLSpec(rf"/draad/{_KERNEL}", draad.Draad),
        URLSpec(r"/beeld/([0-9a-f]{32})", screens.Picture),
        URLSpec(rf"/api/kernels/{_KERNEL}", channels.KernelModel),
        URLSpec(rf"/api/kernels/{_KERNEL}/channels", channels.KernelSocket),
        URLSpec(rf"/terug/{_KERNEL}", channels.GiveBack),
        URLSpec(rf"/voila/api/shutdown/{_KERNEL}", channels.GiveBack),
        URLSpec(r"/statisch/([0-9a-f]{16})/([A-Za-z0-9@._/\-]{1,200})", AssetHandler),
        URLSpec(r"/gezond", channels.Health),
    ]


class Server:
    """Everything one server holds; created by :func:`make_app`.

    Parameters
    ----------
    config : ServerConfig
    desk : Desk, optional
        Where sessions come from.
    """

    def __init__(self, config: ServerConfig, desk: Desk | None = None) -> None:
        room = make_room(config.max_kernels)
        if room.seats < config.max_kernels:
            log.warning("this system gives too few open files: %d seats at most", room.seats)
        self.config = config = replace(config, max_kernels=room.seats)
        self._connections = room.connections
        self.desk = desk or Desk(config.sessions)
        self.guard = CodeGuard()
        self.fetcher = fetching.Fetcher()
        self.assets = AssetTable()
        self.kernels = KernelHost(config)
        self.beheer_mark = hashlib.sha256(b"beheer:" + config.beheer_secret.encode()).hexdigest().encode()
        self.port = config.port
        self.leaflet = leaflet_url(self.assets)
        self.stopping = False
        self._http: Front | None = None
        identity = channels.OwnerIdentity()
        self.application = Application(
            routes(),
            default_handler_class=NotFound,
            veerkracht=self,
            cookie_secret=server_secret(config.sessions),
            xsrf_cookies=True,
            xsrf_cookie_version=2,
            xsrf_cookie_kwargs={"samesite": "Lax", "path": "/"},
            compress_response=True,
            log_function=_log_request,
            websocket_max_message_size=config.max_message_bytes,
            # What jupyter_server's websocket handler reads.
            base_url="/",
            kernel_manager=self.kernels.manager,
            identity_provider=identity,
            authorizer=channels.OwnerOnly(identity_provider=identity),
            allow_remote_access=True,
            kernel_websocket_connection_class=ZMQChannelsWebsocketConnection,
        )

    @property
    def address(self) -> str:
        """Address that phones use, without a slash at the end."""
        return self.config.public_address.rstrip("/") or room_address(self.port, self.config.host)

    @property
    def beheer_url(self) -> str:
        """The administrator's address, on this machine itself."""
        host = self.config.host if self.config.host not in ("", "0.0.0.0", "::") else "127.0.0.1"
        return f"http://{host}:{self.port}/beheer/{self.config.beheer_secret}"

    def start(self) -> None:
        """Listen; needs a running event loop.

        Raises
        ------
        VeerkrachtError
            If the port is taken or not allowed.
        """
        try:
            sockets = bind_sockets(self.config.port, self.config.host or None)
        except OSError as error:
            raise VeerkrachtError(
                _("De server kan niet starten op poort {port}.").format(port=self.config.port),
                got=error.strerror or str(error),
                todo=_("Sluit het andere programma of kies een andere poort met VEERKRACHT_PORT of --port."),
            ) from None
        self._http = Front(
            self.application,
            most=self._connections,
            max_body_size=MAX_BODY_BYTES,
            max_buffer_size=4 * MAX_BODY_BYTES,
            idle_connection_timeout=HEADER_SECONDS,
            body_timeout=BODY_SECONDS,
        )
        self._http.add_sockets(sockets)
        self.kernels.warm_up()
        self.port = int(sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stop listening, end every kernel, close every session file."""
        self.stopping = True
        self.fetcher.stop()
        if self._http is not None:
            self._http.stop()
        await self.kernels.stop()
        if self._http is not None:
            await self._http.close_all_connections()
            self._http = None
        self.desk.stop()


def make_app(config: ServerConfig | None = None, *, desk: Desk | None = None) -> Server:
    """Return a server that is ready to :meth:`Server.start`."""
    return Server(config or ServerConfig(), desk)


def run(
    *,
    port: int = 8866,
    host: str = "",
    sessions_folder: Path | None = None,
    notebooks_folder: Path | None = None,
    language: str = "nl",
    public_address: str = "",
    open_browser: bool = True,
    on_ready: Callable[[Server], None] | None = None,
    **settings: Any,
) -> None:
    """Serve until interrupted.

    Parameters
    ----------
    port, host : int, str
        Where to listen; an empty host means every interface, so that phones in the room can join.
    sessions_folder, notebooks_folder : Path, optional
        Default to the folders of :mod:`veerkracht_nb.paths`.
    language, public_address : str
        See :class:`ServerConfig`.
    open_browser : bool
        Whether to open the administrator's address; ``VEERKRACHT_OPEN_BROWSER=0`` overrules.
    on_ready : callable, optional
        Called with the server once it listens, to print addresses.
    **settings
        Any other field of :class:`ServerConfig`.

    Raises
    ------
    VeerkrachtError
        If the port is taken.
    """
    config = ServerConfig(port=port, host=host, language=language, public_address=public_address, **settings)
    if sessions_folder is not None:
        config = replace(config, sessions=Path(sessions_folder))
    if notebooks_folder is not None:
        config = replace(config, notebooks=Path(notebooks_folder))
    if sys.platform == "win32":
        # The event loop that is standard on Windows cannot watch the sockets that kernels talk over.
        asyncio.set_event_loop_policy(asyncio.WindowsSelectorEventLoopPolicy())
    asyncio.run(_serve(make_app(config), open_browser, on_ready))


async def _serve(server: Server, open_browser: bool, on_ready: Callable[[Server], None] | None) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stopping.set)
        except NotImplementedError:
            signal.signal(number, lambda *_args: loop.call_soon_threadsafe(stopping.set))
    try:
        server.start()
        if on_ready is not None:
            on_ready(server)
        if open_browser and os.environ.get("VEERKRACHT_OPEN_BROWSER", "1") != "0":
            await loop.run_in_executor(None, webbrowser.open, server.beheer_url)
        await stopping.wait()
    finally:
        await server.stop()


def _log_request(handler: Any) -> None:
    # Without the address: it may hold a code or a secret key, and logs get passed around.
    level = logging.WARNING if handler.get_status() >= 500 else logging.DEBUG
    took = handler.request.request_time()
    name = type(handler).__name__
    logging.getLogger("veerkracht_nb.serve").log(
        level, "%s %d %.0f ms", name, handler.get_status(), 1000 * took
    )
