"""Counts that may be shown to a room: no group so small that it is a person.

Answers of a role are counted apart only when at least :data:`SMALLEST_GROUP` people of that role answered.
The other roles go together under *overige rollen*; and where those would again be fewer (total minus what is
shown would give them away), the smallest shown role joins them. Below the threshold for everybody together
there are no counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

SMALLEST_GROUP = 3
"""Fewest people that are counted as a group."""

OTHER_ROLES = "overige rollen"


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How often each choice was made, in a fixed order; choices that nobody made are there with 0."""

    counts: tuple[tuple[str, int], ...] = ()

    @property
    def n(self) -> int:
        """Number of people."""
        return sum(count for _, count in self.counts)

    def of(self, choice: str) -> int:
        """Return how often `choice` was made."""
        return dict(self.counts).get(choice, 0)

    def __add__(self, other: Tally) -> Tally:
        mine, theirs = dict(self.counts), dict(other.counts)
        return Tally(counts=tuple((c, mine.get(c, 0) + theirs.get(c, 0)) for c in {**mine, **theirs}))


@dataclass(frozen=True, kw_only=True)
class GroupedTally:
    """One question: everybody together, and per role where groups are large enough.

    ``total`` is None where too few people answered to show anything. ``by_role`` is empty or adds up to
    ``total``.
    """

    total: Tally | None
    by_role: tuple[tuple[str, Tally], ...] = ()


NOTHING = GroupedTally(total=None)


@dataclass(frozen=True, kw_only=True)
class RecognitionCounts:
    """Counts of one buurt in one step of kind herkenning."""

    step: str
    buurt: str
    recognition: GroupedTally = NOTHING
    direction: GroupedTally = NOTHING


def tally(choices: Iterable[str], order: tuple[str, ...]) -> Tally:
    """Return how often each choice of `order` occurs in `choices`."""
    found = dict.fromkeys(order, 0)
    for choice in choices:
        found[choice] += 1
    return Tally(counts=tuple(found.items()))


def grouped(roles: Mapping[str, Tally]) -> GroupedTally:
    """Return the exact counts together and per role, roles without answers left out."""
    answered = tuple(sorted((role, t) for role, t in roles.items() if t.n))
    total = sum((t for _, t in answered), start=Tally()) if answered else None
    return GroupedTally(total=total, by_role=answered)


def protect(exact: GroupedTally) -> GroupedTally:
    """Return `exact` as it may be shown to a room; see the top of this module."""
    if exact.total is None or exact.total.n < SMALLEST_GROUP:
        return NOTHING
    by_size = sorted(exact.by_role, key=lambda item: (-item[1].n, item[0]))
    shown = [item for item in by_size if item[1].n >= SMALLEST_GROUP and item[0] != OTHER_ROLES]
    rest = [item for item in by_size if item not in shown]
    while rest and shown and sum(t.n for _, t in rest) < SMALLEST_GROUP:
        rest.append(shown.pop())
    if not shown:
        return GroupedTally(total=exact.total)
    merged = [(OTHER_ROLES, sum((t for _, t in rest), start=Tally()))] if rest else []
    return GroupedTally(total=exact.total, by_role=(*sorted(shown), *merged))


def protect_counts(exact: RecognitionCounts) -> RecognitionCounts:
    """Return the counts of one buurt as they may be shown to a room or printed in what is shared."""
    return RecognitionCounts(
        step=exact.step,
        buurt=exact.buurt,
        recognition=protect(exact.recognition),
        direction=protect(exact.direction),
    )
