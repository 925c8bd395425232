"""The quick scan: the choices on the page, and that its figures are those of the signal."""

from __future__ import annotations

import math
from typing import Any

import pytest
from apps_hall import Browser, Town

from veerkracht_nb.apps import QuickScanParameters, quick_scan
from veerkracht_nb.apps import quick_scan as page_function
from veerkracht_nb.apps.quick_scan import QuickScan
from veerkracht_nb.signal import FOCUS, Signal, compute_signal
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
        for cell, column in zip(cells[3:7], ("k1", "dk", "o1", "do"), strict=True):
            assert (cell is None) if math.isnan(row[column]) else (cell == row[column]), (code, column)
        assert cells[7:] == [FOCUS[row["focus"]].label, row["why_x"]]
    for name, column in (("letter", "letter"), ("focus", "focus")):
        classes = scan._maps[name].laag.classes
        assert classes == {code: signal.table.at[code, column] for code in shown}
    known = signal.table.dropna(subset=["k1", "o1"])
    for trace in scan._scatter.data:
        of_class = known[known["letter"] == trace.name]
        assert list(trace.text) == list(buurten.loc[of_class.index, "name"])
        assert list(trace.x) == list(of_class["k1"]) and list(trace.y) == list(of_class["o1"])


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
    assert {kaart.selected for kaart in scan._maps.values()} == {code} and scan._card.facts["code"] == code
    other = rows_of(scan)[5][0]
    scan._maps["focus"].laag.set_state({"selected": other})
    assert scan._maps["letter"].selected == other == scan._table.selected == scan._card.facts["code"]
    scan._maps["focus"].laag.set_state({"selected": None})
    assert scan._table.selected == "" and scan._card.facts == {}


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
