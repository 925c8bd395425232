"""Map and list in a real browser, served by stock Voila."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

pytestmark = pytest.mark.browser

HOSTILE = [
    "<img src=x onerror='window.hacked=1'>",
    'Oud "Zuid" & \'t Zand',
    "\u202eedrooN",
    "</script><b>Dorp</b>",
]

TOWN = f"""
import geopandas as gpd, ipyleaflet, ipywidgets as w
from shapely.geometry import box
from veerkracht_nb.signal import CLASSES
from veerkracht_nb.widgets._buurten import Mark
from veerkracht_nb.widgets.legenda import Legenda
from veerkracht_nb.widgets.lijst import kaart_en_lijst

names = {HOSTILE!r} + [f"Buurt {{n}}" for n in range(4, 20)]
cells = [box(80000 + 500 * (n % 5), 430000 + 500 * (n // 5), 80500 + 500 * (n % 5), 430500 + 500 * (n // 5))
         for n in range(20)]
enclave = box(80720, 430720, 80760, 430760)  # a small buurt within buurt 6
cells[6] = cells[6].difference(enclave)
codes = [f"BU9900{{n:04d}}" for n in range(21)]
town = gpd.GeoDataFrame(
    {{"name": names + ["Klein eiland"], "wijk_name": ["Oost"] * 10 + ["West"] * 11,
      "water": [n == 19 for n in range(21)]}}, index=codes, geometry=cells + [enclave], crs=28992)
both = kaart_en_lijst(town, palette=CLASSES, hoogte="400px")
both.set_classes({{code: "ABCDEX"[n % 6] for n, code in enumerate(codes)}})
both.set_mark(codes[5], Mark(answered=True, count=2))
"""

SHOW = """
chosen = w.Label("-")
both.observe(lambda change: setattr(chosen, "value", str(change["new"])), "selected")
recolour = w.Button(description="kleur")
def on_recolour(_):
    both.set_class(codes[7], "D" if both.kaart.laag.classes[codes[7]] != "D" else "A")
recolour.on_click(on_recolour)
later = w.Output()
show = w.Button(description="tweede")
show.on_click(lambda _: setattr(box2, "children", [both.kaart.map]))
box2 = w.VBox([])
away = w.Button(description="weg")
away.on_click(lambda _: setattr(box2, "children", []))
plain = ipyleaflet.Map(layers=(), center=(51.9, 4.3), zoom=11, layout=w.Layout(height="120px"))
plain.add_class("plain")
w.VBox([both, chosen, recolour, show, away, box2, plain, Legenda(CLASSES, notes=["Bron: verzonnen"])])
"""


def path(page: Any, n: int, which: int = 0) -> Any:
    return page.locator(f'path.vk-buurt[data-code="BU9900{n:04d}"]').nth(which)


def row(page: Any, n: int) -> Any:
    return page.locator(f'.vk-rij[data-code="BU9900{n:04d}"]')


def grown(page: Any, least: float) -> float:
    """Wait until the tiny buurt is wider than this and the map stands still; return its width."""
    width = "() => document.querySelector('[data-code=BU99000020]').getBoundingClientRect().width"
    page.wait_for_function(f"() => ({width})() > {least}")
    page.wait_for_function("() => !document.querySelector('.leaflet-zoom-anim')")
    page.wait_for_timeout(100)
    return float(page.evaluate(width))


def expect(target: Any) -> Any:
    from playwright.sync_api import expect as expect_

    return expect_(target)


def centre(page: Any, n: int) -> tuple[float, float]:
    box = path(page, n).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def opened(voila_page: Callable[..., Any], **options: Any) -> Any:
    page = voila_page(TOWN, SHOW, **options)
    path(page, 0).wait_for(state="attached", timeout=40_000)
    page.wait_for_function("() => document.querySelector('path.vk-buurt').getAttribute('d')")
    return page


@pytest.fixture(scope="module")
def page(voila_page: Callable[..., Any]) -> Iterator[Any]:
    page = opened(voila_page)
    yield page
    assert page.errors == []


def show_tab(page: Any, name: str) -> None:
    page.get_by_role("tab", name=name).click()


def test_every_buurt_is_drawn_within_the_map(page: Any) -> None:
    assert page.locator("path.vk-buurt").count() == 21
    frame = page.locator(".vk-kaartvlak").bounding_box()
    for n in (0, 4, 15, 19):
        x, y = centre(page, n)
        assert frame["x"] < x < frame["x"] + frame["width"] and frame["y"] < y < frame["y"] + frame["height"]


def test_nothing_is_asked_of_another_host(page: Any, voila_page: Callable[..., Any]) -> None:
    bare = voila_page("import ipywidgets\nipywidgets.Label('bare')")
    bare.locator(".widget-label").wait_for(timeout=40_000)
    # The template of stock Voila asks for fonts; the pages of this package have a template of their own.
    assert set(page.foreign) <= set(bare.foreign)


def test_a_tap_chooses_a_buurt_here_in_the_list_and_in_the_kernel(page: Any) -> None:
    page.mouse.click(*centre(page, 8))
    expect(page.locator(".widget-label")).to_have_text("BU99000008")
    expect(path(page, 8)).to_have_attribute("aria-selected", "true")
    expect(row(page, 8)).to_have_attribute("aria-selected", "true")


def test_a_tap_near_a_tiny_buurt_means_the_tiny_buurt(page: Any) -> None:
    box = path(page, 20).bounding_box()
    page.mouse.click(box["x"] + box["width"] + 5, box["y"] + box["height"] / 2)
    expect(page.locator(".widget-label")).to_have_text("BU99000020")


def test_a_drag_moves_the_map_and_chooses_nothing(page: Any) -> None:
    before = page.locator(".widget-label").text_content()
    x, y = centre(page, 12)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 30, steps=4)
    page.mouse.up()
    page.wait_for_timeout(400)
    assert abs(centre(page, 12)[0] - x) > 20
    assert page.locator(".widget-label").text_content() == before
    page.get_by_role("button", name="Hele gemeente").click()
    page.wait_for_timeout(100)
    assert abs(centre(page, 12)[0] - x) < 2


def test_the_keyboard_walks_and_chooses(page: Any) -> None:
    page.mouse.click(*centre(page, 6 + 5))
    path(page, 11).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator(".widget-label")).to_have_text("BU99000017")
    expect(path(page, 17)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".widget-label")).to_have_text("None")


def test_a_name_says_all_that_is_shown(page: Any) -> None:
    label = path(page, 5).get_attribute("aria-label")
    assert label == "Buurt 5, signaal: Niet te bepalen, beantwoord, 2 bijdragen"
    assert row(page, 5).get_attribute("aria-label") == label
    assert ", water, " in path(page, 19).get_attribute("aria-label")


@pytest.mark.parametrize("tab", ["Kaart", "Lijst"])
def test_nothing_serious_stands_in_the_way_of_assistive_technology(page: Any, tab: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    show_tab(page, tab)
    found = axe.run(page, context=".vk-tabbox").response["violations"]
    show_tab(page, "Kaart")
    assert [(v["id"], v["nodes"][0]["html"]) for v in found if v["impact"] in ("serious", "critical")] == []


def test_names_stay_text(page: Any) -> None:
    for n, name in enumerate(HOSTILE):
        assert path(page, n).get_attribute("aria-label").startswith(name)
        assert row(page, n).locator(".vk-rij-naam").text_content() == name
        page.mouse.move(*centre(page, n))
        assert page.locator(".vk-kaartnaam").text_content() == name
    assert page.evaluate("window.hacked") is None
    assert page.locator(".vk-kaartvlak img, .vk-lijst img, .vk-kaartvlak b, .vk-lijst b").count() == 0


def test_recolouring_sends_one_small_message_for_each_way_and_changes_one_path(page: Any) -> None:
    fills = "[...document.querySelectorAll('path.vk-buurt')].map(p => p.getAttribute('fill'))"
    before = page.evaluate(fills)
    page.received.clear()
    page.get_by_role("button", name="kleur").click()
    page.wait_for_function(f"({fills})[7] !== {before[7]!r}")
    after = page.evaluate(fills)
    assert [n for n, (a, b) in enumerate(zip(before, after, strict=True)) if a != b] == [7]

    def frames_about_it() -> list[Any]:
        return [frame for frame in page.received if "BU99000007" in str(frame)]

    for _ in range(50):  # the list is told after the map
        if len(frames_about_it()) >= 2:
            break
        page.wait_for_timeout(100)
    frames = frames_about_it()
    assert len(frames) == 2
    assert all(len(frame) < 1000 for frame in frames)


def test_moves_of_mouse_and_map_stay_in_the_browser(page: Any) -> None:
    page.sent.clear()
    x, y = centre(page, 12)
    for step in range(10):
        page.mouse.move(x + step * 5, y)
    page.get_by_role("button", name="Inzoomen").click()
    page.wait_for_timeout(500)
    page.get_by_role("button", name="Hele gemeente").click()
    page.wait_for_timeout(200)
    assert page.sent == []


def test_another_ipyleaflet_map_on_the_page_still_reports_to_its_notebook(page: Any) -> None:
    page.sent.clear()
    page.locator(".plain .leaflet-container").hover()
    page.wait_for_timeout(200)
    assert any("interaction" in str(frame) for frame in page.sent)
    page.mouse.move(0, 0)
    page.wait_for_timeout(200)


def test_a_browser_that_slept_catches_up(page: Any) -> None:
    page.context.set_offline(
        True
    )  # raises "online" when it ends; the kernel is on this machine and hears all
    page.sent.clear()
    page.context.set_offline(False)
    page.wait_for_timeout(300)
    assert sum("ask" in str(frame) for frame in page.sent) == 2


def test_the_list_searches_walks_and_chooses(page: Any) -> None:
    page.sent.clear()
    show_tab(page, "Lijst")
    assert page.sent == []
    expect(path(page, 0)).to_be_hidden()
    field = page.get_by_label("Zoek een buurt")
    field.fill("west")  # the name of a wijk gives all that is in it
    expect(page.locator(".vk-rij:visible")).to_have_count(11)
    field.fill("BUURT 1")
    expect(page.locator(".vk-rij:visible")).to_have_count(10)
    field.fill("zand")
    expect(page.locator(".vk-rij:visible")).to_have_count(1)
    field.fill("")
    row(page, 4).click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.locator(".widget-label")).to_have_text("BU99000005")
    assert page.evaluate("document.querySelectorAll('.vk-rij[tabindex=\"0\"]').length") == 1
    show_tab(page, "Kaart")
    expect(path(page, 5)).to_have_attribute("aria-selected", "true")


def test_from_the_map_one_finds_a_buurt_by_name_and_is_brought_to_it(page: Any) -> None:
    page.get_by_role("button", name="Inzoomen").click()
    page.get_by_role("button", name="Inzoomen").click()
    page.get_by_role("button", name="Zoek op naam").click()
    field = page.get_by_label("Zoek een buurt")
    expect(field).to_be_focused()
    field.fill("klein")
    field.press("Enter")
    expect(page.locator(".widget-label")).to_have_text("BU99000020")
    expect(page.get_by_role("tab", name="Kaart")).to_have_attribute("aria-selected", "true")
    frame = page.locator(".vk-kaartvlak").bounding_box()
    page.wait_for_timeout(500)
    x, y = centre(page, 20)
    assert frame["x"] < x < frame["x"] + frame["width"] and frame["y"] < y < frame["y"] + frame["height"]
    page.get_by_role("button", name="Hele gemeente").click()


def test_enter_chooses_the_name_that_was_typed_before_names_that_contain_it(page: Any) -> None:
    show_tab(page, "Lijst")
    field = page.get_by_label("Zoek een buurt")
    field.fill("buurt 1")
    field.press("Enter")
    expect(page.locator(".widget-label")).to_have_text("BU99000010")
    field.fill("buurt 5")
    field.press("ArrowDown")
    expect(row(page, 5)).to_be_focused()
    field.fill("")
    # Who did not come from the map stays in the list.
    expect(page.get_by_role("tab", name="Lijst")).to_have_attribute("aria-selected", "true")
    show_tab(page, "Kaart")


def test_a_tiny_buurt_that_is_chosen_elsewhere_is_brought_near(page: Any) -> None:
    page.get_by_role("button", name="Hele gemeente").click()
    before = path(page, 20).bounding_box()["width"]
    assert before < 24
    show_tab(page, "Lijst")
    row(page, 3).click()
    expect(page.locator(".widget-label")).to_have_text("BU99000003")
    row(page, 20).click()
    show_tab(page, "Kaart")
    grown(page, 24)
    page.get_by_role("button", name="Hele gemeente").click()
    assert path(page, 20).bounding_box()["width"] == pytest.approx(before, abs=1)


def test_no_name_leaves_its_buurt(page: Any) -> None:
    page.get_by_role("button", name="Inzoomen").click()
    page.wait_for_timeout(400)
    outside = page.evaluate(
        """() => {
          const names = [...document.querySelectorAll("text.vk-naam")].map((t) => t.getBoundingClientRect());
          const buurten = [...document.querySelectorAll("path.vk-buurt")].map((p) => p.getBoundingClientRect());
          const within = (a) => buurten.some((b) => a.left >= b.left && a.right <= b.right && a.bottom <= b.bottom);
          return [names.length, names.filter((a) => !within(a)).length];
        }"""
    )
    page.get_by_role("button", name="Hele gemeente").click()
    assert outside[0] > 5 and outside[1] == 0


def test_the_border_of_the_gemeente_is_drawn_where_no_two_buurten_meet(page: Any) -> None:
    on_the_border = """([n, x, y]) => {
      const box = document.querySelector(`path.vk-buurt[data-code="BU9900${String(n).padStart(4, "0")}"]`).getBBox();
      const point = new DOMPoint(box.x + x * box.width, box.y + y * box.height);
      return document.querySelector(".vk-rand").isPointInStroke(point);
    }"""
    assert page.evaluate(on_the_border, [0, 0, 0.5]) and page.evaluate(on_the_border, [19, 1, 0.5])
    assert not page.evaluate(on_the_border, [7, 0, 0.5]) and not page.evaluate(on_the_border, [20, 0, 0.5])


def test_a_second_view_opened_later_shows_the_present_and_leaves_nothing_behind(page: Any) -> None:
    fill = path(page, 7).get_attribute("class")
    page.get_by_role("button", name="tweede").click()
    path(page, 7, 1).wait_for(state="attached")
    page.wait_for_function(
        "document.querySelectorAll('path.vk-buurt[data-code=\"BU99000007\"]')[1].getAttribute('d')"
    )
    first, second = (path(page, 7, which).get_attribute("aria-label") for which in (0, 1))
    assert first == second and path(page, 7, 1).get_attribute("class") == fill
    page.get_by_role("button", name="kleur").click()
    expect(path(page, 7, 1)).not_to_have_attribute("aria-label", second)
    assert path(page, 7, 0).get_attribute("aria-label") == path(page, 7, 1).get_attribute("aria-label")
    page.get_by_role("button", name="weg").click()
    page.wait_for_function("() => document.querySelectorAll('svg.vk-laag').length === 1")
    page.get_by_role("button", name="kleur").click()
    expect(path(page, 7)).to_have_attribute("aria-label", re.compile(re.escape(second or "")))


def test_a_phone_that_left_on_the_list_returns_to_it_and_the_map_draws_when_shown(
    voila_page: Callable[..., Any],
) -> None:
    page = opened(voila_page, width=390, height=844, has_touch=True, is_mobile=True)
    show_tab(page, "Lijst")
    page.reload()
    row(page, 0).wait_for(state="visible", timeout=40_000)
    path(page, 0).wait_for(state="attached")
    expect(page.locator(".vk-legenda details")).not_to_have_attribute("open", "")
    show_tab(page, "Kaart")
    page.wait_for_function("() => document.querySelector('path.vk-buurt').getAttribute('d')")
    path(page, 13).tap()
    expect(page.locator(".widget-label")).to_have_text("BU99000013")
    page.set_viewport_size({"width": 800, "height": 390})
    page.wait_for_timeout(300)
    frame = page.locator(".vk-kaartvlak").bounding_box()
    assert all(0 < centre(page, n)[0] < frame["x"] + frame["width"] for n in (0, 4, 15, 19))
    assert page.errors == []


def test_a_finger_on_a_tiny_buurt_brings_it_near_so_that_its_neighbours_can_be_hit(
    voila_page: Callable[..., Any],
) -> None:
    page = opened(voila_page, width=390, height=844, has_touch=True, is_mobile=True)
    box = path(page, 20).bounding_box()
    assert box["width"] < 24
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(".widget-label")).to_have_text("BU99000020")
    near = grown(page, 3 * box["width"])
    # One that is large enough is only chosen.
    page.touchscreen.tap(near + box["x"] + 40, box["y"])
    expect(page.locator(".widget-label")).to_have_text("BU99000006")
    page.wait_for_timeout(600)
    assert path(page, 20).bounding_box()["width"] == pytest.approx(near, rel=0.1)
    assert page.errors == []


def test_a_screen_that_nobody_touches_shows_the_focus_and_goes_back(voila_page: Callable[..., Any]) -> None:
    wall = """
from veerkracht_nb.widgets.kaart import buurt_kaart
wall = buurt_kaart(town, palette=CLASSES, hoogte="400px", controls=False)
look = w.Button(description="kijk")
look.on_click(lambda _: wall.focus(codes[20]))
free = w.Button(description="vrij")
free.on_click(lambda _: wall.focus(None))
w.VBox([wall, look, free])
"""
    page = voila_page(TOWN, wall)
    page.wait_for_function("() => document.querySelector('path.vk-buurt')?.getAttribute('d')", timeout=40_000)
    width = "() => document.querySelector('[data-code=BU99000020]').getBoundingClientRect().width"
    before = page.evaluate(width)
    page.get_by_role("button", name="kijk").click()
    page.wait_for_function(f"() => ({width})() > 24")
    page.set_viewport_size({"width": 900, "height": 700})
    page.wait_for_timeout(300)
    assert page.evaluate(width) > 24
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="vrij").click()
    page.wait_for_function(f"() => Math.abs(({width})() - {before}) < 1")
    assert page.locator(".vk-kaartknop").count() == 0
    assert page.errors == []
