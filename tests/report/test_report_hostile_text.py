"""What people type is text in every format: never markup, a formula, a link, a field or a heading."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import docx
import pyogrio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from report_readers import docx_blocks, markdown_blocks, quotes_of, sheet
from report_rooms import CODES, MADE_AT, Room, made, municipality

from veerkracht_nb.dialogue.events import Buurt
from veerkracht_nb.report import Notes, build_notes, export_notes, render_markdown
from veerkracht_nb.report.markdown import escape
from veerkracht_nb.report.text import MAX_TEXT, one_line, printable

HOSTILE = (
    '=HYPERLINK("http://voorbeeld.example/?"&A1,"klik")',
    "+1",
    "-1",
    "@SOM(A1)",
    "=cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "{=1+1}",
    "12345",
    "1e5",
    "2024-01-01",
    "http://voorbeeld.example/a?b=1&c=2",
    "www.voorbeeld.example",
    "mailto:x@voorbeeld.example",
    "internal:Blad1!A1",
    "voor\x00na",
    "een\x0btwee\x0cdrie",
    "half \ud800 surrogaat \udfff",
    "noncharacter \ufffe\uffff",
    "_x0041_ _x000D_ _x005F_",
    "\u202eomgekeerd\u202c en \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
    "👩‍👩‍👧‍👦 🏳️‍🌈 é é",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)> &lt;b&gt; &amp;",
    "</w:t></w:r><w:r><w:fldChar/>",
    "]]><!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>&a;",
    "[klik](javascript:alert(1)) ![x](http://voorbeeld.example/x.png) <http://voorbeeld.example>",
    "[ref]: http://voorbeeld.example 'titel'",
    "| a | b |\n| --- | --- |\n| 1 | 2 |",
    "# kop\n## kop\nkop\n===\nkop\n---",
    "#",
    "- lijst\n* lijst\n+ lijst\n1. lijst\n2) lijst\n> citaat",
    "***\n___\n---",
    "```python\ncode\n```\n~~~\ncode\n~~~",
    "    ingesprongen code",
    "regel een\nregel twee\n\n\n\nnieuwe alinea  \n  einde",
    "*cursief* **vet** _cursief_ `code` ~~door~~ $formule$ ^hoog^ {{ sjabloon }} {% x %}",
    "\\* al ontsnapt \\\\ &#42; &copy;",
    "\\",
    "' aanhaling \" ` ´",
    "{ MERGEFIELD geheim } { INCLUDETEXT c:\\\\x }",
    ": definitie\n!uitroep\n[ ] taak",
    '&P &N &"Arial" &&',
    "a" * 9_000,
)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Notes, list[Path]]:
    session = made(
        title='# =1+1 | <b>"Sessie"</b> [x](y) \x00',
        buurten=tuple(
            Buurt(
                code=code,
                name=f"{text[:40]} {i}",
                wijk_code="WK1",
                wijk_name="=1+1 <b> # |",
                letter="ABCDEX"[i],
            )
            for i, (code, text) in enumerate(zip(CODES, (*HOSTILE[:3], *HOSTILE[22:25]), strict=True))
        ),
    )
    room = Room(session=session)
    seat = room.seat("=bewoner|<b>")
    for text in HOSTILE:
        story = room.tell(seat, text, theme=text[:40], consent="openbaar")
        room.moderate(story, "teruggegeven", reason=text[:100])
        first = room.notice(seat, text)
        room.notice(seat, f"{text} !", replaces=first)
    town = municipality(session.buurten)
    notes = build_notes(room.state(), variant="tafel", municipality=town, made_at=MADE_AT)
    return notes, export_notes(notes, tmp_path_factory.mktemp("vijandig"), municipality=town)


def quoted(notes: Notes) -> list[str]:
    """Every quote of the document in its order: waarnemingen with what they replaced, then stories."""
    return [t for r in notes.observations for t in (r.text, *r.earlier)] + [r.text for r in notes.stories]


def test_every_text_is_in_the_notes_cleaned(written: tuple[Notes, list[Path]]) -> None:
    notes, _paths = written
    assert [story.text for story in notes.stories] == [printable(text) for text in HOSTILE]
    assert all(story.text for story in notes.stories)


def test_markdown_renders_exactly_the_text(written: tuple[Notes, list[Path]]) -> None:
    notes, (md, *_rest) = written
    blocks = list(markdown_blocks(md.read_text(encoding="utf-8")))
    assert quotes_of(iter(blocks)) == quoted(notes)
    headings = [content for kind, content in blocks if kind in ("h1", "h2", "h3", "h4")]
    assert headings[0] == notes.header.title
    own = {
        "Samenvatting",
        "Stappen",
        "Werkwijze",
        "Grenzen van de cijfers",
        "Herkomst",
        "Waarnemingen",
        "Verhalen",
    }
    named = {f"Wijk {wijk.name}" for wijk in notes.wijken} | {f"{b.name} ({b.code})" for b in notes.buurten}
    assert set(headings[1:]) <= own | named


def test_word_holds_exactly_the_text_in_text_nodes(written: tuple[Notes, list[Path]]) -> None:
    notes, (_md, path, *_rest) = written
    assert quotes_of(docx_blocks(path)) == quoted(notes)
    with zipfile.ZipFile(path) as archive:
        body = archive.read("word/document.xml").decode()
        links = archive.read("word/_rels/document.xml.rels").decode()
    ElementTree.fromstring(body)
    assert "hyperlink" not in body and "instrText" not in body and "fldSimple" not in body
    assert "hyperlink" not in links
    headings = [p.text for p in docx.Document(str(path)).paragraphs if p.style.name.startswith("Heading")]
    assert not set(headings) & {printable(text) for text in HOSTILE}


def test_excel_holds_exactly_the_text_in_string_cells(written: tuple[Notes, list[Path]]) -> None:
    notes, (_md, _docx, path, _gpkg) = written
    texts = [row["Verhaal"] for row in sheet(path, "Verhalen")]
    assert texts == [story.text for story in notes.stories]
    assert [row["Thema"] for row in sheet(path, "Verhalen")] == [one_line(text[:40]) for text in HOSTILE]
    assert all(isinstance(text, str) for text in texts)
    book = CalamineWorkbook.from_path(str(path))
    for name in book.sheet_names:
        for row in book.get_sheet_by_name(name).to_python():
            assert all(isinstance(cell, str | float | int) for cell in row)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        parts = {name: archive.read(name).decode() for name in names if name.endswith((".xml", ".rels"))}
    assert not any(re.search(r"<f[ >]|<hyperlink|<oleObject", part) for part in parts.values())
    assert not any("hyperlink" in part for name, part in parts.items() if name.endswith(".rels"))
    assert not any("externalLink" in name or "vba" in name for name in names)


def test_geopackage_holds_exactly_the_text(written: tuple[Notes, list[Path]]) -> None:
    notes, (*_rest, gpkg) = written
    layer = pyogrio.read_dataframe(gpkg, layer="verhalen")
    assert layer["verhaal"].tolist() == [story.text for story in notes.stories]


def test_a_text_far_above_the_limit_is_shortened_and_says_so(tmp_path: Path) -> None:
    room = Room()
    room.tell(room.seat(), "woord " * 20_000)
    notes = build_notes(room.state(), variant="tafel", made_at=MADE_AT)
    text = notes.stories[0].text
    assert text.endswith("(ingekort)") and len(text) < MAX_TEXT + 20
    _docx, xlsx = export_notes(notes, tmp_path, ("docx", "xlsx"))
    assert sheet(xlsx, "Verhalen")[0]["Verhaal"] == text


@given(st.text(max_size=120) | st.text(alphabet="*_`#-+=|<>[]()!\\&;:~$.\n 1a@/", max_size=60))
def test_escaped_markdown_renders_any_text_as_itself(text: str) -> None:
    text = printable(text)
    if text:
        quote = "\n".join(
            ["# kop", "", *(f"> {line}  " if line else ">" for line in escape(text).split("\n")), ""]
        )
        assert quotes_of(markdown_blocks(quote)) == [text]


@given(st.text(alphabet=st.characters(), max_size=80))
def test_printable_text_fits_in_xml_and_stays_the_same(text: str) -> None:
    cleaned = printable(text)
    ElementTree.fromstring(f"<t>{cleaned.replace('&', '&amp;').replace('<', '&lt;')}</t>")
    assert printable(cleaned) == cleaned


def test_markdown_has_no_line_that_a_text_began(written: tuple[Notes, list[Path]]) -> None:
    notes, _paths = written
    allowed = re.compile(
        r"(#{1,4} |\||> |>$|- |\*\*|---$|Eerdere versie:|Signaal |Zonder stem|Overeenstemming|\w)|$"
    )
    assert all(allowed.match(line) for line in render_markdown(notes).split("\n"))
