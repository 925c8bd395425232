"""The page of a participant: one question at a time, on the map or in the list, saved as it is given."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

import ipywidgets as w

from ..dialogue import (
    SMALLEST_GROUP,
    Actor,
    Herkenning,
    SeatTaken,
    SessionState,
    Step,
    Verhaal,
    Waarneming,
    Withdrawn,
    personal_data_hints,
)
from ..i18n import _, current_language
from ..widgets import (
    AnswerBar,
    BuurtCard,
    CountBars,
    InfoPanel,
    StoryForm,
    StoryList,
    app_frame,
    keep_under,
)
from . import present
from .choice import MAP_HEIGHT, BuurtChoice
from .facts import buurt_facts
from .layers import marks, signal_layer
from .parameters import SessionParameters
from .prepare import ROLES, Background
from .room import Room
from .shell import guarded, open_room, top_bar


class ParticipantApp:
    """What one participant sees and does.

    Parameters
    ----------
    room : Room
        The session as this seat may see it.
    background : Background or None
        Boundaries and figures of the municipality.
    """

    def __init__(self, room: Room, background: Background | None) -> None:
        self.room = room
        self.background = background
        self._shown_step = self._shown_focus = self._editing = ""
        key = room.key
        self.top = top_bar("deelnemer", room)
        self.choice = BuurtChoice(room.view, background, height=MAP_HEIGHT)
        self.info = InfoPanel()
        self.card = BuurtCard()
        self.answers = AnswerBar(storage_key=key)
        self.forms = {
            "waarneming": StoryForm(mode="waarneming", storage_key=key, channel="waarneming"),
            "verhaal": StoryForm(mode="verhaal", storage_key=key, channel="verhaal"),
        }
        self.bars = CountBars()
        self.stories = StoryList(kind="deelnemer", storage_key=key)
        self._connect()
        self.widget = app_frame(
            "deelnemer",
            language=current_language(),
            top=self.top,
            map=[self.choice.chooser, self.choice.legend],
            side=[self.info, self.card, self.answers, *self.forms.values(), self.bars, self.stories],
        )
        room.on_seated(self.seated)
        room.on_change(self.draw)

    def seated(self) -> None:
        """Make the page that of its person, who is new or comes back."""
        keep_under(self.widget, self.room.key)
        if self.room.actor.id not in self.room.view.seats:
            self.room.submit(SeatTaken(role=self.room.actor.role))

    def _connect(self) -> None:
        self.choice.on_select(self.draw)
        self.answers.on_command("antwoord", self._answer)
        self.forms["waarneming"].on_command("bewaar", self._observe)
        self.forms["verhaal"].on_command("bewaar", self._tell)
        for form in self.forms.values():
            form.check = personal_data_hints
            form.on_command("annuleer", lambda _body, _nonce: self._stop_editing())
        self.stories.on_command("bewerk", self._edit)
        self.stories.on_command("trek_in", lambda body, nonce: self._withdraw(body.get("id", ""), nonce))

    # What a participant does. The log decides whether it is allowed.

    def _answer(self, body: Mapping[str, Any], nonce: str) -> None:
        self.room.submit(
            Herkenning(
                step=body.get("step", ""),
                buurt=body.get("buurt", ""),
                recognition=body.get("recognition"),
                direction=body.get("direction"),
            ),
            nonce,
        )

    def _observe(self, body: Mapping[str, Any], nonce: str) -> None:
        self.room.submit(
            Waarneming(
                step=body.get("step", ""),
                buurt=body.get("buurt", ""),
                text=body.get("text", ""),
                replaces=body.get("replaces", ""),
            ),
            nonce,
        )
        self._stop_editing()

    def _tell(self, body: Mapping[str, Any], nonce: str) -> None:
        self.room.submit(
            Verhaal(
                step=body.get("step", ""),
                buurt=body.get("buurt", ""),
                text=body.get("text", ""),
                story_kind=body.get("story_kind", "ervaring"),
                tone=body.get("tone", "neutraal"),
                theme=body.get("theme", ""),
                consent=body.get("consent", "deze_zaal"),
                replaces=body.get("replaces", ""),
            ),
            nonce,
        )
        self._stop_editing()

    def _withdraw(self, contribution: str, nonce: str) -> None:
        self.room.submit(Withdrawn(target=contribution), nonce)

    def _edit(self, body: Mapping[str, Any], _nonce: str) -> None:
        own = self.room.view.contributions.get(body.get("id", ""))
        if own is None or own.seat != self.room.actor.id or own.text is None:
            return
        self._editing = own.id
        self.choice.select(own.buurt)
        self.draw()
        self.forms[own.kind].edit(
            own.id,
            text=own.text,
            story_kind=own.story_kind or "ervaring",
            tone=own.tone or "neutraal",
            consent=own.consent,
            theme=own.theme,
        )

    def _stop_editing(self) -> None:
        self._editing = ""
        for form in self.forms.values():
            form.stop_editing()
        self.draw()

    # What a participant sees.

    def draw(self) -> None:
        """Bring the screen in line with what this seat may see now."""
        view = self.room.view
        step = view.current
        self._follow(view, step)
        self._draw_top(view, step)
        seat = self.room.actor.id
        ticks = present.answered(view, step, seat) if step else set()
        self.choice.show(signal_layer(view), marks(ticks, {}), focus=view.focus)
        code = self.choice.selected
        buurt = next((b for b in view.buurten if b.code == code), None)
        asks = bool(step and step.records)
        self.card.show(buurt_facts(buurt, self.background) if buurt else None)
        self._draw_questions(view, step, code)
        self._draw_counts(view, step, code)
        own = [c for c in view.contributions.values()]
        kind = step.kind if step and asks else ""
        listed = [c for c in own if not kind or c.kind == kind] if kind != "herkenning" else []
        self.stories.show(
            present.story_items(view, listed), buurt=code, buurt_name=present.buurt_name(view, code)
        )
        self.stories.layout.display = "" if listed else "none"

    def _follow(self, view: SessionState, step: Step | None) -> None:
        """Go where the facilitator goes, and say so; typed text waits in its own field."""
        notice = ""
        if view.step != self._shown_step:
            self._shown_step = view.step
            if step:
                notice = _("We gaan naar stap {n}: {title}").format(
                    n=present.step_number(view), title=_(step.title)
                )
        if view.focus != self._shown_focus:
            self._shown_focus = view.focus
            if view.focus:
                self.choice.select(view.focus)
                notice = _("We kijken nu naar {buurt}").format(buurt=present.buurt_name(view, view.focus))
        if notice:
            self.top.notice = notice

    def _draw_top(self, view: SessionState, step: Step | None) -> None:
        self.top.step_number = present.step_number(view)
        self.top.step_title = _(step.title) if step else ""
        self.top.question = _(step.question) if step else ""
        self.top.closed = view.closed
        self.top.show_time(present.ends_at(view))
        if step is None:
            self.info.show(
                _("Welkom"),
                [_("De begeleider begint zo. Tik alvast op een buurt om te zien wat de cijfers zeggen.")],
            )
        else:
            rules = view.script.house_rules if view.script and step.kind == "inleiding" else ()
            self.info.show("", [_(step.explanation)] if step.explanation else [], items=[_(r) for r in rules])

    def _draw_questions(self, view: SessionState, step: Step | None, code: str) -> None:
        kind = step.kind if step else ""
        why_not = _("De sessie is gesloten.") if view.closed else ""
        outside = step is not None and step.focus and code not in step.focus
        if outside and not why_not:
            why_not = _("Deze stap gaat over andere buurten.")
        given = view.answers.get((view.step, code, self.room.actor.id))
        if kind == "herkenning":
            self.answers.show(
                step=view.step,
                buurt=code,
                recognition=given.recognition if given else None,
                direction=given.direction if given else None,
                first_recognition=given.first_recognition if given and given.changed_after_reveal else None,
                first_direction=given.first_direction if given and given.changed_after_reveal else None,
                saved_at=present.clock(given.at) if given else "",
                disabled_reason=why_not,
            )
        self.answers.layout.display = "" if kind == "herkenning" and code else "none"
        # A correction belongs to the step in which the text was written, wherever the room is by now.
        editing = view.contributions.get(self._editing)
        for mode, form in self.forms.items():
            asked = editing.kind == mode if editing else kind == mode
            if asked:
                form.show(
                    step=editing.step if editing else view.step,
                    buurt=editing.buurt if editing else code,
                    buurt_name=present.buurt_name(view, editing.buurt if editing else code),
                    prompt=_(step.question) if step and not editing else "",
                    disabled_reason=_("De sessie is gesloten.")
                    if view.closed
                    else ""
                    if editing
                    else why_not,
                )
            form.layout.display = "" if asked and (editing or code) else "none"

    def _draw_counts(self, view: SessionState, step: Step | None, code: str) -> None:
        seen = bool(step and code and step.kind == "herkenning" and view.shows(step.id, "verdeling"))
        if seen and step:
            total, rows = present.count_rows(view, step.id, code)
            few = "" if total else present.too_few(SMALLEST_GROUP)
            self.bars.show(total, rows, heading=_("Wat de zaal zegt"), hidden_reason=few)
        else:
            self.bars.show(None)
        self.bars.layout.display = "" if seen else "none"


@guarded
def participant(parameters: SessionParameters) -> w.Widget:
    """Return the page of a participant.

    Under the server the seat is the one of the visitor; elsewhere a new seat is taken, to practise with.

    Parameters
    ----------
    parameters : SessionParameters

    Raises
    ------
    SessionNotFound, LogError
        Shown on the page instead, with what to do.
    """
    room, background = open_room(parameters, "deelnemer", new_seat)
    return ParticipantApp(room, background).widget


def new_seat(role: str = ROLES[-1]) -> Actor:
    """Return a seat that nobody has: a random id and a role."""
    return Actor(id=secrets.token_urlsafe(12), kind="deelnemer", role=role)
