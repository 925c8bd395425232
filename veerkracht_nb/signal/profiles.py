"""Vulnerability profiles: which indicators make up K. A profile is data; adding one is adding rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ..errors import SignalError


@dataclass(frozen=True, kw_only=True)
class Term:
    """One indicator of a profile; in K a higher z-score always means more vulnerable.

    The value is the sum of the numerators, or, with a denominator, 100 times that sum divided by the sum of
    the denominators. Every figure in it must be there: one that is missing makes the whole term missing.

    Attributes
    ----------
    key : str
        Name of the term, unique within its profile.
    label, unit : str
        Words for the screen (Dutch) and unit of the value.
    numerator, denominator : tuple of str
        Keys of indicators of a :class:`~veerkracht_nb.areas.municipality.Municipality`.
    rounded_to : float
        Step to which the publisher rounds each numerator, in its own unit; 0 where the rounding plays no
        part.
    source : str
        Publisher, as it must be cited.
    higher_is : {"worse", "better"}
        What a higher value means; of a term where higher is better the z-score is turned round.
    """

    key: str
    label: str
    unit: str
    numerator: tuple[str, ...]
    denominator: tuple[str, ...] = ()
    rounded_to: float = 0.0
    source: str
    higher_is: Literal["worse", "better"] = "worse"

    @property
    def direction(self) -> int:
        """Return 1, or -1 where a higher value means less vulnerable."""
        return -1 if self.higher_is == "better" else 1

    @property
    def indicators(self) -> tuple[str, ...]:
        """Return all indicators that the term needs."""
        return self.numerator + self.denominator


@dataclass(frozen=True, kw_only=True)
class BandRule:
    """How large a change of K must be to count as a change, in units of K.

    The band is ``max(floor, noise_factor * sigma_n)``, where sigma_n is the standard deviation that the
    rounding of the published counts gives to the change of K. Where ``noise_factor * sigma_n`` exceeds
    `undeterminable_above`, the development of K cannot be determined.
    """

    floor: float
    noise_factor: float = 0.0
    undeterminable_above: float = float("inf")


@dataclass(frozen=True, kw_only=True)
class Profile:
    """A named choice of indicators for vulnerability K, printed on every map.

    Attributes
    ----------
    key, title : str
    terms : tuple of Term
        K is the mean of their z-scores; all terms weigh the same.
    dk_band_rule : BandRule
    note, source : str
        What a reader must know of these figures, and their publishers.
    """

    key: str
    title: str
    terms: tuple[Term, ...]
    dk_band_rule: BandRule
    note: str
    source: str


_CBS = "CBS, Kerncijfers wijken en buurten"
_RIVM = "GGD'en, CBS en RIVM, Gezondheidsmonitor volwassenen en ouderen"

_PROFILES = (
    Profile(
        key="sociaaleconomisch",
        title="Sociaaleconomisch",
        terms=(
            Term(
                key="laag_inkomen",
                label="Huishoudens met laag inkomen",
                unit="% van de huishoudens, landelijk de laagste 40%",
                numerator=("p_hh_li",),
                source=_CBS,
            ),
            Term(
                key="uitkering",
                label="Bijstand en arbeidsongeschiktheid",
                unit="uitkeringen per 100 inwoners van 15 tot 65 jaar",
                numerator=("a_soz_wb", "a_soz_ao"),
                denominator=("a_15_24", "a_25_44", "a_45_64"),
                rounded_to=10.0,
                source=_CBS,
            ),
        ),
        # 1.96 keeps one rounding step of ten in one count from flipping a class on its own.
        dk_band_rule=BandRule(floor=0.15, noise_factor=1.96, undeterminable_above=0.40),
        note=(
            "Inkomen en uitkeringen lopen ongeveer twee jaar achter. Studenten tellen mee als lage inkomens; "
            "wie twee soorten uitkering heeft, telt dubbel."
        ),
        source=_CBS,
    ),
    Profile(
        key="zelfredzaamheid",
        title="Zelfredzaamheid",
        terms=(
            Term(
                key="moeite_rondkomen",
                label="Moeite met rondkomen",
                unit="% van de volwassenen",
                numerator=("moeite_rondkomen",),
                source=_RIVM,
            ),
            Term(
                key="hoog_risico_angst_depressie",
                label="Hoog risico op angst of depressie",
                unit="% van de volwassenen",
                numerator=("hoog_risico_angst_depressie",),
                source=_RIVM,
            ),
            Term(
                key="ernstig_eenzaam",
                label="Ernstig of zeer ernstig eenzaam",
                unit="% van de volwassenen",
                numerator=("ernstig_eenzaam",),
                source=_RIVM,
            ),
        ),
        # Wider and fixed: these are model estimates, not counts.
        dk_band_rule=BandRule(floor=0.25),
        note=(
            "De cijfers zijn modelschattingen voor kleine gebieden; het RIVM waarschuwt om kleine "
            "verschillen door de tijd niet te duiden."
        ),
        source=_RIVM,
    ),
)

PROFILES: dict[str, Profile] = {profile.key: profile for profile in _PROFILES}
"""The profiles that come with the package. One of your own is handed over as it is, see :func:`own_profile`."""

OWN_PREFIX = "eigen_"
"""How the keys of a facilitator's own indicators and profiles begin."""
# Nothing is known of the precision of somebody's own figures, so the wider of the two bands.
OWN_BAND = 0.25


def own_profile(
    key: str, title: str, terms: Sequence[Term], *, source: str, note: str = "", dk_band: float = OWN_BAND
) -> Profile:
    """Return a profile of your own, to hand to :func:`~veerkracht_nb.signal.compute.compute_signal`.

    Parameters
    ----------
    key : str
        Starts with ``eigen_``, so that it is never taken for a profile of the method.
    title : str
        Words for the screen.
    terms : sequence of Term
        At least one; K is the mean of their z-scores.
    source, note : str
        Who made the figures, and what a reader must know of them.
    dk_band : float
        "No clear change" band of K.

    Raises
    ------
    SignalError
        No term, two terms of one name, or a key that does not start with ``eigen_``.
    """
    names = [term.key for term in terms]
    if not key.startswith(OWN_PREFIX) or not names or len(set(names)) < len(names):
        raise SignalError(
            f"Het eigen profiel {title or key!r} kan niet worden gebruikt.",
            expected=f"een sleutel die begint met {OWN_PREFIX}, en indicatoren die elk één keer voorkomen",
            got=f"{key}: {', '.join(names) or 'geen indicatoren'}",
            todo="Kies ten minste één kolom van uw tabel, en elke kolom één keer.",
        )
    rule = BandRule(floor=dk_band)
    return Profile(key=key, title=title, terms=tuple(terms), dk_band_rule=rule, note=note, source=source)


def get_profile(profile: str | Profile) -> Profile:
    """Return the profile with this key; a profile is returned as it is.

    Raises
    ------
    SignalError
        No profile has this key.
    """
    if isinstance(profile, Profile):
        return profile
    key = profile
    if key not in PROFILES:
        raise SignalError(
            f"Het kwetsbaarheidsprofiel {key!r} bestaat niet.",
            expected=", ".join(PROFILES),
            got=repr(key),
            todo="Kies een van de genoemde profielen.",
        )
    return PROFILES[key]
