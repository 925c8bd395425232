"""Which publisher's file is this? Told from what is in it, never from its name."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from ..errors import FileMismatch, FileNotRecognised
from ._files import KNOWN, container_of, header_of
from .leefbaarometer import is_leefbaarometer
from .rivm import is_rivm, parquet_columns
from .wijkenbuurten import is_wijkenbuurten, map_layers

FileKind = Literal["wijkenbuurten", "leefbaarometer", "rivm"]

_SUFFIXES: dict[str, tuple[str, ...]] = {
    "sqlite": (".gpkg", ".sqlite"),
    "parquet": (".parquet", ".pq"),
    "json": (".json", ".geojson"),
    "text": (".csv", ".txt", ".tsv"),
}


def recognise(path: Path) -> FileKind:
    """Return what kind of publisher's file this is, by its content; its name does not matter.

    Raises
    ------
    FileNotRecognised
        If it is none of the kinds that can be read.
    FileDamaged
        If it is empty, truncated or cannot be opened.
    """
    container = container_of(path)
    columns: list[str] = []
    if container in ("sqlite", "json"):
        layers = map_layers(path)
        if is_wijkenbuurten(layers):
            return "wijkenbuurten"
        columns = [f"laag {name}" for name in layers]
    elif container == "parquet":
        columns = parquet_columns(path)
    else:
        columns = header_of(path)
    if container == "text" and is_leefbaarometer(columns):
        return "leefbaarometer"
    if container in ("text", "parquet") and is_rivm(columns):
        return "rivm"
    raise FileNotRecognised(
        f"{path.name} is geen bestand dat kan worden ingelezen.",
        expected=KNOWN,
        got=("kolommen " if container != "sqlite" else "") + ", ".join(name[:40] for name in columns[:5]),
        todo="Kijk in docs/data.md welke bestanden nodig zijn en waar ze staan.",
    )


def check_suffix(path: Path, kind: FileKind) -> None:
    """Refuse a file whose name says plainly that it is something else: two files have been swapped.

    Raises
    ------
    FileMismatch
    """
    container = container_of(path)
    others = [suffix for key, suffixes in _SUFFIXES.items() if key != container for suffix in suffixes]
    if path.suffix.lower() in others:
        raise FileMismatch(
            f"{path.name} is niet wat de naam zegt.",
            expected=f"een {path.suffix.lower()}-bestand",
            got=f"een bestand van de soort '{kind}' ({', '.join(_SUFFIXES[container])})",
            todo="Kijk of twee bestanden zijn verwisseld; geef het anders de goede uitgang.",
        )
