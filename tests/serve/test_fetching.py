"""Getting figures from the start page: one download at a time that can be followed, stopped and taken up again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veerkracht_nb.errors import DataError
from veerkracht_nb.serve import Server
from veerkracht_nb.serve.fetching import MOST_NAMES, Fetched, Fetcher, Progress, names_in
from veerkracht_nb.sources.get import FetchError

from .conftest import Running, xsrf

STORED = Fetched(lines=("3 antwoorden, 1,2 MB opgehaald",), places=(("GM9901", "Veerdam"),))


class Publishers:
    """Stands for the publishers; goes on when told."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.go_on = threading.Event()
        self.error: Exception | None = None

    def __call__(self, names: Sequence[str], progress: Progress) -> Fetched:
        self.asked.append(tuple(names))
        progress("Grenzen van 2024 ophalen", 0.1)
        progress("Grenzen van 2024 ophalen: 1,2 MB van 2,4 MB", 0.2)
        progress("Kerncijfers van 2024 ophalen: 14 kB", 0.4)
        assert self.go_on.wait(20)
        if self.error:
            raise self.error
        progress("Leefbaarometer ophalen", 0.6)
        return STORED


def settled(fetcher: Fetcher, phase: str) -> bool:
    return until(lambda: fetcher.state is not None and fetcher.state.phase == phase)


def until(true: Callable[[], bool]) -> bool:
    end = time.monotonic() + 20
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    return true()


@pytest.fixture
def publishers() -> Iterator[Publishers]:
    made = Publishers()
    yield made
    made.go_on.set()


@pytest.fixture
def fetcher(publishers: Publishers) -> Fetcher:
    return Fetcher(fetch=publishers)


def test_it_says_what_is_coming_in_and_what_was_finished(fetcher: Fetcher, publishers: Publishers) -> None:
    assert fetcher.start(["Veerdam"])
    assert until(lambda: "14 kB" in (fetcher.state.text if fetcher.state else ""))
    assert fetcher.state and (fetcher.state.percent, fetcher.state.steps) == (
        40,
        ("Grenzen van 2024 ophalen",),
    )
    publishers.go_on.set()
    assert settled(fetcher, "klaar")
    assert fetcher.state.result == STORED and fetcher.state.percent == 100


def test_one_at_a_time_and_a_stop_that_leaves_room_for_the_next(
    fetcher: Fetcher, publishers: Publishers
) -> None:
    assert fetcher.start(["Veerdam"]) and not fetcher.start(["Rotterdam"])
    fetcher.stop()
    publishers.go_on.set()
    assert settled(fetcher, "gestopt")
    assert fetcher.start(["Rotterdam"]) and settled(fetcher, "klaar")
    assert publishers.asked == [("Veerdam",), ("Rotterdam",)]
    fetcher.stop()
    assert fetcher.state and fetcher.state.phase == "klaar", "nothing left to stop"


@pytest.mark.parametrize(
    ("error", "offline"),
    [
        (FetchError("api.pdok.nl is niet bereikbaar.", kind="offline"), True),
        (DataError("Die gemeente bestaat niet."), False),
        (RuntimeError("kapot"), False),
    ],
)
def test_a_failure_is_kept_and_trying_again_begins_again(
    fetcher: Fetcher, publishers: Publishers, error: Exception, offline: bool
) -> None:
    publishers.error = error
    publishers.go_on.set()
    fetcher.start(["Veerdam"])
    assert settled(fetcher, "mislukt")
    assert fetcher.state and fetcher.state.offline is offline
    publishers.error = None
    assert fetcher.start(["Veerdam"]) and settled(fetcher, "klaar")


@given(st.text(max_size=400))
def test_whatever_is_typed_becomes_clean_names(text: str) -> None:
    names = names_in(text)
    assert all(name and name == name.strip() and "," not in name for name in names)
    assert len(set(names)) == len(names)


# -- as pages ------------------------------------------------


@pytest.fixture(autouse=True)
def _no_internet(request: pytest.FixtureRequest, publishers: Publishers) -> None:
    if "app" in request.fixturenames:
        request.getfixturevalue("app").fetcher.fetch = publishers


def test_the_administrator_follows_stops_and_resumes(
    app: Server, administrator: httpx.Client, publishers: Publishers
) -> None:
    assert "nog niets opgehaald" in administrator.get("/gegevens").text
    begun = administrator.post(
        "/gegevens", data={"gemeente": "Veerdam, Súdwest-Fryslân", **xsrf(administrator)}
    )
    assert (begun.status_code, begun.headers["location"]) == (303, "/gegevens")
    assert until(lambda: "14 kB" in administrator.get("/gegevens").text)
    page = administrator.get("/gegevens").text
    assert "data-volgt" in page and "40%" in page and "✓" not in page
    now = administrator.get("/gegevens/stand").json()
    assert (now["phase"], now["percent"], now["steps"]) == ("bezig", 40, ["Grenzen van 2024 ophalen"])
    assert now["text"].endswith("14 kB")
    assert "Er worden gegevens opgehaald" in administrator.get("/").text
    again = administrator.post("/gegevens", data={"gemeente": "Rotterdam", **xsrf(administrator)})
    assert again.status_code == 409 and "al gegevens opgehaald" in again.text
    assert administrator.post("/gegevens/stoppen", data=xsrf(administrator)).status_code == 303
    assert "stopt" in administrator.get("/gegevens").text
    publishers.go_on.set()
    assert settled(app.fetcher, "gestopt")
    page = administrator.get("/gegevens").text
    assert "Verdergaan" in page and 'value="Veerdam, Súdwest-Fryslân"' in page and "data-volgt" not in page
    administrator.post("/gegevens", data={"gemeente": "Veerdam, Súdwest-Fryslân", **xsrf(administrator)})
    assert settled(app.fetcher, "klaar")
    assert "/quickscan?gemeente=GM9901" in administrator.get("/gegevens").text
    assert publishers.asked == [("Veerdam", "Súdwest-Fryslân")] * 2


def test_without_internet_the_page_tells_the_way_without(
    app: Server, administrator: httpx.Client, publishers: Publishers
) -> None:
    publishers.error = FetchError("api.pdok.nl is niet bereikbaar.", kind="offline", host="api.pdok.nl")
    publishers.go_on.set()
    administrator.post("/gegevens", data={"gemeente": '<b>"x"</b>', **xsrf(administrator)})
    assert settled(app.fetcher, "mislukt")
    page = administrator.get("/gegevens").text
    assert "geen verbinding met internet" in page and "veerkracht data unpack" in page
    assert "<b>&#34;x" not in page and "&lt;b&gt;" in page


@pytest.mark.parametrize(
    "typed", ["", " , ;", ",".join(f"plaats {n}" for n in range(MOST_NAMES + 1)), "x" * 301]
)
def test_a_form_that_names_no_gemeente_begins_nothing(
    app: Server, administrator: httpx.Client, publishers: Publishers, typed: str
) -> None:
    answer = administrator.post("/gegevens", data={"gemeente": typed, **xsrf(administrator)})
    assert answer.status_code == 400 and 'role="alert"' in answer.text
    assert app.fetcher.state is None and not publishers.asked


def test_nobody_but_the_administrator_fetches(door: Running) -> None:
    for client in (door.client(), door.participant(), door.facilitator()):
        data = {"gemeente": "Veerdam", **xsrf(client)}
        assert client.get("/gegevens").status_code == 404
        assert client.get("/gegevens/stand").status_code == 404
        assert client.post("/gegevens", data=data).status_code == 404
        assert client.post("/gegevens/stoppen", data=data).status_code == 404
