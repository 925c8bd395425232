"""Counting answers, with the rule for small groups of the session itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ..dialogue.agreement import TooFew, division, recognition_share
from ..dialogue.counts import SMALLEST_GROUP, GroupedTally, Tally, grouped, protect, tally
from ..dialogue.discuss import DIVIDED_FROM
from ..dialogue.state import Answer
from ..i18n import _
from .model import CHOICES, Answers, Group, Question, Recognition, RoleCount, Variant
from .text import one_line

_Pick = Callable[[Answer], str | None]
# Of each question: the answer as it stands, and the one from before the reveal.
_PICKS: dict[Question, tuple[_Pick, _Pick]] = {
    "herkenning": (lambda a: a.recognition, lambda a: a.first_recognition),
    "richting": (lambda a: a.direction, lambda a: a.first_direction),
}


def role_counts(sizes: Mapping[str, int]) -> tuple[RoleCount, ...]:
    """Return the number of people per role, small groups merged; empty where no split may be shown."""
    exact = grouped({role: Tally(counts=(("n", n),)) for role, n in sizes.items()})
    return tuple(RoleCount(label=_role(role), n=t.n) for role, t in protect(exact).by_role)


def recognition(answers: Sequence[Answer], step_title: str, variant: Variant) -> Recognition | None:
    """Count the answers for one buurt in one step; None where nobody answered.

    Roles are split by the rule for small groups. In the shareable variant that rule also holds for everybody
    together, and the first answers are left out where they would show what one or two people changed.
    """
    voices = [a for a in answers if a.recognition or a.direction]
    if not voices:
        return None
    changed = sum(a.changed_after_reveal for a in voices)
    told = not _small(changed, variant)
    seen = _answers("herkenning", answers, variant, told)
    words, share = agreement(_tally(seen.total))
    return Recognition(
        step=voices[0].step,
        step_title=step_title,
        recognition=seen,
        direction=_answers("richting", answers, variant, told),
        changed=changed if told else None,
        agreement=words,
        share=share,
    )


def agreement(total: Tally | None) -> tuple[str, tuple[float, float, float] | None]:
    """Say how far people recognise the picture: in words, and as share with its interval.

    The thresholds are those of the session's own screens, so that notes and screen use the same words.
    """
    share = recognition_share(total or Tally())
    if total is None or isinstance(share, TooFew):
        return _("te weinig stemmen"), None
    if division(total) >= DIVIDED_FROM:
        words = _("verdeeld")
    elif share.share >= 2 / 3:
        words = _("vooral herkend")
    elif share.share <= 1 / 3:
        words = _("vooral niet herkend")
    else:
        words = _("deels herkend")
    return words, (share.share, share.low, share.high)


def _answers(question: Question, answers: Sequence[Answer], variant: Variant, told: bool) -> Answers:
    now, before = _PICKS[question]
    roles: dict[str, list[str]] = {}
    for answer in answers:
        choice = now(answer)
        if choice:
            roles.setdefault(answer.role, []).append(choice)
    order = CHOICES[question]
    exact = grouped({role: tally(choices, order) for role, choices in roles.items()})
    safe = protect(exact)
    total = exact.total if variant == "tafel" else safe.total
    first = tally(filter(None, (before(a) for a in answers if not a.after_reveal)), order)
    return Answers(
        question=question,
        total=_group(_("alle stemmen"), total) if total else None,
        groups=tuple(_group(_role(role), t) for role, t in safe.by_role),
        first=_first(first, exact, variant) if told else None,
        too_few=exact.total is not None and total is None,
    )


def _first(first: Tally, exact: GroupedTally, variant: Variant) -> Group | None:
    now = exact.total or Tally()
    if not first.n or first == now or _small(first.n, variant) or _small(abs(now.n - first.n), variant):
        return None
    return _group(_("vóór het onthullen"), first)


def _tally(group: Group | None) -> Tally | None:
    return Tally(counts=tuple(zip(CHOICES["herkenning"], group.counts, strict=True))) if group else None


def _small(n: int, variant: Variant) -> bool:
    return variant == "deelbaar" and 0 < n < SMALLEST_GROUP


def _group(label: str, counted: Tally) -> Group:
    return Group(label=label, counts=tuple(count for _choice, count in counted.counts))


def _role(role: str) -> str:
    return _(one_line(role)) if role.strip() else _("zonder rol")
