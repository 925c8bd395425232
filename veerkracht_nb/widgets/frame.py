"""How the parts of a screen stand beside each other: phone, laptop, beamer."""

from __future__ import annotations

from typing import Any, Literal

import ipywidgets as w
import traitlets as t

from ..errors import ParameterError
from ..i18n import _
from ._base import Onderdeel, esm, static_text

Kind = Literal["deelnemer", "begeleider", "scherm", "quickscan"]

AREAS: dict[Kind, tuple[str, ...]] = {
    "deelnemer": ("top", "map", "side"),
    "begeleider": ("top", "left", "map", "middle", "side"),
    "scherm": ("top", "map", "side", "corner"),
    "quickscan": ("top", "map", "side", "middle"),
}
"""The areas of each kind of screen, in reading order."""


class Area(w.Box):
    """A box that no browser can rearrange."""

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Drop what a browser sends."""


class PageStyle(Onderdeel):
    """Brings the shared style to the page and tells the page what kind of screen it is; draws nothing.

    A page that is only an app becomes full-bleed; inside a JupyterLab cell the frame stays in its cell.
    """

    _esm = esm("page_style.js")

    kind = t.Unicode("deelnemer").tag(sync=True)
    contrast = t.Unicode().tag(sync=True)
    language = t.Unicode("nl").tag(sync=True)


class BeamerStyle(PageStyle):
    """The same for the beamer, with the rules that no phone needs to download."""

    _css = static_text("beamer.css")


def app_frame(
    kind: Kind,
    *,
    contrast: Literal["", "high"] = "",
    language: str = "nl",
    **areas: w.Widget | list[w.Widget],
) -> Area:
    """Lay out widgets as one screen.

    Parameters
    ----------
    kind : {"deelnemer", "begeleider", "scherm", "quickscan"}
        Phone first in one column (two from 900 px); three columns from 1280 px; beamer without controls; maps with
        a card beside them and a table below.
    contrast : {"", "high"}
        ``"high"`` forces high contrast; otherwise the browser's own preference counts.
    language : str
        Language of the page, for screen readers.
    **areas
        Widgets per area of :data:`AREAS`; an area that is left out takes no room.

    Returns
    -------
    Area
        An ipywidgets Box, to be the last expression of a cell.

    Raises
    ------
    ParameterError
        If this kind of screen has no such area.

    Examples
    --------
    >>> from veerkracht_nb.widgets import BuurtCard, TopBar, app_frame
    >>> app_frame("deelnemer", top=TopBar(title="Voorbeeldstad"), side=[BuurtCard()])
    Area(...)
    """
    known = AREAS.get(kind, ())
    unknown = [name for name in areas if name not in known]
    if not known or unknown:
        raise ParameterError(
            _("Dit scherm heeft zo'n vak niet."),
            expected=", ".join(known or AREAS),
            got=", ".join(unknown) or kind,
        )
    style = BeamerStyle if kind == "scherm" else PageStyle
    children: list[w.Widget] = [style(kind=kind, contrast=contrast, language=language)]
    for name in known:
        if name in areas:
            content = areas[name]
            box = Area(children=content if isinstance(content, list) else [content])
            box.add_class(f"vk-area-{name}")
            children.append(box)
    frame = Area(children=children)
    frame.add_class("vk-frame")
    frame.add_class(f"vk-frame-{kind}")
    return frame


def keep_under(frame: w.Widget, key: str) -> None:
    """Let every part of a screen that keeps things in the browser keep them under `key`, that of its seat."""
    for child in getattr(frame, "children", ()):
        keep_under(child, key)
    if isinstance(frame, Onderdeel) and frame.storage_key:
        frame.storage_key = key
