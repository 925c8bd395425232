"""The quick scan: the choices on the page, and that its figures are those of the signal."""

from __future__ import annotations

import math
from typing import Any

import pytest
from apps_hall import Browser, Town

from veerkracht_nb.apps import QuickScanParameters, quick_scan
from veerkracht_nb.apps import quick_scan as page_function
from veerkracht_nb.apps.quick_scan import QuickScan
from veerkracht_nb.signal import FOCUS, Signal, compute_signal, robustness
from veerkracht_nb.widgets import ErrorPanel


class Page:
    """Gives the page the name under which :class:`Browser` looks for its widgets."""

    def __init__(self, widget: QuickScan) -> None:
        self.widget = widget


@pytest.fixture(scope="module")
def scan() -> QuickScan:
    page = quick_scan(QuickScanParameters())
    assert isinstance(page, QuickScan)
    return page


@pytest.fixture(scope="module")
def browser(scan: QuickScan) -> Browser:
    return Browser(Page(scan))


def rows_of(scan: QuickScan) -> list[list[Any]]:
    """Rows of the table as the browser gets them: code first."""
    return scan._table.rows  # type: ignore[return-value]


def check_table(scan: QuickScan, signal: Signal) -> None:
    """Hold every cell of the table against the signal."""
    buurten = scan.municipality.buurten
    shown = {row[0]: row[1:] for row in rows_of(scan)}
    assert set(shown) == set(buurten.index[~buurten["water"]])
    for code, cells in shown.items():
        row = signal.table.loc[code]
        assert cells[:3] == [buurten.at[code, "name"], buurten.at[code, "wijk_name"], row["letter"]]
        for cell, column in zip(cells[4:8], ("k1", "dk", "o1", "do"), strict=True):
            assert (cell is None) if math.isnan(row[column]) else (cell == row[column]), (code, column)
        assert cells[8:] == [FOCUS[row["focus"]].label, row["why_x"]]
    firm = robustness(signal).table
    assert {code: cells[3] for code, cells in shown.items()} == {
        code: None if math.isnan(support) else 100 * support
        for code, support in firm["support"].items()
        if code in shown
    }
    letters = {
        code: signal.table.at[code, "letter"] + "?" * int(firm.at[code, "uncertain"]) for code in shown
    }
    assert scan._maps[0].laag.classes == letters
    assert scan._maps[1].laag.classes == {code: signal.table.at[code, "focus"] for code in shown}
    for number, (x, y) in enumerate((("k1", "o1"), ("dk", "do"))):
        known = signal.table.dropna(subset=[x, y])
        for trace in scan._charts.widget.data[6 * number : 6 * number + 6]:
            of_class = known[known["letter"] == trace.name]
            assert list(trace.hovertext) == list(buurten.loc[of_class.index, "name"])
            assert list(trace.x) == list(of_class[x]) and list(trace.y) == list(of_class[y])


def test_table_maps_and_scatter_are_those_of_the_signal(scan: QuickScan, town: Town) -> None:
    check_table(scan, town.background.signal)
    assert any(cell is None for row in rows_of(scan) for cell in row), "missing is not zero"


def test_another_view_and_another_profile_are_computed_and_shown(scan: QuickScan, browser: Browser) -> None:
    relative = scan.signal
    assert browser.say(scan._views, "laag", layer="absoluut")["ok"]
    assert scan.signal.view == "absoluut" == scan._views.layer
    assert not scan.signal.table["dk"].equals(relative.table["dk"])
    check_table(scan, compute_signal(scan.municipality, profile=relative.profile, view="absoluut"))
    assert len(scan._profiles.options) == 2, "the embedded municipality has figures for both"
    other = next(key for key, _label in scan._profiles.options if key != relative.profile)
    assert browser.say(scan._profiles, "laag", layer=other)["ok"]
    assert (scan.signal.profile, scan.signal.view) == (other, "absoluut"), "the other choice stays"
    check_table(scan, compute_signal(scan.municipality, profile=other, view="absoluut"))
    browser.say(scan._profiles, "laag", layer=relative.profile)
    browser.say(scan._views, "laag", layer="relatief")
    check_table(scan, relative)


