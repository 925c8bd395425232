"""Making a session of a municipality, finding it again, and taking the notes home."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from apps_hall import Hall, Town

from veerkracht_nb.apps import prepare
from veerkracht_nb.dialogue import Session
from veerkracht_nb.errors import (
    ExportError,
    InvalidContribution,
    LogDamaged,
    MunicipalityNotFound,
    ParameterError,
    ScriptError,
    SessionNotFound,
)
from veerkracht_nb.paths import sessions_folder, shipped_data_folder
from veerkracht_nb.signal import Signal, compute_signal, default_profile
from veerkracht_nb.sources import load_municipality

MAGIC = {"md": b"#", "docx": b"PK\x03\x04", "xlsx": b"PK\x03\x04", "gpkg": b"SQLite format 3\x00"}


@pytest.fixture
def fast(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The embedded municipality as it was read before; reading it is tested elsewhere."""
    monkeypatch.setattr(prepare, "load_municipality", lambda *_: town.background.municipality)


def test_a_session_holds_every_buurt_on_land_once(town: Town) -> None:
    table = town.background.municipality.buurten
    assert table["water"].any(), "there is water to leave out"
    assert sorted(town.codes) == sorted(table.index[~table["water"]])


def test_classes_are_those_of_the_computed_signal(town: Town) -> None:
    municipality = load_municipality("GM9901")
    signal = compute_signal(municipality, profile=default_profile(municipality))
    assert {b.code: b.letter for b in town.made.buurten} == {
        code: signal.table.at[code, "letter"] for code in town.codes
    }
    assert town.made.profile == default_profile(municipality)
    assert town.made.period == (signal.period.k0, signal.period.k1, signal.period.o0, signal.period.o1)


def test_direction_is_the_sign_of_the_change_outside_its_band(town: Town) -> None:
    table = town.background.signal.table
    found = set()
    for buurt in town.made.buurten:
        change, band = table.at[buurt.code, "do"], table.at[buurt.code, "do_band"]
        expected = None
        if change == change:
            expected = "slechter" if change > band else "beter" if change < -band else "gelijk"
        assert buurt.direction == expected
        found.add(expected)
    assert found == {None, "slechter", "beter", "gelijk"}, "every case occurs in the embedded municipality"


def test_what_is_chosen_is_what_the_session_says(fast: None, tmp_path: Path) -> None:
    session = prepare.prepare_session(
        profile="zelfredzaamheid", view="absoluut", retain_days=30, title="Avond", folder=tmp_path / "hier"
    )
    made = session.state().made
    assert made is not None and session.path.parent == tmp_path / "hier"
    assert (made.title, made.profile, made.view) == ("Avond", "zelfredzaamheid", "absoluut")
    assert made.retain_until == (date.today() + timedelta(days=30)).isoformat()
    assert made.roles == prepare.ROLES and made.sources
    background = prepare.background(made)
    assert background is not None and background.signal.profile == made.profile


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("", "Veerdam"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("=HYPERLINK('x')", "=HYPERLINK('x')"),
        ("a\x00\x1b[31mb\u202ec\ud800", "a[31mbc"),
        ("regel\x0bom", "regel\nom"),
        ("../../../etc/passwd", "../../../etc/passwd"),
    ],
)
def test_a_hostile_title_is_text_and_no_part_of_a_path(
    fast: None, tmp_path: Path, title: str, kept: str
) -> None:
    session = prepare.prepare_session(title=title, folder=tmp_path)
    made = session.state().made
    assert made is not None and made.title == kept
    assert session.path.parent == tmp_path and session.path.stem == session.id


@pytest.mark.parametrize("title", ["x" * 100_000, "\u200b", "\x00"])
def test_a_title_that_is_empty_or_endless_is_refused(fast: None, tmp_path: Path, title: str) -> None:
    with pytest.raises(InvalidContribution):
        prepare.prepare_session(title=title, folder=tmp_path)
    assert list(tmp_path.glob("*.sessie")) == []


def test_what_does_not_exist_makes_no_session(tmp_path: Path) -> None:
    with pytest.raises(MunicipalityNotFound):
        prepare.prepare_session("Nergenshuizen")
    with pytest.raises(ScriptError):
        prepare.prepare_session(script="bestaat-niet")
    assert list(sessions_folder().iterdir()) == []


