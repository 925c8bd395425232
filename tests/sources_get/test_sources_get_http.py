"""The one way to a publisher: what is tried again, what is refused, and what is kept."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from standin import Fault, Reply, Standin, as_json

from veerkracht_nb.errors import DataError
from veerkracht_nb.sources.get.addresses import check_address
from veerkracht_nb.sources.get.errors import FetchError
from veerkracht_nb.sources.get.http import Fetcher
from veerkracht_nb.sources.get.progress import Steps
from veerkracht_nb.sources.get.services import DEFAULT_SERVICES, Services

Making = Callable[..., AbstractContextManager[Fetcher]]
GOOD = {"value": [1]}


@pytest.fixture
def fetching(standin: Standin, tmp_path: Path) -> Making:
    @contextmanager
    def make(told: list[str] | None = None, **limits: Any) -> Iterator[Fetcher]:
        steps = Steps(tell=lambda text, share: (told if told is not None else []).append(text), total=1)
        steps.next("proef")
        with Fetcher(tmp_path / "cache", standin.services(**limits).limits, steps) as fetcher:
            yield fetcher

    return make


def _fault(standin: Standin, reply: Callable[[], Reply], times: int = 1) -> str:
    standin.faults += [Fault("/proef", reply, times), Fault("/proef", lambda: as_json(GOOD), 99)]
    return standin.base + "/proef"


def test_an_answer_comes_with_its_address_moment_marks_and_hash(standin: Standin, fetching: Making) -> None:
    address = _fault(
        standin, lambda: as_json(GOOD, ETag='"e1"', **{"Last-Modified": "Sat, 01 Nov 2025 10:00:00 GMT"})
    )
    with fetching() as fetcher:
        answer = fetcher.json(address, "proef")
    assert answer.data == GOOD
    assert answer.fetched.address == address
    assert answer.fetched.etag == '"e1"'
    assert answer.fetched.last_modified.startswith("Sat, 01 Nov 2025")
    assert len(answer.fetched.sha256) == 64
    assert answer.fetched.at.tzinfo is not None
    assert standin.requests[0][1]["user-agent"].startswith("veerkracht_nb/")


@pytest.mark.parametrize(
    "reply",
    [
        lambda: Reply(b"oeps", 500, "text/plain"),
        lambda: Reply(b"", 503, headers={"Retry-After": "0"}),
        lambda: Reply(b"", 429, headers={"Retry-After": "0"}),
        lambda: Reply(json.dumps(GOOD).encode(), cut=5),
        lambda: as_json(GOOD, **{"X": "slow"}) if time.sleep(0.8) is None else Reply(b""),
    ],
    ids=["plain 500", "503", "429", "dropped half-way", "time-out"],
)
def test_a_passing_fault_is_tried_again(
    standin: Standin, fetching: Making, reply: Callable[[], Reply]
) -> None:
    address = _fault(standin, reply)
    with fetching() as fetcher:
        assert fetcher.json(address, "proef").data == GOOD
    assert standin.asked("/proef") == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_refusal_is_not_tried_again(standin: Standin, fetching: Making, status: int) -> None:
    address = _fault(standin, lambda: as_json({"detail": "unknown query parameter(s) found: x"}, status), 9)
    with fetching() as fetcher, pytest.raises(FetchError) as caught:
        fetcher.json(address, "proef")
    assert standin.asked("/proef") == 1
    assert "unknown query parameter" in caught.value.got
    assert caught.value.status == status
    assert "127.0.0.1" in caught.value.message


def test_a_server_that_keeps_failing_is_told_with_what_it_said(standin: Standin, fetching: Making) -> None:
    address = _fault(standin, lambda: as_json({"detail": "querying the features took too long"}, 500), 9)
    with fetching() as fetcher, pytest.raises(FetchError, match="storing") as caught:
        fetcher.json(address, "proef")
    assert standin.asked("/proef") == 3
    assert "took too long" in caught.value.got


def test_a_server_that_asks_for_a_long_wait_is_not_waited_for(standin: Standin, fetching: Making) -> None:
    address = _fault(standin, lambda: Reply(b"", 429, headers={"Retry-After": "3600"}), 9)
    with fetching() as fetcher, pytest.raises(FetchError, match="later"):
        fetcher.json(address, "proef")
    assert standin.asked("/proef") == 1


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        (Reply(b"<!DOCTYPE html><p>inloggen", 200, "text/html"), "webpagina"),
        (Reply(b"<!DOCTYPE html><p>inloggen", 200, "application/json"), "webpagina"),
        (Reply(b"a;b\n1;2\n", 200, "text/csv"), "text/csv"),
        (Reply(b'{"a": ', 200), "onleesbare JSON"),
        (Reply(b"[1, 2]", 200), "andere vorm"),
        (Reply(b"[" * 100_000, 200), "onleesbare JSON"),
        (Reply(b"", 200), "onleesbare JSON"),
    ],
    ids=["html", "html called json", "csv", "half json", "a list", "deep", "empty"],
)
def test_what_is_no_json_object_is_refused_and_not_kept(
    standin: Standin, fetching: Making, reply: Reply, found: str
) -> None:
    address = _fault(standin, lambda: reply)
    with fetching() as fetcher:
        with pytest.raises(FetchError) as caught:
            fetcher.json(address, "proef")
        assert found in caught.value.got
        assert fetcher.json(address, "proef").data == GOOD


def test_an_answer_is_kept_for_the_next_run(standin: Standin, fetching: Making) -> None:
    address = _fault(standin, lambda: as_json(GOOD, **{"Cache-Control": "no-store"}))
    for again in (False, True):
        with fetching() as fetcher:
            assert fetcher.json(address, "proef").fetched.from_cache is again
    assert standin.asked("/proef") == 1


def test_an_answer_that_is_too_old_is_asked_again(standin: Standin, fetching: Making) -> None:
    address = _fault(standin, lambda: as_json(GOOD))
    for _ in range(2):
        with fetching(keep_seconds=0.05) as fetcher:
            fetcher.json(address, "proef")
        time.sleep(0.1)
    assert standin.asked("/proef") == 2


def test_a_damaged_cache_is_made_again(standin: Standin, fetching: Making, tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "antwoorden.db").write_bytes(b"geen database " * 500)
    address = _fault(standin, lambda: as_json(GOOD))
    with fetching() as fetcher:
        assert fetcher.json(address, "proef").data == GOOD


def test_a_cache_that_cannot_be_written_says_where(
    standin: Standin, fetching: Making, tmp_path: Path
) -> None:
    (tmp_path / "cache").write_text("een bestand op die plaats")
    with pytest.raises(DataError, match="bewaard") as caught, fetching():
        pass
    assert "cache" in caught.value.todo


def test_a_body_over_the_limit_is_cut_off(standin: Standin, fetching: Making) -> None:
    address = _fault(standin, lambda: as_json({"value": "x" * 5000}), 9)
    with fetching(answer_bytes=1000) as fetcher, pytest.raises(FetchError, match="te groot"):
        fetcher.json(address, "proef")
    assert standin.asked("/proef") == 1


def test_a_small_packed_body_that_unpacks_to_much_is_cut_off(standin: Standin, fetching: Making) -> None:
    bomb = gzip.compress(b'{"value": "' + b"0" * 20_000_000 + b'"}')
    assert len(bomb) < 50_000
    address = _fault(standin, lambda: Reply(bomb, headers={"Content-Encoding": "gzip"}), 9)
    with fetching(answer_bytes=1_000_000) as fetcher, pytest.raises(FetchError, match="te groot"):
        fetcher.json(address, "proef")


def test_a_body_without_end_stops_at_the_time_limit(standin: Standin, fetching: Making) -> None:
    stop = threading.Event()

    class Endless(bytes):
        def __len__(self) -> int:
            return 10**9

    # Sends a little now and then, so that no time-out between pieces ever strikes.
    def trickle(handler: Any) -> None:
        while not stop.wait(0.02):
            handler.wfile.write(b" " * 10)

    address = standin.base + "/eindeloos"
    original = standin.server.RequestHandlerClass.do_GET

    def do_get(self: Any) -> None:
        if "/eindeloos" not in self.path:
            return original(self)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        try:
            trickle(self)
        except OSError:
            self.close_connection = True

    standin.server.RequestHandlerClass.do_GET = do_get  # type: ignore[method-assign]
    try:
        with fetching(total_seconds=0.4) as fetcher, pytest.raises(FetchError, match="te lang") as caught:
            fetcher.json(address, "proef")
    finally:
        stop.set()
    assert caught.value.kind == "limit"


def test_a_redirect_within_the_publisher_is_followed(standin: Standin, fetching: Making) -> None:
    standin.faults += [
        Fault("/oud", lambda: Reply(b"", 302, headers={"Location": "/proef"}), 9),
        Fault("/proef", lambda: as_json(GOOD), 9),
    ]
    with fetching() as fetcher:
        answer = fetcher.json(standin.base + "/oud", "proef")
    assert answer.data == GOOD
    assert answer.fetched.address == standin.base + "/proef"


@pytest.mark.parametrize(
    "target",
    [
        "https://elders.example/data",
        "http://pdok.nl/",
        "//elders.example/",
        "ftp://127.0.0.1/",
        "http://127.0.0.1:1/",
    ],
)
def test_a_redirect_to_another_host_is_not_followed(standin: Standin, fetching: Making, target: str) -> None:
    address = _fault(standin, lambda: Reply(b"", 302, headers={"Location": target}), 9)
    with fetching() as fetcher, pytest.raises(FetchError, match="verwijst door") as caught:
        fetcher.json(address, "proef")
    assert caught.value.kind == "refused"


def test_a_redirect_in_a_circle_ends(standin: Standin, fetching: Making) -> None:
    address = _fault(standin, lambda: Reply(b"", 302, headers={"Location": "/proef"}), 99)
    with fetching() as fetcher, pytest.raises(FetchError, match="doorverwijzen"):
        fetcher.json(address, "proef")
    assert standin.asked("/proef") < 10


@pytest.mark.parametrize(
    ("asked", "reached", "allowed"),
    [
        ("https://api.pdok.nl/x", "https://service.pdok.nl/y", True),
        ("https://opendata.cbs.nl/x", "https://dataderden.cbs.nl/y", True),
        ("https://api.pdok.nl/x", "https://pdok.nl.example.com/y", False),
        ("https://api.pdok.nl/x", "http://api.pdok.nl/y", False),
        ("https://api.pdok.nl/x", "https://wie@api.pdok.nl/y", False),
        ("https://api.pdok.nl/x", "file:///etc/passwd", False),
    ],
)
def test_only_https_of_the_same_publisher(asked: str, reached: str, allowed: bool) -> None:
    if allowed:
        assert check_address(reached, asked=asked) == reached
    else:
        with pytest.raises(FetchError):
            check_address(reached, asked=asked)


def test_every_default_address_is_https() -> None:
    texts = [
        item
        for name in Services.__dataclass_fields__
        if name != "limits"
        for value in [getattr(DEFAULT_SERVICES, name)]
        for item in ([value] if isinstance(value, str) else value)
    ]
    assert len(texts) > 10
    for text in texts:
        address = text.format(year=2024, edition="2024")
        assert check_address(address, asked=address)


def test_without_internet_the_error_names_the_host_and_what_to_do(fetching: Making) -> None:
    started = time.monotonic()
    with (
        fetching() as fetcher,
        pytest.raises(FetchError, match=r"api\.pdok\.nl is niet bereikbaar") as caught,
    ):
        fetcher.json("https://api.pdok.nl/x", "proef")
    assert caught.value.kind == "offline"
    assert "data import" in caught.value.todo
    assert "unpack" in caught.value.todo
    assert time.monotonic() - started < 30


def test_progress_tells_bytes(standin: Standin, fetching: Making) -> None:
    told: list[str] = []
    address = _fault(standin, lambda: as_json({"value": "x" * 200_000}))
    with fetching(told) as fetcher:
        fetcher.json(address, "proef")
    assert told[-1] == "proef: 195 kB van 195 kB"
