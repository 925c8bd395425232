"""One seat in a session: what it may see, what it does, and being told when something changed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from ..dialogue import Actor, Event, Payload, Session, SessionState, view_for

POLL_SECONDS = {"begeleider": 0.1, "scherm": 0.15, "deelnemer": 0.25}
"""How often a page asks the log whether anything changed: who leads the room first, a hundred phones less often."""

log = logging.getLogger(__name__)


class Room:
    """The session as one actor may see it.

    Whatever an app shows comes from :attr:`view`, which holds nothing that this actor may not see.

    Parameters
    ----------
    session : Session
    actor : Actor
        Without an id nobody sits here yet: the view is how the session began, its file is let go of, and
        :meth:`sit` follows.
    join_url : str
        Address for participants, shown as QR; empty where there is no server.
    """

    def __init__(self, session: Session, actor: Actor, join_url: str = "") -> None:
        self.session = session
        self.actor = actor
        self.join_url = join_url
        self._listeners: list[Callable[[], None]] = []
        self._seated: list[Callable[[], None]] = []
        self._task: asyncio.Task[None] | None = None
        if actor.id:
            self._look()
        else:
            self.view: SessionState = view_for(session.beginning(), actor)
            session.close()

    @property
    def key(self) -> str:
        """Name of this seat, under which the browser of the person keeps what was typed."""
        return f"{self.session.id}-{self.actor.id}"

    def on_seated(self, listener: Callable[[], None]) -> None:
        """Call `listener` once there is a person: now, or when one comes."""
        if self.actor.id:
            listener()
        else:
            self._seated.append(listener)

    def sit(self, actor: Actor, join_url: str = "") -> None:
        """Give the seat to the person it was waiting for.

        Raises
        ------
        SessionNotFound, LogError
        """
        self.session.resume()
        self.actor, self.join_url = actor, join_url
        self._look()
        for listener in self._seated:
            listener()
        self._tell()
        self._start_watching()

    def submit(self, payload: Payload, nonce: str | None = None) -> Event:
        """Write `payload` into the log and show the result at once.

        What was written is acknowledged also when it cannot be shown yet: saying otherwise would make people
        send it twice.

        Raises
        ------
        NotAllowed, InvalidContribution, LogError
        """
        event = self.session.submit(payload, self.actor, nonce=nonce)
        try:
            self.refresh()
        except Exception:
            log.exception("saved, but the screen could not be drawn")
        return event

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call `listener` now and whenever the session has changed; starts watching."""
        self._listeners.append(listener)
        listener()
        if self.actor.id:
            self._start_watching()

    def refresh(self) -> None:
        """Read what is new and tell the listeners, if this actor may see anything of it."""
        before = self.view
        self._look()
        if self.view != before:
            self._tell()

    def close(self) -> None:
        """Stop watching and close the session file."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self.session.close()

    def _look(self) -> None:
        version = self.session.version()
        self.view = view_for(self.session.state(), self.actor)
        # Only now: what could not be read is asked for again.
        self._version = version

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()

    def _start_watching(self) -> None:
        if self._task is None:
            try:
                self._task = asyncio.get_running_loop().create_task(self._watch())
            except RuntimeError:
                log.debug("no event loop: the view follows only what this seat does itself")

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(POLL_SECONDS[self.actor.kind])
            try:
                if self.session.version() != self._version:
                    self.refresh()
            except Exception:
                # One bad reading must not stop a screen for the rest of the afternoon.
                log.exception("could not read the session; trying again")
