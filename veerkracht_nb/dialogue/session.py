"""A session: one log, its state, and the one way to write into it."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ..errors import LogDamaged, ScriptError, SessionError
from .authority import authorise, check_actor
from .codec import checked
from .erasure import to_erase
from .events import Actor, Event, Payload, SessionMade, Withdrawn
from .fold import fold, order
from .log import SessionLog, SqliteLog, insert
from .script import parse_script
from .sqlite_file import SUFFIX, look, make_file, reported
from .state import SessionState
from .text import clean_text, tidy

# Without characters that look or sound alike: 0 O 1 I L, and of 2/Z 5/S 8/B U/V only one each.
CODE_ALPHABET = "2345679ACDEFGHJKMNPQRTVWXY8"
CODE_LENGTH = 6
_MINUTE = timedelta(minutes=1)


class Session:
    """An open session.

    May be used from several threads; not across a fork. Made by :func:`create` and :func:`open_session`.
    """

    def __init__(self, log: SessionLog, path: Path) -> None:
        self._log = log
        self._lock = threading.RLock()
        meta = log.meta()
        try:
            self.id, self.code = meta["id"], meta["code"]
            self.facilitator_key, self.screen_key = meta["facilitator_key"], meta["screen_key"]
        except KeyError as error:
            log.close()
            raise LogDamaged(f"In ‘{path.name}’ ontbreekt {error}.") from error
        self.path = path
        self._state = SessionState()
        self._count = 0
        self._folded_version = -1
        self._scrub_due = False

    def submit(
        self, payload: Payload, actor: Actor, nonce: str | None = None, now: datetime | None = None
    ) -> Event:
        """Write what `actor` does, if that is allowed; it is on the disk when this returns.

        Parameters
        ----------
        payload : Payload
            What happens; texts are cleaned here.
        actor : Actor
            Who acts, as the server knows it from the link or the cookie.
        nonce : str, optional
            Made once by the sender for this contribution. Sending it again with the same nonce writes
            nothing and returns the event of the first time.
        now : datetime, optional
            For tests: the time to use instead of the clock's.

        Raises
        ------
        NotAllowed, InvalidContribution
            If it may not be written; nothing has changed then.
        LogError
            If it could not be written; nothing has changed then.
        """
        check_actor(actor)
        event_id = self._event_id(actor, nonce)
        now = now or datetime.now(UTC)
        with self._lock:
            with self._log.write() as writer:
                sent_before = writer.find(event_id)
                if sent_before is not None:
                    return sent_before
                state = self._catch_up(writer.events(self._count))
                recent = writer.recent(actor.id, now - _MINUTE)
                allowed = authorise(state, payload, actor, recent=recent)
                event = writer.append(event_id, allowed.actor, allowed.payload, now)
                if isinstance(event.payload, Withdrawn):
                    writer.erase(to_erase(state.contributions[event.payload.target]))
                    self._scrub_due = True
            self._scrub()
            return event

    def state(self) -> SessionState:
        """Return the whole state. For the server, reports and the facilitator; others get a view of it."""
        with self._lock:
            version = self._log.version()
            if version != self._folded_version:
                self._catch_up(self._log.events(self._count))
                self._folded_version = version
                self._scrub()
            return self._state

    def version(self) -> int:
        """Return a number that grows when anything was written, by whichever process. Cheap."""
        return self._log.version()

    def events(self, after: int = 0) -> tuple[Event, ...]:
        """Return the events after the first `after` ones."""
        return tuple(self._log.events(after))

    def is_facilitator_key(self, text: str) -> bool:
        """Tell whether `text` is the key of the facilitator's link."""
        return _same(text, self.facilitator_key)

    def is_screen_key(self, text: str) -> bool:
        """Tell whether `text` is the key of the screen's link."""
        return _same(text, self.screen_key)

    def beginning(self) -> SessionState:
        """Return the state before anybody took part: how the session was made, and nothing else."""
        return fold(SessionState(), list(self.events()[:1]))

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            self._log.close()

    def resume(self) -> None:
        """Open the file again after :meth:`close`, also in a process that was forked meanwhile.

        Raises
        ------
        SessionNotFound, LogDamaged, LogTooNew, StorageFull
        """
        with self._lock:
            self._log = SqliteLog(self.path)
            self._state, self._count, self._folded_version = SessionState(), 0, -1

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _event_id(self, actor: Actor, nonce: str | None) -> str:
        if nonce is None:
            return secrets.token_hex(16)
        parts = "\0".join((self.id, actor.kind, actor.id, nonce))
        return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:32]

    def _catch_up(self, new: list[Event]) -> SessionState:
        if new:
            last = (self._state.last_at, self._state.last_id)
            if self._state.last_at is not None and min(map(order, new)) <= last:
                # Events of another laptop were put in between; rare enough to start again.
                self._state, new = SessionState(), self._log.events()
                self._count = 0
            self._state = fold(self._state, new)
            self._count += len(new)
        return self._state

    def _scrub(self) -> None:
        if self._scrub_due and self._log.scrub():
            self._scrub_due = False


