"""Two files of one session, brought together: a laptop each for two tables, or a copy that went on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from ..errors import SessionError
from .erasure import erased, to_erase
from .events import Event, Withdrawn
from .fold import fold, order
from .session import Session, open_session, write_file
from .state import SessionState


def merge(a: Path | str, b: Path | str, into: Path | str) -> Path:
    """Write the union of two files of the same session to a new file.

    What was withdrawn in one is erased in the union. Merging again adds nothing, and the order of the two
    makes no difference to the events.

    Raises
    ------
    SessionError
        If these are different sessions, if the same event says different things in them, or if `into` is
        there already; nothing is written then.
    LogError
        If a file cannot be read or written.
    """
    into = Path(into)
    if into.exists():
        raise SessionError(f"‘{into.name}’ is er al.", todo="Kies een andere naam; er is niets veranderd.")
    with closing(open_session(a)) as one, closing(open_session(b)) as two:
        meta = _same_session(one, two)
        events = union(one.events(), two.events())
    write_file(into, meta, list(events))
    return into


def _same_session(one: Session, two: Session) -> dict[str, str]:
    if one.id != two.id or one.facilitator_key != two.facilitator_key:
        raise SessionError(
            "Dit zijn twee verschillende sessies.",
            expected=f"twee bestanden van sessie {one.id} ({one.code})",
            got=f"{two.id} ({two.code})",
            todo="Voeg alleen kopieën van dezelfde sessie samen.",
        )
    return {
        "id": one.id,
        "code": one.code,
        "facilitator_key": one.facilitator_key,
        "screen_key": one.screen_key,
    }


def union(a: Iterable[Event], b: Iterable[Event]) -> Sequence[Event]:
    """Return the events of both in canonical order, each once, without the texts that were withdrawn in
    either.

    Raises
    ------
    SessionError
        If an event of one id says different things, other than that one of them was erased.
    """
    by_id = {event.id: event for event in a}
    for event in b:
        known = by_id.setdefault(event.id, event)
        if known == event:
            continue
        if known not in (_erased(event), event) and _erased(known) != event:
            raise SessionError(
                "De twee bestanden spreken elkaar tegen.",
                expected=f"dezelfde gebeurtenis {event.id}",
                got="twee verschillende",
                todo="Een van de twee is buiten het programma veranderd; gebruik de andere.",
            )
        by_id[event.id] = _erased(event)
    events = sorted(by_id.values(), key=order)
    state = fold(SessionState(), events)
    gone = {
        event_id
        for event in events
        if isinstance(event.payload, Withdrawn) and event.payload.target in state.origin
        for event_id in to_erase(state.contributions[state.origin[event.payload.target]])
    }
    return [_erased(event) if event.id in gone else event for event in events]


def _erased(event: Event) -> Event:
    return replace(event, payload=erased(event.payload))
