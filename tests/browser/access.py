"""What a page must keep to so that everybody can use it: measured by axe, and by what axe cannot see."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

ZOOMED = {"viewport": {"width": 640, "height": 450}}
"""A laptop of 1280 by 900 at 200% zoom."""

# The element with the focus, or what stands for it, must be outlined; a buurt has a ring on top of the map.
_OUTLINED = """
() => {
  const el = document.activeElement;
  if (el === document.body) return true;
  const ring = el.ownerSVGElement?.querySelector(".vk-ring-keyboard .vk-ring-lijn[d]");
  const stands = [el, el.nextElementSibling, el.parentElement, ring].filter(Boolean);
  const drawn = (node) => {
    const style = getComputedStyle(node);
    const outline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    return outline || style.boxShadow !== "none" || (node instanceof SVGElement && parseFloat(style.strokeWidth) >= 3);
  };
  return stands.some(drawn) || el.outerHTML.slice(0, 160);
}
"""

# Where the focus is: how far down the document order, and in which part of the page.
_PLACE = """
() => {
  const all = [...document.querySelectorAll("*")], el = document.activeElement;
  const words = el.getAttribute("aria-label") ?? el.textContent.trim().slice(0, 40);
  return [all.indexOf(el), el.dataset.k ?? el.dataset.code ?? el.id, words];
}
"""


def barriers(page: Page, name: str) -> list[str]:
    """Return what axe finds serious or critical on this page."""
    found = Axe().run(page).response["violations"]
    return [
        f"{name}: {violation['id']}: {node['html'][:160]}"
        for violation in found
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"][:2]
    ]


def shortcomings(page: Page, name: str, language: str = "nl") -> list[str]:
    """Return what axe finds, and whether the page has no language, no heading, scrolls sideways or is half dark."""
    found = barriers(page, name)
    if page.evaluate("document.documentElement.lang") != language:
        found.append(f"{name}: the language of the page is not {language}")
    if page.locator("h1").count() != 1:
        found.append(f"{name}: {page.locator('h1').count()} headings of the first level")
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append(f"{name}: scrolls sideways")
    if page.evaluate("getComputedStyle(document.documentElement).colorScheme") not in (
        "only light",
        "light only",
    ):
        found.append(f"{name}: the browser may make it dark")
    return found


def focus_is_visible(page: Page, most: int) -> None:
    """Press Tab `most` times: the focus must be seen each time."""
    page.evaluate("document.activeElement.blur()")
    for _ in range(most):
        page.keyboard.press("Tab")
        where = page.evaluate(_OUTLINED)
        assert where is True, f"no focus to be seen on {where}"


def stops(page: Page, most: int = 80) -> list[Any]:
    """Return where Tab goes, from the top until it leaves the page: place in the document, key and words of each."""
    page.evaluate("document.activeElement.blur()")
    found: list[Any] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        place = page.evaluate(_PLACE)
        if page.evaluate("document.activeElement === document.body") or place in found:
            return found
        found.append(place)
    return found


LISTENING = """
globalThis.heard = [];
new MutationObserver((changes) => {
  const live = "[role=status], [role=alert]";
  for (const { target, addedNodes } of changes) {
    const said = [...addedNodes].filter((node) => target.closest?.(live) || node.matches?.(live));
    heard.push(...said.map((node) => node.textContent).filter(Boolean));
  }
}).observe(document, { subtree: true, childList: true });
"""
"""A script that keeps in `heard` what a screen reader would be given to say, once the page is there."""
