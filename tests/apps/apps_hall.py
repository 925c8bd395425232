"""A hall with people in it: each page with a session object of its own, as in a kernel of its own."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import ipywidgets

from veerkracht_nb.apps.facilitator import FACILITATOR, FacilitatorApp
from veerkracht_nb.apps.participant import ParticipantApp
from veerkracht_nb.apps.prepare import Background
from veerkracht_nb.apps.room import Room
from veerkracht_nb.apps.screen import SCREEN, ScreenApp
from veerkracht_nb.dialogue import (
    Actor,
    Event,
    Payload,
    Revealed,
    SeatTaken,
    Session,
    SessionMade,
    StepStarted,
    Visibility,
    create,
    open_session,
)

JOIN_URL = "http://192.168.1.20:8866/s/"
_fresh = itertools.count()


@dataclass(frozen=True)
class Town:
    """What a session is made of, computed once for all tests."""

    made: SessionMade
    background: Background

    @property
    def codes(self) -> list[str]:
        return [buurt.code for buurt in self.made.buurten]


class Browser:
    """Stands for the browser of one page: sends commands, and sees whatever Python sends."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.heard: list[tuple[dict[str, Any], list[bytes]]] = []
        for widget in tree(app.widget):
            widget.send = self._hear

    def _hear(self, content: dict[str, Any], buffers: Any = None) -> None:
        self.heard.append((content, list(buffers or [])))

    def raw(self, widget: ipywidgets.Widget, content: object) -> dict[str, Any]:
        """Send any message and return the answer, empty when there is none."""
        before = len(self.heard)
        widget._handle_custom_msg(content, [])
        acks = [content for content, _ in self.heard[before:] if content.get("type") == "ack"]
        return acks[-1] if acks else {}

    def say(self, widget: ipywidgets.Widget, name: str, /, **body: Any) -> dict[str, Any]:
        nonce = f"nonce-{next(_fresh):06d}"
        return self.raw(widget, {"type": "command", "nonce": nonce, "name": name, "body": body})

    def all_it_can_read(self) -> str:
        """Everything that this browser holds or was ever sent by a message, as one text."""
        states = [widget.get_state() for widget in tree(self.app.widget)]
        return json.dumps([states, [content for content, _ in self.heard]], default=repr, ensure_ascii=False)


def tree(widget: ipywidgets.Widget, seen: set[str] | None = None) -> Iterator[ipywidgets.Widget]:
    """Every widget that can be reached from `widget` through any of its traits."""
    seen = set() if seen is None else seen
    if widget.model_id in seen:
        return
    seen.add(widget.model_id)
    yield widget
    for name in widget.keys:
        value = getattr(widget, name)
        for inner in value if isinstance(value, list | tuple) else [value]:
            if isinstance(inner, ipywidgets.Widget):
                yield from tree(inner, seen)


class Hall:
    """One session file and the pages that have it open."""

    def __init__(self, folder: Path, town: Town, *, background: bool = True, **changes: Any) -> None:
        self.town = town
        self.background = town.background if background else None
        self.session: Session = create(folder, replace(town.made, **changes))
        self.pages: list[Any] = []

    def lead(self, payload: Payload) -> Event:
        """Let the facilitator do something, and bring every page up to date."""
        return self._then_look(self.session.submit(payload, FACILITATOR))

    def act(self, payload: Payload, actor: Actor) -> Event:
        """Let somebody without a page do something, and bring every page up to date."""
        return self._then_look(self.session.submit(payload, actor))

    def start(self, step: str) -> None:
        self.lead(StepStarted(step=step))

    def reveal(self, step: str, level: Visibility) -> None:
        self.lead(Revealed(step=step, level=level))

    def look(self) -> None:
        for page in self.pages:
            page.room.refresh()

    def _then_look(self, event: Event) -> Event:
        self.look()
        return event

    def seat(self, role: str = "bewoner") -> Actor:
        """Somebody who takes part without a page in this test."""
        actor = Actor(id=f"plaats-{next(_fresh):04d}", kind="deelnemer", role=role)
        self.act(SeatTaken(role=role), actor)
        return actor

    def participant(self, role: str = "bewoner") -> tuple[ParticipantApp, Browser]:
        return self._page(ParticipantApp(self._room(self.seat(role)), self.background))

    def facilitator(self) -> tuple[FacilitatorApp, Browser]:
        return self._page(FacilitatorApp(self._room(FACILITATOR), self.background))

    def screen(self) -> tuple[ScreenApp, Browser]:
        return self._page(ScreenApp(self._room(SCREEN), self.background))

    def _room(self, actor: Actor) -> Room:
        return Room(open_session(self.session.path), actor, JOIN_URL + self.session.code)

    def _page(self, app: Any) -> Any:
        self.pages.append(app)
        return app, Browser(app)

    def close(self) -> None:
        for page in self.pages:
            page.room.close()
        self.session.close()

    def bytes_on_disk(self) -> bytes:
        """The session file and everything SQLite keeps beside it."""
        folder = self.session.path.parent
        return b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())
