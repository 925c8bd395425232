"""Files that leave: safe names, whole or not at all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from ..export import _move, _room_for_files, _to_disk, _told

_LONGEST = 40


def slug(*parts: str) -> str:
    """Return a file name without extension: letters a-z, digits and hyphens, whatever the parts hold.

    Examples
    --------
    >>> slug("Wijkprofiel", "'s-Gravenhage / Centrum", "../x")
    'wijkprofiel-s-gravenhage-centrum-x'
    """
    # Latin letters stay, without their marks; look-alikes from other scripts are left out.
    plain = (unicodedata.normalize("NFKD", part).encode("ascii", "ignore").decode() for part in parts)
    cut = (re.sub(r"[^a-z0-9]+", "-", part.lower()).strip("-")[:_LONGEST].strip("-") for part in plain)
    return "-".join(part for part in cut if part)


def write_files(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write files to `folder`, made if it is not there; earlier ones of the same name are replaced.

    Raises
    ------
    ExportError
        If the folder cannot be written, the disk is full, or a file is open in another program.
    """
    with _room_for_files(folder) as room:
        for name, content in contents.items():
            with _told(folder):
                (room / name).write_bytes(content)
                _to_disk(room / name)
        return [_move(room / name, folder) for name in contents]
