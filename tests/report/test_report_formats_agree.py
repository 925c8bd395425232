"""The same numbers and the same texts in every format."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pyogrio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from report_readers import (
    QUESTIONS,
    Counts,
    counts_of,
    docx_blocks,
    gpkg_counts,
    markdown_blocks,
    quotes_of,
    sheet,
    totals_of,
    xlsx_counts,
    xlsx_totals,
)
from report_rooms import CODES, MADE_AT, ROLES, Room, lively_room, municipality

from veerkracht_nb.report import VARIANTS, Notes, build_notes, export_notes
from veerkracht_nb.report.tables import totals

TOWN = municipality()
RECOGNITIONS = (None, "herken", "deels", "herken_niet", "weet_niet")
DIRECTIONS = (None, "beter", "gelijk", "slechter")


@st.composite
def rooms(draw: st.DrawFn, most: int = 60) -> Room:
    room = Room()
    seats = [room.seat(draw(st.sampled_from(ROLES))) for _ in range(draw(st.integers(0, 9)))]
    if not seats:
        return room
    seat, code = st.sampled_from(seats), st.sampled_from(CODES[:3])
    answer = st.tuples(
        seat,
        code,
        st.sampled_from(RECOGNITIONS),
        st.sampled_from(DIRECTIONS),
        st.sampled_from(["herkennen"] * 3 + ["opnieuw"]),
    )
    for part in range(2):
        for who, buurt, recognition, direction, step in draw(st.lists(answer, max_size=most // 2)):
            room.answer(who, buurt, recognition, direction, step)
        if part == 0 and draw(st.booleans()):
            room.reveal("herkennen")
    story = st.tuples(
        seat, code, st.text(min_size=1, max_size=40), st.sampled_from(["deze_zaal", "gemeente", "openbaar"])
    )
    for who, buurt, text, consent in draw(st.lists(story, max_size=4)):
        told = room.tell(who, text, buurt, consent=consent)
        if draw(st.booleans()):
            room.moderate(told)
    return room


def expected(notes: Notes) -> Counts:
    return {
        (b.code, r.step_title, QUESTIONS[answers.question], group.label): group.row
        for b in notes.buurten
        for r in b.recognition
        for answers in (r.recognition, r.direction)
        for group in answers.rows()
    }


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(rooms(), st.sampled_from(VARIANTS))
def test_counts_and_texts_read_back_the_same_from_all_formats(room: Room, variant: str) -> None:
    notes = build_notes(room.state(), variant=variant, municipality=TOWN, made_at=MADE_AT)
    with tempfile.TemporaryDirectory() as folder:
        md, docx, xlsx, gpkg = export_notes(notes, Path(folder), municipality=TOWN)
        text = md.read_text(encoding="utf-8")
        wanted = expected(notes)
        assert counts_of(markdown_blocks(text)) == wanted
        assert counts_of(docx_blocks(docx)) == wanted
        assert xlsx_counts(xlsx) == wanted
        assert gpkg_counts(gpkg) == wanted

        numbers = dict(totals(notes))
        assert totals_of(markdown_blocks(text)) == numbers
        assert totals_of(docx_blocks(docx)) == numbers
        assert xlsx_totals(xlsx) == numbers

        stories = [story.text for story in notes.stories]
        assert quotes_of(docx_blocks(docx)) == stories
        assert quotes_of(markdown_blocks(text)) == stories
        assert [row["Verhaal"] for row in sheet(xlsx, "Verhalen")] == stories
        assert pyogrio.read_dataframe(gpkg, layer="verhalen")["verhaal"].fillna("").tolist() == stories


def test_buurten_have_the_same_class_and_counts_in_excel_and_geopackage(tmp_path: Path) -> None:
    notes = build_notes(lively_room().state(), variant="tafel", made_at=MADE_AT)
    xlsx, gpkg = export_notes(notes, tmp_path, ("xlsx", "gpkg"), municipality=TOWN)
    layer = pyogrio.read_dataframe(gpkg, layer="buurten").set_index("code")
    for row in sheet(xlsx, "Buurten"):
        there = layer.loc[row["Code"]]
        assert (row["Buurt"], row["Klasse"]) == (there["naam"], there["klasse"])
        assert row["Overeenstemming"] == there["overeenstemming"]
        assert (row["Verhalen"], row["Waarnemingen"]) == (there["verhalen"], there["waarnemingen"])
        assert (row["Stemmen herkenning"] or 0) == (there["n_herkenning"] or 0)
        assert (row["Zonder stem"] == "ja") == there["zonder_stem"]
    seen = layer.loc[CODES[0]]
    assert [seen[name] for name in ("n_herkenning", "herken", "deels", "herken_niet")] == [7, 5, 1, 1]
    assert layer["zonder_stem"].sum() == notes.summary.without_voice == 2


def test_the_same_log_gives_the_same_notes() -> None:
    first, second = (build_notes(lively_room().state(), variant="tafel", made_at=MADE_AT) for _ in range(2))
    assert first == second


def test_a_first_answer_stays_in_every_format_when_it_was_taken_back_after_the_reveal() -> None:
    room = Room()
    seat = room.seat("bewoner")
    room.answer(seat, CODES[0], None, "beter", "herkennen")
    room.reveal("herkennen")
    room.answer(seat, CODES[0], "herken", None, "herkennen")
    notes = build_notes(room.state(), variant="tafel", municipality=TOWN, made_at=MADE_AT)
    key = (CODES[0], "Zien wij hetzelfde?", QUESTIONS["richting"], "vóór het onthullen")
    assert key in expected(notes)
    with tempfile.TemporaryDirectory() as folder:
        md, docx, xlsx, gpkg = export_notes(notes, Path(folder), municipality=TOWN)
        for found in (
            counts_of(markdown_blocks(md.read_text(encoding="utf-8"))),
            counts_of(docx_blocks(docx)),
            xlsx_counts(xlsx),
            gpkg_counts(gpkg),
        ):
            assert found == expected(notes)
