"""A notebook executed as a whole, without an interactive shell: what it shows last is the page."""

from __future__ import annotations

import ast
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

ANALYSIS = "analyse"
"""Tag of the cells that only an analyst in JupyterLab runs."""


@lru_cache(maxsize=16)
def _read(path: Path, changed: float) -> tuple[str, ...]:
    # Without nbformat: what it imports to validate takes longer than everything else a page needs.
    notebook = json.loads(path.read_text(encoding="utf-8"))
    if notebook["nbformat"] != 4:
        raise ValueError(f"{path.name}: nbformat 4 expected, got {notebook['nbformat']}")
    sources = (
        "".join(cell["source"])
        for cell in notebook["cells"]
        if cell["cell_type"] == "code" and ANALYSIS not in cell["metadata"].get("tags", ())
    )
    return tuple(source for source in sources if source.strip())


def code_of(path: Path) -> tuple[str, ...]:
    """Return the code cells of a notebook; what is explained between them is for the analyst."""
    return _read(path, path.stat().st_mtime)


def run_notebook(path: Path) -> Any:
    """Execute the cells in order and return the value of the last expression that is not None."""
    names: dict[str, Any] = {"__name__": "__main__"}
    shown: Any = None
    for number, source in enumerate(code_of(path)):
        tree = ast.parse(source, f"{path.name}, cel {number + 1}")
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, path.name, "exec"), names)  # noqa: S102 - as the kernel of an analyst does
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), path.name, "eval"), names)  # noqa: S307
            shown = shown if value is None else value
    return shown
