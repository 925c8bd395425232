"""What all pages share: security headers, seats, templates and friendly errors."""

from __future__ import annotations

import hmac
import logging
import re
from collections.abc import Callable, Sequence
from contextvars import copy_context
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import jinja2
from markupsafe import Markup
from tornado.ioloop import IOLoop
from tornado.web import HTTPError, RequestHandler

from ..dialogue import tidy_code
from ..errors import VeerkrachtError
from ..i18n import LANGUAGES, known_language, speak, translate
from .cookies import BEHEER, DAYS, KINDS, TAAL, Kind, Ticket, read_ticket, tickets

if TYPE_CHECKING:
    from ..dialogue import Session
    from .app import Server

Details = Sequence[tuple[str, str]]
T = TypeVar("T")
log = logging.getLogger(__name__)
_POLICY = {
    "default-src": "'self'",
    # anywidget loads a widget's module from a blob; jupyter-leaflet compiles its templates.
    "script-src": "'self' blob: 'unsafe-eval'",
    "style-src": "'self' 'unsafe-inline' blob:",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
}
PAGE_POLICY = "; ".join(
    f"{name} {value}" for name, value in (_POLICY | {"script-src": "'self'", "style-src": "'self'"}).items()
)


def app_policy(host: str) -> str:
    """Return the policy of a page with widgets, for a server at `host` (name and port)."""
    connect = "'self'"
    if re.fullmatch(r"[A-Za-z0-9.:\[\]\-]+", host):
        # Safari before 16 does not count the websocket of the same host as 'self'.
        connect += f" ws://{host} wss://{host}"
    return "; ".join(f"{name} {value}" for name, value in (_POLICY | {"connect-src": connect}).items())


@cache
def environment(language: str) -> jinja2.Environment:
    """Return the templates of the pages; everything in them is escaped unless it is Markup."""
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals["_"] = lambda text: translate(text, language)
    env.globals["language"] = language
    return env


