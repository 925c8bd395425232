"""Fixtures of small publishers' files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sources_made import cbs_map, lbm_text, rivm_text


@pytest.fixture
def kaart(tmp_path: Path) -> Path:
    return cbs_map(tmp_path / "wijkenbuurten_2024.gpkg")


@pytest.fixture
def leefbaarometer(tmp_path: Path) -> Path:
    path = tmp_path / "Leefbaarometer-scores buurten 2002-2024.csv"
    path.write_text(
        lbm_text([("BU99020101", 2014, -0.05), ("BU99020101", 2024, -0.08), ("BU00010000", 2024, 0.1)])
    )
    return path


@pytest.fixture
def rivm(tmp_path: Path) -> Path:
    path = tmp_path / "gezondheid.csv"
    rows = [("NL01", "2020JJ00", "11"), ("GM9902", "2020JJ00", "12"), ("BU99020101", "2020JJ00", "13.5")]
    path.write_text(rivm_text(rows), newline="")
    return path


@pytest.fixture
def snapshot(tmp_path: Path) -> Callable[[], dict[str, bytes]]:
    """Everything in the data folder, to show that a failed import changes nothing."""

    def take() -> dict[str, bytes]:
        folder = tmp_path / "data"
        return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}

    return take
