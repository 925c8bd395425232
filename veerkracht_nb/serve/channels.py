"""The way from a browser to its own kernel, and to no other."""

from __future__ import annotations

import hmac
import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from jupyter_server.auth.authorizer import Authorizer
from jupyter_server.auth.identity import IdentityProvider, User
from tornado.web import RequestHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from . import messages
from .cookies import ADMINISTRATOR, BEHEER, DAYS, read_ticket, tickets
from .kernels import TAKEN_OVER
from .pages import Page, log_failure
from .rendering import ANALYST_PAGES

if TYPE_CHECKING:
    from .app import Server
    from .owners import Owner

log = logging.getLogger(__name__)


def owns(handler: RequestHandler, server: Server, kernel_id: str) -> Owner | None:
    """Return the owner of a kernel when this browser is that owner, else None.

    A seat of a session has the cookie of that seat; a page for analysts has the cookie of the facilitator or
    administrator who opened it.
    """
    owner = server.kernels.owner(kernel_id)
    if owner is None:
        return None
    if owner.app not in ANALYST_PAGES:
        ticket = read_ticket(handler, owner.actor.kind, owner.code, owner.session)
        return owner if ticket and ticket.actor == owner.actor.id and ticket.kind == owner.app else None
    if owner.actor.id == ADMINISTRATOR:
        mark = handler.get_signed_cookie(BEHEER, max_age_days=DAYS, min_version=2)
        return owner if mark and hmac.compare_digest(mark, server.beheer_mark) else None
    for code, ticket in tickets(handler, "begeleider"):
        session = server.desk.by_code(code) if ticket.actor == owner.actor.id else None
        if session and session.id == ticket.session:
            return owner
    return None


def same_host(origin: str, host: str) -> bool:
    """Return whether a page at `origin` is one of this very host and port."""
    return bool(host) and urlsplit(origin).netloc.lower() == host.lower()


class OwnerIdentity(IdentityProvider):
    """Tells jupyter_server who a visitor is: the owner of the kernel in the address, or nobody."""

    def get_user(self, handler: Any) -> User | None:
        """Return the owner as a user."""
        owner = owns(handler, handler.settings["veerkracht"], handler.path_kwargs.get("kernel_id", ""))
        return User(username=owner.actor.id) if owner else None

    def is_token_authenticated(self, handler: Any) -> bool:
        """Return False: there are no tokens."""
        return False

    def should_check_origin(self, handler: Any) -> bool:
        """Return True: always."""
        return True


class OwnerOnly(Authorizer):
    """The owner may talk to the kernel; nobody may do anything else."""

    def is_authorized(self, handler: Any, user: User, action: str, resource: str) -> bool:
        """Return whether it is the one thing there is: the websocket of one's own kernel."""
        return (action, resource) == ("execute", "kernels") and isinstance(handler, KernelSocket)


class KernelSocket(VoilaKernelWebsocketHandler):
    """``GET /api/kernels/ID/channels``: the websocket, for the owner of the kernel only."""

    _counted = _cut_off = False

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Log what went wrong without the address."""
        log_failure(self, value, tb)

    def set_default_headers(self) -> None:
        """Say no more about the server than every other answer does."""
        self.set_header("Server", "veerkracht")

    @property
    def ping_interval(self) -> float:
        """Milliseconds between jupyter_server's pings; 0 until open, so that tornado sends none."""
        return 20_000 if self._counted else 0

    @property
    def ping_timeout(self) -> float:
        """Milliseconds without an answer after which a phone counts as gone."""
        return 45_000 if self._counted else 0

    def check_origin(self, origin: str | None = None) -> bool:
        """Accept only pages of this very host and port; a browser always says where it comes from."""
        return same_host(origin or self.get_origin() or "", self.request.headers.get("Host", ""))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Refuse without a page: nobody sees the answer of a websocket."""
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{status_code}\n")

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        """Speak only the binary protocol that is checked."""
        return messages.PROTOCOL if messages.PROTOCOL in subprotocols else None

    async def open(self, kernel_id: str) -> None:
        """Count the browser in, so that its kernel stays."""
        if self.selected_subprotocol != messages.PROTOCOL:
            self.close(1002)
            return
        self._counted = True
        self.settings["veerkracht"].kernels.connected(kernel_id, self.close)
        await super().open(kernel_id)

    def on_message(self, ws_message: bytes | str) -> None:
        """Pass on what a browser may say; anything else has no effect."""
        if self._cut_off:
            return
        if not self.settings["veerkracht"].kernels.may(self.kernel_id, 1 + len(ws_message) / messages.LARGE):
            log.warning("a page that sends too much is cut off")
            self._cut_off = True
            self.close(TAKEN_OVER)
            return
        try:
            allowed = messages.checked(ws_message)
        except messages.Refused as reason:
            log.warning("message to a kernel refused: %s", reason)
            return
        if self.connection is not None:
            super().on_message(allowed)

    def on_close(self) -> None:
        """Count the browser out; the kernel waits a while for it to come back."""
        if getattr(self, "connection", None) is not None:
            super().on_close()
        if self._counted:
            self._counted = False
            self.settings["veerkracht"].kernels.disconnected(self.kernel_id, self.close)


class KernelModel(Page):
    """``GET /api/kernels/ID``: what the page asks before it connects. Others find nothing."""

    def get(self, kernel_id: str) -> None:
        """Answer with the name of the kernel and whether it is there."""
        self.set_header("Content-Type", "application/json")
        if self.server.stopping:
            # Not "not found": a page would load itself again, from a server that is no longer there.
            self.set_status(503)
            self.finish({"message": "stopping"})
            return
        if owns(self, self.server, kernel_id) is None:
            self.set_status(404)
            self.finish({"message": "not found"})
            return
        self.finish({"id": kernel_id, "name": "veerkracht", "execution_state": "idle", "connections": 1})


class GiveBack(Page):
    """``POST /terug/ID``: the page closes and gives its kernel back. The owner only, with the XSRF token.

    Voilà's front end does the same at an address of its own, so a second request for a kernel that is gone is
    normal; the answer is the same whoever asks and whether there is such a kernel.
    """

    async def post(self, kernel_id: str) -> None:
        """End the kernel, if it is the visitor's."""
        if owns(self, self.server, kernel_id) is not None:
            await self.server.kernels.give_back(kernel_id)
        self.set_status(204)


class Health(Page):
    """``GET /gezond``: whether the server answers, for a monitor; says nothing about sessions."""

    def get(self) -> None:
        """Answer."""
        self.set_header("Content-Type", "application/json")
        self.finish({"status": "ok"})

    head = get
