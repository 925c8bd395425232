"""The largest scale at which a map with all its labels fits on the sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from ...areas.municipality import Municipality
from ...errors import ExportError
from ...i18n import _
from .drawing import Ground
from .ground import Numbered, bounds_of, on_paper
from .labels import Label, place_labels
from .paper import Layout, fitting_scale
from .styles import Look
from .typeset import MM_PER_PT, text_width

_MANY_BESIDE, _WORTH_A_SHEET, _EDGE = 1 / 3, 1.5, 0.15
_LETTER_PT, _LEAST_LETTER_PT = 30.0, 11.0
# Size of the letters, and rows of labels that are kept free around the map; tried in this order.
_ATTEMPTS = (
    (1.0, 0),
    (1.0, 1),
    (1.0, 2),
    (0.85, 2),
    (0.85, 3),
    (0.7, 3),
    (0.7, 4),
    (0.55, 5),
    (0.4, 6),
    (0.3, 8),
)


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A map that fits: its scale and what is on it."""

    layout: Layout
    scale: int
    ground: Ground
    labels: tuple[Label, ...]
    letter_pt: float


def fit(
    municipality: Municipality,
    keys: Mapping[str, str],
    style: Mapping[str, Look],
    members: Sequence[Numbered],
    choices: Sequence[Layout],
) -> Placed:
    """Return the map at the largest scale at which every buurt of `members` has a place for its label.

    Parameters
    ----------
    municipality : Municipality
    keys : mapping of str to str
        Key of each buurt in `style`, by code.
    style, members, choices

    Raises
    ------
    ExportError
        If there is no such scale.
    """
    keys = {buurt.code: keys[buurt.code] for buurt in members}
    texts = {buurt.code: f"{buurt.number} {style[keys[buurt.code]].mark}" for buurt in members}
    bounds = bounds_of(municipality.buurten, [buurt.code for buurt in members])
    for factor, rows in _ATTEMPTS:
        found = [_attempt(municipality, keys, texts, bounds, layout, factor, rows) for layout in choices]
        fitting = [placed for placed in found if placed is not None]
        if fitting:
            return min(fitting, key=lambda placed: placed.scale)
    raise ExportError(
        _("De nummers van de buurten passen niet naast de kaart."),
        got=_("{n} buurten").format(n=len(members)),
        todo=_("maak de kaarten per wijk"),
    )


def _attempt(
    municipality: Municipality,
    keys: dict[str, str],
    texts: dict[str, str],
    bounds: tuple[float, float, float, float],
    layout: Layout,
    factor: float,
    rows: int,
) -> Placed | None:
    letter = max(_LETTER_PT * layout.unit, _LEAST_LETTER_PT) * factor
    em = letter * MM_PER_PT
    sizes = {code: (text_width(text, letter, bold=True) + 0.6 * em, 1.3 * em) for code, text in texts.items()}
    width, height = layout.map.width, layout.map.height
    pad = 6 * layout.unit
    side = pad + (1.2 * max(w for w, _h in sizes.values()) * rows)
    above = pad + 1.7 * em * rows
    if width - 2 * side < width / 4 or height - 2 * above < height / 4:
        return None
    scale = fitting_scale(bounds, width - 2 * side, height - 2 * above)
    centre = ((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2)
    paper = on_paper(municipality.buurten, scale=scale, centre=centre, width=width, height=height)
    ground = ground_of(municipality, paper, keys, width=width, height=height)
    edge = 2 * layout.unit
    labels = place_labels(
        ground.shapes,
        {code: texts[code] for code in ground.shapes},
        sizes,
        frame=(edge, edge, width - edge, height - edge),
    )
    if labels is None:
        return None
    return Placed(layout=layout, scale=scale, ground=ground, labels=tuple(labels), letter_pt=letter)


def ground_of(
    municipality: Municipality, paper: gpd.GeoSeries, keys: dict[str, str], *, width: float, height: float
) -> Ground:
    """Return what is drawn: the buurten of `keys` with a class, and the others that lie in the frame."""
    frame = shapely.box(0, 0, width, height)
    visible = paper[paper.intersects(frame)]
    water = municipality.buurten["water"]
    chosen = [code for code in keys if code in paper.index]
    wijk = municipality.buurten["wijk_code"]
    wijken = [
        # On a grid, because publishers' borders do not meet to the last decimal.
        shapely.union_all(paper[members].to_numpy(), grid_size=0.01)
        for _code, members in wijk[chosen].groupby(wijk[chosen]).groups.items()
    ]
    return Ground(
        shapes={code: paper[code] for code in chosen},
        keys=dict(keys),
        water=[shape for code, shape in visible.items() if water[code]],
        elsewhere=[shape for code, shape in visible.items() if not water[code] and code not in keys],
        wijken=wijken,
    )


def crowded(placed: Placed, members: Sequence[Numbered]) -> list[Numbered]:
    """Return the buurten of the part where most labels had to stand beside the map; none where that is no gain.

    It is the rectangle around the middle nine tenths of these buurten, in each direction, and whatever lies
    wholly on its edge.
    """
    anchors = {label.key: label.anchor for label in placed.labels}
    beside = np.array([label.anchor for label in placed.labels if label.beside])
    if len(beside) < _MANY_BESIDE * len(members):
        return []
    low, high = np.percentile(beside, [5, 95], axis=0)
    found = [
        buurt
        for buurt in members
        if buurt.code in anchors
        and np.all(low <= anchors[buurt.code])
        and np.all(anchors[buurt.code] <= high)
    ]
    if not found:
        return []
    drawn = shapely.total_bounds([placed.ground.shapes[buurt.code] for buurt in found])
    edge = _EDGE * (drawn[2:] - drawn[:2])
    room = shapely.box(*(drawn[:2] - edge), *(drawn[2:] + edge))
    found = [b for b in members if b.code in anchors and shapely.covers(room, placed.ground.shapes[b.code])]
    drawn = shapely.total_bounds([placed.ground.shapes[buurt.code] for buurt in found])
    whole = shapely.total_bounds(list(placed.ground.shapes.values()))
    gain = max((whole[2:] - whole[:2]) / (drawn[2:] - drawn[:2]))
    return found if gain >= _WORTH_A_SHEET else []
