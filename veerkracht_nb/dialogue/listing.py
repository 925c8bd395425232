"""Which sessions are in a folder, also when some of the files are damaged."""

from __future__ import annotations

import unicodedata
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..errors import LogDamaged, LogError, SessionError, SessionNotFound
from ..i18n import _
from .codec import decode
from .events import SessionMade
from .sqlite_file import SUFFIX, look, reported

_LOOK_ALIKES = str.maketrans({"B": "8", "S": "5", "Z": "2", "U": "V", "O": "Q", "0": "Q"})


@dataclass(frozen=True, kw_only=True)
class SessionInfo:
    """One session file in a list; only ``path`` and ``error`` are filled for a file that cannot be read."""

    path: Path
    id: str = ""
    title: str = ""
    gemeente: str = ""
    code: str = ""
    created: datetime | None = None
    closed: bool = False
    seats: int = 0
    """Number of people who took a seat."""
    retain_until: str = ""
    error: SessionError | None = None


def list_sessions(folder: Path | str) -> list[SessionInfo]:
    """Return the sessions in `folder`, the newest first, and files that cannot be read last."""
    found = [_info(path) for path in sorted(Path(folder).glob(f"*{SUFFIX}"))]
    good = [info for info in found if info.created]
    good.sort(key=lambda info: (info.created, info.id), reverse=True)
    return good + [info for info in found if not info.created]


def _info(path: Path) -> SessionInfo:
    try:
        with closing(look(path)) as db, reported(path):
            meta = dict(db.execute("SELECT key, value FROM meta"))
            first = db.execute("SELECT at, kind, payload FROM event ORDER BY seq LIMIT 1").fetchone()
            seats = db.execute(
                "SELECT count(DISTINCT actor_id) FROM event WHERE kind = 'plaats_genomen'"
            ).fetchone()
            ended = db.execute(
                "SELECT kind FROM event WHERE kind IN ('sessie_gesloten', 'sessie_heropend')"
                " ORDER BY at DESC, id DESC LIMIT 1"
            ).fetchone()
        made = decode(first[1], first[2]) if first else None
        if not isinstance(made, SessionMade) or "id" not in meta:
            raise LogDamaged(f"‘{path.name}’ begint niet met het maken van de sessie.")
    except SessionError as error:
        return SessionInfo(path=path, error=error)
    return SessionInfo(
        path=path,
        id=meta["id"],
        title=made.title,
        gemeente=made.municipality_name,
        code=meta.get("code", ""),
        created=datetime.fromtimestamp(first[0] / 1e6, UTC),
        closed=ended == ("sessie_gesloten",),
        seats=seats[0],
        retain_until=made.retain_until,
    )


def codes_in(folder: Path | str) -> dict[str, Path]:
    """Return the join code of every readable session in `folder`."""
    codes: dict[str, Path] = {}
    for path in sorted(Path(folder).glob(f"*{SUFFIX}")):
        try:
            with closing(look(path)) as db, reported(path):
                row = db.execute("SELECT value FROM meta WHERE key = 'code'").fetchone()
        except (LogError, SessionNotFound):
            continue
        if row:
            codes[row[0]] = path
    return codes


def tidy_code(text: str) -> str:
    """Return a join code as it is stored, from what somebody typed: any case, spaces, dashes, look-alikes."""
    plain = unicodedata.normalize("NFKC", text[:200]).upper()
    return "".join(c for c in plain if c.isascii() and c.isalnum()).translate(_LOOK_ALIKES)


def find_by_code(folder: Path | str, code: str) -> Path:
    """Return the file of the session with this join code.

    Raises
    ------
    SessionNotFound
        If no session in `folder` has it.
    """
    path = codes_in(folder).get(tidy_code(code))
    if path is None:
        raise SessionNotFound(
            _("Er is geen sessie met deze code."),
            expected=_("zes letters en cijfers, zoals op het scherm"),
            got=code[:40],
            todo=_("Kijk nog eens op het scherm, of scan de QR-code."),
        )
    return path
