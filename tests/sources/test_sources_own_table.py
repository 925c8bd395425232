"""A facilitator's own table: CSV and spreadsheets, good and hostile."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from sources_made import cbs_map

from veerkracht_nb.areas import Municipality, format_value
from veerkracht_nb.areas.own import OWN_KEY, own_key
from veerkracht_nb.errors import DataError, FileDamaged, FileNotRecognised, ParameterError, VeerkrachtError
from veerkracht_nb.sources import _own_reading
from veerkracht_nb.sources._own_cells import as_numbers, decimal_of
from veerkracht_nb.sources.importing import import_files
from veerkracht_nb.sources.own_keeping import (
    forget_own_table,
    import_own_table,
    load_own_profiles,
    restore_own_table,
)
from veerkracht_nb.sources.own_table import (
    OwnColumn,
    OwnTableChoice,
    check_own_table,
    read_own_table,
)
from veerkracht_nb.sources.store import load_municipality

Snapshot = Callable[[], dict[str, bytes]]
KERN, HOF = "BU99020101", "BU990201AA"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one gemeente; made once, because every test wants its own copy."""
    folder = tmp_path_factory.mktemp("eigen")
    import_files([cbs_map(folder / "wijkenbuurten_2024.gpkg")], folder=folder / "data")
    return folder


@pytest.fixture
def town(prepared: Path, tmp_path: Path) -> Municipality:
    shutil.copytree(prepared / "data", tmp_path / "data", dirs_exist_ok=True)
    return load_municipality("GM9902")


def write(tmp_path: Path, text: str, encoding: str = "utf-8", name: str = "eigen.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def sheet(
    path: Path, rows: list[list[object]], merged: tuple[tuple[int, int, int, int, str], ...] = ()
) -> Path:
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet("Meldingen")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            page.write(number, column, value)
    for first_row, first, last_row, last, text in merged:
        page.merge_range(first_row, first, last_row, last, text)
    book.close()
    return path


