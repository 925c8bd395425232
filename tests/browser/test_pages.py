"""Every page as a page: accessible, nothing from elsewhere, the start page, and a real municipality."""

from __future__ import annotations

import os
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from veerkracht_nb.apps.prepare import prepare_session
from veerkracht_nb.dialogue import Session, list_sessions

from .access import barriers, focus_is_visible
from .conftest import ROOT
from .room import LAPTOP, WAIT, Hall, Visitor
from .served import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]

BUURT = "De Weren"
STEPS = {
    "Wat je ziet, en wat niet": "Waar kijken we naar?",
    "Wat valt je op?": "Wat valt je op?",
    "Zien wij hetzelfde?": "Herken je dit beeld?",
    "Het verhaal hierachter": "Wat is het verhaal hierachter?",
    "Hoe verder": "Wat willen we hier een volgende keer over weten?",
}


def test_pages_before_the_session_are_accessible_and_complete(hall: Hall, served: Served) -> None:
    visitor = hall.somebody(viewport={"width": 320, "height": 640})
    page, found = visitor.page, []
    wrong = {"/": "code", "/s/XXXXXX": "wrong code", hall.join_path: "roles", "/niets": "nothing here"}
    for path, name in wrong.items():
        page.goto(visitor.address + path)
        found += barriers(page, name)
        assert not visitor.wider_than_the_window, name
    page.goto(visitor.address + served.beheer)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Veerkracht op deze laptop")
    found += barriers(page, "start")
    assert not visitor.wider_than_the_window
    page.goto(visitor.address + "/gegevens")
    found += barriers(page, "fetching")
    page.goto(visitor.address + "/")
    page.get_by_role("link", name=re.compile(f"Verwijderen .*{hall.session.code}")).press("Enter")
    found += barriers(page, "delete")
    for path, name in {"/wandkaart": "maps", "/wijkprofiel": "profiles"}.items():
        page.goto(f"{visitor.address}{path}?gemeente=GM9901")
        expect(page.locator(".vk-download")).to_be_visible(timeout=WAIT)
        found += barriers(page, name)
        assert not visitor.wider_than_the_window, name
    visitor.open("/quickscan?gemeente=GM9901")
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(page.locator(".vk-plot svg").first).to_be_visible(timeout=WAIT)
    found += barriers(page, "quick scan")
    assert not visitor.wider_than_the_window
    assert found == []


def test_pages_of_a_session_are_accessible_in_every_step(hall: Hall) -> None:
    facilitator, screen, anna = hall.facilitator(), hall.screen(), hall.participant()
    narrow = hall.participant(viewport={"width": 320, "height": 256})
    found = barriers(anna.page, "welcome") + barriers(facilitator.page, "before the first step")
    facilitator.choose(BUURT)
    for title, question in STEPS.items():
        facilitator.start(title)
        for person in (anna, narrow):
            person.follows(question)
            person.choose(BUURT)
        if anna.page.locator(".vk-form:visible").count():
            anna.write(f"Wat ik zeg bij {title}")
            found += barriers(anna.page, f"{title}, typing")
            anna.save()
            facilitator.judge(f"Wat ik zeg bij {title}", "toon")
            facilitator.reveal("alles")
        elif anna.page.locator(".vk-answer:visible").count():
            anna.answer("Deels")
            hall.voices(4, BUURT, "herken")
            facilitator.reveal("verdeling")
            expect(anna.page.locator(".vk-bars:visible")).to_be_visible(timeout=WAIT)
        for visitor in (anna, facilitator, screen):
            found += barriers(visitor.page, title)
            assert not visitor.wider_than_the_window, title
        assert not narrow.wider_than_the_window, title
    narrow.page.get_by_role("tab", name="Kaart").click()
    assert not narrow.wider_than_the_window, "with the map"
    assert found == []
    assert not screen.page.locator(":is(button, input, textarea, select, summary):visible").count()

    # Phones get no analyst's tools.
    assert not [url for url in anna.requests + screen.requests if "plotly" in url]
    focus_is_visible(facilitator.page, most=45)
    focus_is_visible(anna.page, most=25)


def test_a_browser_that_asks_for_contrast_gets_it(hall: Hall) -> None:
    anna = hall.participant(contrast="more")
    colour = "getComputedStyle(document.querySelector('.vk-title')).color"
    assert anna.page.evaluate(colour) == "rgb(0, 0, 0)"
    assert barriers(anna.page, "contrast") == []


