"""A notebook becomes a page: Voilà's executor and front end, and a page of our own around them."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import nbformat
from jupyter_core.utils import ensure_async
from markupsafe import Markup
from nbformat import NotebookNode
from traitlets.config import Config
from voila.configuration import VoilaConfiguration
from voila.execute import VoilaExecutor
from voila.utils import get_page_config

from ..seats.notebook import code_of
from .assets import WIDGETS, AssetTable

log = logging.getLogger(__name__)
ANALYST_PAGES = ("quickscan", "wandkaart", "wijkprofiel", "eigentabel", "landelijk")
"""Notebooks at an address of their own, for the administrator and facilitators, with parameters."""
NOTEBOOKS = ("deelnemer", "begeleider", "scherm", *ANALYST_PAGES)
CELL_SECONDS = 120
START_SECONDS = 120
_SHOWN = ("display_data", "execute_result")


def code_cells(folder: Path, name: str) -> list[NotebookNode]:
    """Return the code cells of a notebook, fresh copies; what is explained between them is for the analyst.

    Parameters
    ----------
    folder : Path
    name : str
        One of :data:`NOTEBOOKS`; nothing else can be shown.
    """
    if name not in NOTEBOOKS:
        raise KeyError(name)
    return [nbformat.v4.new_code_cell(source=source) for source in code_of(folder / f"{name}.ipynb")]


def page_config(assets: AssetTable, kernel_id: str) -> Markup:
    """Return the settings of Voilà's front end as JSON that is safe inside a script element."""
    configuration = VoilaConfiguration(
        config=Config(), theme="light", allow_template_override="NO", allow_theme_override="NO"
    )
    config: dict[str, Any] = get_page_config(
        base_url="/",
        # None and not an address: by default the front end would load MathJax from another host.
        settings={"mathjax_url": None, "mathjax_config": None},
        log=log,
        voila_configuration=configuration,
    )
    config |= {
        "baseUrl": "/",
        "kernelId": kernel_id,
        "fullStaticUrl": assets.url("voila"),
        "fullLabextensionsUrl": assets.url("labextensions"),
        "themesUrl": assets.url("voila"),
        "jupyterLabTheme": "light",
        "federated_extensions": assets.federated(WIDGETS),
    }
    return _json(config)


def _json(value: object) -> Markup:
    text = json.dumps(value, default=str)
    return Markup(
        text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026").replace("'", "\\u0027")
    )


class ExecutionFailed(Exception):
    """A cell of the notebook failed; the log of the server says why."""


async def outputs(cells: list[NotebookNode], manager: Any, name: str) -> AsyncIterator[Markup]:
    """Execute the cells and yield each widget or figure they show, as JSON for the front end.

    Streams, warnings and errors are never sent to a browser.

    Raises
    ------
    ExecutionFailed
        When a cell raises, takes too long, or its kernel dies.
    """
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "veerkracht", "display_name": "Veerkracht", "language": "python"}
    executor = VoilaExecutor(
        notebook, km=manager, show_tracebacks=False, timeout=CELL_SECONDS, startup_timeout=START_SECONDS
    )
    try:
        executor.kc = await executor.async_start_new_kernel_client()
        for index, cell in enumerate(notebook.cells):
            await executor.execute_cell(cell, None, index, store_history=False)
            for output in cell.outputs:
                if output.output_type in _SHOWN:
                    yield _json(dict(output, trusted=True))
    except Exception as error:
        log.exception("notebook %s failed", name)
        raise ExecutionFailed(name) from error
    finally:
        if executor.kc is not None:
            await ensure_async(executor.kc.stop_channels())
