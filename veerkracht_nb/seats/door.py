"""What a browser may say to the widgets of a seat: messages for widgets that listen, and traits of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from anywidget import AnyWidget
from ipywidgets import DOMWidget
from ipywidgets.widgets.widget import _instances

_LOOKS = frozenset(DOMWidget.class_trait_names())


def admitted(model: str, data: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what of a message reaches a widget; None when nothing does.

    The boxes, layouts and maps of a page are arranged in Python. Of the other widgets a browser does not change how
    they look, nor what begins with an underscore: code, style, and what they are. So a page holds what was made for
    it, however much a browser says.

    Parameters
    ----------
    model : str
        Id of a widget, or of the comm over which the server speaks to the seat itself.
    data : Mapping
        As widgets get it; ``method`` says what it is.
    """
    widget = _instances.get(model)
    if widget is None:
        return dict(data)
    if not isinstance(widget, AnyWidget):
        return None
    if data.get("method") != "update":
        return dict(data)
    told = data.get("state")
    state = {
        name: value
        for name, value in (told.items() if isinstance(told, dict) else ())
        if name in widget.keys and not name.startswith("_") and name not in _LOOKS
    }
    return {"method": "update", "state": state, "buffer_paths": []} if state else None
