"""Preparing a session from a municipality and its signal, and opening it again."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from ..areas import Municipality
from ..dialogue import (
    Buurt,
    Direction,
    Session,
    SessionMade,
    create,
    find_by_code,
    list_sessions,
    open_session,
    read_script,
)
from ..errors import DataError, ParameterError, SessionNotFound, SignalError
from ..i18n import _
from ..nearest import meant
from ..paths import sessions_folder
from ..report import Notes, Variant, build_notes, export_session, log_record
from ..signal import Period, Reference, Signal, View, compute_signal, from_record, to_record
from ..sources import load_municipality
from ..sources.reference_store import record_of_text, record_text
from ..sources.store import keep_municipality
from .signals import signal_of

ROLES = (
    "sociaal domein gemeente",
    "fysiek domein gemeente",
    "corporatie beheer",
    "corporatie beleid",
    "zorg en welzijn",
    "politie en veiligheid",
    "huurdersorganisatie",
    "bewoner",
    "bestuur",
    "anders",
)
PRACTICE = "oefenen"


@dataclass(frozen=True, kw_only=True, eq=False)
class Background:
    """The figures behind a session: the municipality, and the signal by the comparison of that session."""

    municipality: Municipality
    signal: Signal


def prepare_session(
    gemeente: str = "GM9901",
    *,
    title: str = "",
    profile: str = "automatisch",
    view: View = "relatief",
    script: str = "werksessie",
    roles: tuple[str, ...] = ROLES,
    retain_days: int = 365,
    folder: Path | None = None,
) -> Session:
    """Make a session about a municipality that has data.

    The session holds its classes, its years and its national comparison, so that none of them changes when other
    national tables are read in later. A gemeente from the national files is prepared first, so that its figures stay
    when those files are replaced.

    Parameters
    ----------
    gemeente : str
        Code or name of a municipality that is prepared, or is in the national files that were read.
    title : str
        Title on every screen; the name of the municipality where left empty.
    profile : str
        Vulnerability profile, which may be an own table of the gemeente (``eigen_...``); ``"automatisch"`` takes the
        first that has figures.
    view : {"relatief", "absoluut"}
    script : str
        Name of a shipped draaiboek, or path of a YAML file.
    roles : tuple of str
        Roles that participants choose from.
    retain_days : int
        After how many days the session should be deleted.
    folder : Path, optional
        Where the session file goes; ``VEERKRACHT_SESSIONS`` unless given.

    Returns
    -------
    Session
        Open, with the first step not yet started.

    Raises
    ------
    MunicipalityNotFound, SignalError, ScriptError, StorageFull
    """
    municipality = load_municipality(gemeente)
    signal = signal_of(municipality, profile, view)
    keep_municipality(municipality)
    period = signal.period
    made = SessionMade(
        title=title or municipality.name,
        municipality=municipality.code,
        municipality_name=municipality.name,
        year=municipality.year,
        profile=signal.profile,
        view=signal.view,
        period=(period.k0, period.k1, period.o0, period.o1),
        buurten=_buurten(municipality, signal),
        sources=tuple(f"{p.source}: {p.title} ({p.edition})" for p in municipality.provenance),
        script=read_script(script),
        roles=roles,
        retain_until=(date.today() + timedelta(days=retain_days)).isoformat(),
        reference=_kept(signal.reference),
    )
    return create(folder or sessions_folder(), made)


def _kept(reference: Reference) -> str:
    # Within a gemeente the comparison follows from the figures themselves.
    return record_text(to_record(reference)) if reference.scope == "landelijk" else ""


def _buurten(municipality: Municipality, signal: Signal) -> tuple[Buurt, ...]:
    land = municipality.buurten[~municipality.buurten["water"]].sort_values(["wijk_name", "name"])
    return tuple(
        Buurt(
            code=code,
            name=row["name"],
            wijk_code=row["wijk_code"],
            wijk_name=row["wijk_name"],
            letter=signal.table.at[code, "letter"],
            direction=_direction(signal, code),
        )
        for code, row in land.iterrows()
    )


def _direction(signal: Signal, code: str) -> Direction | None:
    change, band = signal.table.at[code, "do"], signal.table.at[code, "do_band"]
    if not abs(change) >= 0:
        return None
    if abs(change) <= band:
        return "gelijk"
    return "slechter" if change > 0 else "beter"


def background(made: SessionMade) -> Background | None:
    """Return the figures behind a session, or None where this laptop does not have them, or has others now.

    They are compared with the Netherlands as when the session was made; a session from before that was kept was made
    with the comparison of the package. Without figures a session still works: the list takes the place of the map.
    """
    try:
        municipality = load_municipality(made.municipality, made.year)
        k0, k1, o0, o1 = made.period
        view: View = "absoluut" if made.view == "absoluut" else "relatief"
        period = Period(k0=k0, k1=k1, o0=o0, o1=o1)
        reference = from_record(record_of_text(made.reference)) if made.reference else None
        signal = compute_signal(
            municipality, profile=made.profile, view=view, period=period, reference=reference
        )
    except (DataError, SignalError):
        return None
    if any(buurt.code not in municipality.buurten.index for buurt in made.buurten):
        return None
    return Background(municipality=municipality, signal=signal)


def find_session(name: str, folder: Path | None = None) -> Session:
    """Open a session by its id or join code; ``"oefenen"`` makes a throw-away one to practise with.

    Raises
    ------
    SessionNotFound
    LogDamaged, LogTooNew
        If the file is there but cannot be read.
    """
    if name == PRACTICE:
        practice = Path(tempfile.mkdtemp(prefix="veerkracht-"))
        atexit.register(shutil.rmtree, practice, ignore_errors=True)
        return prepare_session(title=_("Oefensessie"), folder=practice)
    return open_session(session_path(name, folder))


def session_path(name: str, folder: Path | None = None) -> Path:
    """Return the file of a session by its id, its file name without ending, or its join code.

    By its name a file is also found when it cannot be read.

    Raises
    ------
    SessionNotFound
    """
    folder = folder or sessions_folder()
    infos = list_sessions(folder)
    found = [info.path for info in infos if name and name in (info.id, info.path.stem)]
    if found:
        return found[0]
    try:
        return find_by_code(folder, name)
    except SessionNotFound:
        known = [word for info in infos for word in (info.id, info.code, info.path.stem) if word]
        raise SessionNotFound(
            _("Er is geen sessie met deze naam of code."),
            expected=_("een naam of code uit: veerkracht session list"),
            got=name[:40],
            todo=meant(name, known, _("Bekijk welke sessies er zijn, of maak er een.")),
        ) from None


FORMATS = (("docx", "Word"), ("xlsx", "Excel"), ("gpkg", "GeoPackage"), ("md", "Markdown"))
"""Formats of the session notes, with the words of their buttons."""


def export(
    session: Session,
    folder: Path,
    *,
    formats: Sequence[str] = ("md", "docx", "xlsx", "gpkg"),
    variant: str = "tafel",
) -> list[Path]:
    """Write the session notes.

    Parameters
    ----------
    session : Session
    folder : Path
        Made if it is not there.
    formats : sequence of {"md", "docx", "xlsx", "gpkg"}
    variant : {"tafel", "deelbaar"}
        For who was there, or without what was not released for sharing.

    Returns
    -------
    list of Path

    Raises
    ------
    ParameterError
        If a format or variant is unknown.
    ExportError
        If a file cannot be written.
    """
    known = [key for key, _label in FORMATS]
    wrong = [name for name in formats if name not in known]
    if wrong or variant not in ("tafel", "deelbaar"):
        raise ParameterError(
            _("Dit verslag bestaat niet."),
            expected=f"{', '.join(known)}; tafel, deelbaar",
            got=", ".join(wrong) or variant,
        )
    made = session.state().made
    behind = background(made) if made else None
    return export_session(
        session,
        folder,
        formats,
        variant=variant,  # type: ignore[arg-type]
        municipality=behind.municipality if behind else None,
        signal=behind.signal if behind else None,
    )


def notes_of(session: Session, variant: Variant) -> Notes:
    """Return the session notes as they stand now."""
    state = session.state()
    behind = background(state.made) if state.made else None
    return build_notes(
        state, variant=variant, signal=behind.signal if behind else None, log=log_record(session)
    )
