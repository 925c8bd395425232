"""Who may do what, and when: decided here on every write, never in a screen.

=============  ==============================================================================================
deelnemer      takes a seat (again: changes role); in an open session contributes what the current step
               records, for buurten of the session and of the step; corrects own contributions of steps that
               were started; withdraws own texts, also after the session was closed
begeleider     starts steps, adds time, sets focus and layer, reveals, moderates, closes and reopens;
               never answers for a participant
scherm         nothing
=============  ==============================================================================================
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ..errors import InvalidContribution, NotAllowed
from ..i18n import _
from . import events as ev
from .codec import checked
from .events import Actor, Payload
from .script import Step
from .state import Contribution, SessionState
from .text import clean_text, tidy

TEXT_LIMITS = {"waarneming": 280, "verhaal": 600}
"""Most characters of a text, as a reader counts them."""

REASON_LIMIT = 280
THEME_LIMIT = 40
MAX_SEATS = 200
MAX_TEXTS = 200
"""Most texts of one participant: every page of the room keeps them all in memory."""

MAX_PER_MINUTE = 120
"""Most events of one participant in a minute: more than anybody taps, less than a script sends."""

_ACTOR_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_FACILITATOR_ACTS = (
    ev.StepStarted,
    ev.TimeAdded,
    ev.FocusSet,
    ev.LayerChosen,
    ev.Revealed,
    ev.Moderated,
    ev.SessionClosed,
    ev.SessionReopened,
)


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """What may be written: the cleaned payload, by the actor as the session knows that person."""

    payload: Payload
    actor: Actor


def authorise(state: SessionState, payload: Payload, actor: Actor, *, recent: int = 0) -> Allowed:
    """Check that `actor` may write `payload` now, and return what is to be written.

    Parameters
    ----------
    state : SessionState
        The whole state, as it is at the moment of writing.
    payload : Payload
        As it came in; its types and texts are checked and cleaned here.
    actor : Actor
        Who asks. The role is taken from the seat in the session, not from what the caller says.
    recent : int, default 0
        Number of events of this actor in the last minute.

    Raises
    ------
    NotAllowed
        If this person may not do this, or not now.
    InvalidContribution
        If it names something that is not there, or the text is empty or too long.
    """
    payload = checked(_tidied(payload))
    if actor.kind == "begeleider":
        if not isinstance(payload, _FACILITATOR_ACTS):
            raise NotAllowed(_("De begeleider antwoordt niet voor de deelnemers."))
        return Allowed(payload=_RULES[type(payload)](state, payload, actor), actor=replace(actor, role=""))
    if actor.kind != "deelnemer":
        raise NotAllowed(_("Een scherm kan niets bijdragen."))
    if isinstance(payload, (ev.SessionMade, *_FACILITATOR_ACTS)):
        raise NotAllowed(_("Alleen de begeleider kan dit doen."))
    if recent >= MAX_PER_MINUTE:
        raise NotAllowed(
            _("Dit gaat te snel."),
            expected=_("hoogstens {most} bijdragen in een minuut").format(most=MAX_PER_MINUTE),
            todo=_("Wacht even en probeer het dan opnieuw."),
        )
    if not isinstance(payload, ev.SeatTaken) and actor.id not in state.seats:
        raise NotAllowed(_("Je hebt nog geen plaats in deze sessie."), todo=_("Kies eerst een rol."))
    payload = _RULES[type(payload)](state, payload, actor)
    role = payload.role if isinstance(payload, ev.SeatTaken) else state.seats[actor.id].role
    return Allowed(payload=payload, actor=replace(actor, role=role))


def check_actor(actor: Actor) -> None:
    """Check that the id of `actor` is one that can be kept.

    Raises
    ------
    NotAllowed
        If it is not 8 to 64 of the characters A-Z a-z 0-9 _ and -.
    """
    if not _ACTOR_ID.fullmatch(actor.id):
        raise NotAllowed(_("Deze plaats is niet geldig."), expected="8-64 × A-Z a-z 0-9 _ -")


def _tidied(payload: Payload) -> Payload:
    """Clean the texts before types are checked: a lone surrogate cannot even be encoded."""
    if isinstance(payload, ev.Waarneming | ev.Verhaal):
        if not isinstance(payload.text, str):
            raise InvalidContribution(_("Er staat nog geen tekst."), todo=_("Schrijf een of meer woorden."))
        kind = "verhaal" if isinstance(payload, ev.Verhaal) else "waarneming"
        payload = replace(payload, text=clean_text(payload.text, TEXT_LIMITS[kind]))
    if isinstance(payload, ev.Verhaal) and isinstance(payload.theme, str) and payload.theme:
        payload = replace(
            payload, theme=clean_text(payload.theme, THEME_LIMIT) if tidy(payload.theme) else ""
        )
    if isinstance(payload, ev.Moderated) and isinstance(payload.reason, str) and payload.reason:
        payload = replace(
            payload, reason=clean_text(payload.reason, REASON_LIMIT) if tidy(payload.reason) else ""
        )
    return payload


def _open(state: SessionState) -> None:
    if state.closed:
        raise NotAllowed(_("De sessie is gesloten."), todo=_("Vraag de begeleider om haar te heropenen."))


def _known_step(state: SessionState, step_id: str) -> Step:
    if state.script is None or not state.script.has_step(step_id):
        steps = ", ".join(step.id for step in state.script.steps) if state.script else ""
        raise InvalidContribution(_("Deze stap bestaat niet."), expected=steps, got=step_id)
    return state.script.step(step_id)


def _known_buurt(state: SessionState, code: str) -> None:
    if all(buurt.code != code for buurt in state.buurten):
        raise InvalidContribution(_("Deze buurt hoort niet bij de sessie."), got=code)


def _own(state: SessionState, target: str, actor: Actor) -> Contribution:
    found = state.contributions.get(state.origin.get(target, ""))
    # The same words for "not there" and "not yours", so that nobody learns which ids exist.
    if found is None or found.seat != actor.id:
        raise NotAllowed(_("Dit is geen bijdrage van jou."))
    return found


def _seat(state: SessionState, payload: ev.SeatTaken, actor: Actor) -> Payload:
    _open(state)
    roles = state.made.roles if state.made else ()
    if payload.role not in roles:
        raise InvalidContribution(
            _("Deze rol staat niet in de lijst."), expected=", ".join(roles), got=payload.role
        )
    if actor.id not in state.seats and len(state.seats) >= MAX_SEATS:
        raise NotAllowed(
            _("De zaal is vol."), expected=_("hoogstens {most} deelnemers").format(most=MAX_SEATS)
        )
    return payload


def _may_contribute(
    state: SessionState, payload: ev.Waarneming | ev.Herkenning | ev.Verhaal, *, correction: bool
) -> None:
    _open(state)
    step = _known_step(state, payload.step)
    _known_buurt(state, payload.buurt)
    if type(payload) not in step.records:
        raise NotAllowed(_("In deze stap wordt iets anders gevraagd."), got=f"{step.title} ({step.kind})")
    if step.focus and payload.buurt not in step.focus:
        raise NotAllowed(
            _("Deze stap gaat over andere buurten."), expected=", ".join(step.focus), got=payload.buurt
        )
    if payload.step != state.step and not (correction and payload.step in state.started):
        now = state.current
        raise NotAllowed(
            _("De zaal is niet in deze stap."),
            expected=now.title if now else _("nog geen stap"),
            got=step.title,
            todo=_("Je tekst blijft staan; vraag de begeleider om naar deze stap terug te gaan."),
        )


def _herkenning(state: SessionState, payload: ev.Herkenning, actor: Actor) -> Payload:
    before = (payload.step, payload.buurt, actor.id) in state.answers
    _may_contribute(state, payload, correction=before)
    if payload.recognition is None and payload.direction is None and not before:
        raise InvalidContribution(_("Kies eerst een antwoord."))
    return payload


def _text(state: SessionState, payload: ev.Waarneming | ev.Verhaal, actor: Actor) -> Payload:
    before = _own(state, payload.replaces, actor) if payload.replaces else None
    if before is not None:
        kind = "verhaal" if isinstance(payload, ev.Verhaal) else "waarneming"
        if before.withdrawn:
            raise NotAllowed(_("Deze bijdrage is ingetrokken."), todo=_("Schrijf een nieuwe."))
        if before.step != payload.step or before.kind != kind:
            raise InvalidContribution(_("Een verbetering hoort bij dezelfde stap."))
        payload = replace(payload, replaces=before.id)
    _may_contribute(state, payload, correction=before is not None)
    if before is None and sum(c.seat == actor.id for c in state.contributions.values()) >= MAX_TEXTS:
        raise NotAllowed(
            _("Je hebt al heel veel geschreven."),
            expected=_("hoogstens {most} teksten van één deelnemer").format(most=MAX_TEXTS),
            todo=_("Verbeter een tekst die er al is."),
        )
    if isinstance(payload, ev.Verhaal) and payload.pin is not None:
        payload = replace(payload, pin=_pin(payload.pin))
    return payload


def _pin(pin: tuple[float, float]) -> tuple[float, float]:
    lon, lat = pin
    if not (math.isfinite(lon) and math.isfinite(lat) and -180 <= lon <= 180 and -90 <= lat <= 90):
        raise InvalidContribution(_("Deze plek ligt niet op de kaart."), got=f"{lon}, {lat}")
    # Four decimals are about ten metres: a street, not a front door.
    return round(lon, 4), round(lat, 4)


def _withdrawn(state: SessionState, payload: ev.Withdrawn, actor: Actor) -> Payload:
    found = _own(state, payload.target, actor)
    if found.withdrawn:
        raise NotAllowed(_("Deze bijdrage is al ingetrokken."))
    return replace(payload, target=found.id)


def _started(state: SessionState, payload: ev.StepStarted, actor: Actor) -> Payload:
    _open(state)
    _known_step(state, payload.step)
    return payload


def _time(state: SessionState, payload: ev.TimeAdded, actor: Actor) -> Payload:
    _open(state)
    _known_step(state, payload.step)
    if payload.minutes == 0 or not -240 <= payload.minutes <= 240:
        raise InvalidContribution(
            _("Zoveel tijd kan er niet bij."), expected="-240 … 240", got=str(payload.minutes)
        )
    return payload


def _focus(state: SessionState, payload: ev.FocusSet, actor: Actor) -> Payload:
    if payload.buurt:
        _known_buurt(state, payload.buurt)
    return payload


def _layer(state: SessionState, payload: ev.LayerChosen, actor: Actor) -> Payload:
    return payload


def _revealed(state: SessionState, payload: ev.Revealed, actor: Actor) -> Payload:
    _known_step(state, payload.step)
    return payload


def _moderated(state: SessionState, payload: ev.Moderated, actor: Actor) -> Payload:
    found = state.contributions.get(state.origin.get(payload.target, ""))
    if found is None or found.withdrawn:
        raise InvalidContribution(_("Deze bijdrage is er niet (meer)."))
    if payload.decision == "teruggegeven" and not payload.reason:
        raise InvalidContribution(_("Geef een reden bij het teruggeven."))
    return replace(payload, target=found.id)


def _closed(state: SessionState, payload: ev.SessionClosed, actor: Actor) -> Payload:
    _open(state)
    return payload


def _reopened(state: SessionState, payload: ev.SessionReopened, actor: Actor) -> Payload:
    if not state.closed:
        raise NotAllowed(_("De sessie is al open."))
    return payload


_RULES: dict[type, Callable[[SessionState, Any, Actor], Payload]] = {
    ev.SeatTaken: _seat,
    ev.Waarneming: _text,
    ev.Herkenning: _herkenning,
    ev.Verhaal: _text,
    ev.Withdrawn: _withdrawn,
    ev.StepStarted: _started,
    ev.TimeAdded: _time,
    ev.FocusSet: _focus,
    ev.LayerChosen: _layer,
    ev.Revealed: _revealed,
    ev.Moderated: _moderated,
    ev.SessionClosed: _closed,
    ev.SessionReopened: _reopened,
}
