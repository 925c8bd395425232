"""The pages of the facilitator and of the beamer, driven by the messages that a browser would send."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from apps_hall import Browser, Hall

from veerkracht_nb.apps import NotesParameters, SessionParameters, facilitator, notes, prepare, screen
from veerkracht_nb.apps import session_notes as notes_page
from veerkracht_nb.apps.facilitator import FacilitatorApp
from veerkracht_nb.apps.launch import VARIABLE
from veerkracht_nb.apps.screen import ScreenApp
from veerkracht_nb.dialogue import (
    FocusSet,
    Herkenning,
    LayerChosen,
    Moderated,
    Revealed,
    SessionClosed,
    SessionReopened,
    StepStarted,
    TimeAdded,
    Verhaal,
)
from veerkracht_nb.errors import ExportError
from veerkracht_nb.paths import sessions_folder
from veerkracht_nb.widgets import ErrorPanel

Page = tuple[FacilitatorApp, Browser]


@pytest.fixture
def lead(hall: Hall) -> Page:
    return hall.facilitator()


@pytest.fixture
def beamer(hall: Hall) -> tuple[ScreenApp, Browser]:
    return hall.screen()


def story(hall: Hall, text: str = "De buurtkamer leeft.", place: int = 0) -> str:
    return hall.act(Verhaal(step="verhalen", buurt=hall.town.codes[place], text=text), hall.seat()).id


@pytest.mark.parametrize(
    ("name", "body", "payload"),
    [
        ("start", {"step": "herkennen"}, StepStarted(step="herkennen")),
        ("tijd", {"step": "herkennen", "minutes": 5}, TimeAdded(step="herkennen", minutes=5)),
        ("onthul", {"step": "herkennen", "level": "alles"}, Revealed(step="herkennen", level="alles")),
        (
            "onthul",
            {"step": "herkennen", "level": "alleen_ik"},
            Revealed(step="herkennen", level="alleen_ik"),
        ),
        ("stop", {}, SessionClosed()),
    ],
)
def test_each_button_of_the_draaiboek_is_one_event(
    hall: Hall, lead: Page, name: str, body: dict[str, object], payload: object
) -> None:
    app, browser = lead
    before = hall.session.events()
    assert browser.say(app.steps, name, **body)["ok"]
    assert hall.session.events()[:-1] == before
    assert hall.session.events()[-1].payload == payload
    assert hall.session.events()[-1].actor.kind == "begeleider"


def test_a_closed_session_can_go_on(hall: Hall, lead: Page) -> None:
    app, browser = lead
    browser.say(app.steps, "stop")
    assert app.steps.closed and app.top.closed
    assert not browser.say(app.steps, "start", step="opvallen")["ok"]
    assert browser.say(app.steps, "heropen")["ok"] and not app.steps.closed
    assert hall.session.events()[-1].payload == SessionReopened()


@pytest.mark.parametrize(
    ("part", "name", "body"),
    [
        ("steps", "start", {"step": "bestaat_niet"}),
        ("steps", "start", {"step": "\ud800"}),
        ("steps", "tijd", {"step": "herkennen", "minutes": 10**9}),
        ("steps", "tijd", {"step": "herkennen", "minutes": 0}),
        ("steps", "onthul", {"step": "herkennen", "level": "iedereen"}),
        ("steps", "onthul", {"step": "bestaat_niet", "level": "alles"}),
        ("steps", "heropen", {}),
        ("layer", "laag", {"layer": "hittekaart"}),
        ("ranks", "kies", {"buurt": "BU00000000"}),
        ("stories", "beoordeel", {"id": "x" * 32, "decision": "getoond"}),
        ("stories", "trek_in", {"id": "x" * 32}),
        ("downloads", "export", {"format": "pdf", "variant": "tafel"}),
        ("downloads", "export", {"format": "../../x", "variant": "tafel"}),
        ("steps", "start", {}),
    ],
)
def test_what_makes_no_sense_is_refused(
    hall: Hall, lead: Page, part: str, name: str, body: dict[str, object]
) -> None:
    app, browser = lead
    before = hall.session.events()
    ack = browser.say(getattr(app, part), name, **body)
    assert ack["ok"] is False and ack["message"]
    json.dumps(ack).encode()
    assert hall.session.events() == before


def test_the_room_is_sent_to_a_buurt_and_let_go_again(hall: Hall, lead: Page) -> None:
    app, browser = lead
    code = hall.town.codes[2]
    assert app.focus.action == "", "no button without a buurt"
    app.choice.select(code)
    assert app.focus.action == "Laat de zaal hiernaar kijken"
    browser.say(app.focus, "doe")
    assert hall.session.events()[-1].payload == FocusSet(buurt=code)
    assert app.focus.action == "Laat de zaal weer vrij kijken"
    browser.say(app.focus, "doe")
    assert hall.session.events()[-1].payload == FocusSet(buurt="")


def test_moderation_reaches_the_room_only_after_the_reveal(
    hall: Hall, lead: Page, beamer: tuple[ScreenApp, Browser]
) -> None:
    app, browser = lead
    wall, _wall_browser = beamer
    hall.start("verhalen")
    ids = [story(hall, text) for text in ("laat zien", "houd vast", "geef terug")]
    assert {item["text"] for item in app.stories.items} == {"laat zien", "houd vast", "geef terug"}
    for id_, decision in zip(ids, ("getoond", "vastgehouden"), strict=False):
        assert browser.say(app.stories, "beoordeel", id=id_, decision=decision, reason="")["ok"]
    refused = browser.say(app.stories, "beoordeel", id=ids[2], decision="teruggegeven", reason="")
    assert not refused["ok"] and "reden" in str(refused["message"])
    assert browser.say(app.stories, "beoordeel", id=ids[2], decision="teruggegeven", reason="Een naam")["ok"]
    assert hall.session.events()[-1].payload == Moderated(
        target=ids[2], decision="teruggegeven", reason="Een naam"
    )
    hall.look()
    assert wall.stories.items == [] and wall.stories.layout.display == "none"
    browser.say(app.steps, "onthul", step="verhalen", level="alles")
    hall.look()
    assert [item["text"] for item in wall.stories.items] == ["laat zien"]
    browser.say(app.steps, "onthul", step="verhalen", level="alleen_ik")
    hall.look()
    assert wall.stories.items == []


def test_the_facilitator_sees_who_says_what_before_the_reveal(hall: Hall, lead: Page) -> None:
    app, _browser = lead
    code = hall.town.codes[0]
    hall.start("herkennen")
    for role, word in (("bewoner", "herken"), ("bestuur", "herken_niet")):
        hall.act(Herkenning(step="herkennen", buurt=code, recognition=word), hall.seat(role))  # type: ignore[arg-type]
    app.choice.select(code)
    assert app.bars.total["counts"] == [1, 0, 1, 0]
    assert [row["label"] for row in app.bars.rows] == ["bestuur", "bewoner"]
    assert dict(app.roles.roles) == {"bewoner": 1, "bestuur": 1} and app.top.people == 2
    step = next(item for item in app.steps.steps if item["id"] == "herkennen")
    assert (step["state"], step["answers"]) == ("nu", 2)


def test_discuss_first_leads_to_the_buurt(hall: Hall, lead: Page) -> None:
    app, browser = lead
    hall.start("herkennen")
    code = hall.town.codes[5]
    for word in ("herken", "herken_niet") * 2:
        hall.act(Herkenning(step="herkennen", buurt=code, recognition=word), hall.seat())
    first = app.ranks.items[0]
    assert (first["buurt"], first["reason"]) == (code, "verdeeld")
    assert any("n = 4" in line for line in first["why"])
    assert browser.say(app.ranks, "kies", buurt=code)["ok"]
    assert app.choice.selected == code and app.card.facts["code"] == code


def test_the_layer_is_chosen_once_for_laptop_and_beamer(
    hall: Hall, lead: Page, beamer: tuple[ScreenApp, Browser]
) -> None:
    app, browser = lead
    wall, _wall_browser = beamer
    assert browser.say(app.layer, "laag", layer="focus")["ok"]
    assert hall.session.events()[-1].payload == LayerChosen(layer="focus")
    hall.look()
    assert app.layer.layer == "focus"
    classes = wall.choice.chooser.laag.classes
    assert wall.choice.chooser.palette["beide"].letter == "KO"
    table = hall.town.background.signal.table
    assert classes == {code: table.at[code, "focus"] for code in hall.town.codes}


def test_the_beamer_shows_question_code_people_and_the_buurt_of_the_talk(
    hall: Hall, beamer: tuple[ScreenApp, Browser]
) -> None:
    wall, browser = beamer
    assert wall.top.question.startswith("Welkom") and wall.join.code == hall.session.code and wall.join.qr
    hall.seat()
    hall.start("herkennen")
    hall.lead(FocusSet(buurt=hall.town.codes[3]))
    assert wall.top.question == "Herken je dit beeld?" and wall.top.people == 1
    assert wall.choice.selected == hall.town.codes[3]
    assert wall.info.heading == hall.town.made.buurten[3].name
    assert wall.bars.layout.display == "none"
    commands = {name for part in vars(wall).values() for name in getattr(part, "_callbacks", {})}
    assert commands == set(), "no controls"
    assert hall.session.facilitator_key not in browser.all_it_can_read()


def test_counts_come_and_go_with_the_reveal(hall: Hall, beamer: tuple[ScreenApp, Browser]) -> None:
    wall, _browser = beamer
    code = hall.town.codes[0]
    hall.start("herkennen")
    hall.lead(FocusSet(buurt=code))
    for word in ("herken", "herken", "herken_niet"):
        hall.act(Herkenning(step="herkennen", buurt=code, recognition=word), hall.seat())
    assert wall.bars.total == {} and wall.bars.rows == []
    hall.reveal("herkennen", "verdeling")
    assert wall.bars.total["counts"] == [2, 0, 1, 0] and wall.bars.layout.display == ""
    hall.reveal("herkennen", "alleen_ik")
    assert wall.bars.total == {} and wall.bars.rows == [], "hidden is not enough: it must not be there"


def test_counts_of_a_participant_go_too(hall: Hall) -> None:
    app, _browser = hall.participant()
    code = hall.town.codes[0]
    hall.start("herkennen")
    app.choice.select(code)
    for _ in range(4):
        hall.act(Herkenning(step="herkennen", buurt=code, recognition="deels"), hall.seat())
    hall.reveal("herkennen", "verdeling")
    assert app.bars.total["n"] == 4
    hall.reveal("herkennen", "alleen_ik")
    assert app.bars.total == {} and app.bars.rows == []


SIGNS = {"md": b"#", "docx": b"PK", "xlsx": b"PK", "gpkg": b"SQLite format 3\x00"}


@pytest.mark.parametrize("kind", SIGNS)
def test_a_download_is_the_whole_file(hall: Hall, lead: Page, kind: str) -> None:
    app, browser = lead
    hall.start("verhalen")
    id_ = story(hall, "Hier staat een verhaal")
    hall.lead(Moderated(target=id_, decision="getoond"))
    browser.heard.clear()
    assert browser.say(app.downloads, "export", format=kind, variant="tafel")["ok"]
    files = [(content, buffers) for content, buffers in browser.heard if content["type"] == "file"]
    whole = b"".join(bytes(piece) for _content, (piece,) in files)
    assert whole.startswith(SIGNS[kind]) and files[0][0]["name"].endswith(f".{kind}")
    assert files[0][0]["media"] == notes.MEDIA_TYPES[kind]
    if whole.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(whole)) as archive:
            assert archive.testzip() is None
            whole = b"".join(archive.read(name) for name in archive.namelist())
    assert b"Hier staat een verhaal" in whole


def test_a_download_that_fails_says_why_and_sends_nothing(
    hall: Hall, lead: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_more: object) -> None:
        raise ExportError("De schijf is vol.", todo="Maak ruimte.")

    monkeypatch.setattr(notes, "export", full)
    app, browser = lead
    browser.heard.clear()
    ack = browser.say(app.downloads, "export", format="md", variant="tafel")
    assert ack["ok"] is False and ack["message"] == "De schijf is vol." and ack["todo"] == "Maak ruimte."
    assert [content["type"] for content, _ in browser.heard] == ["ack"]


@pytest.mark.parametrize(("page", "kind"), [(facilitator, "begeleider"), (screen, "scherm")])
def test_only_the_own_link_opens_these_pages(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, page: object, kind: str
) -> None:
    for given in ("deelnemer", "begeleider", "scherm"):
        actor = {"id": "bezoeker-0001", "kind": given}
        launch = {"app": "x", "session": str(hall.session.path), "actor": actor, "join_url": "http://x/s/A"}
        monkeypatch.setenv(VARIABLE, json.dumps(launch))
        shown = page(SessionParameters())  # type: ignore[operator]
        assert isinstance(shown, ErrorPanel) == (given != kind)


def test_pages_work_without_figures(tmp_path: Path, hall: Hall) -> None:
    bare = Hall(tmp_path / "kaal", hall.town, background=False)
    app, browser = bare.facilitator()
    wall, _wall_browser = bare.screen()
    bare.start("herkennen")
    for name in ("focus", "herkenning", "verhalen", "signaal"):
        assert browser.say(app.layer, "laag", layer=name)["ok"]
        bare.look()
    app.choice.select(bare.town.codes[1])
    browser.say(app.focus, "doe")
    bare.look()
    assert (
        wall.info.heading == bare.town.made.buurten[1].name and app.card.facts["code"] == bare.town.codes[1]
    )
    bare.close()


def test_the_page_of_the_notes_counts_and_offers_the_files(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepare, "load_municipality", lambda *_: hall.town.background.municipality)
    session = Hall(sessions_folder(), hall.town).session
    page = notes_page(NotesParameters(sessie=session.code, variant="deelbaar"))
    summary, panel = page.children
    assert summary.heading == "Veerdam" and summary.items and summary.paragraphs
    assert [key for key, _label in panel.formats] == ["docx", "xlsx", "gpkg", "md"]
    assert isinstance(notes_page(NotesParameters(sessie="ZZZZZZ")), ErrorPanel)
