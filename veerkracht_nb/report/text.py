"""Text of participants as it may stand in a document: the same in every format."""

from __future__ import annotations

import re

from ..i18n import _

MAX_TEXT = 10_000
"""Characters of one contribution in the notes: far above what intake allows, and it fits in an Excel cell."""

# Not allowed in XML 1.0, so in no Word or Excel file: control characters, surrogates, U+FFFE and U+FFFF.
_FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Overrides of the writing direction could turn around the text that follows; letters of such scripts stay.
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_BLANK_LINES = re.compile("\n{3,}")


def printable(text: str | None, *, limit: int = MAX_TEXT) -> str:
    """Return `text` without what a document cannot hold.

    Intake cleans what people type; this is the second lock, for logs that came another way. Line breaks
    become ``\\n``, tabs become spaces, blank ends of lines and control characters go, and what is longer than
    `limit` characters says that it was shortened.
    """
    if not text:
        return ""
    text = _BREAKS.sub("\n", text[: 2 * limit])
    text = _DIRECTION.sub("", _FORBIDDEN.sub("", text)).replace("\t", " ")
    text = "\n".join(line.strip() for line in text.split("\n"))
    text = _BLANK_LINES.sub("\n\n", text).strip()
    if len(text) > limit:
        text = text[:limit].rstrip() + " … " + _("(ingekort)")
    return text


def one_line(text: str | None, *, limit: int = 300) -> str:
    """Return `text` as one line, for titles, names and labels."""
    return " ".join(printable(text, limit=limit).split())
