"""Messages from a browser: what gets through, what is refused, and that nothing else has any effect."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veerkracht_nb import widgets as vk
from veerkracht_nb.errors import InvalidContribution, ParameterError
from veerkracht_nb.widgets import AnswerBar, DownloadPanel, Onderdeel, StepList, StoryForm
from veerkracht_nb.widgets._base import MAX_MESSAGE

NONCE = "abcdef012345"
ANSWER = {"step": "herkenning", "buurt": "BU1", "recognition": "deels", "direction": None}
WIDGETS = [getattr(vk, name) for name in vk.__all__ if isinstance(getattr(vk, name), type)]
WIDGETS = [
    w
    for w in WIDGETS
    if issubclass(w, Onderdeel) and w.__module__.split(".")[-1] not in ("kaart", "lijst", "legenda")
]


def make(kind: type[Onderdeel]) -> Onderdeel:
    return kind(formats=[("md", "Markdown")]) if kind is DownloadPanel else kind()


class Wire:
    """Stands for the browser of one widget."""

    def __init__(self, widget: Onderdeel) -> None:
        self.widget, self.heard, self.files, self.fresh = widget, [], [], itertools.count()
        widget.send = self._hear  # type: ignore[method-assign]

    def _hear(self, content: dict[str, Any], buffers: Any = None) -> None:
        (self.files if content["type"] == "file" else self.heard).append(
            (content, buffers) if buffers else content
        )

    def say(self, content: object, buffers: Any = ()) -> dict[str, Any] | None:
        self.heard.clear()
        self.widget._handle_custom_msg(content, buffers)
        return self.heard[-1] if self.heard else None

    def command(self, name: object, body: object, nonce: object = ...) -> dict[str, Any] | None:
        if nonce is ...:
            nonce = f"{NONCE}{next(self.fresh)}"
        return self.say({"type": "command", "nonce": nonce, "name": name, "body": body})


@pytest.fixture
def bar() -> tuple[Wire, list[Any]]:
    widget, taken = AnswerBar(), []
    widget.on_command("antwoord", lambda body, nonce: taken.append((body, nonce)))
    return Wire(widget), taken


def test_a_valid_command_reaches_its_callback_with_its_nonce_and_is_acknowledged_with_the_time(bar):
    wire, taken = bar
    ack = wire.command("antwoord", ANSWER, NONCE)
    assert taken == [(ANSWER, NONCE)]
    assert ack["ok"] and ack["nonce"] == NONCE and len(ack["at"]) == 5


def test_a_refusal_says_expected_got_and_what_to_do():
    def refuse(body, nonce):
        raise InvalidContribution("Zo niet.", expected="kort", got="lang\ud800", todo="korter")

    widget = AnswerBar()
    widget.on_command("antwoord", refuse)
    ack = Wire(widget).command("antwoord", ANSWER)
    assert {key: ack[key] for key in ("ok", "message", "expected", "todo")} == {
        "ok": False, "message": "Zo niet.", "expected": "kort", "todo": "korter"
    }  # fmt: skip
    ack["got"].encode("utf-8")


def test_an_error_in_the_program_is_not_shown_to_the_browser_but_is_answered(caplog):
    widget = AnswerBar()
    widget.on_command("antwoord", lambda body, nonce: 1 / 0)
    ack = Wire(widget).command("antwoord", ANSWER)
    assert ack["ok"] is False and "zero" not in str(ack) and "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize(
    "body",
    [
        {**ANSWER, "step": 3},
        {**ANSWER, "buurt": ["BU1"]},
        {**ANSWER, "recognition": {"$ne": 1}},
        {**ANSWER, "actor": "begeleider"},
        {**ANSWER, "direction": True},
        ["step"],
        "step",
        None,
        3,
    ],
)
def test_a_body_of_the_wrong_shape_is_refused(bar, body):
    wire, taken = bar
    assert wire.command("antwoord", body)["ok"] is False
    assert taken == []


@pytest.mark.parametrize("name", ["bestaat_niet", "__init__", "_run", "", None, 3, ["antwoord"], {"a": 1}])
def test_an_unknown_command_is_refused(bar, name):
    wire, taken = bar
    assert wire.command(name, {})["ok"] is False
    assert taken == []


@pytest.mark.parametrize(
    "nonce", [None, 3, "", "short", "x" * 65, "a b c d e f g h", "<script>1", "../../etc"]
)
def test_a_message_without_a_proper_nonce_has_no_effect_and_no_answer(bar, nonce):
    wire, taken = bar
    assert wire.command("antwoord", ANSWER, nonce) is None
    assert taken == []


@pytest.mark.parametrize("content", [None, [], "text", 5, {}, {"type": "command"}, {"nonce": NONCE}])
def test_other_messages_have_no_effect(bar, content):
    wire, taken = bar
    wire.say(content)
    assert taken == []


def test_a_message_that_is_too_large_or_carries_buffers_is_refused(bar):
    wire, taken = bar
    assert wire.command("antwoord", {**ANSWER, "step": "x" * MAX_MESSAGE})["ok"] is False
    assert (
        wire.say({"type": "command", "nonce": NONCE, "name": "antwoord", "body": ANSWER}, [b"x"])["ok"]
        is False
    )
    assert taken == []


def test_every_widget_answers_a_ping_without_a_callback():
    for kind in WIDGETS:
        assert Wire(make(kind)).command("ping", {})["ok"] is True


@pytest.mark.parametrize("kind", WIDGETS, ids=lambda kind: kind.__name__)
def test_a_forged_trait_of_a_browser_changes_nothing_in_python(kind):
    widget = make(kind)
    before = widget.get_state()
    forged = {
        key: (
            "x"
            if isinstance(value, str)
            else [1]
            if isinstance(value, list)
            else {"x": 1}
            if isinstance(value, dict)
            else not value
        )
        for key, value in before.items()
    }
    widget._handle_msg(
        {"content": {"data": {"method": "update", "state": forged, "buffer_paths": []}}, "buffers": []}
    )
    assert widget.get_state() == before


def test_frames_cannot_be_rearranged_by_a_browser():
    frame = vk.app_frame("deelnemer", side=AnswerBar())
    before = frame.get_state()
    frame._handle_msg(
        {
            "content": {"data": {"method": "update", "state": {"children": []}, "buffer_paths": []}},
            "buffers": [],
        }
    )
    assert frame.get_state() == before


def test_a_command_that_a_widget_does_not_list_cannot_get_a_callback():
    with pytest.raises(ParameterError):
        AnswerBar().on_command("stop", lambda body, nonce: None)


def test_minutes_are_a_number_and_not_a_yes():
    steps, taken = StepList(), []
    steps.on_command("tijd", lambda body, nonce: taken.append(body["minutes"]))
    wire = Wire(steps)
    assert wire.command("tijd", {"step": "s", "minutes": True})["ok"] is False
    assert wire.command("tijd", {"step": "s", "minutes": -5})["ok"] is True
    assert taken == [-5]


def test_a_story_with_hints_is_kept_only_after_the_writer_has_read_them():
    form, kept = StoryForm(), []
    form.check = lambda text: ["Hier staat een huisnummer."] if "12" in text else []
    form.on_command("bewaar", lambda body, nonce: kept.append(body["text"]))
    wire = Wire(form)
    ack = wire.command("bewaar", {"text": "op nummer 12", "confirmed": False})
    assert ack["ok"] is False and ack["hints"] == ["Hier staat een huisnummer."] and kept == []
    assert wire.command("bewaar", {"text": "op nummer 12", "confirmed": True})["ok"]
    assert wire.command("bewaar", {"text": "zonder", "confirmed": False})["ok"]
    assert kept == ["op nummer 12", "zonder"]


def test_a_download_arrives_in_pieces_before_its_acknowledgement_and_only_for_what_is_offered():
    panel, asked = DownloadPanel(formats=[("docx", "Word")]), []
    content = bytes(range(256)) * 10_000
    panel.on_export(
        lambda format, variant: asked.append(format) or ("verslag.docx", "application/x", content)
    )
    wire = Wire(panel)
    assert wire.command("export", {"format": "../etc/passwd", "variant": "tafel"})["ok"] is False
    assert wire.command("export", {"format": "docx", "variant": "geheim"})["ok"] is False
    assert asked == []
    assert wire.command("export", {"format": "docx", "variant": "deelbaar"})["ok"] is True
    assert b"".join(piece for _, (piece,) in wire.files) == content
    assert [info["part"] for info, _ in wire.files] == list(range(wire.files[0][0]["of"]))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(
    content=JSON
    | st.fixed_dictionaries({"type": st.just("command"), "nonce": st.just(NONCE), "name": JSON, "body": JSON})
)
@settings(max_examples=150, deadline=None)
def test_no_message_whatever_its_shape_raises_or_reaches_a_callback(content):
    form, kept = StoryForm(), []
    form.on_command("bewaar", lambda body, nonce: kept.append(body))
    Wire(form).say(content)
    assert kept == [] or content["name"] == "bewaar"


def test_a_command_that_is_sent_again_is_answered_again_but_carried_out_once(bar):
    wire, taken = bar
    first = wire.command("antwoord", ANSWER, NONCE)
    assert wire.command("antwoord", ANSWER, NONCE) == first
    assert len(taken) == 1
    for number in range(300):
        wire.command("antwoord", ANSWER, f"{NONCE}{number}")
    assert len(wire.widget._answered) == 200
