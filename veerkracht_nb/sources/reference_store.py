"""National references on disk: small files, so that one municipality needs no national download.

One JSON file for each profile under ``landelijk/``. It holds what is needed to compare with the Netherlands and the
edition of the tables it was computed from; the computation itself is no business of this module.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, ValidationError

from ..errors import DataError, FileDamaged
from ..paths import data_folder
from ._gpkg import replacing

FORMAT = 1


@dataclass(frozen=True, kw_only=True)
class TermRecord:
    """National mean and standard deviation of one indicator, and what they rest on."""

    __pydantic_config__ = ConfigDict(extra="forbid", allow_inf_nan=False)

    mean: float
    sd: float
    source: str


@dataclass(frozen=True, kw_only=True)
class ReferenceRecord:
    """The national reference of one profile, as it is kept.

    Attributes
    ----------
    profile : str
        Key of the profile.
    edition : str
        Edition of the national tables.
    year : int or None
        Year of the indicators.
    terms : dict of str to TermRecord
        By key of the indicator.
    o_sd, o_sd_source
        Standard deviation of O and what it rests on.
    k_percentiles, o_percentiles : dict of int to float
    k_source, o_source : str
    format : int
        Version of this form.
    """

    __pydantic_config__ = ConfigDict(extra="forbid", allow_inf_nan=False)

    profile: str
    edition: str
    year: int | None
    terms: dict[str, TermRecord]
    o_sd: float
    o_sd_source: str
    k_percentiles: dict[int, float]
    k_source: str
    o_percentiles: dict[int, float]
    o_source: str
    format: int = FORMAT


_RECORD = TypeAdapter(ReferenceRecord)


def reference_path(profile: str, folder: Path | None = None) -> Path:
    """Return the path of the reference of a profile in a data folder."""
    if not re.fullmatch(r"[a-z0-9_]{1,60}", profile):
        raise DataError(
            f"De naam van profiel {profile[:60]!r} kan geen bestandsnaam zijn.",
            expected="kleine letters, cijfers en liggende streepjes",
            got=repr(profile[:60]),
            todo="Kies een andere naam voor het profiel.",
        )
    return (folder or data_folder()) / "landelijk" / f"referentie-{profile}.json"


def save_reference(record: ReferenceRecord, folder: Path | None = None) -> Path:
    """Keep the reference of a profile; one that was there is replaced at once.

    Raises
    ------
    DataError
        If the disk is full or cannot be written.
    """
    path = reference_path(record.profile, folder)
    with replacing(path) as temporary:
        temporary.write_bytes(_RECORD.dump_json(record, indent=1))
    return path


def record_text(record: ReferenceRecord) -> str:
    """Return a reference as JSON text in one line, to keep with what was computed from it."""
    return _RECORD.dump_json(record).decode()


def record_of_text(text: str) -> ReferenceRecord:
    """Return the reference that :func:`record_text` wrote.

    Raises
    ------
    DataError
        If the text is something else, or of another form.
    """
    try:
        record = _RECORD.validate_json(text)
    except ValidationError as error:
        raise _no_record(str(error).splitlines()[0]) from error
    if record.format != FORMAT:
        raise _no_record(f"vorm {record.format}")
    return record


def _no_record(why: str) -> DataError:
    return DataError(
        "De landelijke vergelijking die hierbij is bewaard, kan niet worden gelezen.",
        expected=f"vorm {FORMAT}",
        got=why[:200],
        todo="Open dit met de versie waarmee het is gemaakt, of met een nieuwere.",
    )


def load_reference(profile: str, folder: Path | None = None) -> ReferenceRecord | None:
    """Return the kept reference of a profile, or None where there is none.

    Raises
    ------
    FileDamaged
        If the file is there but cannot be read, or is of another form.
    """
    path = reference_path(profile, folder)
    if not path.is_file():
        return None
    try:
        record = _RECORD.validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise _damaged(path, str(error).splitlines()[0]) from error
    if record.format != FORMAT or record.profile != profile:
        raise _damaged(path, f"vorm {record.format}, profiel {record.profile}")
    return record


def _damaged(path: Path, why: str) -> FileDamaged:
    return FileDamaged(
        f"{path.name} kan niet worden gelezen.",
        expected="een landelijke vergelijking die dit programma heeft bewaard",
        got=why[:200],
        todo=f"Verwijder {path}; zij wordt bij het inlezen van een landelijke tabel opnieuw gemaakt.",
    )
