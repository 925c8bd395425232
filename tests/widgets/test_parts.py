"""What the widgets send to a browser, and what is in their code."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

import veerkracht_nb.widgets as vk
from veerkracht_nb.errors import ParameterError, SessionNotFound
from veerkracht_nb.widgets._base import Basis, Onderdeel, static_text, stylesheet, wire
from veerkracht_nb.widgets.join_panel import qr_path

PACKAGE = Path(vk.__file__).resolve().parents[1]
UNSAFE = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|setHTML|DOMParser|srcdoc"
    r"|\beval\s*\(|new Function|javascript:|ipywidgets\.HTML|\bw\.HTML|display\.HTML"
)
PARTICIPANT = (
    vk.TopBar,
    vk.BuurtCard,
    vk.AnswerBar,
    vk.StoryForm,
    vk.StoryList,
    vk.CountBars,
    vk.ErrorPanel,
    vk.PageStyle,
)


@pytest.mark.parametrize(
    "path",
    sorted([*PACKAGE.rglob("*.js"), *PACKAGE.glob("widgets/*.py"), *PACKAGE.glob("apps/*.py")]),
    ids=lambda p: p.name,
)
def test_no_code_turns_text_into_markup(path):
    assert not UNSAFE.findall(path.read_text(encoding="utf-8"))


def test_no_widget_asks_for_anything_from_elsewhere():
    for path in PACKAGE.rglob("static/*"):
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|@import|url\((?!#)", text), path.name


def test_the_code_of_a_participants_widgets_stays_small():
    code = len(static_text("base.js")) + sum(len(kind._esm) for kind in PARTICIPANT)
    assert code < 40_000
    assert len(stylesheet()) < 26_000


def test_labels_come_from_python_and_are_used_in_the_code():
    for name in vk.__all__:
        kind = getattr(vk, name)
        if (
            kind is Onderdeel
            or not (isinstance(kind, type) and issubclass(kind, Onderdeel))
            or kind.__module__.endswith(("kaart", "lijst", "legenda"))
        ):
            continue
        code = str(kind._esm) + static_text("base.js")
        for key in kind.texts():
            known = f"t.{key}" in code or f'"{key}"' in code or re.search(r"t\[", code)
            assert known, (name, key)


def test_labels_are_read_in_the_language_of_the_moment(monkeypatch):
    monkeypatch.setattr("veerkracht_nb.widgets.error_panel._", lambda text: text.upper())
    assert vk.ErrorPanel().teksten["wat_nu"] == "WAT NU"


def test_shared_code_travels_once_for_all_widgets():
    first, second = vk.BuurtCard(), vk.TopBar()
    assert first._basis == second._basis
    assert first._basis.endswith(Basis._current.model_id)
    Basis._current.close()
    assert vk.BuurtCard()._basis.split()[0] == first._basis.split()[0]


def test_an_answer_changes_only_a_few_bytes_of_state(monkeypatch):
    bar = vk.AnswerBar()
    sent = []
    bar.show(step="s", buurt="BU1", recognition="deels", saved_at="14:03")
    monkeypatch.setattr(bar, "_send", lambda message, buffers=None: sent.append(message))
    monkeypatch.setattr(bar.comm, "kernel", object(), raising=False)
    bar.show(step="s", buurt="BU1", recognition="herken", saved_at="14:04")
    assert len(sent) == 1 and len(json.dumps(sent)) < 200


def test_an_empty_card_and_a_chosen_buurt():
    card = vk.BuurtCard()
    assert card.facts == {}
    mark = vk.ClassMark(letter="X", label="niet te bepalen", colour="#fff", pattern="leeg")
    figure = vk.Figure(label="Bijstand", value="9,4", series=(1.0, None, 2.0))
    card.show(vk.BuurtFacts(code="BU1", name="Havenkwartier", wijk="Haven", mark=mark, figures=(figure,)))
    assert card.facts["figures"][0]["series"] == [1.0, None, 2.0]
    card.show(None)
    assert card.facts == {}


def test_time_is_given_with_its_zone():
    bar = vk.TopBar()
    bar.show_time(datetime(2026, 1, 5, 14, 3, tzinfo=UTC))
    assert bar.ends_at == "2026-01-05T14:03:00+00:00"
    bar.show_time(None)
    assert bar.ends_at == ""


def test_an_error_panel_shows_the_parts_of_an_error_and_disappears():
    panel = vk.ErrorPanel(SessionNotFound("Bestaat niet.", got="K7P4MX", todo="Kijk nog eens."))
    assert panel.error == {
        "message": "Bestaat niet.",
        "expected": "",
        "got": "K7P4MX",
        "todo": "Kijk nog eens.",
    }
    panel.show(None)
    assert panel.error == {}


def test_the_path_of_a_qr_code_covers_exactly_its_dark_modules():
    import segno

    text = "http://192.168.1.20:8866/s/K7P4MX"
    path, size = qr_path(text)
    dark = set()
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1", path):
        dark |= {(int(x) + i, int(y)) for i in range(int(width))}
    rows = list(segno.make(text, error="m", micro=False).matrix_iter(border=4))
    assert size == len(rows)
    assert dark == {(x, y) for y, row in enumerate(rows) for x, module in enumerate(row) if module}


def test_text_that_json_cannot_carry_is_replaced():
    assert wire({"a": ("x\ud800", None, 2)}) == {"a": ["x?", None, 2]}


def test_a_frame_takes_only_areas_of_its_kind():
    frame = vk.app_frame("scherm", top=vk.TopBar(kind="scherm"), corner=[vk.JoinPanel(large=True)])
    assert [c._dom_classes for c in frame.children[1:]] == [("vk-area-top",), ("vk-area-corner",)]
    with pytest.raises(ParameterError) as caught:
        vk.app_frame("scherm", left=vk.StepList())
    assert "corner" in caught.value.expected and caught.value.got == "left"
    with pytest.raises(ParameterError):
        vk.app_frame("onbekend")


def test_everything_public_is_importable_and_sorted():
    assert all(hasattr(vk, name) for name in vk.__all__)
    assert len(set(vk.__all__)) == len(vk.__all__)
