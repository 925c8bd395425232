"""Getting figures of a gemeente from the start page: one download at a time, in a thread, and a page that follows."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from typing import Literal

from ..errors import VeerkrachtError
from ..i18n import _
from .pages import Page
from .start import beheer_only

Progress = Callable[[str, float], None]
Fetch = Callable[[Sequence[str], Progress], "Fetched"]
Phase = Literal["bezig", "klaar", "mislukt", "gestopt"]
MOST_NAMES, LONGEST = 10, 300
log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """What came of a download: sentences for the page, and code and name of each gemeente."""

    lines: tuple[str, ...]
    places: tuple[tuple[str, str], ...]


def from_publishers(names: Sequence[str], progress: Progress) -> Fetched:
    """Get gemeenten from CBS, PDOK, Leefbaarometer and RIVM.

    Raises
    ------
    VeerkrachtError
    """
    from ..apps.signals import reference_lines, refresh_references
    from ..sources.get import get_municipalities

    report = get_municipalities(list(names), progress=progress)
    places = tuple((m.code, m.name) for m in report.municipalities)
    return Fetched(lines=(*report.lines(), *reference_lines(refresh_references())), places=places)


@dataclass(frozen=True, kw_only=True)
class FetchState:
    """How far a download is.

    Attributes
    ----------
    names : tuple of str
        As typed.
    phase : {"bezig", "klaar", "mislukt", "gestopt"}
    text : str
        What is being fetched, with its size.
    share : float
        How much is done (0-1).
    steps : tuple of str
        What was finished before.
    stopping : bool
        Asked to stop; the answer that is on its way is not waited for longer than its time-out.
    result : Fetched or None
    error : VeerkrachtError or None
        ``None`` with phase ``mislukt`` where something else than data was wrong.
    """

    names: tuple[str, ...]
    phase: Phase = "bezig"
    text: str = ""
    share: float = 0.0
    steps: tuple[str, ...] = ()
    stopping: bool = False
    result: Fetched | None = None
    error: VeerkrachtError | None = None

    @property
    def percent(self) -> int:
        """How much is done, in whole percents."""
        return round(100 * min(1.0, max(0.0, self.share)))

    @property
    def offline(self) -> bool:
        """Whether it stopped for lack of internet."""
        return getattr(self.error, "kind", "") == "offline"


class _Stopped(Exception):
    """The administrator asked to stop."""


@dataclass
class Fetcher:
    """One download at a time; what was fetched before a failure or a stop is kept and used the next time.

    Parameters
    ----------
    fetch : callable
        Does it; called in a thread.
    """

    fetch: Fetch = from_publishers
    state: FetchState | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self, names: Sequence[str]) -> bool:
        """Begin, unless a download is running; return whether it began. The thread speaks the caller's language."""
        with self._lock:
            if self.state and self.state.phase == "bezig":
                return False
            self.state = FetchState(names=tuple(names))
        # A daemon: a server that stops does not wait for the internet.
        threading.Thread(target=copy_context().run, args=(self._run, tuple(names)), daemon=True).start()
        return True

    def stop(self) -> None:
        """Ask the download to stop at the next piece that comes in."""
        self._change(stopping=True)

    def _change(self, **values: object) -> None:
        with self._lock:
            if self.state and self.state.phase == "bezig":
                self.state = replace(self.state, **values)  # type: ignore[arg-type]

    def _told(self, text: str, share: float) -> None:
        state = self.state
        if state is None or state.stopping:
            raise _Stopped
        # Sizes follow the colon: the next size is not a new step.
        before, now = state.text.partition(":")[0], text.partition(":")[0]
        steps = (*state.steps, before) if before and before != now else state.steps
        self._change(text=text, share=share, steps=steps)

    def _run(self, names: tuple[str, ...]) -> None:
        try:
            self._change(phase="klaar", result=self.fetch(names, self._told), share=1.0)
        except _Stopped:
            self._change(phase="gestopt")
        except VeerkrachtError as error:
            # Also when the stop broke it off half-way.
            stopped = self.state is not None and self.state.stopping
            self._change(**({"phase": "gestopt"} if stopped else {"phase": "mislukt", "error": error}))
        except Exception:
            log.exception("fetching failed")
            self._change(phase="mislukt")


def names_in(text: str) -> list[str]:
    """Return the gemeenten in what was typed: separated by commas or semicolons, each once."""
    parts = (part.strip() for part in text[: LONGEST + 1].replace(";", ",").split(","))
    return list(dict.fromkeys(part for part in parts if part))


def present_words(job: FetchState) -> str:
    """Return what a download is doing now."""
    if job.stopping:
        return _("Het ophalen stopt; dat kan even duren.")
    return job.text or _("Verbinden…")


class Gather(Page):
    """``GET /gegevens``: how far the download is; ``POST``: begin one. Beheer only."""

    switches_language = True

    @beheer_only
    async def get(self) -> None:
        """Show how far it is."""
        self._show()

    @beheer_only
    async def post(self) -> None:
        """Begin with the gemeenten of the form."""
        typed = self.get_body_argument("gemeente", "")
        names = names_in(typed)
        if not names or len(names) > MOST_NAMES or len(typed) > LONGEST:
            self._show(
                400, trouble=self.text("Vul de naam van een gemeente in, of hoogstens tien met komma's.")
            )
            return
        if not self.server.fetcher.start(names):
            self._show(409, trouble=self.text("Er worden al gegevens opgehaald. Wacht tot dat klaar is."))
            return
        self.redirect("/gegevens", status=303)

    def _show(self, status: int = 200, *, trouble: str = "") -> None:
        job = self.server.fetcher.state
        now = present_words(job) if job else ""
        self.page("gegevens.html", status, job=job, now=now, trouble=trouble)


class GatherState(Page):
    """``GET /gegevens/stand``: how far the download is, for the script of the page. Beheer only."""

    @beheer_only
    async def get(self) -> None:
        """Answer with what changes while it runs."""
        job = self.server.fetcher.state
        if job is None:
            self.not_found()
            return
        now = present_words(job)
        self.set_header("Content-Type", "application/json")
        self.finish({"phase": job.phase, "percent": job.percent, "text": now, "steps": list(job.steps)})


class GatherStop(Page):
    """``POST /gegevens/stoppen``: end the download. Beheer only."""

    @beheer_only
    async def post(self) -> None:
        """Ask it to stop."""
        self.server.fetcher.stop()
        self.redirect("/gegevens", status=303)
