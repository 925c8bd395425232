"""Everybody can use every page: axe on each kind in each state, zoom, keyboard, what is read out, forced colours."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from veerkracht_nb.apps.prepare import ROLES, prepare_session
from veerkracht_nb.serve.pages import environment

from .access import LISTENING, ZOOMED, focus_is_visible, shortcomings, stops
from .room import LAPTOP, WAIT, Hall, Participant, Visitor
from .served import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]

BUURT = "De Weren"
RECOGNISE = "Zien wij hetzelfde?"
TELL = "Het verhaal hierachter"
ASKED = "Herken je dit beeld?"


@pytest.fixture
def beheer(browser: Any, served: Served) -> Any:
    """The administrator's browser, on a laptop at 200% zoom."""
    visitor = Visitor(browser, served.address, ZOOMED)
    visitor.page.goto(served.address + served.beheer)
    yield visitor
    met = (visitor.foreign, visitor.errors, visitor.dialogs)
    visitor.context.close()
    assert met == ([], [], [])


def test_the_pages_of_an_analyst_can_be_used_by_everybody(beheer: Visitor) -> None:
    page, found = beheer.page, []
    for name in ("quickscan", "wandkaart", "wijkprofiel", "eigentabel", "landelijk"):
        page.set_viewport_size(ZOOMED["viewport"])
        page.goto(f"{beheer.address}/{name}" + ("" if name == "landelijk" else "?gemeente=GM9901"))
        expect(page.locator("body.klaar")).to_be_attached(timeout=WAIT)
        expect(page.locator("h1")).to_be_visible(timeout=WAIT)
        expect(page.locator(".vk-area-side > *").first).to_be_attached(timeout=WAIT)
        found += shortcomings(page, f"{name} at 200%")
        page.set_viewport_size(LAPTOP["viewport"])
        found += shortcomings(page, name)
    focus_is_visible(page, most=12)
    assert found == []


def test_the_pages_around_a_session_can_be_used_by_everybody(
    beheer: Visitor, hall: Hall, served: Served
) -> None:
    page, found = beheer.page, []
    code = hall.session.code
    for path, name in {
        "/": "start", "/gegevens": "fetching", "/niets": "nothing here", "/quickscan?gemeente=Nergens": "unknown",
        f"/sessies/{hall.session.id}/verwijderen": "delete", f"/s/{code}/scherm": "no key",
    }.items():  # fmt: skip
        page.goto(beheer.address + path)
        found += shortcomings(page, name)
        focus_is_visible(page, most=8)
    visitor = hall.somebody(**ZOOMED)
    for path, name in {"/": "code", f"/s/{code}": "roles", "/s/XXXXXX": "wrong code"}.items():
        visitor.page.goto(visitor.address + path)
        found += shortcomings(visitor.page, name)
    visitor.page.goto(f"{visitor.address}/s/{code}?taal=en")
    found += shortcomings(visitor.page, "roles, in English", "en")
    visitor.page.goto(f"{visitor.address}/s/{code}")
    visitor.page.get_by_role("button").last.click()  # the browser asks for a role first
    assert visitor.page.evaluate("document.activeElement.name") == "rol"
    for template, values in {
        "vol.html": {}, "wachtrij.html": {"place": 7}, "code.html": {"busy": True},
        "meedoen.html": {"missing": True, "roles": ["bewoner"], "code": code, "title": "Proef", "place": "Proef"},
    }.items():  # fmt: skip
        found += shortcomings(_rendered(visitor, template, **values), template)
    assert found == []


