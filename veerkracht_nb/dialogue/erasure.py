"""What a withdrawal takes out of the log."""

from __future__ import annotations

from dataclasses import replace

from .events import Moderated, Payload, Verhaal, Waarneming
from .state import Contribution


def erased(payload: Payload) -> Payload:
    """Return `payload` without what the person wrote or pointed at, and without what was said about it."""
    if isinstance(payload, Waarneming):
        return replace(payload, text=None)
    if isinstance(payload, Verhaal):
        return replace(payload, text=None, theme="", pin=None)
    if isinstance(payload, Moderated):
        return replace(payload, reason="")
    return payload


def to_erase(contribution: Contribution) -> tuple[str, ...]:
    """Return the ids of the events that hold a version of `contribution`, or a reason given for it."""
    return (*contribution.versions, *contribution.decisions)
