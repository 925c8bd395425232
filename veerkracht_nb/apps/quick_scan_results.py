"""What the quick scan has computed so far: each figure once, and before it is asked for where there is time."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

from ..areas import Municipality
from ..errors import SignalError
from ..signal import (
    Period,
    Projection,
    Robustness,
    Signal,
    Spatial,
    available_periods,
    default_profile,
    profile_choices,
    robustness,
    spatial,
)
from ..signal.series import History, history
from ..signal.spatial import SpatialColumn
from .idle import beside
from .signals import AUTOMATIC, projection_of, signal_of

Ready = Callable[[Signal, Spatial], None]


class Results:
    """Signals, projections and the rest of one gemeente, kept by what they were asked for.

    Attributes
    ----------
    default : str
        Key of the profile to begin with.
    profiles : tuple of (str, str)
        Key and title of each profile that has figures here, own tables too.
    """

    def __init__(self, municipality: Municipality, *, profile: str = AUTOMATIC) -> None:
        self._municipality = municipality
        self.default = default_profile(municipality) if profile == AUTOMATIC else profile
        self.profiles = tuple(profile_choices(municipality))
        self._periods: dict[str, dict[str, Period]] = {}
        self._signals: dict[tuple[str, str, str], tuple[Signal, Robustness]] = {}
        self._past: dict[str, History] = {}
        self._ahead: dict[str, Projection | None] = {}
        self._spatial: dict[tuple[int, str], Spatial] = {}
        self._asked: set[tuple[int, str]] = set()

    def periods(self, profile: str) -> dict[str, Period]:
        """Return the periods of a profile by a short key, the most sensible one first."""
        if profile not in self._periods:
            found = available_periods(self._municipality, profile)
            self._periods[profile] = {f"{p.k0}-{p.k1}-{p.o0}-{p.o1}": p for p in found}
        return self._periods[profile]

    def signal(self, profile: str, view: str, years: str = "") -> tuple[Signal, Robustness]:
        """Return a signal and how firm it is; empty `years` are the most sensible ones.

        Raises
        ------
        SignalError
            The profile cannot be computed here.
        """
        periods = self.periods(profile)
        if years in list(periods)[:1]:
            years = ""
        period = periods[years] if years else None
        key = (profile, view, years)
        if key not in self._signals:
            made = signal_of(self._municipality, profile, view, period=period)
            self._signals[key] = (made, robustness(made))
        return self._signals[key]

    def past(self, profile: str) -> History:
        """Return K and O of every year."""
        if profile not in self._past:
            self._past[profile] = history(self.signal(profile, "relatief")[0], self._municipality)
        return self._past[profile]

    def ahead(self, profile: str) -> Projection | None:
        """Return where the trends lead, or None where there are too few years."""
        if profile not in self._ahead:
            try:
                self._ahead[profile] = projection_of(self._municipality, profile)
            except SignalError:
                self._ahead[profile] = None
        return self._ahead[profile]

    def spatial(self, signal: Signal, column: str, *, then: Ready) -> Spatial | None:
        """Return the spatial concentration of a figure; None while it is computed, and `then` follows."""
        key = (id(signal), column)
        if key in self._spatial or key in self._asked:
            return self._spatial.get(key)
        chosen: SpatialColumn = column  # type: ignore[assignment]  # checked where it was chosen

        def keep(found: Spatial) -> None:
            self._spatial[key] = found
            self._asked.discard(key)

        def ready(found: Spatial) -> None:
            keep(found)
            then(signal, found)

        self._asked.add(key)
        found = beside(lambda: spatial(self._municipality, signal, chosen), ready)
        if found is not None:
            keep(found)
        return found

    def warm(self) -> bool:
        """Compute one thing that a choice may ask for; return whether there may be more to do."""
        for profile, _title in self.profiles:
            if profile not in self._past:
                self.past(profile)
                return True
            if profile not in self._ahead:
                self.ahead(profile)
                return True
            for view, years in product(("relatief", "absoluut"), ("", *list(self.periods(profile))[1:])):
                if (profile, view, years) not in self._signals:
                    self.signal(profile, view, years)
                    return True
        return False
