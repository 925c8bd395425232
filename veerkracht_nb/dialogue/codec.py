"""Payloads as they stand in the log: a kind tag and strict JSON.

The tag says which payload it is. A tag that is not known here comes from a newer version and is kept as
:class:`~.events.Unknown`; an unknown or missing *field* of a known kind is an error, because leaving it out
would change what somebody said.
"""

from __future__ import annotations

from typing import Any, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from ..errors import InvalidContribution, LogDamaged
from . import events as ev
from .events import Payload

KINDS: dict[str, type[Payload]] = {
    "sessie_gemaakt": ev.SessionMade,
    "plaats_genomen": ev.SeatTaken,
    "stap_begonnen": ev.StepStarted,
    "tijd_erbij": ev.TimeAdded,
    "focus_gezet": ev.FocusSet,
    "laag_gekozen": ev.LayerChosen,
    "onthuld": ev.Revealed,
    "sessie_gesloten": ev.SessionClosed,
    "sessie_heropend": ev.SessionReopened,
    "waarneming": ev.Waarneming,
    "herkenning": ev.Herkenning,
    "verhaal": ev.Verhaal,
    "ingetrokken": ev.Withdrawn,
    "gemodereerd": ev.Moderated,
}
"""Tag of each payload. A tag that was once written is never given another meaning."""

_TAGS = {payload: tag for tag, payload in KINDS.items()}


# All at once: a page that is made in advance has them when its person comes.
_ADAPTERS: dict[str, TypeAdapter[Any]] = {tag: TypeAdapter(payload) for tag, payload in KINDS.items()}


def kind_of(payload: Payload) -> str:
    """Return the tag of `payload`."""
    if isinstance(payload, ev.Unknown):
        return payload.kind
    try:
        return _TAGS[type(payload)]
    except KeyError:
        raise InvalidContribution(
            "Dit soort bijdrage bestaat niet.", expected=", ".join(KINDS), got=type(payload).__name__
        ) from None


def encode(payload: Payload) -> str:
    """Return `payload` as JSON text.

    Raises
    ------
    InvalidContribution
        If a field has a value of the wrong type, or holds text that is not Unicode.
    """
    if isinstance(payload, ev.Unknown):
        return payload.body
    try:
        return _ADAPTERS[kind_of(payload)].dump_json(payload, warnings="error").decode()
    except (PydanticSerializationError, UnicodeError) as error:
        raise InvalidContribution(
            "Deze bijdrage kan zo niet worden bewaard.", got=f"{type(payload).__name__}: {error}"
        ) from error


def decode(kind: str, body: str) -> Payload:
    """Return the payload of this tag and JSON text; :class:`~.events.Unknown` for a tag that is not known
    here.

    Raises
    ------
    LogDamaged
        If a field is missing, unknown or of the wrong type.
    """
    payload = KINDS.get(kind)
    if payload is None:
        return ev.Unknown(kind=kind, body=body)
    try:
        return cast(Payload, _ADAPTERS[kind].validate_json(body))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "(alles)"
        raise LogDamaged(
            f"Een regel van soort ‘{kind}’ is niet te lezen.",
            expected=f"de velden van {payload.__name__}",
            got=f"veld ‘{where}’: {first['msg']}",
            todo="Open de sessie met de versie waarmee zij is gemaakt, of met een nieuwere.",
        ) from error


def checked(payload: Payload) -> Payload:
    """Return `payload` after a round trip, so that every field has the type it promises.

    Payloads are made from what a browser sends, and a dataclass does not look at the types it is given.

    Raises
    ------
    InvalidContribution
        If a field has another type or a value that is not allowed.
    """
    if isinstance(payload, ev.Unknown):
        raise InvalidContribution("Dit soort bijdrage bestaat niet.", got=payload.kind)
    try:
        return decode(kind_of(payload), encode(payload))
    except LogDamaged as error:
        raise InvalidContribution(
            "Deze bijdrage kan zo niet worden bewaard.", expected=error.expected, got=error.got
        ) from error
