"""The method page says what the code does."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest
from signal_towns import golden_town

from veerkracht_nb.signal import (
    CLASSES,
    CLASSES_RED_GREEN,
    LIMITS,
    PROFILES,
    classes,
    cluster_label,
    compute_signal,
    default_reference,
    robustness,
)
from veerkracht_nb.signal.profiles import OWN_BAND
from veerkracht_nb.signal.projection import DRAWS, INTERVAL
from veerkracht_nb.signal.reference import PERCENTILES
from veerkracht_nb.signal.robustness import FACTORS, FOCUS_VARIANTS
from veerkracht_nb.signal.spatial import ALPHA, LEAST_BUURTEN, PERMUTATIONS
from veerkracht_nb.signal.trends import PRIOR_FREEDOM

PAGE = Path(__file__).resolve().parents[2] / "docs" / "method.md"


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def dutch(value: float, decimals: int = 3, sign: str = "") -> str:
    return f"{value:{sign}.{decimals}f}".replace(".", ",").replace("-", "−")


def test_the_worked_example_on_the_page_is_what_is_computed(page: str) -> None:
    for name, row in compute_signal(golden_town(), view="absoluut").table.iterrows():
        signed = [dutch(row[column], sign="+") for column in ("k0", "k1", "dk")]
        cells = [str(name), *signed, dutch(row["dk_band"]), dutch(row["do"], sign="+"), dutch(row["do_band"])]
        assert f"| {' | '.join(cells)} | {row['letter']} |" in page


def test_the_relative_example_on_the_page_is_what_is_computed(page: str) -> None:
    signal = compute_signal(golden_town())
    alfa = signal.table.loc["Alfa"]
    for value in (signal.mean_dk, signal.mean_do, alfa["dk"], alfa["do"]):
        assert dutch(value, sign="+") in page
    assert alfa["letter"] == "A"


def test_every_class_limit_and_profile_is_on_the_page(page: str) -> None:
    words = [kind.label for kind in CLASSES.values()] + [kind.colour for kind in CLASSES.values()]
    words += [*LIMITS, *(profile.title for profile in PROFILES.values())]
    assert not [word for word in words if word not in page]


def test_the_national_figures_on_the_page_are_the_shipped_ones(page: str) -> None:
    for key in PROFILES:
        reference = default_reference(key)
        for term in reference.terms.values():
            mean, sd = (f"{value:g}".replace(".", ",") for value in (term.mean, term.sd))
            assert f"| {mean} | {sd} |" in page
        assert dutch(reference.k_high) in page and dutch(reference.o_high) in page


def test_the_bands_on_the_page_are_those_of_the_profiles(page: str) -> None:
    for profile in PROFILES.values():
        assert dutch(profile.dk_band_rule.floor, 2) in page
    assert "0,40" in page and "1,96" in page


def test_the_support_on_the_page_is_what_is_computed(page: str) -> None:
    firmness = robustness(compute_signal(golden_town(), view="absoluut"))
    for name, row in firmness.table.drop("Foxtrot").iterrows():
        assert f"| {name} | {row['letter']} | {row['same']} van de {len(firmness.variants)} |" in page
    for factor in FACTORS:
        assert f"× {factor:g}".replace(".", ",") in page
    assert "**27 varianten**" in page and len(FOCUS_VARIANTS) == 9
    assert "({}, {} of {}%)".format(*PERCENTILES) in page


def test_the_choices_of_projection_and_clusters_are_on_the_page(page: str) -> None:
    text = " ".join(page.split())
    assert (
        f"{DRAWS:,} berekeningen".replace(",", ".") in text and f"waarin {100 * INTERVAL:.0f}% valt" in text
    )
    assert f"mee voor {PRIOR_FREEDOM:.0f} metingen" in text
    assert f"{PERMUTATIONS:,} keer schudden".replace(",", ".") in text
    assert (
        f"false discovery rate {100 * ALPHA:.0f}%" in text and f"minder dan {LEAST_BUURTEN} buurten" in text
    )
    kinds = ("hoog", "laag", "hoog-tussen-laag", "laag-tussen-hoog", "geen", "niet-meegerekend")
    assert not [kind for kind in kinds if cluster_label(kind) not in text]
    assert f"De marge is {dutch(OWN_BAND, 2)}" in text


def test_the_other_colours_are_on_the_page(page: str) -> None:
    assert all(kind.colour in page for kind in CLASSES_RED_GREEN.values())


def test_the_example_in_the_docstring_works() -> None:
    outcome = doctest.testmod(classes)
    assert outcome.attempted and not outcome.failed
