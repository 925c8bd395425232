"""What all tests share: the real data, and folders of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder with files as the publishers give them; they are not part of this project."""
    if not SHARED.is_dir():
        pytest.skip("the publishers' files are not on this machine")
    return SHARED


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the data and sessions of the person who runs it."""
    monkeypatch.setenv("VEERKRACHT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("VEERKRACHT_SESSIONS", str(tmp_path / "sessions"))
