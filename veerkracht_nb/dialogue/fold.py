"""From events to a state: pure, and the same however the events were cut into batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from ..errors import SessionError
from . import events as ev
from .events import Event
from .script import parse_script
from .state import Answer, Contribution, SessionState

_Changes = dict[str, Any]


def order(event: Event) -> tuple[Any, str]:
    """Return the key of the canonical order of events: time, then id."""
    return event.at, event.id


def fold(state: SessionState, events: Iterable[Event]) -> SessionState:
    """Return `state` after `events`, which are taken in canonical order whatever order they are given in.

    Raises
    ------
    SessionError
        If an event belongs before what `state` already holds; then fold everything from the start.
    """
    pending = sorted(events, key=order)
    if not pending:
        return state
    if state.last_at is not None and order(pending[0]) <= (state.last_at, state.last_id):
        raise SessionError("Er zijn oudere gebeurtenissen bijgekomen: vouw alles opnieuw.")
    # One copy for the whole batch; the state that came in stays as it is.
    state = replace(
        state,
        extra_minutes=dict(state.extra_minutes),
        visibility=dict(state.visibility),
        seats=dict(state.seats),
        answers=dict(state.answers),
        contributions=dict(state.contributions),
        origin=dict(state.origin),
    )
    for event in pending:
        apply = _APPLY.get(type(event.payload))
        changes = apply(state, event, event.payload) if apply else {}
        state = replace(state, last_at=event.at, last_id=event.id, **changes)
    return state


def _made(state: SessionState, event: Event, payload: ev.SessionMade) -> _Changes:
    script = parse_script(payload.script)
    open_from_start = {step.id for step in script.steps if step.visibility != "alleen_ik"}
    return {"made": payload, "script": script, "revealed": state.revealed | open_from_start}


def _seat(state: SessionState, event: Event, payload: ev.SeatTaken) -> _Changes:
    seat = event.actor.id
    state.seats[seat] = replace(event.actor, role=payload.role)
    # A person who chose another role on second thoughts is one person with one role.
    for key, answer in state.answers.items():
        if answer.seat == seat and answer.role != payload.role:
            state.answers[key] = replace(answer, role=payload.role)
    for first, contribution in state.contributions.items():
        if contribution.seat == seat and contribution.role != payload.role:
            state.contributions[first] = replace(contribution, role=payload.role)
    return {"seat_count": len(state.seats)}


def _step(state: SessionState, event: Event, payload: ev.StepStarted) -> _Changes:
    state.extra_minutes.pop(payload.step, None)
    started = state.started if payload.step in state.started else (*state.started, payload.step)
    return {"step": payload.step, "step_started_at": event.at, "started": started, "focus": ""}


def _time(state: SessionState, event: Event, payload: ev.TimeAdded) -> _Changes:
    state.extra_minutes[payload.step] = state.extra_minutes.get(payload.step, 0) + payload.minutes
    return {}


def _focus(state: SessionState, event: Event, payload: ev.FocusSet) -> _Changes:
    return {"focus": payload.buurt}


def _layer(state: SessionState, event: Event, payload: ev.LayerChosen) -> _Changes:
    return {"layer": payload.layer}


def _revealed(state: SessionState, event: Event, payload: ev.Revealed) -> _Changes:
    state.visibility[payload.step] = payload.level
    return {"revealed": state.revealed if payload.level == "alleen_ik" else state.revealed | {payload.step}}


def _closed(state: SessionState, event: Event, payload: ev.SessionClosed) -> _Changes:
    return {"closed": True}


def _reopened(state: SessionState, event: Event, payload: ev.SessionReopened) -> _Changes:
    return {"closed": False}


def _role(state: SessionState, event: Event) -> str:
    seat = state.seats.get(event.actor.id)
    return seat.role if seat else event.actor.role


def _herkenning(state: SessionState, event: Event, payload: ev.Herkenning) -> _Changes:
    key = (payload.step, payload.buurt, event.actor.id)
    before = state.answers.get(key)
    revealed = payload.step in state.revealed
    kept = before if before and revealed else None
    first = (
        (kept.first_recognition, kept.first_direction) if kept else (payload.recognition, payload.direction)
    )
    state.answers[key] = Answer(
        step=payload.step,
        buurt=payload.buurt,
        seat=event.actor.id,
        role=_role(state, event),
        recognition=payload.recognition,
        direction=payload.direction,
        first_recognition=first[0],
        first_direction=first[1],
        changed_after_reveal=revealed and first != (payload.recognition, payload.direction),
        after_reveal=before.after_reveal if before else revealed,
        at=event.at,
    )
    return {}


def _contribution(state: SessionState, event: Event, payload: ev.Waarneming | ev.Verhaal) -> _Changes:
    key = state.origin.get(payload.replaces, event.id)
    before = state.contributions.get(key)
    if before and before.seat != event.actor.id:
        key, before = event.id, None
    gone = before is not None and before.withdrawn
    texts = (*before.earlier, before.text) if before else ()
    story = payload if isinstance(payload, ev.Verhaal) else None
    state.origin[event.id] = key
    state.contributions[key] = Contribution(
        id=key,
        step=payload.step,
        buurt=payload.buurt,
        seat=event.actor.id,
        role=_role(state, event),
        kind="verhaal" if story else "waarneming",
        text=None if gone else payload.text,
        story_kind=story.story_kind if story else None,
        tone=story.tone if story else None,
        theme=story.theme if story and not gone else "",
        consent=story.consent if story else "deze_zaal",
        pin=story.pin if story and not gone else None,
        withdrawn=gone,
        at=event.at,
        earlier=tuple(text for text in texts if text is not None and not gone),
        after_reveal=before.after_reveal if before else payload.step in state.revealed,
        versions=(*(before.versions if before else ()), event.id),
        decisions=before.decisions if before else (),
    )
    return {}


def _withdrawn(state: SessionState, event: Event, payload: ev.Withdrawn) -> _Changes:
    key = state.origin.get(payload.target, "")
    if key:
        state.contributions[key] = replace(
            state.contributions[key], text=None, theme="", pin=None, earlier=(), reason="", withdrawn=True
        )
    return {}


def _moderated(state: SessionState, event: Event, payload: ev.Moderated) -> _Changes:
    key = state.origin.get(payload.target, "")
    if key:
        before = state.contributions[key]
        state.contributions[key] = replace(
            before,
            moderation=payload.decision,
            reason="" if before.withdrawn else payload.reason,
            decisions=(*before.decisions, event.id),
        )
    return {}


_APPLY: dict[type, Callable[[SessionState, Event, Any], _Changes]] = {
    ev.SessionMade: _made,
    ev.SeatTaken: _seat,
    ev.StepStarted: _step,
    ev.TimeAdded: _time,
    ev.FocusSet: _focus,
    ev.LayerChosen: _layer,
    ev.Revealed: _revealed,
    ev.SessionClosed: _closed,
    ev.SessionReopened: _reopened,
    ev.Waarneming: _contribution,
    ev.Herkenning: _herkenning,
    ev.Verhaal: _contribution,
    ev.Withdrawn: _withdrawn,
    ev.Moderated: _moderated,
}
