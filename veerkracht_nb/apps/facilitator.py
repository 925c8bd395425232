"""The page of the facilitator: the draaiboek, the map, and where talking helps most."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args
from urllib.parse import urlencode

import ipywidgets as w

from ..dialogue import (
    Actor,
    FocusSet,
    LayerChosen,
    Moderated,
    Moderation,
    Payload,
    Revealed,
    SessionClosed,
    SessionReopened,
    SessionState,
    StepStarted,
    TimeAdded,
    Visibility,
    discussed_step,
)
from ..i18n import _, current_language
from ..widgets import (
    BuurtCard,
    CountBars,
    InfoPanel,
    JoinPanel,
    LayerPicker,
    LinkList,
    RankList,
    RoleBars,
    StepList,
    StoryList,
    app_frame,
    keep_under,
)
from . import present
from .choice import MAP_HEIGHT, BuurtChoice
from .facts import buurt_facts
from .layers import chosen_layer, marks
from .notes import download_panel
from .parameters import SessionParameters
from .prepare import Background
from .room import Room
from .shell import guarded, one_of, open_room, top_bar

FACILITATOR = Actor(id="begeleider", kind="begeleider")


class FacilitatorApp:
    """What the facilitator sees and does.

    Parameters
    ----------
    room : Room
    background : Background or None
    """

    def __init__(self, room: Room, background: Background | None) -> None:
        self.room = room
        self.background = background
        key = room.key
        self.top = top_bar("begeleider", room)
        self.steps = StepList(storage_key=key)
        self.roles = RoleBars()
        self.join = JoinPanel(collapsible=True)
        self.downloads = download_panel(room.session)
        self.papers = LinkList()
        self.layer = LayerPicker(storage_key=key)
        self.choice = BuurtChoice(room.view, background, height=MAP_HEIGHT)
        self.ranks = RankList()
        self.card = BuurtCard(empty_hint=_("Kies een buurt om te zien wat de zaal ervan zegt."))
        self.focus = InfoPanel(storage_key=key)
        self.bars = CountBars()
        self.stories = StoryList(kind="begeleider", storage_key=key)
        self._connect()
        self.widget = app_frame(
            "begeleider",
            language=current_language(),
            top=self.top,
            left=[self.steps, self.roles, self.join, self.downloads, self.papers],
            map=[self.layer, self.choice.chooser],
            middle=[self.ranks, self.choice.legend],
            side=[self.card, self.focus, self.bars, self.stories],
        )
        room.on_seated(self.seated)
        room.on_change(self.draw)

    def seated(self) -> None:
        """Make the page that of the facilitator who opened it."""
        keep_under(self.widget, self.room.key)
        self.join.show(self.room.join_url, code=self.room.session.code)
        # Without a server these pages have no address, without figures nothing to show.
        if self.room.join_url and self.background is not None:
            self.papers.show(_("Voor aan de muur en op tafel"), paper_links(self.room))

    def _connect(self) -> None:
        def submit(payload: Payload, nonce: str) -> None:
            self.room.submit(payload, nonce)

        self.steps.on_command(
            "start", lambda body, nonce: submit(StepStarted(step=body.get("step", "")), nonce)
        )
        self.steps.on_command("tijd", lambda body, nonce: submit(_more_time(body), nonce))
        self.steps.on_command("onthul", lambda body, nonce: submit(_reveal(body), nonce))
        self.steps.on_command("stop", lambda _body, nonce: submit(SessionClosed(), nonce))
        self.steps.on_command("heropen", lambda _body, nonce: submit(SessionReopened(), nonce))
        self.layer.on_command(
            "laag", lambda body, nonce: submit(LayerChosen(layer=body.get("layer", "")), nonce)
        )
        self.stories.on_command("beoordeel", lambda body, nonce: submit(_moderate(body), nonce))
        self.ranks.on_command("kies", lambda body, _nonce: self.choice.select(body.get("buurt", "")))
        self.choice.on_select(self.draw)
        self.focus.on_command("doe", lambda _body, nonce: self._toggle_focus(nonce))

    def _toggle_focus(self, nonce: str) -> None:
        code = self.choice.selected
        self.room.submit(FocusSet(buurt="" if self.room.view.focus == code else code), nonce)

    def draw(self) -> None:
        """Bring the screen in line with the session."""
        view = self.room.view
        step = view.current
        self.top.step_number = present.step_number(view)
        self.top.step_title = _(step.title) if step else _("nog niet begonnen")
        self.top.question = _(step.question) if step else _("Start de eerste stap als iedereen binnen is.")
        self.top.people = view.seat_count
        self.top.closed = view.closed
        self.top.show_time(present.ends_at(view))
        self.steps.show(present.step_items(view), closed=view.closed)
        self.roles.show(present.people(view))
        layer = chosen_layer(view, self.background)
        self.layer.layer = view.layer
        self.choice.show(layer, marks(set(), layer.counts), focus=view.focus)
        self.ranks.show(present.rank_items(view), selected=self.choice.selected)
        self._draw_buurt(view)

    def _draw_buurt(self, view: SessionState) -> None:
        code = self.choice.selected
        buurt = next((b for b in view.buurten if b.code == code), None)
        self.card.show(buurt_facts(buurt, self.background) if buurt else None)
        there = view.focus == code
        action = _("Laat de zaal weer vrij kijken") if there else _("Laat de zaal hiernaar kijken")
        self.focus.show("", action=action if buurt else "")
        asked = discussed_step(view)
        total, rows = present.count_rows(view, asked, code) if buurt and asked else (None, [])
        self.bars.show(total, rows, heading=_("Herkenning per rol"))
        self.bars.layout.display = "" if buurt and asked else "none"
        self.stories.show(
            present.story_items(view, view.contributions.values()),
            buurt=code,
            buurt_name=present.buurt_name(view, code),
        )


def paper_links(room: Room) -> list[tuple[str, str]]:
    """Return the pages for print about this gemeente: with the title of the session, or with its stories."""
    made = room.view.made
    if made is None:
        return []
    place = {"gemeente": made.municipality, "profiel": made.profile}
    maps = {**place, "weergave": made.view, "titel": made.title}
    profiles = {**place, "sessie": room.session.id}
    return [
        (_("Wandkaarten"), f"/wandkaart?{urlencode(maps)}"),
        (_("Wijkprofielen met de verhalen"), f"/wijkprofiel?{urlencode(profiles)}"),
    ]


def _more_time(body: Mapping[str, Any]) -> Payload:
    return TimeAdded(step=body.get("step", ""), minutes=body.get("minutes", 0))


def _reveal(body: Mapping[str, Any]) -> Payload:
    return Revealed(step=body.get("step", ""), level=one_of(body.get("level", ""), get_args(Visibility)))


def _moderate(body: Mapping[str, Any]) -> Payload:
    decision = one_of(body.get("decision", ""), get_args(Moderation))
    return Moderated(target=body.get("id", ""), decision=decision, reason=body.get("reason", ""))


@guarded
def facilitator(parameters: SessionParameters) -> w.Widget:
    """Return the page of the facilitator.

    Parameters
    ----------
    parameters : SessionParameters

    Raises
    ------
    SessionNotFound, LogError
        Shown on the page instead, with what to do.
    """
    room, background = open_room(parameters, "begeleider", lambda: FACILITATOR)
    return FacilitatorApp(room, background).widget
