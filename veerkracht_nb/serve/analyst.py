"""The pages for who prepares a session: quick scan, maps for the wall, wijkprofielen, own tables, the country."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..dialogue import Actor
from .cookies import ADMINISTRATOR
from .kernels import NoRoom
from .line import SeatGone
from .making import NoSeats
from .owners import KernelLaunch, Owner
from .screens import Screen

if TYPE_CHECKING:
    from ..dialogue import Session

ADMINISTRATOR_ONLY = frozenset({"eigentabel"})
"""Pages that change what is on this laptop; a facilitator's link may be used on another machine."""


class AnalystPage(Screen):
    """``GET /NAME?gemeente=…``: one notebook for the administrator and, for most, a facilitator of any session.

    What a session holds (``sessie=…``) is for the administrator and the facilitators of that very session.
    """

    def initialize(self, name: str) -> None:
        """Take which notebook this page shows."""
        self.name = name

    async def get(self) -> None:
        """Show the notebook."""
        if self._visitor(None) is None or not self._notebook_is_there():
            self.not_found()
            return
        parameters = await self.checked_parameters(self.name)
        if parameters is None:
            return
        wanted = str(parameters.get("sessie", ""))
        session = self._session(wanted) if wanted else None
        visitor = self._visitor(session)
        if visitor is None or (wanted and session is None):
            # The same answer whether there is no such session or it is somebody else's.
            self.not_found()
            return
        actor = Actor(id=visitor, kind="begeleider")
        owner = Owner(app=self.name, actor=actor, session=session.id if session else "")
        launch = KernelLaunch(
            app=self.name,
            session=session.path if session else None,
            actor=actor,
            parameters=parameters,
            language=self.language,
        )
        try:
            seat = await self.server.kernels.open(owner, launch)
        except (NoRoom, NoSeats, SeatGone, TimeoutError):
            await self.show(self.name, self._title(), owner, launch)
        else:
            self.show_slim(self.name, seat, self._title())

    def _notebook_is_there(self) -> bool:
        return (self.server.config.notebooks / f"{self.name}.ipynb").is_file()

    def _session(self, name: str) -> Session | None:
        return self.server.desk.by_id(name) or self.server.desk.by_code(name)

    def _visitor(self, session: Session | None) -> str | None:
        """Return who this browser is for this page (and session), or None where it may not see it."""
        if self.is_beheer():
            return ADMINISTRATOR
        if self.name in ADMINISTRATOR_ONLY:
            return None
        ticket = self.seat("begeleider", session) if session else self.any_facilitator()
        return ticket.actor if ticket else None

    def _title(self) -> str:
        titles = {
            "quickscan": self.text("Quick scan"),
            "wandkaart": self.text("Wandkaarten"),
            "wijkprofiel": self.text("Wijkprofielen"),
            "eigentabel": self.text("Eigen tabel"),
            "landelijk": self.text("Landelijk beeld"),
        }
        return titles[self.name]
