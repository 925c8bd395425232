"""The slim page of a room: what it draws, how it follows its kernel, and what it does when nobody answers."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import anywidget
import ipyleaflet
import ipywidgets as w
import pytest
import traitlets as t
from playwright.sync_api import Error, Page, Route, expect

from veerkracht_nb.apps import SessionParameters, participant
from veerkracht_nb.apps.prepare import prepare_session
from veerkracht_nb.dialogue import Session
from veerkracht_nb.seats.slim import MODELS, supports
from veerkracht_nb.widgets import InfoPanel, StoryForm

from .room import PHONE
from .zaal_stub import Seat, ZaalStub

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

WAIT = 10_000
BUURT = "De Weren"
SCRIPT = """
document.addEventListener("veerkracht:verbinding", (e) => (globalThis.told ??= []).push(e.detail.online));
globalThis.texts = [];
const make = URL.createObjectURL;
URL.createObjectURL = (blob) => { blob.text?.().then((text) => texts.push(text)); return make.call(URL, blob); };
document.addEventListener("securitypolicyviolation", (e) => console.error("policy", e.violatedDirective, e.blockedURI));
"""


class Probe(anywidget.AnyWidget):
    """Shows a text, counts what it hears, and says when it goes."""

    _esm = """
    const count = (name) => () => { globalThis[name] = (globalThis[name] ?? 0) + 1; };
    const bytes = (view) => view && [view instanceof DataView, ...new Uint8Array(view.buffer)];
    function initialize({ model }) {
      model.heard = [];
      model.on("msg:custom", (content, buffers) => model.heard.push([content, buffers.length]));
      return count("ended");
    }
    function render({ model, el }) {
      const text = el.appendChild(document.createElement("b"));
      const show = () => { text.textContent = model.get("words"); };
      model.on("change:words", show);
      show();
      el.say = (value) => { model.set("chosen", value); model.save_changes(); };
      el.send = (content) => model.send(content);
      el.heard = () => model.heard;
      el.raw = () => bytes(model.get("raw"));
      return count("cleaned");
    }
    export default { initialize, render };
    """
    _css = ".proef b { color: rgb(1, 2, 3); }"
    words = t.Unicode("hallo").tag(sync=True)
    chosen = t.Unicode("").tag(sync=True)
    raw = t.Bytes(None, allow_none=True).tag(sync=True)


@pytest.fixture(scope="module")
def stub() -> Iterator[ZaalStub]:
    """One server for all tests; each has its own seats."""
    server = ZaalStub()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Session]]:
    """A session, and the folder with its municipality."""
    folder = tmp_path_factory.mktemp("veerdam")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VEERKRACHT_DATA", str(folder))
        session = prepare_session(script="kennismaking", folder=folder / "sessies")
    yield folder, session
    session.close()


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Any, stub: ZaalStub) -> Iterator[Visit]:
    """Return a function that opens the page of a seat. Nobody may ask another host for anything or meet an error."""
    contexts, trouble = [], []

    def open_page(seat: Seat, *, script: str = "", forgive: str = "^$", **shape: Any) -> Page:
        context = browser.new_context(**(shape or PHONE))
        contexts.append(context)
        page: Page = context.new_page()
        page.add_init_script(SCRIPT + script)
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on(
            "console",
            lambda m: m.type == "error" and not re.search(forgive, m.text) and trouble.append(m.text),
        )
        own = (stub.address, stub.address.replace("http", "ws"), "blob:", "data:")
        page.on("request", lambda r: r.url.startswith(own) or trouble.append(r.url))
        page.goto(stub.address + seat.path)
        expect(page.locator("body.klaar")).to_be_attached(timeout=WAIT)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert trouble == []


@pytest.fixture
def anna(stub: ZaalStub, town: tuple[Path, Session], monkeypatch: pytest.MonkeyPatch) -> Seat:
    """A seat of a participant."""
    folder, session = town
    monkeypatch.setenv("VEERKRACHT_DATA", str(folder))
    monkeypatch.setenv("VEERKRACHT_SESSIONS", str(folder / "sessies"))
    return stub.seat(lambda: participant(SessionParameters(sessie=session.code)))


def until(done: Callable[[], Any], seconds: float = 10) -> Any:
    """Return the first true answer; a page without eval cannot be asked by ``wait_for_function``."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if answer := done():
                return answer
        except Error:  # the page is just being loaded anew
            pass
        time.sleep(0.02)
    raise AssertionError("this did not happen")


