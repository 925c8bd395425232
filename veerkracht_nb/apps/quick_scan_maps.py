"""What the second map of the quick scan shows beside the signal: now, ownership, later, and a second opinion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from ..areas import Municipality
from ..i18n import _
from ..signal import Projection, Signal, Spatial, headline
from ..signal.spatial import ALPHA
from ..widgets import Style
from .layers import (
    FOCUS_STYLES,
    LATER_STYLES,
    OWNERSHIP_STYLES,
    SPATIAL_STYLES,
    later_key,
    ownership_key,
)
from .quick_scan_table import ownership

SECONDS = (
    ("focus", "situatie nu"),
    ("bezit", "corporatiebezit"),
    ("straks", "als we niets doen"),
    ("samenhang", "liggen ze bij elkaar?"),
)
"""The layers of the second map; the last is computed only when it is asked for."""

COLUMNS = (
    ("k1", "kwetsbaarheid nu"),
    ("o1", "overlast nu"),
    ("dk", "verandering kwetsbaarheid"),
    ("do", "verandering overlast"),
)
"""Figures of which the spatial concentration can be asked."""


@dataclass(frozen=True, kw_only=True, eq=False)
class SecondMap:
    """One layer, ready for the map and its legend.

    Attributes
    ----------
    classes : pandas.Series
        Key of `styles` by buurt code.
    styles : Mapping of str to Style
    notes : tuple of str
        What is printed below the legend.
    said : tuple of str
        Explained beside the map: a heading and paragraphs; empty where the legend is enough.
    """

    classes: pd.Series
    styles: Mapping[str, Style]
    notes: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


def focus_now(signal: Signal) -> SecondMap:
    """Return where vulnerability and nuisance are high now."""
    return SecondMap(classes=signal.table["focus"].astype(str), styles=FOCUS_STYLES)


def ownership_share(municipality: Municipality) -> SecondMap:
    """Return which share of the dwellings corporaties own."""
    year, share = ownership(municipality)
    note = _("Jaar: {year}.").format(year=year) if year else _("Er zijn geen cijfers over bezit.")
    return SecondMap(classes=share.map(ownership_key), styles=OWNERSHIP_STYLES, notes=(note,))


def later(projection: Projection) -> SecondMap:
    """Return the probability that both are high if the trends go on."""
    return SecondMap(
        classes=projection.table["p_beide"].map(later_key),
        styles=LATER_STYLES,
        notes=projection.notes,
        said=(_("Als we niets doen"), headline(projection), *projection.notes[:1]),
    )


def clusters(found: Spatial) -> SecondMap:
    """Return where high and low values lie together, with what Moran's I says in plain words."""
    explained = _(
        "Moran's I vergelijkt elke buurt met de buurten waar zij aan grenst: bij 1 lijken buren sterk op elkaar, rond "
        "0 is het toeval, onder 0 verschillen zij juist. De p-waarde zegt hoe vaak toeval alleen zo'n uitkomst geeft."
    )
    none = found.cutoff is not None and not set(found.table["cluster"]) - {"geen", "niet-meegerekend"}
    apart = (_("Geen enkele buurt telt afzonderlijk als cluster."),) if none else ()
    opinion = _("Dit is een second opinion bij de kaart. De klassen veranderen er niet door.")
    return SecondMap(
        classes=found.table["cluster"],
        styles=SPATIAL_STYLES,
        said=(_heading(found), found.note, *apart, explained, opinion),
    )


def waiting(municipality: Municipality) -> SecondMap:
    """Return what is shown while the spatial concentration is computed."""
    said = _("Even rekenen: de eerste keer duurt dit een paar seconden. De rest van de pagina blijft werken.")
    return SecondMap(
        classes=pd.Series("niet-meegerekend", index=municipality.buurten.index),
        styles=SPATIAL_STYLES,
        said=(_("De ruimtelijke samenhang wordt berekend"), said),
    )


def _heading(found: Spatial) -> str:
    if found.p is None or found.i is None:
        return _("Over samenhang valt hier niets te zeggen")
    if found.p > ALPHA:
        return _("Niet significant: dit patroon kan ook toeval zijn")
    if found.i > 0:
        return _("Significant: buurten lijken op hun buren")
    return _("Significant: buurten verschillen van hun buren")
