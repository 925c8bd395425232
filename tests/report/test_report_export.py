"""Files come out whole or not at all, under safe names, and open where people open them."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import docx
import geopandas as gpd
import pyogrio
import pytest
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from report_rooms import (
    CODES,
    LEADER,
    MADE_AT,
    Room,
    lively_room,
    made,
    municipality,
)

from veerkracht_nb.dialogue import Actor, Revealed, SeatTaken, StepStarted, Verhaal, create
from veerkracht_nb.errors import ExportError
from veerkracht_nb.report import (
    FORMATS,
    LogRecord,
    Notes,
    build_notes,
    export_notes,
    export_session,
    file_stem,
    write_xlsx,
)
from veerkracht_nb.report import export as exporting

TOWN = municipality()
DEVICES = {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(10))}


def notes(room: Room | None = None, **more: object) -> Notes:
    return build_notes((room or lively_room()).state(), variant="tafel", made_at=MADE_AT, **more)  # type: ignore[arg-type]


# -- names


@given(
    st.text(max_size=200)
    | st.sampled_from(
        [
            "../../etc/passwd",
            "C:\\Windows\\x",
            "con",
            "NUL.docx",
            "a/b",
            "verslag\x00.docx",
            "ｃｏｎ",
            "раураl",
            "…",
            "-rf",
        ]
    )
)
def test_a_file_name_is_safe_whatever_the_title(title: str) -> None:
    stem = file_stem(
        build_notes(Room(session=made(title=title)).state(), variant="deelbaar", made_at=MADE_AT)
    )
    assert set(stem) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert stem.startswith("verslag-") and stem.endswith("-deelbaar")
    assert len(stem) <= 100
    assert stem not in DEVICES and Path(stem).name == stem


def test_two_sessions_with_one_title_on_one_day_have_two_names() -> None:
    names = {file_stem(notes(log=LogRecord(session_id=key))) for key in ("een", "twee")}
    assert len(names) == 2


# -- writing


def test_all_formats_are_written_and_nothing_else_is_left(tmp_path: Path) -> None:
    folder = tmp_path / "nieuw" / "map"
    paths = export_notes(notes(), folder, municipality=TOWN)
    assert [path.suffix for path in paths] == [".md", ".docx", ".xlsx", ".gpkg"]
    assert sorted(folder.iterdir()) == sorted(paths)
    assert export_notes(notes(), folder, municipality=TOWN) == paths
    assert sorted(folder.iterdir()) == sorted(paths)


@pytest.mark.parametrize("formats", [("pdf",), (), ("docx", "exe"), ("../x",)])
def test_an_unknown_format_is_refused_before_anything_is_written(
    tmp_path: Path, formats: tuple[str, ...]
) -> None:
    with pytest.raises(ExportError, match="bestandsformaat") as caught:
        export_notes(notes(), tmp_path / "map", formats, municipality=TOWN)
    assert "gpkg" in caught.value.expected and caught.value.todo
    assert not (tmp_path / "map").exists()


def test_formats_may_be_written_loosely_and_twice(tmp_path: Path) -> None:
    paths = export_notes(notes(), tmp_path, (" DOCX", ".md", "md"))
    assert [path.suffix for path in paths] == [".docx", ".md"]


def test_without_borders_a_geopackage_is_refused_and_the_others_are_named(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="grenzen") as caught:
        export_notes(notes(), tmp_path)
    assert "data import" in caught.value.todo and "2024" in caught.value.expected
    assert not list(tmp_path.iterdir())


def test_borders_of_another_year_are_refused(tmp_path: Path) -> None:
    other = municipality()
    object.__setattr__(other, "year", 2022)
    with pytest.raises(ExportError, match="horen niet bij") as caught:
        export_notes(notes(), tmp_path, ("gpkg",), municipality=other)
    assert "2022" in caught.value.got


def test_a_file_in_the_place_of_the_folder_is_an_error_in_words(tmp_path: Path) -> None:
    place = tmp_path / "map"
    place.write_text("al iets")
    with pytest.raises(ExportError, match="kan niet worden geschreven") as caught:
        export_notes(notes(), place, ("md",))
    assert caught.value.expected and caught.value.got and caught.value.todo
    assert place.read_text() == "al iets"


@pytest.mark.parametrize(
    ("number", "word"),
    [(errno.ENOSPC, "schijf is vol"), (errno.EACCES, "alleen-lezen"), (errno.EROFS, "alleen-lezen")],
)
@pytest.mark.parametrize("extension", FORMATS)
def test_trouble_with_the_disk_leaves_the_earlier_export_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, word: str, extension: str
) -> None:
    (before,) = export_notes(notes(), tmp_path, (extension,), municipality=TOWN)
    whole = before.read_bytes()

    def fail(*_args: object) -> None:
        raise OSError(number, os.strerror(number))

    name = {"md": "write_markdown", "docx": "write_docx", "xlsx": "write_xlsx", "gpkg": "write_gpkg"}[
        extension
    ]
    monkeypatch.setattr(exporting, name, fail)
    with pytest.raises(ExportError) as caught:
        export_notes(notes(), tmp_path, (extension,), municipality=TOWN)
    assert word in caught.value.got and caught.value.todo
    assert list(tmp_path.iterdir()) == [before]
    assert before.read_bytes() == whole


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full on this system")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_excel_on_a_full_disk_is_an_error_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "write_xlsx", lambda n, _path: write_xlsx(n, Path("/dev/full")))
    with pytest.raises(ExportError, match="kan niet worden geschreven"):
        export_notes(notes(), tmp_path, ("xlsx",))


def test_a_file_that_is_open_elsewhere_says_to_close_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object) -> None:
        raise PermissionError(
            13, "The process cannot access the file because it is being used by another process"
        )

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(ExportError, match=r"verslag-.*\.docx kan niet worden vervangen") as caught:
        export_notes(notes(), tmp_path, ("docx",))
    assert "sluit het bestand" in caught.value.todo
    assert not list(tmp_path.iterdir())


# -- what is in the files


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    found = export_notes(notes(), tmp_path_factory.mktemp("verslag"), municipality=TOWN)
    return {path.suffix[1:]: path for path in found}


def test_a_geopackage_passes_the_checks_of_the_standard(paths: dict[str, Path]) -> None:
    with closing(sqlite3.connect(paths["gpkg"])) as db:
        assert db.execute("PRAGMA application_id").fetchone()[0] == int.from_bytes(b"GPKG")
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        kinds = dict(db.execute("SELECT table_name, data_type FROM gpkg_contents"))
    assert kinds == {
        "buurten": "features",
        "verhalen": "features",
        "herkenning": "attributes",
        "waarnemingen": "attributes",
        "herkomst": "attributes",
    }
    assert [
        path.name for path in paths["gpkg"].parent.iterdir() if "-wal" in path.name or "-journal" in path.name
    ] == []


def test_the_layers_lie_in_the_national_grid_where_the_buurten_are(paths: dict[str, Path]) -> None:
    buurten, stories = (gpd.read_file(paths["gpkg"], layer=layer) for layer in ("buurten", "verhalen"))
    assert buurten.crs == stories.crs == "EPSG:28992"
    assert set(buurten.geom_type) == {"MultiPolygon"} and set(stories.geom_type) == {"Point"}
    assert buurten["code"].tolist() == sorted(CODES, key=lambda code: (int(code[-2:]) % 2, code))
    shapes = buurten.set_index("code").geometry
    placed = stories[stories["plaats"] == "midden van de buurt"]
    assert len(placed) == len(stories) - 1
    assert all(shapes[row.code].contains(row.geometry) for row in placed.itertuples())


def test_a_session_without_a_voice_still_gives_every_layer_and_column(tmp_path: Path) -> None:
    empty = notes(Room())
    full, bare = tmp_path / "vol", tmp_path / "leeg"
    (a,), (b,) = (
        export_notes(n, folder, ("gpkg",), municipality=TOWN)
        for n, folder in ((notes(), full), (empty, bare))
    )
    for layer in ("buurten", "verhalen", "herkenning", "waarnemingen", "herkomst"):
        first, second = pyogrio.read_info(a, layer=layer), pyogrio.read_info(b, layer=layer)
        assert list(first["fields"]) == list(second["fields"])
        assert list(first["dtypes"]) == list(second["dtypes"])
    docx_path, xlsx_path, _md = export_notes(empty, bare, ("docx", "xlsx", "md"))
    assert docx_path.stat().st_size and xlsx_path.stat().st_size


def test_word_knows_its_title_language_headings_and_header_rows(paths: dict[str, Path]) -> None:
    document = docx.Document(str(paths["docx"]))
    properties = document.core_properties
    assert (properties.title, properties.language, properties.author) == (
        "Proefsessie Voorbeeldstad",
        "nl-NL",
        "",
    )
    assert properties.last_modified_by == properties.comments == ""
    language = document.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
    assert language.get(qn("w:val")) == "nl-NL"
    levels = [int(p.style.name[-1]) for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert levels[0] == 1 and all(b - a <= 1 for a, b in pairwise(levels))
    for table in document.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    footer = document.sections[0].footer.paragraphs[0].text
    assert "signaal, geen oordeel" in footer and "benadering met open data" in footer and "CBS" in footer


def test_word_parts_are_well_formed_and_point_at_no_address(paths: dict[str, Path]) -> None:
    with zipfile.ZipFile(paths["docx"]) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(archive.read(name))
            if name.endswith(".rels"):
                assert b'TargetMode="External"' not in archive.read(name)


def test_excel_has_the_sheets_frozen_headers_and_filters(paths: dict[str, Path]) -> None:
    names = CalamineWorkbook.from_path(str(paths["xlsx"])).sheet_names
    assert names == ["Samenvatting", "Buurten", "Herkenning", "Verhalen", "Waarnemingen", "Herkomst"]
    with zipfile.ZipFile(paths["xlsx"]) as archive:
        for number in range(2, 7):
            sheet = archive.read(f"xl/worksheets/sheet{number}.xml").decode()
            assert 'state="frozen"' in sheet and "<autoFilter" in sheet and "customWidth" in sheet
            assert "signaal, geen oordeel" in sheet


def test_every_format_says_what_the_map_is_and_where_it_came_from(paths: dict[str, Path]) -> None:
    found = paths["md"].read_text(encoding="utf-8")
    texts = [
        found,
        json.dumps(pyogrio.read_dataframe(paths["gpkg"], layer="herkomst").to_dict(), ensure_ascii=False),
    ]
    book = CalamineWorkbook.from_path(str(paths["xlsx"]))
    texts.append(str([book.get_sheet_by_name(name).to_python() for name in book.sheet_names]))
    document = docx.Document(str(paths["docx"]))
    texts.append(" ".join(cell.text for table in document.tables for row in table.rows for cell in row.cells))
    for text in texts:
        for words in (
            "benadering met open data",
            "signaal, geen oordeel",
            "Zelfredzaamheid",
            "2012",
            "Leefbaarometer",
        ):
            assert words in text


def test_a_live_session_exports_with_its_id_and_number_of_events(tmp_path: Path) -> None:
    with create(tmp_path / "sessies", made(), session_id="proef-1") as session:
        session.submit(StepStarted(step="verhalen"), LEADER)
        seat = Actor(id="zetel-abcdefgh", kind="deelnemer", role="bewoner")
        session.submit(SeatTaken(role="bewoner"), seat)
        session.submit(Verhaal(step="verhalen", buurt=CODES[0], text="=1+1 | <b>", consent="openbaar"), seat)
        session.submit(Revealed(step="verhalen", level="alles"), LEADER)
        (path,) = export_session(session, tmp_path / "uit", ("md",), variant="tafel")
        text = path.read_text(encoding="utf-8")
        assert session.code not in text and session.facilitator_key not in text
    assert "| sessie | proef-1 |" in text
    assert "| gebeurtenissen in het logboek | 5 |" in text
    assert "> =1+1" in text or "> &#61;1+1" in text


def test_the_notes_take_the_reason_of_an_x_and_the_notes_of_the_map_from_the_signal() -> None:
    import pandas as pd

    table = pd.DataFrame({"why_x": ["te weinig inwoners"] * len(CODES)}, index=list(CODES))
    signal = SimpleNamespace(table=table, notes=("Weergave: relatief.",))
    found = notes(signal=signal)
    reasons = {b.letter: b.why for b in found.buurten}
    assert reasons["X"] == "te weinig inwoners" and reasons["A"] == ""
    assert "Weergave: relatief." in found.limits


def test_duration_is_told_by_the_clock_of_the_room() -> None:
    log = LogRecord(
        started_at=datetime(2026, 7, 1, 22, 30, tzinfo=UTC), ended_at=datetime(2026, 7, 2, 0, 15, tzinfo=UTC)
    )
    header = notes(log=log).header
    assert (header.iso_date, header.duration) == ("2026-07-02", "1 uur 45 minuten")
