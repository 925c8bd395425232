"""How firm a class is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from signal_towns import Row, golden_town, rows_of, town, zelfredzaam

from veerkracht_nb.areas.municipality import Municipality
from veerkracht_nb.errors import SignalError
from veerkracht_nb.signal import Period, Signal, compute_signal, explain_support, own_profile, robustness
from veerkracht_nb.signal.profiles import PROFILES
from veerkracht_nb.signal.robustness import FACTORS, FOCUS_VARIANTS, indicator_sets

LEVELS = [(0.0, 0.4), (0.1, 0.6), (0.2, 0.2), (0.5, 0.1), (-0.3, -0.2), (0.0, 1.0)]
NUISANCE = [(0.01, 0.03), (0.02, 0.02), (0.00, 0.02), (0.05, 0.02), (-0.01, -0.01), (0.03, 0.06)]
CODES = [f"BU990101{i:02d}" for i in range(6)]


def six(**options: object) -> Municipality:
    rows: list[Row] = []
    for code, k, o in zip(CODES, LEVELS, NUISANCE, strict=True):
        rows += zelfredzaam(code, k, o)
    return town(CODES, rows, **options)  # type: ignore[arg-type]


def recomputed(
    municipality: Municipality, signal: Signal, terms: tuple[str, ...], dk: float, do: float
) -> list:
    """The long way: another profile, other bands, the whole computation again (no rounding of counts)."""
    profile = signal.definition
    chosen = replace(profile, terms=tuple(term for term in profile.terms if term.key in terms))
    again = compute_signal(
        municipality,
        profile=chosen,
        period=signal.period,
        view=signal.view,
        reference=signal.reference,
        dk_band=dk * signal.dk_floor,
        do_band=do * float(signal.table["do_band"].iloc[0]),
    )
    return again.table["letter"].to_list()


def test_two_indicators_give_27_variants_and_three_give_36() -> None:
    two, three = PROFILES["sociaaleconomisch"], PROFILES["zelfredzaamheid"]
    first, second = (term.key for term in two.terms)
    assert indicator_sets(two) == ((first, second), (second,), (first,))
    assert [len(terms) for terms in indicator_sets(three)] == [3, 2, 2, 2]
    assert len(robustness(compute_signal(golden_town())).variants) == 27
    assert len(robustness(compute_signal(six())).variants) == 36


@pytest.mark.parametrize("view", ["relatief", "absoluut"])
def test_every_variant_is_what_the_whole_computation_would_give(view: str) -> None:
    base = six(inwoners=dict(zip(CODES, (200, 400, 600, 800, 1000, 140), strict=True)))
    rows = base.indicators
    # One indicator that moves apart from the others.
    rows.loc[(rows["indicator"] == "ernstig_eenzaam") & (rows["year"] == 2020), "value"] += np.linspace(
        -4, 4, 6
    )
    signal = compute_signal(base, view=view)  # type: ignore[arg-type]
    assert signal.view == view
    firmness = robustness(signal)
    assert firmness.letters.nunique(axis=1).max() > 1
    for number, variant in enumerate(firmness.variants):
        wanted = recomputed(base, signal, variant.terms, variant.dk_factor, variant.do_factor)
        assert firmness.letters[number].to_list() == wanted, variant


def test_support_is_the_share_of_variants_with_the_class_of_the_map() -> None:
    signal = compute_signal(six(), view="absoluut")
    firmness = robustness(signal)
    same = firmness.letters.eq(signal.table["letter"], axis=0).sum(axis=1)
    assert firmness.table["same"].to_list() == same.to_list()
    assert firmness.table["support"].to_numpy() == pytest.approx(same.to_numpy() / 36)
    assert firmness.table["uncertain"].to_list() == [3 * n < 72 for n in same]


def test_exactly_two_thirds_is_not_uncertain() -> None:
    # dk of 0.3 lies outside 0.25 and 0.75 * 0.25, within 1.5 * 0.25: two of three bands keep the class.
    rows = zelfredzaam("BU1", (0.0, 0.3), (0.0, 0.5)) + zelfredzaam("BU2", (0.0, 0.2), (0.0, 0.5))
    table = robustness(compute_signal(town(["BU1", "BU2"], rows), view="absoluut")).table
    assert table["letter"].to_list() == ["A", "C"]
    assert table["same"].to_list() == [24, 24]
    assert not table["uncertain"].any()


def test_bands_and_the_noise_of_small_buurten_widen_together() -> None:
    firmness = robustness(compute_signal(golden_town(), view="absoluut"))
    assert firmness.table.loc["Foxtrot", ["letter", "same"]].to_list() == ["X", 27]
    assert (
        np.isnan(firmness.table.loc["Foxtrot", "support"]) and not firmness.table.loc["Foxtrot", "uncertain"]
    )
    assert (firmness.letters.loc["Foxtrot"] == "X").all()
    assert firmness.table.loc["Alfa", "same"] == 27


def test_an_indicator_too_coarse_on_its_own_does_not_support_the_class() -> None:
    rows: list[Row] = []
    for year, low, onv in ((2014, 40.0, 0.0), (2022, 80.0, -0.05)):
        # 1.96 * (577.35 / 400 / 5) / 2 = 0.28 for both indicators, twice that for the benefits alone.
        figures = {"a_soz_wb": 20.0, "a_soz_ao": 20.0, "a_15_24": 400.0, "a_25_44": 0.0, "a_45_64": 0.0}
        rows += rows_of("BU1", year, p_hh_li=low, onv=onv, **figures)
    firmness = robustness(compute_signal(town(["BU1"], rows)))
    assert firmness.table.loc["BU1", "letter"] == "A"
    assert firmness.without.loc["BU1"].to_dict() == {"laag_inkomen": "X", "uitkering": "A"}
    assert firmness.table.loc["BU1", "same"] == 18


def test_the_indicator_that_moves_the_class_is_named() -> None:
    rows: list[Row] = []
    for year, low, wb in ((2014, 40.0, 100.0), (2022, 60.0, 100.0)):
        onv = 0.0 if year == 2014 else -0.05
        figures = {"a_soz_ao": 100.0, "a_15_24": 2000.0, "a_25_44": 2000.0, "a_45_64": 2000.0}
        rows += rows_of("BU1", year, p_hh_li=low, a_soz_wb=wb, onv=onv, **figures)
    signal = compute_signal(town(["BU1"], rows))
    firmness = robustness(signal)
    assert firmness.without.loc["BU1"].to_dict() == {"laag_inkomen": "C", "uitkering": "A"}
    text = explain_support(signal, firmness, "BU1")
    assert text[0] == "In 18 van 27 varianten krijgt deze buurt dezelfde klasse (A)."
    assert text[1].startswith("Zonder de indicator ‘Huishoudens met laag inkomen’ zou het klasse C zijn")


def test_a_class_that_no_indicator_moves_says_so_and_x_says_nothing() -> None:
    signal = compute_signal(golden_town(), view="absoluut")
    firmness = robustness(signal)
    assert "de klasse blijft gelijk" in explain_support(signal, firmness, "Alfa")[1]
    assert not any("varianten krijgt" in line for line in explain_support(signal, firmness, "Foxtrot"))
    with pytest.raises(SignalError):
        explain_support(signal, firmness, "BU0")


def test_the_focus_is_held_against_nine_pairs_of_percentiles() -> None:
    k75, k80 = 0.5642, 0.7809
    rows = zelfredzaam("BU1", (0.0, (k75 + k80) / 2), (0.0, 0.9)) + zelfredzaam("BU2", (0.0, 5.0), (0.0, 5.0))
    rows += zelfredzaam("BU3", (0.0, None), (0.0, 0.0))
    table = robustness(compute_signal(town(["BU1", "BU2", "BU3"], rows), view="absoluut")).table
    assert len(FOCUS_VARIANTS) == 9
    assert table["focus"].to_list() == ["overlast", "beide", "onbekend"]
    assert table["focus_same"].to_list()[:2] == [6, 9]
    assert table["focus_uncertain"].to_list() == [False, False, False]
    assert np.isnan(table.loc["BU3", "focus_support"])


def test_a_profile_of_one_indicator_has_nine_variants_and_nothing_to_leave_out() -> None:
    profile = own_profile("eigen_een", "Een", PROFILES["zelfredzaamheid"].terms[:1], source="wij")
    firmness = robustness(compute_signal(six(), profile=profile))
    assert len(firmness.variants) == len(FACTORS) ** 2
    assert firmness.without.shape == (6, 0)


figure = st.floats(-2, 2).map(lambda x: round(x, 3))
maybe = st.one_of(figure, figure, figure, st.none())
buurt = st.tuples(st.tuples(maybe, maybe), st.tuples(maybe, maybe), st.sampled_from([0, 100, 150, 1000]))


@settings(max_examples=20, deadline=None)
@given(st.lists(buurt, min_size=1, max_size=8))
def test_x_stays_x_and_the_map_itself_is_one_of_the_variants(rows: list) -> None:
    rows = [*rows, ((0.1, 0.5), (0.01, 0.03), 800)]
    codes = [f"BU{i:08d}" for i in range(len(rows))]
    figures: list[Row] = []
    for code, (k, o, _) in zip(codes, rows, strict=True):
        figures += zelfredzaam(code, k, o)
    place = town(codes, figures, inwoners={code: row[2] for code, row in zip(codes, rows, strict=True)})
    period = Period(k0=2012, k1=2020, o0=2014, o1=2020)
    signal = compute_signal(place, profile="zelfredzaamheid", period=period)
    firmness = robustness(signal)
    x = signal.table["letter"] == "X"
    assert (firmness.letters[x] == "X").all().all()
    assert (firmness.table.loc[~x, "same"] >= 1).all()
    assert firmness.table.loc[~x, "support"].between(0, 1).all()
    assert firmness.letters[4].to_list() == signal.table["letter"].to_list()
