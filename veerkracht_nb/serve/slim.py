"""The slim page of a room: which widgets it can show, where its Leaflet is, and what its script is told.

The page itself is ``static/zaal*.js``: no JupyterLab and no front end of Voilà, only the models that a room consists
of. A page with any other model gets the full front end.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from ..seats.slim import MODELS, supports
from .pages import app_policy

if TYPE_CHECKING:
    from .assets import AssetTable

MODULES = ("huis/zaal_kaart.js", "huis/zaal_modellen.js", "huis/zaal_draad.js")
"""What ``huis/zaal.js`` imports; the page asks for them at once."""

__all__ = ["MODELS", "leaflet_url", "page_values", "place_of", "script_json", "slim_policy", "supports"]

_LEAFLET_FILES = "labextensions/jupyter-leaflet/static/"
_CHUNK = re.compile(
    r"self\.webpackChunkjupyter_leaflet\b.{0,80}\.push\(\[\[\d+\],\{\d+:function\(", re.DOTALL
)
_LEAFLET = re.compile(
    r"\.noConflict=.*\.version=\"1\.\d+\.\d+\"|\.version=\"1\.\d+\.\d+\".*\.noConflict=", re.DOTALL
)


def leaflet_url(assets: AssetTable) -> str:
    """Return the address of Leaflet, or "" where ipyleaflet's package does not hold it as a file of its own.

    The name of that file has a number and a hash that change with every version, so it is known by what is in it.
    """
    for name, asset in assets.matching(_LEAFLET_FILES, ".js"):
        text = asset.path.read_text(encoding="utf-8", errors="replace")
        if _CHUNK.search(text[:600]) and _LEAFLET.search(text[-1500:]):
            return assets.url(name)
    return ""


def slim_policy(host: str) -> str:
    """Return the policy of a slim page, for a server at `host` (name and port): nothing may be compiled."""
    return app_policy(host).replace(" 'unsafe-eval'", "")


def script_json(value: object) -> Markup:
    """Return `value` as JSON that is safe inside a script element."""
    text = json.dumps(value)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def place_of(
    *, kernel: str, token: str, snapshot: str, leaflet: str, home: str, version: str
) -> dict[str, str]:
    """Return what the script of a page is told of its place.

    Parameters
    ----------
    kernel : str
        Id of the kernel of this seat.
    token : str
        Guards the request that gives the kernel back.
    snapshot : str
        Id of the state that the page starts from; "" when there is none.
    leaflet : str
        From :func:`leaflet_url`.
    home : str
        Path of this page, under which the browser remembers the chosen buurt.
    version : str
        Address of the script: a page goes on with another place only when it is of the same version.
    """
    told = {"kernel": kernel, "token": token, "snapshot": snapshot}
    return told | {"leaflet": leaflet, "home": home, "version": version}


def page_values(app: str, title: str, place: dict[str, str]) -> dict[str, Any]:
    """Return what the template ``zaal.html`` needs beside what every page has."""
    return {"app": app, "title": title, "place": place, "json": script_json(place), "modules": MODULES}
