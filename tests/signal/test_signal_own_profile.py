"""A facilitator's own indicators as a profile, and the palette that practitioners know."""

from __future__ import annotations

from dataclasses import replace

import pytest
from signal_towns import Row, town, zelfredzaam

from veerkracht_nb.areas.indicators import Indicator
from veerkracht_nb.areas.municipality import Municipality
from veerkracht_nb.areas.own import OwnProfile
from veerkracht_nb.errors import SignalError
from veerkracht_nb.signal import (
    CLASSES,
    CLASSES_RED_GREEN,
    PALETTES,
    PROFILES,
    Profile,
    Term,
    available_periods,
    compute_signal,
    default_profile,
    explain,
    figures,
    own_profile,
    profiles_of,
    project,
    to_record,
)

CODES = [f"BU990101{i:02d}" for i in range(6)]


def term(key: str, higher_is: str = "worse") -> Term:
    return Term(
        key=key,
        label=f"Eigen {key}",
        unit="per 1.000 inwoners",
        numerator=(f"eigen_{key}",),
        source="Woningcorporatie",
        higher_is=higher_is,  # type: ignore[arg-type]
    )


def own(*terms: Term) -> Profile:
    return own_profile(
        "eigen_meldingen", "Eigen meldingen", terms or (term("meldingen"),), source="Corporatie"
    )


def place(**options: object) -> Municipality:
    rows: list[Row] = []
    for number, code in enumerate(CODES):
        rows += zelfredzaam(code, (0.0, 0.1), (0.0, 0.01 * number))
        for year, value in ((2014, 10.0 + number), (2020, 10.0 + number * number)):
            rows.append((code, "eigen_meldingen", year, value))
            rows.append((code, "eigen_rust", year, 100.0 - value))
    return town(CODES, rows, **options)  # type: ignore[arg-type]


def test_own_figures_give_a_map_measured_by_the_gemeente_itself_and_say_so() -> None:
    signal = compute_signal(place(), profile=own())
    assert signal.profile == "eigen_meldingen" and signal.definition.title == "Eigen meldingen"
    assert signal.reference.scope == "gemeente"
    assert signal.period.k0 == 2014 and signal.period.k1 == 2020
    assert (signal.table["letter"] != "X").all()
    assert (signal.table["k1"] * signal.table["inwoners"]).sum() == pytest.approx(0, abs=1e-9)
    text = "\n".join(signal.notes)
    assert "geen landelijke cijfers" in text and "Eigen meldingen" in text and "Proefstad" in text
    assert not any(note.startswith("Landelijke vergelijking") for note in signal.notes)


def test_why_and_figures_of_an_own_profile_do_not_speak_of_the_country() -> None:
    municipality = place()
    signal = compute_signal(municipality, profile=own())
    steps = explain(signal, CODES[3]).steps
    assert "Eigen meldingen (per 1.000 inwoners)" in steps[0] and "ten opzichte van de gemeente" in steps[0]
    assert not any("Nederland" in step for step in steps[:2])
    card = figures(signal, municipality, CODES[3])
    assert card[0].value == 19.0 and card[0].source == "Woningcorporatie"


def test_of_an_indicator_where_higher_is_better_the_z_score_is_turned_round() -> None:
    worse = compute_signal(place(), profile=own(term("meldingen"))).table
    better = compute_signal(place(), profile=own(term("rust", "better"))).table
    assert better["letter"].to_list() == worse["letter"].to_list()
    assert better["k1"].to_numpy() == pytest.approx(worse["k1"].to_numpy())


def test_the_projection_of_an_own_profile_is_measured_by_the_gemeente_too() -> None:
    outcome = project(place(), profile=own(), draws=100)
    assert outcome.reference.scope == "gemeente"
    assert any("van deze gemeente, overlast boven 80% van Nederland" in note for note in outcome.notes)


def test_small_buurten_have_no_part_in_the_yardstick_of_the_gemeente() -> None:
    few = {code: 1000 if number else 20 for number, code in enumerate(CODES)}
    signal = compute_signal(place(inwoners=few), profile=own())
    assert signal.reference.terms["meldingen"].mean == pytest.approx(10 + (1 + 4 + 9 + 16 + 25) / 5)


def test_profiles_of_ones_own_change_nothing_for_others() -> None:
    before = dict(PROFILES)
    municipality = place()
    compute_signal(municipality, profile=own())
    assert before == PROFILES
    assert default_profile(municipality) == "zelfredzaamheid"


@pytest.mark.parametrize(
    ("key", "terms"),
    [("meldingen", [term("a")]), ("eigen_a", []), ("eigen_a", [term("a"), term("a")])],
)
def test_a_profile_that_cannot_be_used_says_what_it_needs(key: str, terms: list[Term]) -> None:
    with pytest.raises(SignalError) as error:
        own_profile(key, "Eigen", terms, source="wij")
    assert error.value.expected and error.value.todo


def test_a_yardstick_of_one_gemeente_is_not_kept_as_that_of_the_country() -> None:
    with pytest.raises(SignalError):
        to_record(compute_signal(place(), profile=own()).reference)


def tables(**options: str) -> Municipality:
    """A gemeente as it is after an own table has been read in."""
    indicators = [
        Indicator(
            key=f"eigen_{key}",
            label=f"Eigen {key}",
            short_label=key,
            unit="per 1.000 inwoners",
            decimals=1,
            higher_is=options.get(key, "neutral"),  # type: ignore[arg-type]
            source="Woningcorporatie",
        )
        for key in ("meldingen", "rust")
    ]
    made = OwnProfile(
        key="eigen_tabel",
        title="Onze meldingen",
        indicators=("eigen_meldingen", "eigen_rust"),
        note="Niet overal gemeld.",
        source="Woningcorporatie",
    )
    return replace(place(), own=tuple(indicators), own_profiles=(made,))


def test_an_own_table_is_a_profile_of_its_gemeente_by_its_key() -> None:
    municipality = tables(meldingen="worse", rust="better")
    assert list(profiles_of(municipality)) == [*PROFILES, "eigen_tabel"]
    signal = compute_signal(municipality, profile="eigen_tabel")
    assert signal.definition.title == "Onze meldingen"
    assert [term.key for term in signal.definition.terms] == ["eigen_meldingen", "eigen_rust"]
    alone = compute_signal(municipality, profile=own()).table
    assert signal.table["k1"].to_numpy() == pytest.approx(alone["k1"].to_numpy())
    assert any("Niet overal gemeld." in note for note in signal.notes)
    assert available_periods(municipality, "eigen_tabel")[0] == signal.period


def test_a_column_that_says_nothing_about_worse_or_better_does_not_count_in_k() -> None:
    signal = compute_signal(tables(meldingen="worse"), profile="eigen_tabel")
    assert [term.key for term in signal.definition.terms] == ["eigen_meldingen"]
    assert list(profiles_of(tables())) == list(PROFILES)


def test_a_profile_of_another_gemeente_is_not_known_here() -> None:
    with pytest.raises(SignalError) as error:
        compute_signal(place(), profile="eigen_tabel")
    assert "zelfredzaamheid" in error.value.expected and error.value.todo


def test_red_and_green_change_colours_alone() -> None:
    assert PALETTES == {"rood-blauw": CLASSES, "rood-groen": CLASSES_RED_GREEN}
    assert list(CLASSES_RED_GREEN) == list(CLASSES)
    for letter, kind in CLASSES.items():
        other = CLASSES_RED_GREEN[letter]
        assert (other.label, other.pattern, other.letter) == (kind.label, kind.pattern, letter)
    assert len({kind.colour for kind in CLASSES_RED_GREEN.values()}) == 6