def test_a_buurt_is_chosen_everywhere_at_once(scan: QuickScan, browser: Browser) -> None:
    code = rows_of(scan)[3][0]
    assert browser.say(scan._table, "kies", buurt=code)["ok"]
    assert {kaart.selected for kaart in scan._maps} == {code} and scan._card.facts["code"] == code
    other = rows_of(scan)[5][0]
    scan._maps[1].laag.set_state({"selected": other})
    assert scan._maps[0].selected == other == scan._table.selected == scan._card.facts["code"]
    scan._maps[1].laag.set_state({"selected": None})
    assert scan._table.selected == "" and scan._card.facts == {}


def test_the_second_map_shows_ownership_and_the_projection(scan: QuickScan, browser: Browser) -> None:
    land = scan.municipality.buurten.index[~scan.municipality.buurten["water"]]
    year = scan.municipality.years("p_wcorpw")[-1]
    share = scan.municipality.table(year)["p_wcorpw"]
    assert browser.say(scan._layers, "laag", layer="bezit")["ok"]
    shown = scan._maps[1].laag.classes
    assert {code for code in land if shown[code] == "corporatiebuurt"} == {
        c for c in land if share[c] >= 200 / 3
    }
    assert {code for code in land if shown[code] == "onbekend"} == {c for c in land if math.isnan(share[c])}
    assert browser.say(scan._layers, "laag", layer="straks")["ok"]
    assert scan.projection is not None
    chance = scan.projection.table["p_beide"]
    shown = scan._maps[1].laag.classes
    assert {code for code in land if shown[code] == "vrijwel zeker"} == {c for c in land if chance[c] >= 0.9}
    assert "geen voorspelling" in browser.all_it_can_read()
    assert browser.say(scan._layers, "laag", layer="onzin")["ok"] is False
    assert browser.say(scan._layers, "laag", layer="focus")["ok"]


def test_the_chosen_buurt_has_its_years_in_the_chart_and_its_certainty_on_the_card(scan: QuickScan) -> None:
    code = str(scan.signal.table.index[scan.signal.table["letter"] == "A"][0])
    scan._select(code)
    own = scan._charts.widget.data[-4]
    assert own.name == scan.municipality.buurten.at[code, "name"]
    assert own.x[-1] == scan.signal.period.k1 and own.y[-1] == pytest.approx(scan.signal.table.at[code, "k1"])
    reasons = " ".join(scan._card.facts["reasons"])
    assert "varianten" in reasons and "Doortrekken van een trend is geen voorspelling" in reasons
    scan._select("")


def test_every_buurt_can_be_chosen_also_without_figures(scan: QuickScan) -> None:
    for code in scan.municipality.buurten.index:
        scan._select(code)
        assert scan._card.facts["code"] == code and scan._card.facts["reasons"]
    scan._select("")


@pytest.mark.parametrize(
    ("part", "name", "body"),
    [
        ("_table", "kies", {"buurt": "BU00000000"}),
        ("_table", "kies", {}),
        ("_profiles", "laag", {"layer": "onzin"}),
        ("_views", "laag", {"layer": 3}),
    ],
)
def test_forged_choices_change_nothing(
    scan: QuickScan, browser: Browser, part: str, name: str, body: dict[str, object]
) -> None:
    signal, selected = scan.signal, scan._table.selected
    assert browser.say(getattr(scan, part), name, **body)["ok"] is False
    assert scan.signal is signal and scan._table.selected == selected


def test_what_must_be_printed_with_the_map_is_on_the_page(scan: QuickScan, browser: Browser) -> None:
    text = browser.all_it_can_read()
    for note in scan.signal.notes:
        assert note in text
    assert "benadering met open data" in text.lower()


@pytest.mark.parametrize("name", ["Nergenshuizen", "__import__('os').system('ls')"])
def test_an_unknown_gemeente_is_a_panel_that_says_what_there_is(name: str) -> None:
    page = page_function(QuickScanParameters(gemeente=name))
    assert isinstance(page, ErrorPanel)
    assert "Veerdam (GM9901" in repr(page.get_state()) and "veerkracht data import" in repr(page.get_state())
