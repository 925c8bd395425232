"""Where the numbers of the buurten stand: inside the buurt, or beside the map with a line to it.

Everything is in millimetres on paper. A label inside lies wholly in its own buurt, and buurten do not overlap; a
label beside stands in a cell of a grid that touches no buurt. So no two labels can overlap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

_SHRINK = (1.0, 0.85, 0.7)
"""Sizes that are tried inside a buurt before the label goes beside the map."""
_GRID = 9
_MOST_CELLS = 4000


@dataclass(frozen=True, kw_only=True)
class Label:
    """One placed label.

    Attributes
    ----------
    key, text : str
    x, y : float
        Centre of the box.
    width, height : float
    size : float
        1 for the full size of the letters.
    anchor : tuple of float
        A point inside the buurt: the centre of the box, or the end of the line.
    beside : bool
        Whether a line leads from the box to the anchor.
    """

    key: str
    text: str
    x: float
    y: float
    width: float
    height: float
    size: float
    anchor: tuple[float, float]
    beside: bool

    @property
    def box(self) -> shapely.Polygon:
        """Return the rectangle of the label."""
        w, h = self.width / 2, self.height / 2
        return shapely.box(self.x - w, self.y - h, self.x + w, self.y + h)


def place_labels(
    shapes: Mapping[str, shapely.Geometry],
    texts: Mapping[str, str],
    sizes: Mapping[str, tuple[float, float]],
    *,
    frame: tuple[float, float, float, float],
    keep_clear: Sequence[shapely.Geometry] = (),
) -> list[Label] | None:
    """Place a label for each shape.

    Parameters
    ----------
    shapes : mapping of str to Polygon or MultiPolygon
        Buurten on paper; they may touch but not overlap.
    texts : mapping of str to str
    sizes : mapping of str to (width, height)
        Size of each box, with the white around the letters.
    frame : tuple of float
        Left, top, right, bottom: labels stay within it.
    keep_clear : sequence of geometry
        What labels beside the map must not touch, besides `shapes`.

    Returns
    -------
    list of Label or None
        None where there is not enough room beside the map: make the map smaller or the letters.
    """
    inside: list[Label] = []
    waiting: dict[str, tuple[float, float]] = {}
    for key, shape in shapes.items():
        part = max(shapely.get_parts(shape), key=shapely.area)
        centre = shapely.get_point(shapely.maximum_inscribed_circle(part), 0)
        label = _inside(key, texts[key], part, centre, sizes[key], inside)
        if label is None:
            waiting[key] = (centre.x, centre.y)
        else:
            inside.append(label)
    if not waiting:
        return inside
    beside = _beside(waiting, texts, sizes, [*shapes.values(), *keep_clear], frame)
    return None if beside is None else inside + beside


def _inside(
    key: str,
    text: str,
    part: shapely.Polygon,
    centre: shapely.Point,
    size: tuple[float, float],
    taken: Sequence[Label],
) -> Label | None:
    shapely.prepare(part)
    west, south, east, north = part.bounds
    xs, ys = np.meshgrid(np.linspace(west, east, _GRID), np.linspace(south, north, _GRID))
    # The middle of the largest circle first, then what is nearest to it.
    order = np.argsort(np.hypot(xs - centre.x, ys - centre.y), axis=None)
    x = np.concatenate([[centre.x], xs.ravel()[order]])
    y = np.concatenate([[centre.y], ys.ravel()[order]])
    # Publishers' borders overlap here and there; the labels must not.
    others = shapely.union_all([label.box for label in taken])
    for factor in _SHRINK:
        w, h = size[0] * factor, size[1] * factor
        boxes = shapely.box(x - w / 2, y - h / 2, x + w / 2, y + h / 2)
        fits = shapely.contains_properly(part, boxes) & shapely.disjoint(boxes, others)
        if fits.any():
            first = int(np.argmax(fits))
            at = (float(x[first]), float(y[first]))
            return Label(
                key=key,
                text=text,
                x=at[0],
                y=at[1],
                width=w,
                height=h,
                size=factor,
                anchor=at,
                beside=False,
            )
    return None


def _beside(
    waiting: Mapping[str, tuple[float, float]],
    texts: Mapping[str, str],
    sizes: Mapping[str, tuple[float, float]],
    blocked: Sequence[shapely.Geometry],
    frame: tuple[float, float, float, float],
) -> list[Label] | None:
    # Only here: it takes a quarter of a second that most pages need not wait for.
    from scipy.optimize import linear_sum_assignment

    width = max(sizes[key][0] for key in waiting)
    height = max(sizes[key][1] for key in waiting)
    cells = _free_cells(width, height, blocked, frame)
    if len(cells) < len(waiting):
        return None
    keys = list(waiting)
    anchors = np.array([waiting[key] for key in keys])
    # Of all ways to share the cells out, the one with the least line; such lines never cross.
    distances = np.hypot(*(anchors[:, None, :] - cells[None, :, :]).transpose(2, 0, 1))
    rows, chosen = linear_sum_assignment(distances)
    return [
        Label(
            key=keys[row],
            text=texts[keys[row]],
            x=float(cells[cell][0]),
            y=float(cells[cell][1]),
            width=sizes[keys[row]][0],
            height=sizes[keys[row]][1],
            size=1.0,
            anchor=waiting[keys[row]],
            beside=True,
        )
        for row, cell in zip(rows, chosen, strict=True)
    ]


def _free_cells(
    width: float,
    height: float,
    blocked: Sequence[shapely.Geometry],
    frame: tuple[float, float, float, float],
) -> np.ndarray:
    """Return the centres (n, 2) of the cells of a grid over `frame` that touch nothing of `blocked`."""
    left, top, right, bottom = frame
    step_x, step_y = width * 1.12, height * 1.25
    step_x *= max(1.0, ((right - left) * (bottom - top) / (step_x * step_y) / _MOST_CELLS) ** 0.5)
    across, down = int((right - left) // step_x), int((bottom - top) // step_y)
    if across < 1 or down < 1:
        return np.empty((0, 2))
    # Spread over the whole frame, so that the outer cells lie against its edges.
    x = left + width / 2 + np.arange(across) * max(step_x, (right - left - width) / max(across - 1, 1))
    y = top + height / 2 + np.arange(down) * max(step_y, (bottom - top - height) / max(down - 1, 1))
    xs, ys = (part.ravel() for part in np.meshgrid(x, y))
    keep = (xs + width / 2 <= right + 1e-6) & (ys + height / 2 <= bottom + 1e-6)
    xs, ys = xs[keep], ys[keep]
    boxes = shapely.box(xs - width * 0.54, ys - height * 0.58, xs + width * 0.54, ys + height * 0.58)
    tree = shapely.STRtree(np.asarray(blocked, dtype=object))
    taken = np.unique(tree.query(boxes, predicate="intersects")[0])
    free = np.setdiff1d(np.arange(len(xs)), taken)
    return np.column_stack([xs[free], ys[free]])
