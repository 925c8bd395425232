"""Maps for the wall: A0 and A1 of a gemeente, A3 of each wijk, as vector PDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ...areas.municipality import Municipality
from ...errors import ExportError
from ...i18n import _
from ...signal import Signal, robustness
from ..text import one_line
from .contents import Poster, poster_data
from .drawing import NORTH_SVG, bar_svg, map_svg, swatch_svg
from .files import slug, write_files
from .fitting import Placed, crowded, fit
from .ground import Numbered, bounds_of, numbered
from .paper import SHEETS, layouts, scale_bar
from .styles import LayerName, Look, PaletteName, firm_looks, keys_of, looks
from .typeset import TEMPLATES, typeset


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

    A class that fewer than two thirds of the variants of the method support is hatched, with a question mark.
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
    style = firm_looks(looks(layer, palette))
    keys = keys_of(signal, layer, robustness(signal))
    everything = numbered(municipality)
    bounds_of(municipality.buurten, [buurt.code for buurt in everything])
    kind = _("focuskaart") if layer == "focus" else _("signaleringskaart")
    contents = {}

    def add(size: str, members: Sequence[Numbered], part: str = "", name: Sequence[str] = ()) -> Placed:
        placed = fit(municipality, keys, style, members, layouts(size))
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
    style: Mapping[str, Look],
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
        looks=tuple(look for look in style.values() if not look.hatched),
        scale=placed.scale,
        bar_metres=metres,
        bar_mm=bar,
        buurten=tuple((buurt, style[placed.ground.keys[buurt.code]]) for buurt in members),
        moved=frozenset(signal.borders),
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
    for place, look in enumerate(poster.legend):
        drawings[f"swatch-{place}.svg"] = swatch_svg(look, width=swatch[0], height=swatch[1])
    return typeset(TEMPLATES / "poster.typ", data, drawings=drawings)
