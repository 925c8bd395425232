"""Where the room agrees and where it does not, said no more firmly than a few voices allow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Generic, TypeVar, get_args

from .counts import GroupedTally, RecognitionCounts, Tally, grouped, protect_counts, tally
from .events import Actor, Direction, Recognition
from .state import Answer, SessionState

Place = tuple[str, str]
"""A step and a buurt."""
S = TypeVar("S")
R = TypeVar("R")
RECOGNITIONS: tuple[str, ...] = get_args(Recognition)
DIRECTIONS: tuple[str, ...] = get_args(Direction)

RECOGNITION_SCORE = {"herken": 1.0, "deels": 0.5, "herken_niet": 0.0}
"""How far an answer is a recognition; *weet ik niet* is no answer to this."""

FEWEST_VOICES = 4
"""Below this many answers there is no share: with three of three the interval still runs from 44% up."""

_Z = 1.959964  # 95%, two-sided


@dataclass(frozen=True, kw_only=True)
class Share:
    """A share of people with its 95% Wilson interval, each from 0 to 1."""

    n: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class TooFew:
    """Too few voices to say anything: a result of its own, and never a number."""

    n: int


def share_of(yes: float, n: int) -> Share | TooFew:
    """Return `yes` out of `n` as a share with its Wilson interval.

    The interval assumes voices that do not depend on each other; people in one room do, so it is narrow
    rather than wide. Halves in `yes` make it wider than needed.

    References
    ----------
    E.B. Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22,
    209-212.
    """
    if n < FEWEST_VOICES:
        return TooFew(n=n)
    share = yes / n
    centre = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    # With nobody or everybody an end of the interval is the share itself, but for rounding.
    low, high = max(min(centre - half, share), 0.0), min(max(centre + half, share), 1.0)
    return Share(n=n, share=share, low=low, high=high)


def recognition_share(counts: Tally) -> Share | TooFew:
    """Return how far people recognise the picture: herken 1, deels ½, herken niet 0, without weet niet."""
    yes = sum(score * counts.of(choice) for choice, score in RECOGNITION_SCORE.items())
    return share_of(yes, sum(counts.of(choice) for choice in RECOGNITION_SCORE))


def division(counts: Tally) -> float:
    """Return how divided people are: 0 when all say the same, 1 when half say herken and half herken niet.

    Four times the variance of the scores of :data:`RECOGNITION_SCORE`; 0 where nobody answered.
    """
    n = sum(counts.of(choice) for choice in RECOGNITION_SCORE)
    if not n:
        return 0.0
    mean = sum(score * counts.of(choice) for choice, score in RECOGNITION_SCORE.items()) / n
    squares = sum((score - mean) ** 2 * counts.of(choice) for choice, score in RECOGNITION_SCORE.items())
    return 4 * squares / n


def recognition_counts(
    state: SessionState, step: str, buurt: str, *, for_actor: Actor | None = None
) -> RecognitionCounts:
    """Return how often each answer was given for one buurt in one step.

    Parameters
    ----------
    state : SessionState
        A whole state, or a view; a view gives the counts that it holds, and none where its viewer may see
        none.
    for_actor : Actor, optional
        With a whole state: leave out what this actor may not see. Without it the counts are exact.
    """
    empty = RecognitionCounts(step=step, buurt=buurt)
    if state.viewer is not None:
        return state.recognition.get((step, buurt), empty)
    exact = _count(step, buurt, _answers(state, step, buurt))
    if for_actor is None or for_actor.kind == "begeleider":
        return exact
    return protect_counts(exact) if state.shows(step, "verdeling") else empty


def all_recognition_counts(state: SessionState) -> dict[Place, RecognitionCounts]:
    """Return the exact counts of every (step, buurt) that has an answer."""
    by_place: dict[Place, list[Answer]] = defaultdict(list)
    for (step, buurt, _seat), answer in state.answers.items():
        by_place[step, buurt].append(answer)
    return {key: _exact(key, tuple(answers)) for key, answers in by_place.items()}


class Remembered(Generic[S, R]):
    """A result for each (step, buurt) until what it is made of is something else.

    Every page of a room counts again after every answer, which is about one buurt.
    """

    def __init__(self, make: Callable[[Place, S], R]) -> None:
        self._make = make
        self._known: dict[Place, tuple[S, R]] = {}

    def __call__(self, place: Place, source: S) -> R:
        """Return what `make` makes of `source`."""
        known = self._known.get(place)
        if known is None or known[0] != source:
            known = self._known[place] = (source, self._make(place, source))
        return known[1]


def _answers(state: SessionState, step: str, buurt: str) -> list[Answer]:
    return [answer for key, answer in state.answers.items() if key[:2] == (step, buurt)]


def _count(step: str, buurt: str, answers: Sequence[Answer]) -> RecognitionCounts:
    return RecognitionCounts(
        step=step,
        buurt=buurt,
        recognition=_grouped([(a.role, a.recognition) for a in answers], RECOGNITIONS),
        direction=_grouped([(a.role, a.direction) for a in answers], DIRECTIONS),
    )


_exact: Remembered[tuple[Answer, ...], RecognitionCounts] = Remembered(
    lambda place, answers: _count(*place, answers)
)


def _grouped(choices: list[tuple[str, str | None]], order: tuple[str, ...]) -> GroupedTally:
    by_role: dict[str, list[str]] = defaultdict(list)
    for role, choice in choices:
        if choice is not None:
            by_role[role].append(choice)
    roles: dict[str, Tally] = {role: tally(chosen, order) for role, chosen in by_role.items()}
    return grouped(roles)
