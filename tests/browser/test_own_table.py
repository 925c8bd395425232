"""An own table in a real browser: bad rows, the map, keeping, removing, with the keyboard and without a mouse."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from veerkracht_nb.areas import Municipality
from veerkracht_nb.signal import profiles_of
from veerkracht_nb.sources import load_municipality, save_municipality

from .conftest import ROOT
from .room import LAPTOP, WAIT, Visitor
from .served import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]

HOSTILE = (
    "<script>window.hacked = 1</script>",
    '<img src=x onerror="window.hacked = 1">',
    "مرحبا \u202e omgekeerd",
    "👩‍👩‍👧‍👦" * 5,
    '=HYPERLINK("http://kwaad")',
    "Aaneengeschreven" * 4,
)


@pytest.fixture
def town(served: Served, monkeypatch: pytest.MonkeyPatch) -> Iterator[Municipality]:
    """The embedded gemeente as if it were a real one, on the laptop of the server."""
    monkeypatch.setenv("VEERKRACHT_DATA", str(served.data))
    made = replace(load_municipality("GM9901"), code="GM9902", name="Proefdam", fictional=False)
    path = save_municipality(made)
    yield load_municipality("GM9902")
    path.unlink()


@pytest.fixture
def beheer(browser: Any, served: Served) -> Iterator[Visitor]:
    """The administrator's browser, which may not meet an error or ask another host for anything."""
    visitor = Visitor(browser, served.address, LAPTOP)
    visitor.page.goto(served.address + served.beheer)
    yield visitor
    met = (visitor.foreign, visitor.errors, visitor.dialogs)
    visitor.context.close()
    assert met == ([], [], [])


def land(town: Municipality) -> list[str]:
    return [str(code) for code in town.buurten.index[~town.buurten["water"]]]


def meldingen(town: Municipality, path: Path, *, wrong: bool) -> Path:
    """Write a table of two years without the last three buurten; `wrong` gives it two bad rows."""
    lines = ["buurtcode;meldingen 2020;meldingen 2024"]
    lines += [f"{code};{number},5;{number * 2},0" for number, code in enumerate(land(town)[:-3])]
    if wrong:
        lines[2] = lines[2].replace(land(town)[1], "BU99019999")
        lines[4] = lines[4].rsplit(";", 1)[0] + ";veel"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def barriers(page: Page) -> list[str]:
    """Return what axe finds serious or critical."""
    found = Axe().run(page).response["violations"]
    worst = [item for item in found if item["impact"] in ("serious", "critical")]
    return [f"{item['id']}: {node['html'][:160]}" for item in worst for node in item["nodes"][:2]]


def open_page(beheer: Visitor, gemeente: str) -> Page:
    beheer.page.goto(f"{beheer.address}/eigentabel?gemeente={gemeente}")
    expect(beheer.page.locator(".vk-file")).to_be_visible(timeout=WAIT)
    return beheer.page


def choose_file(page: Page, path: Path) -> None:
    page.locator("input[type=file]").set_input_files(path)
    expect(page.locator(".vk-own-name")).to_contain_text(path.name[:12], timeout=WAIT)


def fill(page: Page) -> None:
    """Say which way is worse and who made the figures, then have the table checked."""
    for number in range(page.locator(".vk-own-used").count()):
        page.locator(".vk-own-used").nth(number).get_by_label("Een hoger cijfer is").select_option("worse")
    page.get_by_label("Bron: wie").fill("Gemeente Proefdam")
    page.get_by_role("button", name="Controleer en bekijk").click()
    expect(page.locator(".vk-own-save")).to_be_visible(timeout=WAIT)


