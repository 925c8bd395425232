"""What a wijkprofiel calls favourable follows each figure's own direction, in every format and language."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_report_print_maps import squeezed, text_of
from test_report_profile import WIJK, Page, word_text

from veerkracht_nb.areas import Municipality
from veerkracht_nb.areas.indicators import Indicator
from veerkracht_nb.areas.own import OwnProfile
from veerkracht_nb.i18n import use_language
from veerkracht_nb.report.profile import ProfileMaker, WijkProfile, render_docx, render_html, render_pdf
from veerkracht_nb.report.profile.sentences import good_text
from veerkracht_nb.signal import Figure, Signal, compute_signal, explain
from veerkracht_nb.sources import load_municipality

COLUMNS = {"eigen_vrijwilligers": "better", "eigen_meldingen": "worse"}
LABELS = {"eigen_vrijwilligers": "Vrijwilligers", "eigen_meldingen": "Meldingen"}


def with_own(town: Municipality) -> Municipality:
    """The gemeente with an own table in which both figures are far above the rest in this wijk."""
    rows = [
        (code, key, year, (50.0 if wijk == WIJK else 10.0) + place % 7 + (year - 2014) / 6)
        for place, (code, wijk) in enumerate(town.buurten["wijk_code"].items())
        for key, year in itertools.product(COLUMNS, (2014, 2020))
    ]
    figures = pd.DataFrame(rows, columns=["code", "indicator", "year", "value"])
    own = tuple(
        Indicator(
            key=key,
            label=LABELS[key],
            short_label=LABELS[key],
            unit="per 1.000 inwoners" if higher == "worse" else "",
            decimals=0,
            higher_is=higher,  # type: ignore[arg-type]
            source="Wijkteam",
        )
        for key, higher in COLUMNS.items()
    )
    made = OwnProfile(
        key="eigen_team",
        title="Cijfers van het wijkteam",
        indicators=tuple(COLUMNS),
        note="",
        source="Wijkteam",
    )
    return dataclasses.replace(
        town,
        indicators=pd.concat([town.indicators, figures], ignore_index=True),
        own=own,
        own_profiles=(made,),
    )


@pytest.fixture(scope="module")
def town() -> Municipality:
    return with_own(load_municipality("GM9901"))


@pytest.fixture(scope="module")
def signal(town: Municipality) -> Signal:
    return compute_signal(town, profile="eigen_team")


@pytest.fixture(scope="module")
def profile(town: Municipality, signal: Signal) -> WijkProfile:
    return ProfileMaker(town, signal).profile(WIJK)


@pytest.fixture
def english() -> Iterator[None]:
    use_language("en")
    yield
    use_language("nl")


def test_a_high_figure_is_praised_only_where_higher_is_better(profile: WijkProfile) -> None:
    by_label = {figure.label: figure for figure in profile.figures}
    volunteers, reports, nuisance = by_label.values()
    assert volunteers.label == "Vrijwilligers (hoger is gunstiger)"
    assert reports.label == "Meldingen (per 1.000 inwoners)" and "hoger is meer overlast" in nuisance.label
    assert volunteers.verdict == reports.verdict == "hoger dan de gemeente"
    assert volunteers.good.startswith("Vrijwilligers: gunstiger dan in de gemeente (")
    assert reports.good == ""


def test_every_format_says_which_way_is_favourable(profile: WijkProfile, tmp_path: Path) -> None:
    said = (
        "Hoger is gunstiger bij: Vrijwilligers. Bij de andere cijfers is hoger minder gunstig.",
        "Vrijwilligers (hoger is gunstiger)",
    )
    (tmp_path / "w.docx").write_bytes(render_docx(profile))
    (tmp_path / "w.pdf").write_bytes(render_pdf(profile))
    for text in (
        Page(render_html(profile)).text,
        word_text(tmp_path / "w.docx"),
        text_of(tmp_path / "w.pdf"),
    ):
        # The label stands in a table, which the text of a Word file leaves out.
        assert squeezed(said[0]) in squeezed(text)
        assert squeezed("bij elk cijfer minder gunstig") not in squeezed(text)
    assert all(squeezed(line) in squeezed(text_of(tmp_path / "w.pdf")) for line in said)


def test_an_own_profile_is_not_compared_with_a_spread_of_the_country(
    profile: WijkProfile, town: Municipality
) -> None:
    assert "bij de andere cijfers die van de gemeente" in profile.figure_note
    national = ProfileMaker(town, compute_signal(town, profile="sociaaleconomisch")).profile(WIJK)
    assert "van de landelijke spreiding" in national.figure_note
    assert "Hoger is bij elk cijfer minder gunstig." in national.figure_note


@pytest.mark.usefixtures("english")
def test_the_direction_is_translated_with_its_names_left_alone(town: Municipality, signal: Signal) -> None:
    profile = ProfileMaker(town, signal).profile(WIJK)
    assert profile.figures[0].label == "Vrijwilligers (higher is more favourable)"
    assert "Vrijwilligers:" in profile.figures[0].good and "gunstig" not in profile.figures[0].good


def test_a_deviation_that_is_turned_round_says_so(town: Municipality, signal: Signal) -> None:
    code = next(
        c for c in signal.table.index[signal.table["in_u"]] if town.buurten.at[c, "wijk_code"] == WIJK
    )
    volunteers, reports = explain(signal, code).steps[:2]
    assert volunteers.startswith("Vrijwilligers (hoger is gunstiger, dus de afwijking telt omgekeerd): ")
    assert reports.startswith("Meldingen (per 1.000 inwoners): ")
    turned, straight = (re.findall(r"\(([+-])\d", step) for step in (volunteers, reports))
    assert set(turned) == {"-"} and set(straight) == {"+"}


def figure(higher_is: str) -> Figure:
    return Figure(
        key="x", label="X", unit="", value=None, year=2020, decimals=1, municipality_mean=None,
        national_mean=0.0, verdict="onbekend", series=(), source="", higher_is=higher_is,  # type: ignore[arg-type]
    )  # fmt: skip


numbers = st.floats(-100, 100, allow_nan=False) | st.none()


@given(value=numbers, other=numbers, change=numbers, other_change=numbers, margin=st.floats(0, 50))
def test_turning_a_figure_and_its_direction_round_changes_nothing_that_is_favourable(
    value: float | None, other: float | None, change: float | None, other_change: float | None, margin: float
) -> None:
    def turned(x: float | None) -> float | None:
        return None if x is None else -x

    worse = good_text(figure("worse"), value, other, margin, change, other_change)
    better = good_text(
        figure("better"), turned(value), turned(other), margin, turned(change), turned(other_change)
    )
    assert bool(worse) == bool(better)
