"""Where data, sessions and notebooks are, in a checkout and in an installed package."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_data_path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent if (_PACKAGE.parent / "pyproject.toml").is_file() else None
_SHIPPED = _CHECKOUT or _PACKAGE / "_shipped"


def _folder(variable: str, name: str) -> Path:
    chosen = os.environ.get(variable)
    if chosen:
        path = Path(chosen).expanduser()
    else:
        path = (_CHECKOUT or user_data_path("veerkracht_nb", appauthor=False)) / name
    path.mkdir(parents=True, exist_ok=True)
    return path.resolve()


def data_folder() -> Path:
    """Return the folder of prepared municipalities (``VEERKRACHT_DATA``), made if it is not there."""
    return _folder("VEERKRACHT_DATA", "data")


def sessions_folder() -> Path:
    """Return the folder of session files (``VEERKRACHT_SESSIONS``), made if it is not there."""
    return _folder("VEERKRACHT_SESSIONS", "sessions")


def shipped_data_folder() -> Path:
    """Return the folder that holds the embedded municipality."""
    return _SHIPPED / "data"


def notebooks_folder() -> Path:
    """Return the folder of the notebooks that come with the package."""
    return _SHIPPED / "notebooks"
