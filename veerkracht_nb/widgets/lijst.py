"""The list that does everything the map does, and the pair of them behind two tabs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import anywidget
import geopandas as gpd
import ipywidgets
import traitlets

from ..i18n import _
from ..signal import CLASSES
from ._buurten import BuurtWidget, Mark, Style, script, stylesheet
from .kaart import BuurtKaart, buurt_kaart, names_of, water_of

SEARCH_FROM = 15
"""With more buurten than this the list has a search field."""


class BuurtLijst(BuurtWidget):
    """The buurten as a list, grouped by wijk: letter, pattern, words, tick and count, and the same choice.

    Parameters
    ----------
    names, palette, heading, water
        See :class:`~veerkracht_nb.widgets._buurten.BuurtWidget`.
    wijken : Mapping[str, str]
        Name of the wijk of each buurt, by the code of the buurt; groups appear in the order of `names`.
    hoogte : str
        Height in CSS; what does not fit scrolls within the list.
    """

    _esm = script("lijst")
    _css = stylesheet("lijst")
    _wijken = traitlets.List(traitlets.Any()).tag(sync=True)
    _search_from = traitlets.Int(SEARCH_FROM).tag(sync=True)

    def __init__(
        self,
        names: Mapping[str, str],
        *,
        palette: Mapping[str, Style],
        wijken: Mapping[str, str] | None = None,
        hoogte: str = "45vh",
        **kwargs: Any,
    ) -> None:
        groups: dict[str, list[int]] = {}
        for place, code in enumerate(names):
            groups.setdefault((wijken or {}).get(code, ""), []).append(place)
        layout = ipywidgets.Layout(width="100%", height=hoogte, min_height="220px")
        super().__init__(
            names,
            palette=palette,
            _wijken=[[wijk, places] for wijk, places in groups.items()],
            layout=layout,
            **kwargs,
        )


def buurt_lijst(
    buurten: gpd.GeoDataFrame,
    *,
    palette: Mapping[str, Style] | None = None,
    heading: str = "signaal",
    hoogte: str = "45vh",
) -> BuurtLijst:
    """Make the list of the buurten of a gemeente.

    Parameters as of :func:`~veerkracht_nb.widgets.kaart.buurt_kaart`; also uses the column ``wijk_name``.
    """
    wijken = {str(code): str(name) for code, name in buurten["wijk_name"].fillna("").items()}
    return BuurtLijst(
        names_of(buurten),
        palette=CLASSES if palette is None else palette,
        wijken=wijken,
        heading=_(heading),
        water=water_of(buurten),
        hoogte=hoogte,
    )


class _Tabs(anywidget.AnyWidget):
    """Buttons that show one of the panels beside them."""

    _esm = script("tabs")
    _css = stylesheet("tabs")
    _labels = traitlets.List(traitlets.Unicode()).tag(sync=True)
    _title = traitlets.Unicode().tag(sync=True)
    _key = traitlets.Unicode().tag(sync=True)


class KaartEnLijst(ipywidgets.VBox):
    """Map and list behind two tabs, showing the same and choosing the same.

    Switching happens in the browser, which remembers the choice.

    Attributes
    ----------
    kaart : BuurtKaart
    lijst : BuurtLijst
    selected : str or None
        Code of the chosen buurt, in both directions. Observe it.
    """

    selected = traitlets.Unicode(None, allow_none=True)

    def __init__(self, kaart: BuurtKaart, lijst: BuurtLijst) -> None:
        self.kaart = kaart
        self.lijst = lijst
        kaart.laag._find = len(lijst._codes) > SEARCH_FROM
        tabs = _Tabs(_labels=[_("Kaart"), _("Lijst")], _title=_("Kaart of lijst"), _key="kaart-lijst")
        panels: tuple[ipywidgets.DOMWidget, ...] = (kaart, lijst)
        for place, panel in enumerate(panels):
            panel.add_class("vk-paneel")
            panel.add_class(f"vk-paneel-{place}")
        super().__init__([tabs, kaart, lijst], layout=ipywidgets.Layout(width="100%"))
        self.add_class("vk-tabbox")
        traitlets.link((kaart, "selected"), (self, "selected"))
        traitlets.link((lijst, "selected"), (self, "selected"))

    @property
    def _both(self) -> Iterable[BuurtWidget]:
        return (self.kaart.laag, self.lijst)

    @property
    def palette(self) -> dict[str, Style]:
        """How each class looks now."""
        return self.kaart.palette

    def set_classes(
        self,
        classes: Mapping[str, str | None],
        *,
        palette: Mapping[str, Style] | None = None,
        heading: str | None = None,
    ) -> None:
        """Show these classes in both: :meth:`BuurtWidget.set_classes`."""
        for widget in self._both:
            widget.set_classes(classes, palette=palette, heading=heading)

    def set_class(self, code: str, key: str | None) -> None:
        """Show one buurt in another class, in both."""
        for widget in self._both:
            widget.set_class(code, key)

    def set_marks(self, marks: Mapping[str, Mark]) -> None:
        """Show these ticks and counts, and no others, in both."""
        for widget in self._both:
            widget.set_marks(marks)

    def set_mark(self, code: str, mark: Mark | None) -> None:
        """Show the tick and count of one buurt in both."""
        for widget in self._both:
            widget.set_mark(code, mark)

    def focus(self, code: str | None = None) -> None:
        """Point out the buurt that the room talks about in both; None removes it."""
        for widget in self._both:
            widget.set_focus(code)


def kaart_en_lijst(
    buurten: gpd.GeoDataFrame,
    *,
    palette: Mapping[str, Style] | None = None,
    heading: str = "signaal",
    hoogte: str = "45vh",
    quiet: bool = True,
) -> KaartEnLijst:
    """Make a map and a list of the buurten of a gemeente behind two tabs.

    Parameters and errors as of :func:`~veerkracht_nb.widgets.kaart.buurt_kaart`.
    """
    kaart = buurt_kaart(buurten, palette=palette, heading=heading, hoogte=hoogte, quiet=quiet)
    return KaartEnLijst(kaart, buurt_lijst(buurten, palette=palette, heading=heading, hoogte=hoogte))
