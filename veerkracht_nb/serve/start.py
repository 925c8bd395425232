"""The start page: what is on this laptop, and what its administrator can do with it."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..dialogue import shipped_scripts
from ..errors import ParameterError, VeerkrachtError
from .address import qr_svg
from .joining import Code
from .pages import Page
from .rendering import ANALYST_PAGES
from .sessions import MunicipalityRow, NewSession, OwnProfileRow

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

    async def get(self) -> None:
        """Show the page that fits the visitor."""
        if self.is_beheer():
            await self.start_page()
        else:
            self.code_form()

    async def start_page(
        self, status: int = 200, *, trouble: VeerkrachtError | None = None, filled: Any = None
    ) -> None:
        """Show what is on this laptop."""
        server, address = self.server, self.server.address
        places: list[MunicipalityRow] = []
        own: list[OwnProfileRow] = []
        try:
            places = server.desk.municipalities()
            # May read files of several municipalities: a room that is at work must not wait for it.
            own = await self.in_thread(server.desk.own_profiles)
        except VeerkrachtError as error:
            trouble = trouble or error
        country = server.desk.country()
        if country is not None:
            prepared = {place.code for place in places}
            others = tuple(pair for pair in country.gemeenten if pair[0] not in prepared)
            country = replace(country, gemeenten=others)
        pages = {name for name in ANALYST_PAGES if (server.config.notebooks / f"{name}.ipynb").is_file()}
        self.page(
            "start.html", status, address=address, qr=qr_svg(f"{address}/"), places=places,
            sessions=server.desk.rows(), damaged=server.desk.damaged(),
            profiles=PROFILES, views=VIEWS, scripts=SCRIPTS, own=own, country=country,
            pages=pages, fetching=server.fetcher.state,
            trouble=trouble, filled=filled or NewSession(gemeente=""),
        )  # fmt: skip


class NewSessionHandler(Start):
    """``POST /sessies``: prepare a session. Beheer only."""

    switches_language = False

    async def get(self) -> None:
        """There is nothing to read here."""
        self.not_found()

    @beheer_only
    async def post(self) -> None:
        """Prepare the session of the form; on trouble show the form again, as it was filled in."""
        new = NewSession(
            gemeente=self.get_body_argument("gemeente", "")[:60],
            profile=self.get_body_argument("profiel", PROFILES[0])[:80],
            view=self.get_body_argument("weergave", VIEWS[0]),
            script=self.get_body_argument("draaiboek", SCRIPTS[0]),
            title=self.get_body_argument("titel", "")[:120].strip(),
        )
        # A draaiboek may be a path on the command line, never in a form.
        own = {row.value: row for row in await self.in_thread(self.server.desk.own_profiles)}
        chosen = own.get(new.profile)
        if (new.profile not in PROFILES and not chosen) or new.view not in VIEWS or new.script not in SCRIPTS:
            self.problem(
                400, self.text("Dat ging niet goed"), self.text("Kies uit de lijst van het formulier.")
            )
            return
        try:
            if chosen and new.gemeente.casefold() not in (
                chosen.code.casefold(),
                chosen.municipality.casefold(),
            ):
                raise ParameterError(
                    self.text("Deze eigen tabel hoort bij een andere gemeente."),
                    expected=chosen.municipality,
                    todo=self.text("Kies die gemeente, of een ander profiel."),
                )
            # Seconds of computing: a room that is at work must not wait for it.
            made = replace(new, profile=chosen.key) if chosen else new
            session = await self.in_thread(self.server.desk.create, made)
        except VeerkrachtError as error:
            await self.start_page(409, trouble=error, filled=new)
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
            await self.server.kernels.give_back_session(session.id, session.path)
            desk.delete(session)
        self.redirect("/", status=303)

    async def _export(self, session: Session) -> None:
        name = re.sub(r"[^A-Za-z0-9_-]", "", session.code)
        # Word, Excel and GeoPackage take seconds to write; the room must not wait for that.
        content = await self.in_thread(self.server.desk.export, session.path)
        self.set_header("Content-Type", "application/zip")
        self.set_header("Content-Disposition", f'attachment; filename="verslag-{name}.zip"')
        self.finish(content)
