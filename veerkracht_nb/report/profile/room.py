"""What the room answered about the buurten of a wijk, as far as the session notes show it."""

from __future__ import annotations

from collections.abc import Sequence

from ...i18n import _
from ..model import CHOICES, BuurtNotes, Notes
from ..printing.ground import Numbered
from ..tables import agreement, question_headings, voices


def recognition_headings() -> tuple[str, ...]:
    """Return the headings above :func:`recognition_rows`."""
    return (_("Nr"), _("Buurt"), *question_headings("herkenning"), _("Overeenstemming"))


def recognition_rows(notes: Notes, members: Sequence[Numbered]) -> tuple[tuple[str, ...], ...]:
    """Return per buurt how many people answered what; only buurten about which anybody answered.

    The notes decide what may be shown: in the variant that is shared a group that is too small is words and no
    numbers. There are no rows per role and no total of the wijk, so that nothing can be subtracted.
    """
    by_code = {buurt.code: buurt for buurt in notes.buurten}
    return tuple(
        (str(member.number), member.name, *_cells(by_code[member.code]))
        for member in members
        if member.code in by_code and by_code[member.code].map_recognition
    )


def recognition_note(notes: Notes, members: Sequence[Numbered]) -> str:
    """Return in which step was asked, and what; "" where nobody was asked.

    Of each buurt the last step with answers is shown. Where that is not the same one everywhere, the buurten are named.
    """
    seen = {b.code: b.map_recognition.step for b in notes.buurten if b.map_recognition}
    told = [(step, [m.name for m in members if seen.get(m.code) == step.id]) for step in notes.steps]
    shown = [(step, names) for step, names in told if names]
    if not shown:
        shown = [(step, []) for step in notes.steps if step.id == notes.map_step]
    lines = []
    for step, names in shown:
        line = _("Stap ‘{step}’: {question}").format(step=step.title, question=step.question)
        lines.append(f"{line} ({', '.join(names)})" if len(shown) > 1 else line)
    return " ".join(lines)


def _cells(buurt: BuurtNotes) -> tuple[str, ...]:
    total = buurt.map_recognition.recognition.total if buurt.map_recognition else None
    counts = tuple(map(str, total.counts)) if total else ("",) * len(CHOICES["herkenning"])
    return (str(voices(buurt.map_recognition)), *counts, agreement(buurt))
