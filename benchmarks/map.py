"""What it costs to recolour one buurt of 500, against restyling ipyleaflet.GeoJSON in the same run.

Measured without a browser: every message of the widgets is packed as the kernel packs it for the server
(signed, on the iopub channel, with the header of the request it answers) and as the server packs it for the
websocket. Server time is CPU time of this process, from setting the class to the packed message; the median
of many changes.

    python benchmarks/map.py                     # table, exit code 1 beyond budgets.toml
    python benchmarks/map.py --json result.json
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import comm
import geopandas as gpd
import ipyleaflet
import numpy as np
import shapely
from comm.base_comm import BaseComm
from jupyter_client.session import Session

from veerkracht_nb.signal import CLASSES
from veerkracht_nb.widgets.kaart import buurt_kaart

HERE = Path(__file__).resolve().parent
ROTTERDAM = HERE.parents[1] / "shared" / "data" / "gemeenten" / "rotterdam" / "buurten_2024.geojson"


class Wire:
    """Packs messages as kernel and server do, and counts what would go over the websocket."""

    def __init__(self) -> None:
        self.session = Session(key=b"benchmark", username="user")
        self.request = self.session.msg("comm_msg", {"comm_id": "0" * 32, "data": {"method": "update"}})
        self.bytes = 0
        self.messages = 0

    def publish(self, kind: str, content: dict[str, Any], buffers: list[Any]) -> None:
        message = self.session.msg(kind, content=content, parent=self.request, metadata={})
        frames = self.session.serialize(message)
        header, parent, metadata, body = (json.loads(frame) for frame in frames[-4:])
        packed = json.dumps(
            {
                "header": header,
                "msg_id": header["msg_id"],
                "msg_type": kind,
                "parent_header": parent,
                "metadata": metadata,
                "content": body,
                "buffers": [],
                "channel": "iopub",
            }
        )
        self.bytes += len(packed.encode()) + sum(memoryview(b).nbytes for b in buffers)
        self.messages += 1


@contextmanager
def wire() -> Iterator[Wire]:
    """Let the widgets that are made within talk to a :class:`Wire`."""
    counter = Wire()

    class CountingComm(BaseComm):
        def publish_msg(
            self,
            msg_type: str,
            data: Any = None,
            metadata: Any = None,
            buffers: Any = None,
            **keys: Any,
        ) -> None:
            content = {"comm_id": self.comm_id, "data": data or {}, **keys}
            counter.publish(msg_type, content, list(buffers or []))

    original = comm.create_comm
    comm.create_comm = CountingComm
    try:
        yield counter
    finally:
        comm.create_comm = original


def synthetic(count: int = 500, points: int = 60) -> gpd.GeoDataFrame:
    """Return a coverage of `count` made-up buurten with winding borders of about `points` points each."""
    random = np.random.default_rng(1)
    columns = 25
    rows = count // columns
    step = max(2, points // 4)

    def walk(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        t = np.linspace(0, 1, step + 1)[:, None]
        bend = random.normal(0, 12, (step + 1, 2))
        bend[[0, -1]] = 0
        return a + (b - a) * t + bend

    corner = np.array([80_000.0, 430_000.0])
    node = {
        (i, j): corner + np.array([i, j]) * 400 + random.normal(0, 60, 2)
        for i in range(columns + 1)
        for j in range(rows + 1)
    }
    across = {(i, j): walk(node[i, j], node[i + 1, j]) for i in range(columns) for j in range(rows + 1)}
    up = {(i, j): walk(node[i, j], node[i, j + 1]) for i in range(columns + 1) for j in range(rows)}
    shapes = [
        shapely.Polygon(
            np.concatenate([across[i, j], up[i + 1, j], across[i, j + 1][::-1], up[i, j][::-1]]).round(2)
        )
        for j in range(rows)
        for i in range(columns)
    ]
    codes = [f"BU9902{n:04d}" for n in range(len(shapes))]
    names = [f"Buurt {n}" for n in range(len(shapes))]
    return gpd.GeoDataFrame(
        {"name": names, "wijk_name": "Wijk", "water": False}, index=codes, geometry=shapes, crs=28992
    )


def rotterdam() -> gpd.GeoDataFrame | None:
    """Return the real buurten of Rotterdam, where the file is on this machine."""
    if not ROTTERDAM.exists():
        return None
    table = gpd.read_file(ROTTERDAM).to_crs(28992).rename(columns={"buurtnaam": "name"})
    table["water"] = table["water"].eq("JA")
    return table.set_index("buurtcode")


def measure(counter: Wire, change: Callable[[int], None], times: int) -> dict[str, float]:
    """Return median CPU time (ms), bytes and messages of one change."""
    spent, size, messages = [], [], []
    for i in range(times):
        counter.bytes = counter.messages = 0
        start = time.process_time()
        change(i)
        spent.append((time.process_time() - start) * 1000)
        size.append(counter.bytes)
        messages.append(counter.messages)
    return {
        "cpu_ms": statistics.median(spent),
        "bytes": statistics.median(size),
        "messages": statistics.median(messages),
    }


def own_map(buurten: gpd.GeoDataFrame) -> dict[str, float]:
    """Measure this package's map: opening, and recolouring one buurt."""
    letters = "ABCDE"
    with wire() as counter:
        start = time.process_time()
        kaart = buurt_kaart(buurten, palette=CLASSES)
        kaart.set_classes({code: letters[i % 5] for i, code in enumerate(buurten.index)})
        opening = {"open_cpu_ms": (time.process_time() - start) * 1000, "open_bytes": counter.bytes}
        codes = list(buurten.index)

        def change(i: int) -> None:
            kaart.set_class(codes[i % len(codes)], letters[(i % 5 + 1 + i // len(codes)) % 5])

        return opening | measure(counter, change, 400)


def geojson_map(buurten: gpd.GeoDataFrame) -> dict[str, float]:
    """Measure ipyleaflet.GeoJSON: opening, and restyling one buurt by assigning its data again."""
    with wire() as counter:
        start = time.process_time()
        data = json.loads(buurten[["name", "geometry"]].to_crs(4326).to_json())
        layer = ipyleaflet.GeoJSON(data=data, style_callback=lambda f: {"fillColor": f.get("colour", "#ccc")})
        ipyleaflet.Map(layers=(layer,))
        opening = {"open_cpu_ms": (time.process_time() - start) * 1000, "open_bytes": counter.bytes}

        def change(i: int) -> None:
            features = [dict(feature) for feature in layer.data["features"]]
            features[i % len(features)]["colour"] = f"#{i:06x}"
            layer.data = {**layer.data, "features": features}

        return opening | measure(counter, change, 7)


def table(name: str, own: dict[str, float], other: dict[str, float]) -> str:
    """Return the figures of one set of buurten as lines of text."""
    rows = [
        ("open: server time", "open_cpu_ms", "ms"),
        ("open: over the wire", "open_bytes", "B"),
        ("recolour one: server time", "cpu_ms", "ms"),
        ("recolour one: over the wire", "bytes", "B"),
        ("recolour one: messages", "messages", ""),
    ]
    lines = [name, f"  {'':28}{'this package':>16}{'GeoJSON':>16}{'ratio':>10}"]
    for label, key, unit in rows:
        digits = 3 if unit == "ms" else 0
        ratio = other[key] / own[key] if own[key] else float("inf")
        ours, theirs = (f"{v[key]:,.{digits}f} {unit}" for v in (own, other))
        lines.append(f"  {label:28}{ours:>16}{theirs:>16}{ratio:>9,.0f}x")
    return "\n".join(lines)


def main() -> int:
    """Measure, print, compare with the budget."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    arguments = parser.parse_args()
    budget = tomllib.loads((HERE / "budgets.toml").read_text(encoding="utf-8"))["map"]
    sets = {"500 made-up buurten": synthetic()}
    real = rotterdam()
    if real is not None:
        sets[f"Rotterdam, {len(real)} buurten"] = real
    results, beyond = {}, []
    for name, buurten in sets.items():
        own, other = own_map(buurten), geojson_map(buurten)
        results[name] = {"own": own, "geojson": other}
        print(table(name, own, other))
        checks = (("recolour_cpu_ms", "cpu_ms"), ("recolour_bytes", "bytes"), ("open_bytes", "open_bytes"))
        beyond += [f"{name}: {k} {own[m]:.3f} > {budget[k]}" for k, m in checks if own[m] > budget[k]]
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2), encoding="utf-8")
    print("\n".join(["beyond the budget:", *beyond]) if beyond else "within the budget")
    return 1 if beyond else 0


if __name__ == "__main__":
    sys.exit(main())
