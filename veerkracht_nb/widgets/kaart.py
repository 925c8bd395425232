"""The map of the buurten: an ordinary ipyleaflet map with one layer that travels light."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import ipyleaflet
import ipywidgets
import traitlets

from ..i18n import _
from ..signal import CLASSES
from ._buurten import BuurtWidget, Mark, Style, script, stylesheet
from ._geometry import Shapes, coverage_shapes

MAX_ZOOM = 17


class BuurtLaag(BuurtWidget):
    """The buurten as a layer on an ipyleaflet map, drawn by the browser as one SVG.

    Boundaries are sent once (:func:`~veerkracht_nb.widgets._geometry.coverage_shapes`); a change of one
    buurt costs some 70 bytes plus the envelope of a message. The layer brings the buttons for zooming and for
    the whole gemeente.

    Parameters
    ----------
    shapes : Shapes
        Boundaries; its codes are the keys of `names`, in the same order.
    names, palette, heading, water
        See :class:`~veerkracht_nb.widgets._buurten.BuurtWidget`.
    quiet : bool
        Keep the mouse moves and pans of the map, which ipyleaflet reports to the kernel, in the browser.
        False for a notebook that uses ``map.on_interaction``, ``map.bounds`` or ``map.zoom``.
    controls : bool
        Show the buttons for zooming and for the whole gemeente; False for a screen that nobody touches.
    """

    _esm = script("kaart_leaflet", "kaart_labels", "kaart_vormen", "kaart_tekening", "kaart")
    _css = stylesheet("kaart")
    _shapes = traitlets.Dict().tag(sync=True)
    _coords = traitlets.Bytes().tag(sync=True)
    _map_id = traitlets.Unicode().tag(sync=True)
    _quiet = traitlets.Bool(True).tag(sync=True)
    _controls = traitlets.Bool(True).tag(sync=True)
    # Whether there is a list with a search field beside the map, to go to.
    _find = traitlets.Bool(False).tag(sync=True)

    def __init__(
        self,
        shapes: Shapes,
        names: Mapping[str, str],
        *,
        palette: Mapping[str, Style],
        quiet: bool = True,
        controls: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            names,
            palette=palette,
            _shapes={
                "rings": [list(lengths) for lengths in shapes.rings],
                "bounds": list(shapes.bounds),
                "labels": [list(label) if label else None for label in shapes.labels],
            },
            _coords=shapes.coords,
            _quiet=quiet,
            _controls=controls,
            **kwargs,
        )
        self._control: ipyleaflet.WidgetControl | None = None

    def add_to(self, map_: ipyleaflet.Map) -> None:
        """Draw the layer on `map_`; it moves there when it was on another map."""
        self.remove()
        self._map_id = map_.model_id
        self._control = ipyleaflet.WidgetControl(widget=self, position="topright", transparent_bg=True)
        self._map = map_
        map_.add(self._control)

    def remove(self) -> None:
        """Take the layer off its map."""
        if self._control is not None and self._control in self._map.controls:
            self._map.remove(self._control)
        self._control = None


class BuurtKaart(ipywidgets.Box):
    """A map of buurten. Make one with :func:`buurt_kaart`.

    Attributes
    ----------
    map : ipyleaflet.Map
        Any ipyleaflet layer may be added.
    laag : BuurtLaag
    selected : str or None
        Code of the chosen buurt, in both directions. Observe it.
    """

    selected = traitlets.Unicode(None, allow_none=True)

    def __init__(self, map_: ipyleaflet.Map, laag: BuurtLaag) -> None:
        self.map = map_
        self.laag = laag
        super().__init__([map_], layout=ipywidgets.Layout(width="100%"))
        self.add_class("vk-kaart")
        traitlets.link((laag, "selected"), (self, "selected"))

    @property
    def palette(self) -> dict[str, Style]:
        """How each class looks now."""
        return self.laag.palette

    def set_classes(
        self,
        classes: Mapping[str, str | None],
        *,
        palette: Mapping[str, Style] | None = None,
        heading: str | None = None,
    ) -> None:
        """Show these classes: :meth:`BuurtWidget.set_classes`."""
        self.laag.set_classes(classes, palette=palette, heading=heading)

    def set_class(self, code: str, key: str | None) -> None:
        """Show one buurt in another class."""
        self.laag.set_class(code, key)

    def set_marks(self, marks: Mapping[str, Mark]) -> None:
        """Show these ticks and counts, and no others."""
        self.laag.set_marks(marks)

    def set_mark(self, code: str, mark: Mark | None) -> None:
        """Show the tick and count of one buurt."""
        self.laag.set_mark(code, mark)

    def focus(self, code: str | None = None) -> None:
        """Draw a ring around the buurt that the room talks about; None removes it."""
        self.laag.set_focus(code)


def names_of(buurten: gpd.GeoDataFrame) -> dict[str, str]:
    """Return the name of each buurt by its code, in the order of the table."""
    return {str(code): str(name) for code, name in buurten["name"].items()}


def water_of(buurten: gpd.GeoDataFrame) -> list[str]:
    """Return the codes of the buurten that are water only."""
    return [str(code) for code in buurten.index[buurten["water"].fillna(False).astype(bool)]]


def buurt_kaart(
    buurten: gpd.GeoDataFrame,
    *,
    palette: Mapping[str, Style] | None = None,
    heading: str = "signaal",
    hoogte: str = "45vh",
    tolerance_m: float | None = None,
    tegels: ipyleaflet.TileLayer | None = None,
    quiet: bool = True,
    controls: bool = True,
) -> BuurtKaart:
    """Make a map of the buurten of a gemeente.

    Parameters
    ----------
    buurten : geopandas.GeoDataFrame
        As :attr:`Municipality.buurten <veerkracht_nb.areas.Municipality>`: index code, columns ``name``,
        ``water`` and geometry in EPSG:28992.
    palette : Mapping[str, Style]
        How each class looks; by default the classes of the signaleringskaart.
    heading : str
        The word that is said before a letter.
    hoogte : str
        Height of the map in CSS.
    tolerance_m : float, optional
        Simplification of the boundaries in metres; by default chosen for the number of buurten.
    tegels : ipyleaflet.TileLayer, optional
        Background. Without it the map asks nothing of any other computer.
    quiet, controls : bool
        See :class:`BuurtLaag`.

    Returns
    -------
    BuurtKaart

    Raises
    ------
    DataError
        When the boundaries are in another coordinate system or absent.
    """
    shapes = coverage_shapes(buurten, tolerance_m)
    west, south, east, north = shapes.bounds
    map_ = ipyleaflet.Map(
        layers=(tegels,) if tegels else (),
        center=((south + north) / 2, (west + east) / 2),
        zoom=11,
        max_zoom=MAX_ZOOM,
        zoom_snap=0.25,
        zoom_control=False,
        attribution_control=tegels is not None,
        layout=ipywidgets.Layout(width="100%", height=hoogte, min_height="220px"),
    )
    laag = BuurtLaag(
        shapes,
        names_of(buurten),
        palette=CLASSES if palette is None else palette,
        heading=_(heading),
        water=water_of(buurten),
        quiet=quiet,
        controls=controls,
    )
    laag.add_to(map_)
    return BuurtKaart(map_, laag)
