"""The SQLite file of a session: its shape, how it is opened, and what its errors mean to a user."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from ..errors import LogDamaged, LogError, LogTooNew, SessionNotFound, StorageFull
from ..i18n import _

SUFFIX = ".sessie"
APPLICATION_ID = 0x5645524B  # "VERK"
SCHEMA = 1
"""Grows when an older version could no longer read the file; a new kind of event does not need that."""

BUSY_SECONDS = 20.0

_PRAGMAS = (
    "synchronous = FULL",  # committed is on the disk, also when the power fails
    "secure_delete = ON",  # what is erased is overwritten
    "temp_store = MEMORY",
    "trusted_schema = OFF",
    "wal_autocheckpoint = 100",  # who copies the file alone misses little
)

_DDL = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE event (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  at INTEGER NOT NULL,  -- microseconds since 1970, UTC
  actor_id TEXT NOT NULL,
  actor_kind TEXT NOT NULL CHECK (actor_kind IN ('deelnemer', 'begeleider', 'scherm')),
  actor_role TEXT NOT NULL,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL
) STRICT;
CREATE INDEX event_at ON event (at);
CREATE TRIGGER event_stays BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
CREATE TRIGGER event_stands BEFORE UPDATE OF seq, id, at, actor_id, actor_kind, actor_role, kind ON event
BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
"""


def make_file(path: Path, meta: Mapping[str, str]) -> sqlite3.Connection:
    """Make a new, empty session file that only its owner can read, and return it open.

    Raises
    ------
    StorageFull, LogError
        If it cannot be written; ``FileExistsError`` if it is there already.
    """
    with reported(path):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        db = _open(path)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {SCHEMA}")
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript("BEGIN;" + _DDL + "COMMIT;")
        db.executemany("INSERT INTO meta (key, value) VALUES (?, ?)", sorted(meta.items()))
        return db


def connect(path: Path) -> sqlite3.Connection:
    """Open a session file for reading and writing, after looking at it without touching it.

    Raises
    ------
    SessionNotFound, LogDamaged, LogTooNew, StorageFull
    """
    try:
        _check_pages(path)
    except LogDamaged:
        # Somebody may have opened the file while it was read as if nobody would: look again, with locks.
        if not _wal(path).exists():
            raise
        _check_pages(path)
    with reported(path):
        return _open(path)


def _check_pages(path: Path) -> None:
    with closing(look(path)) as db, reported(path):
        found = [row[0] for row in db.execute("PRAGMA quick_check(1)")]
    if found != ["ok"]:
        raise damaged(path, str(found[0])[:200])


def _wal(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def look(path: Path) -> sqlite3.Connection:
    """Open a session file for reading only; a file that is not good stays exactly as it is."""
    _check_header(path)
    with reported(path):
        db = _read_only(path)
        tables = {row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if not {"meta", "event"} <= tables:
        db.close()
        raise damaged(path, "de tabellen van een sessie ontbreken")
    return db


def _read_only(path: Path) -> sqlite3.Connection:
    # Without a write-ahead log nobody has it open, and then SQLite need not leave anything beside it.
    alone = "" if _wal(path).exists() else "&immutable=1"
    return sqlite3.connect(
        f"file:{quote(os.fsencode(path.resolve()))}?mode=ro{alone}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
    )


def _open(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    for pragma in _PRAGMAS:
        db.execute(f"PRAGMA {pragma}")
    return db


def _check_header(path: Path) -> None:
    # Only SQLite itself may open the file: closing any other handle on it would, on POSIX systems, drop the locks
    # that this process holds on it, and the next process to leave would remove the write-ahead log under us.
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise SessionNotFound(
            f"Er is geen sessiebestand ‘{path.name}’.", todo="Kijk in de lijst van sessies."
        ) from error
    except OSError as error:
        raise LogError(f"Het sessiebestand ‘{path.name}’ is niet te lezen.", got=str(error)) from error
    if not size:
        raise damaged(path, "een leeg bestand")
    with reported(path), closing(_read_only(path)) as db:
        (application,) = db.execute("PRAGMA application_id").fetchone()
        (version,) = db.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION_ID:
        raise damaged(path, "een SQLite-bestand van iets anders")
    if version > SCHEMA:
        raise LogTooNew(
            _("Het sessiebestand ‘{name}’ is van een nieuwere versie.").format(name=path.name),
            expected=_("versie {n} of ouder").format(n=SCHEMA),
            got=_("versie {n}").format(n=version),
            todo=_("Werk veerkracht_nb bij op deze laptop; het bestand blijft zoals het is."),
        )


def damaged(path: Path, got: str) -> LogDamaged:
    """Return the error for a file that is corrupt or something else."""
    return LogDamaged(
        _("‘{name}’ is beschadigd of geen sessiebestand.").format(name=path.name),
        expected=_("een heel sessiebestand van veerkracht_nb"),
        got=" ".join(got.split()),
        todo=_("Er is niets aan het bestand veranderd. Zet een reservekopie terug, of laat het nakijken."),
    )


_FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}
_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}


@contextmanager
def reported(path: Path) -> Iterator[None]:
    """Turn errors of SQLite and of the disk into those of this package."""
    try:
        yield
    except sqlite3.Error as error:
        # The first byte is the error, the others its variety.
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        # Without a code it is the module that cannot decode what it read.
        if code in _BROKEN or (not code and isinstance(error, sqlite3.OperationalError)):
            raise damaged(path, str(error)) from error
        if code in _FULL:
            raise _full(path, str(error)) from error
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise LogError(
                _("Het sessiebestand is bezet."),
                got=f"langer dan {BUSY_SECONDS:.0f} seconden in gebruik door een ander programma",
                todo=_("Probeer het opnieuw; sluit programma's die het bestand kopiëren of bekijken."),
            ) from error
        raise LogError(f"Het sessiebestand ‘{path.name}’ doet het niet.", got=str(error)) from error
    except FileExistsError:
        raise
    except OSError as error:
        raise _full(path, str(error)) from error


def _full(path: Path, got: str) -> StorageFull:
    return StorageFull(
        _("Het sessiebestand ‘{name}’ is niet te schrijven; deze bijdrage is niet bewaard.").format(
            name=path.name
        ),
        expected=_("ruimte op de schijf en recht om te schrijven"),
        got=got,
        todo=_(
            "Maak ruimte vrij of maak de map schrijfbaar en probeer het opnieuw. Wat bewaard was is er nog."
        ),
    )
