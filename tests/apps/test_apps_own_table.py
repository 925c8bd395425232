"""The page of an own table: from the bytes of a file to a profile, and nothing half-way."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veerkracht_nb.apps import OwnTableParameters, own_table
from veerkracht_nb.apps.own_table import OwnTablePage
from veerkracht_nb.apps.own_table_file import choice_of, file_name, form_table, read_content
from veerkracht_nb.apps.own_table_map import ABSENT, EMPTY, class_edges, decimals_of, map_classes
from veerkracht_nb.areas import Municipality
from veerkracht_nb.errors import DataError, FileNotRecognised, ParameterError
from veerkracht_nb.signal import compute_signal, profile_choices, profiles_of
from veerkracht_nb.sources import list_municipalities, load_municipality, save_municipality, store
from veerkracht_nb.sources._gpkg import read_municipality

Row = list[object]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The embedded gemeente as if it were a real one; made once, because every test wants its own copy."""
    folder = tmp_path_factory.mktemp("gemeente")
    made = replace(load_municipality("GM9901"), code="GM9902", name="Proefdam", fictional=False)
    return save_municipality(made, folder)


@pytest.fixture
def town(prepared: Path, tmp_path: Path) -> Municipality:
    """A gemeente of this test alone."""
    folder = tmp_path / "data" / "gemeenten"
    folder.mkdir(parents=True)
    shutil.copy(prepared, folder)
    return load_municipality("GM9902")


@pytest.fixture
def page(town: Municipality) -> OwnTablePage:
    shown = own_table(OwnTableParameters(gemeente="GM9902"))
    assert isinstance(shown, OwnTablePage)
    return shown


def land(town: Municipality) -> list[str]:
    return [str(code) for code in town.buurten.index[~town.buurten["water"]]]


def csv(town: Municipality, *, wrong: bool = False, years: tuple[int, ...] = (2020, 2024)) -> bytes:
    lines = ["buurtcode;" + ";".join(f"meldingen {year}" for year in years)]
    for number, code in enumerate(land(town)[:-3]):
        lines.append(f"{code};" + ";".join(f"{number * 2 + year % 7},5" for year in years))
    if wrong:
        lines[2] = lines[2].replace(lines[2].split(";")[0], "BU99019999")
        lines[4] = lines[4].rsplit(";", 1)[0] + ";veel"
    return "\n".join(lines).encode()


def said(page: OwnTablePage, **other: object) -> dict[str, Any]:
    """Return the form as it is filled in with the guesses, and a direction for each column."""
    table = page._form.table
    columns = [
        {"column": i, "label": c["label"], "unit": "", "year": c["year"], "direction": "worse"}
        for i, c in enumerate(table["columns"])
        if c["figures"]
    ]
    form = {"code": table["code"], "year": table["year"], "decimal": "auto", "title": table["title"]}
    return {**form, "source": "Gemeente Proefdam", "note": "", "columns": columns, **other}


def on_disk(town: Municipality, folder: Path) -> bytes:
    return (folder / "data" / "gemeenten" / f"{town.code}-{town.year}.gpkg").read_bytes()


def test_a_table_becomes_a_profile_only_after_bewaar(
    page: OwnTablePage, town: Municipality, tmp_path: Path
) -> None:
    before = on_disk(town, tmp_path)
    page._take("meldingen_overlast.csv", csv(town))
    assert [c["label"] for c in page._form.table["columns"][1:]] == ["meldingen", "meldingen"]
    assert [c["year"] for c in page._form.table["columns"]] == [0, 2020, 2024]
    page._look(said(page))
    assert page._save.reason == "" and page._check.total == 0
    assert on_disk(town, tmp_path) == before and profiles_of(load_municipality("GM9902")).keys() == (
        profiles_of(town).keys()
    )
    page._keep()
    kept = load_municipality("GM9902")
    assert "eigen_meldingen_overlast" in profiles_of(kept)
    assert ("eigen_meldingen_overlast", "meldingen overlast") in profile_choices(kept)
    assert compute_signal(kept, profile="eigen_meldingen_overlast").table["k1"].notna().any()
    assert page._save.done[0].startswith("Bewaard om") and "quick scan" in page._save.done[1]
    assert [table["title"] for table in page._kept.tables] == ["meldingen overlast"]