def _rendered(visitor: Visitor, template: str, **values: Any) -> Page:
    """Show a page that comes only when it is busy."""
    page = visitor.page
    page.goto(visitor.address + "/")
    found = dict(re.findall(r'href="(/[^"]*?/(serve|tokens)[^"/]*\.css)"', page.content()))
    sheets = {name: address for address, name in found.items()}
    assert set(sheets) == {"serve", "tokens"}
    html = (
        environment("nl")
        .get_template(template)
        .render(
            asset=lambda name: sheets.get(name.removeprefix("huis/").removesuffix(".css"), "data:,"),
            tokens=sheets["tokens"],
            xsrf=str,
            **values,
        )
    )
    page.route("**/druk", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(visitor.address + "/druk")
    page.unroute("**/druk")
    return page


def test_the_steps_of_a_session_can_be_used_by_everybody_at_200_percent(browser: Any, served: Served) -> None:
    session = prepare_session(title="Lang", script="werksessie", folder=served.sessions)
    hall = Hall(browser, served.address, session)
    facilitator, screen, anna = hall.facilitator(), hall.screen(), hall.participant(**ZOOMED)
    facilitator.page.set_viewport_size(ZOOMED["viewport"])
    found = [*shortcomings(anna.page, "waiting"), *shortcomings(screen.page, "the screen, waiting")]
    state = session.state()
    assert state.script
    for step in (step for step in state.script.steps if step.kind in ("herkenning", "verhaal", "aanpak")):
        facilitator.start(step.title)
        anna.follows(step.question)
        anna.choose(BUURT)
        for visitor in (anna, facilitator, screen):
            found += shortcomings(visitor.page, step.kind)
    facilitator.page.get_by_role("button", name="Sluit de sessie").click()
    facilitator.page.keyboard.press("Escape")
    assert facilitator.page.evaluate("document.activeElement.textContent") == "Sluit de sessie"
    facilitator.page.get_by_role("button", name="Sluit de sessie").press("Enter")
    facilitator.page.locator(".vk-steps .vk-danger").press("Enter")
    for visitor in (facilitator, anna, screen):
        expect(visitor.page.locator(".vk-closed").first).to_be_visible(timeout=WAIT)
        found += shortcomings(visitor.page, "closed")
    assert found == []
    hall.close()


def test_what_happens_is_read_out_once(hall: Hall) -> None:
    facilitator = hall.facilitator()
    anna = hall.somebody()
    anna.page.add_init_script(LISTENING)
    anna.join(hall.session.code, "Bewoner")
    facilitator.start(RECOGNISE)
    anna.follows(ASKED)
    _hears(anna, "We gaan naar stap 3: Zien wij hetzelfde?")
    anna.choose(BUURT)
    anna.answer("Herken ik")
    _hears(anna, r"bewaard \d")
    facilitator.choose(BUURT)
    facilitator.page.get_by_role("button", name="Laat de zaal hiernaar kijken").click()
    _hears(anna, f"We kijken nu naar {BUURT}")
    anna.context.set_offline(True)
    _hears(anna, "geen verbinding: we bewaren het en sturen het straks")
    anna.context.set_offline(False)
    _hears(anna, "verbonden")
    facilitator.start(TELL)
    anna.follows("verhaal")
    anna.write("Er is een moestuin")
    anna.save()
    _hears(anna, r"bewaard \d")
    assert len([words for words in anna.page.evaluate("heard") if "stap 3" in words]) == 1


def _hears(visitor: Participant, words: str) -> None:
    end = WAIT / 100
    while end:
        heard = visitor.page.evaluate("heard")
        if any(re.search(words, line) for line in heard):
            return
        visitor.page.wait_for_timeout(100)
        end -= 1
    raise AssertionError((words, visitor.page.evaluate("heard")))


def test_the_keyboard_keeps_its_place_on_the_page_of_the_facilitator(hall: Hall) -> None:
    facilitator, anna = hall.facilitator(), hall.participant()
    page = facilitator.page
    order = [place for place, _key, _words in stops(page)]
    assert order == sorted(order) and len(order) > 10, "Tab follows the order of the page"
    facilitator.start_button(TELL).press("Enter")
    expect(page.locator(".vk-step-nu")).to_contain_text(TELL, timeout=WAIT)
    assert _focus(page) == "meer", "what was pressed is gone; the focus stays in the list of steps"
    # Radio buttons and tabs are walked with the arrows.
    page.locator(".vk-steps input:checked").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".vk-steps input:checked")).to_have_value("verdeling", timeout=WAIT)
    assert _focus(page) == "onthul:verdeling"
    page.get_by_role("tab", name="Kaart").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.textContent") == "Lijst"
    expect(page.get_by_role("tabpanel", name="Lijst")).to_be_visible()
    # Judging a text, and thinking better of it.
    anna.follows("verhaal")
    anna.choose(BUURT)
    anna.write("Een tekst")
    anna.save()
    story = facilitator.story("Een tekst")
    for pressed, then in (("toon", "h"), ("houd vast", "s"), ("geef terug", "r")):
        story.get_by_role("button", name=pressed, exact=True).press("Enter")
        page.wait_for_function(
            "(k) => document.activeElement.dataset.k?.startsWith(k)", arg=then, timeout=WAIT
        )
    page.keyboard.press("Escape")
    assert _focus(page).startswith("g"), "back on the button that was pressed"


