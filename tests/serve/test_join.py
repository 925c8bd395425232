"""Joining: codes, seats, cookies, and parameters of addresses."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from tornado.web import create_signed_value

from veerkracht_nb.serve.cookies import SECRET_FILE, cookie_name

from .conftest import Running, launch, xsrf


def _cookie(client: httpx.Client, kind: str, code: str) -> str:
    return client.cookies[cookie_name(kind, code)]  # type: ignore[arg-type]


def test_a_code_is_found_however_it_is_typed(door: Running) -> None:
    client = door.client()
    typed = f" {door.a.code[:3].lower()}-{door.a.code[3:]} "
    answer = client.post("/", data={"code": typed, **xsrf(client)})
    assert answer.headers["location"] == f"/s/{door.a.code}"
    assert "Vanuit welke rol" in client.get(answer.headers["location"]).text
    lower = client.get(f"/s/{door.a.code.lower()}")
    assert lower.status_code == 302 and lower.headers["location"] == f"/s/{door.a.code}"


def test_an_unknown_code_gets_a_friendly_page_that_escapes_it(door: Running) -> None:
    client = door.client()
    answer = client.get("/s/QQQQQQ")
    assert answer.status_code == 404 and "De code klopt niet" in answer.text and "QQQQQQ" in answer.text
    answer = client.post("/", data={"code": "<i>x</i>@", **xsrf(client)})
    assert "<i>x" not in answer.text


def test_only_roles_of_the_session_can_be_taken(door: Running) -> None:
    client = door.client()
    before = len(door.a.state().seats)
    for role in ("", "burgemeester", "begeleider", "bewoner' OR 1=1"):
        answer = client.post(f"/s/{door.a.code}", data={"rol": role, **xsrf(client)})
        assert answer.status_code == 422 and "Kies eerst een rol" in answer.text
    assert len(door.a.state().seats) == before
    assert cookie_name("deelnemer", door.a.code) not in client.cookies


def test_coming_back_gives_the_same_seat_and_joining_twice_no_second_one(door: Running) -> None:
    client = door.participant()
    before, cookie = len(door.a.state().seats), _cookie(client, "deelnemer", door.a.code)
    assert client.get(f"/s/{door.a.code}").headers["location"] == f"/s/{door.a.code}/deelnemer"
    assert client.post(f"/s/{door.a.code}", data={"rol": "bestuur", **xsrf(client)}).status_code == 303
    assert len(door.a.state().seats) == before
    assert _cookie(client, "deelnemer", door.a.code) == cookie


def test_cookies_are_httponly_lax_and_apart_for_each_kind_and_session(door: Running) -> None:
    client = door.client()
    answers = [
        client.post(f"/s/{door.a.code}", data={"rol": "bewoner", **xsrf(client)}),
        client.get(f"/b/{door.a.facilitator_key}"),
        client.get(f"/scherm/{door.a.screen_key}"),
        client.get(f"/b/{door.b.facilitator_key}"),
        client.get(door.beheer),
    ]
    names = set()
    for answer in answers:
        header = answer.headers["set-cookie"]
        assert "HttpOnly" in header and "SameSite=Lax" in header and "Path=/" in header
        names.add(header.split("=")[0])
    assert len(names) == 5
    for kind in ("deelnemer", "begeleider", "scherm"):
        assert client.get(f"/s/{door.a.code}/{kind}").status_code == 503, "may come in, but the room is full"


def test_secret_links_leave_the_address_bar_and_are_not_told_to_others(door: Running) -> None:
    answer = door.client().get(f"/b/{door.a.facilitator_key}")
    assert answer.headers["location"] == f"/s/{door.a.code}/begeleider"
    assert door.client().get(f"/b/{door.a.screen_key}").status_code == 404
    assert door.client().get(f"/scherm/{door.a.facilitator_key}").status_code == 404


def test_forged_and_exchanged_cookies_are_worth_nothing(door: Running) -> None:
    own = _cookie(door.participant(), "deelnemer", door.a.code)
    signed_elsewhere = create_signed_value(
        "another secret that is long enough", cookie_name("begeleider", door.a.code), own
    ).decode()
    forged = {
        cookie_name("begeleider", door.a.code): own,
        cookie_name("scherm", door.a.code): own[:-1] + ("0" if own[-1] != "0" else "1"),
        cookie_name("deelnemer", door.b.code): own,
        cookie_name("begeleider", door.b.code): signed_elsewhere,
        "veerkracht-beheer": own,
    }
    client = door.client()
    for name, value in forged.items():
        client.cookies.set(name, value, domain="127.0.0.1")
    for address in ("begeleider", "scherm"):
        assert client.get(f"/s/{door.a.code}/{address}").status_code == 403
        assert client.get(f"/s/{door.b.code}/{address}").status_code == 403
    assert client.get(f"/s/{door.b.code}/deelnemer").status_code == 302
    assert client.get("/quickscan?gemeente=GM9901").status_code == 404
    assert door.a.facilitator_key not in client.get("/").text


def test_a_seat_that_somebody_else_chose_is_not_accepted(door: Running) -> None:
    """Fixation: the server alone makes up who somebody is."""
    client = door.client()
    client.cookies.set(cookie_name("deelnemer", door.a.code), "mijn-eigen-plaats", domain="127.0.0.1")
    client.post(
        f"/s/{door.a.code}?actor=mijn-eigen-plaats", data={"rol": "bewoner", "actor": "x", **xsrf(client)}
    )
    assert not {"mijn-eigen-plaats", "x"} & set(door.a.state().seats)


HOSTILE = (
    "template=lab",
    "theme=dark",
    "token=x",
    "gemeente=GM9901&template=lab",
    "gemeente=../../etc/passwd",
    "gemeente=..%2f..%2fetc%2fpasswd",
    f"gemeente={'a' * 5000}",
    "gemeente=%00",
    "gemeente=GM9901%0d%0aSet-Cookie:%20x=1",
    f"gemeente={quote('ꙮ' * 80)}",
    "gemeente=__import__('os').system('id')",
    "gemeente=GM9901&gemeente=GM0622",
    "gemeente=Nergenshuizen",
    f"gemeente={quote('<script>alert(1)</script>')}",
    "profiel=__class__",
    "weergave=relatief;id",
    "__proto__=1",
    "gemeente={{7*7}}",
    "gemeente=%ff%fe",
    "=x",
    "sessie=../x",
    "gemeente=",
)


@pytest.mark.parametrize("query", HOSTILE)
def test_hostile_parameters_are_refused_before_any_kernel(door: Running, query: str) -> None:
    # This server says 503 as soon as a kernel is asked for, so 400 proves that none was.
    administrator = door.administrator()
    for page in ("quickscan", "wandkaart", "wijkprofiel", "landelijk"):
        answer = administrator.get(f"/{page}?{query}")
        assert answer.status_code == 400
        assert "<script>" not in answer.text and "Traceback" not in answer.text and ">49<" not in answer.text
        assert "x" not in answer.cookies


@pytest.mark.parametrize("query", ["template=lab", "theme=dark", "sessie=oefenen", "actor=x", "x", "=x"])
def test_pages_of_a_seat_take_no_parameters(door: Running, query: str) -> None:
    client = door.participant()
    assert client.get(f"/s/{door.a.code}/deelnemer?{query}").status_code == 400


def test_thirty_people_behind_one_address_get_in_while_somebody_guesses(tmp_path: Path) -> None:
    running = launch(tmp_path, "--max-kernels", "0")
    try:
        guesser = running.client()
        # The budget of the whole address is used up by one guesser …
        codes = [f"{number:06d}".translate(str.maketrans("01", "AC")) for number in range(42)]
        assert {guesser.get(f"/s/{code}").status_code for code in codes} == {404}

        def join(_number: int) -> int:
            client = running.client()
            client.get(f"/s/{running.a.code}")
            for _attempt in range(20):
                answer = client.post(f"/s/{running.a.code}", data={"rol": "bewoner", **xsrf(client)})
                if answer.status_code != 429:
                    return answer.status_code
            return 429

        with ThreadPoolExecutor(15) as people:
            answers = list(people.map(join, range(30)))
        assert answers == [303] * 30, "… and still everybody gets in"
        assert len(running.a.state().seats) == 30
    finally:
        running.stop()


def test_a_restart_keeps_the_seats_but_not_the_administrator(tmp_path: Path) -> None:
    first = launch(tmp_path, "--max-kernels", "0")
    try:
        client, administrator = first.participant(), first.administrator()
        secret = tmp_path / "sessies" / SECRET_FILE
        if os.name == "posix":
            assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    finally:
        first.stop()
    second = launch(tmp_path, "--max-kernels", "0", sessions=(first.a, first.b))
    try:
        for old in (client, administrator):
            old.base_url = httpx.URL(second.base)
        assert client.get(f"/s/{second.a.code}/deelnemer").status_code == 503
        assert len(second.a.state().seats) == 1
        assert administrator.get("/quickscan?gemeente=GM9901").status_code == 404
    finally:
        second.stop()
