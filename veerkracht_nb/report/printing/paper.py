"""Sheets of paper: their size, what stands where, and the scale at which a map fits. All in millimetres."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SheetName = Literal["A0", "A1", "A3"]
SHEETS: dict[str, tuple[float, float]] = {"A0": (1189, 841), "A1": (841, 594), "A3": (420, 297)}
"""Width and height of a sheet, lying."""

_STEPS = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.5, 8.0)
_BAR_STEPS = (1, 2, 5)

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class Rect:
    """A place on the sheet: left upper corner, width and height."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True)
class Layout:
    """What stands where on a sheet.

    Attributes
    ----------
    name : str
        Of the sheet.
    width, height : float
    unit : float
        Size of letters and spaces, 1 on A0.
    header, map, strip, panel, cards, footer : Rect
        ``strip`` is the line under the map with north arrow and scale bar; ``panel`` legend and index.
    card_columns : int
        4 where the question cards lie next to each other, 1 where they stand under each other.
    """

    name: str
    width: float
    height: float
    unit: float
    header: Rect
    map: Rect
    strip: Rect
    panel: Rect
    cards: Rect
    footer: Rect
    card_columns: int


def layouts(name: str) -> tuple[Layout, Layout]:
    """Return the two layouts of a sheet: cards under the map, for a wide one, or beside it, for a tall one."""
    width, height = SHEETS[name]
    u = width / SHEETS["A0"][0]
    left, top, right, bottom, gap = 24 * u, 22 * u, width - 24 * u, height - 20 * u, 14 * u
    header = Rect(x=left, y=top, width=right - left, height=72 * u)
    # The small print has a smallest size, so on a small sheet it takes a larger part.
    foot = 72 * u if u > 0.5 else 32.0
    footer = Rect(x=left, y=bottom - foot, width=right - left, height=foot)
    y0, y1 = header.y + header.height + gap, footer.y - gap
    wide, strip_height, cards_height, cards_width = 336 * u, 30 * u, 132 * u, 236 * u
    panel = Rect(x=right - wide, y=y0, width=wide, height=y1 - y0)

    def made(x0: float, until: float, cards: Rect, columns: int) -> Layout:
        across = panel.x - gap - x0
        return Layout(
            name=name,
            width=width,
            height=height,
            unit=u,
            header=header,
            map=Rect(x=x0, y=y0, width=across, height=until - strip_height - y0),
            strip=Rect(x=x0, y=until - strip_height, width=across, height=strip_height),
            panel=panel,
            cards=cards,
            footer=footer,
            card_columns=columns,
        )

    under = Rect(x=left, y=y1 - cards_height, width=panel.x - gap - left, height=cards_height)
    beside = Rect(x=left, y=y0, width=cards_width, height=y1 - y0)
    return made(left, under.y - gap, under, 4), made(left + cards_width + gap, y1, beside, 1)


def fitting_scale(bounds: Bounds, width: float, height: float) -> int:
    """Return the largest round scale (the n of 1 : n) at which `bounds` (metres) fit in a rectangle (mm)."""
    west, south, east, north = bounds
    wanted = max((east - west) / width, (north - south) / height, 0.1) * 1000
    power = 100
    while True:
        for step in _STEPS:
            if step * power >= wanted - 1e-6:
                return round(step * power)
        power *= 10


def scale_bar(scale: int, longest: float) -> tuple[int, float]:
    """Return the length of a scale bar: a round number of metres, and millimetres on paper, at most `longest`."""
    metres, power = 1, 1
    while True:
        for step in _BAR_STEPS:
            if step * power * 1000 / scale > longest:
                return metres, metres * 1000 / scale
            metres = step * power
        power *= 10


def spoken_length(metres: int) -> str:
    """Return a length in metres or kilometres, as it stands on a map."""
    return f"{metres // 1000} km" if metres >= 1000 and metres % 1000 == 0 else f"{metres} m"