def find(root: w.Widget, kind: str) -> Any:
    """Return the widget of this class somewhere in a page."""
    if type(root).__name__ == kind:
        return root
    children = [*getattr(root, "children", ()), *getattr(root, "controls", ()), getattr(root, "widget", None)]
    return next((found for c in children if c is not None and (found := find(c, kind))), None)


def say(page: Page, value: str, index: int = 0) -> None:
    """Let a probe choose a value."""
    page.evaluate("([i, v]) => document.querySelectorAll('.proef')[i].say(v)", [index, value])


def probe(**traits: Any) -> Probe:
    made = Probe(**traits)
    made.add_class("proef")
    return made


# What is drawn.


def test_a_tap_on_the_map_shows_the_buurt(stub: ZaalStub, anna: Seat, visit: Visit) -> None:
    page = visit(anna)
    laag = find(anna.root, "BuurtLaag")
    code, name = laag._codes[laag._names.index(BUURT)], BUURT
    page.locator(f'path.vk-buurt[data-code="{code}"]').tap()
    expect(page.locator(".vk-card h2")).to_have_text(name, timeout=WAIT)
    assert laag.selected == code
    assert {**anna.of("update")[0], "t": 0} == {"t": 0, "m": laag.model_id, "d": {"selected": code}}
    expect(page.locator("#wachten")).to_have_count(0)
    assert "zaal app-deelnemer" in page.locator("body").get_attribute("class")  # type: ignore[operator]


def test_the_map_answers_to_the_keyboard_a_drag_and_two_fingers(anna: Seat, visit: Visit) -> None:
    page = visit(anna)
    selected = page.locator("path.vk-buurt[tabindex='0']")
    selected.focus()
    first = selected.get_attribute("data-code")
    page.keyboard.press("ArrowRight")
    assert page.locator("path.vk-buurt[tabindex='0']").get_attribute("data-code") != first
    page.keyboard.press("Enter")
    expect(page.locator(".vk-card h2")).to_be_visible(timeout=WAIT)

    box = page.locator(".leaflet-container").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    fingers = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": px, "y": py, "id": i} for i, (px, py) in enumerate(points)]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    def zoom() -> float:
        moved = page.locator(".leaflet-proxy").get_attribute("style") or ""
        return float(re.findall(r"scale\(([\d.e+]+)\)", moved)[0])

    def place() -> str:
        return page.locator(".leaflet-map-pane").get_attribute("style") or ""

    before, was = zoom(), place()
    touch("touchStart", (x - 20, y), (x + 20, y))
    for step in range(1, 9):
        touch("touchMove", (x - 20 - 10 * step, y), (x + 20 + 10 * step, y))
    touch("touchEnd")
    until(lambda: zoom() > before * 1.5)
    page.wait_for_timeout(400)
    was = place()
    touch("touchStart", (x, y))
    for step in range(1, 9):
        touch("touchMove", (x - 8 * step, y))
    touch("touchEnd")
    until(lambda: place() != was)


