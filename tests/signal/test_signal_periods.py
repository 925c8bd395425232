"""Which years are compared unless somebody chooses."""

from __future__ import annotations

import pytest
from signal_towns import ZELFREDZAAMHEID, Row, rows_of, town

from veerkracht_nb.areas.municipality import Municipality
from veerkracht_nb.errors import SignalError
from veerkracht_nb.signal import PROFILES, Period, available_periods, default_period, default_profile
from veerkracht_nb.signal.reference import DEFAULT_REFERENCES

KWB = ("p_hh_li", "a_soz_wb", "a_soz_ao", "a_15_24", "a_25_44", "a_45_64")
CODES = ["BU1", "BU2", "BU3", "BU4"]


def with_years(
    kwb: tuple[int, ...] = (), rivm: tuple[int, ...] = (), onv: tuple[int, ...] = ()
) -> Municipality:
    rows: list[Row] = []
    for code in CODES:
        for names, years in ((KWB, kwb), (ZELFREDZAAMHEID, rivm), (("onv",), onv)):
            for year in years:
                rows += rows_of(code, year, **dict.fromkeys(names, 10.0))
    return town(CODES, rows)


LBM = (2014, 2018, 2020, 2022, 2024)


def test_the_health_survey_of_2012_and_2020_meets_the_nearest_years_of_nuisance() -> None:
    municipality = with_years(rivm=(2012, 2016, 2020), onv=LBM)
    assert default_profile(municipality) == "zelfredzaamheid"
    assert default_period(municipality, "zelfredzaamheid") == Period(k0=2012, k1=2020, o0=2014, o1=2020)


def test_of_periods_that_share_as_many_years_the_one_with_the_same_years_is_taken() -> None:
    municipality = with_years(kwb=(2012, 2014, 2022), onv=(2014, 2018, 2022))
    assert default_period(municipality, "sociaaleconomisch") == Period(k0=2014, k1=2022, o0=2014, o1=2022)


def test_of_the_same_years_the_longest_period_is_taken() -> None:
    periods = available_periods(with_years(kwb=LBM, onv=LBM), "sociaaleconomisch")
    assert periods[0] == Period(k0=2014, k1=2024, o0=2014, o1=2024)
    assert len(periods) == len(set(periods)) == 10


def test_a_longer_shared_period_goes_before_equal_years() -> None:
    municipality = with_years(rivm=(2012, 2016, 2020), onv=(2014, 2016, 2018, 2020))
    assert default_period(municipality, "zelfredzaamheid") == Period(k0=2012, k1=2020, o0=2014, o1=2020)


def test_with_both_profiles_the_first_one_is_the_default() -> None:
    assert default_profile(with_years(kwb=(2014, 2022), rivm=(2012, 2020), onv=LBM)) == "sociaaleconomisch"


def test_a_year_of_one_buurt_is_not_a_year_for_a_map() -> None:
    municipality = with_years(kwb=(2014, 2022), onv=(2014, 2022, 2024))
    for name in KWB:
        municipality.indicators.loc[len(municipality.indicators)] = ("BU1", name, 2024, 10.0)
    assert default_period(municipality, "sociaaleconomisch") == Period(k0=2014, k1=2022, o0=2014, o1=2022)


def test_an_indicator_that_is_never_there_leaves_no_year() -> None:
    rows = [row for code in CODES for year in LBM for row in rows_of(code, year, p_hh_li=40.0, onv=0.0)]
    assert available_periods(town(CODES, rows), "sociaaleconomisch") == []


@pytest.mark.parametrize("years", [{"kwb": (2022,), "onv": LBM}, {"kwb": (2014, 2022), "onv": (2022,)}])
def test_one_year_is_not_a_development(years: dict) -> None:
    municipality = with_years(**years)
    with pytest.raises(SignalError) as error:
        default_period(municipality, "sociaaleconomisch")
    assert "2022" in error.value.got
    with pytest.raises(SignalError):
        default_profile(municipality)


def test_every_profile_has_a_reference_for_every_term() -> None:
    assert DEFAULT_REFERENCES.keys() == PROFILES.keys()
    for key, profile in PROFILES.items():
        reference = DEFAULT_REFERENCES[key]
        assert list(reference.terms) == [term.key for term in profile.terms]
        assert all(source for source in reference.sources())
        assert profile.key == key and profile.note and profile.source


def test_no_profile_uses_origin() -> None:
    names = {name for profile in PROFILES.values() for term in profile.terms for name in term.indicators}
    assert not [name for name in names if "nl_all" in name or "eur" in name or "marok" in name]