def choice(*columns: OwnColumn, code: str = "code", **more: object) -> OwnTableChoice:
    given_ = columns or (OwnColumn(column="meldingen", label="Meldingen", higher_is="worse"),)
    values = {"title": "Overlast", "source": "Gemeente Proefdam", "year": 2024, **more}
    return OwnTableChoice(code_column=code, columns=given_, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_separator_and_encoding_are_found(tmp_path: Path, encoding: str, delimiter: str) -> None:
    cells = [["code", "naam", "cijfer é"], [KERN, "Café", "12"], [HOF, "Hof", "3"]]
    path = write(tmp_path, "\r\n".join(delimiter.join(row) for row in cells), encoding)
    table = read_own_table(path)
    assert table.columns == ("code", "naam", "cijfer é")
    assert table.code_column == "code" and table.number_columns == ("cijfer é",)
    assert table.rows["naam"].tolist() == ["Café", "Hof"] and table.rows.index.tolist() == [2, 3]


def test_a_separator_that_excel_names_itself_is_followed(tmp_path: Path) -> None:
    table = read_own_table(write(tmp_path, f"sep=;\ncode;meldingen\n{KERN};1,5\n"))
    assert table.columns == ("code", "meldingen") and table.rows["meldingen"].tolist() == ["1,5"]


@pytest.mark.parametrize(
    ("cells", "mark", "values"),
    [
        (["12,5", "1.234"], ",", [12.5, 1234.0]),
        (["12.5", "1,234"], ".", [12.5, 1234.0]),
        (["1.234,5", "7"], ",", [1234.5, 7.0]),
        (["1.234.567"], ",", [1234567.0]),
        (["0.125"], ".", [0.125]),
        (["3", "12 %", "€ 40"], None, [3.0, 12.0, 40.0]),
        (["−1,5", "+2,0"], ",", [-1.5, 2.0]),
    ],
)
def test_decimal_marks_are_told_from_the_column(
    cells: list[str], mark: str | None, values: list[float]
) -> None:
    column = pd.Series(cells, dtype="object")
    assert decimal_of(column) == mark
    found, wrong = as_numbers(column, mark or ",")  # type: ignore[arg-type]
    assert found.tolist() == values and not wrong.any()


def test_a_point_that_may_be_either_is_an_error_until_somebody_says_so(
    tmp_path: Path, town: Municipality
) -> None:
    table = read_own_table(write(tmp_path, f"code;meldingen\n{KERN};1.234\n{HOF};2.000\n"))
    checked = check_own_table(table, town, choice())
    assert checked.error_count == 2 and "punt of komma" in checked.errors[0].expected
    assert check_own_table(table, town, choice(decimal=",")).figures["value"].tolist() == [1234.0, 2000.0]
    assert check_own_table(table, town, choice(decimal=".")).figures["value"].tolist() == [1.234, 2.0]


def test_another_column_of_the_table_settles_it(tmp_path: Path, town: Municipality) -> None:
    table = read_own_table(write(tmp_path, f"code;meldingen;deel\n{KERN};1.234;0,5\n{HOF};2.000;1,5\n"))
    picked = choice(OwnColumn(column="meldingen", label="m"), OwnColumn(column="deel", label="d"))
    checked = check_own_table(table, town, picked)
    assert checked.error_count == 0 and checked.figures["value"].max() == 2000.0


def test_a_word_is_no_question_of_points_and_commas(tmp_path: Path, town: Municipality) -> None:
    table = read_own_table(write(tmp_path, f"code;meldingen\n{KERN};1.234\n{HOF};veel\n"))
    unclear, word = check_own_table(table, town, choice()).errors
    assert "punt of komma" in unclear.expected and "decimaalteken" in unclear.todo
    assert "een getal, of leeg" in word.expected and "Verbeter de cel" in word.todo


def test_a_removed_table_is_put_back_beside_what_came_since(tmp_path: Path, town: Municipality) -> None:
    text = f"code;meldingen;klachten\n{KERN};1;5\n{HOF};2;6\n"
    table = read_own_table(write(tmp_path, text))
    import_own_table(table, town, choice())
    before = load_municipality("GM9902")
    forget_own_table("eigen_overlast", "GM9902")
    other = choice(OwnColumn(column="klachten", label="Klachten"), title="Klachten")
    import_own_table(table, town, other)
    restore_own_table("eigen_overlast", before)
    now = load_municipality("GM9902")
    assert {made.key for made in now.own_profiles} == {"eigen_overlast", "eigen_klachten"}
    assert {item.key for item in now.own} == {"eigen_meldingen", "eigen_klachten"}
    assert now.table(2024)["eigen_meldingen"].dropna().tolist() == [1.0, 2.0]
    assert [p.title for p in now.provenance if p.title.startswith("Eigen")] == [
        "Eigen tabel: Klachten",
        "Eigen tabel: Overlast",
    ]


def test_a_table_whose_name_is_in_use_again_is_not_put_back(
    tmp_path: Path, town: Municipality, snapshot: Snapshot
) -> None:
    table = read_own_table(write(tmp_path, f"code;meldingen\n{KERN};1\n"))
    import_own_table(table, town, choice())
    before = load_municipality("GM9902")
    forget_own_table("eigen_overlast", "GM9902")
    import_own_table(table, town, choice(title="Anders"))
    files = snapshot()
    for key, earlier in (("eigen_overlast", before), ("eigen_overlast", town), ("eigen_x", before)):
        with pytest.raises(DataError, match="teruggezet"):
            restore_own_table(key, earlier)
    assert snapshot() == files


def test_names_in_another_script_and_long_names_are_not_taken_for_each_other() -> None:
    names = ["بلاغات", "شكاوى", "👍", "👎", "x" * 60, "x" * 59 + "y", "Meldingen", "eigen meldingen 2"]
    keys = [own_key(name) for name in names]
    assert len(set(keys)) == len(keys) and all(re.fullmatch(OWN_KEY, key) for key in keys)
    assert [own_key(key) for key in keys] == keys
    assert own_key("Café Overlast") == own_key("cafe overlast ") == "eigen_cafe_overlast"


def test_missing_is_never_zero(tmp_path: Path, town: Municipality) -> None:
    for cell in ("", "-", "x", ".", "NA", "n.v.t.", "-99997", "<5", "Onbekend"):
        table = read_own_table(write(tmp_path, f"code;meldingen\n{KERN};{cell}\n{HOF};3\n"))
        checked = check_own_table(table, town, choice())
        assert checked.error_count == 0
        assert checked.figures["code"].tolist() == [HOF], cell


def test_each_row_with_an_error_has_line_and_column_expected_got_and_todo(
    tmp_path: Path, town: Municipality
) -> None:
    text = (
        "Meldingen 2024;;\n\ncode;naam;meldingen\n"
        f"{KERN};Kern;veel\nBU99020188;oud;3\n{HOF};Hof;=1+1\nTotaal;;7\nBU06220101;elders;4\nWK990201;wijk;5\n"
    )
    checked = check_own_table(read_own_table(write(tmp_path, text)), town, choice())
    found = {(error.line, error.column): error for error in checked.errors}
    assert set(found) == {(4, "meldingen"), (5, "code"), (6, "meldingen"), (7, "code")}
    assert all(error.expected and error.got and error.todo for error in found.values())
    assert "2024" in found[5, "code"].expected and "'veel'" in found[4, "meldingen"].got
    assert checked.figures.empty and len(checked.notes) == 2
    assert "1 regels gaan over buurten van andere gemeenten" in checked.notes[0]


def test_a_buurt_that_occurs_twice_is_an_error_on_both_lines(tmp_path: Path, town: Municipality) -> None:
    table = read_own_table(write(tmp_path, f"code;meldingen\n{KERN};1\n{HOF};2\n{KERN};3\n"))
    checked = check_own_table(table, town, choice())
    assert [error.line for error in checked.errors] == [2, 4] and checked.figures["code"].tolist() == [HOF]


def test_codes_without_prefix_or_leading_zero_are_put_right_with_a_note(tmp_path: Path) -> None:
    codes = ["BU06220101", "BU06220102", "BU0622010A"]
    map_ = cbs_map(
        tmp_path / "zes.gpkg",
        buurtcode=codes,
        wijkcode=["WK062201"] * 3,
        gemeentecode=["GM0622"] * 3,
        water=["NEE"] * 3,
    )
    import_files([map_])
    m = load_municipality("GM0622")
    path = sheet(tmp_path / "a.xlsx", [["code", "meldingen"], [6220101, 1], ["06220102", 2], ["0622010a", 3]])
    table = read_own_table(path)
    assert table.code_column == "code"
    checked = check_own_table(table, m, choice())
    assert checked.error_count == 0 and checked.matched == tuple(codes)
    assert checked.notes == ("1 codes hadden de voorloopnul verloren (zoals 6220101); die is teruggezet.",)


def test_a_buurt_is_found_by_name_where_there_is_no_code(tmp_path: Path, town: Municipality) -> None:
    table = read_own_table(write(tmp_path, "buurt;meldingen\nkern;4\nPlas;1\nNergens;2\n"))
    assert table.code_column is None
    checked = check_own_table(table, town, choice(code="buurt"))
    assert checked.figures[["code", "value"]].to_numpy().tolist()[0] == [KERN, 4.0]
    assert checked.errors[0].line == 4 and "op naam" in checked.notes[0]


def test_a_header_over_two_rows_with_merged_cells_is_joined(tmp_path: Path) -> None:
    path = sheet(
        tmp_path / "kop.xlsx",
        [[], [], [], ["", "2018", "2022", "opm"], [KERN, 1, 2.5, ""]],
        merged=((2, 0, 3, 0, "code"), (2, 1, 2, 2, "Meldingen"), (0, 0, 0, 3, "Overlast in Proefdam")),
    )
    table = read_own_table(path)
    assert table.columns == ("code", "Meldingen 2018", "Meldingen 2022", "opm")
    assert table.rows.index.tolist() == [5] and table.number_columns == ("Meldingen 2018", "Meldingen 2022")
    assert "twee rijen" in table.notes[0]
    text = f"Overlast;;\n;Meldingen;;Huur\ncode;2018;2022;\n{KERN};1;2;3\n"
    as_text = read_own_table(write(tmp_path, text))
    assert as_text.columns == ("code", "Meldingen 2018", "Meldingen 2022", "Huur")


def test_the_first_sheet_with_something_in_it_is_read_unless_another_is_named(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "bladen.xlsx"))
    book.add_worksheet("leeg")
    for name in ("een", "twee"):
        page = book.add_worksheet(name)
        page.write_row(0, 0, ["code", name])
        page.write_row(1, 0, [KERN, 1])
    book.close()
    table = read_own_table(tmp_path / "bladen.xlsx")
    assert table.sheets == ("leeg", "een", "twee") and table.sheet == "een"
    assert read_own_table(tmp_path / "bladen.xlsx", "twee").columns == ("code", "twee")
    with pytest.raises(FileDamaged) as caught:
        read_own_table(tmp_path / "bladen.xlsx", "drie")
    assert "een" in caught.value.got


