"""The national yardstick."""

from __future__ import annotations

import pandas as pd
import pytest

from veerkracht_nb.errors import SignalError
from veerkracht_nb.signal import default_reference, national_reference

NAMES = ("moeite_rondkomen", "hoog_risico_angst_depressie", "ernstig_eenzaam")


def table(figures: dict[str, float], **weights: float) -> pd.DataFrame:
    rows = [(code, name, 2020, value) for code, value in figures.items() for name in NAMES]
    rows += [(code, "a_inw", 2020, count) for code, count in weights.items()]
    return pd.DataFrame(rows, columns=["code", "indicator", "year", "value"])


def test_without_inhabitants_every_buurt_weighs_the_same() -> None:
    reference = national_reference("zelfredzaamheid", 2020, table({"a": 10.0, "b": 20.0}))
    term = reference.terms["ernstig_eenzaam"]
    assert (term.mean, term.sd) == (15.0, 5.0)
    assert "2 buurten, ongewogen" in term.source
    assert reference.year == 2020


def test_with_inhabitants_a_large_buurt_weighs_more_and_a_small_one_nothing() -> None:
    figures = {"a": 10.0, "b": 20.0, "c": 90.0}
    reference = national_reference("zelfredzaamheid", 2020, table(figures, a=900, b=300, c=149))
    term = reference.terms["moeite_rondkomen"]
    assert term.mean == 12.5
    assert term.sd == pytest.approx((0.75 * 2.5**2 + 0.25 * 7.5**2) ** 0.5)
    assert "gewogen naar inwoners" in term.source


def test_percentiles_are_values_that_occur() -> None:
    reference = national_reference("zelfredzaamheid", 2020, table({f"b{i}": float(i) for i in range(1, 101)}))
    mean, sd = reference.terms["ernstig_eenzaam"].mean, reference.terms["ernstig_eenzaam"].sd
    assert reference.k.percentiles[80] == pytest.approx((80 - mean) / sd)
    assert reference.k_high == reference.k.percentiles[80]


def test_nuisance_is_measured_where_the_country_is_there_and_assumed_where_not() -> None:
    base = table({"a": 10.0, "b": 20.0})
    assert "aanname" in national_reference("zelfredzaamheid", 2020, base).o.source
    onv = pd.DataFrame(
        [("a", "onv", 2020, -0.02), ("b", "onv", 2020, 0.06)], columns=["code", "indicator", "year", "value"]
    )
    measured = national_reference("zelfredzaamheid", 2020, pd.concat([base, onv]))
    assert measured.o_sd == pytest.approx(0.04)
    assert measured.o_high == pytest.approx(0.02)
    assert "Leefbaarometer" in measured.o.source


@pytest.mark.parametrize("figures", [{}, {"a": 10.0}, {"a": 10.0, "b": 10.0}])
def test_a_country_without_spread_is_no_yardstick(figures: dict[str, float]) -> None:
    with pytest.raises(SignalError):
        national_reference("zelfredzaamheid", 2020, table(figures))


def test_assumptions_are_called_so() -> None:
    reference = default_reference("sociaaleconomisch")
    assert all("aanname" in source for source in reference.sources())
    assert reference.o.percentiles[80] == pytest.approx(0.0379)
