"""The state of widgets as JSON carries it: what a browser needs to draw them, and what has changed since.

A page starts with a picture that is the same for everybody (the snapshot). What is different for one person, or has
changed by the time that a connection comes back, is the difference between two such pictures.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypedDict

from ipywidgets import Widget
from ipywidgets.widgets.widget import _instances, _remove_buffers

MODEL = "IPY_MODEL_"
"""Before the id of a model, where one widget refers to another."""

_BASIS = "_basis"
# How a front end that knows many versions finds a class; the slim page knows models by name.
_UNUSED = frozenset(
    {"_model_module_version", "_view_module", "_view_module_version", "_view_name", "_view_count"}
)


class Packed(TypedDict):
    """One model: its traits, and the bytes that JSON cannot hold as ``[path, base64]``."""

    s: dict[str, Any]
    b: list[list[Any]]


def packed(widget: Widget) -> Packed:
    """Return the state of a widget as plain JSON values that no later change of the widget touches.

    A trait that is None is left out, and so is what only other front ends use. Bytes are not in ``s`` but in ``b``,
    as ``[path, base64]``: ``["_coords"]`` is a trait, ``["rows", 0, "data"]`` something inside one.

    Raises
    ------
    ValueError
        When a trait holds a number that JSON does not know (infinite, not a number).
    TypeError
        When a trait holds something else that JSON does not know.
    """
    state, paths, buffers = _remove_buffers(widget.get_state())
    kept = {name: value for name, value in state.items() if value is not None and name not in _UNUSED}
    return {
        "s": json.loads(json.dumps(kept, allow_nan=False)),
        "b": [
            [list(path), base64.b64encode(buffer).decode()]
            for path, buffer in zip(paths, buffers, strict=True)
        ],
    }


def states(root: Widget, unchanged: Mapping[str, Packed] = MappingProxyType({})) -> dict[str, Packed]:
    """Return the state of `root` and of every widget it leads to, by model id.

    A widget leads to those it refers to in its traits, at any depth, and to the one in ``_basis``. A reference to a
    widget that is closed is left alone.

    Parameters
    ----------
    root : Widget
    unchanged : Mapping[str, Packed]
        States that are known to be as they were; they are taken over.
    """
    found: dict[str, Packed] = {}
    waiting = [root.model_id]
    while waiting:
        model_id = waiting.pop()
        widget = _instances.get(model_id)
        if widget is None or model_id in found:
            continue
        found[model_id] = unchanged.get(model_id) or packed(widget)
        waiting.extend(_references(found[model_id]["s"]))
    return found


def difference(before: Mapping[str, Packed], after: Mapping[str, Packed]) -> dict[str, Packed]:
    """Return what turns `before` into `after`: new models whole, of others the traits that changed.

    A trait that is gone is None. A trait that holds bytes is sent with all its bytes. Models that are gone are not
    named: nothing refers to them any more.
    """
    changed = {}
    for model_id, model in after.items():
        old = before.get(model_id)
        if old is model:
            continue
        change = model if old is None else _changed_traits(old, model)
        if change["s"] or change["b"]:
            changed[model_id] = change
    return changed


def _changed_traits(before: Packed, after: Packed) -> Packed:
    names = {
        name: None for model in (before, after) for name in (*model["s"], *(p[0] for p, _ in model["b"]))
    }
    change: Packed = {"s": {}, "b": []}
    for name in names:
        was, now = _trait(before, name), _trait(after, name)
        if was == now:
            continue
        value, buffers = now
        if value is not None or not any(path == [name] for path, _ in buffers):
            change["s"][name] = value
        change["b"] += buffers
    return change


def _trait(model: Packed, name: str) -> tuple[Any, list[list[Any]]]:
    return model["s"].get(name), [entry for entry in model["b"] if entry[0][0] == name]


def _references(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, str):
        if value.startswith(MODEL):
            yield value.removeprefix(MODEL)
        elif name == _BASIS and " " in value:
            yield value.split(" ", 1)[1]
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _references(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)
