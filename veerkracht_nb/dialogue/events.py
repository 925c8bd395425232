"""What can happen in a session: typed, frozen payloads, and the event that carries one into the log.

A payload says *what*; the event around it says who, when and under which id. Answers, stories, counts and
notes are computed from events and never stored beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

ActorKind = Literal["deelnemer", "begeleider", "scherm"]
Visibility = Literal["alleen_ik", "verdeling", "alles"]
Recognition = Literal["herken", "deels", "herken_niet", "weet_niet"]
Direction = Literal["beter", "gelijk", "slechter"]
StoryKind = Literal["feit", "ervaring", "vermoeden"]
Tone = Literal["gaat_goed", "zorg", "neutraal"]
Consent = Literal["deze_zaal", "gemeente", "openbaar"]
Moderation = Literal["getoond", "vastgehouden", "teruggegeven"]


class _Strict:
    """For the codec: no field more or less than these, and no value of another type."""

    __pydantic_config__: ClassVar = {"strict": True, "extra": "forbid"}


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts: a random id, the kind of seat, and for a participant the role that was chosen."""

    id: str
    kind: ActorKind
    role: str = ""


@dataclass(frozen=True, kw_only=True)
class Buurt(_Strict):
    """A buurt as the session knows it: reference, names, and its class when the session was made."""

    code: str
    name: str
    wijk_code: str
    wijk_name: str
    letter: str
    direction: Direction | None = None
    """What the figures say of the development: the sign of the change of O; None when unknown."""


@dataclass(frozen=True, kw_only=True)
class SessionMade(_Strict):
    """The session was prepared. Holds all that is needed to read the log without any other file."""

    title: str
    municipality: str
    municipality_name: str
    year: int
    profile: str
    view: str
    period: tuple[int, int, int, int]
    buurten: tuple[Buurt, ...]
    sources: tuple[str, ...]
    script: str
    """The draaiboek, whole, as YAML text."""
    roles: tuple[str, ...]
    retain_until: str
    """ISO date after which the session should be deleted."""
    reference: str = ""
    """The national comparison of the classes, as JSON text; empty where there is none, or in a session that was
    made before it was kept."""


@dataclass(frozen=True, kw_only=True)
class SeatTaken(_Strict):
    """A participant joined and chose a role."""

    role: str


@dataclass(frozen=True, kw_only=True)
class StepStarted(_Strict):
    """The facilitator moved the room to a step."""

    step: str


@dataclass(frozen=True, kw_only=True)
class TimeAdded(_Strict):
    """The facilitator gave a step more (or, negative, less) time."""

    step: str
    minutes: int


@dataclass(frozen=True, kw_only=True)
class FocusSet(_Strict):
    """The facilitator directed the room to one buurt, or (empty code) to the whole gemeente."""

    buurt: str


@dataclass(frozen=True, kw_only=True)
class LayerChosen(_Strict):
    """The facilitator chose what the screen shows on the map."""

    layer: Literal["signaal", "focus", "herkenning", "verhalen"]


@dataclass(frozen=True, kw_only=True)
class Revealed(_Strict):
    """The facilitator made a step visible up to a level, or (``alleen_ik``) hid it again."""

    step: str
    level: Visibility


@dataclass(frozen=True, kw_only=True)
class SessionClosed(_Strict):
    """Nobody can contribute any more."""


@dataclass(frozen=True, kw_only=True)
class SessionReopened(_Strict):
    """A closed session goes on."""


@dataclass(frozen=True, kw_only=True)
class Waarneming(_Strict):
    """What somebody notices in a buurt (step *wat valt je op?*)."""

    step: str
    buurt: str
    text: str | None
    """None once withdrawn."""
    replaces: str = ""
    """Id of the own earlier waarneming that this corrects."""


@dataclass(frozen=True, kw_only=True)
class Herkenning(_Strict):
    """Whether somebody recognises the signal of a buurt, and the direction that person sees.

    Always the whole answer: a field that is None is not answered, or not any more.
    """

    step: str
    buurt: str
    recognition: Recognition | None = None
    direction: Direction | None = None


@dataclass(frozen=True, kw_only=True)
class Verhaal(_Strict):
    """A story behind a buurt."""

    step: str
    buurt: str
    text: str | None
    """None once withdrawn."""
    story_kind: StoryKind = "ervaring"
    tone: Tone = "neutraal"
    theme: str = ""
    consent: Consent = "deze_zaal"
    pin: tuple[float, float] | None = None
    """Longitude and latitude (WGS84), where the person pointed."""
    replaces: str = ""


@dataclass(frozen=True, kw_only=True)
class Withdrawn(_Strict):
    """Somebody took back an own waarneming or verhaal; its text is erased from the log."""

    target: str


@dataclass(frozen=True, kw_only=True)
class Moderated(_Strict):
    """The facilitator showed, held or gave back a waarneming or verhaal."""

    target: str
    decision: Moderation
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """Something of a kind that only a newer version knows: kept as it is, and left out of the state."""

    kind: str
    body: str
    """The payload as it stands in the log."""


Payload = (
    SessionMade
    | SeatTaken
    | StepStarted
    | TimeAdded
    | FocusSet
    | LayerChosen
    | Revealed
    | SessionClosed
    | SessionReopened
    | Waarneming
    | Herkenning
    | Verhaal
    | Withdrawn
    | Moderated
    | Unknown
)


@dataclass(frozen=True, kw_only=True)
class Event:
    """One line of the log.

    Attributes
    ----------
    id : str
        Unique over all sessions. Made from the seat and a nonce of the sender, so that sending the same
        contribution twice is one event.
    at : datetime
        UTC, strictly increasing within one log.
    actor : Actor
    payload : Payload
    """

    id: str
    at: datetime
    actor: Actor
    payload: Payload
