"""The notebook of a wijkprofiel, run for a wijk as for all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from veerkracht_nb.apps import WijkprofielParameters, run_wijkprofielen, wijkprofiel
from veerkracht_nb.apps.launch import VARIABLE
from veerkracht_nb.errors import ExportError, ParameterError
from veerkracht_nb.widgets import ErrorPanel


@pytest.mark.slow
def test_the_notebook_writes_the_profile_of_each_wijk(tmp_path: Path) -> None:
    seen: list[tuple[str, float]] = []
    files = run_wijkprofielen("GM9901", tmp_path, wijken=["Haven"], progress=lambda *step: seen.append(step))
    assert [path.suffix for path in files] == [".docx", ".html", ".ipynb", ".pdf"]
    assert seen == [("Haven", 0.0), ("", 1.0)]


@pytest.mark.slow
def test_only_the_formats_that_were_asked_for_are_written(tmp_path: Path) -> None:
    files = run_wijkprofielen("GM9901", tmp_path, wijken=["Haven"], formaten="html")
    assert [path.suffix for path in files] == [".html", ".ipynb"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"profiel": "rijkdom"},
        {"sessie": "../x"},
        {"variant": "alles"},
        {"formaten": "pdf,odt"},
        {"formaten": ""},
    ],
)
def test_nothing_runs_with_a_wrong_parameter(tmp_path: Path, wrong: dict[str, str]) -> None:
    with pytest.raises(ParameterError):
        run_wijkprofielen("GM9901", tmp_path / "uit", **wrong)  # type: ignore[arg-type]
    assert not (tmp_path / "uit").exists()


def test_an_unknown_wijk_is_named_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(ExportError) as caught:
        run_wijkprofielen("GM9901", tmp_path / "uit", wijken=["Atlantis"])
    assert "Atlantis" in caught.value.got and not (tmp_path / "uit").exists()


def test_a_visitor_of_the_server_gets_no_stories_and_writes_no_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, '{"app": "wijkprofiel"}')
    monkeypatch.chdir(tmp_path)
    page = wijkprofiel(WijkprofielParameters(sessie="oefenen"))
    assert isinstance(page, ErrorPanel)
    assert not isinstance(wijkprofiel(WijkprofielParameters(bewaren="html,pdf")), ErrorPanel)
    assert not list(tmp_path.glob("wijkprofiel*"))
