"""The map as SVG: one unit is one millimetre on paper. No text of anybody but numbers and class marks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from ..colours import on_colour
from .labels import Label
from .styles import UNCERTAIN, Look
from .typeset import MM_PER_PT

INK = "#17202a"
_WATER, _ELSEWHERE, _GREY = "#cfe0ea", "#f7f8f8", "#8a939b"
_LETTERS = 'font-family="DejaVu Sans" font-stretch="condensed" font-weight="bold"'


NORTH_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="16mm" height="22mm" viewBox="0 0 16 22">'
    f'<path d="M8 0L15 21L8 17Z" fill="{INK}"/><path d="M8 0L1 21L8 17Z" fill="#ffffff" stroke="{INK}" '
    'stroke-width="0.6" stroke-linejoin="round"/></svg>'
)
"""The arrow to the north."""


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What the map is drawn from, on paper.

    Attributes
    ----------
    shapes : mapping of str to geometry
        The buurten with a class.
    keys : mapping of str to str
        Class of each.
    water, elsewhere : sequence of geometry
        Buurten of water only, and those that are shown for orientation.
    wijken : sequence of geometry
        Outlines.
    """

    shapes: Mapping[str, shapely.Geometry]
    keys: Mapping[str, str]
    water: Sequence[shapely.Geometry]
    elsewhere: Sequence[shapely.Geometry]
    wijken: Sequence[shapely.Geometry]


def map_svg(
    ground: Ground,
    looks: Mapping[str, Look],
    labels: Sequence[Label],
    *,
    width: float,
    height: float,
    letter_pt: float = 0.0,
    line: float = 1.0,
    pattern: float = 1.0,
    name: str = "kaart",
) -> str:
    """Return the map.

    Parameters
    ----------
    ground, looks, labels
    width, height : float
        Millimetres.
    letter_pt : float
        Size of the letters of a label of size 1.
    line, pattern : float
        Factor of the thickness of lines, and of the patterns; 1 for every map on the wall, whatever its scale.
    name : str
        Start of the ids in the drawing, for pages with more than one.
    """
    hatched = {key for key, look in looks.items() if look.hatched}
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}mm" height="{height:g}mm" '
        f'viewBox="0 0 {width:g} {height:g}">',
        "<defs>",
        *(_pattern(look, f"{name}-{look.key}", pattern) for look in looks.values() if not look.hatched),
        *(
            [_hatch(f"{name}-onzeker", pattern)]
            if any(key in hatched for key in ground.keys.values())
            else []
        ),
        f'<clipPath id="{name}-rand"><rect width="{width:g}" height="{height:g}"/></clipPath></defs>',
        f'<g clip-path="url(#{name}-rand)" fill-rule="evenodd" stroke-linejoin="round">',
        *_paths(ground.elsewhere, f'fill="{_ELSEWHERE}" stroke="{_GREY}" stroke-width="{0.25 * line:g}"'),
        *_paths(ground.water, f'fill="{_WATER}"'),
    ]
    for key, look in looks.items():
        members = [shape for code, shape in ground.shapes.items() if ground.keys[code] == key]
        # Under the hatching lies the pattern of the class itself.
        base = f"{name}-{key.removesuffix(UNCERTAIN)}"
        parts += _class_paths(members, look, base, f"{name}-onzeker", line)
    parts += _paths(ground.wijken, f'fill="none" stroke="{INK}" stroke-width="{1.1 * line:g}"')
    parts += _leaders(labels, line)
    parts += [_label(label, letter_pt, line) for label in labels]
    return "".join([*parts, "</g></svg>"])


def swatch_svg(look: Look, *, width: float, height: float, pattern: float = 1.0) -> str:
    """Return a piece of a class for the legend, with the pattern as it is on the map."""
    outline = 'stroke-dasharray="1.6 1.2"' if look.pattern == "leeg" else ""
    box = f'<rect x="0.3" y="0.3" width="{width - 0.6:g}" height="{height - 0.6:g}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}mm" height="{height:g}mm" '
        f'viewBox="0 0 {width:g} {height:g}"><defs>{_pattern(look, "staal", pattern)}'
        + (_hatch("onzeker", pattern) if look.hatched else "")
        + "</defs>"
        f'{box} fill="{look.colour}"/>'
        + (f'{box} fill="url(#staal)"/>' if look.pattern not in ("geen", "leeg") else "")
        + (f'{box} fill="url(#onzeker)"/>' if look.hatched else "")
        + f'{box} fill="none" stroke="{_GREY if outline else INK}" stroke-width="0.5" {outline}/></svg>'
    )


def bar_svg(width: float, height: float) -> str:
    """Return a scale bar in four parts, black and white in turn."""
    quarter = width / 4
    boxes = "".join(
        f'<rect x="{place * quarter:.3f}" y="0" width="{quarter:.3f}" height="{height:g}" '
        f'fill="{INK if place % 2 == 0 else "#ffffff"}"/>'
        for place in range(4)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}mm" height="{height:g}mm" '
        f'viewBox="0 0 {width:g} {height:g}">{boxes}<rect x="0.1" y="0.1" width="{width - 0.2:g}" '
        f'height="{height - 0.2:g}" fill="none" stroke="{INK}" stroke-width="0.2"/></svg>'
    )