def test_an_ordinary_map_has_its_tiles_and_follows_its_notebook(stub: ZaalStub, visit: Visit) -> None:
    def make() -> ipyleaflet.Map:
        tiles = ipyleaflet.TileLayer(url="/tegels/{z}/{x}/{y}.png")
        bare = {"zoom_control": False, "attribution_control": False, "layout": w.Layout(height="300px")}
        return ipyleaflet.Map(layers=(tiles,), center=(52, 5), zoom=8, **bare)

    seat = stub.seat(make)
    assert supports(seat.picture)
    page = visit(seat, forgive="404|Failed to load")
    tile = page.locator("img.leaflet-tile[src*='/tegels/8/']")
    expect(tile.first).to_be_attached(timeout=WAIT)
    expect(page.locator(".leaflet-container")).to_have_css("height", "300px")
    stub.run(setattr, seat.root, "zoom", 10)
    expect(page.locator("img.leaflet-tile[src*='/tegels/10/']").first).to_be_attached(timeout=WAIT)
    stub.run(setattr, seat.root, "layers", ())
    expect(page.locator("img.leaflet-tile")).to_have_count(0)


def test_a_module_comes_once_and_the_style_of_widgets_too(stub: ZaalStub, visit: Visit) -> None:
    seat = stub.seat(lambda: w.VBox([probe(), probe(words="twee"), w.HBox([probe()])]))
    page = visit(seat)
    expect(page.locator(".proef b")).to_have_text(["hallo", "twee", "hallo"])
    assert page.evaluate("texts.filter((text) => text.includes('ended')).length") == 1
    assert (
        page.evaluate(
            "[...document.styleSheets].filter((s) => s.cssRules[0].cssText.includes('.proef')).length"
        )
        == 1
    )
    expect(page.locator(".proef b").first).to_have_css("color", "rgb(1, 2, 3)")
    box = page.locator("#zaal > .jupyter-widgets.widget-container.widget-box.widget-vbox")
    expect(box).to_have_css("flex-direction", "column")


def test_layout_classes_and_children_follow_and_what_is_typed_keeps_the_focus(
    stub: ZaalStub, visit: Visit
) -> None:
    form, other = stub.run(lambda: (StoryForm(buurt="x", step="s"), probe()))
    seat = stub.seat(lambda: w.Box([form, other]))
    page = visit(seat)
    panel = stub.run(lambda: InfoPanel(heading="boven"))
    field = page.locator("textarea")
    field.fill("half af")
    field.focus()
    for children in ([panel, form, other], [other, panel, form], [form]):
        stub.run(setattr, seat.root, "children", children)
        expect(page.locator("#zaal > div > *")).to_have_count(len(children))
        expect(field).to_be_focused()
    expect(field).to_have_value("half af")
    assert page.evaluate("cleaned") == 1, "a widget that is taken away is told so"
    stub.run(lambda: (form.add_class("een"), setattr(form.layout, "display", "none")))
    expect(page.locator(".een")).to_have_css("display", "none")
    stub.run(lambda: (form.remove_class("een"), setattr(form.layout, "display", None)))
    expect(field).to_be_visible()
    expect(page.locator(".een")).to_have_count(0)
    stub.run(lambda: setattr(form, "layout", w.Layout(width="123px")))
    expect(page.locator("#zaal > div > *")).to_have_css("width", "123px")


def test_a_widget_that_closes_leaves_nothing(stub: ZaalStub, visit: Visit) -> None:
    inner = stub.run(probe)
    seat = stub.seat(lambda: w.Box([inner, probe(words="blijft")]))
    page = visit(seat)
    stub.run(inner.close)
    expect(page.locator(".proef b")).to_have_text(["blijft"])
    assert page.evaluate("[cleaned, ended]") == [1, 1]


def test_an_unknown_widget_shows_nothing_and_says_so_once(stub: ZaalStub, visit: Visit) -> None:
    seat = stub.seat(lambda: w.Box([w.Label("<img src=x onerror=window.hacked=1>"), w.Label("2"), probe()]))
    keep = "const say = console.error; console.error = (...a) => { say(...a); (globalThis.said ??= []).push(a[0]); };"
    page = visit(seat, forgive="LabelModel", script=keep)
    expect(page.locator(".proef b")).to_have_text("hallo")
    said = page.evaluate("said")
    assert len(said) == 1 and "LabelModel" in said[0]
    assert page.evaluate("window.hacked") is None


