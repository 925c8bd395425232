"""Which national files can be used, and the lists of buurten of one year put together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from ..areas.changes import BuurtChange
from ..errors import FileNotRecognised
from ._files import KNOWN, Figures
from ._kwb_table import AreaList, is_kwb_table
from ._national_cache import COLUMNS, Borders
from .recognition import check_suffix, recognise

_NAMES: dict[str, list[object]] = {name: [] for name in ("code", "name", "source")}


def usable_files(files: Sequence[Path]) -> dict[Path, str]:
    """Return the usable files with their kind."""
    found: dict[Path, str] = {}
    for path in files:
        named = not path.is_dir()
        inner = (
            [path]
            if named
            else sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith("."))
        )
        for item in inner:
            try:
                kind = "kwb" if is_kwb_table(item) else recognise(item)
            except FileNotRecognised:
                if named:
                    raise
                continue
            if kind != "kwb":
                check_suffix(item, recognise(item))
            found[item] = kind
    if not found:
        raise FileNotRecognised(
            "Er zijn geen bruikbare landelijke bestanden.",
            expected=KNOWN + ", of de landelijke tabel met kerncijfers (KWB)",
            got=", ".join(str(path) for path in files) or "geen bestand genoemd",
        )
    return found


def names_of(given: Sequence[Figures]) -> pd.DataFrame:
    """Return ``code``, ``name`` and ``source`` (place in `given`): the names that each file gives its buurten."""
    parts = [
        pd.DataFrame(
            {"code": item.names.index.astype("str"), "name": item.names.astype("str"), "source": number}
        )
        for number, item in enumerate(given)
        if item.names is not None
    ]
    return pd.concat([pd.DataFrame(_NAMES), *parts]).sort_values("code", kind="stable")


def together(lists: list[AreaList], year: int) -> tuple[pd.DataFrame, Borders]:
    """Return all buurten of one year; later lists go before earlier ones."""
    parts = [item for item in lists if item.year == year]
    buurten = parts[-1].buurten
    for item in parts[-2::-1]:
        buurten = buurten.combine_first(item.buurten)
    buurten = buurten[[*COLUMNS, "wkb"]].rename_axis("code")
    buurten["water"] = buurten["water"].astype(bool)
    drawn = buurten[buurten["wkb"].notna()]
    names = drawn.drop_duplicates("gemeente_code").set_index("gemeente_code")["gemeente_name"]
    changes: dict[str, BuurtChange] = {change.code: change for item in parts for change in item.changes}
    return buurten, Borders(
        year=year,
        buurten=len(buurten),
        inhabited=int(buurten["inwoners"].notna().sum()),
        drawn=len(drawn),
        gemeenten={str(code): str(name) for code, name in names.sort_index().items()},
        changes=tuple(changes.values()),
    )