def path_data(shape: shapely.Geometry) -> str:
    """Return the rings of a (Multi)Polygon as path data, to the hundredth of a millimetre."""
    rings = shapely.get_rings(shapely.get_parts(shape))
    return "".join(
        "M" + "L".join(f"{x:g} {y:g}" for x, y in np.round(shapely.get_coordinates(ring)[:-1], 2)) + "Z"
        for ring in rings
    )


def _paths(shapes: Iterable[shapely.Geometry], look: str) -> list[str]:
    return [f'<path d="{path_data(shape)}" {look}/>' for shape in shapes if not shapely.is_empty(shape)]


def _class_paths(
    members: Sequence[shapely.Geometry], look: Look, name: str, hatch: str, line: float
) -> list[str]:
    if not members:
        return []
    together = "".join(path_data(shape) for shape in members)
    parts = [f'<path d="{together}" fill="{look.colour}"/>']
    if look.pattern not in ("geen", "leeg"):
        parts.append(f'<path d="{together}" fill="url(#{name})"/>')
    if look.hatched:
        parts.append(f'<path d="{together}" fill="url(#{hatch})"/>')
    dashes = f' stroke-dasharray="{2 * line:g} {1.4 * line:g}"' if look.pattern == "leeg" else ""
    parts.append(f'<path d="{together}" fill="none" stroke="{INK}" stroke-width="{0.4 * line:g}"{dashes}/>')
    return parts


def _pattern(look: Look, name: str, factor: float) -> str:
    """Return the pattern of a class; its measures are those on paper (`docs/method.md`)."""
    dark = on_colour(look.colour) == "FFFFFF"
    ink = "#ffffff" if dark else INK
    if look.pattern in ("dicht", "licht"):
        step, thick = (2.6, 0.75) if look.pattern == "dicht" else (6.0, 0.55)
        inside = f'<rect width="{step}" height="{thick}" fill="{ink}"/>'
        turn = f"rotate(-45) scale({factor:g})"
    elif look.pattern in ("stippen", "ijle-stippen"):
        step, radius = (4.0, 0.55) if look.pattern == "stippen" else (9.0, 0.75)
        spots = ((step / 4, step / 4), (3 * step / 4, 3 * step / 4))
        inside = "".join(f'<circle cx="{x:g}" cy="{y:g}" r="{radius}" fill="{ink}"/>' for x, y in spots)
        turn = f"scale({factor:g})"
    else:
        return ""
    return (
        f'<pattern id="{name}" patternUnits="userSpaceOnUse" width="{step}" height="{step}" '
        f'patternTransform="{turn}">{inside}</pattern>'
    )


def _hatch(name: str, factor: float) -> str:
    """Return broad white lines with a dark core, across those of the classes: to be told on black and on white."""
    step, broad, core = 9.0, 2.4, 0.6
    return (
        f'<pattern id="{name}" patternUnits="userSpaceOnUse" width="{step}" height="{step}" '
        f'patternTransform="rotate(45) scale({factor:g})"><rect width="{step}" height="{broad}" fill="#ffffff"/>'
        f'<rect y="{(broad - core) / 2:g}" width="{step}" height="{core}" fill="{INK}"/></pattern>'
    )


def _leaders(labels: Sequence[Label], line: float) -> list[str]:
    parts = []
    for label in labels:
        if not label.beside:
            continue
        (x, y), (ax, ay) = (label.x, label.y), label.anchor
        ends = f'x1="{x:.2f}" y1="{y:.2f}" x2="{ax:.2f}" y2="{ay:.2f}"'
        # White around the line keeps it apart from borders and hatching.
        parts.append(f'<line {ends} stroke="#ffffff" stroke-width="{1.5 * line:g}" stroke-opacity="0.8"/>')
        parts.append(f'<line {ends} stroke="{INK}" stroke-width="{0.5 * line:g}"/>')
        parts.append(
            f'<circle cx="{ax:.2f}" cy="{ay:.2f}" r="{1.3 * line:g}" fill="{INK}" stroke="#ffffff" '
            f'stroke-width="{0.5 * line:g}"/>'
        )
    return parts


def _label(label: Label, letter_pt: float, line: float) -> str:
    size = letter_pt * label.size * MM_PER_PT
    return (
        f'<rect x="{label.x - label.width / 2:.2f}" y="{label.y - label.height / 2:.2f}" '
        f'width="{label.width:.2f}" height="{label.height:.2f}" rx="{label.height * 0.28:.2f}" '
        f'fill="#ffffff" stroke="{INK}" stroke-width="{0.35 * line:g}"/>'
        f'<text x="{label.x:.2f}" y="{label.y + 0.36 * size:.2f}" font-size="{size:.2f}" {_LETTERS} '
        f'text-anchor="middle" fill="{INK}">{label.text}</text>'
    )
