"""Every visitor the own language: chosen with a link, kept in a cookie, followed by pages and kernels."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from veerkracht_nb.apps.participant import ParticipantApp
from veerkracht_nb.apps.room import Room
from veerkracht_nb.dialogue import Actor, SeatTaken, StepStarted, open_session
from veerkracht_nb.i18n import use_language

from .conftest import Running, make_session, open_page, xsrf
from .wire import channel, kernel_of, states


@pytest.fixture(autouse=True)
def _dutch_afterwards() -> Iterator[None]:
    yield
    use_language("nl")


@pytest.mark.parametrize(
    ("language", "answer", "question"),
    [("nl", "Deels", "Zien wij hetzelfde?"), ("en", "Partly", "Do we see the same?")],
)
def test_a_participant_reads_the_own_language(
    tmp_path: Path, language: str, answer: str, question: str
) -> None:
    session = make_session(tmp_path)
    actor = Actor(id="stoel-12345678", kind="deelnemer", role="bewoner")
    session.submit(SeatTaken(role="bewoner"), actor)
    session.submit(StepStarted(step="herkennen"), Actor(id="begeleider-1234", kind="begeleider"))
    use_language(language)
    app = ParticipantApp(Room(open_session(session.path), actor), None)
    assert app.top.step_title == question
    assert answer in app.answers.texts().values()


def test_a_visitor_chooses_english_and_another_keeps_dutch(door: Running) -> None:
    client, join = door.client(), f"/s/{door.a.code}"
    assert f'href="{join}?taal=en"' in client.get(join).text
    chosen = client.get(f"{join}?taal=en")
    assert chosen.status_code == 303 and chosen.headers["location"] == join
    assert (
        "veerkracht-taal=en" in chosen.headers["set-cookie"]
        and "SameSite=Lax" in chosen.headers["set-cookie"]
    )
    page = client.get(join).text
    assert '<html lang="en">' in page and "From which role do you take part?" in page and "Resident" in page
    assert 'value="bewoner"' in page, "what the log keeps does not depend on the language"
    missing = client.post(join, data=xsrf(client))
    assert missing.status_code == 422 and "Choose a role first." in missing.text
    assert '<html lang="en">' in client.get("/").text
    assert '<html lang="nl">' in door.client().get(join).text
    assert client.get(f"{join}?taal=nl").status_code == 303
    assert '<html lang="nl">' in client.get(join).text


def test_the_language_reaches_start_page_errors_and_seats(door: Running) -> None:
    client = door.administrator()
    client.get("/?taal=en")
    assert "Sessions" in client.get("/").text and "Socioeconomic" in client.get("/").text
    assert "There is nothing here" in client.get("/nergens").text
    unknown = client.get("/quickscan?gemeente=GM0000")
    assert unknown.status_code == 400 and "There are no figures of this gemeente here." in unknown.text
    refused = client.get("/quickscan?gemeente=GM0000&x=1")
    assert refused.status_code == 400 and "This page cannot be opened with these parameters" in refused.text
    assert "Deze pagina kan niet worden geopend" in door.administrator().get("/quickscan?x=1").text
    seat = door.participant()
    answer = seat.get(f"/s/{door.a.code}/deelnemer?taal=en")
    assert answer.status_code == 303 and answer.headers["location"] == f"/s/{door.a.code}/deelnemer"
    assert '<html lang="en">' in seat.get(answer.headers["location"]).text


HOSTILE = [
    "taal=", "taal=de", "taal=EN", "taal=en&taal=nl", "taal=en&x=1", "taal=en%00", "taal=en%0d%0aSet-Cookie:x=1",
    "taal=%3Cscript%3E", "taal=..%2f..%2fetc", "taal=" + "e" * 3000, "taal=%ff%fe", "taal=%20en", "taal[]=en&taal=",
]  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE, ids=lambda query: query[:24])
def test_a_hostile_language_is_refused_and_sets_nothing(door: Running, query: str) -> None:
    client = door.participant()
    for address in ("/", f"/s/{door.a.code}", f"/s/{door.a.code}/deelnemer"):
        answer = client.get(f"{address}?{query}")
        assert answer.status_code == 400 and "veerkracht-taal" not in answer.headers.get("set-cookie", "")
        assert "<script>" not in answer.text


@pytest.mark.parametrize("value", ["xx-onbekend", "../en", "en-nl", '"><script>', "e" * 3000])
def test_a_forged_language_cookie_means_dutch(door: Running, value: str) -> None:
    with httpx.Client(base_url=door.base, trust_env=False) as client:
        page = client.get("/", headers={"Cookie": f"veerkracht-taal={value}"}).text
    assert '<html lang="nl">' in page and value not in page


def test_the_kernel_of_a_seat_speaks_the_language_of_its_visitor(server: Running) -> None:
    client = server.participant()
    client.get(f"/s/{server.a.code}?taal=en")
    page = open_page(client, f"/s/{server.a.code}/deelnemer").text
    assert '<html lang="en"' in page and "One moment, the map is coming" in page
    with channel(client, kernel_of(page)) as socket:
        values = [str(state["state"].get("value")) for state in states(socket).values()]
    env = json.loads(next(value for value in values if "VEERKRACHT_LAUNCH" in value))
    assert json.loads(env["VEERKRACHT_LAUNCH"])["language"] == "en"
