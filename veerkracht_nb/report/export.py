"""Writing session notes to a folder: whole files or none, under names that any computer takes."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import sqlite3
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pyogrio.errors import DataLayerError, DataSourceError
from xlsxwriter.exceptions import XlsxWriterException

from ..areas.municipality import Municipality
from ..dialogue.events import SessionMade
from ..dialogue.session import Session
from ..dialogue.sqlite_file import SCHEMA
from ..errors import ExportError
from ..i18n import _
from ..signal.result import Signal
from .excel import write_xlsx
from .geopackage import check_borders, write_gpkg
from .markdown import write_markdown
from .model import LogRecord, Notes, Variant
from .notes import build_notes
from .word import write_docx

FORMATS = ("md", "docx", "xlsx", "gpkg")
_LONGEST = 60
_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))


def export_notes(
    notes: Notes,
    folder: Path,
    formats: Sequence[str] = FORMATS,
    *,
    municipality: Municipality | None = None,
) -> list[Path]:
    """Write `notes` into `folder` and return the files, in the order of `formats`.

    All formats are written beside their place first and moved there only when every one of them is whole; an
    earlier export of the same session is replaced.

    Parameters
    ----------
    notes : Notes
    folder : Path
        Made if it is not there.
    formats : sequence of {"md", "docx", "xlsx", "gpkg"}
    municipality : Municipality, optional
        Borders for the GeoPackage, of the gemeente and year of the notes.

    Raises
    ------
    ExportError
        If a format is unknown, the borders are missing, the folder cannot be written, the disk is full, or a
        file is open in another program.
    """
    wanted = _checked(formats)
    if "gpkg" in wanted:
        check_borders(notes, municipality)
    folder = Path(folder)
    stem = file_stem(notes)
    writers: dict[str, Callable[[Path], None]] = {
        "md": lambda path: write_markdown(notes, path),
        "docx": lambda path: write_docx(notes, path),
        "xlsx": lambda path: write_xlsx(notes, path),
        "gpkg": lambda path: write_gpkg(notes, path, municipality),
    }
    with _room_for_files(folder) as room:
        for extension in wanted:
            with _told(folder):
                writers[extension](room / f"{stem}.{extension}")
                _to_disk(room / f"{stem}.{extension}")
        return [_move(room / f"{stem}.{extension}", folder) for extension in wanted]


def file_stem(notes: Notes) -> str:
    """Return a file name without extension: title, day, variant and some letters that stand for the session.

    Only letters a-z, digits and hyphens, never longer than 100 characters, never a name that a system keeps
    for itself; two sessions with the same title do not overwrite each other.
    """
    # Latin letters stay, without their marks; look-alikes from other scripts are left out.
    plain = unicodedata.normalize("NFKD", notes.header.title).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:_LONGEST].strip("-")
    parts = ["verslag", slug, notes.header.iso_date, notes.header.variant]
    if notes.session_key:
        parts.append(hashlib.sha256(notes.session_key.encode("utf-8", "replace")).hexdigest()[:6])
    return "-".join(part for part in parts if part)


def _checked(formats: Sequence[str]) -> list[str]:
    wanted = list(dict.fromkeys(name.strip().lower().removeprefix(".") for name in formats))
    unknown = [name for name in wanted if name not in FORMATS]
    if unknown or not wanted:
        raise ExportError(
            _("Dit bestandsformaat kan niet worden geschreven."),
            expected=_("een of meer van: {formats}").format(formats=", ".join(FORMATS)),
            got=", ".join(unknown) or _("geen formaat"),
            todo=_("kies uit md (tekst), docx (Word), xlsx (Excel) en gpkg (QGIS)"),
        )
    return wanted


@contextmanager
def _room_for_files(folder: Path) -> Iterator[Path]:
    """Give a folder of its own inside `folder`, on the same disk, gone afterwards whatever happens."""
    with _told(folder):
        folder.mkdir(parents=True, exist_ok=True)
        room = Path(tempfile.mkdtemp(prefix=".verslag-", dir=folder))
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _to_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _move(source: Path, folder: Path) -> Path:
    target = folder / source.name
    try:
        source.replace(target)
    except PermissionError as error:
        # On Windows a file that is open in Word or Excel cannot be replaced.
        raise ExportError(
            _("{name} kan niet worden vervangen.").format(name=target.name),
            expected=_("een bestand dat nergens open is"),
            got=_("het bestand is open in een ander programma, of staat op alleen-lezen"),
            todo=_("sluit het bestand in Word, Excel of QGIS en probeer het opnieuw"),
        ) from error
    except OSError as error:
        raise _failed(folder, error) from error
    return target


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Turn what the writing libraries raise into one error that says what to do."""
    try:
        yield
    except (OSError, XlsxWriterException, DataSourceError, DataLayerError, sqlite3.Error) as error:
        raise _failed(folder, error) from error


def _failed(folder: Path, error: Exception) -> ExportError:
    todo = _("kies een map waarin je mag schrijven, bijvoorbeeld Documenten")
    if _disk_is_full(folder, error):
        got, todo = (
            _("de schijf is vol"),
            _("maak ruimte vrij of kies een andere schijf; de sessie zelf is bewaard"),
        )
    elif isinstance(error, FileExistsError | NotADirectoryError):
        got = _("op die plek staat een bestand, geen map")
    elif isinstance(error, PermissionError) or getattr(error, "errno", None) == errno.EROFS:
        got = _("de map is alleen-lezen")
    else:
        got = str(error) or type(error).__name__
    return ExportError(
        _("In {folder} kan niet worden geschreven.").format(folder=folder.absolute()),
        expected=_("een map met ruimte waarin geschreven mag worden"),
        got=got,
        todo=todo,
    )


def _disk_is_full(folder: Path, error: Exception) -> bool:
    if getattr(error, "errno", None) in _FULL:
        return True
    # The libraries for Excel and GeoPackage do not always say why; the disk itself does.
    try:
        return not isinstance(error, OSError) and shutil.disk_usage(folder).free < 1_000_000
    except OSError:
        return False


def log_record(session: Session) -> LogRecord:
    """Return which log a session is, for the appendix of its notes."""
    events = session.events()
    # Preparing a session can be days before it; in the room it begins with the first seat or step.
    began = [e.at for e in events if not isinstance(e.payload, SessionMade)]
    return LogRecord(
        session_id=session.id,
        log_version=SCHEMA,
        events=len(events),
        started_at=min(began, default=None),
        ended_at=max(began, default=None),
    )


def export_session(
    session: Session,
    folder: Path,
    formats: Sequence[str] = FORMATS,
    *,
    variant: Variant = "tafel",
    municipality: Municipality | None = None,
    signal: Signal | None = None,
) -> list[Path]:
    """Build the notes of an open session and write them; see :func:`build_notes` and :func:`export_notes`.

    Raises
    ------
    ExportError, LogError
    """
    notes = build_notes(
        session.state(), variant=variant, municipality=municipality, signal=signal, log=log_record(session)
    )
    return export_notes(notes, folder, formats, municipality=municipality)
