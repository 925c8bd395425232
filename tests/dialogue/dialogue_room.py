"""A small session to test with: five buurten, the shipped work session, a facilitator and people."""

from __future__ import annotations

from pathlib import Path

from veerkracht_nb.dialogue import (
    Actor,
    Buurt,
    Herkenning,
    SeatTaken,
    Session,
    SessionMade,
    StepStarted,
    create,
    read_script,
)

ROLES = ("bewoner", "corporatie beheer", "politie en veiligheid", "sociaal domein gemeente", "bestuur")
FACILITATOR = Actor(id="begeleider", kind="begeleider")
SCREEN = Actor(id="scherm01", kind="scherm")
BUURTEN = tuple(
    Buurt(
        code=f"BU99010{i}",
        name=f"Buurt {i}",
        wijk_code="WK990100",
        wijk_name="Centrum",
        letter=letter,
        direction=direction,
    )
    for i, (letter, direction) in enumerate(
        [("A", "slechter"), ("B", "beter"), ("C", "gelijk"), ("X", None), ("E", "beter")]
    )
)
CODES = tuple(buurt.code for buurt in BUURTEN)


def made(script: str | None = None, title: str = "Werksessie Voorbeeldstad") -> SessionMade:
    return SessionMade(
        title=title,
        municipality="GM9901",
        municipality_name="Voorbeeldstad",
        year=2024,
        profile="sociaaleconomisch",
        view="relatief",
        period=(2018, 2022, 2018, 2022),
        buurten=BUURTEN,
        sources=("verzonnen",),
        script=script if script is not None else read_script("werksessie"),
        roles=ROLES,
        retain_until="2027-01-01",
    )


def person(number: int) -> Actor:
    return Actor(id=f"plaats-{number:04}", kind="deelnemer")


def new_session(folder: Path, people: int = 0, step: str = "") -> Session:
    session = create(folder, made())
    for number in range(people):
        session.submit(SeatTaken(role=ROLES[number % len(ROLES)]), person(number))
    if step:
        session.submit(StepStarted(step=step), FACILITATOR)
    return session


def herken(
    buurt: str = CODES[0], recognition: str | None = "herken", direction: str | None = None
) -> Herkenning:
    return Herkenning(step="herkennen", buurt=buurt, recognition=recognition, direction=direction)