def test_a_formula_counts_by_its_last_result_and_an_error_value_is_told(
    tmp_path: Path, town: Municipality
) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "f.xlsx"))
    page = book.add_worksheet()
    page.write_row(0, 0, ["code", "meldingen"])
    page.write_row(1, 0, [KERN])
    page.write_formula(1, 1, "=6*7", None, 42)
    page.write_row(2, 0, [HOF])
    page.write_formula(2, 1, "=1/0", None, "#DIV/0!")
    book.close()
    table = read_own_table(tmp_path / "f.xlsx")
    assert check_own_table(table, town, choice()).figures["value"].tolist() == [42.0]
    assert any("foutwaarden" in note for note in table.notes)


def _ods(path: Path) -> Path:
    cells = "".join(
        f'<table:table-row><table:table-cell office:value-type="string"><text:p>{a}</text:p></table:table-cell>'
        f'<table:table-cell office:value-type="{kind}" {value}><text:p>{b}</text:p></table:table-cell>'
        "</table:table-row>"
        for a, b, kind, value in [
            ("code", "meldingen", "string", ""),
            (KERN, "12,5", "float", 'office:value="12.5"'),
        ]
    )
    names = " ".join(
        f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {names}><office:body><office:spreadsheet>'
        f'<table:table table:name="Blad1">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr("content.xml", content)
        file.writestr("META-INF/manifest.xml", '<?xml version="1.0"?><manifest/>')
    return path


def test_a_table_of_libreoffice_is_read_whatever_its_name(tmp_path: Path, town: Municipality) -> None:
    checked = check_own_table(read_own_table(_ods(tmp_path / "tabel.ods")), town, choice())
    assert checked.figures["value"].tolist() == [12.5]


def _bomb(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", "")
        with file.open("xl/worksheets/sheet1.xml", "w") as inner:
            for _ in range(12):
                inner.write(bytes(1024**2))
    return path


def _protected(path: Path) -> Path:
    name = "EncryptedPackage".encode("utf-16-le")
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2040) + name + bytes(1000))
    return path


