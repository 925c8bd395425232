"""The figures of an own table on the map: classes with as many buurten each, and what is not there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from ..areas import Municipality
from ..i18n import _
from ..signal.decimals import plain
from ..sources.own_model import Checked
from ..widgets import Column, DataTable, Style
from .layers import LayerStyle

ABSENT, EMPTY = "afwezig", "leeg"
_STEPS = (
    ("1", "#edf8fb", "geen"),
    ("2", "#b3cde3", "ijle-stippen"),
    ("3", "#8c96c6", "licht"),
    ("4", "#88419d", "dicht"),
)


def rest_styles() -> dict[str, Style]:
    """Return how a buurt without a figure looks."""
    empty, absent = _("Wel een regel, geen bruikbaar cijfer"), _("Niet in de tabel")
    return {
        EMPTY: LayerStyle(letter="?", label=empty, colour="#ffffff", pattern="leeg"),
        ABSENT: LayerStyle(letter="–", label=absent, colour="#d9d5cc", pattern="geen"),
    }


def decimals_of(values: pd.Series) -> int:
    """Return how many decimals figures need, 2 at most."""
    known = values.dropna()
    return next((n for n in (0, 1) if np.allclose(known, known.round(n), rtol=0, atol=1e-9)), 2)


def class_edges(values: pd.Series) -> list[float]:
    """Return the upper bounds of at most four classes with about as many buurten each.

    Every bound is a figure that occurs, so no class is empty; equal figures are never in two classes.
    """
    known = values.dropna().to_numpy(dtype="float64")
    if not len(known):
        return []
    inner = np.quantile(known, (0.25, 0.5, 0.75), method="inverted_cdf")
    return [*sorted({float(edge) for edge in inner if edge < known.max()}), float(known.max())]


def map_classes(
    values: pd.Series, absent: tuple[str, ...], decimals: int
) -> tuple[dict[str, str], Mapping[str, Style]]:
    """Return the class of each buurt, and how each class looks.

    Parameters
    ----------
    values : pandas.Series
        One figure for each land buurt, by code; NaN where there is none.
    absent : tuple of str
        Codes of the buurten without a row.
    decimals : int
        Decimals of the figures in the legend.
    """
    edges = class_edges(values)
    place = pd.Series(np.searchsorted(edges, values.to_numpy(dtype="float64")), index=values.index)
    keys = place.map(lambda number: str(number + 1)).where(values.notna(), EMPTY)
    keys[keys.index.isin(absent)] = ABSENT
    styles: dict[str, Style] = {}
    for number in range(len(edges)):
        inside = values[keys == str(number + 1)]
        letter, colour, pattern = _STEPS[number if len(edges) > 1 else 1]
        label = _range(float(inside.min()), float(inside.max()), decimals)
        styles[str(number + 1)] = LayerStyle(
            letter=letter if len(edges) > 1 else "1",
            label=_("{range} ({n} buurten)").format(range=label, n=len(inside)),
            colour=colour,
            pattern=pattern,
        )
    rest = {key: style for key, style in rest_styles().items() if (keys == key).any()}
    return keys.to_dict(), {**styles, **rest}


def _range(low: float, high: float, decimals: int) -> str:
    if low == high:
        return plain(low, decimals)
    return _("{low} tot en met {high}").format(low=plain(low, decimals), high=plain(high, decimals))


def land_of(municipality: Municipality) -> pd.Index:
    """Return the codes of the buurten that are not water."""
    return municipality.buurten.index[~municipality.buurten["water"].astype(bool)]


def with_decimals(checked: Checked) -> Checked:
    """Return the check with as many decimals for each column as its figures have."""
    columns = list(checked.preview.columns[1:])
    needed: dict[str, int] = {}
    for item, name in zip(checked.choice.columns, columns, strict=True):
        needed[item.key] = max(needed.get(item.key, 0), decimals_of(checked.preview[name]))
    items = tuple(replace(item, decimals=needed[item.key]) for item in checked.choice.columns)
    return replace(checked, choice=replace(checked.choice, columns=items))


def show_rows(rows: DataTable, checked: Checked, municipality: Municipality) -> None:
    """Show the figures of every buurt on land in a table."""
    columns = list(checked.preview.columns[1:])
    buurten = municipality.buurten.loc[land_of(municipality)].sort_values(["wijk_name", "name"])
    preview = checked.preview.astype(object).where(checked.preview.notna(), None)
    rows.show(
        [
            Column(label=_("Buurt")),
            *(
                Column(label=name, number=True, decimals=item.decimals)
                for name, item in zip(columns, checked.choice.columns, strict=True)
            ),
        ],
        {str(code): (str(name), *preview.loc[code, columns]) for code, name in buurten["name"].items()},
        caption=_("Zo komen de cijfers bij de buurten"),
    )
