"""What the server wants from sessions and municipalities; the only module here that calls those rooms."""

from __future__ import annotations

import contextlib
import hmac
import logging
import re
import secrets
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from .. import dialogue
from ..dialogue import Actor, SeatTaken, Session, SessionClosed, SessionInfo, SessionReopened, tidy_code
from ..dialogue.sqlite_file import SUFFIX
from ..errors import SessionError, VeerkrachtError
from .cookies import ADMINISTRATOR

CODE = re.compile(r"[A-Z0-9]{4,12}")
log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class SessionRow:
    """One session in the list of the start page."""

    id: str
    code: str
    title: str
    municipality: str
    closed: bool
    started: bool
    people: int
    last: str
    """Day and time of the last event, as text; empty when nothing happened yet."""
    facilitator_key: str
    screen_key: str


@dataclass(frozen=True, kw_only=True)
class MunicipalityRow:
    """One municipality that has data on this machine."""

    code: str
    name: str
    year: int
    sources: tuple[str, ...]
    imported: str
    fictional: bool


@dataclass(frozen=True, kw_only=True)
class OwnProfileRow:
    """A profile from an own table of one municipality."""

    key: str
    title: str
    code: str
    municipality: str

    @property
    def value(self) -> str:
        """What the form sends: two municipalities may have a table of the same name."""
        return f"{self.code}:{self.key}"


@dataclass(frozen=True, kw_only=True)
class CountryRow:
    """The country that was read last: code and name of each municipality of which there are borders, and their year."""

    year: int | None
    gemeenten: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class NewSession:
    """The form of a new session, as it was filled in."""

    gemeente: str
    profile: str = "automatisch"
    view: str = "relatief"
    script: str = "werksessie"
    title: str = ""


