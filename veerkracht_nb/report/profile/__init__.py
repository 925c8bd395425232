"""Wijkprofiel: a wijk on one or two pages, as HTML, PDF and Word."""

from .build import ProfileMaker
from .export import FORMATS, chosen_wijken, profile_maker, wijkprofielen
from .html import render_html
from .model import ProfileBuurt, ProfileFigure, WijkProfile
from .pdf import render_pdf
from .word import render_docx

__all__ = [
    "FORMATS",
    "ProfileBuurt",
    "ProfileFigure",
    "ProfileMaker",
    "WijkProfile",
    "chosen_wijken",
    "profile_maker",
    "render_docx",
    "render_html",
    "render_pdf",
    "wijkprofielen",
]
