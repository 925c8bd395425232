"""From one gemeente to the whole country: time and peak memory, each in a process of its own.

Side by side in one run: the country read at once from raw files, the same from its cache, and the importer that
prepares every gemeente as a file. Files of the publishers are used where they are on this machine, otherwise (or with
``--generated``) a made-up country of the same size.

    python benchmarks/scale.py                     # table, exit code 1 beyond budgets.toml
    python benchmarks/scale.py --json result.json
    python benchmarks/scale.py --importer-all      # also the importer for the whole country (a minute or more)
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

# This process imports nothing large: the peak of a child starts at that of its parent.
HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[1] / "shared" / "data"
NATIONAL = (
    "geo/buurten_2016_nl.gpkg",
    "kwb/kwb_2024_nl.parquet",
    "kwetsbaarheid/rivm_gezondheidsmonitor_18plus_2012_2016_2020_nl.parquet",
    "ruw/pdok/wijkenbuurten_2024_rijnmond.gpkg",
    "ruw/leefbaarometer/Leefbaarometer-scores buurten 2002-2024.csv",
)
BUURTEN = 14_574
SIZES = ("1", "10", "100", "all")
COMPUTED = ("raw", "cache")


def raw(files: list[Path], data: Path) -> dict[str, float]:
    """Read the country and compute both views; from the cache where there is one."""
    from veerkracht_nb.signal.country import country_signal
    from veerkracht_nb.sources.national import read_country

    start = time.perf_counter()
    country = read_country(files, folder=data)
    found = {"read_s": time.perf_counter() - start}
    for view in ("relatief", "absoluut"):
        signal = country_signal(country, view=view)
    towns = signal.by_municipality
    return found | {
        "work_s": time.perf_counter() - start,
        "gemeenten": len(towns),
        "buurten": len(signal.table),
        "with_k": int(towns["with_k"].sum()),
        "determined": int(towns["determined"].sum()),
    }


def importer(files: list[Path], data: Path) -> dict[str, float]:
    """Prepare every gemeente of the files as a GeoPackage, as ``veerkracht data import`` does."""
    from veerkracht_nb.sources import import_files

    usable = [path for path in files if "kwb" not in path.name]
    start = time.perf_counter()
    report = import_files(usable, folder=data)
    return {"work_s": time.perf_counter() - start, "gemeenten": len(report.municipalities)}


def one(files: list[Path], data: Path) -> dict[str, float]:
    """Take one gemeente with boundaries and all figures from the cache of the country."""
    from veerkracht_nb.sources.national import national_municipality

    code = json.loads((data / "one.json").read_text())
    start = time.perf_counter()
    municipality = national_municipality(code, folder=data)
    return {"work_s": time.perf_counter() - start, "buurten": len(municipality.buurten)}


def loop(files: list[Path], data: Path) -> dict[str, float]:
    """Compute the classes of the cached country gemeente by gemeente, against all at once."""
    import pandas as pd

    from veerkracht_nb.areas import Municipality
    from veerkracht_nb.errors import SignalError
    from veerkracht_nb.signal import compute_signal
    from veerkracht_nb.signal.country import country_signal
    from veerkracht_nb.sources.national import load_country

    country = load_country(data)
    assert country is not None
    start = time.perf_counter()
    signal = country_signal(country)
    at_once = time.perf_counter() - start
    digits = country.indicators["code"].str[2:6]
    figures = dict(list(country.indicators.groupby(digits)))
    start = time.perf_counter()
    done = 0
    for code, buurten in country.buurten.groupby("gemeente_code"):
        own = figures.get(code[2:], pd.DataFrame(columns=country.indicators.columns))
        town = Municipality(
            code=code, name=code, year=country.year, buurten=buurten, indicators=own, provenance=()
        )
        try:
            compute_signal(town, profile=signal.profile, period=signal.period)
            done += 1
        except SignalError:
            continue
    return {"at_once_s": at_once, "work_s": time.perf_counter() - start, "gemeenten": done}


def prepare(folder: Path, generated: bool) -> None:
    """Write the files of 1, 10, 100 and all gemeenten; ``files.json`` names them."""
    from generated import towns_for, write_country

    real = [SHARED / name for name in NATIONAL]
    paths: dict[str, list[str]] = {}
    if generated or not all(path.is_file() for path in real):
        for size in SIZES:
            towns = towns_for(BUURTEN) if size == "all" else int(size)
            paths[size] = [str(path) for path in write_country(folder / size, towns)]
        code = "GM5001"
    else:
        for size in SIZES[:-1]:
            paths[size] = [str(path) for path in _parts(real, folder / size, int(size))]
        paths["all"] = [str(path) for path in real]
        code = "GM0599"
    (folder / "files.json").write_text(json.dumps({"paths": paths, "one": code}))


def _parts(files: list[Path], folder: Path, count: int) -> list[Path]:
    """Write the rows of `count` gemeenten of the publishers' files, among them those with all figures."""
    import geopandas as gpd
    import pandas as pd
    import pyogrio

    folder.mkdir(parents=True)
    codes = pd.read_parquet(files[1], columns=["gwb_code"])["gwb_code"].str.strip()
    rest = sorted(code[2:6] for code in codes if code.startswith("GM"))
    towns = ["0599", "0622", "0556"] + [town for town in rest if town not in ("0599", "0622", "0556")]
    wanted = set(towns[:count])
    result = []
    for path in files:
        target = folder / path.name
        result.append(target)
        if path.suffix == ".gpkg":
            for layer in ("buurten", "wijken"):
                table = pyogrio.read_dataframe(path, layer=layer)
                # A map without any of them keeps one gemeente: an empty map cannot be read.
                mine = table["gemeentecode"].str[2:6].isin(wanted | ({"0599"} if count == 1 else set()))
                gpd.GeoDataFrame(table[mine]).to_file(target, layer=layer, driver="GPKG")
        elif path.suffix == ".parquet":
            table = pd.read_parquet(path)
            table[table["gwb_code"].str[2:6].isin(wanted)].to_parquet(target, index=False)
        else:
            table = pd.read_csv(path, dtype="str", keep_default_na=False)
            table[table["bu_code"].str[2:6].isin(wanted)].to_csv(target, index=False)
    return result


