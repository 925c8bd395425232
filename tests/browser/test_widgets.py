"""The widgets in a real browser: what people can do, what goes wrong well, and how it looks to axe."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
HERE = Path(__file__).resolve().parent
ACK = 15_000


@pytest.fixture(scope="module")
def gallery(voila_page: Callable[..., Any]) -> Callable[..., Any]:
    """Open a page of the gallery; a page is opened once for each name and size."""
    pages: dict[object, Any] = {}

    def open_gallery(name: str, width: int = 390, height: int = 844, fresh: bool = False) -> Any:
        key = (name, width)
        if fresh or key not in pages:
            cell = f"import sys; sys.path.insert(0, {str(HERE)!r}); import galerij; galerij.PAGES[{name!r}]()"
            page = voila_page(cell, width=width, height=height)
            page.wait_for_selector(".vk-frame .vk > *", state="attached", timeout=60_000)
            page.wait_for_selector(
                ".vk-dot" if name != "vijandig" else ".vk-error-last, .vk-problem", timeout=ACK
            )
            if fresh:
                return page
            pages[key] = page
        return pages[key]

    return open_gallery


def no_sideways_scrolling(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_hostile_texts_run_nothing_and_break_nothing(gallery):
    page = gallery("vijandig", fresh=True)
    page.wait_for_function("() => document.querySelectorAll('.vk-segments').length >= 10", timeout=60_000)
    assert page.evaluate("window.hacked") is None
    assert (
        page.evaluate("document.querySelectorAll('.vk-frame script, .vk-frame img, .vk-frame iframe').length")
        == 0
    )
    names = "[...new Set([...document.querySelectorAll('.vk-frame *')].flatMap(n => n.getAttributeNames()))]"
    assert not [name for name in page.evaluate(names) if name.startswith("on")]
    assert page.errors == []
    assert no_sideways_scrolling(page)
    assert "<script>window.hacked = 1</script>" in page.inner_text(".vk-frame")
    page.close()


@pytest.mark.parametrize(
    ("name", "width"),
    [("deelnemer", 360), ("leeg", 390), ("begeleider", 1024), ("begeleider", 1440), ("scherm", 1920)],
)
def test_axe_finds_nothing_serious_and_nothing_scrolls_sideways(gallery, name, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = gallery(name, width, 1080 if width == 1920 else 844)
    found = axe.run(page, context=".vk-frame").response["violations"]
    serious = [v for v in found if v["impact"] in ("serious", "critical")]
    assert not serious, [(v["id"], [n["html"][:150] for n in v["nodes"]]) for v in serious]
    assert no_sideways_scrolling(page)
    assert page.errors == []


def test_everything_to_tap_on_a_phone_is_large_enough(gallery):
    page = gallery("deelnemer", 360)
    small = page.evaluate(
        """() => [...document.querySelectorAll('.vk-frame :is(button, summary, .vk-choice span, textarea)')]
            .filter(n => n.offsetParent && !n.hidden)
            .map(n => [n.textContent, n.getBoundingClientRect()])
            .filter(([, r]) => r.height < 44 || r.width < 44).map(([t]) => t)"""
    )
    assert small == []


def test_the_question_on_the_beamer_can_be_read_from_the_back(gallery):
    page = gallery("scherm", 1920, 1080)
    assert (
        page.evaluate("parseFloat(getComputedStyle(document.querySelector('.vk-question')).fontSize)") >= 48
    )
    assert (
        page.evaluate(
            "document.querySelectorAll('.vk-frame :is(button, input, textarea):not([hidden])').length"
        )
        == 0
    )


def test_an_answer_is_saved_and_a_refusal_is_explained_and_taken_back(gallery):
    page = gallery("deelnemer", 390)
    bar = page.locator(".vk-answer")
    bar.get_by_text("Herken ik", exact=True).click()
    bar.get_by_text("bewaard 14:04").wait_for(timeout=ACK)
    bar.get_by_text("Weet ik niet").click()
    bar.get_by_role("alert").get_by_text("Deze stap is voorbij.").wait_for(timeout=ACK)
    assert bar.get_by_label("Herken ik", exact=True).is_checked()
    bar.get_by_text("beter").click()
    bar.get_by_text("eerst: herken ik").wait_for(state="hidden")


def test_answers_can_be_given_with_the_keyboard_without_losing_the_place(gallery):
    page = gallery("deelnemer", 390)
    page.locator(".vk-answer input[value=beter]").focus()
    page.keyboard.press("ArrowRight")
    page.locator(".vk-answer").get_by_text("bewaard").wait_for(timeout=ACK)
    assert page.evaluate("document.activeElement.value") == "gelijk"


def test_a_refused_story_stays_in_the_field_and_hints_come_before_saving(gallery):
    page = gallery("deelnemer", 390)
    form = page.locator(".vk-form").first
    area, save = form.locator("textarea"), form.get_by_role("button", name="Bewaar")
    area.fill("weiger dit")
    form.get_by_text("vermoeden").click()
    save.click()
    form.get_by_role("alert").get_by_text("Deze tekst kan zo niet.").wait_for(timeout=ACK)
    assert area.input_value() == "weiger dit"
    area.fill("op nummer 14")
    save.click()
    form.get_by_text("Hier lijkt een huisnummer in te staan.").wait_for(timeout=ACK)
    form.get_by_role("button", name="Eerst aanpassen").click()
    assert area.input_value() == "op nummer 14"
    area.fill("De buren koken samen. " * 5)
    save.click()
    expect(area).to_have_value("", timeout=ACK)
    expect(form.locator(".vk-saved")).to_contain_text("bewaard ")
    area.fill("x" * 601)
    assert "1 tekens te lang" in form.inner_text() and save.is_disabled()
    area.fill("")


def test_a_draft_and_an_unsent_answer_survive_a_reload(gallery):
    page = gallery("deelnemer", 390, fresh=True)
    page.locator(".vk-form").nth(1).locator("textarea").fill("half afgemaakt 👩‍👩‍👧‍👦")
    page.context.set_offline(True)
    page.get_by_text("geen verbinding: we bewaren het en sturen het straks").wait_for(timeout=ACK)
    page.locator(".vk-answer").get_by_text("slechter").click()
    page.locator(".vk-answer").get_by_text("bewaard op dit toestel").wait_for(timeout=ACK)
    waiting = "Object.keys(localStorage).filter(k => k.startsWith('vk:out:galerij:AnswerBar')).length"
    assert page.evaluate(waiting) == 1
    # As after a reload: nothing is in memory, and the server is there again.
    page.evaluate("window.dispatchEvent = () => true")
    page.context.set_offline(False)
    page.reload()
    page.locator(".vk-answer").get_by_text("bewaard 14:04").wait_for(timeout=60_000)
    assert page.locator(".vk-answer input[value=slechter]").is_checked()
    page.wait_for_function(f"{waiting} === 0")
    assert page.locator(".vk-form").nth(1).locator("textarea").input_value() == "half afgemaakt 👩‍👩‍👧‍👦"
    page.close()


def test_the_connection_comes_back_by_itself(gallery):
    page = gallery("deelnemer", 390)
    page.context.set_offline(True)
    page.get_by_text("geen verbinding").wait_for(timeout=ACK)
    page.context.set_offline(False)
    page.locator(".vk-dot.vk-online").wait_for(timeout=ACK)


def test_the_begeleider_leads_with_the_keyboard_and_stops_only_after_a_confirmation(gallery):
    page = gallery("begeleider", 1440)
    page.get_by_role("button", name="Sluit de sessie").focus()
    page.keyboard.press("Enter")
    assert page.get_by_text("Niemand kan daarna nog iets invullen.").is_visible()
    page.get_by_role("button", name="Ja, sluit").press("Enter")
    page.get_by_text("De sessie is gesloten.").wait_for(timeout=ACK)
    page.get_by_role("button", name="Heropen de sessie").press("Enter")
    page.get_by_role("button", name="Sluit de sessie").wait_for(timeout=ACK)
    page.get_by_role("button", name="Holy-Zuid").press("Enter")
    page.locator(".vk-rank.vk-selected", has_text="Holy-Zuid").wait_for(timeout=ACK)


def test_the_begeleider_shows_undoes_and_gives_back_with_a_reason(gallery):
    page = gallery("begeleider", 1440)
    story = page.locator(".vk-story").first
    story.get_by_role("button", name="toon").click()
    story.get_by_text("zichtbaar voor de zaal").wait_for(timeout=ACK)
    story.get_by_role("button", name="maak ongedaan").click()
    story.get_by_text("nog niet getoond").wait_for(timeout=ACK)
    story.get_by_role("button", name="geef terug").click()
    story.locator("textarea").fill("Graag zonder straatnaam.")
    story.get_by_role("button", name="Geef terug met deze reden").click()
    story.get_by_text("Graag zonder straatnaam.").wait_for(timeout=ACK)


def test_notes_arrive_as_a_download_and_a_failure_is_explained(gallery):
    page = gallery("begeleider", 1440)
    panel = page.locator(".vk-download")
    panel.get_by_text("om te delen").click()
    with page.expect_download(timeout=ACK) as download:
        panel.get_by_role("button", name="Word").click()
    assert download.value.suggested_filename == "verslag-deelbaar.docx"
    assert Path(download.value.path()).read_bytes() == b"# Verslag\n" * 300_000
    panel.get_by_role("button", name="Excel").click()
    panel.get_by_role("alert").get_by_text("Excel lukt nu niet.").wait_for(timeout=ACK)


def test_one_answer_costs_little_on_the_wire(gallery):
    page = gallery("deelnemer", 390)
    page.wait_for_timeout(500)
    page.sent.clear()
    page.received.clear()
    page.locator(".vk-answer").get_by_text("Deels").click()
    page.wait_for_function("!document.querySelector('.vk-answer').textContent.includes('wordt bewaard')")
    page.wait_for_timeout(300)
    frames = [json.dumps(f) if isinstance(f, dict) else f for f in page.received]
    assert sum(len(f) for f in frames) < 8_000
