"""The figures of coming back as a table, and against their budgets."""

from __future__ import annotations

import statistics
from typing import Any

Result = dict[str, Any]
"""What one situation gave, as ``measure`` in ``reconnect.py`` makes it."""
HEAD = ("", "what", "again", "last", "leaders", "says so", "lost", "double", "new seats")
WIDTHS = (42, 8, 8, 8, 9, 9, 6, 8, 11)


def table(results: list[Result]) -> str:
    """Return the figures as lines: seconds after the return, and after the loss for ``says so``."""
    rows = [HEAD, *(_row(result) for result in results)]
    return "\n".join(
        "".join(cell.ljust(w) if not i else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, WIDTHS, strict=True)))
        for row in rows
    )  # fmt: skip


def _row(result: Result) -> tuple[str, ...]:
    return (
        result["label"],
        result["what"],
        f"{statistics.median(result['again_s']):.1f} s",
        f"{max(result['again_s']):.1f} s",
        f"{max(result['others_again_s']):.1f} s",
        _says(result),
        str(result["lost"]),
        str(result["doubled"]),
        str(result["new_seats"]),
    )


def _says(result: Result) -> str:
    noticed = [at for at in result["noticed_s"] if at is not None]
    # Nobody looks at a page that sleeps, and a page whose connection stayed has nothing to say.
    return f"{max(noticed):.1f} s" if noticed and result["awake"] else "–"


def beyond(results: list[Result], budget: dict[str, float]) -> list[str]:
    """Return what goes beyond the budget, ``[reconnect]`` of ``budgets.toml``."""
    found = []
    for result in results:
        figures = {key: max(result[key]) for key in ("again_s", "others_again_s")}
        figures |= {key: result[key] for key in ("lost", "doubled")}
        if result["awake"]:
            figures["noticed_s"] = max((at for at in result["noticed_s"] if at is not None), default=0.0)
            if result["everybody"] and None in result["noticed_s"]:
                found.append(f"{result['label']}: a page did not say so")
        found += [
            f"{result['label']}: {key} {value:.1f} > {budget[key]}"
            for key, value in figures.items()
            if value > budget[key]
        ]
    return found