def test_a_widget_that_fails_does_not_stop_the_others(stub: ZaalStub, visit: Visit) -> None:
    class Broken(anywidget.AnyWidget):
        _esm = "export default { render() { throw new Error('stuk'); } }"

    class Wrong(anywidget.AnyWidget):
        _esm = "this is no module"

    seat = stub.seat(lambda: w.Box([Broken(), Wrong(), probe()]))
    page = visit(seat, forgive="does not work")
    expect(page.locator(".proef b")).to_have_text("hallo")


def test_text_only_ever_becomes_text(stub: ZaalStub, visit: Visit) -> None:
    hostile = "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=1>"
    seat = stub.seat(lambda: w.Box([probe(words=hostile)]), app='"><b>')
    page = visit(seat)
    expect(page.locator(".proef b")).to_have_text(hostile)
    stub.run(setattr, seat.root.children[0], "words", hostile + "2")
    expect(page.locator(".proef b")).to_have_text(hostile + "2")
    assert page.evaluate("window.hacked") is None


# What is told.


def test_bytes_and_messages_arrive_in_order_and_as_they_are(stub: ZaalStub, visit: Visit) -> None:
    inner = stub.run(lambda: probe(raw=b"\x00\xff"))
    heard: list[object] = []
    stub.run(lambda: inner.on_msg(lambda _w, content, _b: heard.append(content)))
    page = visit(stub.seat(lambda: w.Box([inner])))
    raw = "document.querySelector('.proef').raw()"
    assert page.evaluate(raw) == [True, 0, 255]
    stub.run(lambda: [inner.send({"n": n}, [b"x"] * n) for n in range(3)])
    stub.run(setattr, inner, "raw", b"abc")
    until(lambda: page.evaluate(raw) == [True, 97, 98, 99])
    assert page.evaluate("document.querySelector('.proef').heard()") == [[{"n": n}, n] for n in range(3)]
    page.evaluate("document.querySelector('.proef').send({ask: 1})")
    until(lambda: heard == [{"ask": 1}])


def test_a_widget_that_the_page_does_not_know_is_asked_for(stub: ZaalStub, visit: Visit) -> None:
    loose = stub.run(lambda: probe(words="los"))  # was there before the page, and nothing led to it
    seat = stub.seat(lambda: w.Box([probe()]))
    page = visit(seat)
    stub.run(lambda: setattr(seat.root, "children", [*seat.root.children, loose]))
    expect(page.locator(".proef b")).to_have_text(["hallo", "los"])
    assert len(seat.of("hello")) == 2


# When nobody answers.


def test_a_lost_wire_comes_back_by_itself_with_what_changed(stub: ZaalStub, visit: Visit) -> None:
    inner = stub.run(probe)
    seat = stub.seat(lambda: w.Box([inner]))
    page = visit(seat, forgive="WebSocket")
    stub.run(setattr, inner, "words", "eerst")
    expect(page.locator(".proef b")).to_have_text("eerst")
    seat.shut = True
    stub.cut(seat)
    until(lambda: page.evaluate("globalThis.told?.at(-1)") is False)
    stub.run(lambda: (setattr(inner, "words", "hallo"), inner.send({"lost": 1})))  # as it was in the snapshot
    say(page, "eerder")
    say(page, "later")
    page.evaluate("['a', 'b', 'a'].forEach((x) => document.querySelector('.proef').send({x}))")
    page.evaluate("document.querySelector('.proef').send({nonce: 'wordt herhaald'})")
    seat.heard.clear()
    seat.shut = False
    expect(page.locator(".proef b")).to_have_text("hallo", timeout=5000)
    until(lambda: inner.chosen == "later")
    assert [f["t"] for f in seat.heard] == ["hello", "update", "custom", "custom", "custom"]
    assert [f["d"] for f in seat.of("custom")] == [{"x": "a"}, {"x": "b"}, {"x": "a"}]
    assert page.evaluate("[told.at(-1), document.querySelector('.proef').heard()]") == [True, []]


