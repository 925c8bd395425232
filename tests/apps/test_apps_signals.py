"""One national comparison for all pages, kept when the country is read, and never changed under a session."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from apps_hall import Town

from veerkracht_nb.apps import prepare, signals
from veerkracht_nb.apps.facts import buurt_facts
from veerkracht_nb.areas.country import Country
from veerkracht_nb.areas.indicators import REFERENCE_INDICATORS
from veerkracht_nb.dialogue import SessionMade
from veerkracht_nb.errors import FileDamaged
from veerkracht_nb.signal import (
    Reference,
    TermReference,
    compute_signal,
    default_reference,
    project,
    to_record,
)
from veerkracht_nb.sources import load_municipality
from veerkracht_nb.sources.bundle import pack, unpack
from veerkracht_nb.sources.national import load_country, read_country
from veerkracht_nb.sources.reference_store import reference_path, save_reference
from veerkracht_nb.sources.rivm import TITLE as RIVM_TITLE
from veerkracht_nb.sources.store import save_municipality, save_national

TERMS = ("moeite_rondkomen", "hoog_risico_angst_depressie", "ernstig_eenzaam")
BUURTEN = 5200


def other(profile: str = "zelfredzaamheid", edition: str = "2031", shift: float = 4.0) -> Reference:
    """Return a comparison that gives other figures than the shipped one."""
    shipped = default_reference(profile)
    terms = {
        key: TermReference(mean=term.mean + shift, sd=term.sd / 3, source="gemeten")
        for key, term in shipped.terms.items()
    }
    return replace(shipped, terms=terms, o_sd=0.2, edition=edition)


def national(*, people: bool = True, scores: int = 0, households: int = 0) -> pd.DataFrame:
    """Return a table of more than 5,000 buurten, with `scores` and `households` of only so many."""
    random = np.random.default_rng(3)
    codes = [f"BU{n:08d}" for n in range(BUURTEN)]
    parts = [(code, key, 2020, random.uniform(5, 15)) for code in codes for key in TERMS]
    if people:
        parts += [(code, "a_inw", 2024, 160.0 + n % 900) for n, code in enumerate(codes)]
    parts += [(code, "onv", 2020, random.normal(0.4, 0.01)) for code in codes[:scores]]
    parts += [(code, "a_hh", 2024, 300.0) for code in codes[:households]]
    return pd.DataFrame(parts, columns=["code", "indicator", "year", "value"])


def country(table: pd.DataFrame, like: Country) -> Country:
    return replace(like, indicators=table)


@pytest.fixture
def nothing_read(town: Town) -> Country:
    municipality = town.background.municipality
    empty = pd.DataFrame(municipality.buurten.drop(columns="geometry"))
    return Country(year=2024, buurten=empty, indicators=national(), provenance=municipality.provenance)


# -- which comparison ---------------------------------------------------


def test_without_national_tables_the_shipped_comparison_is_used_and_named(town: Town) -> None:
    signal = signals.signal_of(town.background.municipality, "zelfredzaamheid")
    assert signal.reference == default_reference("zelfredzaamheid")
    assert any("zoals bij dit programma geleverd" in note for note in signal.notes)


def test_a_kept_comparison_is_used_and_its_edition_printed(town: Town) -> None:
    save_reference(to_record(other()))
    municipality = town.background.municipality
    signal = signals.signal_of(municipality, "zelfredzaamheid", "absoluut")
    assert signal.reference == other()
    assert signal.table.equals(
        compute_signal(municipality, profile="zelfredzaamheid", view="absoluut", reference=other()).table
    )
    assert any("uitgave 2031" in note for note in signal.notes)
    ahead = signals.projection_of(municipality, "zelfredzaamheid", years_ahead=2)
    assert ahead.reference == other() and any("uitgave 2031" in note for note in ahead.notes)
    assert ahead.table.equals(
        project(municipality, profile="zelfredzaamheid", years_ahead=2, reference=other()).table
    )


def test_another_profile_is_not_touched_by_it(town: Town) -> None:
    save_reference(to_record(other()))
    signal = signals.signal_of(town.background.municipality, "sociaaleconomisch")
    assert signal.reference == default_reference("sociaaleconomisch")


def test_a_damaged_comparison_is_an_error_and_not_another_outcome(town: Town) -> None:
    path = save_reference(to_record(other()))
    path.write_text("{}")
    with pytest.raises(FileDamaged, match="referentie-zelfredzaamheid"):
        signals.signal_of(town.background.municipality, "zelfredzaamheid")


# -- when it is computed ---------------------------------------------------


def test_reading_the_country_keeps_the_comparison(nothing_read: Country) -> None:
    [found] = signals.keep_country_references(nothing_read)
    assert found.profile == "zelfredzaamheid" and found.year == 2020
    assert signals.reference_of("zelfredzaamheid") == found
    [line] = signals.reference_lines([found])
    assert "zelfredzaamheid" in line and "2020" in line


def test_a_table_without_inhabitants_gives_no_comparison(nothing_read: Country) -> None:
    assert signals.keep_country_references(country(national(people=False), nothing_read)) == ()
    assert signals.reference_of("zelfredzaamheid") is None


def test_scores_and_households_of_a_few_gemeenten_are_not_called_national(nothing_read: Country) -> None:
    [few] = signals.keep_country_references(country(national(scores=150, households=300), nothing_read))
    [none] = signals.keep_country_references(nothing_read)
    assert few.terms == none.terms, "where households are not known a buurt counts by its inhabitants"
    assert f"{BUURTEN} buurten" in few.k.source
    assert (few.o_sd, few.o) == (
        default_reference("zelfredzaamheid").o_sd,
        default_reference("zelfredzaamheid").o,
    )
    [all_scored] = signals.keep_country_references(country(national(scores=BUURTEN), nothing_read))
    assert all_scored.o_sd == pytest.approx(0.01, rel=0.1)


def test_a_newer_national_table_renews_the_comparison_and_an_older_one_does_not() -> None:
    assert signals.refresh_references() == ()
    table = national()
    save_national("gezondheid", table[table["indicator"] != "a_inw"], title=RIVM_TITLE, edition="2020")
    save_national(
        "wijk-2024", table[table["indicator"] == "a_inw"], title="Wijk- en buurtkaart", edition="2024"
    )
    save_national("scores", table[:0], title="Leefbaarometer 3.0, scores per buurt", edition="2002-2024")
    [found] = signals.refresh_references()
    assert found.edition == f"{RIVM_TITLE} 2020; Wijk- en buurtkaart 2024", "only what it was computed from"
    assert signals.refresh_references() == (), "nothing is newer"
    save_national("dubbel", table[table["indicator"] == "a_inw"], title="Wijk- en buurtkaart", edition="2025")
    [again] = signals.refresh_references()
    assert again.terms == found.terms and "2024, 2025" in again.edition


@pytest.mark.shared
def test_the_national_files_give_the_shipped_figures(shared_data: Path) -> None:
    files = [shared_data / "kwb" / "kwb_2024_nl.parquet", shared_data / "kwetsbaarheid", shared_data / "ruw"]
    [found] = signals.keep_country_references(read_country(files))
    shipped = default_reference("zelfredzaamheid")
    for key, term in shipped.terms.items():
        assert found.terms[key].mean == pytest.approx(term.mean, abs=0.005)
        assert found.terms[key].sd == pytest.approx(term.sd, abs=0.005)
    assert found.k_high == pytest.approx(shipped.k_high, abs=0.005)
    assert found.o == shipped.o, "the scores of three gemeenten are not national"
    whole = load_country()
    assert whole is not None and set(whole.indicators["indicator"]) <= set(REFERENCE_INDICATORS)


def test_a_bundle_brings_the_comparison_along(
    nothing_read: Country, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [found] = signals.keep_country_references(nothing_read)
    municipality = replace(load_municipality("voorbeeldstad"), code="GM9904", fictional=False)
    save_municipality(municipality)
    save_national("gezondheid", national(), title=RIVM_TITLE, edition="2020")
    [found] = signals.refresh_references()
    bundle = pack(["GM9904"], tmp_path / "bundel.zip")
    monkeypatch.setenv("VEERKRACHT_DATA", str(tmp_path / "andere laptop"))
    unpack(bundle)
    assert signals.reference_of("zelfredzaamheid") == found
    assert signals.refresh_references() == (), "it is as new as the tables that came along"


def test_a_bundle_with_a_comparison_of_another_profile_is_refused(tmp_path: Path) -> None:
    save_municipality(replace(load_municipality("voorbeeldstad"), code="GM9904", fictional=False))
    path = save_reference(to_record(other()))
    path.rename(path.with_name("referentie-sociaaleconomisch.json"))
    bundle = pack(["GM9904"], tmp_path / "bundel.zip")
    (tmp_path / "elders").mkdir()
    with pytest.raises(FileDamaged, match="niet te vertrouwen"):
        unpack(bundle, tmp_path / "elders")


# -- sessions ---------------------------------------------------


def made_of(folder: Path, **options: str) -> SessionMade:
    with prepare.prepare_session(folder=folder, **options) as session:  # type: ignore[arg-type]
        made = session.state().made
    assert made is not None
    return made


def test_a_session_keeps_its_comparison_when_another_is_read_later(tmp_path: Path) -> None:
    made = made_of(tmp_path, profile="zelfredzaamheid")
    before = prepare.background(made)
    save_reference(to_record(other()))
    after = prepare.background(made)
    assert before is not None and after is not None
    assert after.signal.reference == before.signal.reference == default_reference("zelfredzaamheid")
    assert after.signal.table.equals(before.signal.table) and after.signal.notes == before.signal.notes
    letters = {b.code: b.letter for b in made.buurten}
    later = made_of(tmp_path, profile="zelfredzaamheid")
    assert {b.code: b.letter for b in later.buurten} != letters, "a new session has the new comparison"


def test_a_session_opens_the_same_on_a_laptop_without_the_national_tables(tmp_path: Path) -> None:
    save_reference(to_record(other()))
    made = made_of(tmp_path, profile="zelfredzaamheid")
    reference_path("zelfredzaamheid").unlink()
    behind = prepare.background(made)
    assert behind is not None and behind.signal.reference == other()
    letters = behind.signal.table["letter"]
    assert {b.code: b.letter for b in made.buurten} == {b.code: letters[b.code] for b in made.buurten}


def test_a_session_from_before_it_was_kept_has_the_shipped_comparison(town: Town) -> None:
    save_reference(to_record(other(town.made.profile)))
    old = replace(town.made, reference="")
    behind = prepare.background(old)
    assert behind is not None and behind.signal.reference == default_reference(town.made.profile)


def test_a_session_whose_comparison_cannot_be_read_shows_the_list(town: Town) -> None:
    assert prepare.background(replace(town.made, reference='{"vorm": 9}')) is None


def test_a_card_keeps_the_class_of_the_session_and_says_that_figures_changed(town: Town) -> None:
    buurt = next(b for b in town.made.buurten if b.letter == "A")
    same = buurt_facts(buurt, town.background)
    assert same.mark.letter == "A" and "veranderd" not in same.note
    then = buurt_facts(replace(buurt, letter="D"), town.background)
    assert then.mark.letter == "D" and "klasse A" in then.note and then.reasons[0] == then.note
    assert then.figures == same.figures


def test_a_card_marks_figures_of_other_borders(town: Town) -> None:
    marked = {
        code: facts.note
        for code in town.background.signal.borders
        if (facts := buurt_facts(next(b for b in town.made.buurten if b.code == code), town.background))
    }
    assert any("overgenomen" in note for note in marked.values())
    assert any("grens is gewijzigd" in note for note in marked.values())
    plain = next(b for b in town.made.buurten if b.code not in marked)
    assert "grens" not in buurt_facts(plain, town.background).note
