"""What session notes hold. Every number is here once, so that all formats say the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Variant = Literal["tafel", "deelbaar"]
VARIANTS: tuple[Variant, ...] = ("tafel", "deelbaar")


Question = Literal["herkenning", "richting"]
CHOICES: dict[Question, tuple[str, ...]] = {
    "herkenning": ("herken", "deels", "herken_niet", "weet_niet"),
    "richting": ("beter", "gelijk", "slechter"),
}
"""The choices of each question, in the order of every table."""


@dataclass(frozen=True, kw_only=True)
class Group:
    """How a group of people answered one question about one buurt.

    Attributes
    ----------
    label : str
        Role, "overige rollen", "alle stemmen" or "vóór het onthullen".
    counts : tuple of int
        Number of people per choice, in the order of :data:`CHOICES`.
    """

    label: str
    counts: tuple[int, ...]

    @property
    def n(self) -> int:
        """Number of people."""
        return sum(self.counts)

    @property
    def row(self) -> tuple[int, ...]:
        """Return the number of people, and of those per choice."""
        return (self.n, *self.counts)


@dataclass(frozen=True, kw_only=True)
class Answers:
    """The answers to one question about one buurt in one step.

    Attributes
    ----------
    question : {"herkenning", "richting"}
    total : Group or None
        None where nobody answered, or too few to be shown in this variant.
    groups : tuple of Group
        Per role, none smaller than the minimum and none that can be computed from the others; may be empty.
    first : Group or None
        What was said before the reveal, where that differs and may be shown.
    too_few : bool
        Whether there are answers that may not be shown.
    """

    question: Question
    total: Group | None = None
    groups: tuple[Group, ...] = ()
    first: Group | None = None
    too_few: bool = False

    def rows(self) -> tuple[Group, ...]:
        """Return every group that may be shown: everybody, roles, first answers."""
        return tuple(group for group in (self.total, *self.groups, self.first) if group)


@dataclass(frozen=True, kw_only=True)
class Recognition:
    """What the room answered about one buurt in one step of kind herkenning.

    Attributes
    ----------
    step, step_title : str
    recognition, direction : Answers
        Whether people recognise the signal, and which way they see the buurt go.
    changed : int or None
        People whose answer differs from the first one; None where the number is too small to be shown.
    agreement : str
        In words; "te weinig stemmen" is one of them.
    share : tuple of float or None
        How far people recognise the picture (0-1), with its 95% interval: value, low, high. None: too few.
    """

    step: str
    step_title: str
    recognition: Answers
    direction: Answers
    changed: int | None = 0
    agreement: str
    share: tuple[float, float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class Remark:
    """A waarneming or verhaal, without who said it.

    Attributes
    ----------
    number : int
        Counts through the whole document, the same in each format.
    kind : {"waarneming", "verhaal"}
    buurt, buurt_name : str
        Code (empty: not about one buurt) and name.
    step_title, text : str
    story_kind, tone, theme, consent, moderation, reason : str
        In words; empty where they do not apply or are not for this variant.
    earlier : tuple of str
        Earlier versions, oldest first; empty in the shareable variant.
    point : tuple of float or None
        Where the person pointed: x, y in metres (EPSG:28992); to the 100 m in the shareable variant.
    """

    number: int
    kind: Literal["waarneming", "verhaal"]
    buurt: str
    buurt_name: str
    step_title: str
    text: str
    story_kind: str = ""
    tone: str = ""
    theme: str = ""
    consent: str = ""
    moderation: str = ""
    reason: str = ""
    earlier: tuple[str, ...] = ()
    point: tuple[float, float] | None = None

    def labels(self) -> str:
        """Return kind, tone, theme, consent and moderation as one line."""
        parts = (self.story_kind, self.tone, self.theme, self.consent, self.moderation)
        return " · ".join(part for part in parts if part)


@dataclass(frozen=True, kw_only=True)
class BuurtNotes:
    """Everything the room said about one buurt, next to its class when the session was made.

    ``why`` is the reason of an X ("niet te bepalen"); ``figures`` what the figures say of nuisance, in words;
    ``map_recognition`` the answers that the map shows: of the last step in which anybody answered about this buurt.
    """

    code: str
    name: str
    wijk_code: str
    wijk_name: str
    letter: str
    label: str
    colour: str
    why: str = ""
    figures: str = ""
    recognition: tuple[Recognition, ...] = ()
    observations: tuple[Remark, ...] = ()
    stories: tuple[Remark, ...] = ()
    voiced: bool = False
    map_recognition: Recognition | None = None

    @property
    def has_content(self) -> bool:
        """Whether there is anything to print besides the class."""
        return bool(self.recognition or self.observations or self.stories)


@dataclass(frozen=True, kw_only=True)
class WijkNotes:
    """The buurten of one wijk."""

    code: str
    name: str
    buurten: tuple[BuurtNotes, ...]

    @property
    def without_voice(self) -> tuple[BuurtNotes, ...]:
        """Buurten about which nobody said anything."""
        return tuple(b for b in self.buurten if b.code and not b.voiced)


@dataclass(frozen=True, kw_only=True)
class StepNotes:
    """One step of the session: the question, how far it was revealed, how much came in."""

    number: int
    id: str
    kind: str
    title: str
    question: str
    level: str
    answers: int
    observations: int
    stories: int


@dataclass(frozen=True, kw_only=True)
class RoleCount:
    """Number of seats of a role; roles that are too small stand together."""

    label: str
    n: int


@dataclass(frozen=True, kw_only=True)
class ClassCount:
    """Number of buurten in one class of the signaleringskaart."""

    letter: str
    label: str
    colour: str
    n: int


@dataclass(frozen=True, kw_only=True)
class Header:
    """What stands on the cover.

    ``tags`` must be on every page that is shown: an approximation with open data, a signal and no verdict.
    """

    title: str
    municipality: str
    municipality_code: str
    year: int
    variant: Variant
    variant_text: str
    date: str
    iso_date: str
    duration: str
    script: str
    seats: int
    roles: tuple[RoleCount, ...]
    profile: str
    view: str
    period: str
    sources: tuple[str, ...]
    tags: tuple[str, ...]
    retain_until: str


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The session in numbers; ``answers`` adds up only what the tables show."""

    buurten: int
    discussed: int
    too_few: int
    without_voice: int
    answers: int
    observations: int
    stories: int
    classes: tuple[ClassCount, ...]


