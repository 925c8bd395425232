"""From figures to a map: who counts, what is subtracted, what is missing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from signal_towns import Row, golden_town, rows_of, town, zelfredzaam

from veerkracht_nb.areas.municipality import Municipality
from veerkracht_nb.errors import SignalError
from veerkracht_nb.signal import LIMITS, PROXY, SIGNAL, Period, Signal, compute_signal, default_reference

CODES = [f"BU990101{i:02d}" for i in range(6)]
LEVELS = [(0.0, 0.4), (0.1, 0.6), (0.2, 0.2), (0.5, 0.1), (-0.3, -0.2), (0.0, 1.0)]
NUISANCE = [(0.01, 0.03), (0.02, 0.02), (0.00, 0.02), (0.05, 0.02), (-0.01, -0.01), (0.03, 0.06)]


def six(**options: object) -> Municipality:
    rows: list[Row] = []
    for code, k, o in zip(CODES, LEVELS, NUISANCE, strict=True):
        rows += zelfredzaam(code, k, o)
    return town(CODES, rows, **options)  # type: ignore[arg-type]


def letters(signal: Signal) -> str:
    return "".join(signal.table["letter"])


def test_k_and_o_are_what_they_were_made_to_be() -> None:
    table = compute_signal(six(), view="absoluut").table
    np.testing.assert_allclose(table[["k0", "k1"]], LEVELS, atol=1e-9)
    np.testing.assert_allclose(table[["o0", "o1"]], NUISANCE, atol=1e-9)
    np.testing.assert_allclose(table["dk"], table["k1"] - table["k0"])
    np.testing.assert_allclose(table["do"], table["o1"] - table["o0"])


def test_health_figures_have_a_fixed_wide_band() -> None:
    signal = compute_signal(six(), view="absoluut")
    assert signal.profile == "zelfredzaamheid"
    assert (signal.table["dk_band"] == 0.25).all()
    assert signal.table["do_band"].to_numpy() == pytest.approx(0.009)
    assert letters(signal) == "ABCDEA"


def test_bands_of_ones_own_replace_those_of_the_method() -> None:
    signal = compute_signal(six(), view="absoluut", dk_band=0.05, do_band=0.1)
    assert letters(signal) == "BBEEBB"


def test_rounding_of_small_buurten_counts_whatever_band_is_chosen() -> None:
    table = compute_signal(golden_town(), view="absoluut", dk_band=0.01).table
    assert table.loc["Foxtrot", "letter"] == "X"
    # 1.96 * (577.35 / 1200 / 5) / 2
    assert table.loc["Alfa", "dk_band"] == pytest.approx(1.96 * 577.35 / 1200 / 5 / 2, rel=1e-5)


@pytest.mark.parametrize(("people", "letter"), [(282, "X"), (283, "A")])
def test_the_development_is_undeterminable_below_283_people_of_working_age(people: int, letter: str) -> None:
    rows: list[Row] = []
    for year, low, benefits, onv in ((2014, 40.0, 20, 0.0), (2022, 80.0, 60, -0.05)):
        figures = {"p_hh_li": low, "a_soz_wb": benefits, "a_soz_ao": 20, "onv": onv}
        rows += rows_of("BU1", year, a_15_24=people, a_25_44=0, a_45_64=0, **figures)
        rows += rows_of("BU2", year, a_15_24=900, a_25_44=0, a_45_64=0, **figures)
    assert compute_signal(town(["BU1", "BU2"], rows)).table.loc["BU1", "letter"] == letter


def test_the_relative_view_subtracts_the_mean_weighted_by_inhabitants() -> None:
    weights = dict(zip(CODES, (200, 400, 600, 800, 1000, 5000), strict=True))
    signal = compute_signal(six(inwoners=weights))
    changes = [b - a for a, b in LEVELS]
    mean = np.average(changes, weights=list(weights.values()))
    assert signal.view == "relatief"
    assert signal.mean_dk == pytest.approx(mean)
    np.testing.assert_allclose(signal.table["dk"], np.array(changes) - mean)
    assert signal.table["dk"].mul(signal.table["inwoners"]).sum() == pytest.approx(0, abs=1e-9)
    assert signal.table["do"].mul(signal.table["inwoners"]).sum() == pytest.approx(0, abs=1e-9)


def test_inhabitants_of_the_last_year_go_before_those_of_the_borders() -> None:
    counts = [
        (CODES[0], "a_inw", 2020, 140.0),
        (CODES[1], "a_inw", 2012, 10.0),
        (CODES[2], "a_hh", 2020, 99.0),
    ]
    base = six()
    extra = pd.DataFrame(counts, columns=["code", "indicator", "year", "value"])
    changed = replace(base, indicators=pd.concat([base.indicators, extra], ignore_index=True))
    table = compute_signal(changed).table
    assert table["large"].tolist() == [False, True, False, True, True, True]
    assert "140" in table.loc[CODES[0], "why_x"]
    assert "huishoudens: 99" in table.loc[CODES[2], "why_x"]


def test_a_buurt_that_does_not_count_has_no_weight_in_the_mean() -> None:
    without = compute_signal(six(inwoners={**dict.fromkeys(CODES, 1000), CODES[5]: 149}))
    assert without.mean_dk == pytest.approx(np.mean([b - a for a, b in LEVELS[:5]]))


def test_with_four_buurten_the_view_is_absolute_and_says_so() -> None:
    few = {code: 1000 if i < 4 else 20 for i, code in enumerate(CODES)}
    signal = compute_signal(six(inwoners=few), view="relatief")
    assert signal.view == "absoluut"
    assert any("te weinig buurten" in note for note in signal.notes)
    assert signal.table.loc[CODES[0], "dk"] == pytest.approx(0.4)


def test_with_five_buurten_the_view_is_relative() -> None:
    few = {code: 1000 if i < 5 else 20 for i, code in enumerate(CODES)}
    assert compute_signal(six(inwoners=few)).view == "relatief"


REASONS = [
    ({"water": [CODES[0]]}, "water"),
    ({"inwoners": {**dict.fromkeys(CODES, 1000), CODES[0]: 0}}, "onbewoond"),
    ({"inwoners": {**dict.fromkeys(CODES, 1000), CODES[0]: 149}}, "te weinig inwoners: 149"),
    ({"inwoners": {**dict.fromkeys(CODES, 1000), CODES[0]: None}}, "aantal inwoners ontbreekt"),
    ({"huishoudens": {**dict.fromkeys(CODES, 500), CODES[0]: 99}}, "te weinig huishoudens: 99"),
    ({"huishoudens": {**dict.fromkeys(CODES, 500), CODES[0]: None}}, "aantal huishoudens ontbreekt"),
]


@pytest.mark.parametrize(("options", "why"), REASONS, ids=[why for _, why in REASONS])
def test_a_buurt_that_is_too_small_says_why_and_shows_no_figures(options: dict, why: str) -> None:
    row = compute_signal(six(**options)).table.loc[CODES[0]]
    assert row["letter"] == "X"
    assert row["focus"] == "onbekend"
    assert why in row["why_x"]
    assert row[["k0", "k1", "dk", "o0", "o1", "do"]].isna().all()


@pytest.mark.parametrize("enough", [{"inwoners": 150}, {"huishoudens": 100}])
def test_a_buurt_of_exactly_the_minimum_counts(enough: dict) -> None:
    assert "X" not in letters(compute_signal(six(**enough)))


@pytest.mark.parametrize(
    ("indicator", "year", "words"),
    [
        ("moeite_rondkomen", 2012, "Moeite met rondkomen, 2012"),
        ("ernstig_eenzaam", 2020, "eenzaam, 2020"),
        ("onv", 2014, "Overlast en onveiligheid, 2014"),
        ("onv", 2020, "Overlast en onveiligheid, 2020"),
    ],
)
def test_a_missing_figure_is_named_with_its_year(indicator: str, year: int, words: str) -> None:
    base = six()
    rows = base.indicators
    gone = (rows["code"] == CODES[0]) & (rows["indicator"] == indicator) & (rows["year"] == year)
    signal = compute_signal(replace(base, indicators=rows[~gone]), view="absoluut")
    row = signal.table.loc[CODES[0]]
    assert row["letter"] == "X"
    assert "cijfer ontbreekt" in row["why_x"] and words in row["why_x"]
    assert letters(signal)[1:] == "BCDEA"


def test_a_figure_missing_in_both_years_is_named_once() -> None:
    base = six()
    rows = base.indicators
    gone = (rows["code"] == CODES[0]) & (rows["indicator"] == "moeite_rondkomen")
    table = compute_signal(replace(base, indicators=rows[~gone])).table
    assert table.loc[CODES[0], "why_x"] == "cijfer ontbreekt: Moeite met rondkomen, 2012 en 2020"


def test_a_benefit_that_is_missing_is_not_a_benefit_of_zero() -> None:
    base = golden_town()
    rows = base.indicators
    gone = (rows["code"] == "Alfa") & (rows["indicator"] == "a_soz_ao") & (rows["year"] == 2022)
    table = compute_signal(replace(base, indicators=rows[~gone]), view="absoluut").table
    assert table.loc["Alfa", "letter"] == "X"
    assert np.isnan(table.loc["Alfa", "k1"])


def test_what_is_printed_with_the_map() -> None:
    signal = compute_signal(six())
    text = "\n".join(signal.notes)
    assert SIGNAL in signal.notes and PROXY in signal.notes
    assert set(LIMITS) <= set(signal.notes)
    for words in ("Zelfredzaamheid", "2012–2020", "2014–2020", "Proefbron", "verzonnen", "modelschattingen"):
        assert words in text
    assert "aanname" in text


# --- invariants ---

figure = st.floats(-2, 2, allow_nan=False).map(lambda x: round(x, 4))
maybe = st.one_of(figure, figure, figure, st.none())
small = st.floats(-0.2, 0.2, allow_nan=False).map(lambda x: round(x, 4))
buurt = st.tuples(
    st.tuples(maybe, maybe),
    st.tuples(st.one_of(small, small, st.none()), st.one_of(small, small, st.none())),
    st.sampled_from([0, 100, 150, 1000, 4000, None]),
)
complete = ((0.1, 0.5), (0.01, 0.03), 800)
towns = st.lists(buurt, min_size=1, max_size=8).map(lambda rows: [*rows, complete])


def built(rows: list) -> Municipality:
    codes = [f"BU{i:08d}" for i in range(len(rows))]
    figures: list[Row] = []
    for code, (k, o, _) in zip(codes, rows, strict=True):
        figures += zelfredzaam(code, k, o)
    return town(codes, figures, inwoners={code: row[2] for code, row in zip(codes, rows, strict=True)})


RIVM_PERIOD = Period(k0=2012, k1=2020, o0=2014, o1=2020)


def signal_of(municipality: Municipality, view: str = "relatief") -> Signal:
    return compute_signal(municipality, profile="zelfredzaamheid", period=RIVM_PERIOD, view=view)  # type: ignore[arg-type]


@settings(max_examples=25, deadline=None)
@given(towns, st.integers(0, 2**32 - 1))
def test_classes_do_not_depend_on_the_order_of_the_rows(rows: list, seed: int) -> None:
    first = built(rows)
    shuffled = replace(
        first,
        buurten=first.buurten.sample(frac=1, random_state=seed),
        indicators=first.indicators.sample(frac=1, random_state=seed),
    )
    one, other = signal_of(first).table, signal_of(shuffled).table
    assert one["letter"].to_dict() == other["letter"].to_dict()
    assert one["focus"].to_dict() == other["focus"].to_dict()


@settings(max_examples=25, deadline=None)
@given(towns, st.sampled_from([-0.5, -0.125, 0.25, 1.0]))
def test_the_same_amount_of_nuisance_everywhere_in_both_years_changes_no_class(
    rows: list, shift: float
) -> None:
    base = built(rows)
    moved = base.indicators.copy()
    moved.loc[moved["indicator"] == "onv", "value"] += shift
    one = signal_of(base, "absoluut").table
    other = signal_of(replace(base, indicators=moved), "absoluut").table
    assert one["letter"].to_list() == other["letter"].to_list()


@settings(max_examples=25, deadline=None)
@given(towns)
def test_relative_changes_sum_to_zero_by_weight(rows: list) -> None:
    signal = signal_of(built([complete] * 4 + rows))
    table = signal.table[signal.table["in_u"]]
    assert signal.view == "relatief"
    for change in ("dk", "do"):
        assert table[change].mul(table["inwoners"]).sum() == pytest.approx(0, abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(towns)
def test_missing_is_always_x_with_a_reason_and_x_is_always_for_something_missing(rows: list) -> None:
    table = signal_of(built(rows)).table
    for (k, o, inwoners), (_, row) in zip(rows, table.iterrows(), strict=True):
        whole = None not in (*k, *o, inwoners) and inwoners >= 150
        assert (row["letter"] != "X") == whole
        assert bool(row["why_x"]) == (not whole)


# --- what cannot be computed ---


def test_an_unknown_profile_names_the_ones_there_are() -> None:
    with pytest.raises(SignalError) as error:
        compute_signal(six(), profile="geluk")
    assert "zelfredzaamheid" in error.value.expected and error.value.todo


@pytest.mark.parametrize(
    "period", [(2012, 2016, 2014, 2020), (2012, 2020, 2014, 2024), (2020, 2012, 2014, 2020)]
)
def test_years_without_figures_are_named(period: tuple[int, int, int, int]) -> None:
    k0, k1, o0, o1 = period
    with pytest.raises(SignalError) as error:
        compute_signal(six(), profile="zelfredzaamheid", period=Period(k0=k0, k1=k1, o0=o0, o1=o1))
    assert error.value.got and error.value.todo


def test_without_figures_the_error_says_what_to_read_in() -> None:
    with pytest.raises(SignalError) as error:
        compute_signal(town(CODES, []))
    assert "geen" in error.value.got
    assert "veerkracht data import" in error.value.todo


def test_where_no_buurt_can_be_determined_the_error_says_why() -> None:
    with pytest.raises(SignalError) as error:
        compute_signal(six(inwoners=20))
    assert "te weinig inwoners" in error.value.got


def test_a_reference_of_another_profile_is_refused() -> None:
    with pytest.raises(SignalError):
        compute_signal(six(), profile="zelfredzaamheid", reference=default_reference("sociaaleconomisch"))


@pytest.mark.parametrize("options", [{"dk_band": -0.1}, {"do_band": float("nan")}, {"view": "rood-groen"}])
def test_choices_that_make_no_sense_are_refused(options: dict) -> None:
    with pytest.raises(SignalError):
        compute_signal(six(), **options)


def test_the_figures_of_the_municipality_are_left_as_they_were() -> None:
    base = six()
    before = base.indicators.copy()
    compute_signal(base)
    pd.testing.assert_frame_equal(base.indicators, before)
