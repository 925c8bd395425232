"""A wijk on one or two pages: the same in each format, and nothing in it that may not be told."""

from __future__ import annotations

import dataclasses
import re
from html.parser import HTMLParser
from pathlib import Path

import docx
import pytest
from docx.table import Table
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from report_rooms import Room
from test_report_print_maps import HOSTILE, check_accessible, squeezed, text_of

from veerkracht_nb.areas import Municipality
from veerkracht_nb.areas.changes import BuurtChange
from veerkracht_nb.dialogue import Actor, Buurt, SessionMade, SessionState
from veerkracht_nb.errors import ExportError
from veerkracht_nb.report import Variant, build_notes
from veerkracht_nb.report.printing.ground import numbered
from veerkracht_nb.report.profile import (
    FORMATS,
    ProfileMaker,
    WijkProfile,
    build,
    render_docx,
    render_html,
    render_pdf,
    wijkprofielen,
)
from veerkracht_nb.report.profile.room import recognition_rows
from veerkracht_nb.report.profile.texts import footer
from veerkracht_nb.signal import LIMITS, Robustness, Signal, compute_signal, robustness
from veerkracht_nb.sources import load_municipality

Tables = list[list[list[str]]]
WIJK = "WK990103"


@pytest.fixture(scope="module")
def embedded() -> Municipality:
    return load_municipality("GM9901")


@pytest.fixture(scope="module")
def signal(embedded: Municipality) -> Signal:
    return compute_signal(embedded, profile="sociaaleconomisch")


@pytest.fixture(scope="module")
def plain(embedded: Municipality, signal: Signal) -> WijkProfile:
    return ProfileMaker(embedded, signal).profile(WIJK)