def _bytes(content: bytes) -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        path.write_bytes(content)
        return path

    return make


def _wide(path: Path) -> Path:
    path.write_text(";".join(map(str, range(500))) + "\n" + ";".join(["1"] * 500) + "\n")
    return path


def _cut(path: Path) -> Path:
    whole = sheet(path.with_suffix(".heel"), [["code", "meldingen"], [KERN, 1]])
    path.write_bytes(whole.read_bytes()[:-200])
    return path


HOSTILE: list[tuple[str, Callable[[Path], Path], type[VeerkrachtError]]] = [
    ("leeg.csv", _bytes(b""), FileDamaged),
    ("blanco.csv", _bytes(b"\n ;; \n\n"), FileDamaged),
    ("alleen-kop.csv", _bytes(b"code;meldingen\n"), FileDamaged),
    ("pagina.csv", _bytes(b"<!doctype html><html>"), FileNotRecognised),
    ("foto.xlsx", _bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(40)), FileNotRecognised),
    ("zip.xlsx", _bytes(b"PK\x03\x04" + bytes(100)), FileDamaged),
    ("oud.xls", _bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)), FileDamaged),
    ("geheim.xlsx", _protected, FileNotRecognised),
    ("bom.xlsx", _bomb, FileDamaged),
    ("breed.csv", _wide, FileDamaged),
    ("half.xlsx", _cut, FileDamaged),
]


