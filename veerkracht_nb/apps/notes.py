"""The session notes as a page: read them here, take them home in four formats."""

from __future__ import annotations

import tempfile
from pathlib import Path

import ipywidgets as w

from ..dialogue import Session
from ..report.tables import totals
from ..widgets import DownloadPanel, InfoPanel
from .parameters import NotesParameters
from .prepare import FORMATS, export, find_session, notes_of
from .shell import guarded

MEDIA_TYPES = {
    "md": "text/markdown",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "gpkg": "application/geopackage+sqlite3",
}


def download_panel(session: Session) -> DownloadPanel:
    """Return buttons that hand the session notes to the browser."""

    def make(kind: str, variant: str) -> tuple[str, str, bytes]:
        with tempfile.TemporaryDirectory(prefix="veerkracht-") as folder:
            (path,) = export(session, Path(folder), formats=(kind,), variant=variant)
            return path.name, MEDIA_TYPES[kind], path.read_bytes()

    panel = DownloadPanel(formats=FORMATS)
    panel.on_export(make)
    return panel


@guarded
def session_notes(parameters: NotesParameters) -> w.Widget:
    """Return a summary of the session notes and the buttons to take them home.

    Parameters
    ----------
    parameters : NotesParameters

    Raises
    ------
    SessionNotFound, LogError, ExportError
        Shown on the page instead, with what to do.
    """
    session = find_session(parameters.sessie)
    notes = notes_of(session, parameters.variant)
    summary = InfoPanel()
    counted = [f"{label}: {number}" for label, number in totals(notes)]
    summary.show(notes.header.title, [notes.header.variant_text], items=counted)
    return w.VBox([summary, download_panel(session)])
