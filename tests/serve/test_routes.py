"""Every address, and who may use it. A route that is not in this table fails the test."""

from __future__ import annotations

import uuid

import httpx
import pytest

from veerkracht_nb.serve.app import routes

from .conftest import Running, xsrf

ACTORS = ("niemand", "deelnemer", "ander", "begeleider", "scherm", "beheer")
KERNEL = str(uuid.uuid4())
WRONG = "geen-echte-sleutel-123456"


def only(status: int, rest: int, *who: str) -> dict[str, int]:
    return {actor: status if actor in who else rest for actor in ACTORS}


def everybody(status: int) -> dict[str, int]:
    return dict.fromkeys(ACTORS, status)


# pattern of the route -> (method, address, form, answer for each visitor). 503 is "may come in, but full".
TABLE: dict[str, list[tuple[str, str, dict[str, str], dict[str, int]]]] = {
    r"/": [("GET", "/", {}, everybody(200)), ("POST", "/", {"code": "abcdef"}, everybody(303))],
    r"/beheer/([A-Za-z0-9_\-]{16,128})": [("GET", f"/beheer/{WRONG}", {}, everybody(404))],
    r"/sessies": [
        ("POST", "/sessies", {"gemeente": "GM9901", "profiel": "onzin"}, only(400, 404, "beheer")),
        ("GET", "/sessies", {}, everybody(404)),
    ],
    r"/sessies/([A-Za-z0-9_\-]{1,80})/(sluiten|heropenen|exporteren|verwijderen)": [
        ("GET", "/sessies/{id}/verwijderen", {}, only(200, 404, "beheer")),
        ("GET", "/sessies/{id}/sluiten", {}, everybody(404)),
        ("POST", "/sessies/{id}/heropenen", {}, only(409, 404, "beheer")),
        ("POST", "/sessies/bestaatniet/verwijderen", {}, everybody(404)),
    ],
    r"/gegevens": [
        ("GET", "/gegevens", {}, only(200, 404, "beheer")),
        ("POST", "/gegevens", {"gemeente": ""}, only(400, 404, "beheer")),
    ],
    r"/gegevens/stand": [("GET", "/gegevens/stand", {}, everybody(404))],
    r"/gegevens/stoppen": [("POST", "/gegevens/stoppen", {}, only(303, 404, "beheer"))],
    r"/s/([A-Za-z0-9]{1,12})": [
        ("GET", "/s/{code}", {}, only(302, 200, "deelnemer")),
        ("POST", "/s/{code}", {}, only(303, 422, "deelnemer")),
    ],
    r"/s/([A-Za-z0-9]{1,12})/deelnemer": [("GET", "/s/{code}/deelnemer", {}, only(503, 302, "deelnemer"))],
    r"/s/([A-Za-z0-9]{1,12})/begeleider": [("GET", "/s/{code}/begeleider", {}, only(503, 403, "begeleider"))],
    r"/s/([A-Za-z0-9]{1,12})/scherm": [("GET", "/s/{code}/scherm", {}, only(503, 403, "scherm"))],
    r"/b/([A-Za-z0-9_\-]{16,128})": [("GET", f"/b/{WRONG}", {}, everybody(404))],
    r"/scherm/([A-Za-z0-9_\-]{16,128})": [("GET", f"/scherm/{WRONG}", {}, everybody(404))],
    r"/quickscan": [("GET", "/quickscan?gemeente=GM9901", {}, only(503, 404, "begeleider", "beheer"))],
    r"/wandkaart": [("GET", "/wandkaart?gemeente=GM9901", {}, only(503, 404, "begeleider", "beheer"))],
    r"/wijkprofiel": [
        ("GET", "/wijkprofiel?gemeente=GM9901", {}, only(503, 404, "begeleider", "beheer")),
        ("GET", "/wijkprofiel?sessie={id}", {}, only(503, 404, "begeleider", "beheer")),
        ("GET", "/wijkprofiel?sessie={other}", {}, only(503, 404, "beheer")),
        ("GET", "/wijkprofiel?sessie=oefenen", {}, everybody(404)),
    ],
    r"/eigentabel": [("GET", "/eigentabel", {}, only(503, 404, "beheer"))],
    r"/landelijk": [("GET", "/landelijk?weergave=absoluut", {}, only(503, 404, "begeleider", "beheer"))],
    "/draad/KERNEL": [("GET", f"/draad/{KERNEL}", {}, everybody(403))],
    r"/beeld/([0-9a-f]{32})": [("GET", f"/beeld/{'0' * 32}", {}, everybody(404))],
    "KERNEL": [("GET", f"/api/kernels/{KERNEL}", {}, everybody(404))],
    "KERNEL/channels": [("GET", f"/api/kernels/{KERNEL}/channels", {}, everybody(403))],
    "/terug/KERNEL": [("POST", f"/terug/{KERNEL}", {}, everybody(204))],
    "/voila/api/shutdown/KERNEL": [("POST", f"/voila/api/shutdown/{KERNEL}", {}, everybody(204))],
    r"/statisch/([0-9a-f]{16})/([A-Za-z0-9@._/\-]{1,200})": [
        ("GET", "/statisch/0123456789abcdef/huis/serve.css", {}, everybody(404))
    ],
    r"/gezond": [("GET", "/gezond", {}, everybody(200))],
}
NOT_THERE = (
    "/api/kernels",
    "/api/kernelspecs",
    "/api/contents",
    "/api/contents/x",
    "/api/sessions",
    "/api/status",
    "/tree",
    "/voila/tree",
    "/voila/render/deelnemer.ipynb",
    "/voila/files/deelnemer.ipynb",
    "/voila/templates/lab/static/x",
    "/voila/query/" + KERNEL,
    "/files/x",
    "/lab",
    "/nbconvert/html/x",
    "/login",
    "/logout",
    "/metrics",
    "/static/x",
    "/voila/static/etc/passwd",
    "/static/etc/passwd",
    "/notebooks/deelnemer.ipynb",
    "/deelnemer.ipynb",
    "/sessies/",
)


