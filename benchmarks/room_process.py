"""What a server and everything it started costs: processor time and memory, read from ``/proc`` (Linux)."""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")


@dataclass(frozen=True, kw_only=True)
class Figures:
    """A process and all that descends from it, at one moment.

    Attributes
    ----------
    cpu_s : float
        Processor time so far, that of children that are gone included.
    pss_mb : float
        Memory of all together, each shared page divided over its users.
    seat_mb : float
        The same of one seat: the median of the processes that have no children of their own.
    processes : int
        How many there are.
    """

    cpu_s: float
    pss_mb: float
    seat_mb: float
    processes: int


def family(root: int) -> list[int]:
    """Return the ids of a process and its descendants."""
    children: dict[int, list[int]] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def cpu_seconds(root: int) -> float:
    """Return the processor time of a process and its descendants, dead ones included."""
    # utime, stime, cutime, cstime: what a dead child used is with the parent that buried it.
    fields = [_stat(pid) for pid in family(root)]
    return sum(int(part) for line in fields if line for part in line[11:15]) / _TICKS


def figures(root: int) -> Figures:
    """Return processor time and memory of a process and its descendants."""
    pids = family(root)
    parents = {int(fields[1]) for pid in pids if (fields := _stat(pid))}
    memory = {pid: _pss_mb(pid) for pid in pids}
    seats = [size for pid, size in memory.items() if pid != root and pid not in parents]
    return Figures(
        cpu_s=cpu_seconds(root),
        pss_mb=sum(memory.values()),
        seat_mb=statistics.median(seats) if seats else 0.0,
        processes=len(pids),
    )


async def settled(root: int, *, most: float = 90.0, share: float = 0.25, seconds: float = 1.5) -> float:
    """Wait until a server has nothing to do and starts nothing; return how long that took.

    Parameters
    ----------
    root : int
    most : float
        Seconds after which it is taken as it is.
    share : float
        Part of one core that counts as nothing to do.
    seconds : float
        How long it must be quiet.
    """
    start = time.monotonic()
    while time.monotonic() - start < most:
        used, there = cpu_seconds(root), len(family(root))
        await asyncio.sleep(seconds)
        quiet = cpu_seconds(root) - used < share * seconds
        if quiet and len(family(root)) == there:
            break
    return time.monotonic() - start


def _stat(pid: int) -> list[str]:
    # The name of a program, between brackets, may hold anything; the fields that count come after it.
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _pss_mb(pid: int) -> float:
    try:
        lines = (_PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)
