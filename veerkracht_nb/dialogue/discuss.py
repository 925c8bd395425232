"""*Bespreek eerst*: the buurten in the order in which talking about them helps most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..i18n import _, current_language
from .agreement import (
    FEWEST_VOICES,
    RECOGNITION_SCORE,
    Remembered,
    Share,
    all_recognition_counts,
    division,
    recognition_share,
    share_of,
)
from .counts import SMALLEST_GROUP, RecognitionCounts, Tally
from .events import Buurt, Herkenning
from .state import SessionState

Reason = Literal["verdeeld", "wijkt_af", "rollen_verschillen", "geen_stem", "te_weinig"]

DIVIDED_FROM = 0.6
"""Division from which a buurt is called divided; one out of four, or two out of ten, is enough."""

ROLES_DIFFER_FROM = 0.5
"""Difference between two roles, on the scale of herken 1, deels 0.5, herken niet 0."""


@dataclass(frozen=True, kw_only=True)
class Why:
    """Why a buurt is in the list: the number, how it was made, how sure it is, and who is not in it."""

    reason: Reason
    label: str
    score: float
    """From 0 to 1; only comparable within one reason."""
    sentence: str
    formula: str
    n: int
    interval: tuple[float, float] | None
    """95% Wilson interval of the share in the sentence; None where there is no share."""
    left_out: str


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """A buurt in the list *bespreek eerst*."""

    buurt: Buurt
    why: Why
    also: tuple[Why, ...] = ()
    """Further reasons, the most important first."""


_ORDER: tuple[Reason, ...] = ("verdeeld", "wijkt_af", "rollen_verschillen", "geen_stem", "te_weinig")


def discussed_step(state: SessionState) -> str:
    """Return the step of kind herkenning that the talk is about: the current one, else the last started."""
    if state.script is None:
        return ""
    asking = [step.id for step in state.script.steps if Herkenning in step.records]
    if state.step in asking:
        return state.step
    started = [step for step in state.started if step in asking]
    return (started or asking or [""])[-1 if started else 0]


def discuss_first(state: SessionState, step: str = "") -> tuple[Ranked, ...]:
    """Rank the buurten by where talking helps most, for the facilitator.

    First where the room is divided, then where it sees another development than the figures, then where
    roles differ, then where nobody spoke yet (class A before B, and so on), and last where there are too few
    voices to say anything. A buurt about which enough people agree is not in the list. Same answers, same
    list.

    Parameters
    ----------
    state : SessionState
        A whole state or the facilitator's view; any other view gives an empty list.
    step : str, optional
        A step of kind herkenning; by default the one of :func:`discussed_step`.
    """
    if state.script is None or (state.viewer is not None and state.viewer.kind != "begeleider"):
        return ()
    step = step or discussed_step(state)
    if not state.script.has_step(step) or Herkenning not in state.script.step(step).records:
        return ()
    focus = state.script.step(step).focus
    counts = all_recognition_counts(state) if state.viewer is None else state.recognition
    ranked = []
    for place, buurt in enumerate(state.buurten):
        if focus and buurt.code not in focus:
            continue
        nothing = RecognitionCounts(step=step, buurt=buurt.code)
        source = (counts.get((step, buurt.code), nothing), buurt, state.seat_count, current_language())
        reasons = _remembered((step, buurt.code), source)
        if reasons:
            row = Ranked(buurt=buurt, why=reasons[0], also=tuple(reasons[1:]))
            ranked.append(((_ORDER.index(row.why.reason), -row.why.score, buurt.letter, place), row))
    return tuple(row for _key, row in sorted(ranked, key=lambda item: item[0]))


def _reasons(counts: RecognitionCounts, buurt: Buurt, seats: int) -> list[Why]:
    total = counts.recognition.total or Tally()
    found = (
        _divided(total, seats),
        _differs_from_figures(counts.direction.total or Tally(), buurt, seats),
        _roles_differ(counts),
        _hardly_a_voice(total, seats),
    )
    return [why for why in found if why is not None]


# An answer is about one of perhaps five hundred buurten; what is said of the others stays.
_remembered: Remembered[tuple[RecognitionCounts, Buurt, int, str], list[Why]] = Remembered(
    lambda _place, source: _reasons(*source[:3])
)


def _voices(total: Tally) -> int:
    return sum(total.of(choice) for choice in RECOGNITION_SCORE)


def _left_out(total: Tally, seats: int) -> str:
    silent = max(seats - total.n, 0)
    return _("{silent} zonder antwoord, {unsure} × weet ik niet").format(
        silent=silent, unsure=total.of("weet_niet")
    )


def _percent(share: Share) -> str:
    return f"{share.share:.0%} ({share.low:.0%}–{share.high:.0%})"


def _divided(total: Tally, seats: int) -> Why | None:
    share = recognition_share(total)
    if not isinstance(share, Share) or division(total) < DIVIDED_FROM:
        return None
    return Why(
        reason="verdeeld",
        label=_("verdeeld"),
        score=division(total),
        sentence=_("{yes} herkennen het, {half} deels, {no} niet; herkenning {share}.").format(
            yes=total.of("herken"), half=total.of("deels"), no=total.of("herken_niet"), share=_percent(share)
        ),
        formula=_("4 × de variantie van herken = 1, deels = ½, herken niet = 0; 1 is half tegenover half"),
        n=share.n,
        interval=(share.low, share.high),
        left_out=_left_out(total, seats),
    )


def _differs_from_figures(total: Tally, buurt: Buurt, seats: int) -> Why | None:
    if buurt.direction is None:
        return None
    share = share_of(total.n - total.of(buurt.direction), total.n)
    if not isinstance(share, Share) or share.share <= 0.5:
        return None
    return Why(
        reason="wijkt_af",
        label=_("wijkt af van het signaal"),
        score=share.share,
        sentence=_("De cijfers zeggen {figures}; {other} van {n} zien iets anders, {share}.").format(
            figures=_(buurt.direction),
            other=total.n - total.of(buurt.direction),
            n=total.n,
            share=_percent(share),
        ),
        formula=_(
            "deel van de mensen dat een andere richting ziet dan de cijfers; in de lijst boven de helft"
        ),
        n=share.n,
        interval=(share.low, share.high),
        left_out=_("{silent} zonder richting").format(silent=max(seats - total.n, 0)),
    )


def _roles_differ(counts: RecognitionCounts) -> Why | None:
    large = [(role, t) for role, t in counts.recognition.by_role if _voices(t) >= SMALLEST_GROUP]
    if len(large) < 2:
        return None
    means = sorted(
        (sum(RECOGNITION_SCORE.get(c, 0) * k for c, k in t.counts) / _voices(t), role) for role, t in large
    )
    (low, least), (high, most) = means[0], means[-1]
    if high - low < ROLES_DIFFER_FROM:
        return None
    small = [role for role, t in counts.recognition.by_role if _voices(t) < SMALLEST_GROUP]
    return Why(
        reason="rollen_verschillen",
        label=_("rollen verschillen"),
        score=high - low,
        sentence=_(
            "{most} herkent het voor {high:.0%}, {least} voor {low:.0%}; met zo weinig kan dat toeval zijn."
        ).format(most=_(most), high=high, least=_(least), low=low),
        formula=_(
            "grootste verschil tussen rollen in gemiddelde herkenning: herken = 1, deels = ½, herken niet = 0"
        ),
        n=sum(_voices(t) for _role, t in large),
        interval=None,
        left_out=_("rollen met minder dan {few} stemmen: {roles}").format(
            few=SMALLEST_GROUP, roles=", ".join(map(_, small)) or _("geen")
        ),
    )


def _hardly_a_voice(total: Tally, seats: int) -> Why | None:
    n = _voices(total)
    if n >= FEWEST_VOICES:
        return None
    return Why(
        reason="te_weinig" if n else "geen_stem",
        label=_("te weinig stemmen") if n else _("nog geen stem"),
        score=0.0,
        sentence=_("{n} van {seats} mensen gaven een antwoord.").format(n=n, seats=seats)
        if n
        else _("Niemand van de {seats} mensen heeft hier iets over gezegd.").format(seats=seats),
        formula=_("vanaf {fewest} stemmen zeggen we iets").format(fewest=FEWEST_VOICES),
        n=n,
        interval=None,
        left_out=_left_out(total, seats),
    )