@pytest.mark.parametrize(("name", "make", "error"), HOSTILE, ids=[item[0] for item in HOSTILE])
def test_what_is_no_table_is_refused_in_words(
    tmp_path: Path,
    name: str,
    make: Callable[[Path], Path],
    error: type[VeerkrachtError],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_own_reading, "MAX_UNPACKED", 10 * 1024**2)
    with pytest.raises(error) as caught:
        read_own_table(make(tmp_path / name))
    assert caught.value.expected and caught.value.got and name in caught.value.message


def test_a_hundred_thousand_rows_are_checked_and_errors_are_counted_not_piled_up(
    tmp_path: Path, town: Municipality
) -> None:
    lines = [f"BU0622{n:04d};{n}" for n in range(10_000)] * 5 + ["onzin;x"] * 50_000 + [f"{KERN};7"]
    checked = check_own_table(
        read_own_table(write(tmp_path, "code;meldingen\n" + "\n".join(lines) + "\n")), town, choice()
    )
    assert checked.error_count == 50_000 and len(checked.errors) == 200
    assert checked.figures["value"].tolist() == [7.0]


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_a_table_or_an_error_in_words(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    path = tmp_path_factory.mktemp("bytes") / "tabel.csv"
    path.write_bytes(raw)
    try:
        table = read_own_table(path)
    except DataError as error:
        assert error.expected
    else:
        assert len(set(table.columns)) == len(table.columns) and len(table.rows)


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "er niet"},
        {"title": " "},
        {"year": 24},
        {"columns": (OwnColumn(column="meldingen", label=""),)},
        {"columns": tuple(OwnColumn(column="meldingen", label="a") for _ in range(2))},
    ],
)
def test_a_choice_that_does_not_fit_is_refused(
    tmp_path: Path, town: Municipality, wrong: dict[str, object]
) -> None:
    table = read_own_table(write(tmp_path, f"code;meldingen\n{KERN};1\n"))
    columns = wrong.pop("columns", ())
    with pytest.raises(ParameterError) as caught:
        check_own_table(table, town, choice(*columns, **wrong))  # type: ignore[arg-type,misc]
    assert caught.value.expected


def _import(tmp_path: Path, town: Municipality, **more: object) -> Path:
    text = f"code;m18;m24;deel\n{KERN};12;15;1,5\n{HOF};3;;0,5\n"
    picked = choice(
        OwnColumn(column="m18", label="Meldingen", higher_is="worse", year=2018),
        OwnColumn(column="m24", label="Meldingen", higher_is="worse"),
        OwnColumn(column="deel", label="Groen", unit="%", higher_is="better"),
        note="Alleen telefonische meldingen.",
    )
    path, _ = import_own_table(read_own_table(write(tmp_path, text)), town, picked, **more)  # type: ignore[arg-type]
    return path


