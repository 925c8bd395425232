"""Getting data from the publishers: boundaries, core figures, Leefbaarometer and Gezondheidsmonitor."""

from .errors import FetchError
from .http import Fetched
from .run import KINDS, GetReport, Kind, get_municipalities
from .services import DEFAULT_SERVICES, Limits, Services

__all__ = [
    "DEFAULT_SERVICES",
    "KINDS",
    "FetchError",
    "Fetched",
    "GetReport",
    "Kind",
    "Limits",
    "Services",
    "get_municipalities",
]
