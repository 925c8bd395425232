"""What goes into the log comes out the same, and nothing else is taken for it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veerkracht_nb.dialogue import Herkenning, Moderated, StepStarted, Unknown, Verhaal, Waarneming
from veerkracht_nb.dialogue.codec import KINDS, checked, decode, encode, kind_of
from veerkracht_nb.errors import InvalidContribution, LogDamaged

FLOATS = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def payloads(draw: st.DrawFn) -> object:
    payload = KINDS[draw(st.sampled_from(sorted(KINDS)))]
    if payload is Verhaal:
        return draw(st.builds(Verhaal, pin=st.none() | st.tuples(FLOATS, FLOATS)))
    return draw(st.from_type(payload))


@given(payloads())
def test_every_payload_survives_the_round_trip(payload: object) -> None:
    assert decode(kind_of(payload), encode(payload)) == payload


@given(st.text(min_size=1).filter(lambda kind: kind not in KINDS), st.text())
def test_what_a_newer_version_wrote_is_kept_as_it_is(kind: str, body: str) -> None:
    payload = decode(kind, body)
    assert payload == Unknown(kind=kind, body=body)
    assert (kind_of(payload), encode(payload)) == (kind, body)


def test_an_unknown_field_is_an_error_that_names_it() -> None:
    body = json.loads(encode(StepStarted(step="een"))) | {"nieuw": 1}
    with pytest.raises(LogDamaged) as caught:
        decode("stap_begonnen", json.dumps(body))
    assert "nieuw" in caught.value.got and "nieuwere" in caught.value.todo


@pytest.mark.parametrize(
    "body", ["", "null", "[]", "{}", '{"step": 1}', '{"step": null}', '{"step": "a"', "NaN"]
)
def test_a_body_of_another_shape_is_an_error(body: str) -> None:
    with pytest.raises(LogDamaged):
        decode("stap_begonnen", body)


@pytest.mark.parametrize(
    "forged",
    [
        StepStarted(step=1),  # type: ignore[arg-type]
        StepStarted(step=["een"]),  # type: ignore[arg-type]
        StepStarted(step="\ud800"),
        Herkenning(step="een", buurt="b", recognition="ja"),  # type: ignore[arg-type]
        Verhaal(step="een", buurt="b", text="t", tone=None),  # type: ignore[arg-type]
        Verhaal(step="een", buurt="b", text="t", pin=("x", "y")),  # type: ignore[arg-type]
        Verhaal(step="een", buurt="b", text="t", pin=(float("nan"), 1.0)),
        Waarneming(step="een", buurt="b", text=object()),  # type: ignore[arg-type]
        Moderated(target="t", decision="weg"),  # type: ignore[arg-type]
        {"kind": "stap_begonnen", "step": "een"},
        None,
        Unknown(kind="x", body="{}"),
    ],
)
def test_a_forged_payload_does_not_pass(forged: object) -> None:
    with pytest.raises(InvalidContribution):
        checked(forged)  # type: ignore[arg-type]
