"""The state of widgets as a slim page gets it, and what has changed since."""

from __future__ import annotations

import copy
import json
from typing import Any

import ipywidgets as w
import pytest
import traitlets as t
from hypothesis import given
from hypothesis import strategies as st

from veerkracht_nb.seats.states import Packed, difference, packed, states
from veerkracht_nb.widgets import InfoPanel, app_frame


class Bag(w.Widget):
    """A widget that holds anything."""

    things = t.Any().tag(sync=True)
    raw = t.Bytes(None, allow_none=True).tag(sync=True)


def test_a_packed_widget_is_json_without_what_is_none() -> None:
    state = packed(Bag(things={"a": (1, None)}, raw=b"\x00\xff"))
    assert state["s"] == {"_model_module": "@jupyter-widgets/base", "_model_name": "WidgetModel"} | {
        "things": {"a": [1, None]}
    }
    assert state["b"] == [[["raw"], "AP8="]]
    assert json.loads(json.dumps(state)) == state


def test_bytes_inside_lists_and_dicts_have_a_path() -> None:
    state = packed(Bag(things=[{"data": b"abc", "kept": 1}]))
    assert state["s"]["things"] == [{"kept": 1}]
    assert state["b"] == [[["things", 0, "data"], "YWJj"]]


def test_a_later_change_in_place_does_not_touch_what_was_packed() -> None:
    bag = Bag(things={"n": 0, "c": {}})
    before = packed(bag)
    bag.things["c"]["x"] = "A"
    assert before["s"]["things"] == {"n": 0, "c": {}}
    assert difference({"m": before}, {"m": packed(bag)})["m"]["s"] == {"things": {"n": 0, "c": {"x": "A"}}}


def test_a_number_that_json_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        packed(Bag(things=float("nan")))


def test_all_widgets_that_one_leads_to_are_found_also_the_shared_basis() -> None:
    panel, loose = InfoPanel(), InfoPanel()
    bag = Bag(things={"deep": [f"IPY_MODEL_{panel.model_id}", "IPY_MODEL_gone"]})
    found = states(bag)
    basis = panel._basis.split(" ")[1]
    layouts = {panel.layout.model_id, found[basis]["s"]["layout"].removeprefix("IPY_MODEL_")}
    assert set(found) == {bag.model_id, panel.model_id, basis} | layouts
    assert found[basis]["s"]["code"] and loose.model_id not in found
    assert set(states(w.Box([bag]))) > set(found)


def test_a_frame_is_found_whole() -> None:
    panel = InfoPanel()
    frame = app_frame("deelnemer", side=[panel])
    names = [model["s"]["_model_name"] for model in states(frame).values()]
    assert names.count("BoxModel") == 2 and names.count("AnyModel") == 3


def test_only_changed_traits_of_known_models_are_told_and_new_models_whole() -> None:
    panel = InfoPanel()
    frame = w.Box([panel])
    before = states(frame)
    new = InfoPanel(heading="nieuw")
    panel.heading = "anders"
    panel.layout.display = "none"
    frame.children = [panel, new]
    after = states(frame)
    change = difference(before, after)
    assert change[panel.model_id] == {"s": {"heading": "anders"}, "b": []}
    assert change[panel.layout.model_id] == {"s": {"display": "none"}, "b": []}
    assert change[new.model_id] == after[new.model_id]
    assert set(change[frame.model_id]["s"]) == {"children"}
    panel.layout.display = None
    assert difference(after, states(frame)) == {panel.layout.model_id: {"s": {"display": None}, "b": []}}


def test_bytes_that_change_are_told_as_bytes() -> None:
    bag = Bag(things=[b"a", b"b"], raw=b"x")
    before = {"m": packed(bag)}
    bag.things, bag.raw = [b"a", b"c"], b"y"
    change = difference(before, {"m": packed(bag)})["m"]
    assert change["s"] == {"things": [None, None]}
    told = [tuple(entry) for entry in change["b"]]
    assert sorted(told) == [(["raw"], "eQ=="), (["things", 0], "YQ=="), (["things", 1], "Yw==")]


values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=6,
)
traits = st.dictionaries(st.sampled_from("abcd"), values.filter(lambda v: v is not None), max_size=4)
models = st.dictionaries(st.sampled_from(["m1", "m2", "m3"]), traits, max_size=3)


@given(before=models, after=models)
def test_a_difference_applied_gives_what_is_now(before: dict[str, Any], after: dict[str, Any]) -> None:
    old: dict[str, Packed] = {key: {"s": state, "b": []} for key, state in before.items()}
    new: dict[str, Packed] = {key: {"s": state, "b": []} for key, state in after.items()}
    result = copy.deepcopy(before)
    for key, change in difference(old, new).items():
        result.setdefault(key, {}).update(change["s"])
    for key in after:
        assert {k: v for k, v in result.get(key, {}).items() if v is not None} == after[key]
    assert difference(new, new) == {}
