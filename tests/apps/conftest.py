"""A town that is prepared once, and a hall that is empty for every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from apps_hall import Hall, Town

from veerkracht_nb.apps import prepare


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    folder = tmp_path_factory.mktemp("gemeente")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VEERKRACHT_DATA", str(folder / "data"))
        with prepare.prepare_session(script="kennismaking", folder=folder) as session:
            made = session.state().made
        assert made is not None
        background = prepare.background(made)
    assert background is not None
    return Town(made, background)


@pytest.fixture
def hall(tmp_path: Path, town: Town) -> Iterator[Hall]:
    hall = Hall(tmp_path / "zaal", town)
    yield hall
    hall.close()
