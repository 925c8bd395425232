"""A gemeente as the rest of the package sees it: boundaries, indicators by year, and where they came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import geopandas as gpd
import pandas as pd

from .changes import BuurtChange
from .indicators import Indicator
from .own import OwnProfile

CRS_RD = 28992
CRS_WGS84 = 4326


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Where a set of figures or boundaries came from.

    Attributes
    ----------
    source : str
        Publisher, as it must be cited.
    title, edition : str
        Name of the table or map, and its edition or years.
    licence : str
        Licence, or what is known of it.
    file_name, sha256 : str
        File it was read from and its hash; empty for data made by this package.
    imported_at : datetime
        When it was read, with time zone.
    note : str
        What a reader must know, for instance that figures are model estimates.
    """

    source: str
    title: str
    edition: str
    licence: str
    file_name: str = ""
    sha256: str = ""
    imported_at: datetime
    note: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Municipality:
    """Boundaries and indicators of one gemeente on the borders of one year.

    Attributes
    ----------
    code, name : str
        CBS code (``GM0622``) and name.
    year : int
        Year of the borders; every buurt code is a code of that year.
    buurten : geopandas.GeoDataFrame
        Index ``code``; columns ``name``, ``wijk_code``, ``wijk_name`` (str), ``inwoners``, ``huishoudens``
        (Int64, missing allowed), ``water`` (bool: a buurt of water only), ``geometry`` (MultiPolygon,
        EPSG:28992).
    indicators : pandas.DataFrame
        Long and tidy: ``code`` (str), ``indicator`` (str, a key of
        :data:`veerkracht_nb.areas.indicators.INDICATORS` or of `own`), ``year`` (int), ``value`` (float64). A
        missing figure has no row: missing is never zero.
    provenance : tuple of Provenance
    fictional : bool
        True for the embedded municipality.
    changes : tuple of BuurtChange
        What is known of buurten that were renamed, split or moved; empty where nothing is known.
    own : tuple of Indicator
        Indicators from a user's own tables: keys that begin with ``eigen_``.
    own_profiles : tuple of OwnProfile
        The own tables, each with its indicators.
    """

    code: str
    name: str
    year: int
    buurten: gpd.GeoDataFrame
    indicators: pd.DataFrame
    provenance: tuple[Provenance, ...]
    fictional: bool = False
    changes: tuple[BuurtChange, ...] = ()
    own: tuple[Indicator, ...] = ()
    own_profiles: tuple[OwnProfile, ...] = ()

    def table(self, year: int) -> pd.DataFrame:
        """Return one row per buurt and one column per indicator that has figures of `year`.

        Returns
        -------
        pandas.DataFrame
            Index: every buurt code; a figure that is not there is NaN.
        """
        if year not in self._tables:
            rows = self.indicators[self.indicators["year"] == year]
            wide = rows.pivot(index="code", columns="indicator", values="value")
            self._tables[year] = wide.reindex(self.buurten.index)
        return self._tables[year].copy()

    @cached_property
    def _tables(self) -> dict[int, pd.DataFrame]:
        # A page asks for the same years again and again; turning the rows into a table is what takes the time.
        return {}

    def years(self, indicator: str) -> list[int]:
        """Return the years, ascending, for which `indicator` has at least one figure."""
        rows = self.indicators[self.indicators["indicator"] == indicator]
        return sorted(int(year) for year in rows["year"].unique())

    def series(self, code: str, indicator: str) -> pd.Series:
        """Return the figures of one buurt as a series indexed by year, ascending."""
        rows = self.indicators
        rows = rows[(rows["code"] == code) & (rows["indicator"] == indicator)]
        return rows.set_index("year")["value"].sort_index()