def test_a_gemeente_of_the_national_files_gets_a_file_of_its_own_with_bewaar(
    prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = read_municipality(prepared)
    monkeypatch.setattr(store, "national_municipality", lambda *_: there)
    page = own_table(OwnTableParameters(gemeente="Proefdam"))
    assert isinstance(page, OwnTablePage)
    page._take("meldingen_overlast.csv", csv(there))
    page._look(said(page))
    assert page._save.reason == ""
    assert [line for line in page._save.lines if "landelijke bestanden" in line]
    assert not (tmp_path / "data" / "gemeenten").exists(), "looking prepares nothing"
    page._keep()
    assert page._save.done[0].startswith("Bewaard om") and len(page._kept.tables) == 1
    assert [info.code for info in list_municipalities()] == ["GM9902", "GM9901"]
    page._take("meldingen_overlast.csv", csv(there))
    page._look(said(page))
    assert not [line for line in page._save.lines if "landelijke bestanden" in line], "said once"
    page._remove("eigen_meldingen_overlast")
    page._put_back()
    assert len(page._kept.tables) == 1 and profiles_of(page.municipality).keys() - profiles_of(there).keys()


def test_bad_rows_close_the_button_until_they_are_left_out(
    page: OwnTablePage, town: Municipality, tmp_path: Path
) -> None:
    before = on_disk(town, tmp_path)
    page._take("meldingen.csv", csv(town, wrong=True))
    page._look(said(page))
    found = [(problem["line"], problem["column"]) for problem in page._check.problems]
    assert found == [(3, "buurtcode"), (5, "meldingen 2024")] and page._check.total == 2
    assert all(problem[part] for problem in page._check.problems for part in ("expected", "got", "todo"))
    assert "fouten" in page._save.reason
    with pytest.raises(ParameterError):
        page._keep()
    assert on_disk(town, tmp_path) == before
    page._leave_out(True)
    assert page._save.reason == ""
    page._keep()
    rows = load_municipality("GM9902").indicators
    rows = rows[rows["indicator"] == "eigen_meldingen"]
    lacking = land(town)[1]
    assert lacking not in set(rows["code"]) and len(rows) == 2 * (len(land(town)) - 4) - 1


def test_the_map_shows_classes_what_is_empty_and_what_is_absent(
    page: OwnTablePage, town: Municipality
) -> None:
    page._take("meldingen.csv", csv(town, wrong=True))
    page._look(said(page))
    page._show(1)
    classes = page._map.laag.classes
    assert {classes[code] for code in land(town)[-3:]} == {ABSENT} and classes[land(town)[3]] == EMPTY
    assert set(classes.values()) == {"1", "2", "3", "4", ABSENT, EMPTY}
    assert set(classes) == set(land(town)) and len(page._check.absent) == 4
    assert "meldingen (2024)" in page._legend._title and "ongunstiger" in page._legend._notes[0]


def test_what_changed_after_the_check_is_not_kept(page: OwnTablePage, town: Municipality) -> None:
    page._take("meldingen.csv", csv(town))
    page._look(said(page))
    page._changed()
    assert "opnieuw" in page._save.reason
    with pytest.raises(ParameterError):
        page._keep()
    page._look(said(page))
    page._take("andere.csv", csv(town))
    assert page._main.children == (page._form,)
    with pytest.raises(ParameterError):
        page._keep()
    assert load_municipality("GM9902").own_profiles == ()


def test_a_check_that_fails_takes_back_the_one_before(page: OwnTablePage, town: Municipality) -> None:
    page._take("meldingen.csv", csv(town))
    page._look(said(page))
    with pytest.raises(ParameterError):
        page._look(said(page, title=" "))
    with pytest.raises(ParameterError):
        page._keep()


def test_a_removed_table_can_be_put_back_once(page: OwnTablePage, town: Municipality) -> None:
    page._take("meldingen.csv", csv(town))
    page._look(said(page))
    page._keep()
    kept = load_municipality("GM9902")
    page._remove("eigen_meldingen")
    gone = load_municipality("GM9902")
    assert gone.own_profiles == () and gone.own == () and page._kept.removed == "meldingen"
    pd.testing.assert_frame_equal(gone.indicators, town.indicators)
    page._put_back()
    back = load_municipality("GM9902")
    assert (back.own, back.own_profiles) == (kept.own, kept.own_profiles)
    pd.testing.assert_frame_equal(back.indicators, kept.indicators)
    assert [p.title for p in back.provenance] == [p.title for p in kept.provenance]
    with pytest.raises(ParameterError):
        page._put_back()


def test_a_name_that_is_in_use_again_is_not_overwritten_by_putting_back(
    page: OwnTablePage, town: Municipality
) -> None:
    def keep() -> None:
        page._take("meldingen.csv", csv(town))
        page._look(said(page))
        page._keep()

    keep()
    page._remove("eigen_meldingen")
    page._removed, earlier = None, page._removed
    keep()
    page._removed = earlier
    with pytest.raises(DataError, match="teruggezet"):
        page._put_back()
    assert len(load_municipality("GM9902").own_profiles) == 1


def test_only_a_table_of_this_gemeente_can_be_removed(page: OwnTablePage) -> None:
    with pytest.raises(Exception, match="bestaat niet"):
        page._remove("eigen_van_een_ander")


def test_one_year_is_kept_and_said_to_be_no_profile_yet(page: OwnTablePage, town: Municipality) -> None:
    page._take("meldingen.csv", csv(town, years=(2024,)))
    page._look(said(page))
    assert any("er is één jaar" in line or "is er één jaar" in line for line in page._save.lines)
    page._keep()
    assert "Nog geen profiel" in page._kept.tables[0]["use"]
    page._take("meldingen.csv", csv(town, years=(2020,)))
    page._look(said(page))
    assert any("al een tabel" in line for line in page._save.lines)
    page._keep()
    assert "Te kiezen als profiel" in page._kept.tables[0]["use"]


def test_with_the_embedded_gemeente_one_can_practise_and_not_keep() -> None:
    page = own_table(OwnTableParameters())
    assert isinstance(page, OwnTablePage)
    page._take("meldingen.csv", csv(page.municipality))
    page._look(said(page))
    assert "verzonnen" in page._save.reason
    with pytest.raises(ParameterError):
        page._keep()


def test_nothing_of_the_file_stays_on_the_disk(
    page: OwnTablePage, town: Municipality, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "tijdelijk"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    page._take("meldingen.csv", csv(town))
    page._look(said(page))
    page._keep()
    with pytest.raises(FileNotRecognised):
        page._take("pagina.csv", b"<html><body>x</body></html>")
    assert list(scratch.iterdir()) == []
    assert load_municipality("GM9902").provenance[-1].file_name == "meldingen.csv"


def test_what_is_typed_reaches_the_screen_as_it_is_without_turning_marks(
    page: OwnTablePage, town: Municipality
) -> None:
    page._take("meldingen.csv", csv(town))
    title = "=HYPERLINK() <script> مرحبا \u202eomgekeerd\x00"
    page._look(said(page, title=title, source="x" * 120, note="👩‍👩‍👧‍👦" * 20))
    page._keep()
    (kept,) = page._kept.tables
    assert kept["title"] == "=HYPERLINK() <script> مرحبا omgekeerd" and kept["note"] == "👩‍👩‍👧‍👦" * 20


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"code": -1}, "buurtcodes"),
        ({"code": 99}, "buurtcodes"),
        ({"columns": []}, "kolom met cijfers"),
        ({"title": " \n"}, "titel"),
        ({"source": ""}, "gemaakt"),
        ({"year": 0}, "jaar"),
        ({"year": 1066}, "jaar"),
        ({"title": "x" * 81}, "te lang"),
    ],
)
def test_a_field_that_is_not_right_is_named(
    page: OwnTablePage, town: Municipality, wrong: dict[str, object], words: str
) -> None:
    page._take("meldingen.csv", csv(town))
    form = said(page)
    form["columns"] = [{**item, "year": 0, "label": f"m{item['column']}"} for item in form["columns"]]
    with pytest.raises(ParameterError, match=words) as caught:
        page._look({**form, **wrong})
    assert caught.value.expected and caught.value.todo


