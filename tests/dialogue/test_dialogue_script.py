"""A draaiboek is read strictly, and what is wrong is said with line, step and field."""

from __future__ import annotations

from pathlib import Path

import pytest

from veerkracht_nb.dialogue import (
    STEP_KINDS,
    Herkenning,
    Verhaal,
    Waarneming,
    load_script,
    parse_script,
    read_script,
    shipped_scripts,
)
from veerkracht_nb.errors import ScriptError

GOOD = """\
name: proef
title: Proef
steps:
  - id: een
    kind: verhaal
    title: Een
    question: Wat?
"""


@pytest.mark.parametrize(
    ("name", "minutes"), [("kennismaking", 60), ("werksessie", 220), ("terugkijken", 100)]
)
def test_shipped_scripts_hold_together(name: str, minutes: int) -> None:
    assert name in shipped_scripts()
    script = load_script(name)
    assert script.name == name
    assert script.minutes == minutes
    assert script.house_rules


def test_work_session_has_every_kind_and_three_of_them_record() -> None:
    kinds = [step.kind for step in load_script("werksessie").steps]
    assert kinds == list(STEP_KINDS)
    recorded = [record for kind in STEP_KINDS.values() for record in kind.records]
    assert recorded == [Waarneming, Herkenning, Verhaal]


def test_a_script_of_ones_own_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "eigen.yaml"
    path.write_text(GOOD, encoding="utf-8-sig")
    assert load_script(path).step("een").title == "Een"
    with pytest.raises(ScriptError, match="geen stap"):
        load_script(path).step("twee")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("kind: verhaal", "kind: quiz"), ("regel 5", "stap 1 ‘een’", "kind", "quiz")),
        (("title: Een", "titel: Een"), ("regel 6", "titel", "title")),
        (("    question: Wat?\n", ""), ("stap 1", "question")),
        (("question: Wat?", "question: Wat?\n    minutes: veel"), ("regel 8", "minutes", "veel")),
        (("question: Wat?", "question: Wat?\n    minutes: 0"), ("minutes",)),
        (("question: Wat?", "question: Wat?\n    visibility: iedereen"), ("visibility", "iedereen")),
        (("question: Wat?", "question: Wat?\n    visibility: alles"), ("reveal_to",)),
        (("id: een", "id: '../../etc'"), ("id", "etc")),
        (("question: Wat?", "question: Wat?\n    question: Twee?"), ("twee keer", "regel 8")),
        (("title: Proef", "title: [Proef"), ("regel",)),
        (("steps:", "stappen:"), ("stappen",)),
        (("title: Proef", "title: !!python/object/apply:os.system [true]"), ("YAML",)),
    ],
)
def test_mistakes_are_named(change: tuple[str, str], said: tuple[str, ...]) -> None:
    text = GOOD.replace(*change)
    assert text != GOOD
    with pytest.raises(ScriptError) as caught:
        parse_script(text)
    for words in said:
        assert words in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "gewoon tekst",
        "a: &a [x]\nb: [*a, *a]",
        "\n".join(["a: &a [x, x, x, x, x]"] + [f"{c}: &{c} [*a, *a, *a]" for c in "bcdefg"]),
        "[" * 5000,
        "{" * 5000,
        "a: " + "x" * 70_000,
        "? [a, b]\n: c",
        "name: \x00",
        "name: \ud800",
        "1: 2",
        "--- a\n--- b",
    ],
)
def test_hostile_yaml_is_refused(text: str) -> None:
    with pytest.raises(ScriptError):
        parse_script(text)


def test_two_steps_of_one_name_are_refused() -> None:
    with pytest.raises(ScriptError, match=r"Twee stappen heten ‘een’.*regel 8"):
        parse_script(GOOD + GOOD.partition("steps:\n")[2])


@pytest.mark.parametrize("name", ["bestaat-niet", "/etc/passwd\x00", "/proc/self/mem", "scripts"])
def test_a_script_that_is_not_there_says_what_there_is(name: str) -> None:
    with pytest.raises(ScriptError) as caught:
        read_script(name)
    assert "werksessie" in caught.value.expected


def test_an_unsuitable_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes(b"name: caf\xe9")
    with pytest.raises(ScriptError):
        load_script(path)
