"""The append-only log of one session.

:class:`SessionLog` is what a session needs of a log, small enough to be kept elsewhere than in a file;
:class:`SqliteLog` keeps it in one SQLite file.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from ..errors import LogDamaged, SessionError, StorageFull
from .codec import decode, encode, kind_of
from .erasure import erased
from .events import Actor, Event, Payload
from .sqlite_file import connect, reported

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_COLUMNS = "id, at, actor_id, actor_kind, actor_role, kind, payload"


class LogWriter(Protocol):
    """What can be done inside one write transaction, while nobody else writes."""

    def find(self, event_id: str) -> Event | None:
        """Return the event with this id, if it is there."""

    def events(self, after: int = 0) -> list[Event]:
        """Return the events after the first `after` ones."""

    def recent(self, actor_id: str, since: datetime) -> int:
        """Return how many events this actor wrote after `since`."""

    def append(self, event_id: str, actor: Actor, payload: Payload, now: datetime) -> Event:
        """Write an event and return it, with `at` later than every event before it."""

    def erase(self, event_ids: tuple[str, ...]) -> None:
        """Take the texts out of these events, for good."""


class SessionLog(Protocol):
    """What a session needs of a log. Every method may raise a :class:`~veerkracht_nb.errors.LogError`."""

    def meta(self) -> Mapping[str, str]:
        """Return what is fixed when the session is made: id, code, keys."""

    def events(self, after: int = 0) -> list[Event]:
        """Return the events after the first `after` ones; nothing is ever taken from the row."""

    def version(self) -> int:
        """Return a number that grows when anything was written, by whomever. Cheap enough to ask all day."""

    def write(self) -> AbstractContextManager[LogWriter]:
        """Begin a write transaction. What is written is on the disk when the block ends, or not at all."""

    def scrub(self) -> bool:
        """Remove erased texts from wherever the log keeps copies; False if a reader is in the way just
        now."""

    def close(self) -> None:
        """Release the log."""


class SqliteLog:
    """A session log in one SQLite file, in WAL mode, synced to the disk at every commit.

    May be used from several threads; the calls are taken one at a time.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._db = connect(path)
        # A writer that was killed right after a withdrawal left the text in the write-ahead log.
        with suppress(StorageFull):
            self.scrub(patience=())
        self._seen = -1
        self._version = 0

    def meta(self) -> Mapping[str, str]:
        """Return what is fixed when the session is made: id, code, keys."""
        with self._lock, reported(self.path):
            return dict(self._db.execute("SELECT key, value FROM meta"))

    def events(self, after: int = 0) -> list[Event]:
        """Return the events after the first `after` ones, in the order in which they were written."""
        with self._lock, reported(self.path):
            return [
                _event(row)
                for row in self._db.execute(
                    "SELECT id, at, actor_id, actor_kind, actor_role, kind, payload"
                    " FROM event WHERE seq > ? ORDER BY seq",
                    (after,),
                )
            ]

    def version(self) -> int:
        """Return a number that grows when anything was written, by this object or another process."""
        with self._lock, reported(self.path):
            seen = self._db.execute("PRAGMA data_version").fetchone()[0]
            if seen != self._seen:
                self._seen = seen
                self._version += 1
            return self._version

    @contextmanager
    def write(self) -> Iterator[LogWriter]:
        """Begin a write transaction; commit at the end of the block, or take everything back on an error."""
        with self._lock, reported(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield _SqliteWriter(self, self._db)
                self._db.execute("COMMIT")
            except BaseException:
                # A full disk rolls back by itself.
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
            # PRAGMA data_version does not move for commits of this connection.
            self._version += 1

    def scrub(self, patience: tuple[float, ...] = (0.02, 0.1, 0.3)) -> bool:
        """Empty the write-ahead log, which holds pages as they were before a text was erased."""
        with self._lock, reported(self.path):
            for wait in (0.0, *patience):
                time.sleep(wait)
                try:
                    busy = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
                except sqlite3.OperationalError as error:
                    if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                        raise
                    busy = 1
                if not busy:
                    return True
            return False

    def close(self) -> None:
        """Close the file; the last one to close it tidies up beside it."""
        with self._lock:
            self._db.close()


class _SqliteWriter:
    def __init__(self, log: SqliteLog, db: sqlite3.Connection) -> None:
        self._log = log
        self._db = db

    def find(self, event_id: str) -> Event | None:
        row = self._db.execute(
            "SELECT id, at, actor_id, actor_kind, actor_role, kind, payload FROM event WHERE id = ?",
            (event_id,),
        ).fetchone()
        return _event(row) if row else None

    def events(self, after: int = 0) -> list[Event]:
        return self._log.events(after)

    def recent(self, actor_id: str, since: datetime) -> int:
        count = self._db.execute(
            "SELECT count(*) FROM event WHERE at > ? AND actor_id = ?", (_micros(since), actor_id)
        ).fetchone()[0]
        return int(count)

    def append(self, event_id: str, actor: Actor, payload: Payload, now: datetime) -> Event:
        last = self._db.execute("SELECT at FROM event ORDER BY seq DESC LIMIT 1").fetchone()
        at = max(_micros(now), last[0] + 1 if last else 0)
        event = Event(id=event_id, at=_EPOCH + at * _MICROSECOND, actor=actor, payload=payload)
        insert(self._db, event)
        return event

    def erase(self, event_ids: tuple[str, ...]) -> None:
        for event_id in event_ids:
            event = self.find(event_id)
            if event is None:
                raise SessionError(
                    "Wat moet worden gewist staat niet in het verslag van de sessie.", got=event_id
                )
            body = encode(erased(event.payload))
            # As long as it was, so that SQLite writes over the old bytes and moves nothing else about.
            self._db.execute(
                "UPDATE event SET payload = ?1 || printf('%*s', length(CAST(payload AS BLOB)) - ?2, '')"
                " WHERE id = ?3",
                (body, len(body.encode()), event_id),
            )


def insert(db: sqlite3.Connection, event: Event) -> None:
    """Write `event` as it is, at the end."""
    actor = event.actor
    # One spare byte: erasing puts `null` where a text of one character with its quotes stood.
    body = encode(event.payload) + " "
    db.execute(
        f"INSERT INTO event ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        (event.id, _micros(event.at), actor.id, actor.kind, actor.role, kind_of(event.payload), body),
    )


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def _event(row: tuple[str, int, str, str, str, str, str]) -> Event:
    event_id, at, actor_id, actor_kind, actor_role, kind, body = row
    try:
        moment = _EPOCH + at * _MICROSECOND
    except OverflowError as error:
        raise LogDamaged(f"Gebeurtenis {event_id} heeft een onmogelijke tijd.", got=str(at)) from error
    return Event(
        id=event_id,
        at=moment,
        actor=Actor(id=actor_id, kind=actor_kind, role=actor_role),  # type: ignore[arg-type]
        payload=decode(kind, body.rstrip(" ")),
    )
