"""A draaiboek that asks the same kind of thing twice: each page keeps the two steps apart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from apps_hall import Browser, Hall, Town

from veerkracht_nb.apps.participant import ParticipantApp
from veerkracht_nb.dialogue import FocusSet, Herkenning, LayerChosen, Moderated, Waarneming
from veerkracht_nb.report import build_notes

SCRIPT = """
name: dubbel
title: Twee rondes
steps:
  - {id: eerst, kind: herkenning, title: "Zien wij hetzelfde?", question: "Herken je dit?"}
  - {id: opvallen, kind: waarneming, title: "Wat valt je op?", question: "Wat valt je op?"}
  - {id: verhaal-1, kind: verhaal, title: Het verhaal, question: "Wat is het verhaal?"}
  - {id: nog-eens, kind: herkenning, title: "Zien wij hetzelfde?", question: "En nu?"}
  - {id: nodig, kind: waarneming, title: "Wat is er nodig?", question: "Wat is er nodig?"}
  - {id: verhaal-2, kind: verhaal, title: Wat hielp, question: "Wat hielp er?"}
"""
Seat = tuple[ParticipantApp, Browser]


@pytest.fixture
def twice(tmp_path: Path, town: Town) -> Iterator[Hall]:
    hall = Hall(tmp_path / "zaal", town, script=SCRIPT)
    yield hall
    hall.close()


@pytest.fixture
def seat(twice: Hall) -> Seat:
    app, browser = twice.participant()
    app.choice.select(twice.town.codes[0])
    return app, browser


def say(seat: Seat, hall: Hall, step: str, text: str) -> str:
    """Tell a story in a step; return its id."""
    app, browser = seat
    hall.start(step)
    assert browser.say(app.forms["verhaal"], "bewaar", step=step, buurt=hall.town.codes[0], text=text)["ok"]
    return str(hall.session.events()[-1].id)


def test_an_answer_belongs_to_its_own_step(twice: Hall, seat: Seat) -> None:
    app, browser = seat
    code = twice.town.codes[0]
    for step, choice in (("eerst", "herken"), ("nog-eens", "herken_niet")):
        twice.start(step)
        assert (app.answers.step, app.answers.recognition, app.answers.saved_at) == (step, "", "")
        assert browser.say(app.answers, "antwoord", step=step, buurt=code, recognition=choice)["ok"]
        assert app.answers.recognition == choice
    twice.start("eerst")
    assert app.answers.recognition == "herken" and app.answers.first_recognition == ""
    kept = {key[0]: answer.recognition for key, answer in twice.session.state().answers.items()}
    assert kept == {"eerst": "herken", "nog-eens": "herken_niet"}


def test_a_text_says_in_which_of_the_two_steps_it_was_asked(twice: Hall, seat: Seat) -> None:
    app, _browser = seat
    leader, _ = twice.facilitator()
    screen, _ = twice.screen()
    for step, text in (("verhaal-1", "Vroeger was het stil."), ("verhaal-2", "De buurtkamer hielp.")):
        twice.lead(Moderated(target=say(seat, twice, step, text), decision="getoond"))
        twice.reveal(step, "alles")
    leader.choice.select(twice.town.codes[0])
    twice.lead(FocusSet(buurt=twice.town.codes[0]))
    for stories in (app.stories, leader.stories, screen.stories):
        told = {item["text"]: item["labels"][-1] for item in stories.items}
        assert told == {"Vroeger was het stil.": "Het verhaal", "De buurtkamer hielp.": "Wat hielp"}


def test_where_there_is_one_such_step_a_text_does_not_name_it(hall: Hall) -> None:
    app, browser = hall.participant()
    hall.start("opvallen")
    code = hall.town.codes[0]
    app.choice.select(code)
    assert browser.say(app.forms["waarneming"], "bewaar", step="opvallen", buurt=code, text="Stil")["ok"]
    assert "Wat valt je op?" not in app.stories.items[0]["labels"]


def test_a_correction_in_the_second_step_stays_in_the_first(twice: Hall, seat: Seat) -> None:
    app, browser = seat
    own = say(seat, twice, "verhaal-1", "Eerste")
    say(seat, twice, "verhaal-2", "Van nu")
    assert browser.say(app.stories, "bewerk", id=own)["ok"]
    form = app.forms["verhaal"]
    assert (form.step, form.editing["text"]) == ("verhaal-1", "Eerste")
    body = {"step": form.step, "buurt": form.buurt, "text": "Eerste, beter", "replaces": own}
    assert browser.say(form, "bewaar", **body)["ok"]
    assert (form.step, form.editing) == ("verhaal-2", {})
    assert [(c.step, c.text) for c in twice.session.state().contributions.values()] == [
        ("verhaal-1", "Eerste, beter"),
        ("verhaal-2", "Van nu"),
    ]
    wrong = {**body, "step": "verhaal-2", "text": "Verhuisd"}
    assert not browser.say(form, "bewaar", **wrong)["ok"], "a text does not move to another step"


def test_what_was_revealed_of_the_first_step_reveals_nothing_of_the_second(twice: Hall) -> None:
    screen, browser = twice.screen()
    leader, _ = twice.facilitator()
    code = twice.town.codes[0]
    seats = [twice.seat() for _ in range(5)]
    twice.lead(LayerChosen(layer="herkenning"))
    twice.lead(FocusSet(buurt=code))
    leader.choice.select(code)
    for step, choice in (("eerst", "herken"), ("nog-eens", "herken_niet")):
        twice.start(step)
        twice.lead(FocusSet(buurt=code))
        assert screen.bars.layout.display == "none"
        for person in seats:
            twice.act(Herkenning(step=step, buurt=code, recognition=choice), person)  # type: ignore[arg-type]
        assert screen.bars.layout.display == "none" and leader.bars.total["n"] == 5
        twice.reveal(step, "verdeling")
        counts = dict(
            zip(("herken", "deels", "herken_niet", "weet_niet"), screen.bars.total["counts"], strict=True)
        )
        assert counts[choice] == 5 and sum(counts.values()) == 5
    assert browser.heard is not None
    reactions = {item["id"]: item["answers"] for item in leader.steps.steps}
    assert (reactions["eerst"], reactions["nog-eens"]) == (5, 5)


def test_the_notes_tell_the_two_steps_apart_and_show_the_last_answers_of_each_buurt(twice: Hall) -> None:
    first, second = twice.town.codes[:2]
    seats = [twice.seat() for _ in range(6)]
    for step, buurten, choice in (
        ("eerst", (first, second), "herken"),
        ("nog-eens", (second,), "herken_niet"),
    ):
        twice.start(step)
        for person in seats:
            for code in buurten:
                twice.act(Herkenning(step=step, buurt=code, recognition=choice), person)  # type: ignore[arg-type]
    for step, text in (("opvallen", "Leeg plein"), ("nodig", "Een bankje")):
        twice.start(step)
        twice.act(Waarneming(step=step, buurt=first, text=text), seats[0])
    notes = build_notes(twice.session.state(), variant="tafel")
    by_code = {buurt.code: buurt for buurt in notes.buurten}
    titles = ("Zien wij hetzelfde? (stap 1)", "Zien wij hetzelfde? (stap 4)")
    assert tuple(r.step_title for r in by_code[second].recognition) == titles
    shown = {code: by_code[code].map_recognition for code in (first, second)}
    assert [(r.step, r.agreement) for r in shown.values() if r] == [
        ("eerst", "vooral herkend"),
        ("nog-eens", "vooral niet herkend"),
    ], "a buurt that the second round skipped keeps its answers"
    assert notes.map_step == "nog-eens" and any("meer dan één stap" in line for line in notes.method)
    asked = {remark.text: remark.step_title for remark in by_code[first].observations}
    assert asked == {"Leeg plein": "Wat valt je op?", "Een bankje": "Wat is er nodig?"}
    assert [(step.answers, step.observations) for step in notes.steps] == [
        (12, 0), (0, 1), (0, 0), (6, 0), (0, 1), (0, 0),
    ]  # fmt: skip


def test_one_round_needs_no_explanation(hall: Hall) -> None:
    hall.start("herkennen")
    hall.act(Herkenning(step="herkennen", buurt=hall.town.codes[0], recognition="herken"), hall.seat())
    notes = build_notes(hall.session.state(), variant="tafel")
    assert not any("meer dan één stap" in line for line in notes.method)
    assert notes.steps[2].title == "Zien wij hetzelfde?"