class Desk:
    """All sessions of one folder, opened once each.

    Parameters
    ----------
    folder : Path
        Folder of session files.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: dict[Path, Session] = {}
        self._damaged: set[tuple[Path, float]] = set()
        self._own: dict[tuple[Path, int], list[OwnProfileRow]] = {}

    def sessions(self) -> list[Session]:
        """Return every readable session; a damaged file is left out."""
        there = {path for path in self.folder.glob(f"*{SUFFIX}") if path.is_file()}
        for gone in self._open.keys() - there:
            self._open.pop(gone).close()
        for path in sorted(there - self._open.keys()):
            mark = (path, path.stat().st_mtime)
            if mark in self._damaged:
                continue
            try:
                self._open[path] = dialogue.open_session(path)
            except SessionError:
                self._damaged.add(mark)
        return list(self._open.values())

    def by_code(self, code: str) -> Session | None:
        """Return the session with this join code, however it was typed."""
        code = tidy_code(code)
        if not CODE.fullmatch(code):
            return None
        known = next((s for s in self._open.values() if s.code == code and s.path.exists()), None)
        return known or next((s for s in self.sessions() if s.code == code), None)

    def by_id(self, session_id: str) -> Session | None:
        """Return the session with this id."""
        return next((s for s in self.sessions() if s.id == session_id), None)

    def by_path(self, path: Path) -> Session | None:
        """Return the session of this file, if it is open here."""
        return self._open.get(path)

    def by_facilitator_key(self, key: str) -> Session | None:
        """Return the session of this secret; every session is compared, in constant time."""
        return self._by_key(key, "facilitator_key")

    def by_screen_key(self, key: str) -> Session | None:
        """Return the session of this secret; every session is compared, in constant time."""
        return self._by_key(key, "screen_key")

    def _by_key(self, key: str, name: str) -> Session | None:
        given = key.encode("utf-8", "replace")
        found = [s for s in self.sessions() if hmac.compare_digest(str(getattr(s, name)).encode(), given)]
        return found[0] if found else None

    def take_seat(self, session: Session, role: str) -> Actor:
        """Seat a new participant and return the actor, once the log has it.

        Raises
        ------
        SessionError
            If the role is not in the list of the session, or the session is closed.
        """
        actor = Actor(id=secrets.token_urlsafe(12), kind="deelnemer", role=role)
        session.submit(SeatTaken(role=role), actor)
        return actor

    def rows(self) -> list[SessionRow]:
        """Return what the start page shows, newest first."""
        by_path = {session.path: session for session in self.sessions()}
        infos = dialogue.list_sessions(self.folder)
        return [_row(info, by_path[info.path]) for info in infos if not info.error and info.path in by_path]

    def damaged(self) -> list[str]:
        """Return the names of session files that cannot be read."""
        return [info.path.name for info in dialogue.list_sessions(self.folder) if info.error]

    def create(self, new: NewSession) -> Session:
        """Prepare a session from a municipality that has data.

        Raises
        ------
        VeerkrachtError
        """
        from ..apps.prepare import prepare_session

        made = prepare_session(
            new.gemeente,
            title=new.title,
            profile=new.profile,
            view=cast(Literal["relatief", "absoluut"], new.view),
            script=new.script,
            folder=self.folder,
        )
        self._open[made.path] = made
        return made

    def close(self, session: Session) -> None:
        """End a session: nobody can contribute any more."""
        session.submit(SessionClosed(), Actor(id=ADMINISTRATOR, kind="begeleider"))

    def reopen(self, session: Session) -> None:
        """Let a closed session go on."""
        session.submit(SessionReopened(), Actor(id=ADMINISTRATOR, kind="begeleider"))

    def delete(self, session: Session) -> None:
        """Remove a session with all that was said in it."""
        self._open.pop(session.path, None)
        session.close()
        dialogue.delete(session.path)

    @staticmethod
    def export(path: Path) -> bytes:
        """Return the notes and maps of a session as one zip file; any thread may do this.

        Raises
        ------
        ExportError
        """
        from ..apps.prepare import export

        session = dialogue.open_session(path)
        with contextlib.closing(session), tempfile.TemporaryDirectory(prefix="veerkracht-") as folder:
            files = export(session, Path(folder))
            archive = Path(folder) / "alles.zip"
            with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
                for file in files:
                    zipped.write(file, file.name)
            return archive.read_bytes()

    def municipalities(self) -> list[MunicipalityRow]:
        """Return the municipalities that have data on this machine."""
        from ..sources import list_municipalities

        return [
            MunicipalityRow(
                code=info.code,
                name=info.name,
                year=info.year,
                sources=tuple(part.strip() for part in info.editions.split(";") if part.strip()),
                imported=f"{info.imported_at:%d-%m-%Y}" if info.imported_at else "",
                fictional=info.fictional,
            )
            for info in list_municipalities()
        ]

    def own_profiles(self) -> list[OwnProfileRow]:
        """Return the profiles of own tables that can be computed; files that did not change are not read again."""
        from ..areas.own import OWN_TITLE
        from ..signal import PROFILES, profile_choices
        from ..sources import list_municipalities, load_municipality

        found: dict[tuple[Path, int], list[OwnProfileRow]] = {}
        for info in list_municipalities():
            if OWN_TITLE.strip() not in info.editions:
                continue
            mark = (info.path, info.path.stat().st_mtime_ns)
            if mark not in self._own:
                choices = profile_choices(load_municipality(info.code, info.year))
                self._own[mark] = [
                    OwnProfileRow(key=key, title=title, code=info.code, municipality=info.name)
                    for key, title in choices
                    if key not in PROFILES
                ]
            found[mark] = self._own[mark]
        self._own = found
        return [row for rows in found.values() for row in rows]

    def country(self) -> CountryRow | None:
        """Return what can be taken from the national files on this machine; None where there are none to read."""
        from ..paths import data_folder
        from ..sources._national_cache import newest_cache
        from ..sources.national import national_areas

        try:
            areas = national_areas()
        except VeerkrachtError as error:
            log.warning("%s", error)
            return None
        if areas is None:
            return CountryRow(year=None, gemeenten=()) if newest_cache(data_folder()) else None
        gemeenten = sorted(areas.gemeenten.items(), key=lambda item: item[1].removeprefix("'").casefold())
        return CountryRow(year=areas.year, gemeenten=tuple(gemeenten))

    def stop(self) -> None:
        """Close every session file."""
        for session in self._open.values():
            session.close()
        self._open.clear()


def _row(info: SessionInfo, session: Session) -> SessionRow:
    state = session.state()
    return SessionRow(
        id=info.id,
        code=info.code,
        title=info.title,
        municipality=info.gemeente,
        closed=info.closed,
        started=bool(state.step),
        people=info.seats,
        last=f"{state.last_at.astimezone():%d-%m-%Y %H:%M}" if state.last_at else "",
        facilitator_key=session.facilitator_key,
        screen_key=session.screen_key,
    )
