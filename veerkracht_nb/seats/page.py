"""The page of a seat: made in advance, the same for everybody, and then given to one person."""

from __future__ import annotations

import gzip
import hashlib
import json
import logging
from pathlib import Path
from typing import Any

from ipywidgets import Widget

from ..apps.launch import Launch, arrive
from ..errors import VeerkrachtError
from .kernel import SeatKernel, touched, use_seat_comms
from .notebook import run_notebook
from .slim import supports
from .states import Packed, difference, states

log = logging.getLogger(__name__)


class SeatPage:
    """The widgets of a page, and how they were before anybody sat down.

    Attributes
    ----------
    snapshot : str
        Name of the picture of the page as it was made; follows from its content.
    slim : bool
        Whether the slim front end can show it.
    """

    def __init__(self, root: Widget) -> None:
        self._root = root
        self._made: dict[str, Packed] = states(root)
        touched.clear()
        self.slim = supports(self._made)
        self.snapshot = hashlib.sha256(self._text().encode()).hexdigest()[:32]

    def _text(self) -> str:
        return json.dumps({"root": self._root.model_id, "models": self._made}, separators=(",", ":"))

    def save(self, folder: Path) -> None:
        """Write the picture to ``<snapshot>.json.gz`` in `folder`, as it goes to browsers."""
        (folder / f"{self.snapshot}.json.gz").write_bytes(gzip.compress(self._text().encode(), 6, mtime=0))

    def order(self, said: dict[str, Any]) -> dict[str, Any]:
        """Do what the server says.

        ``about`` asks what kind of page this is, ``sit`` gives it to a person, ``hello`` asks for its state.
        """
        if said.get("do") == "about":
            return {"slim": self.slim}
        if said.get("do") == "sit":
            return {"sat": _sit(said["launch"])}
        if said.get("do") == "hello":
            unchanged = {name: made for name, made in self._made.items() if name not in touched}
            now = states(self._root, unchanged)
            known = said.get("snapshot") == self.snapshot
            models = difference(self._made, now) if known else now
            return {"state": {"root": self._root.model_id, "models": models, "full": not known}}
        raise ValueError(said.get("do"))


def _sit(launch: dict[str, Any]) -> bool:
    try:
        arrive(Launch.model_validate(launch))
    except VeerkrachtError:
        log.exception("nobody could sit down here")
        return False
    return True


async def be_page(connection_file: Path, notebook: Path) -> None:
    """Execute `notebook`, and be the seat of what it shows until told to stop."""
    await SeatKernel(connection_file, make_page(notebook).order).run()


def make_page(notebook: Path) -> SeatPage:
    """Execute `notebook` for the launch in the environment and return what it shows.

    Raises
    ------
    TypeError
        If it shows no widget.
    """
    use_seat_comms()
    shown = run_notebook(notebook)
    if not isinstance(shown, Widget):
        raise TypeError(f"{notebook.name} shows no widget")
    return SeatPage(shown)
