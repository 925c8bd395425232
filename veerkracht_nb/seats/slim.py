"""Which pages the slim front end can show: those that consist of these models and of nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .states import Packed

MODELS = frozenset(
    {
        "@jupyter-widgets/base LayoutModel",
        "@jupyter-widgets/controls BoxModel",
        "@jupyter-widgets/controls HBoxModel",
        "@jupyter-widgets/controls VBoxModel",
        "anywidget AnyModel",
        "jupyter-leaflet LeafletMapModel",
        "jupyter-leaflet LeafletMapStyleModel",
        "jupyter-leaflet LeafletTileLayerModel",
        "jupyter-leaflet LeafletWidgetControlModel",
    }
)
"""Module and name of each model that ``static/zaal*.js`` can show: its table ``KINDS``."""


def supports(models: Mapping[str, Packed]) -> bool:
    """Return whether the slim page can show all of these models as they are meant.

    Parameters
    ----------
    models : Mapping[str, Packed]
        As :func:`~veerkracht_nb.seats.states.states` returns them.
    """
    return all(_supported(model["s"]) for model in models.values())


def _supported(state: Mapping[str, Any]) -> bool:
    kind = f"{state.get('_model_module')} {state.get('_model_name')}"
    # A layer that is not quiet belongs to a notebook that listens to its map, which this page does not report on.
    plain_map = state.get("crs", {}).get("name") == "EPSG3857" if kind.endswith(" LeafletMapModel") else True
    return kind in MODELS and plain_map and state.get("_quiet", True) is True
