"""Als we niets doen: trends, shrinking, and honest intervals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from signal_towns import ZELFREDZAAMHEID, Row, golden_town, town

from veerkracht_nb.areas.municipality import Municipality
from veerkracht_nb.errors import SignalError
from veerkracht_nb.signal import (
    Trends,
    default_reference,
    explain_projection,
    fit_trends,
    headline,
    project,
)

YEARS = (2014, 2016, 2018, 2020, 2022)
KINDS = ["beide", "kwetsbaarheid", "overlast", "geen"]


def frame(values: np.ndarray, years: tuple[int, ...] = YEARS) -> pd.DataFrame:
    return pd.DataFrame(values, index=[f"b{i}" for i in range(len(values))], columns=list(years))


def fitted(values: pd.DataFrame, people: np.ndarray | None = None, least: float = 0.1) -> Trends:
    weights = pd.Series(1000.0 if people is None else people, index=values.index)
    return fit_trends(values, weights, pd.Series(least, index=values.index))


def lines(slopes: np.ndarray, noise: float, random: np.random.Generator, years: tuple = YEARS) -> np.ndarray:
    steps = np.array(years) - np.mean(years)
    return slopes[:, None] * steps + noise * random.standard_normal((len(slopes), len(years)))


# --- trends ---

cell = st.one_of(st.floats(-3, 3).map(lambda x: round(x, 3)), st.just(float("nan")))
tables = st.integers(1, 8).flatmap(
    lambda n: st.lists(st.lists(cell, min_size=5, max_size=5), min_size=n, max_size=n).map(np.array)
)


@settings(max_examples=60, deadline=None)
@given(tables)
def test_a_trend_lies_between_that_of_the_buurt_and_that_of_the_gemeente(values: np.ndarray) -> None:
    if (np.isfinite(values).sum(axis=1) >= 2).sum() == 0:
        return
    trends = fitted(frame(values))
    assert trends.weight.between(0, 1).all()
    low = np.minimum(trends.own_slope, trends.common_slope) - 1e-9
    high = np.maximum(trends.own_slope, trends.common_slope) + 1e-9
    assert trends.slope.between(low, high).all()
    variances = (trends.residual_variance, trends.estimation_variance, trends.slope_variance)
    assert all((variance >= 0).all() for variance in variances)
    assert (trends.freedom > 0).all() and trends.between >= 0 and trends.shock_variance >= 0
    assert np.isfinite(trends.draw(2027, 50, np.random.default_rng(0))).all()


@settings(max_examples=30, deadline=None)
@given(tables, st.sampled_from([-2.0, 0.5, 8.0]))
def test_adding_a_constant_moves_the_future_by_that_constant(values: np.ndarray, shift: float) -> None:
    if (np.isfinite(values).sum(axis=1) >= 2).sum() == 0:
        return
    one, other = fitted(frame(values)), fitted(frame(values + shift))
    np.testing.assert_allclose(other.slope, one.slope, atol=1e-9)
    np.testing.assert_allclose(other.at(2027), one.at(2027) + shift, atol=1e-7)
    drawn = [trends.draw(2027, 20, np.random.default_rng(3)) for trends in (one, other)]
    np.testing.assert_allclose(drawn[1], drawn[0] + shift, atol=1e-4)


def test_the_slope_of_a_straight_line_is_that_line_also_with_years_missing() -> None:
    values = frame(np.array([[0.0, 0.2, 0.4, 0.6, 0.8], [1.0, 1.0, 1.0, 1.0, 1.0]]))
    values.loc["b0", 2018] = np.nan
    trends = fitted(values)
    np.testing.assert_allclose(trends.own_slope, [0.1, 0.0], atol=1e-12)
    np.testing.assert_allclose(trends.weight, 1.0)
    np.testing.assert_allclose(trends.at(2027), [1.3, 1.0])


def test_without_difference_between_buurten_each_gets_the_trend_of_the_gemeente() -> None:
    # Noise that is the same but for its sign: the slopes differ by less than their own errors.
    bend = np.array([1.0, -2.0, 0.0, 2.0, -1.0])
    values = frame(np.array([0.1 * (np.array(YEARS) - 2018) + sign * bend for sign in (1, -1, 1, -1)]))
    trends = fitted(values)
    assert trends.between == 0
    np.testing.assert_allclose(trends.weight, 0.0)
    np.testing.assert_allclose(trends.slope, trends.common_slope)


def test_large_differences_between_buurten_leave_each_its_own_trend() -> None:
    random = np.random.default_rng(5)
    trends = fitted(frame(lines(np.linspace(-1, 1, 30), 0.05, random)))
    assert trends.weight.min() > 0.95
    assert trends.between == pytest.approx(np.var(np.linspace(-1, 1, 30), ddof=1), rel=0.1)


def test_the_trend_of_the_gemeente_is_weighted_by_inhabitants() -> None:
    values = frame(np.array([[0.0, 0.2, 0.4, 0.6, 0.8], [0.0, 0.0, 0.0, 0.0, 0.0]]))
    assert fitted(values, np.array([3000.0, 1000.0])).common_slope == pytest.approx(0.075)


def test_a_buurt_with_fewer_years_leans_more_on_the_gemeente() -> None:
    random = np.random.default_rng(6)
    values = frame(lines(np.linspace(-0.1, 0.1, 20), 0.2, random))
    values.loc["b0", [2014, 2022]] = np.nan
    values.loc["b1", [2014, 2016, 2022]] = np.nan
    trends = fitted(values)
    rest = trends.weight.drop(["b0", "b1"])
    assert trends.weight["b1"] < trends.weight["b0"] < rest.mean()


def test_what_happens_to_all_in_one_year_is_no_chance_of_a_buurt_but_widens_the_future_of_all() -> None:
    random = np.random.default_rng(7)
    calm = lines(np.linspace(-0.1, 0.1, 40), 0.05, random)
    shaken = calm + np.array([0.0, 1.0, -1.0, 1.0, 0.0])
    one, other = fitted(frame(calm)), fitted(frame(shaken))
    np.testing.assert_allclose(one.residual_variance, other.residual_variance, rtol=1e-6)
    np.testing.assert_allclose(one.weight, other.weight, rtol=1e-6)
    assert other.shock_variance > 100 * one.shock_variance
    spread = [t.draw(2027, 2000, np.random.default_rng(1)).mean(axis=1).std() for t in (one, other)]
    assert spread[1] > 5 * spread[0]


def test_two_years_are_the_difference_halfway_the_gemeente_with_a_wide_interval() -> None:
    random = np.random.default_rng(8)
    slopes = np.linspace(-0.1, 0.1, 20)
    five = lines(slopes, 0.1, random)
    two = fitted(frame(five[:, [0, -1]], (2014, 2022)), least=0.1)
    difference = (five[:, -1] - five[:, 0]) / 8
    np.testing.assert_allclose(two.own_slope, difference)
    assert two.assumed
    np.testing.assert_allclose(two.weight, 0.5)
    many = fitted(frame(five), least=0.1)
    assert not many.assumed
    width = [np.ptp(np.quantile(t.draw(2027, 2000, random), [0.1, 0.9], axis=0), axis=0) for t in (two, many)]
    assert (width[0] > 1.5 * width[1]).all()


def test_two_years_of_one_buurt_take_the_band_of_the_method_as_chance() -> None:
    trends = fitted(frame(np.array([[0.0, 0.4]]), (2014, 2022)), least=0.1)
    assert trends.slope["b0"] == pytest.approx(0.05)
    assert trends.residual_variance["b0"] == pytest.approx(0.01)
    drawn = trends.draw(2027, 2000, np.random.default_rng(0))[:, 0]
    assert np.ptp(np.quantile(drawn, [0.1, 0.9])) > 2 * 1.28 * 0.1


@pytest.mark.parametrize(("years", "shock"), [(YEARS, 0.0), (YEARS, 0.1), ((2012, 2016, 2020), 0.0)])
def test_the_interval_holds_the_future_about_as_often_as_it_says(
    years: tuple[int, ...], shock: float
) -> None:
    random = np.random.default_rng(11)
    hits = []
    for _ in range(60):
        slopes = 0.02 + 0.03 * random.standard_normal(40)
        level = random.standard_normal((40, 1))
        moves = shock * random.standard_normal(len(years) + 1)
        values = level + lines(slopes, 0.15, random, years) + moves[:-1]
        future = (
            level[:, 0] + slopes * (2027 - np.mean(years)) + 0.15 * random.standard_normal(40) + moves[-1]
        )
        low, high = np.quantile(fitted(frame(values, years)).draw(2027, 300, random), [0.1, 0.9], axis=0)
        hits.append(((low <= future) & (future <= high)).mean())
    assert 0.70 < np.mean(hits) < 0.92


# --- the whole ---


def history(
    code: str,
    k: tuple[float, ...],
    o: tuple[float, ...],
    k_years: tuple = (2012, 2016, 2020),
    o_years: tuple = YEARS,
) -> list[Row]:
    terms = default_reference("zelfredzaamheid").terms
    rows = [
        (code, key, year, terms[key].mean + level * terms[key].sd)
        for year, level in zip(k_years, k, strict=True)
        for key in ZELFREDZAAMHEID
    ]
    return rows + [(code, "onv", year, -level) for year, level in zip(o_years, o, strict=True)]


CODES = [f"BU990101{i:02d}" for i in range(8)]


def place(**options: object) -> Municipality:
    random = np.random.default_rng(2)
    rows: list[Row] = []
    for number, code in enumerate(CODES):
        k = 0.25 * number - 0.4 + np.array([-0.1, 0.0, 0.1]) + 0.05 * random.standard_normal(3)
        o = 0.012 * number - 0.01 + 0.004 * np.arange(5) + 0.004 * random.standard_normal(5)
        rows += history(code, tuple(k), tuple(o))
    return town(CODES, rows, **options)  # type: ignore[arg-type]


def test_shares_and_chances_add_up_and_the_interval_holds_the_median() -> None:
    outcome = project(place(inwoners=dict(zip(CODES, range(500, 1300, 100), strict=True))))
    assert (outcome.k_years, outcome.o_years) == ((2012, 2016, 2020), YEARS)
    assert outcome.year == 2027
    shares = outcome.shares
    assert list(shares.index.get_level_values("focus").unique()) == KINDS
    assert ((shares["low"] <= shares["median"]) & (shares["median"] <= shares["high"])).all()
    for of in ("inwoners", "buurten"):
        assert shares.xs(of, level="of")["now"].sum() == pytest.approx(1)
    table = outcome.table
    np.testing.assert_allclose(table[[f"p_{kind}" for kind in KINDS]].sum(axis=1), 1)
    for name in ("k", "o"):
        assert (table[f"{name}_low"] < table[f"{name}_median"]).all()
        assert (table[f"{name}_median"] < table[f"{name}_high"]).all()
        assert table[f"{name}_weight"].between(0, 1).all()


def test_the_same_seed_gives_the_same_future_and_more_draws_converge() -> None:
    municipality = place()
    one, again = project(municipality, draws=500), project(municipality, draws=500)
    pd.testing.assert_frame_equal(one.table, again.table)
    pd.testing.assert_frame_equal(one.shares, again.shares)
    chances = [f"p_{kind}" for kind in KINDS]
    far = project(municipality, draws=20000, seed=1).table[chances]

    def off(draws: int) -> float:
        return max(
            float((project(municipality, draws=draws, seed=seed).table[chances] - far).abs().max().max())
            for seed in (2, 3, 4)
        )

    assert off(8000) < off(100)
    assert off(8000) < 0.02


def test_further_ahead_is_less_certain() -> None:
    municipality = place()
    near, far = (project(municipality, years_ahead=years).table for years in (1, 12))
    for name in ("k", "o"):
        assert (
            (far[f"{name}_high"] - far[f"{name}_low"]) > (near[f"{name}_high"] - near[f"{name}_low"])
        ).all()


def test_the_order_of_the_rows_plays_no_part() -> None:
    base = place()
    shuffled = replace(base, indicators=base.indicators.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(project(base).table, project(shuffled).table)


def test_buurten_without_a_trend_are_left_out_with_the_reason() -> None:
    base = place(inwoners={**dict.fromkeys(CODES, 1000), CODES[0]: 100})
    rows = base.indicators
    gone = (rows["code"] == CODES[1]) & (rows["indicator"] == "onv") & (rows["year"] > 2014)
    gone |= (rows["code"] == CODES[2]) & (rows["indicator"] == "ernstig_eenzaam") & (rows["year"] > 2012)
    outcome = project(replace(base, indicators=rows[~gone]))
    why = outcome.table["why"]
    assert "te weinig inwoners" in why[CODES[0]]
    assert "jaren met overlast" in why[CODES[1]] and "jaren met kwetsbaarheid" in why[CODES[2]]
    assert outcome.table.loc[CODES[:3], "p_beide"].isna().all()
    assert (outcome.table.loc[CODES[:3], "focus_now"] == "onbekend").all()
    assert any("3 van de 8 buurten" in note for note in outcome.notes)
    assert "geen trend" in explain_projection(outcome, CODES[0])[0]


def test_a_buurt_too_small_to_tell_a_change_from_rounding_is_not_projected() -> None:
    outcome = project(golden_town())
    assert "te klein om een verandering" in outcome.table.loc["Foxtrot", "why"]
    assert outcome.table.loc["Alfa", "p_beide"] >= 0


def test_two_years_are_said_and_make_the_interval_wide() -> None:
    base = place()
    rows = base.indicators
    few = replace(base, indicators=rows[rows["year"].isin([2012, 2020, 2014, 2022])])
    short, long = project(few), project(base)
    assert any("maar twee jaren" in note for note in short.notes)
    assert not any("maar twee jaren" in note for note in long.notes)
    width = [float((p.table["k_high"] - p.table["k_low"]).mean()) for p in (short, long)]
    assert width[0] > width[1]


def test_what_must_stand_beside_it() -> None:
    outcome = project(place())
    text = "\n".join(outcome.notes)
    for words in (
        "geen voorspelling",
        "2012, 2016, 2020",
        "2014, 2016, 2018, 2020, 2022",
        "7 en 5 jaar",
        "80%",
    ):
        assert words in text
    sentence = headline(outcome)
    assert "in 2027" in sentence and "80%-interval" in sentence
    lines_of_one = explain_projection(outcome, CODES[-1])
    assert "2027" in lines_of_one[0] and "geen voorspelling" in lines_of_one[-1]


def test_a_chance_is_never_called_nought_or_certain() -> None:
    outcome = project(place())
    table = outcome.table.assign(p_beide=0.0)
    assert "minder dan 1%" in explain_projection(replace(outcome, table=table), CODES[0])[0]
    assert (
        "meer dan 99%" in explain_projection(replace(outcome, table=table.assign(p_beide=1.0)), CODES[0])[0]
    )


@pytest.mark.parametrize("keep", [(2012, 2014), (2020,), ()])
def test_with_fewer_than_two_years_the_error_says_what_is_missing(keep: tuple[int, ...]) -> None:
    base = place()
    rows = base.indicators
    with pytest.raises(SignalError) as error:
        project(replace(base, indicators=rows[rows["year"].isin(keep)]), profile="zelfredzaamheid")
    assert "kwetsbaarheid" in error.value.got and "overlast" in error.value.got
    assert error.value.todo


def test_where_no_buurt_counts_the_error_says_why() -> None:
    with pytest.raises(SignalError) as error:
        project(place(inwoners=20), profile="zelfredzaamheid")
    assert "te weinig inwoners" in error.value.got


@pytest.mark.parametrize("options", [{"years_ahead": 0}, {"years_ahead": 99}, {"draws": 5}])
def test_choices_that_make_no_sense_are_refused(options: dict) -> None:
    with pytest.raises(SignalError):
        project(place(), **options)


def test_an_unknown_buurt_is_named() -> None:
    with pytest.raises(SignalError):
        explain_projection(project(place(), draws=100), "BU00000000")