@pytest.fixture(scope="module")
def visitors(door: Running) -> dict[str, httpx.Client]:
    return {
        "niemand": door.client(),
        "deelnemer": door.participant(),
        "ander": door.participant(door.b),
        "begeleider": door.facilitator(),
        "scherm": door.screen(),
        "beheer": door.administrator(),
    }


def _pattern(found: str) -> str:
    start, end = found.find("(?P<kernel_id>"), found.find("{12})")
    name = found.rstrip("$")
    if start >= 0:
        name = (found[:start] + "KERNEL" + found[end + 5 :]).rstrip("$").removeprefix("/api/kernels/")
    return name


def test_every_route_is_in_the_table() -> None:
    assert {_pattern(spec.regex.pattern) for spec in routes()} == set(TABLE)


@pytest.mark.parametrize("actor", ACTORS)
def test_who_may_use_which_route(door: Running, visitors: dict[str, httpx.Client], actor: str) -> None:
    client = visitors[actor]
    got, expected = {}, {}
    for lines in TABLE.values():
        for method, address, form, answers in lines:
            url = address.format(code=door.a.code, id=door.a.id, other=door.b.id)
            data = {**form, **xsrf(client)} if method == "POST" else None
            headers = {"Origin": door.base} | (
                {
                    "Upgrade": "websocket",
                    "Connection": "Upgrade",
                    "Sec-WebSocket-Version": "13",
                    "Sec-WebSocket-Key": "eA==",
                }
                if url.endswith("/channels")
                else {}
            )
            got[method, address] = client.request(method, url, data=data, headers=headers).status_code
            expected[method, address] = answers[actor]
    assert got == expected


@pytest.mark.parametrize("actor", ["niemand", "beheer"])
def test_nothing_of_jupyter_or_voila_is_there(visitors: dict[str, httpx.Client], actor: str) -> None:
    for address in NOT_THERE:
        for method in ("GET", "POST", "PUT", "DELETE"):
            answer = visitors[actor].request(method, address)
            assert answer.status_code == 404, (method, address)


def test_every_post_needs_the_xsrf_token(door: Running, visitors: dict[str, httpx.Client]) -> None:
    for lines in TABLE.values():
        for method, address, form, _answers in lines:
            if method == "POST":
                url = address.format(code=door.a.code, id=door.a.id, other=door.b.id)
                for actor in ACTORS:
                    assert visitors[actor].post(url, data=form).status_code == 403, (actor, address)


def test_only_the_administrator_sees_what_is_on_the_laptop(
    door: Running, visitors: dict[str, httpx.Client]
) -> None:
    for actor, client in visitors.items():
        page = client.get("/").text
        assert (door.a.facilitator_key in page) == (actor == "beheer")
        assert (door.a.code in page) == (actor == "beheer")


def test_every_answer_has_the_security_headers(visitors: dict[str, httpx.Client]) -> None:
    for address in ("/", "/gezond", "/nergens", "/quickscan"):
        headers = visitors["beheer"].get(address).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert "frame-ancestors 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["server"] == "veerkracht"
        assert "access-control-allow-origin" not in headers


def test_the_administrator_can_close_reopen_and_delete(door: Running) -> None:
    from .conftest import make_session

    client = door.administrator()
    session = make_session(door.folder / "sessies", "Weg <b>ermee</b>")
    page = client.get("/").text
    assert "Weg &lt;b&gt;ermee&lt;/b&gt;" in page and "<b>ermee" not in page
    assert client.post(f"/sessies/{session.id}/sluiten", data=xsrf(client)).status_code == 303
    assert session.state().closed
    assert door.client().get(f"/s/{session.code}").status_code == 410
    assert client.post(f"/sessies/{session.id}/heropenen", data=xsrf(client)).status_code == 303
    assert not session.state().closed
    session.close()
    assert client.post(f"/sessies/{session.id}/verwijderen", data=xsrf(client)).status_code == 303
    assert not session.path.exists()
    assert door.client().get(f"/s/{session.code}").status_code == 404
