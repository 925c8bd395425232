"""What one server is told when it starts."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..paths import notebooks_folder, sessions_folder

Validator = Callable[[str, Mapping[str, str]], dict[str, object]]
"""Checks the parameters of an address for a notebook (by name without ``.ipynb``); raises ParameterError."""


def closed_parameters(notebook: str, values: Mapping[str, str]) -> dict[str, object]:
    """Check the parameters of an address with the model of the notebook.

    Raises
    ------
    ParameterError
        If a name is unknown or a value is not allowed.
    """
    from ..apps.parameters import PARAMETERS, validate

    return validate(PARAMETERS[notebook], dict(values)).model_dump()


@dataclass(frozen=True, kw_only=True)
class ServerConfig:
    """Settings of one server.

    Attributes
    ----------
    host, port : str, int
        Address to listen on; port 0 takes a free one.
    sessions, notebooks : Path
        Folder of session files, and folder of the four notebooks that may be shown.
    language : str
        Language of the pages for a visitor who chose none.
    public_address : str
        Address that phones use, such as ``"http://192.168.1.20:8866"``; found by itself where left empty.
    grace_seconds : float
        How long a kernel waits for its page to come back before it is given up.
    max_kernels : int
        More visitors than this get a page that asks them to wait.
    seats_waiting : int
        Seats that are kept ready for the people who are still to come.
    fork : bool
        Fork seats from a warm process where that is safe; otherwise each is an ordinary process.
    max_kernels_per_seat : int
        Tabs of one person; opening one more closes the oldest.
    max_message_bytes : int
        Largest message that a browser may send.
    beheer_secret : str
        Secret part of the administrator's address, new for each start.
    validator : callable
    """

    host: str = ""
    port: int = 8866
    sessions: Path = field(default_factory=sessions_folder)
    notebooks: Path = field(default_factory=notebooks_folder)
    language: str = "nl"
    public_address: str = ""
    grace_seconds: float = 45.0
    max_kernels: int = 150
    seats_waiting: int = 40
    fork: bool = True
    max_kernels_per_seat: int = 3
    max_message_bytes: int = 256 * 1024
    beheer_secret: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    validator: Validator = closed_parameters