@pytest.mark.parametrize(
    ("part", "value", "words"),
    [
        ("direction", "", "hoger cijfer"),
        ("direction", "best", "hoger cijfer"),
        ("label", "", "naam"),
        ("column", 0, "er niet"),
        ("column", -2, "er niet"),
        ("year", 2024, "hetzelfde jaar"),
    ],
)
def test_a_column_that_is_not_right_is_named(
    page: OwnTablePage, town: Municipality, part: str, value: object, words: str
) -> None:
    page._take("meldingen.csv", csv(town))
    form = said(page)
    form["columns"][0][part] = value
    with pytest.raises(ParameterError, match=words):
        page._look(form)


def test_columns_of_one_name_and_year_keep_their_own_names() -> None:
    table = read_content("a.csv", b"code;2024 aantal;aantal 2024;aantal 2020\nBU99010101;1;2;3\n")
    assert [column.label for column in form_table(table).columns] == [
        "code",
        "2024 aantal",
        "aantal 2024",
        "aantal",
    ]


@given(name=st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_name_becomes_one_that_stays_in_its_folder(name: str) -> None:
    made = file_name(name)
    assert made and len(made.encode()) <= 240 and made not in (".", "..")
    assert not set(made) & set('/\\<>:"|?*') and made.isprintable()


@given(values=st.lists(st.sampled_from([0.0, 0.0, 1.0, 2.5, np.nan]) | st.floats(-1e6, 1e6), max_size=60))
@settings(max_examples=60, deadline=None)
def test_classes_are_never_empty_and_equal_figures_are_in_one_class(values: list[float]) -> None:
    column = pd.Series(values, index=[f"BU{i:08}" for i in range(len(values))], dtype="float64")
    classes, styles = map_classes(column, (), 1)
    assert len(class_edges(column)) <= 4 and set(classes.values()) == set(styles)
    assert {code for code, key in classes.items() if key == EMPTY} == set(column.index[column.isna()])
    known = column.dropna().sort_values()
    assert [classes[code] for code in known.index] == sorted(classes[code] for code in known.index)
    together = {value: {classes[code] for code in known.index[known == value]} for value in set(known)}
    assert all(len(found) == 1 for found in together.values())


@pytest.mark.parametrize(("values", "needed"), [([1.0, 2.0], 0), ([1.5, np.nan], 1), ([0.123], 2), ([], 0)])
def test_figures_are_shown_with_the_decimals_they_have(values: list[float], needed: int) -> None:
    assert decimals_of(pd.Series(values, dtype="float64")) == needed


def test_a_sheet_of_the_same_file_can_be_chosen(
    page: OwnTablePage, town: Municipality, tmp_path: Path, make_book: Callable[[dict[str, list[Row]]], bytes]
) -> None:
    rows: list[Row] = [["code", "meldingen 2024"], [land(town)[0], 3]]
    page._take("boek.xlsx", make_book({"Leeswijzer": [["Uitleg"], ["Meldingen"]], "Meldingen": rows}))
    assert page._form.table["sheets"] == ["Leeswijzer", "Meldingen"]
    page._take_sheet("Meldingen")
    assert page._form.table["code"] == 0 and page._form.table["columns"][1]["figures"]
    with pytest.raises(Exception, match="bestaat niet"):
        page._take_sheet("../../etc")


@pytest.fixture
def make_book(tmp_path: Path) -> Callable[[dict[str, list[Row]]], bytes]:
    def make(sheets: dict[str, list[Row]]) -> bytes:
        import xlsxwriter

        path = tmp_path / "boek.xlsx"
        with xlsxwriter.Workbook(str(path)) as book:
            for name, rows in sheets.items():
                sheet = book.add_worksheet(name)
                for number, row in enumerate(rows):
                    sheet.write_row(number, 0, row)
        return path.read_bytes()

    return make


def test_a_choice_follows_the_table_and_not_the_words_of_the_browser(town: Municipality) -> None:
    table = read_content("meldingen.csv", csv(town))
    column = {"column": 2, "label": " a  b ", "unit": "%", "year": 0, "direction": "better"}
    made = choice_of(
        table,
        {
            "code": 0,
            "year": 2023,
            "decimal": "onzin",
            "title": "T",
            "source": "S",
            "note": "",
            "columns": [column],
        },
    )
    assert (made.code_column, made.decimal, made.columns[0].column) == ("buurtcode", "auto", "meldingen 2024")
    assert (made.columns[0].label, made.columns[0].year, made.columns[0].higher_is) == ("a b", 2023, "better")