def _same(text: str, key: str) -> bool:
    return hmac.compare_digest(text.encode("utf-8", "surrogatepass"), key.encode())


def create(folder: Path | str, made: SessionMade, *, session_id: str | None = None) -> Session:
    """Make a session file in `folder` and return the session, open.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    made : SessionMade
        Title, buurten, script and roles. The title is data: the file is named after the id.
    session_id : str, optional
        Lower-case letters, digits and dashes; random when left out.

    Raises
    ------
    ScriptError
        If the draaiboek does not hold together, or names a buurt that is not there.
    SessionError
        If there is a session with this id already, or the title, buurten or roles cannot be used.
    StorageFull
        If the file cannot be written.
    """
    folder = Path(folder)
    session_id = session_id if session_id is not None else secrets.token_hex(8)
    if not session_id.isascii() or not session_id.replace("-", "a").isalnum() or len(session_id) > 40:
        raise SessionError(
            "Deze naam kan niet.", expected="letters, cijfers en streepjes, hoogstens 40", got=session_id
        )
    path = folder / f"{session_id.lower()}{SUFFIX}"
    made = _usable(made)
    with reported(path):
        folder.mkdir(parents=True, exist_ok=True)
    if path.exists():
        raise SessionError(f"Er is al een sessie ‘{session_id}’.", todo="Kies een andere naam.")
    meta = {
        "id": session_id.lower(),
        "code": _free_code(folder),
        "facilitator_key": secrets.token_urlsafe(24),
        "screen_key": secrets.token_urlsafe(24),
    }
    write_file(path, meta, [_first(made)])
    return open_session(path)


def _first(made: SessionMade) -> Event:
    actor = Actor(id="begeleider", kind="begeleider")
    return Event(id=secrets.token_hex(16), at=datetime.now(UTC), actor=actor, payload=made)


def write_file(path: Path, meta: dict[str, str], events: list[Event]) -> None:
    """Write a whole session file, which is there completely or not at all."""
    draft = path.with_name(f".{path.stem}.{secrets.token_hex(4)}.nieuw")
    try:
        db = make_file(draft, meta)
        with reported(path):
            try:
                db.execute("BEGIN IMMEDIATE")
                for event in events:
                    insert(db, event)
                db.execute("COMMIT")
            finally:
                db.close()
            draft.rename(path)
            _sync_folder(path.parent)
    except BaseException:
        for leftover in (draft, *_beside(draft)):
            with suppress(OSError):
                leftover.unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    """Put the new name itself on the disk, where the system has a way to ask for that."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _usable(made: SessionMade) -> SessionMade:
    made = replace(made, title=clean_text(made.title, 120), municipality_name=tidy(made.municipality_name))
    made = checked(made)  # type: ignore[assignment]
    script = parse_script(made.script)
    codes = {buurt.code for buurt in made.buurten}
    if not codes or len(codes) != len(made.buurten):
        raise SessionError(
            "Een sessie heeft buurten nodig, elk met een eigen code.", got=str(len(made.buurten))
        )
    if not made.roles or len(set(made.roles)) != len(made.roles):
        raise SessionError("Een sessie heeft rollen nodig, elk één keer.", got=", ".join(made.roles))
    for step in script.steps:
        strangers = [code for code in step.focus if code not in codes]
        if strangers:
            raise ScriptError(
                f"Stap ‘{step.id}’ gaat over een buurt die niet bij de sessie hoort.",
                expected=f"codes van {made.municipality_name}",
                got=", ".join(strangers),
            )
    return made


def _free_code(folder: Path) -> str:
    from .listing import codes_in

    taken = codes_in(folder)
    while True:
        code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
        if code not in taken:
            return code


def open_session(path: Path | str) -> Session:
    """Open the session in this file, after checking that the file is whole.

    Raises
    ------
    SessionNotFound, LogDamaged, LogTooNew, StorageFull
    """
    path = Path(path)
    session = Session(SqliteLog(path), path)
    if session.state().made is None:
        session.close()
        raise LogDamaged(f"‘{path.name}’ begint niet met het maken van de sessie.")
    return session


def delete(path: Path | str) -> None:
    """Delete a session file and what SQLite keeps beside it.

    Raises
    ------
    SessionNotFound
        If there is no such file.
    SessionError
        If the name is not that of a session file; then nothing is deleted.
    """
    path = Path(path)
    if path.suffix != SUFFIX:
        raise SessionError(f"‘{path.name}’ is geen sessiebestand.", expected=f"een naam op {SUFFIX}")
    if not path.exists():
        look(path)
    with reported(path):
        for file in (*_beside(path), path):
            file.unlink(missing_ok=True)


def _beside(path: Path) -> tuple[Path, ...]:
    return tuple(path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal"))