class Page(RequestHandler):
    """Base of every handler that answers with a page."""

    switches_language = False
    """Whether ``?taal=en`` at this address chooses the language of the visitor."""

    @property
    def server(self) -> Server:
        """The server this handler belongs to."""
        server: Server = self.settings["veerkracht"]
        return server

    @property
    def language(self) -> str:
        """The language this visitor chose, else that of the server."""
        chosen = self.get_cookie(TAAL) or ""
        return chosen if chosen in LANGUAGES else known_language(self.server.config.language)

    def text(self, dutch: str) -> str:
        """Return a text in the language of this visitor."""
        return translate(dutch, self.language)

    def prepare(self) -> None:
        """Speak the language of this visitor until the answer is given; or let it be chosen."""
        speak(self.language)
        if self.switches_language and self.request.method == "GET" and "taal" in self.request.query_arguments:
            self._switch_language()

    def _switch_language(self) -> None:
        given = self.request.query_arguments
        # One value of one name, as bytes: whatever else is in the address is refused, not passed on.
        chosen = {value.encode(): value for value in LANGUAGES}.get(b",".join(given["taal"]))
        if chosen is None or len(given) > 1:
            self.problem(400, self.text("Dit adres klopt niet."), self.text("Kijk of het adres klopt."))
            return
        self.set_cookie(TAAL, chosen, expires_days=DAYS, httponly=True, samesite="Lax", path="/")
        self.redirect(self.request.path, status=303)

    async def in_thread(self, call: Callable[..., T], *args: Any) -> T:
        """Return what `call` returns, in a thread that speaks the language of this visitor."""
        return await IOLoop.current().run_in_executor(None, copy_context().run, call, *args)

    def set_default_headers(self) -> None:
        """Set the headers that every answer has."""
        self.set_header("Server", "veerkracht")
        self.set_header("Content-Security-Policy", PAGE_POLICY)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("X-Frame-Options", "SAMEORIGIN")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Permissions-Policy", "camera=(), microphone=(), payment=()")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")
        self.set_header("Cache-Control", "no-store")

    def seat(self, kind: Kind, session: Session) -> Ticket | None:
        """Return the seat of this browser in a session."""
        return read_ticket(self, kind, session.code, session.id)

    def is_beheer(self) -> bool:
        """Return whether this browser opened the administrator's address of this run of the server."""
        value = self.get_signed_cookie(BEHEER, max_age_days=DAYS, min_version=2)
        return value is not None and hmac.compare_digest(value, self.server.beheer_mark)

    def any_facilitator(self) -> Ticket | None:
        """Return a facilitator's seat of this browser in any session there is, or None."""
        for code, ticket in tickets(self, "begeleider"):
            session = self.server.desk.by_code(code)
            if session and session.id == ticket.session:
                return ticket
        return None

    def own_session(self, code: str, *kinds: Kind) -> Session | None:
        """Return the session of this code if the browser has a seat in it; else nothing is looked up."""
        code = tidy_code(code)
        found = [t.session for kind in kinds or KINDS for known, t in tickets(self, kind) if known == code]
        session = self.server.desk.by_code(code) if found else None
        return session if session and session.id in found else None

    def seats_of(self, session: Session) -> dict[Kind, Ticket]:
        """Return all seats of this browser in a session, by kind."""
        found = {kind: self.seat(kind, session) for kind in KINDS}
        return {kind: ticket for kind, ticket in found.items() if ticket}

    def page(self, template: str, status: int = 200, **values: Any) -> None:
        """Answer with a page."""
        self.set_status(status)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(self.html(template, **values))

    def html(self, template: str, **values: Any) -> str:
        """Return a page as text."""
        assets = self.server.assets
        return (
            environment(self.language)
            .get_template(template)
            .render(
                asset=assets.url,
                asset_has=assets.has,
                tokens=assets.url("huis/tokens.css") if assets.has("huis/tokens.css") else "",
                xsrf=lambda: Markup(self.xsrf_form_html()),
                **values,
            )
        )

    def problem(self, status: int, title: str, text: str, *, again: str = "", details: Details = ()) -> None:
        """Answer with a calm page that says what is wrong and what to do."""
        self.page("fout.html", status, title=title, text=text, again=again, details=details)

    def not_found(self) -> None:
        """Answer that there is nothing here."""
        self.problem(
            404,
            self.text("Hier is niets te vinden"),
            self.text("Kijk of het adres klopt, of begin opnieuw met de code van de sessie."),
        )

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer in words instead of a status and a traceback."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, VeerkrachtError):
            self.problem(409, error.message, "", details=error.details())
        elif status_code == HTTPStatus.FORBIDDEN and self.request.method == "POST":
            # Most often a form that was open while the browser forgot its cookies.
            self.problem(
                403,
                self.text("Dat ging niet goed"),
                self.text(
                    "Ga terug, laad de pagina opnieuw en probeer het nog een keer. "
                    "Blijft dit gebeuren? Sta dan cookies toe in deze browser."
                ),
            )
        elif status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED):
            self.problem(
                status_code, self.text("Hier is niets te vinden"), self.text("Kijk of het adres klopt.")
            )
        elif status_code < 500:
            self.problem(status_code, self.text("Dat ging niet goed"), self.text("Kijk of het adres klopt."))
        else:
            self.problem(
                500,
                self.text("Er ging iets mis"),
                self.text("Wat al bewaard was is er nog. Probeer het opnieuw."),
            )

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Log what went wrong without the address, which may hold a secret key."""
        log_failure(self, value, tb)


def log_failure(handler: RequestHandler, error: BaseException, tb: Any) -> None:
    """Log what went wrong in a handler, and nothing of the request."""
    if isinstance(error, HTTPError | VeerkrachtError):
        log.info("%s %s", type(handler).__name__, error)
    else:
        log.error("%s failed", type(handler).__name__, exc_info=(type(error), error, tb))


class NotFound(Page):
    """Every address that is not in the table of routes."""

    def prepare(self) -> None:
        """Answer any method the same way."""
        super().prepare()
        self.not_found()

    def check_xsrf_cookie(self) -> None:
        """There is nothing here to protect."""
