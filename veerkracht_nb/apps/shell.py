"""What every page has in common: opening the room, and showing an error instead of a traceback."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar

import ipywidgets as w

from ..dialogue import Actor, ActorKind, open_session
from ..errors import InvalidContribution, NotAllowed, VeerkrachtError
from ..i18n import _
from ..widgets import ErrorPanel, TopBar
from .launch import current_launch
from .parameters import Parameters, SessionParameters
from .prepare import Background, background, find_session
from .room import Room

P = TypeVar("P", bound=Parameters)
log = logging.getLogger(__name__)


def guarded(app: Callable[[P], w.Widget]) -> Callable[[P], w.Widget]:
    """Turn an error of this package into a panel that says what to do; others go on as they are."""

    @wraps(app)
    def page(parameters: P) -> w.Widget:
        try:
            return app(parameters)
        except VeerkrachtError as error:
            log.warning("%s", error)
            return ErrorPanel(error)

    return page


def one_of(value: str, choices: Sequence[str]) -> Any:
    """Return `value` if it is one of `choices`.

    Raises
    ------
    InvalidContribution
    """
    if value not in choices:
        raise InvalidContribution(
            _("Deze keuze bestaat niet."), expected=", ".join(choices[:8]), got=value[:40]
        )
    return value


def open_room(
    parameters: SessionParameters, kind: ActorKind, practise: Callable[[], Actor]
) -> tuple[Room, Background | None]:
    """Open the session for whom this kernel runs.

    Parameters
    ----------
    parameters : SessionParameters
    kind : {"deelnemer", "begeleider", "scherm"}
        The kind of page that asks.
    practise : callable
        Makes the actor where there is no server.

    Raises
    ------
    NotAllowed
        If the server started this kernel for another kind of seat.
    """
    launch = current_launch()
    if launch is None or launch.session is None or launch.actor is None:
        session, actor = find_session(parameters.sessie), practise()
    else:
        if launch.actor.kind != kind:
            raise NotAllowed(
                _("Deze pagina hoort bij een andere rol."),
                expected=kind,
                got=launch.actor.kind,
                todo=_("Open de pagina met je eigen koppeling."),
            )
        session, actor = open_session(launch.session), launch.actor.actor()
    made = session.state().made
    return Room(session, actor), background(made) if made else None


def top_bar(kind: ActorKind, room: Room) -> TopBar:
    """Return the bar of a page of a session."""
    title = room.view.made.title if room.view.made else ""
    return TopBar(kind=kind, title=title, storage_key=f"{room.session.id}-{room.actor.id}")
