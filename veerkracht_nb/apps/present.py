"""From what a person may see to what a screen shows: pure functions, no widget is made here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from ..dialogue import (
    Contribution,
    GroupedTally,
    Ranked,
    SessionState,
    Share,
    Step,
    Tally,
    discuss_first,
    recognition_counts,
    recognition_share,
)
from ..dialogue.agreement import RECOGNITIONS
from ..i18n import _
from ..widgets import BarRow, RankItem, StepItem, StoryItem

_LABELS = {
    "feit": "feit",
    "ervaring": "ervaring",
    "vermoeden": "vermoeden",
    "gaat_goed": "gaat goed",
    "zorg": "zorg",
    "deze_zaal": "alleen deze zaal",
    "gemeente": "mag naar de gemeente",
    "openbaar": "mag openbaar",
}


def clock(at: datetime) -> str:
    """Return the local time as ``14:03``."""
    return at.astimezone().strftime("%H:%M")


def step_number(view: SessionState) -> int:
    """Return the number of the current step, from 1; 0 before the session starts."""
    ids = [step.id for step in view.script.steps] if view.script else []
    return ids.index(view.step) + 1 if view.step in ids else 0


def ends_at(view: SessionState) -> datetime | None:
    """Return when the current step ends, with the minutes that were added."""
    step = view.current
    if step is None or view.step_started_at is None or view.closed:
        return None
    return view.step_started_at + timedelta(minutes=step.minutes + view.extra_minutes.get(step.id, 0))


def buurt_name(view: SessionState, code: str) -> str:
    """Return the name of a buurt of the session, empty for a code that is not in it."""
    return next((buurt.name for buurt in view.buurten if buurt.code == code), "")


def answered(view: SessionState, step: Step, seat: str) -> set[str]:
    """Return the codes of the buurten for which `seat` contributed in `step`."""
    given = {
        a.buurt
        for a in view.answers.values()
        if a.step == step.id and a.seat == seat and (a.recognition or a.direction)
    }
    told = {
        c.buurt
        for c in view.contributions.values()
        if c.step == step.id and c.seat == seat and not c.withdrawn
    }
    return given | told


def count_rows(view: SessionState, step: str, buurt: str) -> tuple[BarRow | None, list[BarRow]]:
    """Return the bar of everybody and one per role for one buurt, as far as the viewer may see them."""
    counts = recognition_counts(view, step, buurt).recognition
    if counts.total is None:
        return None, []
    return _row(_("iedereen"), counts.total, share=True), _role_rows(counts)


def too_few(needed: int) -> str:
    """Return what the room is told where so few people answered that nothing is shown."""
    return _("De verdeling is te zien vanaf {n} stemmen.").format(n=needed)


def _role_rows(counts: GroupedTally) -> list[BarRow]:
    return [_row(_(role), tally) for role, tally in counts.by_role]


def _row(label: str, tally: Tally, *, share: bool = False) -> BarRow:
    note = ""
    if share:
        known = recognition_share(tally)
        note = (
            _("{share} herkent dit beeld; waarschijnlijk tussen {low} en {high}").format(
                share=f"{known.share:.0%}", low=f"{known.low:.0%}", high=f"{known.high:.0%}"
            )
            if isinstance(known, Share)
            else _("te weinig stemmen voor een percentage")
        )
    return BarRow(
        label=label, counts=tuple(tally.of(choice) for choice in RECOGNITIONS), n=tally.n, note=note
    )


def story_items(view: SessionState, contributions: Iterable[Contribution]) -> list[StoryItem]:
    """Return texts as a list shows them, the newest first; what was withdrawn is left out."""
    seat = view.viewer.id if view.viewer else ""
    facilitator = view.viewer is not None and view.viewer.kind == "begeleider"
    shown = [c for c in contributions if not c.withdrawn and c.text is not None]
    return [
        StoryItem(
            id=c.id,
            buurt=c.buurt,
            buurt_name=buurt_name(view, c.buurt),
            text=c.text or "",
            labels=(*_labels(c, tells_consent=c.seat == seat or facilitator), *_asked_in(view, c)),
            moderation=c.moderation,
            reason=c.reason,
            own=c.seat == seat,
            at=clock(c.at),
        )
        for c in sorted(shown, key=lambda c: c.at, reverse=True)
    ]


def _labels(contribution: Contribution, *, tells_consent: bool) -> tuple[str, ...]:
    consent = contribution.consent if tells_consent and contribution.story_kind else None
    keys = (contribution.story_kind, contribution.tone, consent)
    words = [_(_LABELS[key]) for key in keys if key in _LABELS]
    words += [_(contribution.theme)] if contribution.theme else []
    changed = [_("verbeterd")] if contribution.earlier else []
    return tuple([_(contribution.role)] * bool(contribution.role) + words + changed)


def _asked_in(view: SessionState, contribution: Contribution) -> tuple[str, ...]:
    """Return the title of the step of a text, where the draaiboek asks for such texts in more than one step."""
    steps = view.script.steps if view.script else ()
    alike = [step for step in steps if step.kind == contribution.kind]
    return tuple(_(step.title) for step in alike if step.id == contribution.step and len(alike) > 1)


def step_items(view: SessionState) -> list[StepItem]:
    """Return the draaiboek as the facilitator sees it, with the number of reactions per step."""
    if view.script is None:
        return []
    reactions = Counter(a.step for a in view.answers.values() if a.recognition or a.direction)
    reactions.update(c.step for c in view.contributions.values() if not c.withdrawn)
    return [
        StepItem(
            id=step.id,
            title=_(step.title),
            question=_(step.question),
            minutes=step.minutes + view.extra_minutes.get(step.id, 0),
            state="nu" if step.id == view.step else "gedaan" if step.id in view.started else "straks",
            level=view.level(step.id),
            answers=reactions[step.id],
        )
        for step in view.script.steps
    ]


def people(view: SessionState) -> dict[str, int]:
    """Return how many people there are of each role, the largest group first."""
    return dict(Counter(seat.role for seat in view.seats.values()).most_common())


def rank_items(view: SessionState, most: int = 8) -> list[RankItem]:
    """Return *bespreek eerst* for the facilitator, at most `most` buurten."""
    return [_rank_item(ranked) for ranked in discuss_first(view)[:most]]


def _rank_item(ranked: Ranked) -> RankItem:
    reasons = (ranked.why, *ranked.also)
    why: list[str] = []
    for reason in reasons:
        why += [reason.sentence, f"{reason.formula} (n = {reason.n})"]
        why += [reason.left_out] if reason.left_out else []
    return RankItem(buurt=ranked.buurt.code, name=ranked.buurt.name, reason=ranked.why.label, why=tuple(why))


def counts_by_buurt(view: SessionState, step_kinds: Sequence[str]) -> dict[str, int]:
    """Return how many texts each buurt has in steps of these kinds, as far as the viewer may see."""
    if view.script is None:
        return {}
    steps = {step.id for step in view.script.steps if step.kind in step_kinds}
    totals: Counter[str] = Counter()
    for (step, buurt), number in view.contribution_counts.items():
        if step in steps:
            totals[buurt] += number
    return dict(totals)
