"""Small sessions and a small gemeente to make notes of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import geopandas as gpd
import pandas as pd
from shapely.geometry import MultiPolygon, box

from veerkracht_nb.areas.municipality import Municipality, Provenance
from veerkracht_nb.dialogue.events import (
    Actor,
    Buurt,
    Consent,
    Direction,
    Event,
    Herkenning,
    Moderated,
    Moderation,
    Payload,
    Recognition,
    Revealed,
    SeatTaken,
    SessionMade,
    StepStarted,
    Verhaal,
    Visibility,
    Waarneming,
    Withdrawn,
)
from veerkracht_nb.dialogue.fold import fold
from veerkracht_nb.dialogue.state import SessionState

START = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
MADE_AT = datetime(2026, 3, 3, 15, 30, tzinfo=UTC)
LEADER = Actor(id="begeleider", kind="begeleider")
SCRIPT = """
name: proef
title: Proefsessie
steps:
  - {id: opvallen, kind: waarneming, title: "Wat valt je op?", question: "Wat valt je op?"}
  - {id: herkennen, kind: herkenning, title: "Zien wij hetzelfde?", question: "Herken je dit beeld?"}
  - {id: verhalen, kind: verhaal, title: Het verhaal, question: "Wat is het verhaal hierachter?"}
  - {id: opnieuw, kind: herkenning, title: Nog een keer, question: "En nu?"}
