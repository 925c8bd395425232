"""The walls of the house: dependencies, rooms, notebooks, and documents that cannot lie."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
import yaml
from typer.main import get_command

from veerkracht_nb import errors
from veerkracht_nb.apps.parameters import PARAMETERS
from veerkracht_nb.cli import app

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def _plain(name: str) -> str:
    return name.lower().replace("_", "-")


def _requirements(lines: list[str]) -> dict[str, str]:
    found = (re.match(r"([A-Za-z0-9_.-]+)(?:\[\w+\])?(.*)", line) for line in lines)
    return {_plain(match[1]): match[2] for match in found if match}


def test_conda_names_the_same_dependencies_as_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    conda = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    listed = [line for line in conda if isinstance(line, str) and line not in {"python>=3.11", "pip"}]
    # What conda-forge does not have comes from pip, within the same environment.
    listed += [line for line in conda[-1]["pip"] if not line.startswith("--")]
    assert _requirements(listed) == _requirements(project)


def test_constraints_pin_every_dependency_and_name_no_address() -> None:
    text = (ROOT / "constraints.txt").read_text()
    assert "://" not in text
    pinned = {_plain(line.split("==")[0]) for line in text.split() if "==" in line}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = _requirements(project["dependencies"] + project["optional-dependencies"]["test"])
    assert set(wanted) <= pinned


def test_rooms_stand_on_each_other_as_drawn() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def test_drawing_of_the_error_tree_shows_every_error_at_its_place() -> None:
    drawn: list[tuple[str, str]] = []
    stack: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        match = re.match(r"\s{4}([│├└─ ]*)([A-Z]\w+)", line)
        if match:
            depth = len(match[1]) // 4
            stack[depth:] = [match[2]]
            drawn.append((match[2], stack[depth - 1] if depth else "Exception"))
    real = [
        (name, item.__bases__[0].__name__)
        for name, item in inspect.getmembers(errors, inspect.isclass)
        if issubclass(item, Exception)
    ]
    assert sorted(drawn) == sorted(real)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_a_thin_readable_document(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert notebook.cells[0].cell_type == "markdown"
    assert all(not cell.outputs and cell.execution_count is None for cell in code), "outputs must be stripped"
    assert all(len(ast.parse(cell.source).body) <= 6 for cell in code), "logic belongs in the package"
    parameters = [cell for cell in code if "parameters" in cell.metadata.get("tags", [])]
    assert len(parameters) == 1
    names = re.findall(r"^(\w+): \w+ = ", parameters[0].source, re.M)
    assert set(names) == set(PARAMETERS[path.stem].model_fields), (
        "parameters are typed and are those of the model"
    )


def test_readme_names_every_command() -> None:
    text = (ROOT / "README.md").read_text()
    for name in _commands(get_command(app)):
        assert f"veerkracht {name}" in text, f"README does not say what `veerkracht {name}` does"


def _commands(box: object, path: str = "") -> Iterator[str]:
    inside = getattr(box, "commands", {})
    if not inside:
        yield path.strip()
    for name, inner in inside.items():
        yield from _commands(inner, f"{path} {name}")
