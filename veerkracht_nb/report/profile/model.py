"""What a wijkprofiel holds. Every figure is here once, as it is printed, so that all formats say the same."""

from __future__ import annotations

from dataclasses import dataclass

from ..model import Remark
from ..printing.styles import MOVED


@dataclass(frozen=True, kw_only=True)
class ProfileFigure:
    """One figure of a wijk beside that of the gemeente, in words.

    Attributes
    ----------
    label : str
        Name and unit.
    first, last, change : str
        Figure of the first and the last year of the period, with the year, and the difference; "geen cijfer" and
        empty where there is none.
    municipality, municipality_change : str
    verdict : str
        The last year against the gemeente.
    good : str
        What is favourable here, as a sentence; may be empty.
    series, municipality_series : tuple of (int, float)
        Means by year, for a small line; the same buurten in each year.
    spoken : str
        That line in words; empty with fewer than two years.
    moved : bool
        Whether a figure comes from other borders than those of the map; it carries a mark.
    """

    label: str
    first: str
    last: str
    change: str
    municipality: str
    municipality_change: str
    verdict: str
    good: str
    series: tuple[tuple[int, float], ...]
    municipality_series: tuple[tuple[int, float], ...]
    spoken: str = ""
    moved: bool = False

    @property
    def row(self) -> tuple[str, ...]:
        """Return the cells of the table."""
        both = (self.municipality, self.municipality_change)
        return (self.label, self.first, self.last, self.change, *both, self.verdict)


@dataclass(frozen=True, kw_only=True)
class ProfileBuurt:
    """One buurt of a wijk.

    Attributes
    ----------
    number : int
        As on the maps for the wall.
    code, name, inwoners : str
    letter, mark, label, colour : str
        Class; ``mark`` is "?" for X and ends with a question mark where the class is uncertain.
    why : str
        Why it has this class.
    figures : tuple of str
        Each figure of the last year.
    moved : bool
        Whether borders, code or name changed between the years of the figures and the map.
    """

    number: int
    code: str
    name: str
    inwoners: str
    letter: str
    mark: str
    label: str
    colour: str
    why: str
    figures: tuple[str, ...]
    moved: bool = False

    @property
    def row(self) -> tuple[str, ...]:
        """Return the cells of the table of figures."""
        return (str(self.number), self.name, self.inwoners, self.mark + MOVED * self.moved, *self.figures)


@dataclass(frozen=True, kw_only=True)
class WijkProfile:
    """One wijk on one or two pages.

    Attributes
    ----------
    municipality, wijk_code, wijk_name : str
    year : int
        Of the borders.
    title, subtitle : str
    tags : tuple of str
        What must stand with every figure: a signal, an approximation.
    figure_headings, buurt_headings : tuple of str
    figures : tuple of ProfileFigure
    figure_note : str
        How the means came about.
    buurten : tuple of ProfileBuurt
    recognition_headings, recognition : tuple of str, tuple of tuple of str
        What the room answered, a row for each buurt; empty without a session, or where nobody answered.
    recognition_note : str
        What was asked; empty without a session.
    good : tuple of str
        What goes well.
    good_stories, stories : tuple of Remark
        Stories of the session that may be told here.
    story_note : str
        For whom the stories are; empty without a session.
    notes : tuple of str
        Sources, years, profile, limits.
    map_svg, map_alt : str
    """

    municipality: str
    wijk_code: str
    wijk_name: str
    year: int
    title: str
    subtitle: str
    tags: tuple[str, ...]
    figure_headings: tuple[str, ...]
    figures: tuple[ProfileFigure, ...]
    figure_note: str
    buurt_headings: tuple[str, ...]
    buurten: tuple[ProfileBuurt, ...]
    recognition_headings: tuple[str, ...]
    recognition: tuple[tuple[str, ...], ...]
    recognition_note: str
    good: tuple[str, ...]
    good_stories: tuple[Remark, ...]
    stories: tuple[Remark, ...]
    story_note: str
    notes: tuple[str, ...]
    map_svg: str
    map_alt: str
