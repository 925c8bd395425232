"""Joining: the code, the choice of a role, and the secret links of facilitator, screen and administrator."""

from __future__ import annotations

import asyncio
import hmac
import re
import secrets
from typing import TYPE_CHECKING

from tornado.web import HTTPError

from ..dialogue import tidy_code
from .cookies import BEHEER, DAYS, Kind, Ticket, set_ticket
from .pages import Page

if TYPE_CHECKING:
    from ..dialogue import Session


class CodeForm(Page):
    """Answers with the form for a code; base of the pages that can end there."""

    def code_form(self, status: int = 200, *, wrong: str = "", busy: bool = False) -> None:
        """Answer with the form, with what was typed when it was wrong."""
        self.page("code.html", status, wrong=wrong, busy=busy)

    async def session_of(self, code: str) -> Session | None:
        """Return the session of a code; where there is none the answer has been given.

        Guessing is slow: see :class:`veerkracht_nb.serve.guessing.CodeGuard`.
        """
        guard, client = self.server.guard, self.request.remote_ip or "?"
        delay = guard.delay(client)
        if delay:
            if not guard.enter(client):
                self.set_header("Retry-After", "5")
                self.code_form(429, busy=True)
                return None
            try:
                await asyncio.sleep(delay)
            finally:
                guard.leave(client)
        session = self.server.desk.by_code(code)
        if session is None:
            guard.wrong(client)
            self.code_form(404, wrong=code[:12])
        return session

    def known_session(self, code: str) -> Session | None:
        """Return the session of a code in which this browser already has a seat: no guess, so no budget."""
        return self.own_session(code)


class Code(CodeForm):
    """``POST /``: a typed code becomes the address of its session."""

    def post(self) -> None:
        """Send the browser to the session; whether it exists is found out there."""
        code = tidy_code(self.get_body_argument("code", ""))
        if not re.fullmatch(r"[A-Z0-9]{1,12}", code):
            self.code_form(400, wrong=code[:12])
            return
        self.redirect(f"/s/{code}", status=303)


class Join(CodeForm):
    """``GET|POST /s/CODE``: choose a role and get a seat."""

    switches_language = True

    async def get(self, code: str) -> None:
        """Show the roles, or the seat this browser already has."""
        session = self.known_session(code) or await self.session_of(code)
        if session is None:
            return
        if code != session.code:
            self.redirect(f"/s/{session.code}")
            return
        if self.seat("deelnemer", session):
            self.redirect(f"/s/{session.code}/deelnemer")
            return
        self._roles(session)

    async def post(self, code: str) -> None:
        """Take a seat in the chosen role."""
        session = self.known_session(code) or await self.session_of(code)
        if session is None:
            return
        if not self.seat("deelnemer", session):
            role = self.get_body_argument("rol", "")
            made = session.state().made
            if made is None or role not in made.roles:
                self._roles(session, missing=True)
                return
            if session.state().closed:
                self._roles(session)
                return
            if not await self._waited_for_seat(session.code):
                return
            take = self.server.desk.take_seat
            actor = await self.in_thread(take, session, role)
            ticket = Ticket(session=session.id, actor=actor.id, kind="deelnemer", role=role)
            set_ticket(self, session.code, ticket)
        self.redirect(f"/s/{session.code}/deelnemer", status=303)

    async def _waited_for_seat(self, code: str) -> bool:
        """Wait when very many arrive; False when too many wait already, and then the answer has been given."""
        guard, room = self.server.guard, f"sessie {code}"
        if delay := guard.seat_delay(code):
            if not guard.enter(room):
                self.set_header("Retry-After", "5")
                self.code_form(429, busy=True)
                return False
            try:
                await asyncio.sleep(delay)
            finally:
                guard.leave(room)
        return True

    def _roles(self, session: Session, missing: bool = False) -> None:
        state = session.state()
        if state.closed or state.made is None:
            self.problem(
                410,
                self.text("Deze sessie is afgelopen"),
                self.text("Meedoen kan niet meer. Vraag de begeleider of er een nieuwe sessie komt."),
            )
            return
        made = state.made
        self.server.kernels.expect("deelnemer", session.path, self.language)
        self.page(
            "meedoen.html", 422 if missing else 200, title=made.title, place=made.municipality_name,
            code=session.code, roles=made.roles, missing=missing,
        )  # fmt: skip


class SecretLink(Page):
    """``GET /b/KEY`` and ``GET /scherm/KEY``: a secret address becomes a cookie."""

    def initialize(self, kind: Kind) -> None:
        """Take which seat this address gives."""
        self.kind = kind

    def get(self, key: str) -> None:
        """Give the seat and go to its page."""
        desk = self.server.desk
        session = desk.by_facilitator_key(key) if self.kind == "begeleider" else desk.by_screen_key(key)
        if session is None:
            self.problem(
                404,
                self.text("Deze link werkt niet (meer)"),
                self.text("Vraag degene die de sessie klaarzette om een nieuwe link."),
            )
            return
        # Coming back keeps the seat; only the server makes up who somebody is.
        known = self.seat(self.kind, session)
        actor = known.actor if known else f"{self.kind}-{secrets.token_urlsafe(8)}"
        set_ticket(self, session.code, Ticket(session=session.id, actor=actor, kind=self.kind))
        # Whoever opens this page soon shows the code to a room.
        for kind in dict.fromkeys((self.kind, "deelnemer", "scherm")):
            self.server.kernels.expect(kind, session.path, self.language)
        self.redirect(f"/s/{session.code}/{self.kind}", status=303)


class Beheer(Page):
    """``GET /beheer/SECRET``: makes this browser the administrator's, for this run of the server."""

    def get(self, secret: str) -> None:
        """Set the cookie and go to the start page."""
        if not hmac.compare_digest(secret.encode(), self.server.config.beheer_secret.encode()):
            raise HTTPError(404)
        self.set_signed_cookie(
            BEHEER, self.server.beheer_mark, expires_days=DAYS, httponly=True, samesite="Lax", path="/"
        )
        self.redirect("/", status=303)
