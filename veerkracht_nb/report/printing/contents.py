"""What is written on a map for the wall, ready for the template."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import ceil

from ...i18n import _, current_language
from ...signal import Signal
from ...signal.decimals import signed
from .ground import Numbered
from .index import LINE, Index, Row, fit_index
from .paper import Layout, Rect, spoken_length
from .styles import MOVED, UNCERTAIN, LayerName, Look, example, moved_text
from .typeset import MM_PER_PT, Json, text_width

_TITLE_PT, _LEAST_TITLE_PT = 92.0, 30.0
_LEGEND_PT, _LEAST_LEGEND_PT = 29.0, 10.5


def questions() -> tuple[str, ...]:
    """Return the questions of the conversation, in their order."""
    return (
        _("Wat valt je op?"),
        _("Zien wij hetzelfde?"),
        _("Wat zijn de verhalen hierachter?"),
        _("Wat heeft deze wijk nodig?"),
    )


@dataclass(frozen=True, kw_only=True)
class Poster:
    """One sheet, before it is laid out.

    Attributes
    ----------
    layout : Layout
    municipality, code, year
        Gemeente, and year of the borders.
    part : str
        Empty on a sheet of the whole gemeente.
    layer : {"signaal", "focus"}
    session_title : str
    looks : tuple of Look
    scale : int
        The n of 1 : n.
    bar_metres, bar_mm : int, float
        Length of the scale bar in reality and on paper.
    buurten : tuple of (Numbered, Look)
    moved : frozenset of str
        Codes of buurten whose borders, code or name changed between the years of the figures and the map.
    """

    layout: Layout
    municipality: str
    code: str
    year: int
    part: str
    layer: LayerName
    session_title: str
    looks: tuple[Look, ...]
    scale: int
    bar_metres: int
    bar_mm: float
    buurten: tuple[tuple[Numbered, Look], ...]
    moved: frozenset[str] = frozenset()

    @property
    def marks_moved(self) -> bool:
        """Whether a buurt on this sheet carries the mark of a changed border."""
        return any(buurt.code in self.moved for buurt, _look in self.buurten)

    @property
    def legend(self) -> tuple[Look, ...]:
        """Return the classes, and what hatching means where a buurt on this sheet is hatched."""
        if not any(look.hatched for _buurt, look in self.buurten):
            return self.looks
        return (*self.looks, example({look.key: look for look in self.looks}))

    @property
    def counts(self) -> Counter[str]:
        """Return how many buurten each line of the legend has; an uncertain class counts as that class too."""
        certain = Counter(look.key.removesuffix(UNCERTAIN) for _buurt, look in self.buurten)
        return certain + Counter({UNCERTAIN: sum(look.hatched for _buurt, look in self.buurten)})

    @property
    def swatch(self) -> tuple[float, float]:
        """Return width and height of a piece of a class in the legend: never too small for its pattern."""
        return max(30 * self.layout.unit, 15.0), max(17 * self.layout.unit, 8.0)


def poster_data(poster: Poster, signal: Signal) -> dict[str, Json]:
    """Return what the template reads; every text in it is text, whatever signs it holds."""
    layout, u = poster.layout, poster.layout.unit
    legend, index = _panel(poster)
    rows = _index_rows(poster)
    above_index = max(22 * u, 9.0)
    fitted = fit_index(rows, index.width, index.height - above_index, largest=max(31 * u, 13.0), gutter=8 * u)
    kind = _("Focuskaart") if poster.layer == "focus" else _("Signaleringskaart")
    heading = poster.part or f"{kind} {poster.municipality}"
    above = [poster.session_title, f"{kind} {poster.municipality}" if poster.part else ""]
    return {
        **{name: asdict(getattr(layout, name)) for name in ("header", "map", "strip", "cards", "footer")},
        "legend": asdict(legend),
        "index": asdict(index),
        "width": layout.width,
        "height": layout.height,
        "unit": u,
        "title": " – ".join(
            filter(None, [*above[:1], f"{kind} {poster.municipality}", poster.part, layout.name])
        ),
        "kicker": " · ".join(filter(None, above)),
        "heading": heading,
        "title_pt": _title_size(heading, layout) * (0.8 if any(above) else 1.0),
        "subtitle": _subtitle(signal),
        "tags": [_("Signaal, geen oordeel"), _("Benadering met open data")],
        "alt": _alt(poster, kind),
        "north": _("Het noorden is boven"),
        "scale_text": _("Schaal 1 : {scale} · 1 cm op papier is {length}").format(
            scale=f"{poster.scale:,}".replace(",", "." if current_language() == "nl" else ","),
            length=_centimetre(poster.scale),
        ),
        "year_text": _("Grenzen van {year}, Rijksdriehoekstelsel · afdrukken op 100%").format(
            year=poster.year
        ),
        "bar_width": poster.bar_mm,
        "bar_text": spoken_length(poster.bar_metres),
        "bar_alt": _("Schaalbalk van {length}").format(length=spoken_length(poster.bar_metres)),
        "legend_title": _("Legenda"),
        "swatch": list(poster.swatch),
        "classes": _classes(poster),
        "means": _means(signal) if poster.layer == "signaal" else _focus_text(signal),
        "moved": moved_text() if poster.marks_moved else "",
        "index_title": _("Buurten"),
        "room": asdict(_room(index, above_index + fitted.height_mm + 14 * u, u)),
        "room_title": _("Aantekeningen"),
        **_index_data(fitted),
        "questions": list(questions()),
        "card_columns": layout.card_columns,
        "card_height": layout.cards.height / (4 / layout.card_columns),
        "notes_title": _("Bronnen, jaren en grenzen van deze kaart"),
        "notes": list(signal.notes),
        "legend_pt": max(_LEGEND_PT * u, _LEAST_LEGEND_PT),
        "small_pt": _small_size(signal.notes, layout),
    }


def _centimetre(scale: int) -> str:
    metres = scale / 100
    if metres >= 1000:
        return f"{metres / 1000:g} km".replace(".", "," if current_language() == "nl" else ".")
    return f"{metres:g} m".replace(".", "," if current_language() == "nl" else ".")


def _panel(poster: Poster) -> tuple[Rect, Rect]:
    panel, u = poster.layout.panel, poster.layout.unit
    letters = max(_LEGEND_PT * u, _LEAST_LEGEND_PT)
    em = letters * MM_PER_PT
    room = panel.width - poster.swatch[0] - 5.2 * em - 21 * u
    rows = (ceil(text_width(look.label, letters) * 1.04 / room) for look in poster.legend)
    height = sum(max(poster.swatch[1], 1.25 * em * lines) + 5.5 * u for lines in rows)
    height += max(24 * u, 9.0) + (4.2 + 3.2 * poster.marks_moved) * 0.84 * em + 24 * u
    legend = Rect(x=panel.x, y=panel.y, width=panel.width, height=height)
    rest = Rect(x=panel.x, y=panel.y + height, width=panel.width, height=panel.height - height)
    return legend, rest


def _room(index: Rect, used: float, u: float) -> Rect:
    """Return what is left under the index to write in; of no height where that is too little."""
    left = index.height - used
    return Rect(x=index.x, y=index.y + used, width=index.width, height=left if left > 70 * u else 0.0)


def _index_rows(poster: Poster) -> list[Row]:
    rows: list[Row] = []
    wijk = None
    for buurt, look in poster.buurten:
        if buurt.wijk_code != wijk:
            wijk = buurt.wijk_code
            rows.append(Row(text=buurt.wijk_name))
        mark = look.mark + MOVED * (buurt.code in poster.moved)
        rows.append(Row(text=buurt.name, number=f"{buurt.number} {mark}"))
    return rows


def _index_data(index: Index) -> dict[str, Json]:
    return {
        "index_pt": index.size_pt,
        "index_line": LINE,
        "index_number": index.number_mm,
        "index_gap": index.gap_mm * 1.0,
        "index_columns": [
            [
                {"text": row.text, "number": row.number, "lines": row.lines, "heading": row.heading}
                for row in column
            ]
            for column in index.columns
        ],
    }


def _title_size(heading: str, layout: Layout) -> float:
    wanted = max(_TITLE_PT * layout.unit, _LEAST_TITLE_PT)
    room = layout.header.width * 0.68
    return wanted * min(1.0, room / text_width(heading, wanted, bold=True))


def _small_size(notes: Sequence[str], layout: Layout) -> float:
    """Return the largest small print with which all notes fit in three columns."""
    size = max(21 * layout.unit, 8.5)
    width = layout.footer.width / 3 - 16 * layout.unit
    while True:
        lines = 2.2 + sum(
            1.13 + text_width(note, size) * 1.06 // (width - 1.2 * size * MM_PER_PT) for note in notes
        )
        if lines * size * 1.16 * MM_PER_PT <= layout.footer.height * 3 * 0.95:
            return size
        size *= 0.97


def _subtitle(signal: Signal) -> str:
    views = {"relatief": _("vergeleken met de gemeente"), "absoluut": _("op zichzelf bekeken")}
    profile = _(signal.definition.title)
    return " · ".join(
        (str(signal.period), _("profiel {name}").format(name=profile.lower()), views[signal.view])
    )


def _means(signal: Signal) -> str:
    values = {"dk": signed(signal.mean_dk, 2), "do": signed(signal.mean_do, 3)}
    text = _("Gemiddelde verandering in de gemeente: kwetsbaarheid {dk}, overlast {do}.").format(**values)
    if signal.view == "relatief":
        text += " " + _("De kleuren vergelijken met dit gemiddelde.")
    return text


def _focus_text(signal: Signal) -> str:
    text = _("Hoog is: bij de hoogste 20% van Nederland. Kwetsbaarheid in {k1}, overlast in {o1}.")
    if signal.reference.scope == "gemeente":
        text = _(
            "Hoog is: kwetsbaarheid in {k1} bij de hoogste 20% van deze gemeente, overlast in {o1} bij de hoogste 20% "
            "van Nederland."
        )
    return text.format(k1=signal.period.k1, o1=signal.period.o1)


def _classes(poster: Poster) -> list[Json]:
    counts = poster.counts
    return [
        {"mark": look.mark, "label": look.label, "count": str(counts[look.key])} for look in poster.legend
    ]


def _alt(poster: Poster, kind: str) -> str:
    counts = poster.counts
    said = ", ".join(f"{look.label}: {counts[look.key]}" for look in poster.legend if counts[look.key])
    place = poster.part or poster.municipality
    return _("{kind} van {place}, {n} buurten. {classes}.").format(
        kind=kind, place=place, n=len(poster.buurten), classes=said
    )
