"""Parameters of the pages: closed, typed, and never code."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from veerkracht_nb.apps import NotesParameters, QuickScanParameters, SessionParameters, parameters
from veerkracht_nb.apps.launch import VARIABLE, Launch, current_launch
from veerkracht_nb.apps.parameters import PARAMETERS, Parameters, validate
from veerkracht_nb.errors import ParameterError
from veerkracht_nb.i18n import current_language, use_language

MODELS = sorted(set(PARAMETERS.values()), key=lambda model: model.__name__)
NAMES = sorted({name for model in MODELS for name in model.model_fields})
ANY_TEXT = st.text(st.characters(), max_size=90)
HOSTILE = (
    "__import__('os').system('touch gehackt')",
    "'; import os #",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "GM9901\n",
    "a\x00b",
    "${7*7}",
    "\u202egniroh",
    "x" * 10_000,
)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@settings(max_examples=60, deadline=None)
@given(values=st.dictionaries(st.sampled_from(NAMES) | ANY_TEXT, ANY_TEXT, max_size=4))
def test_any_text_gives_a_valid_model_or_an_error_that_can_be_shown(
    model: type[Parameters], values: dict[str, str]
) -> None:
    try:
        made = validate(model, values)
    except ParameterError as error:
        assert error.expected and error.got and error.todo
        assert len(str(error)) < 1500
    else:
        assert made.model_dump() == {**model().model_dump(), **values}


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    ("model", "name"),
    [
        (QuickScanParameters, "profiel"),
        (QuickScanParameters, "weergave"),
        (SessionParameters, "sessie"),
        (NotesParameters, "variant"),
        (NotesParameters, "sessie"),
    ],
)
def test_hostile_values_are_refused(model: type[Parameters], name: str, text: str) -> None:
    with pytest.raises(ParameterError) as caught:
        validate(model, {name: text})
    assert name in caught.value.expected and name in caught.value.got


@pytest.mark.parametrize("text", HOSTILE[1:])
def test_what_cannot_be_a_name_of_a_gemeente_is_refused(text: str) -> None:
    with pytest.raises(ParameterError):
        validate(QuickScanParameters, {"gemeente": text})


@pytest.mark.parametrize("value", [None, 3, True, ["GM9901"], {"$ne": 1}, 1e400])
def test_values_of_another_type_are_refused(value: object) -> None:
    with pytest.raises(ParameterError):
        validate(QuickScanParameters, {"gemeente": value})


def test_the_error_names_what_is_unknown_and_what_there_is() -> None:
    with pytest.raises(ParameterError) as caught:
        validate(QuickScanParameters, {"gemeente": "GM9901", "exec": "import os"})
    assert "exec='import os'" in caught.value.got
    assert "relatief / absoluut" in caught.value.expected and "gemeente" in caught.value.expected


@pytest.mark.parametrize(
    "name",
    ["'s-Hertogenbosch", "Nuenen, Gerwen en Nederwetten", "Bergen (NH.)", "Súdwest-Fryslân", "GM0622"],
)
def test_names_of_real_gemeenten_are_allowed(name: str) -> None:
    assert validate(QuickScanParameters, {"gemeente": name}).gemeente == name


def test_a_model_does_not_change_afterwards() -> None:
    with pytest.raises(ValidationError):
        SessionParameters().sessie = "anders"


def test_without_a_server_the_cell_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert current_launch() is None
    assert parameters(QuickScanParameters, gemeente="Vlaardingen").gemeente == "Vlaardingen"


def test_what_the_address_says_overrules_the_cell_and_leaves_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    launch = {"app": "quickscan", "parameters": {"weergave": "absoluut"}, "language": "en"}
    monkeypatch.setenv(VARIABLE, json.dumps(launch))
    try:
        made = parameters(QuickScanParameters, gemeente="Vlaardingen", weergave="relatief")
        assert (made.gemeente, made.weergave) == ("Vlaardingen", "absoluut")
        assert current_language() == "en"
    finally:
        use_language("nl")


@pytest.mark.parametrize("given", [{"onbekend": "1"}, {"weergave": "x"}, {"gemeente": "<b>"}])
def test_hostile_parameters_of_an_address_are_refused(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str]
) -> None:
    monkeypatch.setenv(VARIABLE, json.dumps({"app": "quickscan", "parameters": given}))
    with pytest.raises(ParameterError):
        parameters(QuickScanParameters)


@pytest.mark.parametrize(
    "launch",
    [
        {"app": "deelnemer", "extra": 1},
        {"app": "deelnemer", "actor": {"id": "plaats-0001", "kind": "deelnemer", "admin": True}},
        {"app": "deelnemer", "actor": "begeleider"},
        {},
    ],
)
def test_a_launch_holds_nothing_but_what_is_known(launch: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Launch.model_validate(launch)
