"""What an analyst sees in a notebook that no server started: an error of a few lines, and nothing after it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from veerkracht_nb.apps.launch import VARIABLE
from veerkracht_nb.errors import VeerkrachtError
from veerkracht_nb.paths import notebooks_folder, sessions_folder
from veerkracht_nb.widgets import ErrorPanel


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    made = InteractiveShell.instance()
    made.history_manager.enabled = False  # type: ignore[union-attr]
    yield made
    InteractiveShell.clear_instance()


def run(shell: InteractiveShell, name: str, **values: object) -> tuple[Any, BaseException | None]:
    """Run the cells of a notebook as papermill does; return the last result, or the error that stopped it."""
    result = None
    for cell in json.loads((notebooks_folder() / f"{name}.ipynb").read_text("utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        lines = [f"{key} = {value!r}" for key, value in values.items()]
        given = lines if "parameters" in cell["metadata"].get("tags", []) else []
        done = shell.run_cell("\n".join(["".join(cell["source"]), *given]))
        if not done.success:
            return None, done.error_in_exec or done.error_before_exec
        result = done.result
    return result, None


def damaged(name: str) -> str:
    (sessions_folder() / f"{name}.sessie").write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)
    return name


@pytest.mark.parametrize(
    ("name", "values", "told"),
    [
        ("quickscan", {"gemeente": "Veerdm"}, "Misschien is bedoeld: Veerdam"),
        ("quickscan", {"gemeente": 622}, "gemeente=622"),
        ("quickscan", {"gemeente": None}, "als tekst"),
        ("quickscan", {"profiel": "zelfredzaamhied"}, "Misschien is bedoeld: zelfredzaamheid"),
        ("quickscan", {"profiel": "eigen_weg"}, "'eigen_weg' bestaat niet voor Veerdam"),
        ("eigentabel", {"gemeente": "Nergens"}, "een van: Veerdam"),
        ("landelijk", {"weergave": "relatif"}, "Misschien is bedoeld: relatief"),
        ("wandkaart", {"laag": "signal"}, "laag (signaal / focus)"),
        ("wijkprofiel", {"wijk": "Haavn"}, "Misschien is bedoeld: Haven"),
        ("wijkprofiel", {"bewaren": "pfd"}, "html, pdf, docx, met komma's"),
        ("wijkprofiel", {"sessie": "ZZZZZZ"}, "veerkracht session list"),
        ("sessieverslag", {"sessie": "stuk"}, "stuk.sessie"),
        ("begeleider", {"sessie": 5}, "naam of code van een sessie"),
    ],
)
def test_a_mistake_stops_the_notebook_with_expected_got_and_what_to_do(
    shell: InteractiveShell,
    capsys: pytest.CaptureFixture[str],
    name: str,
    values: dict[str, object],
    told: str,
) -> None:
    damaged("stuk")
    _result, error = run(shell, name, **values)
    assert isinstance(error, VeerkrachtError) and told in str(error)
    assert error.expected and error.got and error.todo
    said = capsys.readouterr()
    shown = [line for line in (said.out + said.err).splitlines() if line.strip()]
    assert len(shown) <= 4 and not any("Traceback" in line or ".py" in line for line in shown), shown


def test_for_a_visitor_of_the_server_the_same_mistake_is_a_panel(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    launch = {"app": "wijkprofiel", "parameters": {"wijk": "Haavn"}}
    monkeypatch.setenv(VARIABLE, json.dumps(launch))
    result, error = run(shell, "wijkprofiel")
    assert error is None and isinstance(result, ErrorPanel) and "Haven" in result.error["expected"]
