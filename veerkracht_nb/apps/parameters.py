"""Typed, closed parameters of the notebooks: the same model for an address, papermill and a cell.

An unknown name or a value outside the model is refused before anything is executed; nothing that a visitor
types ever becomes code.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..areas.own import OWN_KEY
from ..errors import ParameterError
from ..i18n import _
from ..nearest import meant
from ..signal import OWN_PREFIX

Gemeente = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[\w ',.()\-]+$")]
SessionId = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9_\-]+$")]
NationalProfile = Literal["automatisch", "sociaaleconomisch", "zelfredzaamheid"]
_NATIONAL = get_args(NationalProfile)
Profile = Annotated[
    str,
    Field(
        pattern=rf"^({'|'.join(_NATIONAL)}|{OWN_KEY})$",
        description=f"{' / '.join(_NATIONAL)} / {OWN_PREFIX}...",
    ),
]
"""A profile of the package, or the key of an own table."""
ViewName = Literal["relatief", "absoluut"]


class Parameters(BaseModel):
    """Base of all parameter models: unknown names are refused, values do not change afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class QuickScanParameters(Parameters):
    """Parameters of ``notebooks/quickscan.ipynb``."""

    gemeente: Gemeente = "GM9901"
    profiel: Profile = "automatisch"
    weergave: ViewName = "relatief"


class SessionParameters(Parameters):
    """Parameters of the notebooks of a session: participant, facilitator, screen."""

    sessie: SessionId = "oefenen"


class NotesParameters(Parameters):
    """Parameters of ``notebooks/sessieverslag.ipynb``."""

    sessie: SessionId = "oefenen"
    variant: Literal["tafel", "deelbaar"] = "tafel"


class CountryParameters(Parameters):
    """Parameters of ``notebooks/landelijk.ipynb``."""

    profiel: NationalProfile = "automatisch"
    weergave: ViewName = "relatief"


class WallMapParameters(Parameters):
    """Parameters of ``notebooks/wandkaart.ipynb``."""

    gemeente: Gemeente = "GM9901"
    profiel: Profile = "automatisch"
    weergave: ViewName = "relatief"
    laag: Literal["signaal", "focus"] = "signaal"
    titel: Annotated[str, Field(max_length=120)] = ""


class OwnTableParameters(Parameters):
    """Parameters of ``notebooks/eigentabel.ipynb``."""

    gemeente: Gemeente = "GM9901"


class WijkprofielParameters(Parameters):
    """Parameters of ``notebooks/wijkprofiel.ipynb``.

    An empty wijk is the first one, no sessie is no stories; ``bewaren`` holds the formats to write, with commas.
    """

    gemeente: Gemeente = "GM9901"
    wijk: Annotated[str, Field(max_length=80, pattern=r"^[\w ',.()/&\-]*$")] = ""
    profiel: Profile = "automatisch"
    sessie: Annotated[str, Field(max_length=80, pattern=r"^[A-Za-z0-9_\-]*$")] = ""
    variant: Literal["tafel", "deelbaar"] = "deelbaar"
    bewaren: Annotated[str, Field(pattern=r"^((html|pdf|docx)(,(html|pdf|docx)){0,2})?$")] = ""


PARAMETERS: dict[str, type[Parameters]] = {
    "quickscan": QuickScanParameters,
    "deelnemer": SessionParameters,
    "begeleider": SessionParameters,
    "scherm": SessionParameters,
    "sessieverslag": NotesParameters,
    "landelijk": CountryParameters,
    "wandkaart": WallMapParameters,
    "wijkprofiel": WijkprofielParameters,
    "eigentabel": OwnTableParameters,
}
"""The model of each notebook, by its name without ``.ipynb``."""

P = TypeVar("P", bound=Parameters)


def validate(model: type[P], values: dict[str, Any], *, todo: str = "") -> P:
    """Return `values` as a checked model.

    Parameters
    ----------
    model : type
    values : dict
    todo : str, optional
        What the user can do about a wrong value, where it did not come from an address.

    Raises
    ------
    ParameterError
        Naming each parameter that is unknown or has a value that is not allowed.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        names = sorted({str(part["loc"][0]) if part["loc"] else "?" for part in error.errors()})
    fields = model.model_fields
    # Of a name that does not exist, all others are what could have been meant.
    told = names if all(name in fields for name in names) else list(fields)
    todo = todo or _("Verbeter het adres of open de pagina opnieuw vanaf het beginscherm.")
    raise ParameterError(
        _("Deze pagina kan niet worden geopend met deze gegevens."),
        expected=", ".join(f"{name} ({_described(name, fields[name])})" for name in told),
        got=", ".join(f"{name[:40]}={_shown(values.get(name, ''))}" for name in names[:5]),
        todo=_meant(model, values, names[0], todo),
    )


def _meant(model: type[Parameters], values: dict[str, Any], name: str, todo: str) -> str:
    """Return what to do, with the choice or the name of a parameter that was probably meant."""
    if name not in model.model_fields:
        return meant(name, model.model_fields, todo)
    described = _described(name, model.model_fields[name])
    return meant(str(values.get(name, "")), described.split(" / "), todo)


def _shown(value: Any) -> str:
    return repr(value[:40] if isinstance(value, str) else value)[:60]


def _described(name: str, field: Any) -> str:
    if field.description:
        return str(field.description)
    choices = getattr(field.annotation, "__args__", ())
    words = {
        "gemeente": _("code of naam van een gemeente, als tekst"),
        "wijk": _("code of naam van een wijk, of leeg"),
        "sessie": _("naam of code van een sessie"),
        "titel": _("tekst van hooguit 120 tekens"),
        "bewaren": _("html, pdf, docx, met komma's ertussen; of leeg"),
    }
    return " / ".join(str(choice) for choice in choices) or words.get(name, _("tekst"))
