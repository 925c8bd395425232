"""The figures of the simulated room as a table, and against their budgets."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROWS = (
    ("arrive_total_p50_s", "arrival to complete first screen, p50", "s", 2),
    ("arrive_total_p95_s", "arrival to complete first screen, p95", "s", 2),
    ("arrive_total_last_s", "arrival to complete first screen, last", "s", 2),
    ("arrive_page_p95_s", "of which the page itself, p95", "s", 2),
    ("never", "arrivals that never finished", "", 0),
    ("arrivals_cpu_s", "processor per arrival, until the last is in", "s", 3),
    ("seat_cpu_s", "processor per arrival, new seats included", "s", 3),
    ("seat_mb", "memory of a seat (PSS)", "MB", 1),
    ("room_mb", "memory of everything (PSS)", "MB", 0),
    ("first_kb", "bytes of the first visit", "kB", 1),
    ("repeat_kb", "bytes of a repeat visit", "kB", 1),
    ("tap_ms", "tap on a buurt until its card", "ms", 1),
    ("tap_bytes", "bytes of a tap, both ways", "B", 0),
    ("tap_cpu_ms", "server time of a tap", "ms", 2),
    ("answer_bytes", "bytes of an answer, both ways", "B", 0),
    ("answer_cpu_ms", "server time of an answer", "ms", 2),
    ("click_bytes", "bytes of a tap with its answer", "B", 0),
    ("click_cpu_ms", "server time of a tap with its answer", "ms", 2),
    ("idle_percent", "everybody there, nobody does anything", "% of a core", 1),
    ("acked_p95_ms", "answer until acknowledged, p95", "ms", 0),
    ("facilitator_p50_ms", "answer until the facilitator sees it, p50", "ms", 0),
    ("facilitator_p95_ms", "answer until the facilitator sees it, p95", "ms", 0),
    ("others_p50_ms", "answer until others see it, p50", "ms", 0),
    ("others_p95_ms", "answer until others see it, p95", "ms", 0),
    ("live_percent", "processor while people answer", "% of a core", 0),
    ("live_cpu_ms_per_answer", "server time of an answer, all pages together", "ms", 1),
    ("answers", "answers given", "", 0),
    ("reconnects", "connections that came back", "", 0),
    ("lost", "answers lost", "", 0),
    ("doubled", "answers doubled", "", 0),
    ("facilitator_missing", "answers the facilitator never saw", "", 0),
    ("free_closed_s", "closed tab until its seat is free", "s", 1),
    ("free_lost_s", "tab that vanished until its seat is free", "s", 1),
    ("rounds_arrivals", "arrivals in rounds of leaving and coming back", "", 0),
    ("rounds_never", "of which never finished", "", 0),
    ("rounds_page_p95_s", "coming back until complete, p95", "s", 2),
    ("rounds_half_mb", "memory in the middle of the rounds", "MB", 0),
    ("rounds_last_mb", "memory in the last rounds", "MB", 0),
    ("simulator_arrivals_cpu_s", "the simulation itself while people arrive", "s", 2),
    ("simulator_live_percent", "the simulation itself while people answer", "% of a core", 0),
    ("simulator_late_ms", "the simulation was late by at most", "ms", 0),
)
"""Key, what it is, unit, and digits."""


def table(results: dict[str, Any]) -> str:
    """Return the figures as lines; with stock Voilà there is a column for it and one for the ratio."""
    ours, stock = results["ours"], results.get("stock", {})
    head = f"{results['people']} people within {results['within_s']:g} s, {results['machine']}"
    lines = [head, f"{'':46}{'this package':>20}" + (f"{'stock Voilà':>20}{'ratio':>9}" if stock else "")]
    for key, label, unit, digits in ROWS:
        if key not in ours and key not in stock:
            continue
        cells = [_cell(side.get(key), unit, digits) for side in ((ours, stock) if stock else (ours,))]
        ratio = ""
        if stock and ours.get(key) and stock.get(key):
            ratio = f"{stock[key] / ours[key]:8.1f}x"
        lines.append(f"{label:46}" + "".join(f"{cell:>20}" for cell in cells) + ratio)
    return "\n".join(lines)


def _cell(value: float | None, unit: str, digits: int) -> str:
    return "–" if value is None else f"{value:,.{digits}f} {unit}".rstrip()


def beyond(results: dict[str, Any], kind: str) -> list[str]:
    """Return what goes beyond the budget.

    Parameters
    ----------
    results : dict
    kind : str
        Which of the parts of ``[room]`` with bars for arrivals counts besides the bars that always count; see
        ``budgets.toml``.
    """
    budget = tomllib.loads((HERE / "budgets.toml").read_text(encoding="utf-8"))["room"]
    bars = {key: bar for key, bar in budget.items() if not isinstance(bar, dict)} | budget.get(kind, {})
    ours, found = results["ours"], []
    for key, bar in bars.items():
        if key == "faster_than_stock":
            if "stock" in results:
                ratio = results["stock"]["arrive_total_p95_s"] / ours["arrive_total_p95_s"]
                found += [f"{key}: {ratio:.1f} < {bar}"] if ratio < bar else []
        elif key in ours and ours[key] > bar:
            found.append(f"{key}: {ours[key]:.2f} > {bar}")
    return found
