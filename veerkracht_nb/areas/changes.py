"""Changes of buurten between years: renamed, given another code, split, merged, or moved borders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ChangeKind = Literal["hernoemd", "hernummerd", "gesplitst", "samengevoegd", "grens gewijzigd"]


@dataclass(frozen=True, kw_only=True)
class BuurtChange:
    """One change of one buurt.

    Attributes
    ----------
    kind : {"hernoemd", "hernummerd", "gesplitst", "samengevoegd", "grens gewijzigd"}
        A renamed buurt keeps its figures; for the other kinds figures from before `year` describe another
        area (except "hernummerd": same area, other code).
    year : int
        First year of the new situation.
    code, old_code : str
        Buurt code in and after `year`, and in the year before. A split gives one row per new buurt.
    note : str
        For a reader, in Dutch: for instance the old name.
    """

    kind: ChangeKind
    year: int
    code: str
    old_code: str
    note: str = ""

    @property
    def breaks_series(self) -> bool:
        """Whether figures from before the change may not be compared with later ones."""
        return self.kind in ("gesplitst", "samengevoegd", "grens gewijzigd")
