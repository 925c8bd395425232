"""The quick scan in a browser: choices are answered, names do not overlap, nothing is wider than the window."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .room import BEAMER, LAPTOP, WAIT, Visitor
from .served import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]

SIZES = {"phone": {"width": 390, "height": 844}, "laptop": LAPTOP["viewport"], "beamer": BEAMER["viewport"]}
NAMES = """
() => [...document.querySelectorAll(".vk-plot")].map((plot) => {
  const box = plot.querySelector("svg").getBoundingClientRect();
  return {
    within: [box.left, box.top, box.right, box.bottom],
    names: [...plot.querySelectorAll(".vk-plot-name")].map((text) => {
      const b = text.getBoundingClientRect();
      return [text.textContent, b.left, b.top, b.right, b.bottom];
    }),
  };
})
"""


@pytest.fixture(scope="module")
def scan(browser: Any, served: Served) -> Iterator[Visitor]:
    visitor = Visitor(browser, served.address, LAPTOP)
    visitor.page.goto(visitor.address + served.beheer)
    visitor.open("/quickscan?gemeente=GM9901")
    expect(visitor.page.locator(".vk-plot svg").nth(3)).to_be_visible(timeout=WAIT)
    yield visitor
    visitor.context.close()


def pick(page: Page, key: str, value: str) -> None:
    page.locator(f"select[data-k={key}]").select_option(value)


def letters(page: Page, number: int) -> list[str]:
    found: list[str] = (
        page.locator(".vk-kaart")
        .nth(number)
        .evaluate(
            "map => [...map.querySelectorAll('path.vk-buurt')].map((p) => p.getAttribute('aria-label'))"
        )
    )
    return sorted(found)


def test_every_choice_is_answered_on_the_map(scan: Visitor) -> None:
    page = scan.page
    before = letters(page, 0)
    pick(page, "weergave", "absoluut")
    page.wait_for_function("() => document.querySelector('select[data-k=weergave]').value === 'absoluut'")
    expect(page.locator(".vk-legenda-noot", has_text="Weergave absoluut").first).to_be_attached(timeout=WAIT)
    assert letters(page, 0) != before
    pick(page, "weergave", "relatief")
    expect(page.locator(".vk-legenda-noot", has_text="Weergave relatief").first).to_be_attached(timeout=WAIT)
    assert letters(page, 0) == before
    pick(page, "laag", "straks")
    expect(page.locator(".vk-info", has_text="80%-interval")).to_be_visible(timeout=WAIT)
    pick(page, "laag", "samenhang")
    expect(page.locator(".vk-info", has_text="Moran's I vergelijkt")).to_be_visible(timeout=2 * WAIT)
    pick(page, "laag", "focus")
    expect(page.locator(".vk-info", has_text="Moran's I vergelijkt")).to_have_count(0)
    assert (scan.errors, scan.foreign) == ([], [])


def test_a_point_and_a_row_choose_the_same_buurt(scan: Visitor) -> None:
    page = scan.page
    page.locator(".vk-cell-button").nth(4).click()
    name = page.locator(".vk-cell-button").nth(4).inner_text()
    expect(page.locator(".vk-card h2")).to_have_text(name, timeout=WAIT)
    expect(page.locator(".vk-plot-name.vk-plot-own").first).to_have_text(name, timeout=WAIT)
    point = page.locator(".vk-plot").first.locator(".vk-plot-point").first
    code = point.get_attribute("data-code")
    point.locator("circle").click(force=True)
    chosen = page.locator(".vk-table tr.vk-chosen")
    expect(chosen.locator(".vk-cell-button")).not_to_have_text(name, timeout=WAIT)
    expect(page.locator(f".vk-plot-point.vk-plot-own[data-code={code}]").first).to_be_attached(timeout=WAIT)


@pytest.mark.parametrize("size", SIZES)
def test_names_do_not_overlap_and_nothing_is_wider_than_the_window(scan: Visitor, size: str) -> None:
    page = scan.page
    page.set_viewport_size(SIZES[size])  # type: ignore[arg-type]
    page.wait_for_timeout(400)
    assert not scan.wider_than_the_window
    plots = page.evaluate(NAMES)
    assert sum(len(plot["names"]) for plot in plots) >= 6, "the names that matter are there"
    for plot in plots:
        left, top, right, bottom = plot["within"]
        for name, x0, y0, x1, y1 in plot["names"]:
            assert left - 1 <= x0 and x1 <= right + 1 and top - 1 <= y0 and y1 <= bottom + 1, name
        for (a, *p), (b, *q) in combinations(plot["names"], 2):
            assert p[2] <= q[0] or q[2] <= p[0] or p[3] - 2 <= q[1] or q[3] - 2 <= p[1], (a, b)
    for number in range(4):
        svg, place = page.locator(".vk-plot svg[role=img]").nth(number), page.locator(".vk-plot").nth(number)
        drawn, room = svg.bounding_box(), place.bounding_box()
        assert drawn and room and drawn["width"] <= room["width"] and drawn["height"] >= 180
    lists = page.locator(".vk-choicebar-item select")
    assert all(lists.nth(i).evaluate("s => s.offsetHeight") >= 44 for i in range(lists.count()))