def test_a_table_becomes_indicators_and_a_profile_beside_what_was_there(
    tmp_path: Path, town: Municipality
) -> None:
    _import(tmp_path, town)
    m = load_municipality("GM9902")
    assert m.series(KERN, "eigen_meldingen").to_dict() == {2018: 12.0, 2024: 15.0}
    assert m.table(2024)["eigen_groen"].dropna().to_dict() == {KERN: 1.5, HOF: 0.5}
    assert m.table(2024).loc[KERN, "a_inw"] == 1000
    (profile,) = m.own_profiles
    assert (profile.key, profile.indicators) == ("eigen_overlast", ("eigen_meldingen", "eigen_groen"))
    assert {item.key: item.higher_is for item in m.own} == {
        "eigen_meldingen": "worse",
        "eigen_groen": "better",
    }
    assert format_value("eigen_groen", 1.5, m.own) == "1,5%"
    source = m.provenance[-1]
    assert (
        source.title == "Eigen tabel: Overlast" and len(source.sha256) == 64 and "telefonische" in source.note
    )
    assert load_own_profiles() == [("GM9902", 2024, profile)]


def test_reading_the_publishers_files_again_keeps_the_own_table(
    tmp_path: Path, town: Municipality, prepared: Path, leefbaarometer: Path
) -> None:
    _import(tmp_path, town)
    import_files([prepared / "wijkenbuurten_2024.gpkg", leefbaarometer])
    m = load_municipality("GM9902")
    assert m.series(KERN, "eigen_meldingen").to_dict() == {2018: 12.0, 2024: 15.0}
    assert len(m.own) == 2 and m.years("onv") and len(m.provenance) == 3


def test_the_same_table_again_replaces_its_figures_and_forgetting_leaves_no_trace(
    tmp_path: Path, town: Municipality
) -> None:
    _import(tmp_path, town)
    _import(tmp_path, town)
    assert len(load_municipality("GM9902").own_profiles) == 1
    forget_own_table("eigen_overlast", "GM9902")
    m = load_municipality("GM9902")
    assert m.own == () and m.own_profiles == ()
    assert m.indicators.equals(town.indicators) and m.provenance == town.provenance
    with pytest.raises(DataError):
        forget_own_table("eigen_overlast", "GM9902")


def test_an_error_or_a_taken_name_leaves_everything_as_it_was(
    tmp_path: Path, town: Municipality, snapshot: Snapshot
) -> None:
    _import(tmp_path, town)
    before = snapshot()
    table = read_own_table(write(tmp_path, f"code;meldingen\n{KERN};1\n{HOF};veel\n"))
    for picked in (choice(title="Nieuw"), choice(OwnColumn(column="meldingen", label="Anders"))):
        with pytest.raises(DataError):
            import_own_table(table, town, picked)
    with pytest.raises(DataError) as caught:
        import_own_table(table, town, choice(title="Nieuw"), only_good=True)
    assert "eigen_meldingen" in caught.value.got
    elsewhere = read_own_table(write(tmp_path, "code;meldingen\nBU06220101;1\n"))
    with pytest.raises(DataError, match="geen cijfers"):
        import_own_table(elsewhere, town, choice(title="Leeg"))
    assert snapshot() == before
    import_own_table(
        table, town, choice(OwnColumn(column="meldingen", label="Telling"), title="Nieuw"), only_good=True
    )
    assert load_municipality("GM9902").table(2024)["eigen_telling"].dropna().to_dict() == {KERN: 1.0}


def test_the_fictional_town_takes_no_own_table(tmp_path: Path) -> None:
    town = load_municipality("voorbeeldstad")
    table = read_own_table(write(tmp_path, f"code;meldingen\n{town.buurten.index[0]};1\n"))
    with pytest.raises(DataError, match="geen eigen tabel"):
        import_own_table(table, town, choice())


def test_the_preview_has_every_buurt_and_says_which_lack_a_row(tmp_path: Path, town: Municipality) -> None:
    table = read_own_table(write(tmp_path, f"code;meldingen\n{KERN};4\n"))
    checked = check_own_table(table, town, choice())
    assert list(checked.preview.index) == list(town.buurten.index)
    assert checked.preview["Meldingen (2024)"].dropna().to_dict() == {KERN: 4.0}
    assert checked.unmatched == (HOF,)