def _focus(page: Page) -> str:
    return str(page.evaluate("document.activeElement.dataset.k"))


def test_colours_that_the_system_sets_still_tell_what_is_chosen(hall: Hall) -> None:
    facilitator = hall.facilitator()
    anna = hall.participant(forced_colors="active", color_scheme="dark", reduced_motion="reduce")
    facilitator.start(RECOGNISE)
    anna.follows(ASKED)
    anna.choose(BUURT)
    anna.answer("Herken ik")
    hall.voices(4, BUURT, "deels")
    facilitator.reveal("verdeling")
    expect(anna.page.locator(".vk-part").first).to_be_visible(timeout=WAIT)
    colours = anna.page.locator(".vk-answer .vk-choice span").evaluate_all(
        "all => all.map((one) => getComputedStyle(one).backgroundColor)"
    )
    assert len(set(colours)) == 2 and colours.count(colours[0]) == 1, (
        "the chosen answer has a colour of its own"
    )
    parts = anna.page.locator(".vk-key .vk-part").evaluate_all(
        "all => all.map((one) => getComputedStyle(one).backgroundColor)"
    )
    assert len(set(parts)) == 4, "what is drawn in colours keeps them"
    assert anna.page.evaluate("document.getAnimations().filter((a) => a.playState === 'running').length") == 0


def test_the_screen_can_be_read_from_the_back_of_the_room(hall: Hall) -> None:
    facilitator, screen = hall.facilitator(), hall.screen()
    page = screen.page
    box = page.locator(".vk-qr").bounding_box()
    assert box and box["width"] >= 480, "before it starts everybody scans from where they sit"
    facilitator.start(RECOGNISE)
    facilitator.choose(BUURT)
    for role in ROLES:
        hall.voices(3, BUURT, "deels", role)
    facilitator.reveal("verdeling")
    facilitator.page.get_by_role("button", name="Laat de zaal hiernaar kijken").click()
    expect(page.locator(".vk-bars")).to_contain_text(f"{3 * len(ROLES)} stemmen", timeout=WAIT)
    assert page.evaluate(_SMALL, 18) == [], "nothing under 18 px"
    assert page.evaluate("innerHeight === document.documentElement.scrollHeight")
    corner = page.locator(".vk-join").bounding_box()
    for part in (*page.locator(".vk-bar").all(), page.locator(".vk-key"), page.locator(".vk-legenda")):
        inside = part.bounding_box()
        assert inside and inside["y"] + inside["height"] <= 1080
        assert corner and (inside["x"] < corner["x"] or inside["y"] + inside["height"] <= corner["y"])


# The texts that are smaller than this many px; those of the map are as large as the map allows.
_SMALL = """
(least) => [...document.querySelectorAll("#zaal *")]
  .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()))
  .filter((one) => !one.closest(".leaflet-container, .vk-staal, .vk-hidden, style") && one.checkVisibility())
  .filter((one) => parseFloat(getComputedStyle(one).fontSize) < least)
  .map((one) => one.className + ": " + one.textContent.slice(0, 40))
"""


def test_a_browser_that_likes_the_dark_gets_the_whole_page_light(hall: Hall) -> None:
    anna = hall.participant(color_scheme="dark")
    ground, ink = anna.page.evaluate(
        "[document.documentElement, document.querySelector('.vk-title')].map((one) => getComputedStyle(one))"
        ".map((style, i) => i ? style.color : style.backgroundColor)"
    )
    assert (ground, ink) == ("rgb(255, 255, 255)", "rgb(86, 93, 102)")
    assert shortcomings(anna.page, "in the dark") == []
