"""Telling how far a download is: one share for everything, with the bytes of the present answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Progress = Callable[[str, float], None]


def megabytes(size: int) -> str:
    """Return a number of bytes in Dutch: ``"3,2 MB"``, ``"14 kB"``."""
    if size < 1024**2:
        return f"{max(1, round(size / 1024)) if size else 0} kB"
    return f"{size / 1024**2:.1f} MB".replace(".", ",")


@dataclass(kw_only=True)
class Steps:
    """Progress over a number of steps; each takes an equal share of `until`."""

    tell: Progress
    total: int
    until: float = 0.8
    done: int = 0
    text: str = ""
    share: float = 0.0

    def next(self, text: str) -> None:
        """Start the next step."""
        self.done += bool(self.text)
        self.text = text
        self._say(text, 0.0)

    def received(self, size: int, of: int | None) -> None:
        """Tell how much of the present answer is here; `of` is its size where the server says so."""
        known = f" van {megabytes(of)}" if of else ""
        self._say(f"{self.text}: {megabytes(size)}{known}", min(1.0, size / of) if of else 0.0)

    def _say(self, text: str, within: float) -> None:
        share = self.until * min(self.done + within, self.total) / max(1, self.total)
        # A step can take more answers than one; a bar never goes back.
        self.share = max(self.share, share)
        self.tell(text, self.share)
