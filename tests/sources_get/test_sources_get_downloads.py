"""Files: resumed where they broke off, kept, and refused when they are something else."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from standin import Fault, Reply, Standin

from veerkracht_nb.sources.get.downloads import download
from veerkracht_nb.sources.get.errors import FetchError
from veerkracht_nb.sources.get.http import Fetcher
from veerkracht_nb.sources.get.progress import Steps

Making = Callable[..., AbstractContextManager[Fetcher]]
BODY = b"PK\x03\x04" + random.Random(1).randbytes(300_000)


@pytest.fixture
def fetching(standin: Standin, tmp_path: Path) -> Making:
    standin.files["groot.zip"] = BODY

    @contextmanager
    def make(**limits: Any) -> Iterator[Fetcher]:
        steps = Steps(tell=lambda text, share: None, total=1)
        with Fetcher(tmp_path / "cache", standin.services(**limits).limits, steps) as fetcher:
            yield fetcher

    return make


def _cut(standin: Standin, at: int, etag: str = '"v1"') -> Callable[[], Reply]:
    return lambda: Reply(BODY, 200, "application/zip", {"ETag": etag}, cut=at)


def test_a_download_that_breaks_off_is_resumed(standin: Standin, fetching: Making) -> None:
    standin.faults.append(Fault("/files/groot", _cut(standin, 100_000)))
    with fetching() as fetcher:
        path, fetched = download(fetcher, standin.base + "/files/groot.zip", "proef")
    assert path.read_bytes() == BODY
    assert fetched.sha256 == hashlib.sha256(BODY).hexdigest()
    assert standin.requests[1][1]["range"].startswith("bytes=")
    assert int(standin.requests[1][1]["range"][6:-1]) > 0
    assert list(path.parent.glob("*.deel*")) == []


def test_a_later_run_goes_on_where_the_last_one_was(standin: Standin, fetching: Making) -> None:
    standin.faults.append(Fault("/files/groot", _cut(standin, 100_000)))
    with fetching(attempts=1) as fetcher, pytest.raises(FetchError, match="breekt"):
        download(fetcher, standin.base + "/files/groot.zip", "proef")
    with fetching() as fetcher:
        path, _ = download(fetcher, standin.base + "/files/groot.zip", "proef")
    assert path.read_bytes() == BODY
    assert "range" in standin.requests[1][1]


def test_a_file_that_changed_in_between_is_fetched_whole(standin: Standin, fetching: Making) -> None:
    standin.faults.append(Fault("/files/groot", _cut(standin, 100_000, '"oud"')))
    with fetching() as fetcher:
        path, fetched = download(fetcher, standin.base + "/files/groot.zip", "proef")
    assert path.read_bytes() == BODY
    assert fetched.etag == '"v1"'


def test_a_file_without_marks_is_never_glued(standin: Standin, fetching: Making) -> None:
    standin.faults.append(Fault("/files/groot", _cut(standin, 100_000, "")))
    with fetching() as fetcher:
        path, _ = download(fetcher, standin.base + "/files/groot.zip", "proef")
    assert path.read_bytes() == BODY
    assert "range" not in standin.requests[1][1]


def test_a_part_that_is_longer_than_the_file_is_thrown_away(standin: Standin, fetching: Making) -> None:
    standin.faults.append(Fault("/files/groot", _cut(standin, 100_000)))
    with fetching(attempts=1) as fetcher, pytest.raises(FetchError):
        download(fetcher, standin.base + "/files/groot.zip", "proef")
    standin.files["groot.zip"] = BODY[:50_000]
    with fetching() as fetcher:
        path, _ = download(fetcher, standin.base + "/files/groot.zip", "proef")
    assert path.read_bytes() == BODY[:50_000]


def test_a_part_of_another_place_than_asked_is_refused(standin: Standin, fetching: Making) -> None:
    standin.faults += [
        Fault("/files/groot", _cut(standin, 100_000)),
        Fault("/files/groot", lambda: Reply(BODY[:10], 206, headers={"Content-Range": "bytes 0-9/300004"})),
    ]
    with fetching() as fetcher, pytest.raises(FetchError, match="ander deel"):
        download(fetcher, standin.base + "/files/groot.zip", "proef")


def test_a_file_is_kept_and_not_fetched_again(standin: Standin, fetching: Making) -> None:
    for again in (False, True):
        with fetching() as fetcher:
            _, fetched = download(fetcher, standin.base + "/files/groot.zip", "proef")
        assert fetched.from_cache is again
    assert standin.asked("groot") == 1


@pytest.mark.parametrize(
    ("body", "found"), [(b"<html>inloggen</html>", "webpagina"), (b"", "leeg"), (b"GIF89a", "GIF89a")]
)
def test_what_is_not_the_kind_of_its_name_is_refused_and_not_kept(
    standin: Standin, fetching: Making, body: bytes, found: str
) -> None:
    standin.faults.append(Fault("/files/groot", lambda: Reply(body, 200, "application/zip", {"ETag": '"x"'})))
    with fetching() as fetcher:
        with pytest.raises(FetchError) as caught:
            download(fetcher, standin.base + "/files/groot.zip", "proef")
        assert found in caught.value.got
        path, _ = download(fetcher, standin.base + "/files/groot.zip", "proef")
    assert path.read_bytes() == BODY


def test_a_file_over_the_limit_is_not_fetched(standin: Standin, fetching: Making) -> None:
    with fetching(file_bytes=1000) as fetcher, pytest.raises(FetchError, match="te groot"):
        download(fetcher, standin.base + "/files/groot.zip", "proef")


def test_a_file_that_is_packed_against_the_question_is_refused(standin: Standin, fetching: Making) -> None:
    standin.faults.append(Fault("/files/groot", lambda: Reply(b"x", headers={"Content-Encoding": "gzip"})))
    with fetching() as fetcher, pytest.raises(FetchError, match="anders in"):
        download(fetcher, standin.base + "/files/groot.zip", "proef")
