"""The page of a participant, driven by the messages that its browser would send."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from apps_hall import Browser, Hall

from veerkracht_nb.apps import SessionParameters, participant
from veerkracht_nb.apps.launch import VARIABLE
from veerkracht_nb.apps.participant import ParticipantApp
from veerkracht_nb.apps.prepare import PRACTICE
from veerkracht_nb.dialogue import (
    FocusSet,
    Herkenning,
    Moderated,
    SeatTaken,
    SessionClosed,
    SessionReopened,
    Verhaal,
    Waarneming,
    Withdrawn,
)
from veerkracht_nb.widgets import BuurtLijst, ErrorPanel

Seat = tuple[ParticipantApp, Browser]


@pytest.fixture
def seat(hall: Hall) -> Seat:
    return hall.participant()


@pytest.fixture
def code(hall: Hall) -> str:
    return hall.town.codes[0]


def answer(seat: Seat, **body: object) -> dict[str, object]:
    app, browser = seat
    return browser.say(app.answers, "antwoord", **{"step": "herkennen", "direction": None, **body})


def tell(seat: Seat, text: str, code: str, **body: object) -> dict[str, object]:
    app, browser = seat
    full = {"step": "verhalen", "buurt": code, "text": text, "story_kind": "ervaring", "tone": "zorg"}
    return browser.say(app.forms["verhaal"], "bewaar", **{**full, "consent": "deze_zaal", **body})


def test_an_answer_is_in_the_log_and_on_the_screen_at_once(hall: Hall, seat: Seat, code: str) -> None:
    hall.start("herkennen")
    app, _browser = seat
    app.choice.select(code)
    ack = answer(seat, buurt=code, recognition="deels", direction="slechter")
    assert ack["ok"] and ack["at"]
    event = hall.session.events()[-1]
    assert event.payload == Herkenning(
        step="herkennen", buurt=code, recognition="deels", direction="slechter"
    )
    assert event.actor == app.room.actor
    assert (app.answers.recognition, app.answers.direction) == ("deels", "slechter")
    assert app.answers.saved_at and app.answers.layout.display == ""


def test_the_same_message_twice_is_one_answer(hall: Hall, seat: Seat, code: str) -> None:
    hall.start("herkennen")
    app, browser = seat
    body = {"step": "herkennen", "buurt": code, "recognition": "herken", "direction": None}
    message = {"type": "command", "nonce": "nonce-again-1", "name": "antwoord", "body": body}
    before = len(hall.session.events())
    assert browser.raw(app.answers, message)["ok"]
    other = ParticipantApp(hall._room(app.room.actor), None)  # the page was loaded again in between
    assert Browser(other).raw(other.answers, message)["ok"]
    assert len(hall.session.events()) == before + 1
    other.room.close()


def test_an_answer_changed_after_the_reveal_keeps_the_first_beside_it(
    hall: Hall, seat: Seat, code: str
) -> None:
    hall.start("herkennen")
    app, _browser = seat
    app.choice.select(code)
    answer(seat, buurt=code, recognition="herken")
    hall.reveal("herkennen", "verdeling")
    answer(seat, buurt=code, recognition="herken_niet")
    assert (app.answers.recognition, app.answers.first_recognition) == ("herken_niet", "herken")


def test_a_waarneming_and_a_verhaal_are_listed_as_own_and_counted_as_a_tick(
    hall: Hall, seat: Seat, code: str
) -> None:
    app, browser = seat
    hall.start("opvallen")
    app.choice.select(code)
    ack = browser.say(app.forms["waarneming"], "bewaar", step="opvallen", buurt=code, text="Veel  groen")
    assert ack["ok"] and hall.session.events()[-1].payload == Waarneming(
        step="opvallen", buurt=code, text="Veel groen"
    )
    assert [(item["text"], item["own"]) for item in app.stories.items] == [("Veel groen", True)]
    assert app.choice.chooser.lijst._state["m"][code][0] == 1
    hall.start("verhalen")
    assert app.stories.items == [], "a list per kind of step"
    assert tell((app, browser), "De buurtkamer leeft.", code, story_kind="feit", consent="openbaar")["ok"]
    payload = hall.session.events()[-1].payload
    assert isinstance(payload, Verhaal) and (payload.story_kind, payload.consent) == ("feit", "openbaar")


def test_a_correction_replaces_the_text_and_keeps_the_earlier_one(hall: Hall, seat: Seat, code: str) -> None:
    app, browser = seat
    hall.start("verhalen")
    tell(seat, "Eerste versie", code)
    own = hall.session.events()[-1].id
    app.choice.select("")
    assert browser.say(app.stories, "bewerk", id=own)["ok"]
    assert app.choice.selected == code, "the page goes to the buurt of the text"
    assert app.forms["verhaal"].editing["text"] == "Eerste versie"
    assert tell(seat, "Tweede versie", code, replaces=own)["ok"]
    assert app.forms["verhaal"].editing == {}
    kept = hall.session.state().contributions[own]
    assert (kept.text, kept.earlier) == ("Tweede versie", ("Eerste versie",))
    assert [item["text"] for item in app.stories.items] == ["Tweede versie"]


def test_stopping_a_correction_changes_nothing(hall: Hall, seat: Seat, code: str) -> None:
    app, browser = seat
    hall.start("verhalen")
    tell(seat, "Blijft zo", code)
    before = hall.session.events()
    browser.say(app.stories, "bewerk", id=before[-1].id)
    assert browser.say(app.forms["verhaal"], "annuleer")["ok"]
    assert app.forms["verhaal"].editing == {} and hall.session.events() == before


def test_a_withdrawn_text_is_gone_from_the_page_and_from_the_file(hall: Hall, seat: Seat, code: str) -> None:
    app, browser = seat
    hall.start("verhalen")
    tell(seat, "GEHEIM-eerste-versie", code)
    own = hall.session.events()[-1].id
    tell(seat, "GEHEIM-tweede-versie", code, replaces=own)
    hall.lead(Moderated(target=own, decision="teruggegeven", reason="GEHEIM-reden"))
    assert b"GEHEIM" in hall.bytes_on_disk()
    assert browser.say(app.stories, "trek_in", id=own)["ok"]
    assert hall.session.events()[-1].payload == Withdrawn(target=own)
    assert app.stories.items == []
    hall.look()
    assert b"GEHEIM" not in hall.bytes_on_disk()


def test_privacy_hints_hold_a_text_back_until_they_were_read(hall: Hall, seat: Seat, code: str) -> None:
    hall.start("verhalen")
    before = hall.session.events()
    ack = tell(seat, "Op Dorpsstraat 12, 3131 AB gaat het mis", code)
    assert ack["ok"] is False and ack["hints"] == ["een adres of postcode"]
    assert hall.session.events() == before
    assert tell(seat, "Op Dorpsstraat 12, 3131 AB gaat het mis", code, confirmed=True)["ok"]
    assert len(hall.session.events()) == len(before) + 1


def test_a_closed_session_refuses_and_the_text_stays_in_the_field(hall: Hall, seat: Seat, code: str) -> None:
    app, browser = seat
    hall.start("verhalen")
    tell(seat, "Te verbeteren", code)
    own = hall.session.events()[-1].id
    browser.say(app.stories, "bewerk", id=own)
    app.choice.select(code)
    hall.lead(SessionClosed())
    before = hall.session.events()
    assert app.top.closed and app.forms["verhaal"].disabled_reason == "De sessie is gesloten."
    ack = tell(seat, "Verbeterd", code, replaces=own)
    assert ack["ok"] is False and "gesloten" in str(ack["message"]) and ack["todo"]
    assert app.forms["verhaal"].editing["text"] == "Te verbeteren"
    assert hall.session.events() == before
    hall.lead(SessionReopened())
    assert app.forms["verhaal"].disabled_reason == "" and tell(seat, "Verbeterd", code, replaces=own)["ok"]


def test_the_page_follows_the_room_with_a_notice(hall: Hall, seat: Seat) -> None:
    app, _browser = seat
    assert app.info.heading == "Welkom"
    hall.start("herkennen")
    assert (app.top.step_number, app.top.step_title) == (3, "Zien wij hetzelfde?")
    assert app.top.notice == "We gaan naar stap 3: Zien wij hetzelfde?" and app.top.ends_at
    buurt = hall.town.made.buurten[4]
    hall.lead(FocusSet(buurt=buurt.code))
    assert app.top.notice == f"We kijken nu naar {buurt.name}"
    assert app.choice.selected == buurt.code and app.card.facts["name"] == buurt.name
    assert app.answers.buurt == buurt.code
    app.choice.select(hall.town.codes[7])
    hall.look()
    assert app.choice.selected == hall.town.codes[7], "who looks elsewhere is left in peace"


def test_an_unfinished_correction_survives_that_the_room_moves_on(hall: Hall, seat: Seat, code: str) -> None:
    app, browser = seat
    hall.start("verhalen")
    tell(seat, "Nog niet af", code)
    browser.say(app.stories, "bewerk", id=hall.session.events()[-1].id)
    hall.start("herkennen")
    hall.lead(FocusSet(buurt=hall.town.codes[3]))
    assert app.forms["verhaal"].editing["text"] == "Nog niet af"


def test_house_rules_are_shown_in_the_introduction_only(hall: Hall, seat: Seat) -> None:
    app, _browser = seat
    hall.start("inleiding")
    assert any("namen" in rule for rule in app.info.items)
    assert all(form.layout.display == "none" for form in app.forms.values())
    hall.start("opvallen")
    assert app.info.items == []


def test_a_step_about_other_buurten_says_so(tmp_path: Path, hall: Hall) -> None:
    focused = hall.town.made.script.replace(
        "reveal_to: verdeling", f"focus: [{hall.town.codes[1]}]\n    reveal_to: verdeling"
    )
    small = Hall(tmp_path / "klein", hall.town, script=focused)
    app, browser = small.participant()
    small.start("herkennen")
    app.choice.select(small.town.codes[0])
    assert "andere buurten" in app.answers.disabled_reason
    assert not answer((app, browser), buurt=small.town.codes[0], recognition="herken")["ok"]
    app.choice.select(small.town.codes[1])
    assert app.answers.disabled_reason == ""
    assert answer((app, browser), buurt=small.town.codes[1], recognition="herken")["ok"]
    small.close()


def test_without_figures_the_list_takes_the_place_of_the_map(tmp_path: Path, hall: Hall) -> None:
    bare = Hall(tmp_path / "kaal", hall.town, background=False)
    app, browser = bare.participant()
    assert isinstance(app.choice.chooser, BuurtLijst)
    bare.start("herkennen")
    bare.lead(FocusSet(buurt=bare.town.codes[2]))
    assert app.choice.selected == bare.town.codes[2] and app.card.facts["figures"] == []
    assert answer((app, browser), buurt=bare.town.codes[2], recognition="herken")["ok"]
    assert app.choice.chooser._state["m"][bare.town.codes[2]][0] == 1
    bare.close()


def forgeries(mine: str, other: str, code: str) -> list[tuple[str, str, dict[str, object]]]:
    herken = {"step": "herkennen", "buurt": code, "recognition": "herken", "direction": None}
    verhaal: dict[str, object] = {"step": "verhalen", "buurt": code, "text": "x"}
    return [
        ("answers", "antwoord", {**herken, "step": "bestaat_niet"}),
        ("answers", "antwoord", {**herken, "step": "verhalen"}),
        ("answers", "antwoord", {**herken, "buurt": "BU00000000"}),
        ("answers", "antwoord", {**herken, "recognition": "ja"}),
        ("answers", "antwoord", {**herken, "direction": "\ud800"}),
        ("answers", "antwoord", {**herken, "actor": "begeleider"}),
        ("answers", "antwoord", {**herken, "recognition": None}),
        ("answers", "antwoord", {}),
        ("verhaal", "bewaar", verhaal),  # not the current step
        ("verhaal", "bewaar", {**verhaal, "replaces": other}),
        ("verhaal", "bewaar", {**verhaal, "replaces": mine, "step": "opvallen"}),
        ("verhaal", "bewaar", {**verhaal, "replaces": mine, "consent": "iedereen"}),
        ("verhaal", "bewaar", {**verhaal, "replaces": mine, "text": "x" * 100_000}),
        ("verhaal", "bewaar", {**verhaal, "replaces": mine, "text": "x" * 601}),
        ("verhaal", "bewaar", {**verhaal, "replaces": mine, "text": "\x00\u200b\u202e\ud800"}),
        ("verhaal", "bewaar", {"replaces": mine}),
        ("waarneming", "bewaar", {"step": "herkennen", "buurt": code, "text": "x"}),
        ("stories", "trek_in", {"id": other}),
        ("stories", "trek_in", {"id": "x" * 64}),
        ("stories", "trek_in", {"id": "\x00"}),
        ("stories", "trek_in", {"id": "\ud800"}),
        ("stories", "trek_in", {}),
        ("stories", "bewerk", {}),
        ("stories", "beoordeel", {"id": mine, "decision": "getoond"}),
        ("stories", "beoordeel", {"id": other, "decision": "getoond"}),
        ("answers", "onthul", {"step": "herkennen", "level": "alles"}),
        ("answers", "start", {"step": "verhalen"}),
        ("top", "stop", {}),
        ("info", "doe", {}),
    ]


def test_forged_messages_change_nothing(
    hall: Hall, seat: Seat, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    app, browser = seat
    victim = hall.seat("bestuur")
    hall.start("verhalen")
    other = hall.act(Verhaal(step="verhalen", buurt=code, text="van een ander"), victim).id
    tell(seat, "van mij", code)
    mine = hall.session.events()[-1].id
    hall.start("herkennen")
    before = hall.session.events()
    parts = {"answers": app.answers, "stories": app.stories, "top": app.top, "info": app.info, **app.forms}
    for part, name, body in forgeries(mine, other, code):
        ack = browser.say(parts[part], name, **body)
        assert hall.session.events() == before, (part, name, body)
        assert (part, name) == ("stories", "bewerk") or ack["ok"] is False, (part, name, body)
        json.dumps(ack).encode()
    assert "command failed" not in caplog.text, "refused on purpose, not by accident"
    browser.say(app.stories, "bewerk", id=other)
    assert "van een ander" not in browser.all_it_can_read()


def test_a_released_text_of_another_is_not_put_in_the_own_field(hall: Hall, seat: Seat, code: str) -> None:
    app, browser = seat
    hall.start("verhalen")
    other = hall.act(Verhaal(step="verhalen", buurt=code, text="van een ander"), hall.seat()).id
    hall.lead(Moderated(target=other, decision="getoond"))
    hall.reveal("verhalen", "alles")
    assert [item["own"] for item in app.stories.items] == [False]
    browser.say(app.stories, "bewerk", id=other)
    assert all(form.editing == {} for form in app.forms.values()) and app.choice.selected == ""
    before = hall.session.events()
    assert not tell(seat, "overgenomen", code, replaces=other)["ok"] and hall.session.events() == before


def test_no_difference_between_the_id_of_another_and_one_that_is_not_there(hall: Hall, seat: Seat) -> None:
    app, browser = seat
    hall.start("verhalen")
    other = hall.act(Verhaal(step="verhalen", buurt=hall.town.codes[0], text="x"), hall.seat()).id
    acks = [browser.say(app.stories, "trek_in", id=id_) for id_ in (other, "0" * 32)]
    told = [{key: ack.get(key) for key in ("ok", "message", "expected", "got", "todo")} for ack in acks]
    assert told[0] == told[1]


def test_what_the_browser_says_its_traits_are_is_not_believed(hall: Hall, seat: Seat, code: str) -> None:
    app, _browser = seat
    hall.start("herkennen")
    hall.lead(SessionClosed())
    before = hall.session.events()
    for part, state in ((app.answers, {"disabled_reason": ""}), (app.top, {"kind": "begeleider"})):
        part._handle_msg(
            {"content": {"data": {"method": "update", "state": state, "buffer_paths": []}}, "buffers": []}
        )
    assert app.answers.disabled_reason and app.top.kind == "deelnemer"
    assert not answer(seat, buurt=code, recognition="herken")["ok"]
    assert hall.session.events() == before


def test_under_the_server_the_seat_is_the_one_of_the_visitor(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = {"id": "bezoeker-0001", "kind": "deelnemer", "role": "bewoner"}
    launch = {"app": "deelnemer", "session": str(hall.session.path), "actor": actor, "base_url": "/"}
    monkeypatch.setenv(VARIABLE, json.dumps(launch))
    for _reload in range(2):
        page = participant(SessionParameters(sessie="iets-anders"))
        assert not isinstance(page, ErrorPanel)
    seats = [e for e in hall.session.events() if isinstance(e.payload, SeatTaken)]
    assert [(e.actor.id, e.actor.role) for e in seats] == [("bezoeker-0001", "bewoner")]


@pytest.mark.parametrize("kind", ["begeleider", "scherm", "beheerder"])
def test_a_page_of_another_kind_of_seat_is_refused(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    actor = {"id": "bezoeker-0001", "kind": kind}
    launch = {"app": "deelnemer", "session": str(hall.session.path), "actor": actor}
    monkeypatch.setenv(VARIABLE, json.dumps(launch))
    before = hall.session.events()
    page = participant(SessionParameters())
    assert isinstance(page, ErrorPanel) and "andere rol" in repr(page.get_state())
    assert hall.session.events() == before


def test_an_unknown_session_is_a_panel_that_says_what_to_do() -> None:
    page = participant(SessionParameters(sessie="bestaat-niet"))
    assert isinstance(page, ErrorPanel) and "veerkracht session list" in repr(page.get_state())


def test_practising_needs_no_server_and_no_session(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    from veerkracht_nb.apps import prepare

    monkeypatch.setattr(prepare, "load_municipality", lambda *_: hall.town.background.municipality)
    assert not isinstance(participant(SessionParameters(sessie=PRACTICE)), ErrorPanel)


def test_the_role_is_that_of_the_seat_whatever_the_actor_says(hall: Hall, seat: Seat, code: str) -> None:
    app, _browser = seat
    hall.start("herkennen")
    app.room.actor = replace(app.room.actor, role="bestuur")
    assert answer(seat, buurt=code, recognition="herken")["ok"]
    assert hall.session.events()[-1].actor.role == "bewoner"
