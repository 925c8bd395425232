"""Where data comes from: the publishers' files, the embedded municipality, prepared ones."""

from .store import (
    MunicipalityInfo,
    list_municipalities,
    load_municipality,
    load_national,
    save_municipality,
)

__all__ = [
    "MunicipalityInfo",
    "list_municipalities",
    "load_municipality",
    "load_national",
    "save_municipality",
]