TASKS: dict[str, Callable[[list[Path], Path], dict[str, float]]] = {
    "raw": raw,
    "cache": raw,
    "importer": importer,
    "one": one,
    "loop": loop,
}


def measured(task: str, files: list[str], data: Path) -> dict[str, float]:
    """Run one task in a fresh process; return its figures with the whole time and the peak memory."""
    start = time.perf_counter()
    command = [sys.executable, str(Path(__file__).resolve()), "--task", task, "--data", str(data), *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{task}: {done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1]) | {"total_s": time.perf_counter() - start}


def run(folder: Path, importer_all: bool) -> dict[str, dict[str, dict[str, float]]]:
    """Measure every task for every size."""
    chosen = json.loads((folder / "files.json").read_text())
    results: dict[str, dict[str, dict[str, float]]] = {}
    for size, files in chosen["paths"].items():
        data = folder / f"data-{size}"
        results[size] = {task: measured(task, files, data) for task in COMPUTED}
        if size != "all" or importer_all:
            results[size]["importer"] = measured("importer", files, folder / f"import-{size}")
        (data / "one.json").write_text(json.dumps(chosen["one"]))
        results[size]["one"] = measured("one", [], data)
        results[size]["loop"] = measured("loop", [], data)
    return results


def lines(results: dict[str, dict[str, dict[str, float]]]) -> list[str]:
    """Return the figures as a table."""
    head = f"{'gemeenten':>9} {'buurten':>8} {'what':10} {'work s':>8} {'total s':>8} {'cpu s':>7} {'MB':>7}"
    rows = [f"{head}  against the first"]
    for tasks in results.values():
        first = tasks["raw"]["work_s"]
        for task, found in tasks.items():
            ratio = found["work_s"] / first
            rows.append(
                f"{tasks['raw']['gemeenten']:9,} {tasks['raw']['buurten']:8,} {task:10} {found['work_s']:8.2f} "
                f"{found['total_s']:8.2f} {found['cpu_s']:7.2f} {found['peak_mb']:7.0f}  {ratio:6.2f}x"
            )
        at_once = tasks["loop"]["at_once_s"]
        rows.append(
            f"{'':29}classes at once {at_once:.2f} s: {tasks['loop']['work_s'] / at_once:.0f}x faster"
        )
    return rows


def beyond(results: dict[str, dict[str, dict[str, float]]]) -> list[str]:
    """Return what goes beyond the budget; times of the country are those of the whole process."""
    budget = tomllib.loads((HERE / "budgets.toml").read_text(encoding="utf-8"))["scale"]
    country = results["all"]
    checks = (
        ("country_raw_s", country["raw"]["total_s"]),
        ("country_raw_mb", country["raw"]["peak_mb"]),
        ("country_cache_s", country["cache"]["total_s"]),
        ("country_cache_mb", country["cache"]["peak_mb"]),
        ("one_from_cache_s", country["one"]["work_s"]),
    )
    return [f"{name}: {value:.2f} > {budget[name]}" for name, value in checks if value > budget[name]]


def main() -> int:
    """Measure, print, compare with the budget."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--generated", action="store_true", help="a made-up country, whatever is here")
    parser.add_argument("--importer-all", action="store_true", help="the importer for the whole country too")
    parser.add_argument("--task", choices=[*TASKS, "prepare"], help=argparse.SUPPRESS)
    parser.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("files", nargs="*", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.task == "prepare":
        prepare(arguments.data, arguments.generated)
        return 0
    if arguments.task:
        found = TASKS[arguments.task](arguments.files, arguments.data)
        unit = 1024**2 if sys.platform == "darwin" else 1024
        used = resource.getrusage(resource.RUSAGE_SELF)
        # CPU time beside the clock: on a machine that does other work only the first says something.
        cpu = used.ru_utime + used.ru_stime
        print(json.dumps(found | {"peak_mb": used.ru_maxrss / unit, "cpu_s": cpu}))
        return 0
    with tempfile.TemporaryDirectory() as name:
        command = [sys.executable, str(Path(__file__).resolve()), "--task", "prepare", "--data", name]
        subprocess.run([*command, *(["--generated"] if arguments.generated else [])], check=True)
        results = run(Path(name), arguments.importer_all)
    print("\n".join(lines(results)))
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2), encoding="utf-8")
    over = beyond(results)
    print("\n".join(["beyond the budget:", *over]) if over else "within the budget")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
