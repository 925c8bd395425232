"""The country at once gives each gemeente what it gets on its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from signal_towns import golden_town

from veerkracht_nb.areas import Municipality
from veerkracht_nb.areas.country import Country, country_of
from veerkracht_nb.errors import DataError, SignalError
from veerkracht_nb.signal import CLASSES, FOCUS, Period, compute_signal
from veerkracht_nb.signal.country import CountrySignal, country_signal, usable_profiles
from veerkracht_nb.signal.country_sizes import DETERMINED, by_size, nation
from veerkracht_nb.sources import load_municipality
from veerkracht_nb.sources.national import national_municipality, read_country

VIEWS = ("relatief", "absoluut")
SE = Period(k0=2014, k1=2022, o0=2014, o1=2022)


@pytest.fixture(scope="module")
def veerdam() -> Municipality:
    return load_municipality("voorbeeldstad")


def resampled(town: Municipality, number: int, seed: int, *, buurten: int = 48) -> Municipality:
    """Return another gemeente: some buurten of `town`, each with the figures of a buurt drawn by chance."""
    random = np.random.default_rng(seed)
    kept = town.buurten.iloc[:buurten]
    codes = [f"BU{6000 + number:04d}{code[6:]}" for code in kept.index]
    drawn = pd.DataFrame({"new": codes, "code": random.choice(town.buurten.index, size=len(codes))})
    rows = drawn.merge(town.indicators, on="code").drop(columns="code").rename(columns={"new": "code"})
    lost = random.random(len(rows)) < 0.01
    sizes = town.buurten.loc[drawn["code"], ["inwoners", "huishoudens"]]
    moved = kept.set_axis(pd.Index(codes, name="code")).assign(
        inwoners=sizes["inwoners"].array, huishoudens=sizes["huishoudens"].array
    )
    return replace(
        town,
        code=f"GM{6000 + number:04d}",
        name=f"Proefgemeente {number}",
        buurten=moved,
        indicators=rows.loc[~lost, ["code", "indicator", "year", "value"]].reset_index(drop=True),
    )


def same(signal: CountrySignal, town: Municipality) -> None:
    """Assert that a gemeente has the same figures in the country as on its own."""
    alone = compute_signal(town, profile=signal.profile, period=signal.period, view=signal.view)
    mine = signal.table[signal.table["gemeente_code"] == town.code]
    pd.testing.assert_frame_equal(
        mine.loc[alone.table.index, alone.table.columns], alone.table, rtol=1e-12, atol=1e-12
    )
    row = signal.by_municipality.loc[town.code]
    assert row["view"] == alone.view
    assert row["mean_dk"] == pytest.approx(alone.mean_dk, rel=1e-12, nan_ok=True)
    assert row["mean_do"] == pytest.approx(alone.mean_do, rel=1e-12, nan_ok=True)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("profile", ["sociaaleconomisch", "zelfredzaamheid"])
def test_each_gemeente_has_the_same_figures_as_on_its_own(
    veerdam: Municipality, profile: str, view: str
) -> None:
    towns = [veerdam, *(resampled(veerdam, n, seed=n, buurten=size) for n, size in enumerate((48, 20, 5, 3)))]
    signal = country_signal(country_of(towns), profile=profile, view=view)  # type: ignore[arg-type]
    for town in towns:
        same(signal, town)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sizes=st.lists(st.integers(2, 20), min_size=1, max_size=4),
    seed=st.integers(0, 2**31),
    view=st.sampled_from(VIEWS),
)
def test_generated_gemeenten_have_the_same_figures_as_on_their_own(
    veerdam: Municipality, sizes: list[int], seed: int, view: str
) -> None:
    towns = [veerdam, *(resampled(veerdam, n, seed + n, buurten=size) for n, size in enumerate(sizes))]
    signal = country_signal(country_of(towns), profile="sociaaleconomisch", period=SE, view=view)  # type: ignore[arg-type]
    for town in towns:
        try:
            same(signal, town)
        except SignalError:
            # Alone it is refused because nothing can be determined; in the country that is X everywhere.
            assert signal.by_municipality.loc[town.code, "determined"] == 0


def test_the_golden_example_comes_out_of_the_country(veerdam: Municipality) -> None:
    golden = golden_town()
    signal = country_signal(
        country_of([replace(golden, code="GM7001"), resampled(veerdam, 1, seed=3)]),
        profile="sociaaleconomisch",
        period=SE,
        view="absoluut",
    )
    letters = signal.table.loc[list(golden.buurten.index), "letter"]
    assert letters.to_dict() == dict(
        zip(("Alfa", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot"), "ABCDEX", strict=True)
    )


def test_the_order_of_gemeenten_and_buurten_does_not_matter(veerdam: Municipality) -> None:
    towns = [veerdam, resampled(veerdam, 1, seed=1), resampled(veerdam, 2, seed=2)]
    country = country_of(towns)
    mixed = country_of(towns[::-1])
    mixed = replace(mixed, buurten=mixed.buurten.sample(frac=1, random_state=1))
    a, b = country_signal(country), country_signal(mixed)
    pd.testing.assert_frame_equal(a.table, b.table.loc[a.table.index], rtol=1e-12)
    pd.testing.assert_frame_equal(a.by_municipality, b.by_municipality, rtol=1e-9)
    assert list(b.by_municipality.index) == sorted(b.by_municipality.index), "by code, never by outcome"


def test_counts_and_shares_add_up(veerdam: Municipality) -> None:
    country = country_of([veerdam, *(resampled(veerdam, n, seed=n) for n in range(6))])
    signal = country_signal(country)
    towns = signal.by_municipality
    assert (towns[list(CLASSES)].sum(axis=1) == towns["buurten"]).all()
    assert (towns[[f"focus_{key}" for key in FOCUS]].sum(axis=1) == towns["buurten"]).all()
    assert towns[[f"share_{letter}" for letter in CLASSES]].sum(axis=1).to_numpy() == pytest.approx(1.0)
    sizes, total = by_size(signal), nation(signal)
    assert sizes["gemeenten"].sum() == total["gemeenten"] == 7
    assert sizes["inwoners_determined"].sum() == pytest.approx(total["inwoners_determined"])
    assert sum(total[f"share_{letter}"] for letter in DETERMINED) == pytest.approx(1.0)
    assert (sizes[list(DETERMINED)].sum(axis=1) == sizes["determined"]).all()
    people = signal.table.groupby("letter")["inwoners"].sum()
    assert total["share_A"] == pytest.approx(people["A"] / people.drop("X").sum())


@pytest.fixture
def without_nuisance(veerdam: Municipality) -> Country:
    country = country_of([veerdam])
    return replace(country, indicators=country.indicators.query("indicator != 'onv'"))


def test_without_nuisance_there_is_vulnerability_and_no_class(without_nuisance: Country) -> None:
    signal = country_signal(without_nuisance)
    assert signal.table["k1"].notna().sum() > 40
    assert set(signal.table["letter"]) == {"X"}
    large = signal.table[signal.table["large"]]
    assert large["why_x"].str.contains("Overlast en onveiligheid").all()
    assert nation(signal)["determined"] == 0 and np.isnan(nation(signal)["share_A"])
    assert usable_profiles(without_nuisance)


def test_without_two_years_of_vulnerability_it_says_what_is_missing(veerdam: Municipality) -> None:
    country = country_of([veerdam])
    country = replace(country, indicators=country.indicators.query("year == 2020"))
    with pytest.raises(SignalError) as caught:
        country_signal(country)
    assert "ten minste twee jaren" in caught.value.expected
    assert usable_profiles(country) == []


def test_where_no_household_is_known_inhabitants_decide_and_the_notes_say_so(veerdam: Municipality) -> None:
    other = resampled(veerdam, 1, seed=1)
    blind = replace(
        other,
        buurten=other.buurten.assign(huishoudens=pd.array([None] * len(other.buurten), dtype="Int64")),
        indicators=other.indicators.query("indicator != 'a_hh'"),
    )
    signal = country_signal(country_of([veerdam, blind]))
    same(signal, veerdam)
    mine = signal.table[signal.table["gemeente_code"] == blind.code]
    assert (mine["large"] == ((mine["inwoners"] >= 150) & ~blind.buurten["water"])).all()
    assert signal.by_municipality["households_known"].to_dict() == {veerdam.code: True, blind.code: False}
    assert any("Van 1 gemeenten is het aantal huishoudens niet bekend" in note for note in signal.notes)


def test_the_notes_say_what_it_is_not(veerdam: Municipality) -> None:
    notes = country_signal(country_of([veerdam])).notes
    assert "Signaal, geen oordeel" in notes[0] and "Benadering met open data" in notes[1]
    assert any("geen ranglijst" in note for note in notes)
    assert any(note.startswith("Dekking: ") for note in notes)


@pytest.mark.parametrize(
    "choice",
    [{"view": "anders"}, {"profile": "anders"}, {"period": Period(k0=2022, k1=2014, o0=2014, o1=2022)}],
)
def test_choices_that_do_not_exist_are_refused(veerdam: Municipality, choice: dict[str, object]) -> None:
    with pytest.raises(SignalError):
        country_signal(country_of([veerdam]), **choice)  # type: ignore[arg-type]


def test_a_country_has_each_buurt_once(veerdam: Municipality) -> None:
    with pytest.raises(DataError, match="komt twee keer voor"):
        country_of([veerdam, replace(veerdam, code="GM9902")])
    with pytest.raises(DataError, match="geen gemeenten"):
        country_of([])


@pytest.fixture(scope="module")
def national(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Country, Path]]:
    folder = tmp_path_factory.mktemp("land")
    files = [
        shared_data / "kwb" / "kwb_2024_nl.parquet",
        shared_data / "kwetsbaarheid" / "rivm_gezondheidsmonitor_18plus_2012_2016_2020_nl.parquet",
        shared_data / "ruw",
    ]
    yield read_country(files, folder=folder), folder


@pytest.mark.shared
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", ["Vlaardingen", "Rotterdam", "Maassluis"])
def test_real_gemeenten_have_the_same_figures_as_on_their_own(
    name: str, view: str, national: tuple[Country, Path]
) -> None:
    country, folder = national
    signal = country_signal(country, view=view)  # type: ignore[arg-type]
    assert (signal.profile, signal.period) == ("zelfredzaamheid", Period(k0=2012, k1=2020, o0=2014, o1=2020))
    town = national_municipality(name, folder=folder)
    same(signal, town)
    own = compute_signal(town, view=view)  # type: ignore[arg-type]
    assert own.period == signal.period, "also without being told the years"


@pytest.mark.shared
def test_the_real_country_has_vulnerability_for_most_large_buurten(national: tuple[Country, Path]) -> None:
    signal = country_signal(national[0])
    total = nation(signal)
    assert (total["gemeenten"], total["buurten"]) == (342, 14_574)
    assert total["with_k"] > 0.8 * total["large"]
    assert total["determined"] == 118
    assert by_size(signal)["gemeenten"].sum() == 342
