"""The one way to a publisher: retries with back-off, a cache, limits in size and time, no foreign hosts.

Answers of services go through an HTTP cache (hishel) in the data folder, so that a download that was broken
off goes on where it was. Only answers that were read to the end and hold what they should are kept. Files go
to :mod:`.downloads`, which resumes them.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any, TypeVar

import hishel
import httpx
import stamina
from hishel.httpx import CacheClient

from .addresses import check_address, host_of, joined
from .answers import (
    TryAgain,
    answered_at,
    cache_error,
    check_status,
    json_object,
    server_error,
    too_large,
    unreachable,
)
from .errors import OFFLINE_TODO, FetchError
from .progress import Steps
from .services import Limits

# The user is told by progress and errors; a library's log line on the console says nothing to them.
logging.getLogger("stamina").addHandler(logging.NullHandler())

try:
    _VERSION = metadata.version("veerkracht_nb")
except metadata.PackageNotFoundError:
    _VERSION = "0"
USER_AGENT = f"veerkracht_nb/{_VERSION} (werksessies over buurten; gebruikt open data)"
_REDIRECTS = 5
_CACHE_BYTES = 2 * 1024**3
_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """One answer of a publisher: what was asked, when, and what identifies the answer.

    Attributes
    ----------
    what : str
        What it is, in Dutch.
    address : str
        Address that answered, with its query.
    at : datetime
        When the publisher answered, with time zone; for an answer from the cache, when it was first given.
    etag, last_modified : str
        As the publisher gave them; empty where it did not.
    sha256 : str
    size : int
        Bytes, unpacked.
    from_cache : bool
    """

    what: str
    address: str
    at: datetime
    etag: str
    last_modified: str
    sha256: str
    size: int
    from_cache: bool


@dataclass(frozen=True, kw_only=True)
class Answer:
    """JSON of a publisher, the headers that matter, and where it came from."""

    data: dict[str, Any]
    crs: str
    fetched: Fetched


class Fetcher:
    """Asks publishers for answers and files; use it as a context manager.

    Parameters
    ----------
    folder : pathlib.Path
        Folder for the cache; made if it is not there.
    limits : Limits
    steps : Steps
        Is told of the bytes that come in.
    """

    def __init__(self, folder: Path, limits: Limits, steps: Steps) -> None:
        self.folder = folder
        self.limits = limits
        self.steps = steps
        self.fetched: list[Fetched] = []
        self._until = time.monotonic() + limits.total_seconds
        timeout = httpx.Timeout(limits.read_seconds, connect=limits.connect_seconds)
        headers = {"User-Agent": USER_AGENT, "Accept-Language": "nl"}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._storage = _open_storage(folder / "antwoorden.db", limits.keep_seconds)
        except (OSError, sqlite3.Error) as error:
            raise cache_error(folder, error) from error
        self._cached = CacheClient(storage=self._storage, timeout=timeout, headers=headers)
        self.client = httpx.Client(timeout=timeout, headers=headers)

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self._cached.close()
        self.client.close()
        self._storage.close()

    def json(self, address: str, what: str) -> Answer:
        """Return the JSON object at an address.

        Raises
        ------
        FetchError
            If the host cannot be reached, refuses, keeps failing, or the answer is too large, too slow or no
            JSON object.
        """
        check_address(address, asked=address)
        key = hashlib.sha256(address.encode()).hexdigest()
        extensions = {"caching": {"key": key}}
        try:
            body, response = self.attempts(lambda: self._body(address, extensions), address)
        except (sqlite3.Error, OSError) as error:
            raise cache_error(self.folder, error) from error
        caching = response.extensions.get("caching")
        fetched = Fetched(
            what=what,
            address=str(response.request.url),
            at=answered_at(response),
            etag=response.headers.get("etag", ""),
            last_modified=response.headers.get("last-modified", ""),
            sha256=hashlib.sha256(body).hexdigest(),
            size=len(body),
            from_cache=bool(caching and caching["from_cache"]),
        )
        try:
            data = json_object(body, response)
        except FetchError:
            self._forget(key)
            raise
        self.fetched.append(fetched)
        return Answer(data=data, crs=response.headers.get("content-crs", ""), fetched=fetched)

    def attempts(self, once: Callable[[], _T], address: str) -> _T:
        """Return what `once` gives, tried again after a time-out, a broken connection, 429 or 5xx.

        Raises
        ------
        FetchError
            With what was the matter the last time.
        """
        limits = self.limits
        host = host_of(address)
        try:
            for attempt in stamina.retry_context(
                on=self._worth_another,
                attempts=limits.attempts,
                timeout=max(0.1, self._until - time.monotonic()),
                wait_initial=limits.wait_seconds,
                wait_max=limits.wait_most_seconds,
                wait_jitter=limits.wait_seconds,
            ):
                with attempt:
                    self.check_time(host)
                    return once()
        except TryAgain as error:
            raise server_error(host, error) from error
        except httpx.TimeoutException as error:
            raise FetchError(
                f"{host} antwoordt niet op tijd.",
                kind="server",
                host=host,
                expected=f"een antwoord binnen {limits.read_seconds:g} seconden",
                got=f"{limits.attempts} keer geprobeerd",
                todo=OFFLINE_TODO,
            ) from error
        except httpx.TransportError as error:
            raise unreachable(host, error) from error
        except httpx.HTTPError as error:
            raise FetchError(
                f"Het antwoord van {host} is niet te lezen.", kind="content", host=host, got=str(error)[:200]
            ) from error
        raise AssertionError("stamina gives at least one attempt")

    def _worth_another(self, error: Exception) -> bool | float:
        if isinstance(error, TryAgain):
            return error.wait or True
        # No connection at all is told at once: a laptop without internet must not wait for it.
        broken = httpx.TimeoutException, httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError
        return isinstance(error, broken)

    @contextmanager
    def stream(
        self, client: httpx.Client, address: str, headers: dict[str, str], extensions: dict[str, Any]
    ) -> Iterator[httpx.Response]:
        """Yield the answer to a request, after redirects within the publisher, with its body still to come."""
        url = address
        for _ in range(_REDIRECTS + 1):
            with client.stream("GET", url, headers=headers, extensions=extensions) as response:
                if not response.is_redirect:
                    yield response
                    return
                url = joined(address, response.headers.get("location", ""))
        raise FetchError(f"{host_of(address)} blijft doorverwijzen.", kind="refused", host=host_of(address))

    def _body(self, address: str, extensions: dict[str, Any]) -> tuple[bytes, httpx.Response]:
        accept = {"Accept": "application/geo+json, application/json;q=0.9", "Accept-Encoding": "gzip"}
        with self.stream(self._cached, address, accept, extensions) as response:
            check_status(response, self.limits)
            body = b"".join(self.pieces(response, self.limits.answer_bytes))
        return body, response

    def pieces(self, response: httpx.Response, most: int, *, had: int = 0) -> Iterator[bytes]:
        """Yield the unpacked body in pieces, and stop where it gets too large or takes too long."""
        length = response.headers.get("content-length", "")
        packed = "content-encoding" in response.headers
        of = had + int(length) if length.isdigit() and not packed else None
        host = host_of(str(response.url))
        if of and of > most:
            raise too_large(host, most, of)
        size = had
        # As it comes: collecting larger pieces would let a trickle go on past the time limit.
        for piece in response.iter_bytes():
            size += len(piece)
            if size > most:
                raise too_large(host, most, size)
            self.check_time(host)
            self.steps.received(size, of)
            yield piece

    def check_time(self, host: str) -> None:
        """Raise FetchError when the time for everything together is up."""
        if time.monotonic() > self._until:
            raise FetchError(
                f"Ophalen bij {host} duurt te lang.",
                kind="limit",
                host=host,
                expected=f"klaar binnen {self.limits.total_seconds / 60:.0f} minuten",
                todo="Geef dezelfde opdracht nog eens: wat er al is, is bewaard.",
            )

    def _forget(self, key: str) -> None:
        for entry in self._storage.get_entries(key):
            self._storage.remove_entry(entry.id)


def _open_storage(path: Path, keep_seconds: float) -> hishel.SqliteStorage:
    for last in (False, True):
        storage = hishel.SqliteStorage(
            database_path=path, default_ttl=keep_seconds, max_size=_CACHE_BYTES, soft_delete_ttl=0.0
        )
        try:
            storage.get_entries("")
            return storage
        except (sqlite3.DatabaseError, RuntimeError):
            # A damaged cache, or one of another version, holds nothing that cannot be fetched again.
            storage.close()
            if last:
                raise
            for leftover in (path, Path(f"{path}-wal"), Path(f"{path}-shm"), Path(f"{path}-journal")):
                leftover.unlink(missing_ok=True)
    raise AssertionError