@dataclass(frozen=True, kw_only=True)
class LogRecord:
    """Which log the notes were made from.

    Attributes
    ----------
    session_id : str
    log_version : int or None
        Version of the file format.
    events : int or None
        Number of events in the log.
    started_at, ended_at : datetime or None
        UTC; first and last act in the room.
    """

    session_id: str = ""
    log_version: int | None = None
    events: int | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Notes:
    """Session notes, ready to be written in any format.

    Attributes
    ----------
    header, summary, steps, wijken
    method, limits : tuple of str
        How the numbers came about, and what they cannot tell.
    record : tuple of (label, text)
        Appendix: where this came from.
    map_step : str
        Id of the last step in which anybody answered about any buurt; may be empty.
    made_at : datetime
        UTC.
    """

    header: Header
    summary: Summary
    steps: tuple[StepNotes, ...]
    wijken: tuple[WijkNotes, ...]
    method: tuple[str, ...]
    limits: tuple[str, ...]
    record: tuple[tuple[str, str], ...]
    session_key: str
    map_step: str
    made_at: datetime

    @property
    def buurten(self) -> tuple[BuurtNotes, ...]:
        """The buurten of the session, without the part about the gemeente as a whole."""
        return tuple(b for wijk in self.wijken for b in wijk.buurten if b.code)

    @property
    def stories(self) -> tuple[Remark, ...]:
        """Every verhaal of this variant."""
        return tuple(r for wijk in self.wijken for b in wijk.buurten for r in b.stories)

    @property
    def observations(self) -> tuple[Remark, ...]:
        """Every waarneming of this variant."""
        return tuple(r for wijk in self.wijken for b in wijk.buurten for r in b.observations)
