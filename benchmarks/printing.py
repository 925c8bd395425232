"""What the maps for the wall and the wijkprofielen of a large gemeente cost, in CPU time and bytes.

python benchmarks/printing.py                     # Rotterdam, or Veerdam where its files are not there
python benchmarks/printing.py --json result.json  # exit code 1 beyond budgets.toml
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
import tomllib
from pathlib import Path

from veerkracht_nb.areas import Municipality
from veerkracht_nb.errors import MunicipalityNotFound
from veerkracht_nb.report.printing import print_maps
from veerkracht_nb.report.profile import wijkprofielen
from veerkracht_nb.signal import compute_signal, default_profile
from veerkracht_nb.sources import load_municipality

HERE = Path(__file__).resolve().parent


def gemeente(name: str) -> Municipality:
    """Return a prepared gemeente, or the embedded one."""
    try:
        return load_municipality(name)
    except MunicipalityNotFound:
        print(
            f"{name} is not prepared on this computer (veerkracht data import); measuring the embedded gemeente"
        )
        return load_municipality("GM9901")


def measure(town: Municipality) -> dict[str, float]:
    """Return CPU seconds and bytes."""
    signal = compute_signal(town, profile=default_profile(town))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        start = time.process_time()
        maps = print_maps(town, signal, folder)
        middle = time.process_time()
        profiles = wijkprofielen(town, signal, folder)
        end = time.process_time()
        return {
            "maps_cpu_s": middle - start,
            "maps": len(maps),
            "maps_bytes": sum(path.stat().st_size for path in maps),
            "a0_bytes": maps[0].stat().st_size,
            "profiles_cpu_s": end - middle,
            "profiles": len(profiles),
        }


def main() -> int:
    """Print the table; 1 where a budget is exceeded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gemeente", default="Rotterdam")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    found = measure(gemeente(arguments.gemeente))
    budgets = tomllib.loads((HERE / "budgets.toml").read_text())["print"]
    for key, value in found.items():
        budget = f"  (budget {budgets[key]:,g})" if key in budgets else ""
        print(f"{key:16} {value:12,.2f}{budget}")
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=1))
    return int(any(found[key] > budget for key, budget in budgets.items()))


if __name__ == "__main__":
    sys.exit(main())
