"""The national yardstick: means, standard deviations and percentiles against which a buurt is measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

from .profiles import get_profile

PERCENTILES = (75, 80, 85)
FOCUS_PERCENTILE = 80


@dataclass(frozen=True, kw_only=True)
class TermReference:
    """National mean and standard deviation of one term, in the unit of that term."""

    mean: float
    sd: float
    source: str


@dataclass(frozen=True, kw_only=True)
class Spread:
    """National distribution of K or O: its percentiles and what they rest on.

    Attributes
    ----------
    percentiles : mapping of int to float
        Values at :data:`PERCENTILES`.
    source : str
        Measured on which table, or which assumption.
    """

    percentiles: Mapping[int, float]
    source: str


@dataclass(frozen=True, kw_only=True)
class Reference:
    """National reference of one profile.

    Attributes
    ----------
    profile : str
        Key of the profile.
    year : int or None
        Year of the terms; None where the figures are an assumption without a year.
    terms : mapping of str to TermReference
        By key of the term.
    o_sd : float
        Standard deviation of O (unit: deviation of the Leefbaarometer score).
    o_sd_source : str
    k, o : Spread
        Distribution of K and of O.
    edition : str
        Edition of the national tables it was computed from; "" for a shipped one.
    scope : {"landelijk", "gemeente"}
        "gemeente" where there are no national figures, as with somebody's own indicators: then the buurten of
        the gemeente are the yardstick, for K alone.
    """

    profile: str
    year: int | None
    terms: Mapping[str, TermReference]
    o_sd: float
    o_sd_source: str
    k: Spread
    o: Spread
    edition: str = ""
    scope: Literal["landelijk", "gemeente"] = "landelijk"

    @property
    def k_high(self) -> float:
        """Value from which K is called high."""
        return self.k.percentiles[FOCUS_PERCENTILE]

    @property
    def o_high(self) -> float:
        """Value from which O is called high."""
        return self.o.percentiles[FOCUS_PERCENTILE]

    def sources(self) -> tuple[str, ...]:
        """Return every source text once, in the order in which a reader meets the figures."""
        texts = [term.source for term in self.terms.values()]
        return tuple(dict.fromkeys([*texts, self.o_sd_source, self.k.source, self.o.source]))


def _normal(sd: float, source: str) -> Spread:
    curve = NormalDist(0.0, sd)
    return Spread(percentiles={p: round(curve.inv_cdf(p / 100), 4) for p in PERCENTILES}, source=source)


O_SD = 0.045
O_SD_SOURCE = "aanname van dit project: standaardafwijking van O is 0,045"
O_SPREAD = _normal(
    O_SD,
    "aanname: O landelijk normaal verdeeld rond 0 met standaardafwijking 0,045 (geen landelijke tabel)",
)
_SE_SOURCE = (
    "aanname van dit project: landelijk gemiddelde en spreiding volgens het rekenvoorbeeld van de methode"
)
# Two z-scores with correlation r have a mean with standard deviation sqrt((1 + r) / 2).
_SE_CORRELATION = 0.7
_RIVM_SOURCE = (
    "GGD'en, CBS en RIVM, Gezondheidsmonitor 2020: 9.621 buurten met ten minste 150 inwoners, gewogen naar "
    "inwoners (CBS, 2024, op gelijke buurtcode)"
)

DEFAULT_REFERENCES: dict[str, Reference] = {
    "sociaaleconomisch": Reference(
        profile="sociaaleconomisch",
        year=None,
        terms={
            "laag_inkomen": TermReference(mean=40.0, sd=16.0, source=_SE_SOURCE),
            "uitkering": TermReference(mean=9.0, sd=5.0, source=_SE_SOURCE),
        },
        o_sd=O_SD,
        o_sd_source=O_SD_SOURCE,
        k=_normal(
            ((1 + _SE_CORRELATION) / 2) ** 0.5,
            "aanname: K landelijk normaal verdeeld rond 0; correlatie tussen de twee indicatoren 0,7",
        ),
        o=O_SPREAD,
    ),
    "zelfredzaamheid": Reference(
        profile="zelfredzaamheid",
        year=2020,
        terms={
            "moeite_rondkomen": TermReference(mean=13.405, sd=6.068, source=_RIVM_SOURCE),
            "hoog_risico_angst_depressie": TermReference(mean=6.644, sd=2.723, source=_RIVM_SOURCE),
            "ernstig_eenzaam": TermReference(mean=11.102, sd=3.581, source=_RIVM_SOURCE),
        },
        o_sd=O_SD,
        o_sd_source=O_SD_SOURCE,
        k=Spread(percentiles={75: 0.5642, 80: 0.7809, 85: 1.0602}, source=_RIVM_SOURCE),
        o=O_SPREAD,
    ),
}


def default_reference(profile: str) -> Reference:
    """Return the shipped reference of a profile of the package, with the source of every figure in it."""
    get_profile(profile)
    return DEFAULT_REFERENCES[profile]