def test_what_nobody_confirmed_is_sent_again(stub: ZaalStub, visit: Visit) -> None:
    inner = stub.run(probe)
    seat = stub.seat(lambda: w.Box([inner]))
    page = visit(seat)
    seat.deaf = True  # the wifi is gone, and no browser knows it yet
    say(page, "verloren")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    until(lambda: page.evaluate("globalThis.told?.at(-1)") is False, 6)
    seat.deaf = False
    until(lambda: inner.chosen == "verloren", 6)
    assert len(seat.of("hello")) == 2


def test_a_pong_is_waited_for_and_what_arrived_is_not_sent_again(stub: ZaalStub, visit: Visit) -> None:
    inner = stub.run(probe)
    seat = stub.seat(lambda: w.Box([inner]))
    page = visit(seat)
    say(page, "aangekomen")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    until(lambda: seat.of("ping") and inner.chosen)
    page.wait_for_timeout(100)
    stub.cut(seat)
    until(lambda: len(seat.of("hello")) == 2, 5)
    page.wait_for_timeout(100)
    assert len(seat.of("update")) == 1
    assert page.evaluate("told") == [True, False, True]


def test_a_silent_wire_is_noticed_by_who_does_something_and_is_replaced(stub: ZaalStub, visit: Visit) -> None:
    inner = stub.run(probe)
    seat = stub.seat(lambda: w.Box([inner]))
    page = visit(seat)
    seat.deaf = True  # nothing comes through, and nobody says so
    began = time.monotonic()
    say(page, "in de stilte")
    until(lambda: page.evaluate("globalThis.told?.at(-1)") is False, 5)
    assert time.monotonic() - began > 2, "somebody who is slow is not gone"
    page.wait_for_timeout(1500)
    seat.deaf = False
    until(lambda: inner.chosen == "in de stilte", 5)
    assert len(seat.of("update")) == 1
    assert page.evaluate("told.at(-1)") is True


def test_a_silent_wire_is_noticed_by_who_does_nothing(stub: ZaalStub, visit: Visit) -> None:
    seat = stub.seat(lambda: w.Box([probe()]))
    page = visit(seat)
    seat.deaf = True
    until(lambda: page.evaluate("globalThis.told?.at(-1)") is False, 10)


def test_who_looks_again_after_a_long_silence_gets_a_new_wire_without_a_word(
    stub: ZaalStub, visit: Visit
) -> None:
    inner = stub.run(probe)
    seat = stub.seat(lambda: w.Box([inner]))
    clock = "const now = Date.now; globalThis.slept = 0; Date.now = () => now() + slept;"
    page = visit(seat, script=clock)
    look = "document.dispatchEvent(new Event('visibilitychange'))"
    page.evaluate(look)
    until(lambda: seat.of("ping"))
    assert len(seat.of("hello")) == 1, "whoever looks away for a moment keeps the old one"
    stub.run(setattr, inner, "words", "intussen")
    page.evaluate(f"slept = 60000; {look}; {look}")
    until(lambda: len(seat.of("hello")) == 2, 2)
    expect(page.locator(".proef b")).to_have_text("intussen")
    page.wait_for_timeout(300)
    assert len(seat.of("hello")) == 2 and page.evaluate("told.includes(false)") is False


def test_without_a_server_a_page_asks_small_questions_and_opens_no_websockets(
    stub: ZaalStub, visit: Visit
) -> None:
    inner = stub.run(probe)
    seat = stub.seat(lambda: w.Box([inner]))
    page = visit(seat, forgive="WebSocket|Failed to load")
    tried: list[str] = []
    page.on("websocket", lambda socket: tried.append(socket.url))
    asked: list[float] = []
    question = "**/api/kernels/**"
    page.route(question, lambda route: (asked.append(time.monotonic()), route.abort())[1])
    seat.shut = True
    stub.cut(seat)
    say(page, "zonder server")
    page.wait_for_timeout(6000)
    assert len(tried) == 1 and 3 <= len(asked) <= 9
    pauses = [later - now for now, later in pairwise(asked)]
    assert max(pauses) - min(pauses) > 0.05, "a hundred phones do not ask at the same moment"
    page.unroute(question)
    seat.shut = False
    until(lambda: inner.chosen == "zonder server", 5)
    page.wait_for_timeout(50)
    assert len(tried) == 2


