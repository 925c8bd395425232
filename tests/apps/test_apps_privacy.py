"""What another person wrote is in nobody's page before it was released, in whatever phase the room is."""

from __future__ import annotations

from apps_hall import Browser, Hall

from veerkracht_nb.dialogue import (
    Actor,
    FocusSet,
    Herkenning,
    LayerChosen,
    Moderated,
    SessionClosed,
    Verhaal,
    Waarneming,
    Withdrawn,
)

HELD, SHOWN, BACK = "GEHEIM-vastgehouden", "GEHEIM-getoond", "GEHEIM-teruggegeven"
NOTICED, REASON, THEME, FIRST = "GEHEIM-waarneming", "GEHEIM-reden", "GEHEIM-thema", "GEHEIM-eerste"


class Watch:
    """The browsers of people who did not write anything: a participant and the beamer."""

    def __init__(self, hall: Hall, writer: Actor) -> None:
        self.hall, self.writer = hall, writer
        self.pages: list[tuple[object, Browser]] = [hall.participant("bestuur"), hall.screen()]

    def sees_only(self, *released: str) -> None:
        self.hall.look()
        for app, browser in self.pages:
            for code in ("", *self.hall.town.codes[:2]):
                app.choice.select(code)  # type: ignore[attr-defined]
                text = browser.all_it_can_read() + repr(app.room.view)  # type: ignore[attr-defined]
                for secret in (HELD, SHOWN, BACK, NOTICED, REASON, THEME, FIRST):
                    assert (secret in text) == (secret in released), (secret, type(app).__name__)
                assert self.writer.id not in text
                assert self.hall.session.facilitator_key not in text
                assert self.hall.session.screen_key not in text


def test_no_page_holds_what_was_not_released(hall: Hall) -> None:
    writer = hall.seat()
    watch = Watch(hall, writer)
    code = hall.town.codes[0]
    watch.sees_only()
    hall.start("opvallen")
    noticed = hall.act(Waarneming(step="opvallen", buurt=code, text=NOTICED), writer).id
    watch.sees_only()
    hall.lead(Moderated(target=noticed, decision="getoond"))
    watch.sees_only()
    hall.start("verhalen")
    first = hall.act(Verhaal(step="verhalen", buurt=code, text=FIRST, theme=THEME), writer).id
    hall.act(Verhaal(step="verhalen", buurt=code, text=HELD, theme=THEME, replaces=first), writer)
    shown = hall.act(Verhaal(step="verhalen", buurt=code, text=SHOWN, consent="openbaar"), writer).id
    back = hall.act(Verhaal(step="verhalen", buurt=code, text=BACK), writer).id
    hall.lead(FocusSet(buurt=code))
    watch.sees_only()
    hall.lead(Moderated(target=shown, decision="getoond"))
    hall.lead(Moderated(target=back, decision="teruggegeven", reason=REASON))
    watch.sees_only()
    for layer in ("verhalen", "herkenning"):
        hall.lead(LayerChosen(layer=layer))
        watch.sees_only()
    hall.reveal("verhalen", "verdeling")
    watch.sees_only()
    hall.reveal("verhalen", "alles")
    watch.sees_only(SHOWN)
    hall.reveal("verhalen", "alleen_ik")
    watch.sees_only()
    hall.reveal("verhalen", "alles")
    hall.lead(Moderated(target=shown, decision="vastgehouden"))
    watch.sees_only()
    hall.lead(Moderated(target=shown, decision="getoond"))
    hall.lead(SessionClosed())
    watch.sees_only(SHOWN)
    hall.act(Withdrawn(target=shown), writer)
    watch.sees_only()


def test_nobody_learns_how_another_answered_before_the_reveal(hall: Hall) -> None:
    app, browser = hall.participant("bestuur")
    wall, wall_browser = hall.screen()
    code = hall.town.codes[0]
    hall.start("herkennen")
    hall.lead(FocusSet(buurt=code))
    hall.lead(LayerChosen(layer="herkenning"))

    def pictures() -> list[str]:
        for seen in (browser, wall_browser):
            seen.heard.clear()
        hall.look()
        return [browser.all_it_can_read(), wall_browser.all_it_can_read()]

    others = [hall.seat() for _ in range(5)]
    before = pictures()
    for seat in others:
        hall.act(Herkenning(step="herkennen", buurt=code, recognition="herken_niet"), seat)
    assert pictures() == before, "their pages do not even tell that something was answered"
    assert app.room.view.recognition == wall.room.view.recognition == {}
    hall.reveal("herkennen", "verdeling")
    assert app.bars.total["counts"] == wall.bars.total["counts"] == [0, 0, 5, 0]
    assert not any(seat.id in text for seat in others for text in pictures())


def test_a_writer_keeps_seeing_the_own_texts_and_the_reason_they_came_back(hall: Hall) -> None:
    app, browser = hall.participant()
    code = hall.town.codes[0]
    hall.start("verhalen")
    own = hall.act(Verhaal(step="verhalen", buurt=code, text=BACK), app.room.actor).id
    hall.lead(Moderated(target=own, decision="teruggegeven", reason=REASON))
    text = browser.all_it_can_read()
    assert BACK in text and REASON in text


def test_one_person_of_a_role_is_not_recognisable_by_that_role(hall: Hall) -> None:
    app, browser = hall.participant("bewoner")
    hall.start("verhalen")
    alone = hall.seat("politie en veiligheid")
    told = hall.act(Verhaal(step="verhalen", buurt=hall.town.codes[0], text=SHOWN), alone).id
    hall.lead(Moderated(target=told, decision="getoond"))
    hall.reveal("verhalen", "alles")
    assert SHOWN in browser.all_it_can_read()
    assert all("politie en veiligheid" not in item["labels"] for item in app.stories.items)
