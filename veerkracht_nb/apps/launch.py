"""How a notebook learns for whom it runs: from the server that started it, or from its own parameters.

The server hands a kernel exactly one value, set before the kernel exists; a visitor cannot see or change it.
Without a server (JupyterLab, papermill) there is none and the parameters of the notebook decide.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from ..dialogue import Actor
from ..errors import ParameterError
from ..i18n import _, use_language
from .parameters import P, validate

VARIABLE = "VEERKRACHT_LAUNCH"


class Seat(BaseModel):
    """The actor of a launch, as it travels."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    kind: str
    role: str = ""

    def actor(self) -> Actor:
        """Return the seat as the actor that the session knows."""
        return Actor(id=self.id, kind=self.kind, role=self.role)  # type: ignore[arg-type]


class Launch(BaseModel):
    """What the server tells a kernel.

    A page of a session without an actor is made in advance; the launch with its person follows later, through
    :func:`arrive`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    app: str
    session: Path | None = None
    actor: Seat | None = None
    parameters: dict[str, Any] = {}
    language: str = "nl"
    base_url: str = "/"
    join_url: str = ""


_arrived: list[Launch] = []
_waiting: list[Callable[[Launch], None]] = []


def when_arrived(callback: Callable[[Launch], None]) -> None:
    """Call `callback` when the person comes for whom this page was made in advance."""
    _waiting.append(callback)


def arrive(launch: Launch) -> None:
    """Give the page of this process, made in advance, to a person: once, and never to another.

    Raises
    ------
    ParameterError
        If somebody sits here already, or the page was made for something else.
    """
    made = current_launch()
    if made is None or made.actor is not None or launch.actor is None:
        raise ParameterError(_("Deze plaats is al bezet."))
    if (launch.app, launch.session, launch.language) != (made.app, made.session, made.language):
        raise ParameterError(_("Deze pagina hoort bij een andere sessie."))
    _arrived.append(launch)
    for callback in _waiting:
        callback(launch)


def current_launch() -> Launch | None:
    """Return what the server told this kernel, or None where there is no server."""
    if _arrived:
        return _arrived[0]
    text = os.environ.get(VARIABLE)
    if not text:
        return None
    launch = Launch.model_validate_json(text)
    use_language(launch.language)
    return launch


def parameters(model: type[P], **given: Any) -> P:
    """Return the parameters of this notebook: those of the cell, overruled by those of the address.

    Raises
    ------
    ParameterError
        If a name is unknown or a value is not allowed.
    """
    launch = current_launch()
    if launch is not None:
        return validate(model, given | launch.parameters)
    return validate(model, given, todo=_("Verbeter de cel met parameters en voer het notebook opnieuw uit."))
