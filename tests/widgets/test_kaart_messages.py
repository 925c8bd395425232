"""What map and list send, keep and refuse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import comm
import geopandas as gpd
import ipyleaflet
import pytest
from comm.base_comm import BaseComm
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from veerkracht_nb.errors import ParameterError
from veerkracht_nb.signal import CLASSES, SIGNAL, SignalClass
from veerkracht_nb.widgets._buurten import BuurtWidget, Mark
from veerkracht_nb.widgets.kaart import BuurtKaart, buurt_kaart
from veerkracht_nb.widgets.legenda import Legenda
from veerkracht_nb.widgets.lijst import SEARCH_FROM, BuurtLijst, KaartEnLijst, kaart_en_lijst

CODES = [f"BU9900{n:04d}" for n in range(6)]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """What goes out: (model id, data)."""
    messages: list[tuple[str, dict[str, Any]]] = []

    class Listening(BaseComm):
        def publish_msg(self, msg_type: str, data: Any = None, **_keys: Any) -> None:
            if msg_type == "comm_msg":
                messages.append((self.comm_id, data))

    monkeypatch.setattr(comm, "create_comm", Listening)
    yield messages


def table() -> gpd.GeoDataFrame:
    shapes = [box(80_000 + 100 * n, 430_000, 80_100 + 100 * n, 430_100) for n in range(len(CODES))]
    return gpd.GeoDataFrame(
        {"name": [f"Buurt {n}" for n in range(6)], "wijk_name": ["Oost"] * 4 + ["West"] * 2, "water": False},
        index=CODES,
        geometry=shapes,
        crs=28992,
    )


def custom(messages: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    return [data["content"] for _id, data in messages if data["method"] == "custom"]


def from_browser(widget: BuurtWidget, **state: object) -> None:
    widget._handle_msg({"content": {"data": {"method": "update", "state": state}}, "buffers": []})


@pytest.fixture
def kaart(sent: list[Any]) -> BuurtKaart:
    kaart = buurt_kaart(table(), palette=CLASSES)
    sent.clear()
    return kaart


def test_only_what_changes_is_sent(kaart: BuurtKaart, sent: list[Any]) -> None:
    kaart.set_classes({CODES[0]: "A", CODES[1]: "B"})
    kaart.set_class(CODES[1], "C")
    kaart.set_classes({CODES[1]: "C"})
    assert custom(sent) == [
        {"n": 1, "c": {CODES[0]: "A", CODES[1]: "B"}},
        {"n": 2, "c": {CODES[1]: "C"}},
        {"n": 3, "c": {CODES[0]: None}},
    ]
    assert len(sent) == 3


def test_the_same_again_sends_nothing(kaart: BuurtKaart, sent: list[Any]) -> None:
    def show() -> None:
        kaart.set_classes({CODES[0]: "A"})
        kaart.set_marks({CODES[0]: Mark(answered=True), CODES[1]: Mark()})
        kaart.focus(CODES[2])
        kaart.set_class(CODES[3], None)
        kaart.set_mark(CODES[4], None)

    show()
    count = len(sent)
    show()
    kaart.set_classes({CODES[0]: "A"}, palette=CLASSES, heading="signaal")
    assert len(sent) == count == 3


def test_a_view_that_opens_later_gets_what_is_shown_now(kaart: BuurtKaart) -> None:
    kaart.set_classes({CODES[0]: "A"})
    kaart.set_class(CODES[0], "B")
    kaart.set_mark(CODES[1], Mark(answered=True, count=3))
    kaart.focus(CODES[2])
    state = kaart.laag.get_state()["_state"]
    assert state == {"n": 4, "c": {CODES[0]: "B"}, "m": {CODES[1]: [1, 3]}, "f": CODES[2]}


def test_a_browser_that_missed_a_message_can_ask_for_everything(kaart: BuurtKaart, sent: list[Any]) -> None:
    kaart.set_class(CODES[0], "A")
    sent.clear()
    kaart.laag._handle_msg(
        {"content": {"data": {"method": "custom", "content": {"ask": "state"}}}, "buffers": []}
    )
    assert sent[0][1]["state"]["_state"]["c"] == {CODES[0]: "A"}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.dictionaries(st.sampled_from(CODES), st.sampled_from([*"ABC", None])),
            st.tuples(st.sampled_from(CODES), st.sampled_from([*"ABC", None])),
        ),
        max_size=12,
    )
)
def test_the_messages_add_up_to_the_state(changes: list[Any]) -> None:
    widget = BuurtLijst(dict.fromkeys(CODES, "naam"), palette=CLASSES)
    heard: list[dict[str, Any]] = []
    widget.send = lambda content, buffers=None: heard.append(content)
    for change in changes:
        if isinstance(change, dict):
            widget.set_classes(change)
        else:
            widget.set_class(*change)
    browser: dict[str, str] = {}
    for n, message in enumerate(heard, 1):
        assert message["n"] == n
        for code, value in message["c"].items():
            assert browser.get(code) != value, "an equal value was sent"
            browser = {**browser, code: value} if value else {k: v for k, v in browser.items() if k != code}
    assert browser == widget.classes == widget._state["c"]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda kaart: kaart.set_class("BU00000000", "A"),
        lambda kaart: kaart.set_class(CODES[0], "Z"),
        lambda kaart: kaart.set_classes({CODES[0]: "A", "<img>": "A"}),
        lambda kaart: kaart.set_marks({"BU1": Mark()}),
        lambda kaart: kaart.focus("BU1"),
        lambda kaart: setattr(kaart, "selected", "BU1"),
    ],
)
def test_an_unknown_buurt_or_class_changes_nothing(kaart: BuurtKaart, sent: list[Any], wrong: Any) -> None:
    with pytest.raises(ParameterError) as caught:
        wrong(kaart)
    assert caught.value.expected and caught.value.got
    assert sent == []
    assert kaart.laag._state == {"n": 0, "c": {}, "m": {}, "f": None}
    assert kaart.laag.selected is None


def test_a_choice_in_the_browser_reaches_map_list_and_observer(sent: list[Any]) -> None:
    both = kaart_en_lijst(table(), palette=CLASSES)
    heard: list[str | None] = []
    both.observe(lambda change: heard.append(change["new"]), "selected")
    from_browser(both.kaart.laag, selected=CODES[3])
    from_browser(both.lijst, selected=CODES[4])
    from_browser(both.lijst, selected=None)
    assert heard == [CODES[3], CODES[4], None]
    both.selected = CODES[0]
    assert both.kaart.laag.selected == both.lijst.selected == both.kaart.selected == CODES[0]


def test_a_forged_message_chooses_nothing_and_changes_nothing(kaart: BuurtKaart) -> None:
    kaart.selected = CODES[0]
    from_browser(kaart.laag, selected="BU99999999")
    from_browser(kaart.laag, selected=7)
    from_browser(kaart.laag, _names=["x"], _state={"n": 9, "c": {}}, _palette={}, _codes=[], _esm="alert(1)")
    assert kaart.selected == CODES[0]
    assert kaart.laag._names[0] == "Buurt 0"
    assert kaart.laag._state["n"] == 0
    assert "alert(1)" not in kaart.laag._esm


def test_map_and_list_take_the_same_calls(sent: list[Any]) -> None:
    both = kaart_en_lijst(table(), palette=CLASSES)
    both.set_classes({CODES[0]: "A", CODES[1]: "B"})
    both.set_class(CODES[1], None)
    both.set_marks({CODES[2]: Mark(count=2)})
    both.set_mark(CODES[3], Mark(answered=True))
    both.focus(CODES[4])
    assert both.kaart.laag._state == both.lijst._state
    assert both.lijst._wijken == [["Oost", [0, 1, 2, 3]], ["West", [4, 5]]]


def test_another_layer_brings_its_own_palette(kaart: BuurtKaart) -> None:
    agreed = SignalClass(letter="V", label="verdeeld", colour="#884400", pattern="licht")
    kaart.set_classes({CODES[0]: "verdeeld"}, palette={"verdeeld": agreed}, heading="herkenning")
    assert list(kaart.palette) == ["verdeeld"]
    assert kaart.laag._palette["heading"] == "herkenning"
    with pytest.raises(ParameterError):
        kaart.set_class(CODES[0], "A")


def test_the_map_asks_nothing_of_another_computer_and_takes_any_layer(kaart: BuurtKaart) -> None:
    assert kaart.map.layers == ()
    kaart.map.add(ipyleaflet.CircleMarker(location=(51.9, 4.3)))
    assert len(kaart.map.layers) == 1
    tiled = buurt_kaart(table(), palette=CLASSES, tegels=ipyleaflet.TileLayer(url="/tegels/{z}/{x}/{y}.png"))
    assert len(tiled.map.layers) == 1


def test_a_layer_can_be_taken_off_and_put_on_another_map(kaart: BuurtKaart) -> None:
    kaart.laag.remove()
    assert kaart.map.controls == ()
    other = ipyleaflet.Map(layers=(), zoom_control=False, attribution_control=False)
    kaart.laag.add_to(other)
    assert len(other.controls) == 1
    assert kaart.laag._map_id == other.model_id


def test_the_legend_always_says_that_it_is_no_judgement() -> None:
    legend = Legenda(CLASSES, means=[("verandering", "+0,03")], notes=["Bron: CBS, 2024"])
    assert legend._notes == ["Bron: CBS, 2024", SIGNAL]
    legend.show(CLASSES, notes=[SIGNAL, "Bron: CBS, 2024"])
    assert legend._notes == [SIGNAL, "Bron: CBS, 2024"]
    assert list(legend._palette["items"]) == list(CLASSES)


def test_both_ways_have_the_same_words_to_say(sent: list[Any]) -> None:
    both: KaartEnLijst = kaart_en_lijst(table(), palette=CLASSES)
    assert both.kaart.laag._texts == both.lijst._texts
    assert both.kaart.laag._names == both.lijst._names


def test_the_map_leads_to_the_search_field_only_where_the_list_has_one() -> None:
    few = kaart_en_lijst(table(), palette=CLASSES)
    assert not few.kaart.laag._find
    many = table().sample(SEARCH_FROM + 1, replace=True, random_state=1)
    many.index = [f"BU9900{n:04d}" for n in range(len(many))]
    shapes = [box(80_000 + 100 * n, 430_000, 80_100 + 100 * n, 430_100) for n in range(len(many))]
    assert kaart_en_lijst(many.set_geometry(shapes, crs=28992), palette=CLASSES).kaart.laag._find
    assert not buurt_kaart(table(), controls=False).laag._find
