"""The signaleringskaart: vulnerability, nuisance, their changes, and the class of each buurt."""

from .classes import CLASSES, CLASSES_RED_GREEN, FOCUS, PALETTES, FocusClass, Palette, classify
from .compute import compute_signal
from .explain import explain
from .figures import Figure, figures
from .measured import municipal_reference, national_reference
from .notes import LIMITS, PROXY, SIGNAL
from .own import find_profile, profiles_of
from .periods import available_periods, default_period, default_profile, profile_choices
from .profiles import OWN_PREFIX, PROFILES, BandRule, Profile, Term, own_profile
from .projection import Projection, project
from .projection_words import explain_projection, headline
from .records import from_record, national_references, to_record
from .reference import Reference, Spread, TermReference, default_reference
from .result import Period, Reason, Signal, SignalClass, View
from .robustness import Robustness, Variant, explain_support, robustness
from .spatial import Spatial, cluster_label, spatial
from .trends import Trends, fit_trends

__all__ = [
    "CLASSES",
    "CLASSES_RED_GREEN",
    "FOCUS",
    "LIMITS",
    "OWN_PREFIX",
    "PALETTES",
    "PROFILES",
    "PROXY",
    "SIGNAL",
    "BandRule",
    "Figure",
    "FocusClass",
    "Palette",
    "Period",
    "Profile",
    "Projection",
    "Reason",
    "Reference",
    "Robustness",
    "Signal",
    "SignalClass",
    "Spatial",
    "Spread",
    "Term",
    "TermReference",
    "Trends",
    "Variant",
    "View",
    "available_periods",
    "classify",
    "cluster_label",
    "compute_signal",
    "default_period",
    "default_profile",
    "default_reference",
    "explain",
    "explain_projection",
    "explain_support",
    "figures",
    "find_profile",
    "fit_trends",
    "from_record",
    "headline",
    "municipal_reference",
    "national_reference",
    "national_references",
    "own_profile",
    "profile_choices",
    "profiles_of",
    "project",
    "robustness",
    "spatial",
    "to_record",
]
