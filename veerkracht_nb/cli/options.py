"""Options that several commands share."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import ParameterError
from ..nearest import meant

if TYPE_CHECKING:
    from ..sources.get import Kind

Name = Annotated[str, typer.Argument(help="Naam of code van de sessie, zie `veerkracht session list`.")]
Folder = Annotated[Path, typer.Option("--to", help="Map waarin de bestanden komen.")]
Formats = Annotated[
    str, typer.Option("--formats", help="Een of meer van md, docx, xlsx, gpkg; met komma's ertussen.")
]


class ViewName(StrEnum):
    """The two views of the signaleringskaart, as a choice on the command line."""

    relatief = "relatief"
    absoluut = "absoluut"


class LayerName(StrEnum):
    """The layers of a map for the wall, as a choice on the command line."""

    signaal = "signaal"
    focus = "focus"


class PaletteName(StrEnum):
    """The colours of a map for the wall, as a choice on the command line."""

    rood_blauw = "rood-blauw"
    rood_groen = "rood-groen"
    zwart_wit = "zwart-wit"


AUTOMATIC = "automatisch"
"""The profile that is taken unless another is named: the first that has figures."""


class VariantName(StrEnum):
    """The variants of the session notes, as a choice on the command line."""

    tafel = "tafel"
    deelbaar = "deelbaar"


Variant = Annotated[
    VariantName,
    typer.Option("--variant", help="tafel: alles voor wie erbij was; deelbaar: alleen wat is vrijgegeven."),
]


Gemeente = Annotated[str, typer.Argument(help="Code of naam van een gemeente die klaarstaat.")]


def _known_profile(name: str) -> str:
    # Whether a gemeente has an own table of this name is found out later; what can be no profile, is said at once.
    if name != AUTOMATIC:
        from ..areas.own import OWN_KEY
        from ..signal import PROFILES

        if name not in PROFILES and not re.fullmatch(OWN_KEY, name):
            choices = f"kies {AUTOMATIC}, {', '.join(PROFILES)} of de sleutel van een eigen tabel"
            raise typer.BadParameter(meant(name, [AUTOMATIC, *PROFILES], choices))
    return name


Profile = Annotated[
    str,
    typer.Option(
        "--profile",
        callback=_known_profile,
        help="Waaraan kwetsbaarheid wordt gemeten: automatisch, sociaaleconomisch, zelfredzaamheid, of de sleutel "
        "van een eigen tabel (zie `veerkracht data own list`).",
    ),
]
Only = Annotated[
    str,
    typer.Option(
        "--only", help="Alleen dit ophalen: grenzen, kwb, leefbaarometer, rivm; met komma's ertussen."
    ),
]
View = Annotated[ViewName, typer.Option("--view", help="Vergeleken binnen de gemeente, of niet.")]

_KINDS: dict[str, Kind | None] = {
    "grenzen": None,
    "kwb": "kerncijfers",
    "leefbaarometer": "leefbaarometer",
    "rivm": "gezondheid",
}


def parts_of(text: str) -> list[str]:
    """Return the words of an option with commas, in small letters, each once."""
    return list(dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip()))


def kinds_of(only: str) -> tuple[Kind, ...]:
    """Return what to fetch besides the boundaries, which always come along; everything where nothing is named.

    Raises
    ------
    ParameterError
        If something is named that cannot be fetched.
    """
    wanted = parts_of(only)
    unknown = [name for name in wanted if name not in _KINDS]
    if unknown:
        raise ParameterError(
            "Dit is niet op te halen.", expected=", ".join(_KINDS), got=", ".join(unknown)[:80]
        )
    return tuple(kind for name, kind in _KINDS.items() if kind and (name in wanted or not wanted))


def tell(text: str, share: float) -> None:
    """Show how far a command is, on the error stream so that its outcome can be used by another program."""
    typer.echo(f"{share:4.0%}  {text}", err=True)