def test_without_its_figures_a_session_has_no_background(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise MunicipalityNotFound("weg")

    monkeypatch.setattr(prepare, "load_municipality", gone)
    assert prepare.background(town.made) is None


def test_figures_of_other_borders_or_years_are_no_background(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    whole = town.background.municipality
    fewer = replace(whole, buurten=whole.buurten.drop(town.codes[0]))
    monkeypatch.setattr(prepare, "load_municipality", lambda *_: fewer)
    assert prepare.background(town.made) is None, "a buurt of the session is not on these borders"
    monkeypatch.setattr(prepare, "load_municipality", lambda *_: whole)
    assert prepare.background(replace(town.made, period=(1990, 1991, 1990, 1991))) is None
    assert prepare.background(town.made) is not None


@pytest.fixture
def made(tmp_path: Path, town: Town) -> Session:
    return Hall(sessions_folder(), town).session


def test_a_session_is_found_by_its_id_and_by_its_code_however_it_is_typed(made: Session) -> None:
    code = made.code
    for name in (made.id, code, code.lower(), f" {code[:3]} {code[3:]} ", f"{code[:3]}-{code[3:]}".lower()):
        with prepare.find_session(name) as found:
            assert found.id == made.id


@pytest.mark.parametrize("name", ["", "ZZZZZZ", "../oefenen", "\x00", "x" * 10_000, "\ud800"])
def test_an_unknown_name_is_said_to_be_unknown(made: Session, name: str) -> None:
    with pytest.raises(SessionNotFound) as caught:
        prepare.find_session(name)
    assert caught.value.todo and len(str(caught.value)) < 600


def test_a_damaged_file_is_found_by_its_name_and_said_to_be_damaged(made: Session) -> None:
    broken = sessions_folder() / "stuk.sessie"
    broken.write_bytes(b"geen sessie")
    with pytest.raises(LogDamaged):
        prepare.find_session("stuk")
    with prepare.find_session(made.id) as found:
        assert found.id == made.id


def test_practising_leaves_nothing_among_the_sessions(fast: None) -> None:
    with prepare.find_session("oefenen") as one, prepare.find_session("oefenen") as other:
        assert one.id != other.id and one.path.parent != other.path.parent
        assert list(sessions_folder().iterdir()) == []
        shutil.rmtree(one.path.parent)
        shutil.rmtree(other.path.parent)


@pytest.mark.parametrize("variant", ["tafel", "deelbaar"])
def test_notes_are_written_in_each_format(fast: None, hall: Hall, tmp_path: Path, variant: str) -> None:
    paths = prepare.export(hall.session, tmp_path / "uit", variant=variant)
    assert [path.suffix[1:] for path in paths] == list(MAGIC)
    assert all(variant in path.name for path in paths)
    for path in paths:
        assert path.read_bytes().startswith(MAGIC[path.suffix[1:]]), path.name


@pytest.mark.parametrize(
    ("formats", "variant"),
    [
        (("pdf",), "tafel"),
        (("md", "../x"), "tafel"),
        (("md",), "geheim"),
        (("",), "tafel"),
        (("MD ",), "tafel"),
    ],
)
def test_another_format_or_variant_is_refused_and_writes_nothing(
    hall: Hall, tmp_path: Path, formats: tuple[str, ...], variant: str
) -> None:
    with pytest.raises(ParameterError) as caught:
        prepare.export(hall.session, tmp_path / "uit", formats=formats, variant=variant)
    assert "docx" in caught.value.expected and "deelbaar" in caught.value.expected
    assert not (tmp_path / "uit").exists()


def test_without_borders_the_texts_can_still_be_taken_home(
    hall: Hall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepare, "background", lambda _made: None)
    (path,) = prepare.export(hall.session, tmp_path, formats=("md",))
    assert "Veerdam" in path.read_text(encoding="utf-8")
    with pytest.raises(ExportError) as caught:
        prepare.export(hall.session, tmp_path, formats=("gpkg",))
    assert caught.value.todo


def test_the_summary_on_the_page_counts_what_is_in_the_log(fast: None, hall: Hall) -> None:
    hall.seat()
    notes = prepare.notes_of(hall.session, "deelbaar")
    assert notes.header.variant == "deelbaar"
    assert isinstance(prepare.background(hall.town.made).signal, Signal)  # type: ignore[union-attr]


def test_the_embedded_municipality_is_in_the_package_and_not_in_the_data_folder() -> None:
    assert (shipped_data_folder() / "voorbeeldstad.gpkg").is_file()
