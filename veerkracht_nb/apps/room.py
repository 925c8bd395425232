"""One seat in a session: what it may see, what it does, and being told when something changed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from ..dialogue import Actor, Event, Payload, Session, SessionState, view_for

POLL_SECONDS = 0.15
"""How often a kernel asks the log whether anything changed; one such question costs microseconds."""

log = logging.getLogger(__name__)


class Room:
    """The session as one actor may see it.

    Whatever an app shows comes from :attr:`view`, which holds nothing that this actor may not see.

    Parameters
    ----------
    session : Session
    actor : Actor
    """

    def __init__(self, session: Session, actor: Actor) -> None:
        self.session = session
        self.actor = actor
        self.view: SessionState = view_for(session.state(), actor)
        self._version = session.version()
        self._listeners: list[Callable[[], None]] = []
        self._task: asyncio.Task[None] | None = None

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
        if self._task is None:
            try:
                self._task = asyncio.get_running_loop().create_task(self._watch())
            except RuntimeError:
                log.debug("no event loop: the view follows only what this seat does itself")

    def refresh(self) -> None:
        """Read what is new and tell the listeners."""
        version = self.session.version()
        self.view = view_for(self.session.state(), self.actor)
        # Only now: what could not be read is asked for again.
        self._version = version
        for listener in self._listeners:
            listener()

    def close(self) -> None:
        """Stop watching and close the session file."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self.session.close()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(POLL_SECONDS)
            try:
                if self.session.version() != self._version:
                    self.refresh()
            except Exception:
                # One bad reading must not stop a screen for the rest of the afternoon.
                log.exception("could not read the session; trying again")