"""
BUURTEN = tuple(
    Buurt(
        code=f"BU999901{index:02d}",
        name=name,
        wijk_code=f"WK9999{index % 2:02d}",
        wijk_name=("Centrum", "Haven & Dijk")[index % 2],
        letter=letter,
        direction=("slechter", "gelijk", None)[index % 3],
    )
    for index, (name, letter) in enumerate(
        [
            ("Oude Kern", "A"),
            ('\'t Hof "van" Één', "B"),
            ("De_Plas | *Oost*", "C"),
            ("Haven", "D"),
            ("Dijkzicht", "E"),
            ("Leeg", "X"),
        ]
    )
)
CODES = tuple(b.code for b in BUURTEN)
ROLES = ("bewoner", "politie en veiligheid", "zorg en welzijn", "corporatie beheer")


def made(title: str = "Proefsessie Voorbeeldstad", buurten: tuple[Buurt, ...] = BUURTEN) -> SessionMade:
    return SessionMade(
        title=title,
        municipality="GM9999",
        municipality_name="Proefgemeente",
        year=2024,
        profile="zelfredzaamheid",
        view="relatief",
        period=(2012, 2020, 2014, 2020),
        buurten=buurten,
        sources=("CBS: Wijk- en buurtkaart (2024)", "Leefbaarometer: scores (2022)"),
        script=SCRIPT,
        roles=ROLES,
        retain_until="2027-03-03",
    )


@dataclass
class Room:
    """Collects events as a room would make them."""

    session: SessionMade = field(default_factory=made)
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.add(self.session, LEADER)

    def add(self, payload: Payload, actor: Actor) -> str:
        number = len(self.events)
        event_id = f"geheim-{number:06d}"
        at = START + timedelta(seconds=10 * number)
        self.events.append(Event(id=event_id, at=at, actor=actor, payload=payload))
        return event_id

    def seat(self, role: str = "bewoner") -> Actor:
        actor = Actor(id=f"zetel-{len(self.events):06d}", kind="deelnemer", role=role)
        self.add(SeatTaken(role=role), actor)
        return actor

    def start(self, step: str) -> None:
        self.add(StepStarted(step=step), LEADER)

    def reveal(self, step: str, level: Visibility = "verdeling") -> None:
        self.add(Revealed(step=step, level=level), LEADER)

    def answer(
        self,
        seat: Actor,
        buurt: str = CODES[0],
        recognition: Recognition | None = "herken",
        direction: Direction | None = None,
        step: str = "herkennen",
    ) -> None:
        self.add(Herkenning(step=step, buurt=buurt, recognition=recognition, direction=direction), seat)

    def notice(self, seat: Actor, text: str, buurt: str = CODES[0], replaces: str = "") -> str:
        return self.add(Waarneming(step="opvallen", buurt=buurt, text=text, replaces=replaces), seat)

    def tell(
        self,
        seat: Actor,
        text: str,
        buurt: str = CODES[0],
        consent: Consent = "deze_zaal",
        pin: tuple[float, float] | None = None,
        replaces: str = "",
        theme: str = "",
    ) -> str:
        payload = Verhaal(
            step="verhalen",
            buurt=buurt,
            text=text,
            consent=consent,
            pin=pin,
            replaces=replaces,
            theme=theme,
            tone="zorg",
        )
        return self.add(payload, seat)

    def moderate(self, target: str, decision: Moderation = "getoond", reason: str = "") -> None:
        self.add(Moderated(target=target, decision=decision, reason=reason), LEADER)

    def withdraw(self, seat: Actor, target: str) -> None:
        self.add(Withdrawn(target=target), seat)

    def state(self) -> SessionState:
        return fold(SessionState(), self.events)


def municipality(buurten: tuple[Buurt, ...] = BUURTEN) -> Municipality:
    """Squares of 500 m in a row, in the coordinates of Vlaardingen."""
    rows = {
        b.code: {
            "name": b.name,
            "wijk_code": b.wijk_code,
            "wijk_name": b.wijk_name,
            "water": False,
            "geometry": MultiPolygon([box(83000 + 500 * i, 436000, 83500 + 500 * i, 436500)]),
        }
        for i, b in enumerate(buurten)
    }
    frame = gpd.GeoDataFrame.from_dict(rows, orient="index").set_geometry("geometry", crs=28992)
    source = Provenance(
        source="CBS", title="Wijk- en buurtkaart", edition="2024", licence="CC BY 4.0", imported_at=START
    )
    indicators = pd.DataFrame({"code": [], "indicator": [], "year": [], "value": []})
    return Municipality(
        code="GM9999",
        name="Proefgemeente",
        year=2024,
        buurten=frame,
        indicators=indicators,
        provenance=(source,),
        fictional=True,
    )


def lively_room() -> Room:
    """Seven people, answers before and after the reveal, stories of each consent, one of them withdrawn."""
    room = Room()
    seats = [room.seat("bewoner") for _ in range(4)] + [room.seat("politie en veiligheid") for _ in range(3)]
    room.start("opvallen")
    room.notice(seats[0], "Veel leegstand in de winkelstraat")
    room.moderate(room.notice(seats[1], "Mooie nieuwe speeltuin", CODES[1]))
    room.start("herkennen")
    for index, seat in enumerate(seats):
        room.answer(seat, CODES[0], ("herken", "deels", "herken_niet")[index % 3], "slechter")
    room.answer(seats[0], CODES[1], "herken_niet", "beter")
    room.reveal("herkennen")
    for seat in seats[:3]:
        room.answer(seat, CODES[0], "herken", "gelijk")
    room.start("verhalen")
    shown = room.tell(
        seats[0], "De buurtkamer is elke dag open.", consent="openbaar", pin=(4.34, 51.912), theme="ontmoeten"
    )
    room.moderate(shown)
    room.moderate(room.tell(seats[1], "Binnen de gemeente te delen.", CODES[1], consent="gemeente"))
    room.moderate(room.tell(seats[2], "Alleen voor de zaal bedoeld.", CODES[2]))
    room.tell(seats[3], "Openbaar maar nooit getoond.", CODES[2], consent="openbaar")
    first = room.tell(seats[4], "Eerste versie met een fout.", CODES[3], consent="openbaar")
    room.moderate(room.tell(seats[4], "Verbeterde versie.", CODES[3], consent="openbaar", replaces=first))
    gone = room.tell(seats[5], "Dit trek ik in.", CODES[3], consent="openbaar")
    room.moderate(gone)
    room.withdraw(seats[5], gone)
    room.reveal("verhalen", "alles")
    return room
