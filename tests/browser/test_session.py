"""A whole session with real browsers: one facilitator, one screen, three participants."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from docx import Document
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from .room import WAIT, Facilitator, Participant, Screen
from .served import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]

STORY = 'Sinds het buurthuis dicht is <b>staan</b> de jongeren op de hoek. =HYPERLINK("x") 🏘️'
SECRET = "dit-mag-niemand-anders-zien"


def test_session_from_join_to_notes(browser: Any, served: Served, tmp_path: Path) -> None:
    facilitator, screen = Facilitator(browser, served.address), Screen(browser, served.address)
    facilitator.open(served.facilitator)
    screen.open(served.screen)
    anna, bilal, cor = (Participant(browser, served.address) for _ in range(3))
    everybody = [facilitator, screen, anna, bilal, cor]

    # Joining: everybody arrives, the others see it without a click.
    anna.join(served.code, "Bewoner")
    bilal.join(served.code, "Bewoner")
    cor.join(served.code, "Zorg en welzijn")
    expect(facilitator.page.locator(".vk-roles h2")).to_have_text("In de zaal: 3", timeout=WAIT)
    expect(screen.page.locator(".vk-people")).to_contain_text("3 mensen", timeout=WAIT)

    # Wat valt je op: each alone.
    facilitator.start("Wat valt je op?")
    for person in (anna, bilal, cor):
        expect(person.page.locator(".vk-question")).to_contain_text("Wat valt je op?", timeout=WAIT)
    anna.choose("De Weren")
    anna.write(SECRET)
    anna.save()
    expect(facilitator.page.locator(".vk-step-nu")).to_contain_text("1 reactie", timeout=WAIT)

    # Zien wij hetzelfde: live counts for the facilitator, nothing yet for the room.
    facilitator.start("Zien wij hetzelfde?")
    facilitator.choose("De Weren")
    for person, recognition in ((anna, "Herken ik"), (bilal, "Herken ik niet"), (cor, "Deels")):
        person.choose("De Weren")
        person.answer(recognition, "slechter")
    expect(facilitator.page.locator(".vk-bars")).to_contain_text("3 stemmen", timeout=WAIT)
    assert not anna.page.locator(".vk-bars:visible").count()

    # The reveal: now everybody sees the distribution, and a later answer stays beside the first.
    facilitator.page.get_by_role("button", name="Laat de zaal hiernaar kijken").click()
    facilitator.reveal("verdeling")
    for visitor in (anna, bilal, cor, screen):
        expect(visitor.page.locator(".vk-bars:visible")).to_contain_text("3 stemmen", timeout=WAIT)
    bilal.answer("Deels")
    expect(bilal.page.locator(".vk-answer")).to_contain_text("eerst: herken ik niet", timeout=WAIT)

    # Het verhaal: a typed text survives a reload, and the same seat comes back.
    facilitator.start("Het verhaal hierachter")
    anna.choose("De Weren")
    anna.write(STORY)
    anna.page.reload()
    anna.ready()
    anna.choose("De Weren")
    expect(anna.page.locator(".vk-form textarea:visible")).to_have_value(STORY, timeout=WAIT)
    anna.page.get_by_label("ontmoeten", exact=True).check(force=True)
    anna.save()
    expect(facilitator.page.locator(".vk-roles h2")).to_have_text("In de zaal: 3")
    story = facilitator.page.locator(".vk-story", has_text="buurthuis")
    expect(story).to_be_visible(timeout=WAIT)
    expect(story).to_contain_text("<b>staan</b>")
    expect(story).to_contain_text("ontmoeten")
    assert not screen.page.get_by_text("buurthuis").count()
    story.get_by_role("button", name="toon", exact=True).click()
    facilitator.reveal("alles")
    for visitor in (bilal, cor, screen):
        expect(visitor.page.locator(".vk-story", has_text="buurthuis")).to_be_visible(timeout=WAIT)

    # Take the notes home.
    word = Document(str(facilitator.export("Word", tmp_path)))
    assert any("buurthuis" in paragraph.text for paragraph in word.paragraphs)
    sheets = CalamineWorkbook.from_path(str(facilitator.export("Excel", tmp_path)))
    assert any(
        STORY in row for name in sheets.sheet_names for row in sheets.get_sheet_by_name(name).to_python()
    )
    assert facilitator.export("GeoPackage", tmp_path).read_bytes().startswith(b"SQLite format 3")

    # What nobody was to see went to nobody but the facilitator; nobody asked anything of another host.
    for visitor in (bilal, cor, screen):
        assert not visitor.told(SECRET)
    assert [url for visitor in everybody for url in visitor.foreign] == []
    assert [error for visitor in everybody for error in visitor.errors] == []
    for visitor in everybody:
        visitor.context.close()
