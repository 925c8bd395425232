"""The start page: what is on this laptop, and what its administrator can do with it."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..dialogue import shipped_scripts
from ..errors import VeerkrachtError
from .address import qr_svg
from .joining import Code
from .pages import Page
from .sessions import NewSession

if TYPE_CHECKING:
    from ..dialogue import Session

PROFILES = ("automatisch", "sociaaleconomisch", "zelfredzaamheid")
VIEWS = ("relatief", "absoluut")
SCRIPTS = tuple(sorted(shipped_scripts(), key=lambda name: name != "werksessie"))


def beheer_only(method: Callable[..., Any]) -> Callable[..., Any]:
    """Let only the administrator's browser through; everybody else finds nothing here."""

    @functools.wraps(method)
    async def wrapped(self: Page, *args: str) -> None:
        if not self.is_beheer():
            self.not_found()
            return
        await method(self, *args)

    return wrapped


class Start(Code):
    """``GET /``: the start page for the administrator, the form for a code for everybody else."""

    switches_language = True

    def get(self) -> None:
        """Show the page that fits the visitor."""
        if self.is_beheer():
            self.start_page()
        else:
            self.code_form()

    def start_page(
        self, status: int = 200, *, trouble: VeerkrachtError | None = None, filled: Any = None
    ) -> None:
        """Show what is on this laptop."""
        server, address = self.server, self.server.address
        try:
            places = server.desk.municipalities()
        except VeerkrachtError as error:
            places, trouble = [], trouble or error
        self.page(
            "start.html", status, address=address, qr=qr_svg(f"{address}/"), places=places,
            sessions=server.desk.rows(), damaged=server.desk.damaged(),
            profiles=PROFILES, views=VIEWS, scripts=SCRIPTS,
            trouble=trouble, filled=filled or NewSession(gemeente=""),
        )  # fmt: skip


class NewSessionHandler(Start):
    """``POST /sessies``: prepare a session. Beheer only."""

    switches_language = False

    def get(self) -> None:
        """There is nothing to read here."""
        self.not_found()

    @beheer_only
    async def post(self) -> None:
        """Prepare the session of the form; on trouble show the form again, as it was filled in."""
        new = NewSession(
            gemeente=self.get_body_argument("gemeente", "")[:60],
            profile=self.get_body_argument("profiel", PROFILES[0]),
            view=self.get_body_argument("weergave", VIEWS[0]),
            script=self.get_body_argument("draaiboek", SCRIPTS[0]),
            title=self.get_body_argument("titel", "")[:120].strip(),
        )
        # A draaiboek may be a path on the command line, never in a form.
        if new.profile not in PROFILES or new.view not in VIEWS or new.script not in SCRIPTS:
            self.problem(
                400, self.text("Dat ging niet goed"), self.text("Kies uit de lijst van het formulier.")
            )
            return
        try:
            # Seconds of computing: a room that is at work must not wait for it.
            session = await self.in_thread(self.server.desk.create, new)
        except VeerkrachtError as error:
            self.start_page(409, trouble=error, filled=new)
            return
        self.redirect(f"/#sessie-{session.code}", status=303)


class SessionAction(Page):
    """``POST /sessies/ID/ACTION``: close, reopen, export or delete a session. Beheer only.

    ``GET /sessies/ID/verwijderen`` asks whether it must really be deleted.
    """

    @beheer_only
    async def get(self, session_id: str, action: str) -> None:
        """Ask before deleting."""
        session = self.server.desk.by_id(session_id)
        if session is None or action != "verwijderen":
            self.not_found()
            return
        row = next(row for row in self.server.desk.rows() if row.id == session_id)
        self.page("verwijderen.html", row=row)

    @beheer_only
    async def post(self, session_id: str, action: str) -> None:
        """Do it."""
        desk = self.server.desk
        session = desk.by_id(session_id)
        if session is None:
            self.not_found()
            return
        if action == "exporteren":
            await self._export(session)
            return
        if action == "sluiten":
            desk.close(session)
        elif action == "heropenen":
            desk.reopen(session)
        else:
            await self.server.kernels.give_back_session(session.id)
            desk.delete(session)
        self.redirect("/", status=303)

    async def _export(self, session: Session) -> None:
        name = re.sub(r"[^A-Za-z0-9_-]", "", session.code)
        # Word, Excel and GeoPackage take seconds to write; the room must not wait for that.
        content = await self.in_thread(self.server.desk.export, session.path)
        self.set_header("Content-Type", "application/zip")
        self.set_header("Content-Disposition", f'attachment; filename="verslag-{name}.zip"')
        self.finish(content)
