"""Put the figures of the simulated room into the document: ``python benchmarks/room_document.py *.json``.

Takes the JSON files of several runs of ``room.py`` and writes one table between the marks in ``docs/snelheid.md``.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- room: begin -->", "<!-- room: end -->"
DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "snelheid.md"
ROWS = (
    ("arrive_total_p50_s", "aankomst tot volledig eerste scherm, helft (s)", 2),
    ("arrive_total_p95_s", "idem, 95% (s)", 2),
    ("arrive_total_last_s", "idem, laatste (s)", 2),
    ("never", "komt nooit binnen", 0),
    ("seat_cpu_s", "rekentijd per aankomst, nieuwe plaats erbij (s)", 3),
    ("seat_mb", "geheugen van een plaats, PSS (MB)", 1),
    ("room_mb", "geheugen van alles samen, PSS (MB)", 0),
    ("first_kb", "eerste bezoek over de lijn (kB)", 0),
    ("repeat_kb", "volgend bezoek over de lijn (kB)", 0),
    ("click_bytes", "tik met antwoord over de lijn (bytes)", 0),
    ("click_cpu_ms", "tik met antwoord, rekentijd (ms)", 1),
    ("idle_percent", "iedereen binnen, niemand doet iets (% van een kern)", 1),
    ("live_percent", "tijdens het antwoorden (% van een kern)", 0),
    ("facilitator_p50_ms", "antwoord tot bij de begeleider, helft (ms)", 0),
    ("facilitator_p95_ms", "idem, 95% (ms)", 0),
    ("others_p50_ms", "antwoord tot op de andere schermen, helft (ms)", 0),
    ("others_p95_ms", "idem, 95% (ms)", 0),
    ("answers", "antwoorden gegeven", 0),
    ("lost", "verloren", 0),
    ("doubled", "dubbel", 0),
    ("free_closed_s", "tabblad dicht: plaats vrij na (s)", 1),
    ("free_lost_s", "tabblad weg zonder bericht: plaats vrij na (s)", 1),
    ("rounds_arrivals", "aankomsten in ronden van weggaan en terugkomen", 0),
    ("rounds_never", "waarvan nooit binnen", 0),
    ("rounds_half_mb", "geheugen midden in de ronden (MB)", 0),
    ("rounds_last_mb", "geheugen in de laatste ronden (MB)", 0),
    ("simulator_live_percent", "de nagebootste zaal zelf, tijdens het antwoorden (% van een kern)", 0),
)


def name_of(run: dict[str, Any]) -> str:
    """Return the heading of a run."""
    cold = ", koude server" if run.get("cold") else ""
    large = ", 500 buurten" if run.get("large") else ""
    return f"{run['people']} in {run['within_s']:g} s{cold}{large}"


def table(runs: list[dict[str, Any]]) -> str:
    """Return the runs side by side; a run with stock Voilà has a column more for that."""
    columns = [(name_of(run), run["ours"]) for run in runs]
    columns += [(f"Voilà stock, {name_of(run)}", run["stock"]) for run in runs if "stock" in run]
    lines = ["| | " + " | ".join(name for name, _ in columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for key, label, digits in ROWS:
        if any(key in found for _, found in columns):
            cells = [f"{found[key]:.{digits}f}" if key in found else "" for _, found in columns]
            lines.append(f"| {label} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Read the runs and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--into", type=Path, default=DOCUMENT)
    arguments = parser.parse_args()
    runs = [json.loads(path.read_text(encoding="utf-8")) for path in arguments.files]
    text = arguments.into.read_text(encoding="utf-8")
    start, stop = text.index(BEGIN) + len(BEGIN), text.index(END)
    machines = "; ".join(sorted({run["machine"] for run in runs}))
    new = f"{text[:start]}\n{table(runs)}\n\nGemeten op: {machines}.\n{text[stop:]}"
    arguments.into.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
