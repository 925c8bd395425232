"""Session notes: everything of a session that leaves as a file."""

from .excel import write_xlsx
from .export import FORMATS, export_notes, export_session, file_stem, log_record
from .geopackage import write_gpkg
from .markdown import render_markdown, write_markdown
from .model import VARIANTS, LogRecord, Notes, Variant
from .notes import build_notes
from .word import write_docx

__all__ = [
    "FORMATS",
    "VARIANTS",
    "LogRecord",
    "Notes",
    "Variant",
    "build_notes",
    "export_notes",
    "export_session",
    "file_stem",
    "log_record",
    "render_markdown",
    "write_docx",
    "write_gpkg",
    "write_markdown",
    "write_xlsx",
]
