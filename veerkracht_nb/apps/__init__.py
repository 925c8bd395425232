"""The pages: participant, facilitator, screen, quick scan and session notes, one function each."""

from .facilitator import facilitator
from .launch import parameters
from .notes import session_notes
from .parameters import NotesParameters, QuickScanParameters, SessionParameters
from .participant import participant
from .quick_scan import quick_scan
from .screen import screen

__all__ = [
    "NotesParameters",
    "QuickScanParameters",
    "SessionParameters",
    "facilitator",
    "parameters",
    "participant",
    "quick_scan",
    "screen",
    "session_notes",
]
