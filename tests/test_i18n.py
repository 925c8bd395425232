"""Dutch by default, English on request: nothing untranslated, nothing stale, every visitor the own language."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from veerkracht_nb import i18n
from veerkracht_nb.i18n import _, current_language, speak, translate, use_language
from veerkracht_nb.locale import update

TABLES_IN_VARIABLES = {
    # What reaches _() as a variable must be read from its table by locale/update.py.
    "SIGNAL", "PROXY", "step.title", "step.question", "step.explanation", "rule", "r", "kind.label", "s.label",
    "label", "heading", "role", "one_line(role)", "contribution.role", "most", "least", "buurt.direction", "note",
    "limit", "term.label", "term.unit", "nuisance.LABEL", "nuisance.UNIT", "profile.title", "profile.note",
    "dict(SECONDS)[]", "theme", "contribution.theme", "signal.definition.title",
    "style.label", "words", "NOW_WORDS[]", "known.title",
    "_COMPARED[]", "_LABELS[]", "PROFILES[].title", "CLASSES[].label", "FOCUS[].label", "self.state.script.title",
}  # fmt: skip
NOT_TEXTS = {"i18n.py", "serve/pages.py", "areas/indicators.py", "dialogue/listing.py"}
"""Files where ``translate`` is defined, handed on, or the method of a str."""


@pytest.fixture(autouse=True)
def _dutch_afterwards() -> Iterator[None]:
    yield
    use_language("nl")
    i18n._here.set("")


def _fields(text: str) -> list[str]:
    return sorted(
        f"{name}:{spec}" for _text, name, spec, _conversion in string.Formatter().parse(text) if name
    )


def test_every_text_of_the_code_has_an_english_one_and_no_other_is_kept() -> None:
    english = {str(message.id): str(message.string) for message in update.catalogue() if message.id}
    in_code = set(update.messages())
    assert sorted(in_code - english.keys()) == [], "run `make translations` and write the English"
    assert sorted(english.keys() - in_code) == [], "run `make translations`"
    assert [dutch for dutch, text in english.items() if not text.strip()] == []


@pytest.mark.parametrize(
    "message",
    [m for m in update.catalogue() if m.id and m.string and "{" in f"{m.id}{m.string}"],
    ids=lambda m: str(m.id)[:40],
)
def test_translation_asks_for_the_same_values(message: object) -> None:
    dutch, english = str(message.id), str(message.string)  # type: ignore[attr-defined]
    if "%{" in dutch:
        # A template of the chart: filled in by the browser.
        assert [part.split("}")[0] for part in dutch.split("%{")[1:]] == [
            part.split("}")[0] for part in english.split("%{")[1:]
        ]
        return
    assert _fields(dutch) == _fields(english)


def test_spaces_around_a_text_and_its_last_sign_survive() -> None:
    for message in update.catalogue():
        dutch, english = str(message.id), str(message.string)
        if not english:
            continue
        assert (dutch[:1] == " ", dutch[-1:] == " ") == (english[:1] == " ", english[-1:] == " "), dutch
        assert dutch.endswith(":") == english.endswith(":"), dutch
        assert dutch.endswith("…") == english.endswith("…"), dutch


def test_a_variable_text_comes_from_a_table_that_the_catalogue_reads() -> None:
    unknown = [
        f"{path.relative_to(update.PACKAGE)}:{call.lineno} {ast.unparse(call.args[0])}"
        for path in sorted(update.PACKAGE.rglob("*.py"))
        if path.relative_to(update.PACKAGE).as_posix() not in NOT_TEXTS
        for call in update.marked_calls(path.read_bytes())
        if not isinstance(call.args[0], ast.Constant)
        and re.sub(r"\[.*\]", "[]", ast.unparse(call.args[0])) not in TABLES_IN_VARIABLES
    ]
    assert unknown == [], "read the table in veerkracht_nb/locale/update.py, then add the expression here"


def test_texts_inside_an_f_string_are_found() -> None:
    source = b"x = f\"{_('uur')} {self.text('minuut')} {_(variable)}\""
    assert [str(ast.unparse(call.args[0])) for call in update.marked_calls(source)] == [
        "'uur'",
        "'minuut'",
        "variable",
    ]


def test_bringing_it_up_to_date_twice_changes_nothing(tmp_path: Path) -> None:
    once, twice = tmp_path / "once.po", tmp_path / "twice.po"
    update.write(update.updated(update.catalogue()), once)
    update.write(update.updated(update.catalogue(once)), twice)
    assert once.read_bytes() == twice.read_bytes()
    assert b"CreationDate" not in once.read_bytes(), "the same file on every machine and day"


@pytest.mark.parametrize("language", ["de", "", "EN", "en/../nl", "en\n", "../../etc/passwd", "nl-NL"])
def test_an_unknown_language_is_dutch(language: str) -> None:
    use_language(language)
    assert current_language() == "nl" and _("Lijst") == "Lijst"
    speak(language)
    assert current_language() == "nl" and translate("Lijst", language) == "Lijst"


def test_text_that_is_not_ours_stays_as_it_is() -> None:
    use_language("en")
    assert _("Wat doen we met het plein?") == "Wat doen we met het plein?" and _("") == ""


def test_the_language_of_a_request_goes_before_that_of_the_process() -> None:
    use_language("nl")
    speak("en")
    assert _("Lijst") == "List"
