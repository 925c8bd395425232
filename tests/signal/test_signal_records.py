"""The national reference: computed once, kept small, used without the national tables."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from signal_towns import golden_town

from veerkracht_nb.errors import DataError, FileDamaged
from veerkracht_nb.signal import (
    Reference,
    compute_signal,
    default_reference,
    from_record,
    national_reference,
    national_references,
    to_record,
)
from veerkracht_nb.sources.reference_store import load_reference, reference_path, save_reference


def country(buurten: int = 40, years: tuple[int, ...] = (2018, 2022), people: int = 2022) -> pd.DataFrame:
    random = np.random.default_rng(1)
    rows = []
    for number in range(buurten):
        code = f"BU{number:08d}"
        for year in years:
            figures = {
                "p_hh_li": random.uniform(20, 60),
                "a_soz_wb": random.uniform(10, 200),
                "a_soz_ao": random.uniform(10, 200),
                "a_15_24": 300.0,
                "a_25_44": 600.0,
                "a_45_64": 500.0,
            }
            rows += [(code, name, year, value) for name, value in figures.items()]
        rows += [(code, "a_inw", people, 100.0 + 50 * number), (code, "onv", 2020, random.normal(0, 0.05))]
    return pd.DataFrame(rows, columns=["code", "indicator", "year", "value"])


def same(one: Reference, other: Reference) -> bool:
    return to_record(one) == to_record(other)


def test_what_is_kept_comes_back_as_it_was() -> None:
    [reference] = national_references(country(), edition="KWB 2022", least=30)
    assert save_reference(to_record(reference)).name == "referentie-sociaaleconomisch.json"
    record = load_reference("sociaaleconomisch")
    assert record is not None and same(from_record(record), reference)
    assert record.edition == "KWB 2022" and record.year == 2022


def test_the_shipped_references_survive_the_form_too() -> None:
    for profile in ("sociaaleconomisch", "zelfredzaamheid"):
        save_reference(to_record(default_reference(profile)))
        record = load_reference(profile)
        assert record is not None and from_record(record) == default_reference(profile)


def test_a_map_made_with_a_kept_reference_is_that_of_the_national_tables_and_names_the_edition() -> None:
    table = country()
    reference = national_reference(
        "sociaaleconomisch", 2022, table, o_year=2020, weight_year=2022, edition="U1"
    )
    save_reference(to_record(reference))
    record = load_reference("sociaaleconomisch")
    assert record is not None
    kept = compute_signal(golden_town(), reference=from_record(record))
    fresh = compute_signal(golden_town(), reference=reference)
    pd.testing.assert_frame_equal(kept.table, fresh.table)
    assert any("uitgave U1" in note for note in kept.notes)
    assert not any("uitgave" in note for note in compute_signal(golden_town()).notes)


def test_the_latest_whole_year_is_taken_with_the_nearest_years_of_people_and_nuisance() -> None:
    table = country(people=2017)
    half = (table["year"] == 2022) & (table["indicator"] == "a_soz_ao") & (table["code"] > "BU00000010")
    [reference] = national_references(table[~half], edition="E", least=30)
    assert reference.year == 2018
    assert "2017, op gelijke buurtcode" in reference.k.source
    assert "2020" in reference.o_sd_source and "gewogen" in reference.o_sd_source
    # Of 40 buurten number 0 has fewer than 150 inhabitants.
    assert "39 buurten" in reference.k.source


def test_a_table_of_a_few_buurten_is_not_called_national() -> None:
    assert national_references(country(), edition="E") == ()
    assert national_references(country()[:0], edition="E", least=1) == ()


def test_without_a_kept_reference_there_is_none() -> None:
    assert load_reference("sociaaleconomisch") is None


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"profile": "x"}', "niet", '{"format": 99}'])
def test_a_damaged_file_is_named_with_what_to_do(damage: str) -> None:
    path = reference_path("sociaaleconomisch")
    path.parent.mkdir(parents=True)
    path.write_text(damage)
    with pytest.raises(FileDamaged) as error:
        load_reference("sociaaleconomisch")
    assert path.name in error.value.message and error.value.todo


def test_a_file_of_another_profile_or_form_is_refused() -> None:
    save_reference(to_record(default_reference("zelfredzaamheid")))
    path = reference_path("zelfredzaamheid")
    path.rename(reference_path("sociaaleconomisch"))
    with pytest.raises(FileDamaged):
        load_reference("sociaaleconomisch")
    save_reference(to_record(default_reference("zelfredzaamheid")))
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 2}))
    with pytest.raises(FileDamaged):
        load_reference("zelfredzaamheid")


@pytest.mark.parametrize("name", ["../boven", "", "a b", "A"])
def test_a_name_that_is_no_file_name_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(DataError):
        load_reference(name, tmp_path)
