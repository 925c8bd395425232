"""What the quick scan of a large gemeente costs: opening it, and every choice on the page.

In the kernel: CPU time, and everything that goes over the websocket. In the browser, where there is one: its CPU
time, the time from a choice to the last change of the page, and from asking for the page to the first map.

    python benchmarks/quick_scan.py                     # Rotterdam, or Veerdam where its files are not there
    python benchmarks/quick_scan.py --json result.json  # exit code 1 beyond budgets.toml
    python benchmarks/quick_scan.py --no-browser
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from map import Wire, wire
from printing import gemeente

from veerkracht_nb.apps import QuickScanParameters, quick_scan
from veerkracht_nb.apps.quick_scan import QuickScan

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession

HERE = Path(__file__).resolve().parent
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
QUIET_MS = 400
"""A page on which nothing changed for so long has answered."""

# Resolves with the milliseconds until the last change that followed a choice.
CHOOSE = """
([key, value]) => new Promise((done) => {
  const select = document.querySelector(`select[data-k=${key}]`);
  const begin = performance.now();
  let last = begin;
  const watch = new MutationObserver(() => { last = performance.now(); });
  watch.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  select.value = value;
  select.dispatchEvent(new Event("change", { bubbles: true }));
  const wait = setInterval(() => {
    if (performance.now() - Math.max(last, begin + 100) < QUIET) return;
    clearInterval(wait);
    watch.disconnect();
    done(last - begin);
  }, 20);
})
""".replace("QUIET", str(QUIET_MS))


def choices(page: QuickScan) -> list[tuple[str, str]]:
    """Return every choice on the page, each away from what is shown, and back; not the spatial concentration."""
    found = []
    for bar in (page._figures, page._how, page._what):
        for choice in bar.choices:
            values = [value for value, _words in choice["options"] if value != "samenhang"]
            others = [value for value in values if value != choice["value"]]
            found += [(choice["key"], value) for value in (*others, choice["value"]) if others]
    return found


def in_the_kernel(name: str) -> dict[str, float]:
    """Return CPU time and bytes of opening the page, of the slowest choice, and of choosing a buurt."""
    with wire() as counter:
        begin = time.process_time()
        page = quick_scan(QuickScanParameters(gemeente=name))
        opened = time.process_time() - begin
        if not isinstance(page, QuickScan):
            raise SystemExit(f"no quick scan of {name}")
        found = {"open_cpu_s": opened, "open_bytes": float(counter.bytes)}
        bars = {
            choice["key"]: bar for bar in (page._figures, page._how, page._what) for choice in bar.choices
        }
        spent, size = [], []
        for key, value in choices(page):
            milliseconds, sent = cost(
                counter, lambda k=key, v=value: page._choose(bars[k], {"key": k, "value": v})
            )
            spent.append(milliseconds)
            size.append(sent)
        buurten = [
            cost(counter, lambda c=code: page._select(c))
            for code in list(page.municipality.buurten.index)[:20]
        ]
    return found | {
        "choice_cpu_ms": max(spent),
        "choice_bytes": max(size),
        "buurt_cpu_ms": statistics.median(one for one, _sent in buurten),
        "buurt_bytes": statistics.median(sent for _one, sent in buurten),
    }


def cost(counter: Wire, change: Callable[[], None]) -> tuple[float, float]:
    """Return CPU time (ms) and bytes of one change."""
    counter.bytes = 0
    begin = time.process_time()
    change()
    return (time.process_time() - begin) * 1000, float(counter.bytes)


def in_the_browser(name: str, chromium: str) -> dict[str, float]:
    """Return the seconds to the first map, and the milliseconds of every choice."""
    from playwright.sync_api import sync_playwright

    page_of = quick_scan(QuickScanParameters(gemeente=name))
    assert isinstance(page_of, QuickScan)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        process, address, beheer = serve(Path(folder))
        try:
            browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
            page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
            page.goto(address + beheer)
            opened = []
            for _again in range(2):
                begin = time.perf_counter()
                page.goto(f"{address}/quickscan?gemeente={name}", wait_until="commit")
                page.wait_for_selector("path.vk-buurt[fill]", state="attached", timeout=120_000)
                opened.append(time.perf_counter() - begin)
            page.wait_for_selector(".vk-table tbody tr", timeout=60_000)
            page.wait_for_timeout(3000)
            answered, spent = [], []
            measured = page.context.new_cdp_session(page)
            measured.send("Performance.enable", {"timeDomain": "threadTicks"})
            for choice in choices(page_of):
                before = task_seconds(measured)
                answered.append(float(page.evaluate(CHOOSE, list(choice))))
                spent.append(1000 * (task_seconds(measured) - before))
            browser.close()
        finally:
            process.terminate()
            process.wait(timeout=20)
    return {
        "open_first_s": opened[0],
        "open_s": opened[-1],
        "page_cpu_ms": max(spent),
        "answer_ms": statistics.median(answered),
        "answer_worst_ms": max(answered),
    }


def task_seconds(session: CDPSession) -> float:
    """Return the CPU time of the page so far."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration"))


def serve(folder: Path) -> tuple[subprocess.Popen[bytes], str, str]:
    """Start the server on the data of this computer and sessions of its own; return it and two addresses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "veerkracht_nb.cli", "demo", "--host", "127.0.0.1", "--port", str(port)]
    environment = os.environ | {
        "VEERKRACHT_OPEN_BROWSER": "0",
        "VEERKRACHT_SESSIONS": str(folder / "sessions"),
    }
    log = folder / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=environment, cwd=folder, stdout=out, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}"
    for _second in range(120):
        try:
            urllib.request.urlopen(f"{address}/gezond", timeout=2).close()
            break
        except OSError:
            time.sleep(0.5)
    found = re.search(r"(/beheer/\S+)", log.read_text())
    if not found:
        process.terminate()
        raise SystemExit(log.read_text())
    return process, address, found[1]


def main() -> int:
    """Print the table; 1 where a budget is exceeded."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--gemeente", default="Rotterdam")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--no-browser", action="store_true")
    arguments = parser.parse_args()
    name = gemeente(arguments.gemeente).code
    found = in_the_kernel(name)
    chromium = (
        os.environ.get("VEERKRACHT_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    )
    if chromium and not arguments.no_browser:
        found |= in_the_browser(name, chromium)
    budgets = tomllib.loads((HERE / "budgets.toml").read_text(encoding="utf-8"))["quick_scan"]
    for key, value in found.items():
        budget = f"  (budget {budgets[key]:,g})" if key in budgets else ""
        print(f"{key:16} {value:12,.2f}{budget}")
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=1), encoding="utf-8")
    return int(any(key in found and found[key] > budget for key, budget in budgets.items()))


if __name__ == "__main__":
    sys.exit(main())
