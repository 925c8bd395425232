"""All buurten of the country at once, without boundaries: what the national picture is computed from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from ..errors import DataError
from .changes import BuurtChange
from .municipality import Municipality, Provenance

NAME = "Nederland"


@dataclass(frozen=True, kw_only=True, eq=False)
class Country:
    """Buurten and figures of many gemeenten on the borders of one year.

    Attributes
    ----------
    year : int
        Year of the borders; every buurt code is a code of that year.
    buurten : pandas.DataFrame
        Index ``code``; columns ``name``, ``wijk_code``, ``wijk_name``, ``gemeente_code``, ``gemeente_name`` (str),
        ``inwoners``, ``huishoudens`` (Int64, missing allowed) and ``water`` (bool). No geometry.
    indicators : pandas.DataFrame
        Long and tidy, as in :class:`~veerkracht_nb.areas.municipality.Municipality`; only the figures that a
        signaleringskaart needs.
    provenance : tuple of Provenance
    fictional : bool
        True where it is made of fictional gemeenten.
    changes : tuple of BuurtChange
        What is known of buurten that were renamed, split or moved.
    """

    year: int
    buurten: pd.DataFrame
    indicators: pd.DataFrame
    provenance: tuple[Provenance, ...]
    fictional: bool = False
    changes: tuple[BuurtChange, ...] = ()

    @property
    def codes(self) -> pd.Series:
        """Code of the gemeente of each buurt."""
        return self.buurten["gemeente_code"]

    def names(self) -> pd.Series:
        """Return the name of each gemeente, by its code."""
        return self.buurten.groupby("gemeente_code", sort=True)["gemeente_name"].first()

    def as_one(self) -> Municipality:
        """Return the country as if it were one gemeente, for rules that look at a table of buurten.

        Its buurten have no geometry, so it can be counted and not drawn.
        """
        return Municipality(
            code="GM0000",
            name=NAME,
            year=self.year,
            buurten=self.buurten,
            indicators=self.indicators,
            provenance=self.provenance,
            fictional=self.fictional,
            changes=self.changes,
        )


def country_of(municipalities: Sequence[Municipality]) -> Country:
    """Return prepared gemeenten together, on the newest borders among them.

    Parameters
    ----------
    municipalities : sequence of Municipality
        At least one. Those with borders of an earlier year than the newest are taken too; the year of a buurt
        is then that of the newest.

    Raises
    ------
    DataError
        If there is none, or two have the same buurt.
    """
    if not municipalities:
        raise DataError("Er zijn geen gemeenten.", expected="ten minste één voorbereide gemeente", got="0")
    parts = [
        pd.DataFrame(m.buurten.drop(columns="geometry")).assign(gemeente_code=m.code, gemeente_name=m.name)
        for m in municipalities
    ]
    buurten = pd.concat(parts)
    if not buurten.index.is_unique:
        double = buurten.index[buurten.index.duplicated()][0]
        raise DataError(
            f"Buurt {double} komt twee keer voor.",
            expected="elke gemeente één keer, met de grenzen van één jaar",
            got=", ".join(sorted({f"{m.name} {m.year}" for m in municipalities})[:8]),
        )
    sources = {(p.title, p.edition, p.source): p for m in municipalities for p in m.provenance}
    return Country(
        year=max(m.year for m in municipalities),
        buurten=buurten.rename_axis("code"),
        indicators=pd.concat([m.indicators for m in municipalities], ignore_index=True),
        provenance=tuple(sources.values()),
        fictional=all(m.fictional for m in municipalities),
        changes=tuple(change for m in municipalities for change in m.changes),
    )
