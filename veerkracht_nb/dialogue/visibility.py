"""What each actor may see. Screens get nothing but the result of :func:`view_for`.

======================  ===========  ==============================  =============================
level of a step         scherm       deelnemer                       begeleider
======================  ===========  ==============================  =============================
alleen_ik               nothing      own answers and texts           everything, always
verdeling               counts       and counts, small groups merged
alles                   shown texts  and texts that were shown
======================  ===========  ==============================  =============================
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from .agreement import Remembered, all_recognition_counts
from .counts import SMALLEST_GROUP, RecognitionCounts, protect_counts
from .events import Actor
from .state import Contribution, SessionState


def view_for(state: SessionState, actor: Actor) -> SessionState:
    """Return the part of `state` that `actor` may see; what that person may not see is not in it at all.

    Parameters
    ----------
    state : SessionState
        The whole state.
    actor : Actor
        As the server knows it. Only a ``"begeleider"`` gets other people's seats, answers and unreleased
        texts.
    """
    exact = all_recognition_counts(state)
    numbers = Counter((c.step, c.buurt) for c in state.contributions.values() if not c.withdrawn)
    if actor.kind == "begeleider":
        return replace(state, viewer=actor, recognition=exact, contribution_counts=dict(numbers))
    own = actor.id if actor.kind == "deelnemer" else None
    seat = state.seats.get(own) if own else None
    return replace(
        state,
        viewer=seat or actor,
        seats={seat.id: seat} if seat else {},
        answers={key: answer for key, answer in state.answers.items() if answer.seat == own},
        contributions=_contributions(state, own),
        origin={},
        recognition=_released(state, exact),
        contribution_counts={key: n for key, n in numbers.items() if state.shows(key[0], "verdeling")},
        # The id and time of the last event would tell that somebody wrote something, and when.
        last_at=None,
        last_id="",
    )


def _released(
    state: SessionState, exact: dict[tuple[str, str], RecognitionCounts]
) -> dict[tuple[str, str], RecognitionCounts]:
    return {key: _protected(key, counts) for key, counts in exact.items() if state.shows(key[0], "verdeling")}


_protected: Remembered[RecognitionCounts, RecognitionCounts] = Remembered(
    lambda _place, counts: protect_counts(counts)
)


def _contributions(state: SessionState, own: str | None) -> dict[str, Contribution]:
    people = Counter(seat.role for seat in state.seats.values())
    seen = {}
    for key, contribution in state.contributions.items():
        if contribution.seat == own:
            seen[key] = contribution
        elif _is_released(state, contribution):
            known = people[contribution.role] >= SMALLEST_GROUP
            seen[key] = _anonymous(contribution, contribution.role if known else "")
    return seen


def _is_released(state: SessionState, contribution: Contribution) -> bool:
    shown = contribution.moderation == "getoond" and not contribution.withdrawn
    return shown and state.shows(contribution.step, "alles")


def _anonymous(contribution: Contribution, role: str) -> Contribution:
    """Return a shown text without who wrote it, what it said before, and what was said about it."""
    return replace(
        contribution, seat="", role=role, reason="", earlier=(), after_reveal=False, versions=(), decisions=()
    )