def test_a_laptop_without_a_network_still_talks_to_itself(stub: ZaalStub, visit: Visit) -> None:
    inner = stub.run(probe)
    page = visit(stub.seat(lambda: w.Box([inner])))
    page.evaluate("Object.defineProperty(navigator, 'onLine', { value: false })")
    page.evaluate("told.length = 0; dispatchEvent(new Event('offline'))")
    until(lambda: page.evaluate("told") == [True])
    say(page, "hier")
    until(lambda: inner.chosen == "hier")


def test_a_page_that_the_browser_kept_in_memory_begins_anew(stub: ZaalStub, visit: Visit) -> None:
    seat = stub.seat(lambda: w.Box([probe()]))
    page = visit(seat)
    page.evaluate("window.before = true")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    until(lambda: page.evaluate("window.before === undefined"), 8)
    expect(page.locator(".proef b")).to_have_text("hallo", timeout=WAIT)


def test_what_the_kernel_said_later_is_not_overruled_by_something_older(stub: ZaalStub, visit: Visit) -> None:
    inner = stub.run(probe)
    seat = stub.seat(lambda: w.Box([inner]))
    page = visit(seat)
    say(page, "van hier")
    until(lambda: inner.chosen == "van hier")
    stub.run(setattr, inner, "chosen", "van de begeleider")
    stub.run(setattr, inner, "words", "gezien")
    expect(page.locator(".proef b")).to_have_text("gezien")
    stub.cut(seat)
    until(lambda: len(seat.of("hello")) == 2, 5)
    page.wait_for_timeout(200)
    assert inner.chosen == "van de begeleider" and len(seat.of("update")) == 1


def test_a_seat_that_is_gone_gives_another_on_the_same_page_with_the_chosen_buurt(
    stub: ZaalStub, anna: Seat, visit: Visit
) -> None:
    page = visit(anna, forgive="404")
    laag = find(anna.root, "BuurtLaag")
    code, name = laag._codes[laag._names.index(BUURT)], BUURT
    page.locator(f'path.vk-buurt[data-code="{code}"]').tap()
    expect(page.locator(".vk-card h2")).to_have_text(name, timeout=WAIT)
    page.evaluate("window.before = true")
    anna.alive = False
    stub.run(setattr, laag, "selected", None)
    # What the seat says is heard before the page goes; a real seat would be gone with its choice.
    expect(page.locator(".vk-card h2")).to_have_count(0, timeout=WAIT)
    page.evaluate(f"sessionStorage['vk:keuze:{anna.path}'] = JSON.stringify({{code: '{code}', focus: null}})")
    stub.cut(anna, 4000)
    until(lambda: laag.selected == code and len(anna.of("hello")) == 3, 8)
    expect(page.locator(".vk-card h2")).to_have_text(name, timeout=WAIT)
    assert page.evaluate("window.before") is True
    said = [frame["t"] for frame in anna.heard if frame["t"] != "ping"]
    assert said[-3:] == ["hello", "update", "hello"], "what was chosen is told before anything is drawn"


def place(stub: ZaalStub, page: Page, seat: Seat) -> dict[str, str]:
    """Return what a page whose seat is gone is told of `seat`."""
    answer = page.request.get(stub.address + seat.path, headers={"Accept": "application/json"})
    told: dict[str, str] = answer.json()
    return told


