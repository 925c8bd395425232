"""What a session has come to: the result of folding its events, frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from .counts import RecognitionCounts
from .events import (
    Actor,
    Buurt,
    Consent,
    Direction,
    Moderation,
    Recognition,
    SessionMade,
    StoryKind,
    Tone,
    Visibility,
)
from .script import Script, Step

LEVELS: tuple[Visibility, ...] = ("alleen_ik", "verdeling", "alles")
"""How far a step is visible, from nothing to everything that was released."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The recognition of one seat for one buurt in one step.

    ``first_*`` is what the person said last before the step was revealed, or, where the person came in
    later, the first answer; it stays when the answer changes later.
    """

    step: str
    buurt: str
    seat: str
    role: str
    recognition: Recognition | None
    direction: Direction | None
    first_recognition: Recognition | None
    first_direction: Direction | None
    changed_after_reveal: bool
    after_reveal: bool = False
    """Whether the person answered for the first time after the room had seen the distribution."""
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Contribution:
    """A waarneming or verhaal as it stands now, with what it replaced."""

    id: str
    step: str
    buurt: str
    seat: str
    role: str
    kind: str
    """``"waarneming"`` or ``"verhaal"``."""
    text: str | None
    story_kind: StoryKind | None = None
    tone: Tone | None = None
    theme: str = ""
    consent: Consent = "deze_zaal"
    pin: tuple[float, float] | None = None
    moderation: Moderation = "vastgehouden"
    """Falls back to ``"vastgehouden"`` when the text changes: what was shown is then another text."""
    reason: str = ""
    withdrawn: bool = False
    at: datetime
    earlier: tuple[str, ...] = ()
    """Texts of the versions before this one, oldest first."""
    after_reveal: bool = False
    versions: tuple[str, ...] = ()
    """Ids of the events that hold a version, oldest first."""
    decisions: tuple[str, ...] = ()
    """Ids of the events that moderated it."""


@dataclass(frozen=True, kw_only=True)
class SessionState:
    """A session, folded; or, from :func:`.visibility.view_for`, the part of it that one actor may see.

    ``visibility`` holds the level of every step that was revealed or hidden again; a step that is not in it
    stands at the level its script gives it. ``contributions`` are in order of first appearance.
    """

    made: SessionMade | None = None
    script: Script | None = None
    step: str = ""
    step_started_at: datetime | None = None
    extra_minutes: dict[str, int] = field(default_factory=dict)
    started: tuple[str, ...] = ()
    """Ids of the steps that were ever started, in that order."""
    focus: str = ""
    layer: str = "signaal"
    visibility: dict[str, Visibility] = field(default_factory=dict)
    revealed: frozenset[str] = frozenset()
    """Ids of the steps that the room has ever seen more of than its own; hiding again changes nothing."""
    closed: bool = False
    seats: dict[str, Actor] = field(default_factory=dict)
    """In a view: only the own seat. The number of people is ``seat_count``."""
    seat_count: int = 0
    answers: dict[tuple[str, str, str], Answer] = field(default_factory=dict)
    """Key: (step, buurt, seat)."""
    contributions: dict[str, Contribution] = field(default_factory=dict)
    """Key: id of the first version."""
    origin: dict[str, str] = field(default_factory=dict)
    """From the id of any version to the key in ``contributions``."""
    last_at: datetime | None = None
    last_id: str = ""
    viewer: Actor | None = None
    """For whom this is a view; None for the whole state."""
    recognition: dict[tuple[str, str], RecognitionCounts] = field(default_factory=dict)
    """Only in a view: counts of the steps whose distribution this actor may see, by (step, buurt)."""
    contribution_counts: dict[tuple[str, str], int] = field(default_factory=dict)
    """Only in a view: number of waarnemingen or verhalen of those steps, by (step, buurt)."""

    @property
    def buurten(self) -> tuple[Buurt, ...]:
        """The buurten of the session, in the order of the map's list."""
        return self.made.buurten if self.made else ()

    @property
    def current(self) -> Step | None:
        """The step that the room is in; None before the first one."""
        if self.script and self.script.has_step(self.step):
            return self.script.step(self.step)
        return None

    def level(self, step: str) -> Visibility:
        """Return how far `step` is visible to the room."""
        if step in self.visibility:
            return self.visibility[step]
        known = self.script is not None and self.script.has_step(step)
        return self.script.step(step).visibility if self.script and known else "alleen_ik"

    def shows(self, step: str, level: Visibility) -> bool:
        """Tell whether the room may see `step` at least up to `level`."""
        return LEVELS.index(self.level(step)) >= LEVELS.index(level)
