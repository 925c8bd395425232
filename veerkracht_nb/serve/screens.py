"""The screens of a session: each is a notebook, rendered for one seat in a kernel of its own."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tornado.iostream import StreamClosedError

from ..dialogue import Actor
from ..errors import ParameterError
from .cookies import Kind, Ticket
from .kernels import NoRoom
from .line import SeatGone
from .making import NoSeats, PageKind, Seat
from .owners import KernelLaunch, Owner
from .pages import Page, app_policy
from .rendering import ANALYST_PAGES, ExecutionFailed, code_cells, outputs, page_config
from .slim import page_values, place_of, slim_policy

if TYPE_CHECKING:
    from ..dialogue import Session

log = logging.getLogger(__name__)


class Screen(Page):
    """Base of the pages that show a notebook."""

    async def checked_parameters(self, notebook: str) -> dict[str, object] | None:
        """Return the parameters of the address; None when the answer (400) has been given.

        This comes before any kernel is started.
        """
        given = self.request.query_arguments
        try:
            if given and notebook not in ANALYST_PAGES:
                # Everything a seat needs comes from its cookie; its address has no parameters.
                raise ParameterError(
                    self.text("Dit adres klopt niet."),
                    got=", ".join(name[:40] for name in given)[:120],
                    todo=self.text("Laat alles vanaf het vraagteken weg, of scan de QR-code opnieuw."),
                )
            if not given:
                return {}
            if any(len(values) > 1 for values in given.values()):
                raise ParameterError(self.text("Een gegeven staat meer dan een keer in het adres."))
            # The bytes themselves: tornado's own reading turns control characters into spaces.
            values = {name: raw[0].decode() for name, raw in given.items()}
            checked = await self.in_thread(self.server.config.validator, notebook, values)
            if "gemeente" in checked:
                self._known_place(str(checked["gemeente"]))
            return checked
        except UnicodeDecodeError:
            self.problem(400, self.text("Dit adres klopt niet."), "")
            return None
        except ParameterError as error:
            self.problem(400, error.message, "", details=error.details())
            return None

    def _known_place(self, name: str) -> None:
        places, country = self.server.desk.municipalities(), self.server.desk.country()
        known = {text.casefold() for place in places for text in (place.code, place.name)}
        known |= {text.casefold() for pair in (country.gemeenten if country else ()) for text in pair}
        if name.casefold() not in known:
            raise ParameterError(
                self.text("Van deze gemeente zijn hier geen gegevens."),
                expected=", ".join(place.name for place in places),
                got=name[:60],
                todo=self.text("Kies een gemeente op het beginscherm."),
            )

    async def show(self, app: str, title: str, owner: Owner, launch: KernelLaunch) -> None:
        """Start a kernel and answer with its page, the waiting text first."""
        kernels = self.server.kernels
        try:
            kernel_id = await kernels.start(owner, launch)
        except NoRoom:
            self.set_header("Retry-After", "10")
            self.page("vol.html", 503)
            return
        except Exception:
            log.exception("no kernel for %s", app)
            self._failed_page()
            return
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Content-Security-Policy", app_policy(self.request.host))
        # Sets the cookie that the page needs to give its kernel back.
        token = self.xsrf_token.decode()
        ready = False
        try:
            self.write(self.html("app_begin.html", title=title, app=app, kernel=kernel_id, token=token))
            await self.flush()
            cells = code_cells(self.server.config.notebooks, app)
            async for output in outputs(cells, kernels.manager.get_kernel(kernel_id), app):
                self.write(self.html("app_output.html", output=output))
            config = page_config(self.server.assets, kernel_id)
            self.write(self.html("app_end.html", failed=False, config=config))
            ready = True
            kernels.rendered(kernel_id)
            await self.finish()
        except ExecutionFailed:
            await self.finish(self.html("app_end.html", failed=True, config=""))
        except StreamClosedError:
            ready = False
        finally:
            if not ready:
                await kernels.give_back(kernel_id)

    def show_slim(self, app: str, seat: Seat, title: str) -> None:
        """Answer with the slim page of a seat that is ready."""
        place = place_of(
            kernel=seat.id,
            # Sets the cookie that the page needs to give its seat back.
            token=self.xsrf_token.decode(),
            snapshot=seat.snapshot,
            leaflet=self.server.leaflet,
            home=self.request.path,
            version=self.server.assets.url("huis/zaal.js"),
        )
        self.set_header("Vary", "Accept")
        if self.request.headers.get("Accept") == "application/json":
            # A page whose seat is gone goes on with this one.
            self.finish(place)
            return
        self.set_header("Content-Security-Policy", slim_policy(self.request.host))
        self.page("zaal.html", **page_values(app, title, place))

    def _failed_page(self) -> None:
        self.problem(
            503,
            self.text("Deze pagina kan nu niet worden geopend"),
            self.text("Probeer het zo nog eens. Wat al bewaard was is er nog."),
            again=self.request.path,
        )


class SeatScreen(Screen):
    """``GET /s/CODE/deelnemer``, ``…/begeleider`` and ``…/scherm``: with the cookie of exactly that seat."""

    switches_language = True

    def initialize(self, kind: Kind) -> None:
        """Take which seat this page is for."""
        self.kind = kind

    async def get(self, code: str) -> None:
        """Show the screen of this seat."""
        session = self.own_session(code, self.kind)
        ticket = self.seat(self.kind, session) if session else None
        if session is None or ticket is None:
            self._no_seat(code)
            return
        parameters = await self.checked_parameters(self.kind)
        if parameters is None:
            return
        title, (owner, launch) = self._title(session), self._launch(session, ticket, parameters)
        try:
            if not self.server.leaflet:
                raise NoSeats
            seat = await self.server.kernels.sit(owner, launch, f"{ticket.kind} {ticket.actor}")
        except NoSeats:
            await self.show(self.kind, title, owner, launch)
        except (SeatGone, TimeoutError):
            # Another seat is on its way: whoever comes back by itself need not press anything.
            self.set_header("Refresh", "2")
            self._failed_page()
        else:
            if isinstance(seat, int):
                self.set_header("Retry-After", "1")
                self.page("wachtrij.html", 503, place=seat)
            else:
                self.show_slim(self.kind, seat, title)

    def _no_seat(self, code: str) -> None:
        # The same answer whether the session exists or not: this address does not help guessing.
        if self.kind == "deelnemer":
            self.redirect(f"/s/{code}")
            return
        self.problem(
            403,
            self.text("Deze pagina heeft een eigen link"),
            self.text("Open de link die bij de sessie hoort. Die staat op het beginscherm van de laptop."),
        )

    def _title(self, session: Session) -> str:
        made = session.state().made
        return f"{made.municipality_name} · {made.title}" if made else session.code

    def _launch(
        self, session: Session, ticket: Ticket, parameters: dict[str, object]
    ) -> tuple[Owner, KernelLaunch]:
        actor = Actor(id=ticket.actor, kind=ticket.kind, role=ticket.role)
        owner = Owner(app=self.kind, actor=actor, session=session.id, code=session.code)
        launch = KernelLaunch(
            app=self.kind,
            session=session.path,
            actor=actor,
            parameters=parameters,
            language=self.language,
            join_url=f"{self.server.address}/s/{session.code}",
        )
        return owner, launch


class Picture(Page):
    """``GET /beeld/ID``: what a page of a session starts from, for whoever has a seat of that kind in it.

    It is how the page was before anybody took part, so that it may stay in the cache of a browser.
    """

    async def get(self, snapshot: str) -> None:
        """Answer with the picture, compressed as it was made."""
        found = self.server.kernels.seats.picture(snapshot)
        if found is None or not self._has_seat(found.kind):
            self.not_found()
            return
        self.set_header("Content-Type", "application/json")
        self.set_header("Content-Encoding", "gzip")
        self.set_header("Cache-Control", "private, max-age=31536000, immutable")
        self.finish(found.path.read_bytes())

    def _has_seat(self, kind: PageKind) -> bool:
        session = self.server.desk.by_path(kind.session)
        return session is not None and any(seat == kind.app for seat in self.seats_of(session))
