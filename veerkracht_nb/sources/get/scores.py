"""Scores of the Leefbaarometer: the ministry's zip, with the CSV of buurten somewhere in a folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ...errors import DataError
from .._files import Figures
from ..leefbaarometer import read_leefbaarometer
from .archives import extract_one
from .downloads import discard, download
from .errors import FetchError
from .http import Fetcher
from .provenance import noted
from .services import Services

_CSV_BYTES = 400 * 1024**2


def get_scores(fetcher: Fetcher, services: Services, folder: Path) -> Figures:
    """Return the scores of all buurten, all years of the newest release that can be had.

    Raises
    ------
    FetchError
        If no release can be had.
    FileDamaged, FileMismatch
        If the zip or the table in it is not right; it is not kept then.
    """
    failure: FetchError | None = None
    for address in services.leefbaarometer:
        try:
            path, fetched = download(fetcher, address, "Leefbaarometer")
        except FetchError as error:
            if error.kind != "absent":
                raise
            failure = failure or error
            continue
        try:
            table = extract_one(path, _is_scores, folder, most_bytes=_CSV_BYTES)
            figures = read_leefbaarometer(table)
        except DataError:
            discard(path)
            raise
        return replace(figures, provenance=noted(figures.provenance, [fetched]))
    raise failure or FetchError("Er is geen adres van de Leefbaarometer bekend.", kind="absent")


def _is_scores(name: str) -> bool:
    return name.startswith("leefbaarometer-scores buurten") and name.endswith(".csv")
