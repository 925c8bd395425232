"""What every page has in common: opening the room, and showing an error instead of a traceback."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar

import ipywidgets as w
from IPython.core.getipython import get_ipython

from ..dialogue import Actor, ActorKind, open_session
from ..errors import InvalidContribution, NotAllowed, VeerkrachtError
from ..i18n import _
from ..widgets import ErrorPanel, TopBar
from .facts import buurt_facts
from .launch import Launch, current_launch, when_arrived
from .parameters import Parameters, SessionParameters
from .prepare import Background, background, find_session
from .room import Room

P = TypeVar("P", bound=Parameters)
log = logging.getLogger(__name__)


def guarded(app: Callable[[P], w.Widget]) -> Callable[[P], w.Widget]:
    """Turn an error of this package into a panel that says what to do; others go on as they are.

    In a notebook that no server started, the error itself stops the notebook: the cells after it would only stumble
    over the page that is not there, and papermill must not report that all went well.
    """

    @wraps(app)
    def page(parameters: P) -> w.Widget:
        try:
            return app(parameters)
        except VeerkrachtError as error:
            if current_launch() is None and get_ipython() is not None:
                raise
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
    """Open the session for whom this kernel runs; without a person the room waits for one.

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
    if launch is None or launch.session is None:
        room = Room(find_session(parameters.sessie), practise())
    elif launch.actor is None:
        room = Room(open_session(launch.session), Actor(id="", kind=kind))
        when_arrived(lambda person: room.sit(_actor(person, kind), person.join_url))
    else:
        room = Room(open_session(launch.session), _actor(launch, kind), launch.join_url)
    made = room.view.made
    behind = background(made) if made else None
    if not room.actor.id:
        # While nobody waits: the cards, which all seats made from this page then share.
        for buurt in room.view.buurten:
            buurt_facts(buurt, behind)
    return room, behind


def _actor(launch: Launch, kind: ActorKind) -> Actor:
    if launch.actor is None or launch.actor.kind != kind:
        raise NotAllowed(
            _("Deze pagina hoort bij een andere rol."),
            expected=kind,
            got=launch.actor.kind if launch.actor else "",
            todo=_("Open de pagina met je eigen koppeling."),
        )
    return launch.actor.actor()


def top_bar(kind: ActorKind, room: Room) -> TopBar:
    """Return the bar of a page of a session."""
    title = room.view.made.title if room.view.made else ""
    return TopBar(kind=kind, title=title, storage_key=room.key)