def test_a_page_goes_on_with_a_seat_of_another_making(stub: ZaalStub, visit: Visit) -> None:
    gone = stub.seat(lambda: w.Box([probe(words="oud")]))
    page = visit(gone, forgive="404")
    page.wait_for_timeout(3000)  # not faster than this
    page.evaluate("window.before = true; document.querySelector('.proef').send({lost: 1})")
    other = stub.seat(lambda: w.Box([probe(words="nieuw")]))
    page.route(f"**{gone.path}", lambda route: route.fulfill(json=place(stub, page, other)))
    gone.alive = False
    stub.cut(gone, 4000)
    expect(page.locator(".proef b")).to_have_text(["nieuw"], timeout=WAIT)
    say(page, "tegen de nieuwe")
    until(lambda: other.root.children[0].chosen == "tegen de nieuwe")
    assert page.evaluate("[window.before, cleaned, ended]") == [True, 1, 1]
    page.goto("about:blank")
    assert until(lambda: other.returned) and gone.returned == []


def test_a_page_of_another_version_is_loaded_anew(stub: ZaalStub, visit: Visit) -> None:
    seat = stub.seat(lambda: w.Box([probe()]))
    page = visit(seat, forgive="404")
    page.wait_for_timeout(3000)
    page.evaluate("window.before = true")

    def newer(route: Route) -> None:
        if route.request.headers["accept"] == "application/json":
            route.fulfill(json=place(stub, page, seat) | {"version": "/nieuw.js"})
        else:
            route.continue_()

    page.route(f"**{seat.path}", newer)
    seat.alive = False
    stub.cut(seat, 4000)
    until(lambda: page.evaluate("window.before === undefined"), 8)
    expect(page.locator(".proef b")).to_have_text("hallo", timeout=WAIT)


def test_a_choice_is_forgotten_when_the_room_goes_elsewhere(stub: ZaalStub, anna: Seat, visit: Visit) -> None:
    page = visit(anna)
    laag = find(anna.root, "BuurtLaag")
    page.locator(f'path.vk-buurt[data-code="{laag._codes[laag._names.index(BUURT)]}"]').tap()
    expect(page.locator(".vk-card h2")).to_be_visible(timeout=WAIT)
    kept = f"JSON.parse(sessionStorage['vk:keuze:{anna.path}']).code"
    assert page.evaluate(kept) == laag.selected
    stub.run(setattr, laag, "selected", laag._codes[5])
    expect(page.locator(".vk-card h2")).to_have_text(laag._names[5], timeout=WAIT)
    assert page.evaluate(kept) is None


def test_a_page_that_is_open_elsewhere_says_so_and_stops(stub: ZaalStub, visit: Visit) -> None:
    seat = stub.seat(lambda: w.Box([probe()]))
    page = visit(seat)
    stub.cut(seat, 4001)
    expect(page.locator("#elders")).to_be_visible()
    page.wait_for_timeout(1500)
    assert len(seat.of("hello")) == 1
    page.goto("about:blank")
    page.wait_for_timeout(200)
    assert seat.returned == [], "the kernel belongs to the other tab"


def test_a_page_that_closes_gives_its_kernel_back(stub: ZaalStub, visit: Visit) -> None:
    seat = stub.seat(lambda: w.Box([probe()]))
    page = visit(seat)
    page.goto("about:blank")
    assert until(lambda: seat.returned) and len(seat.returned[0]) > 20


def test_without_its_snapshot_a_page_asks_for_everything(stub: ZaalStub, visit: Visit) -> None:
    seat = stub.seat(lambda: w.Box([probe(raw=b"a")]))
    page = visit(
        seat, forgive="404", script="const get = fetch; globalThis.fetch = (url) => get(url + 'weg');"
    )
    expect(page.locator(".proef b")).to_have_text("hallo")
    assert [frame["snapshot"] for frame in seat.of("hello")][-1] == ""


def test_the_script_and_the_server_name_the_same_models(stub: ZaalStub, visit: Visit) -> None:
    page = visit(stub.seat(lambda: w.Box([])))
    names = f"{stub.assets.base}/huis/zaal_modellen.js"
    assert set(page.evaluate("(url) => import(url).then((m) => Object.keys(m.KINDS))", names)) == MODELS
