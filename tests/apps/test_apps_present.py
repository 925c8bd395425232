"""From a view to what a screen shows, without a widget."""

from __future__ import annotations

from datetime import timedelta

import pytest
from apps_hall import Hall, Town

from veerkracht_nb.apps import layers, present
from veerkracht_nb.apps.facilitator import FACILITATOR
from veerkracht_nb.apps.facts import buurt_facts, signal_facts
from veerkracht_nb.apps.screen import SCREEN
from veerkracht_nb.dialogue import (
    SMALLEST_GROUP,
    Actor,
    FocusSet,
    Herkenning,
    LayerChosen,
    Moderated,
    Recognition,
    SessionClosed,
    SessionState,
    TimeAdded,
    Verhaal,
    Waarneming,
    Withdrawn,
    view_for,
)
from veerkracht_nb.signal import CLASSES, explain


def seen_by(hall: Hall, actor: Actor) -> SessionState:
    return view_for(hall.session.state(), actor)


def answer(hall: Hall, seat: Actor, recognition: Recognition, place: int = 0) -> None:
    hall.act(Herkenning(step="herkennen", buurt=hall.town.codes[place], recognition=recognition), seat)


def test_step_number_and_time_follow_the_draaiboek(hall: Hall) -> None:
    view = seen_by(hall, FACILITATOR)
    assert present.step_number(view) == 0 and present.ends_at(view) is None
    hall.start("opvallen")
    hall.lead(TimeAdded(step="opvallen", minutes=5))
    view = seen_by(hall, FACILITATOR)
    assert present.step_number(view) == 2
    assert view.step_started_at is not None
    assert present.ends_at(view) == view.step_started_at + timedelta(minutes=15)
    hall.lead(SessionClosed())
    assert present.ends_at(seen_by(hall, FACILITATOR)) is None


def test_answered_are_the_own_buurten_of_this_step_without_what_was_taken_back(hall: Hall) -> None:
    mine, other = hall.seat(), hall.seat()
    a, b, c = hall.town.codes[:3]
    hall.start("opvallen")
    hall.act(Waarneming(step="opvallen", buurt=a, text="stil"), mine)
    gone = hall.act(Waarneming(step="opvallen", buurt=b, text="druk"), mine)
    hall.act(Withdrawn(target=gone.id), mine)
    hall.act(Waarneming(step="opvallen", buurt=c, text="anders"), other)
    state = hall.session.state()
    assert present.answered(state, state.script.step("opvallen"), mine.id) == {a}  # type: ignore[union-attr]
    hall.start("herkennen")
    answer(hall, mine, "deels", 1)
    answer(hall, mine, "herken", 2)
    hall.act(Herkenning(step="herkennen", buurt=c), mine)  # both answers taken back
    state = hall.session.state()
    assert present.answered(state, state.script.step("herkennen"), mine.id) == {b}  # type: ignore[union-attr]


def test_steps_tell_state_minutes_level_and_reactions(hall: Hall) -> None:
    seat = hall.seat()
    hall.start("opvallen")
    hall.act(Waarneming(step="opvallen", buurt=hall.town.codes[0], text="stil"), seat)
    gone = hall.act(Waarneming(step="opvallen", buurt=hall.town.codes[0], text="weg"), seat)
    hall.act(Withdrawn(target=gone.id), seat)
    hall.start("herkennen")
    hall.lead(TimeAdded(step="herkennen", minutes=-5))
    hall.reveal("herkennen", "verdeling")
    items = {item.id: item for item in present.step_items(seen_by(hall, FACILITATOR))}
    assert [items[key].state for key in ("inleiding", "opvallen", "herkennen")] == ["straks", "gedaan", "nu"]
    assert items["opvallen"].answers == 1 and items["herkennen"].minutes == 10
    assert (items["herkennen"].level, items["opvallen"].level) == ("verdeling", "alleen_ik")


def test_people_are_counted_by_role_the_largest_first(hall: Hall) -> None:
    for role in ("bestuur", "bewoner", "bewoner"):
        hall.seat(role)
    assert list(present.people(seen_by(hall, FACILITATOR)).items()) == [("bewoner", 2), ("bestuur", 1)]


