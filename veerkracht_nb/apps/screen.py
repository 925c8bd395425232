"""The page of the beamer: the question, the map, and only what was released. No controls."""

from __future__ import annotations

import ipywidgets as w

from ..dialogue import SMALLEST_GROUP, Actor, SessionState
from ..i18n import _, current_language
from ..widgets import CountBars, InfoPanel, JoinPanel, StoryList, app_frame
from . import present
from .choice import MAP_HEIGHT, BuurtChoice
from .layers import chosen_layer, marks
from .parameters import SessionParameters
from .prepare import Background
from .room import Room
from .shell import guarded, open_room, top_bar

SCREEN = Actor(id="beamerscherm", kind="scherm")


class ScreenApp:
    """What the room sees.

    Parameters
    ----------
    room : Room
    background : Background or None
    """

    def __init__(self, room: Room, background: Background | None) -> None:
        self.room = room
        self.background = background
        self.top = top_bar("scherm", room)
        self.choice = BuurtChoice(room.view, background, height=MAP_HEIGHT, controls=False)
        self.info = InfoPanel(large=True)
        self.bars = CountBars(large=True)
        self.stories = StoryList(kind="scherm")
        self.join = JoinPanel(large=True)
        self.widget = app_frame(
            "scherm",
            language=current_language(),
            top=self.top,
            map=[self.choice.chooser, self.choice.legend],
            side=[self.info, self.bars, self.stories],
            corner=self.join,
        )
        room.on_seated(lambda: self.join.show(room.join_url, code=room.session.code))
        room.on_change(self.draw)

    def draw(self) -> None:
        """Bring the screen in line with what was released."""
        view = self.room.view
        step = view.current
        self.top.step_number = present.step_number(view)
        self.top.step_title = _(step.title) if step else ""
        self.top.question = _(step.question) if step else _("Welkom. Scan de code om mee te doen.")
        self.top.people = view.seat_count
        self.top.closed = view.closed
        self.top.show_time(present.ends_at(view))
        layer = chosen_layer(view, self.background)
        self.choice.select(view.focus)
        self.choice.show(layer, marks(set(), layer.counts), focus=view.focus)
        rules = view.script.house_rules if view.script and step and step.kind == "inleiding" else ()
        released = self._draw_released(view)
        self.info.show(
            present.buurt_name(view, view.focus),
            [_(step.explanation)] if step and step.explanation and not released else [],
            items=[_(rule) for rule in rules],
        )

    def _draw_released(self, view: SessionState) -> bool:
        """Show what was released of the buurt that the room talks about; return whether that is anything."""
        step = view.current
        seen = step and step.kind == "herkenning" and view.focus and view.shows(step.id, "verdeling")
        total, rows = present.count_rows(view, step.id, view.focus) if step and seen else (None, [])
        few = present.too_few(SMALLEST_GROUP) if seen and not total else ""
        self.bars.show(total, rows, heading=_("Wat de zaal zegt") if total else "", hidden_reason=few)
        self.bars.layout.display = "" if seen else "none"
        shown = [c for c in view.contributions.values() if not view.focus or c.buurt == view.focus]
        self.stories.show(
            present.story_items(view, shown),
            buurt=view.focus,
            buurt_name=present.buurt_name(view, view.focus),
        )
        self.stories.layout.display = "" if shown else "none"
        return bool(seen or shown)


@guarded
def screen(parameters: SessionParameters) -> w.Widget:
    """Return the page of the beamer.

    Parameters
    ----------
    parameters : SessionParameters

    Raises
    ------
    SessionNotFound, LogError
        Shown on the page instead, with what to do.
    """
    room, background = open_room(parameters, "scherm", lambda: SCREEN)
    return ScreenApp(room, background).widget
