"""The signaleringskaart: vulnerability, nuisance, their changes, and the class of each buurt."""

from .classes import CLASSES, FOCUS, FocusClass, classify
from .compute import compute_signal
from .explain import explain
from .figures import Figure, figures
from .notes import LIMITS, PROXY, SIGNAL
from .periods import available_periods, default_period, default_profile
from .profiles import PROFILES, BandRule, Profile, Term
from .reference import Reference, Spread, TermReference, default_reference, national_reference
from .result import Period, Reason, Signal, SignalClass, View

__all__ = [
    "CLASSES",
    "FOCUS",
    "LIMITS",
    "PROFILES",
    "PROXY",
    "SIGNAL",
    "BandRule",
    "Figure",
    "FocusClass",
    "Period",
    "Profile",
    "Reason",
    "Reference",
    "Signal",
    "SignalClass",
    "Spread",
    "Term",
    "TermReference",
    "View",
    "available_periods",
    "classify",
    "compute_signal",
    "default_period",
    "default_profile",
    "default_reference",
    "explain",
    "figures",
    "national_reference",
]
