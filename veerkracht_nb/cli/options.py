"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

Name = Annotated[str, typer.Argument(help="Naam of code van de sessie, zie `veerkracht session list`.")]
Folder = Annotated[Path, typer.Option("--to", help="Map waarin de bestanden komen.")]
Formats = Annotated[
    str, typer.Option("--formats", help="Een of meer van md, docx, xlsx, gpkg; met komma's ertussen.")
]


class ViewName(StrEnum):
    """The two views of the signaleringskaart, as a choice on the command line."""

    relatief = "relatief"
    absoluut = "absoluut"


class ProfileName(StrEnum):
    """The profiles of vulnerability, as a choice on the command line."""

    automatisch = "automatisch"
    sociaaleconomisch = "sociaaleconomisch"
    zelfredzaamheid = "zelfredzaamheid"


class VariantName(StrEnum):
    """The variants of the session notes, as a choice on the command line."""

    tafel = "tafel"
    deelbaar = "deelbaar"


Variant = Annotated[
    VariantName,
    typer.Option("--variant", help="tafel: alles voor wie erbij was; deelbaar: alleen wat is vrijgegeven."),
]


Gemeente = Annotated[str, typer.Argument(help="Code of naam van een gemeente die klaarstaat.")]
Profile = Annotated[ProfileName, typer.Option("--profile", help="Waaraan kwetsbaarheid wordt gemeten.")]
View = Annotated[ViewName, typer.Option("--view", help="Vergeleken binnen de gemeente, of niet.")]


def tell(text: str, share: float) -> None:
    """Show how far a command is, on the error stream so that its outcome can be used by another program."""
    typer.echo(f"{share:4.0%}  {text}", err=True)
