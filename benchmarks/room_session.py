"""Make the session that is measured, and read its log: ``room_session.py make FOLDER | large FOLDER | events FILE``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from large_town_map import CODE, large_town
from room_servers import SCRIPT, STEP

from veerkracht_nb.apps.prepare import ROLES, prepare_session
from veerkracht_nb.dialogue import Herkenning, open_session
from veerkracht_nb.sources import save_municipality


def make(folder: Path, gemeente: str = "voorbeeldstad") -> dict[str, Any]:
    """Make a session about a gemeente; return what a visitor may need."""
    session = prepare_session(gemeente, title="Meting", script=SCRIPT, folder=folder)
    made = {
        "path": str(session.path),
        "id": session.id,
        "code": session.code,
        "facilitator": session.facilitator_key,
        "screen": session.screen_key,
        "roles": list(ROLES),
        "buurten": [buurt.code for buurt in session.state().buurten],
        "step": STEP,
    }
    session.close()
    return made


def large(folder: Path) -> dict[str, Any]:
    """Make a session about a fictional gemeente of 500 buurten, which is added to the data folder."""
    save_municipality(large_town())
    return make(folder, CODE)


def events(path: Path) -> list[dict[str, Any]]:
    """Return the answers in the log, in the order of writing."""
    with open_session(path) as session:
        return [
            {"id": e.id, "seat": e.actor.id, "buurt": e.payload.buurt, "recognition": e.payload.recognition}
            for e in session.events()
            if isinstance(e.payload, Herkenning)
        ]


if __name__ == "__main__":
    task, argument = sys.argv[1], Path(sys.argv[2])
    sys.stdout.write(json.dumps({"make": make, "large": large, "events": events}[task](argument)))
