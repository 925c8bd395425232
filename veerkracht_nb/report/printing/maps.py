"""Maps for the wall: A0 and A1 of a gemeente, A3 of each wijk, as vector PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from ...areas.municipality import Municipality
from ...errors import ExportError
from ...i18n import _
from ...signal import Signal
from ..text import one_line
from .contents import Poster, poster_data
from .drawing import NORTH_SVG, Ground, bar_svg, map_svg, swatch_svg
from .files import slug, write_files
from .ground import Numbered, bounds_of, numbered, on_paper
from .labels import Label, place_labels
from .paper import SHEETS, Layout, fitting_scale, layouts, scale_bar
from .styles import LayerName, Look, PaletteName, looks
from .typeset import MM_PER_PT, TEMPLATES, text_width, typeset

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


def print_maps(
    municipality: Municipality,
    signal: Signal,
    path: Path,
    *,
    sizes: Sequence[str] = ("A0", "A1"),
    per_wijk: bool = True,
    layer: LayerName = "signaal",
    palette: PaletteName = "rood-blauw",
    session_title: str = "",
) -> list[Path]:
    """Write maps for the wall and return the files: those of the gemeente, then those of the wijken.

    Where more than a third of the buurten is too small for a number inside, a second sheet of the same size
    shows the part where these lie, larger.

    Each is one lying sheet with the map, numbered buurten with an index, a legend whose patterns can be told in
    black and white, the question cards with room to write, scale bar, sources and limits. Print them at 100%:
    then the scale is what it says.

    Parameters
    ----------
    municipality : Municipality
    signal : Signal
        Computed from `municipality`.
    path : Path
        Folder, made if it is not there; earlier maps with the same name are replaced.
    sizes : sequence of {"A0", "A1", "A3"}
        Sheets of the whole gemeente; may be empty.
    per_wijk : bool
        Whether to add an A3 of each wijk.
    layer : {"signaal", "focus"}
    palette : {"rood-blauw", "rood-groen", "zwart-wit"}
        Colours of the signal; "zwart-wit" has patterns alone.
    session_title : str
        Stands above the title.

    Raises
    ------
    ExportError
        If a size, layer or palette is unknown, there are no borders, `signal` belongs to another gemeente, or
        the folder cannot be written.
    """
    wanted = _checked_sizes(sizes)
    check_pair(municipality, signal)
    style = looks(layer, palette)
    everything = numbered(municipality)
    bounds_of(municipality.buurten, [buurt.code for buurt in everything])
    kind = _("focuskaart") if layer == "focus" else _("signaleringskaart")
    contents = {}

    def add(size: str, members: Sequence[Numbered], part: str = "", name: Sequence[str] = ()) -> Placed:
        placed = fit(municipality, signal, layer, style, members, layouts(size))
        stem = slug(kind, municipality.name, str(municipality.year), *name, size)
        contents[f"{stem}.pdf"] = _sheet(
            municipality, signal, placed, members, style, layer, part, session_title
        )
        return placed

    for size in wanted:
        dense = crowded(add(size, everything), everything)
        if dense:
            add(size, dense, f"{municipality.name}, {_('uitsnede')}", [_("uitsnede")])
    for wijk_code in dict.fromkeys(buurt.wijk_code for buurt in everything) if per_wijk else ():
        members = [buurt for buurt in everything if buurt.wijk_code == wijk_code]
        if not municipality.buurten.loc[[b.code for b in members]].geometry.is_empty.all():
            wijk = members[0].wijk_name
            add("A3", members, f"{_('Wijk')} {wijk}", [wijk_code, wijk])
    return write_files(Path(path), contents)


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


def check_pair(municipality: Municipality, signal: Signal) -> None:
    """Raise an :class:`ExportError` unless `signal` was computed from this gemeente and year."""
    if (signal.municipality, signal.year) != (municipality.code, municipality.year):
        raise ExportError(
            _("De signaleringskaart en de gemeente horen niet bij elkaar."),
            expected=f"{municipality.code}, {municipality.year}",
            got=f"{signal.municipality}, {signal.year}",
            todo=_("bereken de signaleringskaart opnieuw voor deze gemeente"),
        )


def _checked_sizes(sizes: Sequence[str]) -> list[str]:
    wanted = list(dict.fromkeys(size.strip().upper() for size in sizes))
    unknown = [size for size in wanted if size not in SHEETS]
    if unknown:
        raise ExportError(
            _("Dit papierformaat kan niet worden gemaakt."),
            expected=_("een of meer van: {formats}").format(formats=", ".join(SHEETS)),
            got=", ".join(unknown)[:80],
        )
    return wanted


def _sheet(
    municipality: Municipality,
    signal: Signal,
    placed: Placed,
    members: Sequence[Numbered],
    style: dict[str, Look],
    layer: LayerName,
    part: str,
    session_title: str,
) -> bytes:
    layout = placed.layout
    longest = layout.strip.width * 0.3
    metres, bar = scale_bar(placed.scale, longest)
    poster = Poster(
        layout=layout,
        municipality=municipality.name,
        code=municipality.code,
        year=municipality.year,
        part=part,
        layer=layer,
        session_title=one_line(session_title),
        looks=tuple(style.values()),
        scale=placed.scale,
        bar_metres=metres,
        bar_mm=bar,
        buurten=tuple((buurt, style[placed.ground.keys[buurt.code]]) for buurt in members),
    )
    data = poster_data(poster, signal)
    swatch = poster.swatch
    drawings = {
        "map.svg": map_svg(
            placed.ground,
            style,
            placed.labels,
            width=layout.map.width,
            height=layout.map.height,
            letter_pt=placed.letter_pt,
            line=max(layout.unit, 0.45),
        ),
        "north.svg": NORTH_SVG,
        "bar.svg": bar_svg(bar, max(5 * layout.unit, 2)),
    }
    for place, look in enumerate(poster.looks):
        drawings[f"swatch-{place}.svg"] = swatch_svg(look, width=swatch[0], height=swatch[1])
    return typeset(TEMPLATES / "poster.typ", data, drawings=drawings)


def fit(
    municipality: Municipality,
    signal: Signal,
    layer: LayerName,
    style: dict[str, Look],
    members: Sequence[Numbered],
    choices: Sequence[Layout],
) -> Placed:
    """Return the map at the largest scale at which every buurt of `members` has a place for its label.

    Raises
    ------
    ExportError
        If there is no such scale.
    """
    column = "letter" if layer == "signaal" else "focus"
    keys = {buurt.code: str(signal.table.at[buurt.code, column]) for buurt in members}
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
