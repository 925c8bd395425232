"""What all tests share: the real data, and folders of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# How long an example takes says more of what else the machine does than of the code.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder with files as the publishers give them; they are not part of this project."""
    if not SHARED.is_dir():
        pytest.skip("the publishers' files are not on this machine")
    return SHARED


@pytest.fixture
def run_async() -> Callable[[Coroutine[Any, Any, Any]], Any]:
    """Run a coroutine in a thread of its own: a browser that another test opened has a loop running in this one."""

    def run(work: Coroutine[Any, Any, Any]) -> Any:
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, asyncio.wait_for(work, 30)).result()

    return run


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the data and sessions of the person who runs it."""
    monkeypatch.setenv("VEERKRACHT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("VEERKRACHT_SESSIONS", str(tmp_path / "sessions"))
