"""Changes of buurten between years: renamed, given another code, split, merged, or moved borders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

ChangeKind = Literal[
    "hernoemd", "hernummerd", "gesplitst", "samengevoegd", "grens gewijzigd", "nieuw", "opgeheven", "onzeker"
]


@dataclass(frozen=True, kw_only=True)
class BuurtChange:
    """One change of one buurt.

    Attributes
    ----------
    kind : str
        "hernoemd", "hernummerd", "gesplitst", "samengevoegd", "grens gewijzigd", "nieuw", "opgeheven", or
        "onzeker" where it cannot be told whether it is the same buurt. A renamed buurt keeps its figures; for
        the other kinds figures from before `year` describe another area (except "hernummerd": same area,
        other code).
    year : int
        First year of the new situation.
    code, old_code : str
        Buurt code in and after `year`, and in the year before. A split gives one row per new buurt. `code` is
        "" for a buurt that ended.
    note : str
        For a reader, in Dutch: for instance the old name.
    carried : bool
        Whether figures from before `year` were recalculated for the new situation.
    """

    kind: ChangeKind
    year: int
    code: str
    old_code: str
    note: str = ""
    carried: bool = False

    @property
    def breaks_series(self) -> bool:
        """Whether figures from before the change may not be compared with later ones."""
        return not self.carried and self.kind not in ("hernoemd", "hernummerd")


def changes_between(
    changes: Iterable[BuurtChange], code: str, year: int, border_year: int
) -> tuple[BuurtChange, ...]:
    """Return the changes that stand between figures of `year` and a buurt on the borders of `border_year`.

    Where a figure is missing and this is not empty, the notes say why.
    """
    first, last = sorted((year, border_year))
    return tuple(c for c in changes if c.code == code and c.breaks_series and first < c.year <= last)