def test_two_bad_rows_are_explained_left_out_looked_at_and_kept(
    beheer: Visitor, town: Municipality, tmp_path: Path
) -> None:
    page = open_page(beheer, "GM9902")
    assert barriers(page) == []
    choose_file(page, meldingen(town, tmp_path / "meldingen_overlast.csv", wrong=True))
    page.get_by_role("button", name="Controleer en bekijk").click()
    expect(page.get_by_role("alert")).to_contain_text("wat een hoger cijfer betekent", timeout=WAIT)
    fill(page)
    rows = page.locator(".vk-own-errors tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("BU99019999")
    expect(rows.nth(1)).to_contain_text("veel")
    save = page.get_by_role("button", name="Bewaar bij deze gemeente")
    expect(save).to_be_disabled()
    assert barriers(page) == []

    shown = page.locator("path.vk-buurt")
    expect(shown).to_have_count(len(town.buurten), timeout=WAIT)
    said = shown.evaluate_all("all => Object.fromEntries(all.map((p) => [p.dataset.code, p.ariaLabel]))")
    absent = [code for code, words in said.items() if "Niet in de tabel" in words]
    assert set(absent) == {*land(town)[-3:], land(town)[1]}
    page.get_by_label("Toon op de kaart").select_option(label="meldingen (2024)")
    expect(page.locator(".vk-legenda summary").first).to_have_text("meldingen (2024)")

    assert profiles_of(load_municipality("GM9902")).keys() == profiles_of(town).keys()
    page.get_by_text("Laat weg wat fout is").click()
    expect(save).to_be_enabled(timeout=WAIT)
    save.click()
    expect(page.locator(".vk-own-done")).to_contain_text("Te kiezen als profiel", timeout=WAIT)
    assert "eigen_meldingen_overlast" in profiles_of(load_municipality("GM9902"))
    assert not beheer.wider_than_the_window and barriers(page) == []
    if pictures := os.environ.get("VEERKRACHT_PICTURES"):
        page.screenshot(path=ROOT / pictures / "eigentabel.png", full_page=True)

    page.get_by_role("button", name="Verwijder: meldingen overlast").click()
    expect(page.get_by_text("is verwijderd, met alle cijfers")).to_be_visible(timeout=WAIT)
    assert load_municipality("GM9902").own_profiles == ()
    page.get_by_role("button", name="Zet terug").click()
    expect(page.get_by_role("button", name="Verwijder: meldingen overlast")).to_be_visible(timeout=WAIT)
    assert "eigen_meldingen_overlast" in profiles_of(load_municipality("GM9902"))


def test_what_was_filled_in_stays_when_the_file_comes_back_without_its_errors(
    beheer: Visitor, town: Municipality, tmp_path: Path
) -> None:
    page = open_page(beheer, "GM9902")
    path = tmp_path / "meldingen.csv"
    choose_file(page, meldingen(town, path, wrong=True))
    page.get_by_label("Titel").fill("Overlast bij ons")
    fill(page)
    choose_file(page, meldingen(town, path, wrong=False))
    expect(page.locator(".vk-own-save")).to_have_count(0)
    assert page.get_by_label("Titel").input_value() == "Overlast bij ons"
    assert page.locator(".vk-own-used select").first.input_value() == "worse"
    page.get_by_role("button", name="Controleer en bekijk").click()
    expect(page.get_by_text("In alle regels staat wat er verwacht wordt.")).to_be_visible(timeout=WAIT)
    expect(page.get_by_role("button", name="Bewaar bij deze gemeente")).to_be_enabled()
    expect(page.locator("path.vk-buurt")).to_have_count(len(town.buurten), timeout=WAIT)

    page.get_by_label("Titel").press("End")
    page.get_by_label("Titel").press_sequentially(" 2")
    expect(page.get_by_text("U heeft iets veranderd")).to_be_visible(timeout=WAIT)
    expect(page.get_by_role("button", name="Bewaar bij deze gemeente")).to_be_disabled()
    assert page.get_by_label("Titel").input_value() == "Overlast bij ons 2"


def test_hostile_cells_and_names_are_text_and_with_the_embedded_gemeente_one_can_practise(
    beheer: Visitor, tmp_path: Path
) -> None:
    codes = land(load_municipality("GM9901"))
    quoted = ['"' + text.replace('"', '""') + '"' for text in HOSTILE]
    lines = [",".join(["code", *quoted])]
    lines += [",".join([code, *(str(number + i) for i in range(6))]) for number, code in enumerate(codes)]
    lines += [",".join([text, *quoted]) for text in quoted]
    path = tmp_path / ("<b>kwaad</b>" * 3 + " 👩‍👩‍👧‍👦.csv").replace("/", "_")
    path.write_text("\n".join(lines), encoding="utf-8")
    page = open_page(beheer, "GM9901")
    page.locator("input[type=file]").set_input_files(path)
    expect(page.locator(".vk-own-column")).to_have_count(6, timeout=WAIT)
    for number in range(6):
        page.locator(".vk-own-column input[type=checkbox]").nth(number).check()
    page.get_by_label("Jaar van de cijfers").fill("2024")
    fill(page)
    expect(page.locator(".vk-own-errors tbody tr")).to_have_count(6)
    expect(page.get_by_text("hier kunt u oefenen")).to_be_visible()
    expect(page.get_by_role("button", name="Bewaar bij deze gemeente")).to_be_disabled()
    assert page.evaluate("window.hacked") is None
    assert page.locator(":is(.vk-own, .vk-table, .vk-legenda) :is(script, img, iframe, b > b)").count() == 0
    assert barriers(page) == []
    for width in (1440, 1024, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert not beheer.wider_than_the_window, width


def test_a_file_that_cannot_be_taken_is_explained_and_another_can_be_chosen(
    beheer: Visitor, town: Municipality, tmp_path: Path
) -> None:
    page = open_page(beheer, "GM9902")
    large, web = tmp_path / "groot.csv", tmp_path / "pagina.csv"
    large.write_bytes(b"code;x\n" + b"BU99010101;1\n" * 450_000)
    web.write_text("<!doctype html><html><body>niet gevonden</body></html>")
    page.locator("input[type=file]").set_input_files(large)
    expect(page.get_by_role("alert")).to_contain_text("te groot", timeout=WAIT)
    expect(page.get_by_role("alert")).to_contain_text("5 MB")
    page.locator("input[type=file]").set_input_files(web)
    expect(page.get_by_role("alert")).to_contain_text("geen tabel", timeout=WAIT)
    choose_file(page, meldingen(town, tmp_path / "goed.csv", wrong=False))
    expect(page.get_by_role("alert")).to_have_count(0)


def test_the_whole_form_works_with_the_keyboard(beheer: Visitor, town: Municipality, tmp_path: Path) -> None:
    page = open_page(beheer, "GM9902")
    choose_file(page, meldingen(town, tmp_path / "meldingen.csv", wrong=True))
    page.locator("input[type=file]").focus()
    reached = []
    for _ in range(40):
        assert page.evaluate(OUTLINED) is True, page.evaluate(OUTLINED)
        reached.append(page.evaluate("document.activeElement.dataset.k || ''"))
        if reached[-1] == "check":
            break
        if reached[-1].startswith("direction-"):
            page.keyboard.press("ArrowDown")
        if reached[-1] == "source":
            page.keyboard.type("Gemeente Proefdam")
        page.keyboard.press("Tab")
    ordered = ["file", "code", "use-1", "label-1", "direction-1", "unit-1", "year-1", "use-2"]
    assert reached[: len(ordered)] == ordered and reached[-1] == "check"
    page.keyboard.press("Enter")
    expect(page.locator(".vk-own-save")).to_be_visible(timeout=WAIT)
    assert page.evaluate("document.activeElement.dataset.k") == "check"
    page.locator(".vk-own-errors").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    save = page.get_by_role("button", name=re.compile("^Bewaar bij"))
    expect(save).to_be_enabled(timeout=WAIT)
    save.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".vk-own-done")).to_be_visible(timeout=WAIT)
    assert len(load_municipality("GM9902").own_profiles) == 1
    assert page.evaluate("document.activeElement.className") == "vk-own-done"
    page.get_by_role("button", name="Verwijder: meldingen").press("Enter")
    expect(page.get_by_role("button", name="Zet terug")).to_be_focused(timeout=WAIT)


# The element with the focus, or what stands for it, must be outlined.
OUTLINED = """
() => {
  const el = document.activeElement;
  const drawn = (node) => {
    const style = getComputedStyle(node);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
  };
  return [el, el.nextElementSibling].filter(Boolean).some(drawn) || el.outerHTML.slice(0, 160);
}
"""
