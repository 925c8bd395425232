"""The pages: participant, facilitator, screen, quick scan and session notes, one function each."""

from .country import national_picture
from .facilitator import facilitator
from .launch import parameters
from .notes import session_notes
from .own_table import own_table
from .parameters import (
    CountryParameters,
    NotesParameters,
    OwnTableParameters,
    QuickScanParameters,
    SessionParameters,
    WallMapParameters,
    WijkprofielParameters,
)
from .participant import participant
from .quick_scan import quick_scan
from .screen import screen
from .wall_maps import wall_maps
from .wijkprofiel import run_wijkprofielen, wijkprofiel

__all__ = [
    "CountryParameters",
    "NotesParameters",
    "OwnTableParameters",
    "QuickScanParameters",
    "SessionParameters",
    "WallMapParameters",
    "WijkprofielParameters",
    "facilitator",
    "national_picture",
    "own_table",
    "parameters",
    "participant",
    "quick_scan",
    "run_wijkprofielen",
    "screen",
    "session_notes",
    "wall_maps",
    "wijkprofiel",
]