def test_counts_are_exact_for_the_facilitator_and_guarded_for_the_room(hall: Hall) -> None:
    people = [hall.seat("bewoner"), hall.seat("bewoner"), hall.seat("bestuur")]
    code = hall.town.codes[0]
    hall.start("herkennen")
    for seat, word in zip(people[:2], ("herken", "herken_niet"), strict=True):
        answer(hall, seat, word)  # type: ignore[arg-type]
    hall.reveal("herkennen", "verdeling")
    assert present.count_rows(seen_by(hall, people[0]), "herkennen", code) == (None, []), "two is too few"
    answer(hall, people[2], "herken")
    total, rows = present.count_rows(seen_by(hall, people[0]), "herkennen", code)
    assert total is not None and total.counts == (2, 0, 1, 0) and total.n == 3
    assert "te weinig" in total.note and rows == [], "no role that is one or two persons"
    total, rows = present.count_rows(seen_by(hall, FACILITATOR), "herkennen", code)
    assert [(row.label, row.n) for row in rows] == [("bestuur", 1), ("bewoner", 2)]
    answer(hall, hall.seat("bewoner"), "herken")
    total, rows = present.count_rows(seen_by(hall, SCREEN), "herkennen", code)
    assert total is not None and total.note.startswith("75% herkent")


def test_stories_are_shown_newest_first_and_tell_the_reader_no_more_than_needed(hall: Hall) -> None:
    mine, reader = hall.seat(), hall.seat()
    hall.start("verhalen")
    code = hall.town.codes[0]
    ids = [
        hall.act(Verhaal(step="verhalen", buurt=code, text=text, tone="zorg", consent="gemeente"), mine).id
        for text in ("eerste", "tweede", "derde")
    ]
    hall.act(Verhaal(step="verhalen", buurt=code, text="beter", replaces=ids[1]), mine)
    hall.act(Withdrawn(target=ids[2]), mine)
    hall.lead(Moderated(target=ids[0], decision="getoond"))
    view = seen_by(hall, mine)
    items = present.story_items(view, view.contributions.values())
    assert [item.text for item in items] == ["beter", "eerste"]
    assert all(item.own and item.buurt_name for item in items)
    labels = {item.text: item.labels for item in items}
    assert "verbeterd" in labels["beter"] and "mag naar de gemeente" in labels["eerste"]
    hall.reveal("verhalen", "alles")
    view = seen_by(hall, reader)
    (item,) = present.story_items(view, view.contributions.values())
    assert item.text == "eerste" and not item.own
    assert "mag naar de gemeente" not in item.labels and "bewoner" not in item.labels


def test_layers_show_no_counts_of_a_step_that_is_not_revealed(hall: Hall) -> None:
    people = [hall.seat() for _ in range(4)]
    hall.start("opvallen")
    hall.act(Waarneming(step="opvallen", buurt=hall.town.codes[1], text="stil"), people[0])
    hall.start("herkennen")
    for seat in people:
        answer(hall, seat, "herken")
    for layer in ("herkenning", "verhalen"):
        hall.lead(LayerChosen(layer=layer))
        for actor in (SCREEN, people[0]):
            shown = layers.chosen_layer(seen_by(hall, actor), hall.background)
            assert not shown.counts, f"{layer} for {actor.kind}"
            assert shown.key == ("signaal" if layer == "herkenning" else layer)
            assert set(shown.classes.values()) <= {"geen", *CLASSES}
    assert layers.chosen_layer(seen_by(hall, FACILITATOR), hall.background).counts == {hall.town.codes[1]: 1}


def test_layers_show_what_was_revealed(hall: Hall) -> None:
    people = [hall.seat() for _ in range(4)]
    hall.start("herkennen")
    for place, words in enumerate([("herken",) * 4, ("herken_niet",) * 4, ("herken", "herken_niet") * 2]):
        for seat, word in zip(people, words, strict=True):
            answer(hall, seat, word, place)  # type: ignore[arg-type]
    answer(hall, people[0], "herken", 3)
    hall.reveal("herkennen", "verdeling")
    hall.lead(LayerChosen(layer="herkenning"))
    shown = layers.chosen_layer(seen_by(hall, SCREEN), None)
    assert [shown.classes[code] for code in hall.town.codes[:3]] == ["herkend", "niet", "verdeeld"]
    assert hall.town.codes[3] not in shown.counts, "one voice is not shown to the room"
    mine = layers.chosen_layer(seen_by(hall, FACILITATOR), None)
    assert mine.classes[hall.town.codes[3]] == "weinig" and mine.counts[hall.town.codes[0]] == 4


