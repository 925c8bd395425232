"""What a browser can change in the widgets of a seat, tried on everything that a participant's page consists of."""

from __future__ import annotations

import json
from typing import Any

import ipywidgets as w
import pytest
import traitlets as t
from anywidget import AnyWidget
from hypothesis import given
from hypothesis import strategies as st
from ipywidgets.widgets.widget import _instances

from veerkracht_nb.apps import participant, prepare
from veerkracht_nb.apps.parameters import SessionParameters
from veerkracht_nb.seats.door import admitted
from veerkracht_nb.seats.states import states

JUNK = ("vals", "", 7, -1, 2.5, True, None, [], ["x"], {}, {"x": 1}, "x" * 10_000)


class Loose(AnyWidget):
    """A widget of somebody's notebook, with a trait that a browser may set."""

    _esm = "export default {}"
    said = t.Unicode().tag(sync=True)
    hidden = t.Unicode()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> w.Widget:
    with prepare.prepare_session(folder=tmp_path_factory.mktemp("zaal")):
        return participant(SessionParameters())


def say(model: str, data: dict[str, Any]) -> None:
    """Give a widget what reaches it of a message, as the kernel of a seat does."""
    passed = admitted(model, data)
    if passed is not None:
        message = {"content": {"comm_id": model, "data": passed}, "buffers": []}
        _instances[model]._handle_msg(message)


def test_no_trait_of_a_participants_page_is_changed_by_its_browser(page: w.Widget) -> None:
    before = states(page)
    others = [f"IPY_MODEL_{model}" for model in list(before)[:3]]
    for model in before:
        for name in _instances[model].keys:
            for value in (*JUNK, *others, others):
                say(model, {"method": "update", "state": {name: value}, "buffer_paths": []})
    after = states(page)
    assert after == before
    kinds = {state["s"]["_model_name"] for state in before.values()}
    assert {"BoxModel", "LayoutModel", "LeafletMapModel", "AnyModel"} <= kinds, "all kinds were tried"


def test_what_a_person_may_choose_gets_through(page: w.Widget) -> None:
    (model,) = [m for m, state in states(page).items() if "_codes" in state["s"] and "_shapes" in state["s"]]
    code = states(page)[model]["s"]["_codes"][0]
    say(model, {"method": "update", "state": {"selected": code, "tooltip": "vals"}, "buffer_paths": []})
    assert _instances[model].selected == code and _instances[model].tooltip is None
    say(model, {"method": "update", "state": {"selected": None}, "buffer_paths": []})


def test_only_a_widget_that_can_listen_is_spoken_to() -> None:
    loose, box = Loose(), w.Box()
    for data in ({"method": "custom", "content": {"event": "click"}}, {"method": "request_state"}):
        assert admitted(loose.model_id, data) == data
        assert admitted(box.model_id, data) is None and admitted(box.layout.model_id, data) is None


def test_a_browser_sets_what_is_its_own_and_not_what_a_widget_is_or_looks_like() -> None:
    loose = Loose()
    told = dict.fromkeys(
        ("said", "hidden", "_esm", "_css", "_model_name", "_dom_classes", "layout", "tooltip"), "x"
    )
    passed = admitted(loose.model_id, {"method": "update", "state": told, "buffer_paths": [["_esm"]]})
    assert passed == {"method": "update", "state": {"said": "x"}, "buffer_paths": []}
    for state in ({"_esm": "x"}, {}, [], None, "said", 3):
        assert admitted(loose.model_id, {"method": "update", "state": state}) is None
    assert admitted(loose.model_id, {"method": "update"}) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["method", "state", "content", "x"]), json_values))
def test_no_message_breaks_the_door(data: dict[str, Any]) -> None:
    loose = Loose()
    passed = admitted(loose.model_id, data)
    assert passed is None or json.dumps(passed)
    loose.close()
