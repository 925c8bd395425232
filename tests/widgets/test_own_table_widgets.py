"""The form of an own table: a file in pieces, and a choice of which every field is what it says."""

from __future__ import annotations

import base64
import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veerkracht_nb.widgets import FormColumn, FormTable, Onderdeel, OwnTableForm, OwnTableSave
from veerkracht_nb.widgets._base import MAX_MESSAGE
from veerkracht_nb.widgets.own_table_form import MAX_COLUMNS, MAX_FILE, PIECE

COLUMN = {"column": 1, "label": "meldingen", "unit": "", "year": 0, "direction": "worse"}
CHOICE = {
    "code": 0,
    "year": 2024,
    "decimal": "auto",
    "title": "Overlast",
    "source": "gemeente",
    "note": "",
    "columns": [COLUMN],
}


class Wire:
    """Stands for the browser of one widget."""

    def __init__(self, widget: Onderdeel) -> None:
        self.widget, self.heard, self._fresh = widget, [], itertools.count()
        widget.send = lambda content, buffers=None: self.heard.append(content)  # type: ignore[method-assign]

    def command(self, name: str, body: object) -> dict[str, Any]:
        nonce = f"abcdef{next(self._fresh):06}"
        message = {"type": "command", "nonce": nonce, "name": name, "body": body}
        self.widget._handle_custom_msg(message, ())
        return self.heard[-1]

    def upload(self, name: str, content: bytes) -> dict[str, Any]:
        ack = self.command("begin", {"name": name, "size": len(content)})
        for part in range(0, -(-len(content) // PIECE)):
            if not ack["ok"]:
                break
            ack = self.piece(part, content[part * PIECE : (part + 1) * PIECE])
        return ack

    def piece(self, part: int, content: bytes) -> dict[str, Any]:
        return self.command("deel", {"part": part, "data": base64.b64encode(content).decode()})


@pytest.fixture
def form() -> tuple[Wire, list[tuple[str, bytes]]]:
    widget, taken = OwnTableForm(), []
    widget.on_file(lambda name, content: taken.append((name, content)))
    return Wire(widget), taken


@given(content=st.binary(min_size=1, max_size=2 * PIECE + 3))
@settings(max_examples=20, deadline=None)
def test_a_file_arrives_as_it_was_whatever_is_in_it(content: bytes) -> None:
    widget, taken = OwnTableForm(), []
    widget.on_file(lambda name, whole: taken.append((name, whole)))
    assert Wire(widget).upload("eigen.csv", content)["ok"]
    assert taken == [("eigen.csv", content)]


def test_the_largest_file_fits_in_messages_that_may_be_sent(form) -> None:
    wire, taken = form
    content = bytes(range(256)) * (MAX_FILE // 256)
    assert len(base64.b64encode(content[:PIECE])) + 400 < MAX_MESSAGE
    assert wire.upload("groot.xlsx", content)["ok"]
    assert taken == [("groot.xlsx", content)]


@pytest.mark.parametrize("size", [MAX_FILE + 1, 10**12, 0, -1])
def test_a_file_that_is_too_large_or_empty_is_refused_before_a_byte_of_it_is_sent(form, size: int) -> None:
    wire, taken = form
    ack = wire.command("begin", {"name": "groot.csv", "size": size})
    assert not ack["ok"] and "5 MB" in ack["expected"] and ack["todo"]
    assert not wire.piece(0, b"x")["ok"] and taken == []


@pytest.mark.parametrize(
    "pieces",
    [
        [(1, b"abc")],
        [(0, b"abc"), (0, b"def")],
        [(0, b"abc"), (2, b"def")],
        [(0, b"x" * (PIECE + 1))],
        [(0, b"")],
        [(0, b"abcdef"), (1, b"g")],
    ],
)
def test_pieces_that_are_lost_doubled_or_too_many_give_no_file(form, pieces: list[tuple[int, bytes]]) -> None:
    wire, taken = form
    assert wire.command("begin", {"name": "a.csv", "size": 6})["ok"]
    answers = [wire.piece(part, content) for part, content in pieces]
    # A file of six bytes that is whole is taken; what comes after it is not.
    assert not answers[-1]["ok"] and len(taken) == (pieces[0] == (0, b"abcdef"))


@pytest.mark.parametrize("data", ["%%%", "YWJj\n", "é", "=" * 8, "YQ"])
def test_what_is_no_base64_gives_no_file(form, data: str) -> None:
    wire, taken = form
    wire.command("begin", {"name": "a.csv", "size": 3})
    assert not wire.command("deel", {"part": 0, "data": data})["ok"] and taken == []


def test_an_error_in_the_file_is_the_answer_to_its_last_piece() -> None:
    from veerkracht_nb.errors import FileDamaged

    def refuse(name: str, content: bytes) -> None:
        raise FileDamaged(f"{name} is leeg.", expected="een tabel", got="niets", todo="Kies een ander.")

    widget = OwnTableForm()
    widget.on_file(refuse)
    ack = Wire(widget).upload("leeg.csv", b"\n")
    assert not ack["ok"] and ack["message"] == "leeg.csv is leeg." and ack["todo"] == "Kies een ander."


def test_a_choice_arrives_whole(form) -> None:
    wire, taken = form[0], []
    wire.widget.on_choice(taken.append)
    assert wire.command("controleer", CHOICE)["ok"]
    assert taken == [CHOICE]


@pytest.mark.parametrize(
    "wrong",
    [
        {"year": "2024"},
        {"year": True},
        {"columns": "alles"},
        {"columns": [3]},
        {"columns": [{**COLUMN, "year": None}]},
        {"columns": [{**COLUMN, "exec": "x"}]},
        {"columns": [{"column": 1}]},
        {"columns": [COLUMN] * (MAX_COLUMNS + 1)},
        {"folder": "/etc"},
    ],
)
def test_a_choice_of_another_shape_is_refused(form, wrong: dict[str, object]) -> None:
    wire, taken = form[0], []
    wire.widget.on_choice(taken.append)
    assert not wire.command("controleer", {**CHOICE, **wrong})["ok"]
    assert not wire.command("controleer", {"code": 0})["ok"]
    assert taken == []


def test_another_file_is_another_number_so_that_the_browser_begins_anew() -> None:
    form = OwnTableForm()
    table = FormTable(name="a.csv", rows=1, columns=(FormColumn(name="lone \ud800"),))
    form.show(table)
    form.show(table)
    assert form.number == 2 and form.table["columns"][0]["name"] == "lone ?"


def test_a_save_that_fails_says_why_and_keeps_the_button() -> None:
    from veerkracht_nb.errors import DataError

    def refuse(body: object, nonce: str) -> None:
        raise DataError("De schijf is vol.", todo="Maak ruimte.")

    save = OwnTableSave()
    save.show(["“Overlast” komt bij Veerdam."])
    save.on_command("bewaar", refuse)
    ack = Wire(save).command("bewaar", {})
    assert not ack["ok"] and ack["todo"] == "Maak ruimte." and not save.done