def test_the_room_is_not_told_that_nobody_spoke_where_one_or_two_did(hall: Hall) -> None:
    screen, _ = hall.screen()
    anna, her_phone = hall.participant()
    code = hall.town.codes[0]
    hall.start("herkennen")
    for seat in [hall.seat() for _ in range(SMALLEST_GROUP - 1)]:
        answer(hall, seat, "herken")
    hall.reveal("herkennen", "verdeling")
    hall.lead(FocusSet(buurt=code))
    hall.lead(LayerChosen(layer="herkenning"))
    shown = layers.chosen_layer(seen_by(hall, SCREEN), None)
    assert shown.classes[code] == "geen"
    assert shown.palette["geen"].label == f"Nog geen {SMALLEST_GROUP} stemmen"
    assert layers.chosen_layer(seen_by(hall, FACILITATOR), None).palette["geen"].label == "Nog geen stem"
    needed = f"De verdeling is te zien vanaf {SMALLEST_GROUP} stemmen."
    assert [app.bars.hidden_reason for app in (screen, anna)] == [needed, needed]
    assert needed in her_phone.all_it_can_read()
    assert screen.info.heading and not screen.info.paragraphs, (
        "the question is answered: no instruction any more"
    )

    answer(hall, hall.seat(), "deels")
    assert not screen.bars.hidden_reason and screen.bars.total["n"] == SMALLEST_GROUP


def test_every_layer_gives_every_buurt_a_class_of_its_palette(hall: Hall, town: Town) -> None:
    for name in ("signaal", "focus", "herkenning", "verhalen"):
        hall.lead(LayerChosen(layer=name))
        shown = layers.chosen_layer(seen_by(hall, FACILITATOR), town.background)
        assert shown.key == name and set(shown.classes) == set(town.codes)
        assert set(shown.classes.values()) <= set(shown.palette)
    letters = {style.letter for style in layers.FOCUS_STYLES.values()}
    assert len(letters) == len(layers.FOCUS_STYLES), "told apart without colour"


def test_the_layer_focus_needs_figures_and_falls_back_to_the_signal(hall: Hall) -> None:
    hall.lead(LayerChosen(layer="focus"))
    assert layers.chosen_layer(seen_by(hall, SCREEN), None).key == "signaal"


def test_marks_leave_out_what_is_neither_answered_nor_counted() -> None:
    found = layers.marks({"BU1"}, {"BU1": 2, "BU2": 0, "BU3": 4})
    assert set(found) == {"BU1", "BU3"}
    assert found["BU1"].answered and found["BU1"].count == 2 and not found["BU3"].answered


def test_every_buurt_has_a_card_that_says_why(town: Town) -> None:
    signal, municipality = town.background.signal, town.background.municipality
    for code in municipality.buurten.index:
        facts = signal_facts(signal, municipality, code)
        assert facts.mark.letter == signal.table.at[code, "letter"]
        assert facts.reasons[0] == explain(signal, code).summary
        assert all(figure.value and figure.year and figure.source for figure in facts.figures)
        assert "nan" not in repr(facts).lower().replace("financ", "")


def test_without_figures_the_card_says_so_and_keeps_the_class(town: Town) -> None:
    buurt = town.made.buurten[0]
    facts = buurt_facts(buurt, None)
    assert (facts.mark.letter, facts.name, facts.figures) == (buurt.letter, buurt.name, ())
    assert "niet op deze laptop" in facts.note


@pytest.mark.parametrize("most", [0, 3])
def test_discuss_first_has_no_more_rows_than_asked_and_explains_each(hall: Hall, most: int) -> None:
    hall.start("herkennen")
    items = present.rank_items(seen_by(hall, FACILITATOR), most)
    assert len(items) == most and all(len(item.why) >= 2 for item in items)
    assert present.rank_items(seen_by(hall, hall.seat())) == []