def test_the_start_page_prepares_runs_and_removes_a_session(
    browser: Any, served: Served, tmp_path: Path
) -> None:
    beheer = Visitor(browser, served.address, LAPTOP)
    page = beheer.page
    page.goto(served.address + served.beheer)
    page.get_by_label("Titel").fill('Zaal <i>"drie"</i>')
    page.get_by_label("Draaiboek").select_option("kennismaking")
    page.get_by_role("button", name="Sessie klaarzetten").dblclick()  # makes one session
    card = page.locator("article", has_text='Zaal <i>"drie"</i>')
    expect(card).to_be_visible(timeout=WAIT)
    (info,) = [s for s in list_sessions(served.sessions) if s.title.startswith("Zaal")]

    with page.context.expect_page() as opened:
        card.get_by_role("link", name=re.compile("^Beginnen")).click()
    leading = opened.value
    expect(leading.locator(".vk-title")).to_have_text('Zaal <i>"drie"</i>', timeout=WAIT)
    leading.get_by_role("button", name=re.compile("Start stap 1:")).click()
    expect(leading.locator(".vk-step-nu")).to_be_visible(timeout=WAIT)
    page.reload()
    expect(card.get_by_role("link", name=re.compile("^Verdergaan"))).to_be_visible()

    with page.expect_download(timeout=WAIT) as waiting:
        card.get_by_role("button", name=re.compile("^Verslag maken")).click()
    notes = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(notes)
    with zipfile.ZipFile(notes) as archive:
        assert {Path(name).suffix for name in archive.namelist()} >= {".md", ".docx", ".xlsx", ".gpkg"}

    card.get_by_role("button", name=re.compile("^Afsluiten")).click()
    expect(card.locator(".staat")).to_have_text("afgesloten")
    expect(leading.locator(".vk-closed").first).to_be_visible(timeout=WAIT)
    card.get_by_role("link", name=re.compile("^Verwijderen")).click()
    page.get_by_role("link", name="Nee, terug").click()
    expect(card).to_be_visible()
    card.get_by_role("link", name=re.compile("^Verwijderen")).click()
    page.get_by_role("button", name="Ja, verwijderen").click()
    expect(page.get_by_role("heading", name="Sessies")).to_be_visible()
    expect(card).to_have_count(0)
    assert not info.path.exists()
    assert (beheer.foreign, beheer.errors, beheer.dialogs) == ([], [], [])
    beheer.context.close()


@pytest.fixture
def rotterdam(served: Served, shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A session about a real municipality, from the publishers' own files."""
    rivm = shared_data / "kwetsbaarheid" / "rivm_gezondheidsmonitor_18plus_2012_2016_2020_nl.parquet"
    served.run("data", "import", str(rivm), str(shared_data / "ruw"), "--gemeente", "Rotterdam")
    monkeypatch.setenv("VEERKRACHT_DATA", str(served.data))
    return prepare_session("Rotterdam", script="kennismaking", folder=served.sessions)


@pytest.mark.shared
def test_a_session_about_rotterdam(browser: Any, served: Served, rotterdam: Session) -> None:
    hall = Hall(browser, served.address, rotterdam)
    facilitator, screen, anna = hall.facilitator(), hall.screen(), hall.participant()
    for visitor in (facilitator, anna):
        on_map = visitor.page.locator("path.vk-buurt").evaluate_all("all => all.map((p) => p.dataset.code)")
        listed = visitor.page.locator(".vk-rij").evaluate_all("all => all.map((r) => r.dataset.code)")
        assert len(on_map) == len(listed) == 91
        assert set(on_map) == set(listed) == {buurt.code for buurt in rotterdam.state().buurten}
        words = visitor.page.evaluate(
            "[...document.querySelectorAll('path.vk-buurt')].filter((p) => p.getAttribute('aria-label')"
            " !== document.querySelector(`.vk-rij[data-code='${p.dataset.code}']`).getAttribute('aria-label')).length"
        )
        assert words == 0, "map and list say the same"
    facilitator.start("Zien wij hetzelfde?")
    facilitator.choose("Hillesluis")
    anna.follows("Herken je dit beeld?")
    anna.choose("Hillesluis")
    anna.answer("Herken ik", "slechter")
    expect(facilitator.page.locator(".vk-bars")).to_contain_text("1 stem", timeout=WAIT)
    pictures = os.environ.get("VEERKRACHT_PICTURES")
    source = screen.page.get_by_text("Bron: ").last
    box = source.bounding_box()
    assert box and box["y"] + box["height"] <= 1080, "the sources are on the screen as a whole"
    for visitor, name in ((facilitator, "laptop"), (screen, "beamer"), (anna, "telefoon")):
        assert not visitor.wider_than_the_window
        if pictures:
            visitor.page.screenshot(path=ROOT / pictures / f"rotterdam-{name}.png")
    hall.close()
