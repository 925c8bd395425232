"""The quick scan: the choices on the page, and that its figures are those of the signal."""

from __future__ import annotations

import asyncio
import math
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from apps_hall import Browser, Town

from veerkracht_nb.apps import QuickScanParameters, idle, quick_scan
from veerkracht_nb.apps import quick_scan as page_function
from veerkracht_nb.apps import quick_scan_maps as maps
from veerkracht_nb.apps.quick_scan import QuickScan
from veerkracht_nb.apps.quick_scan_results import Results
from veerkracht_nb.apps.quick_scan_table import rows
from veerkracht_nb.apps.signals import signal_of
from veerkracht_nb.areas.changes import BuurtChange
from veerkracht_nb.signal import PALETTES, Signal, robustness, spatial
from veerkracht_nb.sources import load_municipality
from veerkracht_nb.widgets import ErrorPanel


class Page:
    """Gives the page the name under which :class:`Browser` looks for its widgets."""

    def __init__(self, widget: QuickScan) -> None:
        self.widget = widget


@pytest.fixture(scope="module", autouse=True)
def _no_event_loop() -> Iterator[None]:
    """As in a script; the browser of other tests may have left a loop running."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(idle, "_loop", lambda: None)
        yield


@pytest.fixture(scope="module")
def scan() -> QuickScan:
    page = quick_scan(QuickScanParameters())
    assert isinstance(page, QuickScan)
    return page


@pytest.fixture(scope="module")
def browser(scan: QuickScan) -> Browser:
    return Browser(Page(scan))


def bar_with(scan: QuickScan, key: str) -> Any:
    bars = (scan._figures, scan._how, scan._what)
    return next(bar for bar in bars if any(choice["key"] == key for choice in bar.choices))


def choose(scan: QuickScan, browser: Browser, key: str, value: str) -> dict[str, Any]:
    return browser.say(bar_with(scan, key), "keuze", key=key, value=value)


def options(scan: QuickScan, key: str) -> list[str]:
    found = next(choice for choice in bar_with(scan, key).choices if choice["key"] == key)
    return [value for value, _words in found["options"]]


def cells_of(scan: QuickScan) -> dict[str, dict[str, Any]]:
    """Cells of the table as the browser gets them, by buurt code and heading."""
    headings = [column["label"] for column in scan._table.columns]
    return {row[0]: dict(zip(headings, row[1:], strict=True)) for row in scan._table.rows}


def check_page(scan: QuickScan, signal: Signal) -> None:
    """Hold every cell of the table, the first map and every point against the signal."""
    buurten = scan.municipality.buurten
    shown, firm = cells_of(scan), robustness(signal).table
    assert set(shown) == set(buurten.index[~buurten["water"]])
    columns = {"Kwetsbaarheid": "k1", "verandering K": "dk", "Overlast": "o1", "verandering O": "do"}
    for code, cells in shown.items():
        row = signal.table.loc[code]
        assert [cells["Buurt"], cells["Wijk"]] == list(buurten.loc[code, ["name", "wijk_name"]])
        assert cells["Klasse"] == row["letter"]
        for heading, column in columns.items():
            cell = cells[heading]
            assert (cell is None) if math.isnan(row[column]) else (cell == row[column]), (code, column)
        support = firm.at[code, "support"]
        assert cells["Steun (%)"] == (None if math.isnan(support) else 100 * support)
        assert str(row["why_x"]) in cells["Bij deze cijfers"]
    letters = {c: signal.table.at[c, "letter"] + "?" * int(firm.at[c, "uncertain"]) for c in shown}
    assert scan._maps[0].laag.classes == letters
    for plot, (x, y) in ((scan._charts.now, ("k1", "o1")), (scan._charts.moved, ("dk", "do"))):
        known = signal.table.dropna(subset=[x, y])
        drawn = {point[0]: point[1:] for point in plot.points}
        assert set(drawn) == set(known.index)
        for code, point in drawn.items():
            row = known.loc[code]
            assert point == [buurten.at[code, "name"], row[x], row[y], row["letter"]]


def test_table_maps_and_scatter_are_those_of_the_signal(scan: QuickScan, town: Town) -> None:
    check_page(scan, town.background.signal)
    assert any(None in cells.values() for cells in cells_of(scan).values()), "missing is not zero"
    focus = town.background.signal.table["focus"]
    assert scan._maps[1].laag.classes == {code: focus[code] for code in cells_of(scan)}


def test_another_view_and_another_profile_are_computed_and_shown(scan: QuickScan, browser: Browser) -> None:
    relative = scan.signal
    assert choose(scan, browser, "weergave", "absoluut")["ok"]
    assert scan.signal.view == "absoluut"
    assert not scan.signal.table["dk"].equals(relative.table["dk"])
    check_page(scan, signal_of(scan.municipality, relative.profile, "absoluut"))
    assert len(options(scan, "profiel")) == 2, "the embedded municipality has figures for both"
    other = next(key for key in options(scan, "profiel") if key != relative.profile)
    assert choose(scan, browser, "profiel", other)["ok"]
    assert (scan.signal.profile, scan.signal.view) == (other, "absoluut"), "the other choice stays"
    check_page(scan, signal_of(scan.municipality, other, "absoluut"))
    choose(scan, browser, "profiel", relative.profile)
    choose(scan, browser, "weergave", "relatief")
    check_page(scan, relative)


def test_every_period_can_be_chosen_and_another_profile_begins_with_its_own(
    scan: QuickScan, browser: Browser
) -> None:
    first, *others = options(scan, "jaren")
    assert others
    profile = scan.signal.profile
    for years in others:
        assert choose(scan, browser, "jaren", years)["ok"]
        period = scan.signal.period
        assert years == f"{period.k0}-{period.k1}-{period.o0}-{period.o1}"
        check_page(scan, signal_of(scan.municipality, profile, period=period))
        assert any(str(period) in note for note in scan._legends[0]._notes)
    other = next(key for key in options(scan, "profiel") if key != profile)
    assert choose(scan, browser, "profiel", other)["ok"], "whose years are not those of the first"
    choose(scan, browser, "profiel", profile)
    assert options(scan, "jaren")[0] == first
    check_page(scan, signal_of(scan.municipality, profile))


def test_colours_change_and_letters_and_patterns_stay(scan: QuickScan, browser: Browser) -> None:
    code = next(c for c, cells in cells_of(scan).items() if cells["Klasse"] == "A")
    scan._select(code)
    before = {key: style.pattern for key, style in scan._maps[0].palette.items()}
    classes = scan._maps[0].laag.classes
    assert choose(scan, browser, "kleuren", "rood-groen")["ok"]
    green = PALETTES["rood-groen"]
    assert scan._maps[0].palette["D"].colour == green["D"].colour != PALETTES["rood-blauw"]["D"].colour
    assert {key: style.pattern for key, style in scan._maps[0].palette.items()} == before
    assert scan._maps[0].laag.classes == classes
    assert scan._charts.now.palette["items"]["D"]["colour"] == green["D"].colour
    assert scan._card.facts["mark"]["colour"] == green["A"].colour
    choose(scan, browser, "kleuren", "rood-blauw")
    scan._select("")


def test_an_uncertain_class_has_a_hatch_of_its_own(scan: QuickScan, monkeypatch: pytest.MonkeyPatch) -> None:
    palette = scan._maps[0].palette
    uncertain = {key for key in palette if key.endswith("?")}
    assert uncertain == {letter + "?" for letter in "ABCDE"}
    assert {palette[key].pattern for key in uncertain} == {"onzeker"}
    assert not [key for key in set(palette) - uncertain if palette[key].pattern == "onzeker"]
    firm = scan.firmness.table.copy()
    code = firm.index[firm["letter"] == "A"][0]
    firm.loc[code, "uncertain"] = True
    monkeypatch.setattr(scan, "firmness", replace(scan.firmness, table=firm))
    scan._draw_signal()
    assert scan._maps[0].laag.classes[code] == "A?"
    assert scan._legends[0]._palette["items"]["onzeker"]["label"].endswith(f"· {firm['uncertain'].sum()}")


def test_the_hatch_goes_with_the_choice(scan: QuickScan) -> None:
    scan._draw_signal()
    check_page(scan, signal_of(scan.municipality))


def test_a_buurt_is_chosen_everywhere_at_once(scan: QuickScan, browser: Browser) -> None:
    first, second, third = list(cells_of(scan))[3:6]
    assert browser.say(scan._table, "kies", buurt=first)["ok"]
    assert {kaart.selected for kaart in scan._maps} == {first} and scan._card.facts["code"] == first
    scan._maps[1].laag.set_state({"selected": second})
    assert scan._maps[0].selected == second == scan._table.selected == scan._card.facts["code"]
    assert browser.say(scan._charts.now, "kies", buurt=third)["ok"]
    assert scan._table.selected == third == scan._charts.now.selected == scan._charts.moved.selected
    scan._maps[1].laag.set_state({"selected": None})
    assert scan._table.selected == "" and scan._card.facts == {}


def test_the_second_map_shows_ownership_and_the_projection(scan: QuickScan, browser: Browser) -> None:
    land = scan.municipality.buurten.index[~scan.municipality.buurten["water"]]
    year = scan.municipality.years("p_wcorpw")[-1]
    share = scan.municipality.table(year)["p_wcorpw"]
    assert choose(scan, browser, "laag", "bezit")["ok"]
    shown = scan._maps[1].laag.classes
    assert {c for c in land if shown[c] == "corporatiebuurt"} == {c for c in land if share[c] >= 200 / 3}
    assert {c for c in land if shown[c] == "onbekend"} == {c for c in land if math.isnan(share[c])}
    assert choose(scan, browser, "laag", "straks")["ok"]
    assert scan.projection is not None
    chance = scan.projection.table["p_beide"]
    shown = scan._maps[1].laag.classes
    assert {c for c in land if shown[c] == "vrijwel zeker"} == {c for c in land if chance[c] >= 0.9}
    said = " ".join(scan._said.paragraphs)
    assert "80%-interval" in said and "geen voorspelling" in said
    table = cells_of(scan)
    heading = f"Beide hoog in {scan.projection.year} (% kans)"
    assert all(math.isnan(chance[c]) or table[c][heading] == 100 * chance[c] for c in land)
    assert choose(scan, browser, "laag", "onzin")["ok"] is False
    assert choose(scan, browser, "laag", "focus")["ok"]
    assert scan._said.heading == ""


def test_spatial_concentration_is_computed_only_when_asked_and_says_what_it_means(
    scan: QuickScan, browser: Browser
) -> None:
    assert not scan._results._spatial
    assert choose(scan, browser, "laag", "samenhang")["ok"]
    expected = spatial(scan.municipality, scan.signal, "k1")
    land = list(cells_of(scan))
    assert scan._maps[1].laag.classes == expected.table["cluster"][land].to_dict()
    assert scan._said.paragraphs[0] == expected.note and "second opinion" in scan._said.paragraphs[-1]
    letters = scan._maps[0].laag.classes
    assert choose(scan, browser, "cijfer", "do")["ok"]
    assert scan._said.paragraphs[0].startswith("Verandering van overlast")
    assert scan._maps[0].laag.classes == letters, "a second opinion changes no class"
    assert choose(scan, browser, "cijfer", "inwoners")["ok"] is False
    choose(scan, browser, "laag", "focus")


def test_no_significance_is_an_answer(scan: QuickScan) -> None:
    found = spatial(scan.municipality, scan.signal, "k1", permutations=99)
    assert maps.clusters(replace(found, i=0.02, p=0.4)).said[0].startswith("Niet significant")
    assert maps.clusters(replace(found, i=0.6, p=0.001)).said[0] == "Significant: buurten lijken op hun buren"
    assert "niets te zeggen" in maps.clusters(replace(found, i=None, p=None)).said[0]


def test_the_page_goes_on_while_the_concentration_is_computed(
    scan: QuickScan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idle, "_loop", asyncio.get_running_loop)

    async def asked() -> None:
        arrived = asyncio.Event()
        results = Results(scan.municipality)
        signal, _firm = results.signal(results.default, "relatief")
        got: list[object] = []
        assert results.spatial(signal, "o1", then=lambda *found: (got.append(found), arrived.set())) is None
        assert results.spatial(signal, "o1", then=lambda *found: got.append("twice")) is None
        await asyncio.wait_for(arrived.wait(), 30)
        assert len(got) == 1
        again = results.spatial(signal, "o1", then=lambda *found: None)
        assert again is not None and got[0] == (signal, again)

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, asked()).result()


def test_what_a_choice_may_ask_for_is_computed_in_steps(scan: QuickScan) -> None:
    results = Results(scan.municipality)
    while results.warm():
        pass
    made = set(results._signals)
    for key, _title in results.profiles:
        for years in results.periods(key):
            for view in ("relatief", "absoluut"):
                results.signal(key, view, years)
    assert set(results._signals) == made, "nothing is left to compute when somebody asks"
    assert {key for key, _title in results.profiles} == set(results._ahead) == set(results._past)


def test_the_chosen_buurt_has_its_years_in_the_chart_and_its_certainty_on_the_card(scan: QuickScan) -> None:
    code = str(scan.signal.table.index[scan.signal.table["letter"] == "A"][0])
    scan._select(code)
    own, mean = scan._charts.k.lines
    assert own["name"] == scan.municipality.buurten.at[code, "name"] and mean["kind"] == "gemeente"
    year, value = own["points"][-1]
    assert year == scan.signal.period.k1 and value == pytest.approx(scan.signal.table.at[code, "k1"])
    assert scan.projection is not None
    row, fan = scan.projection.table.loc[code], scan._charts.o.fan
    assert (fan["year"], fan["low"], fan["middle"], fan["high"]) == (
        scan.projection.year,
        *row[["o_low", "o_median", "o_high"]],
    )
    assert tuple(fan["start"]) == tuple(scan._charts.o.lines[0]["points"][-1])
    reasons = " ".join(scan._card.facts["reasons"])
    assert "varianten" in reasons and "Doortrekken van een trend is geen voorspelling" in reasons
    scan._select("")
    assert [line["kind"] for line in scan._charts.k.lines] == ["gemeente"] and scan._charts.k.fan == {}


def test_every_buurt_can_be_chosen_also_without_figures(scan: QuickScan) -> None:
    for code in scan.municipality.buurten.index:
        scan._select(code)
        assert scan._card.facts["code"] == code and scan._card.facts["reasons"]
    scan._select("")


def test_recalculated_figures_are_marked_with_the_reason(scan: QuickScan) -> None:
    code = next(iter(cells_of(scan)))
    change = BuurtChange(
        kind="samengevoegd",
        year=2020,
        code=code,
        old_code="BU99010999",
        note="twee buurten samen",
        carried=True,
    )
    town = replace(scan.municipality, changes=(change,))
    signal = signal_of(town)
    cells = rows(town, signal, robustness(signal), None)[code]
    assert "Herrekend" in str(cells[-1]) and "twee buurten samen" in str(cells[-1])


@pytest.mark.parametrize(
    ("part", "name", "body"),
    [
        ("_table", "kies", {"buurt": "BU00000000"}),
        ("_table", "kies", {}),
        ("_figures", "keuze", {"key": "profiel", "value": "onzin"}),
        ("_figures", "keuze", {"key": "kleuren", "value": "rood-groen"}),
        ("_how", "keuze", {"key": "weergave", "value": 3}),
        ("_how", "keuze", {}),
        ("_what", "keuze", {"key": "__class__", "value": "focus"}),
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
    for made in scan.municipality.provenance:
        assert any(made.title in item and made.edition in item for item in scan._sources.items)


def test_the_page_weighs_no_more_than_its_figures(scan: QuickScan) -> None:
    charts = (scan._charts.now, scan._charts.moved, scan._charts.k, scan._charts.o)
    assert sum(len(repr(chart.get_state())) for chart in charts) < 100_000


def test_a_gemeente_without_ownership_or_with_names_that_attack(
    scan: QuickScan, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = load_municipality("GM9901")
    buurten = town.buurten.copy()
    hostile = ['<img src=x onerror="alert(1)">', "=HYPERLINK(1)", "\u202eomgekeerd", "W" * 300]
    buurten.loc[buurten.index[:4], "name"] = pd.Series(hostile, index=buurten.index[:4], dtype=object)
    figures = town.indicators[town.indicators["indicator"] != "p_wcorpw"]
    attacked = replace(town, buurten=buurten, indicators=figures)
    # By its name the package gives the function of this name, not the module.
    module = sys.modules["veerkracht_nb.apps.quick_scan"]
    monkeypatch.setattr(module, "load_municipality", lambda _name: attacked)
    page = quick_scan(QuickScanParameters())
    assert isinstance(page, QuickScan)
    page._choose(page._what, {"key": "laag", "value": "bezit"})
    assert set(page._maps[1].laag.classes.values()) == {"onbekend"}
    assert all(cells["Corporatie (%)"] is None for cells in cells_of(page).values())
    for code in buurten.index[:4]:
        page._select(code)
    assert hostile[0] in repr(page._table.rows) and hostile[3] in repr(page._charts.now.points)


@pytest.mark.parametrize("name", ["Nergenshuizen", "__import__('os').system('ls')"])
def test_an_unknown_gemeente_is_a_panel_that_says_what_there_is(name: str) -> None:
    page = page_function(QuickScanParameters(gemeente=name))
    assert isinstance(page, ErrorPanel)
    assert "Veerdam (GM9901" in repr(page.get_state()) and "veerkracht data import" in repr(page.get_state())
