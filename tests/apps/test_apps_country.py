"""The national picture: with national files, and without."""

from __future__ import annotations

from pathlib import Path

import pytest

from veerkracht_nb.apps import CountryParameters, national_picture
from veerkracht_nb.apps.country import NationalPicture
from veerkracht_nb.areas.country import country_of
from veerkracht_nb.signal import CLASSES
from veerkracht_nb.signal.country import country_signal
from veerkracht_nb.signal.country_sizes import DETERMINED
from veerkracht_nb.sources import load_municipality
from veerkracht_nb.sources.national import read_country
from veerkracht_nb.widgets import ErrorPanel


@pytest.fixture
def page() -> NationalPicture:
    shown = national_picture(CountryParameters())
    assert isinstance(shown, NationalPicture)
    return shown


def test_without_national_files_the_embedded_gemeente_and_what_to_do(page: NationalPicture) -> None:
    assert not page.complete
    assert page._info.heading == "Er zijn nog geen landelijke bestanden"
    assert any("veerkracht data country" in text for text in page._info.paragraphs)
    assert any("verzonnen" in note for note in page.signal.notes)


def test_every_chart_says_how_many_it_is_about(page: NationalPicture) -> None:
    charts = page._charts
    assert all("n = " in name for chart in (charts.classes, charts.coverage) for name in chart.categories)
    assert "n = " in charts.inhabitants.heading and "n = 45 buurten" in charts.spread.heading
    assert sum(charts.spread.counts) == page.signal.table["k1"].notna().sum(), (
        "no buurt falls outside the bins"
    )


def test_the_classes_of_a_bar_make_the_whole_and_keep_their_pattern(page: NationalPicture) -> None:
    series = page._charts.classes.series
    assert page._charts.classes.stacked
    assert sum(one["shares"][0] for one in series) == pytest.approx(100, abs=0.05)
    assert {one["name"]: one["pattern"] for one in series} == {
        letter: CLASSES[letter].pattern for letter in DETERMINED
    }
    determined = page.signal.table["letter"].ne("X").sum()
    assert sum(int(one["said"][0]) for one in series) == determined


def test_the_table_has_sizes_and_no_gemeenten(page: NationalPicture) -> None:
    names = set(load_municipality("voorbeeldstad").buurten["name"]) | {"Veerdam"}
    assert len(page._table.rows) == 1 and page._table.rows[0][1].startswith("1. 50.000")
    assert not names & {str(value) for row in page._table.rows for value in row}


def test_a_choice_changes_charts_table_and_notes(page: NationalPicture) -> None:
    page._choose(view="absoluut")
    page._choose(profile="zelfredzaamheid")
    expected = country_signal(
        country_of([load_municipality("voorbeeldstad")]), profile="zelfredzaamheid", view="absoluut"
    )
    assert page.signal.by_municipality.equals(expected.by_municipality)
    assert (page._views.layer, page._profiles.layer) == ("absoluut", "zelfredzaamheid")
    assert "2020" in page._charts.spread.heading
    assert any("Weergave absoluut" in note for note in page._legend._notes)


@pytest.mark.shared
def test_with_the_national_files_the_whole_country(shared_data: Path, tmp_path: Path) -> None:
    rivm = shared_data / "kwetsbaarheid" / "rivm_gezondheidsmonitor_18plus_2012_2016_2020_nl.parquet"
    files = [shared_data / "kwb" / "kwb_2024_nl.parquet", rivm, shared_data / "ruw"]
    read_country(files, folder=tmp_path / "data")
    page = national_picture(CountryParameters(weergave="absoluut"))
    assert isinstance(page, NationalPicture) and page.complete
    assert len(page._table.rows) == 5 and len(page.signal.by_municipality) == 342


@pytest.mark.shared
def test_key_figures_alone_are_not_enough_and_the_page_says_so(shared_data: Path, tmp_path: Path) -> None:
    read_country([shared_data / "kwb" / "kwb_2024_nl.parquet"], folder=tmp_path / "data")
    page = national_picture(CountryParameters())
    assert isinstance(page, ErrorPanel)
    assert "Gezondheidsmonitor" in str(page.error)