class Page(HTMLParser):
    """Tables, texts and everything that could reach outside a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: Tables = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.quotes: list[str] = []
        self._cell = self._quote = self._style = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._style = tag == "style"
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
            self._cell = True
        elif tag == "blockquote":
            self.quotes.append("")
            self._quote = True

    def handle_endtag(self, tag: str) -> None:
        self._style = False
        if tag in ("td", "th"):
            self._cell = False
        elif tag == "blockquote":
            self._quote = False

    def handle_data(self, data: str) -> None:
        if self._style:
            return
        self.text += data
        if self._cell:
            self.tables[-1][-1][-1] += data
        if self._quote:
            self.quotes[-1] += data


def printed(path: Path, profile: WijkProfile) -> str:
    """What is on the pages, without the line at the foot of each, which a text may run across."""
    foot = squeezed(footer(profile))
    return re.sub(re.escape(foot) + r"\d/\d", "", squeezed(text_of(path)))


def word_tables(path: Path) -> Tables:
    return [
        [[cell.text for cell in row.cells] for row in table.rows] for table in docx.Document(str(path)).tables
    ]


def word_text(path: Path) -> str:
    document = docx.Document(str(path))
    parts = [part for part in document.iter_inner_content()]
    return "\n".join("" if isinstance(part, Table) else part.text for part in parts)


def room_about(embedded: Municipality, signal: Signal) -> Room:
    """A session about this gemeente, with a room that can be filled."""
    buurten = tuple(
        Buurt(
            code=str(code),
            name=str(row["name"]),
            wijk_code=str(row["wijk_code"]),
            wijk_name=str(row["wijk_name"]),
            letter=str(signal.table.at[code, "letter"]),
            direction=None,
        )
        for code, row in embedded.buurten[~embedded.buurten["water"]].iterrows()
    )
    base = Room().session
    made: SessionMade = dataclasses.replace(
        base, municipality=embedded.code, municipality_name=embedded.name, year=embedded.year, buurten=buurten
    )
    return Room(session=made)


def members(embedded: Municipality, wijk: str = WIJK) -> list[str]:
    return [str(code) for code in embedded.buurten.index[embedded.buurten["wijk_code"] == wijk]]


def tell(
    room: Room, seat: Actor, text: str, buurt: str, tone: str = "zorg", consent: str = "openbaar"
) -> None:
    from veerkracht_nb.dialogue.events import Verhaal

    story = Verhaal(step="verhalen", buurt=buurt, text=text, consent=consent, tone=tone)  # type: ignore[arg-type]
    room.moderate(room.add(story, seat))


@pytest.fixture(scope="module")
def told(embedded: Municipality, signal: Signal) -> SessionState:
    room = room_about(embedded, signal)
    seat, here = room.seat(), members(embedded)
    room.start("verhalen")
    tell(room, seat, "De moestuin trekt iedereen.", here[0], tone="gaat_goed")
    tell(room, seat, "De bus komt niet meer.", here[1], consent="gemeente")
    tell(room, seat, "Alleen voor deze zaal bedoeld.", here[1], consent="deze_zaal")
    room.tell(seat, "Openbaar maar nooit getoond.", here[1], consent="openbaar")
    tell(room, seat, "Over een heel andere wijk.", members(embedded, "WK990105")[0])
    for place, text in enumerate(HOSTILE):
        tell(room, seat, text, here[place % len(here)])
    tell(room, seat, "حي 😀 👩🏽‍🚒\nregel twee", here[0])
    return room.state()


def test_the_three_formats_hold_the_same_figures(
    embedded: Municipality, signal: Signal, tmp_path: Path
) -> None:
    files = wijkprofielen(embedded, signal, tmp_path, wijken=["nieuw-noord", "WK990102"])
    assert [path.suffix for path in files] == [".html", ".pdf", ".docx"] * 2
    maker = ProfileMaker(embedded, signal)
    for wijk, (html, pdf, word) in zip(("WK990102", WIJK), (files[:3], files[3:]), strict=True):
        profile = maker.profile(wijk)
        figures = [list(profile.figure_headings), *(list(figure.row) for figure in profile.figures)]
        buurten = [list(profile.buurt_headings), *(list(buurt.row) for buurt in profile.buurten)]
        page = Page(html.read_text("utf-8"))
        assert [row[:7] for row in page.tables[0]] == figures and page.tables[1] == buurten
        in_word = word_tables(word)
        assert [[row[:7] for row in in_word[0]], in_word[1]] == [figures, buurten]
        paper = printed(pdf, profile)
        said = [squeezed(page.text), squeezed(word_text(word))]
        for row in (*figures, *buurten):
            for cell in row:
                assert squeezed(cell) in paper, cell
        whys = [buurt.why for buurt in profile.buurten]
        for line in (
            profile.title,
            profile.subtitle,
            *profile.tags,
            *profile.good,
            *whys,
            *signal.notes,
            *LIMITS,
        ):
            assert squeezed(line) in paper, line
            assert all(squeezed(line) in text for text in said), line


def test_figures_are_those_of_the_signal(embedded: Municipality, signal: Signal, plain: WijkProfile) -> None:
    codes = [code for code in members(embedded) if signal.table.at[code, "in_u"]]
    weights = signal.table.loc[codes, "inwoners"]
    for place, term in enumerate(("laag_inkomen", "uitkering")):
        values = signal.terms["x1"].xs(term, level="term").loc[codes]
        mean = float((values * weights).sum() / weights.sum())
        assert plain.figures[place].last == f"{mean:.1f}".replace(".", ",") + f" ({signal.period.k1})"
    nuisance = signal.table.loc[codes]
    changes = {year: float((nuisance[year] * weights).sum() / weights.sum()) for year in ("o0", "o1")}
    assert plain.figures[-1].last.startswith(f"{changes['o1']:.3f}".replace(".", ","))
    assert plain.figures[-1].change == f"{changes['o1'] - changes['o0']:+.3f}".replace(".", ",")


def test_what_goes_well_names_the_buurten_that_hold_out(plain: WijkProfile) -> None:
    letters = {buurt.name: buurt.letter for buurt in plain.buurten}
    named = {line.split(":")[0] for line in plain.good}
    assert {name for name, letter in letters.items() if letter in ("B", "D")} <= named
    assert not {name for name, letter in letters.items() if letter in ("A", "C", "E", "X")} & named


def test_a_pdf_is_tagged_and_one_or_two_pages(embedded: Municipality, signal: Signal, tmp_path: Path) -> None:
    files = wijkprofielen(embedded, signal, tmp_path, formats=("pdf",))
    assert len(files) == 8
    for path in files:
        pages = PdfReader(path).pages
        assert 1 <= len(pages) <= 2
        assert all(abs(float(page.mediabox.width) - 595.276) < 0.01 for page in pages)
    check_accessible(files[0], "Wijkprofiel Centrum, Veerdam")


def test_a_page_needs_nothing_from_elsewhere_and_is_readable_without_seeing(plain: WijkProfile) -> None:
    page = Page(render_html(plain))
    assert page.tags[0] == ("html", {"lang": "nl"})
    names = [tag for tag, _attributes in page.tags]
    assert not {"script", "link", "iframe", "img", "object", "form"} & set(names)
    assert names.count("h1") == 1 and "h3" not in names
    assert names.count("table") == names.count("caption") == 2
    for tag, attributes in page.tags:
        assert not {"src", "href", "onload", "onclick"} & set(attributes)
        if tag == "th":
            assert attributes.get("scope") in ("col", "row")
    (figure,) = [attributes for tag, attributes in page.tags if tag == "figure"]
    assert figure["role"] == "img" and "Componistenbuurt" in str(figure["aria-label"])
    assert "@media print" in render_html(plain) and "url(http" not in render_html(plain)


def test_a_word_document_says_what_its_map_shows(plain: WijkProfile, tmp_path: Path) -> None:
    path = tmp_path / "w.docx"
    path.write_bytes(render_docx(plain))
    document = docx.Document(str(path))
    assert document.core_properties.language == "nl-NL" and document.core_properties.title == plain.title
    pictures = [picture._inline.docPr.get("descr") for picture in document.inline_shapes]
    assert pictures == [plain.map_alt, *(figure.spoken for figure in plain.figures if figure.spoken)]
    assert len(pictures) == 1 + len(plain.figures) and all("2022" in told for told in pictures[1:])
    levels = [p.style.name for p in document.paragraphs if p.style.name.startswith(("Heading", "Title"))]
    assert levels[0] == "Title" and set(levels[1:]) == {"Heading 1"}


def test_stories_follow_the_rules_of_the_session_notes(
    embedded: Municipality, signal: Signal, told: SessionState
) -> None:
    shared = ProfileMaker(embedded, signal, build_notes(told, variant="deelbaar")).profile(WIJK)
    texts = [remark.text for remark in (*shared.good_stories, *shared.stories)]
    assert [remark.text for remark in shared.good_stories] == ["De moestuin trekt iedereen."]
    assert "De bus komt niet meer." in texts
    for hidden in (
        "Alleen voor deze zaal bedoeld.",
        "Openbaar maar nooit getoond.",
        "Over een heel andere wijk.",
    ):
        assert hidden not in texts
        assert hidden not in render_html(shared)
    table = ProfileMaker(embedded, signal, build_notes(told, variant="tafel")).profile(WIJK)
    texts = [remark.text for remark in (*table.good_stories, *table.stories)]
    assert "Alleen voor deze zaal bedoeld." in texts and "Over een heel andere wijk." not in texts


def answered(embedded: Municipality, signal: Signal, counts: dict[int, int]) -> SessionState:
    """A session in which so many people answered about the buurt at that place in the wijk."""
    room, here = room_about(embedded, signal), members(embedded)
    room.start("herkennen")
    for place, people in counts.items():
        for number in range(people):
            room.answer(room.seat(), here[place], ("herken", "deels", "herken_niet")[number % 3])
    room.reveal("herkennen")
    return room.state()


@pytest.mark.parametrize("variant", ["tafel", "deelbaar"])
def test_the_recognition_of_the_room_is_counted_and_small_groups_are_not(
    embedded: Municipality, signal: Signal, tmp_path: Path, variant: Variant
) -> None:
    notes = build_notes(answered(embedded, signal, {0: 7, 1: 2}), variant=variant)
    profile = ProfileMaker(embedded, signal, notes).profile(WIJK)
    codes = members(embedded)
    by_name = {row[1]: row[2:] for row in profile.recognition}
    names = [str(embedded.buurten.at[code, "name"]) for code in codes[:2]]
    assert set(by_name) == set(names), "buurten that nobody voted on are left out"
    assert by_name[names[0]][:5] == ("7", "3", "2", "2", "0")
    # As in the session notes: who was there may know; what is shared has no number that is a person.
    two = ("2", "1", "1", "0", "0") if variant == "tafel" else ("minder dan 3", "", "", "", "")
    assert by_name[names[1]][:5] == two
    expected = [list(profile.recognition_headings), *map(list, profile.recognition)]
    assert Page(render_html(profile)).tables[2] == expected
    (tmp_path / "w.docx").write_bytes(render_docx(profile))
    (tmp_path / "w.pdf").write_bytes(render_pdf(profile))
    assert word_tables(tmp_path / "w.docx")[2] == expected
    paper = squeezed(text_of(tmp_path / "w.pdf"))
    assert all(squeezed(cell) in paper for row in expected for cell in row)
    elsewhere = ProfileMaker(embedded, signal, notes).profile("WK990105")
    assert not elsewhere.recognition and "Over deze wijk is niet gestemd." in render_html(elsewhere)


def test_of_two_rounds_each_buurt_shows_its_last_and_the_note_says_which(
    embedded: Municipality, signal: Signal
) -> None:
    room, (first, second, *_rest) = room_about(embedded, signal), members(embedded)
    seats = [room.seat() for _ in range(4)]
    for step, codes, choice in (("herkennen", (first, second), "herken"), ("opnieuw", (second,), "deels")):
        room.start(step)
        for seat in seats:
            for code in codes:
                room.answer(seat, code, choice, step=step)  # type: ignore[arg-type]
    maker = ProfileMaker(embedded, signal, build_notes(room.state(), variant="tafel"))
    profile = maker.profile(WIJK)
    names = [str(embedded.buurten.at[code, "name"]) for code in (first, second)]
    assert {row[1]: row[3:5] for row in profile.recognition} == {names[0]: ("4", "0"), names[1]: ("0", "4")}
    note = profile.recognition_note
    assert f"Herken je dit beeld? ({names[0]})" in note and f"En nu? ({names[1]})" in note
    elsewhere = maker.profile("WK990105")
    assert "Nog een keer" in elsewhere.recognition_note and "(" not in elsewhere.recognition_note


@given(people=st.lists(st.integers(0, 9), min_size=2, max_size=4))
@settings(max_examples=15, deadline=None)
def test_no_number_below_the_smallest_group_is_ever_printed(
    embedded: Municipality, signal: Signal, people: list[int]
) -> None:
    state = answered(embedded, signal, dict(enumerate(people)))
    notes = build_notes(state, variant="deelbaar")
    rows = recognition_rows(notes, [b for b in numbered(embedded) if b.wijk_code == WIJK])
    shown = {row[2] for row in rows}
    assert all(text == "minder dan 3" or int(text) >= 3 for text in shown)
    assert {int(text) for text in shown if text.isdigit()} <= set(people)


def test_an_uncertain_class_says_so_on_the_page(
    embedded: Municipality, signal: Signal, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = next(c for c in members(embedded) if signal.table.at[c, "letter"] == "B")

    def doubted(made: Signal) -> Robustness:
        firmness = robustness(made)
        return dataclasses.replace(
            firmness, table=firmness.table.assign(uncertain=firmness.table.index == code)
        )

    monkeypatch.setattr(build, "robustness", doubted)
    profile = ProfileMaker(embedded, signal).profile(WIJK)
    (buurt,) = [b for b in profile.buurten if b.mark.endswith("?") and b.mark != "?"]
    assert (buurt.code, buurt.letter, buurt.mark) == (code, "B", "B?")
    assert "de klasse is onzeker" in buurt.why and "varianten" in buurt.why
    assert any(line.startswith(f"{buurt.name}:") for line in profile.good), "it still holds out"
    assert "klasse B?" in profile.map_alt and "onzeker" in profile.map_svg


def test_figures_of_other_borders_are_marked_with_their_reason(
    embedded: Municipality, signal: Signal, plain: WijkProfile
) -> None:
    assert "°" not in render_html(plain), "nothing changed here"
    code = next(c for c in members(embedded) if signal.table.at[c, "in_u"])
    merged = BuurtChange(
        kind="samengevoegd",
        year=2020,
        code=code,
        old_code="BU99010999",
        note="bij elkaar opgeteld",
        carried=True,
    )
    town = dataclasses.replace(embedded, changes=(*embedded.changes, merged))
    profile = ProfileMaker(town, compute_signal(town, profile="sociaaleconomisch")).profile(WIJK)
    figure = profile.figures[0]
    assert figure.first.endswith("(2014)°") and figure.last.endswith("(2022)"), "only what is older than 2020"
    (buurt,) = [b for b in profile.buurten if b.moved]
    assert (
        buurt.code == code and buurt.row[3].endswith("°") and "Herrekend naar de kaart van 2020" in buurt.why
    )
    assert "° Grens, code of naam gewijzigd" in profile.figure_note


def test_hostile_stories_are_text_in_every_format(
    embedded: Municipality, signal: Signal, told: SessionState, tmp_path: Path
) -> None:
    profile = ProfileMaker(embedded, signal, build_notes(told, variant="deelbaar")).profile(WIJK)
    page = Page(render_html(profile))
    assert "script" not in [tag for tag, _attributes in page.tags]
    (tmp_path / "w.docx").write_bytes(render_docx(profile))
    (tmp_path / "w.pdf").write_bytes(render_pdf(profile))
    paper, word = squeezed(text_of(tmp_path / "w.pdf")), word_text(tmp_path / "w.docx")
    for text in HOSTILE:
        assert text in page.quotes and text in word
        assert squeezed(text) in paper
    assert "root:" not in paper and "[woman][fireengine]" in paper
    assert "حي 😀 👩🏽‍🚒\nregel twee" in page.quotes


def test_without_a_session_nothing_is_said_about_stories(plain: WijkProfile) -> None:
    assert not plain.story_note and "Verhalen" not in render_html(plain)


def test_a_session_about_another_gemeente_is_refused(embedded: Municipality, signal: Signal) -> None:
    notes = build_notes(Room().state(), variant="deelbaar")
    with pytest.raises(ExportError) as caught:
        ProfileMaker(embedded, signal, notes)
    assert "GM9901" in caught.value.expected and "GM9999" in caught.value.got


def test_a_wijk_of_which_nothing_is_known_has_a_profile(
    embedded: Municipality, signal: Signal, tmp_path: Path
) -> None:
    table = signal.table
    codes = list(table.index[(table["letter"] == "X") & ~table["in_u"] & ~embedded.buurten["water"]])
    buurten = embedded.buurten.copy()
    buurten.loc[codes, ["wijk_code", "wijk_name"]] = ["WK990199", "Onbekend"]
    town = dataclasses.replace(embedded, buurten=buurten)
    again = compute_signal(town, profile="sociaaleconomisch")
    profile = ProfileMaker(town, again).profile("WK990199")
    assert all(figure.last == "geen cijfer" and not figure.verdict for figure in profile.figures)
    assert all(buurt.why.startswith("Niet te bepalen") for buurt in profile.buurten) and not profile.good
    assert len(wijkprofielen(town, again, tmp_path, wijken=["Onbekend"])) == len(FORMATS)


def test_one_wijk_is_enough(embedded: Municipality, tmp_path: Path) -> None:
    codes = members(embedded)
    rows = embedded.indicators[embedded.indicators["code"].isin(codes)]
    town = dataclasses.replace(embedded, buurten=embedded.buurten.loc[codes], indicators=rows)
    files = wijkprofielen(
        town, compute_signal(town, profile="sociaaleconomisch"), tmp_path, formats=("html",)
    )
    assert len(files) == 1


@pytest.mark.parametrize("wrong", [{"wijken": ["Atlantis"]}, {"formats": ["exe"]}, {"formats": []}])
def test_a_wrong_wish_says_what_there_is(
    embedded: Municipality, signal: Signal, tmp_path: Path, wrong: dict[str, list[str]]
) -> None:
    with pytest.raises(ExportError) as caught:
        wijkprofielen(embedded, signal, tmp_path / "uit", **wrong)  # type: ignore[arg-type]
    assert caught.value.expected and not (tmp_path / "uit").exists()


def test_file_names_are_safe_whatever_a_wijk_is_called(embedded: Municipality, tmp_path: Path) -> None:
    buurten = embedded.buurten.copy()
    buurten.loc[buurten["wijk_code"] == WIJK, "wijk_name"] = "../../etc/pass wd\x00 <b>"
    town = dataclasses.replace(embedded, buurten=buurten)
    signal = compute_signal(town, profile="sociaaleconomisch")
    for path in wijkprofielen(town, signal, tmp_path / "uit", wijken=[WIJK]):
        assert path.parent == tmp_path / "uit" and re.fullmatch(r"[a-z0-9-]+\.(html|pdf|docx)", path.name)
