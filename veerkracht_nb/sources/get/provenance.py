"""Writing down where something was fetched."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ...areas.municipality import Provenance
from .http import Fetched


def noted(provenance: Provenance, fetched: Sequence[Fetched]) -> Provenance:
    """Return `provenance` with the address, the moment and the marks of the (first) answer in its note."""
    if not fetched:
        return provenance
    first = fetched[0]
    marks = [
        f"{label} {value}"
        for label, value in (("ETag", first.etag), ("gewijzigd", first.last_modified))
        if value
    ]
    more = f" en {len(fetched) - 1} vervolgvragen" if len(fetched) > 1 else ""
    details = f" ({', '.join(marks)})" if marks else ""
    origin = f"Opgehaald op {first.at.date().isoformat()}: {_short(first.address)}{more}{details}."
    return replace(provenance, note=f"{provenance.note} {origin}".strip())


def _short(address: str) -> str:
    """Return an address without the list of columns, which can take a page."""
    return re.sub(r"[?&]\$(select|format)=[^&]*", "", address)
