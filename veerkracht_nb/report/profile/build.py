"""From a gemeente, its signal and a session to a wijkprofiel: the one place where its figures are made."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ...areas.municipality import Municipality
from ...errors import ExportError
from ...i18n import _
from ...signal import Figure, Signal, explain_support, figures, robustness
from ...signal.decimals import plain
from ...signal.figures import EQUAL_SHARE
from ..model import Notes, Remark
from ..printing.drawing import Ground, map_svg
from ..printing.fitting import ground_of
from ..printing.ground import Numbered, bounds_of, numbered, on_paper
from ..printing.labels import place_labels
from ..printing.maps import check_pair
from ..printing.paper import fitting_scale
from ..printing.styles import UNCERTAIN, firm_looks, keys_of, looks, moved_text
from ..printing.typeset import MM_PER_PT, text_width
from ..words import tone
from .model import ProfileBuurt, ProfileFigure, WijkProfile
from .room import recognition_headings, recognition_note, recognition_rows
from .sentences import (
    change_text,
    class_of_session,
    difference,
    figure_note,
    good_text,
    is_moved,
    label_text,
    line_text,
    short,
    verdict_text,
    why,
    with_year,
)

MAP_SIZE = (86.0, 62.0)
_MAP_LETTER_PT = 8.5
_MOST_MISSING = 0.2
Series = tuple[tuple[int, float], ...]


class ProfileMaker:
    """Makes the wijkprofielen of one gemeente; what they share is computed once.

    Parameters
    ----------
    municipality : Municipality
    signal : Signal
        Computed from `municipality`.
    notes : Notes, optional
        Of a session about this gemeente: its classes, and its stories as far as the variant of the notes lets them
        out.

    Raises
    ------
    ExportError
        If the three do not belong to the same gemeente.
    """

    def __init__(self, municipality: Municipality, signal: Signal, notes: Notes | None = None) -> None:
        check_pair(municipality, signal)
        if notes is not None and notes.header.municipality_code != municipality.code:
            raise ExportError(
                _("De sessie gaat over een andere gemeente."),
                expected=f"{municipality.code} {municipality.name}",
                got=f"{notes.header.municipality_code} {notes.header.municipality}",
                todo=_("kies een sessie over deze gemeente"),
            )
        self.municipality, self.signal, self.notes = municipality, signal, notes
        self.numbered = numbered(municipality)
        self.style = firm_looks(looks("signaal", "rood-blauw"))
        self.firmness = robustness(signal)
        found = keys_of(signal, "signaal", self.firmness)
        seen = {b.code: b.letter for wijk in notes.wijken for b in wijk.buurten} if notes else {}
        # The classes that the room talked about, also where the figures give another one by now.
        self.other = {
            code: now
            for code, key in found.items()
            if (now := key.removesuffix(UNCERTAIN)) != seen.get(code, now)
        }
        self.keys = found | {code: seen[code] for code in self.other}
        self.figures = {b.code: figures(signal, municipality, b.code) for b in self.numbered}
        everywhere = [buurt.code for buurt in self.numbered]
        self.kinds: tuple[Figure, ...] = self.figures[everywhere[0]] if everywhere else ()
        self.whole = [self._series(place, everywhere) for place in range(len(self.kinds))]

    @property
    def wijken(self) -> dict[str, str]:
        """Return the names of the wijken by code, in the order of the maps."""
        return {buurt.wijk_code: buurt.wijk_name for buurt in self.numbered}

    def profile(self, wijk_code: str) -> WijkProfile:
        """Return the profile of one wijk.

        Raises
        ------
        ExportError
            If the gemeente has no such wijk.
        """
        members = [buurt for buurt in self.numbered if buurt.wijk_code == wijk_code]
        if not members:
            raise ExportError(
                _("Deze wijk hoort niet bij de gemeente."),
                expected=", ".join(self.wijken)[:300],
                got=repr(wijk_code)[:60],
                todo=_("kies een van deze codes, of de naam van de wijk"),
            )
        found = tuple(self._figure(place, [b.code for b in members]) for place in range(len(self.kinds)))
        buurten = tuple(self._buurt(buurt) for buurt in members)
        moved = any(buurt.moved for buurt in buurten) or any(figure.moved for figure in found)
        stories = self._stories({buurt.code for buurt in members})
        going_well = tuple(remark for remark in stories if remark.tone == tone("gaat_goed"))
        drawing, alt = self._map(members)
        signal = self.signal
        profile = _(signal.definition.title)
        view = {"relatief": _("vergeleken met de gemeente"), "absoluut": _("op zichzelf bekeken")}[
            signal.view
        ]
        return WijkProfile(
            municipality=self.municipality.name,
            wijk_code=wijk_code,
            wijk_name=members[0].wijk_name,
            year=self.municipality.year,
            title=_("Wijkprofiel {wijk}, {gemeente}").format(
                wijk=members[0].wijk_name, gemeente=self.municipality.name
            ),
            subtitle=" · ".join((str(signal.period), _("profiel {name}").format(name=profile.lower()), view)),
            tags=(_("Signaal, geen oordeel"), _("Benadering met open data")),
            figure_headings=(
                _("Cijfer"), _("Begin"), _("Eind"), _("Verandering"), _("Gemeente"), _("Verandering gemeente"),
                _("Eind vergeleken"),
            ),
            figures=found,
            figure_note=figure_note(self.kinds, signal.reference.scope)
            + (f" {moved_text()}" if moved else ""),
            recognition=recognition_rows(self.notes, members) if self.notes else (),
            recognition_headings=recognition_headings(),
            recognition_note=recognition_note(self.notes, members) if self.notes else "",
            buurt_headings=(
                _("Nr"), _("Buurt"), _("Inwoners"), _("Klasse"),
                *(f"{kind.label} ({kind.year})" for kind in self.kinds),
            ),
            buurten=buurten,
            good=(
                *(f"{b.name}: {b.label}." for b in buurten if b.letter in ("B", "D")),
                *(figure.good for figure in found if figure.good),
            ),
            good_stories=going_well,
            stories=tuple(remark for remark in stories if remark not in going_well),
            story_note=self.notes.header.variant_text if self.notes else "",
            notes=signal.notes,
            map_svg=drawing,
            map_alt=alt,
        )  # fmt: skip

    def _stories(self, codes: set[str]) -> tuple[Remark, ...]:
        return tuple(r for r in self.notes.stories if r.buurt in codes) if self.notes else ()

    # -- figures ------------------------------------------------

    def _series(self, place: int, codes: Sequence[str]) -> Series:
        """Return the mean by year, weighted by inhabitants, over the same buurten in each year."""
        table = self.signal.table
        rows = {code: dict(self.figures[code][place].series) for code in codes if table.at[code, "in_u"]}
        wide = pd.DataFrame.from_dict(rows, orient="index", dtype=float)
        if wide.empty:
            return ()
        wide = wide[sorted(wide.columns)]
        wide = wide.loc[:, wide.isna().mean() <= _MOST_MISSING].dropna()
        weights = table.loc[wide.index, "inwoners"].to_numpy(dtype=float)
        if wide.empty or not weights.sum() > 0:
            return ()
        means = np.average(wide.to_numpy(), axis=0, weights=weights)
        return tuple((int(year), float(mean)) for year, mean in zip(wide.columns, means, strict=True))

    def _figure(self, place: int, codes: Sequence[str]) -> ProfileFigure:
        kind, period = self.kinds[place], self.signal.period
        term = self.signal.reference.terms.get(kind.key)
        years = (period.k0, period.k1) if term else (period.o0, period.o1)
        margin = EQUAL_SHARE * (term.sd if term else self.signal.reference.o_sd)
        series, whole = self._series(place, codes), self.whole[place]
        own, other = (tuple(dict(line).get(year) for year in years) for line in (series, whole))
        counted = {code for code in codes if self.signal.table.at[code, "in_u"]}
        changes, map_year = self.municipality.changes, self.municipality.year
        moved = tuple(is_moved(changes, counted, year, map_year) for year in years)
        change, other_change = difference(*own), difference(*other)
        gap = None if own[1] is None or other[1] is None else own[1] - other[1]
        return ProfileFigure(
            label=label_text(kind),
            first=with_year(own[0], years[0], kind, moved=moved[0]),
            last=with_year(own[1], years[1], kind, moved=moved[1]),
            change=change_text(change, kind),
            municipality=with_year(other[1], years[1], kind),
            municipality_change=change_text(other_change, kind),
            verdict=verdict_text(gap, margin),
            good=good_text(kind, own[1], other[1], margin, change, other_change),
            series=series,
            municipality_series=whole,
            spoken=line_text(kind, series, whole),
            moved=any(moved),
        )

    # -- buurten ------------------------------------------------

    def _buurt(self, buurt: Numbered) -> ProfileBuurt:
        row = self.signal.table.loc[buurt.code]
        look = self.style[self.keys[buurt.code]]
        reasons = [why(row, relative=self.signal.view == "relatief")]
        if buurt.code in self.other:
            reasons.insert(0, class_of_session(self.other[buurt.code]))
        if look.hatched:
            reasons += explain_support(self.signal, self.firmness, buurt.code)[:2]
        borders = self.signal.borders.get(buurt.code, ())
        people = self.municipality.buurten.at[buurt.code, "inwoners"]
        return ProfileBuurt(
            number=buurt.number,
            code=buurt.code,
            name=buurt.name,
            inwoners=plain(float(people), 0) if pd.notna(people) else _("geen cijfer"),
            letter=look.key.removesuffix(UNCERTAIN),
            mark=look.mark,
            label=look.label,
            colour=look.colour,
            why=" ".join([*reasons, *(note.text for note in borders)]),
            moved=bool(borders),
            figures=tuple(figure.show(figure.value) for figure in self.figures[buurt.code]),
        )

    # -- map ------------------------------------------------

    def _map(self, members: Sequence[Numbered]) -> tuple[str, str]:
        codes = [buurt.code for buurt in members]
        if self.municipality.buurten.loc[codes].geometry.is_empty.all():
            return "", ""
        width, height = MAP_SIZE
        bounds = bounds_of(self.municipality.buurten, codes)
        keys = {code: self.keys[code] for code in codes}
        texts = {buurt.code: f"{buurt.number} {self.style[keys[buurt.code]].mark}" for buurt in members}
        centre = ((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2)
        for letter, margin in ((_MAP_LETTER_PT, 2.0), (7.0, 9.0), (5.5, 12.0), (4.0, 15.0)):
            scale = fitting_scale(bounds, width - 2 * margin, height - 2 * margin)
            paper = on_paper(
                self.municipality.buurten, scale=scale, centre=centre, width=width, height=height
            )
            ground: Ground = ground_of(self.municipality, paper, keys, width=width, height=height)
            em = letter * MM_PER_PT
            sizes = {c: (text_width(t, letter, bold=True) + 0.5 * em, 1.25 * em) for c, t in texts.items()}
            labels = place_labels(ground.shapes, texts, sizes, frame=(1, 1, width - 1, height - 1))
            if labels is not None:
                break
        drawing = map_svg(
            ground,
            self.style,
            labels or [],
            width=width,
            height=height,
            letter_pt=letter,
            line=0.4,
            pattern=0.55,
            name=f"kaart-{members[0].wijk_code.lower()}",
        )
        alt = _("Kaart van wijk {wijk}: {buurten}.").format(
            wijk=members[0].wijk_name,
            buurten="; ".join(f"{b.number} {b.name}, {short(self.style[keys[b.code]])}" for b in members),
        )
        return drawing, alt
