"""Where data comes from: the publishers' files, the embedded municipality, prepared ones."""

from .importing import ImportReport, import_files
from .store import (
    MunicipalityInfo,
    data_version,
    list_municipalities,
    load_municipality,
    load_national,
    save_municipality,
)

__all__ = [
    "ImportReport",
    "MunicipalityInfo",
    "data_version",
    "import_files",
    "list_municipalities",
    "load_municipality",
    "load_national",
    "save_municipality",
]
