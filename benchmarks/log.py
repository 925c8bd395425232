"""The session log and its state: how long one contribution, one refresh and one view take.

Run with ``python benchmarks/log.py``. Budgets are for one laptop core; the exit code is 1 when one is missed.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

from veerkracht_nb.dialogue import (
    Actor,
    Buurt,
    Herkenning,
    Revealed,
    SeatTaken,
    SessionMade,
    SessionState,
    StepStarted,
    clean_text,
    create,
    discuss_first,
    fold,
    open_session,
    read_script,
    view_for,
)

FACILITATOR = Actor(id="begeleider", kind="begeleider")
PEOPLE, BUURTEN = 40, 45

BUDGETS_MS = tomllib.loads((Path(__file__).parent / "budgets.toml").read_text(encoding="utf-8"))["log_ms"]


def _made() -> SessionMade:
    buurten = tuple(
        Buurt(code=f"BU9901{i:04}", name=f"Buurt {i}", wijk_code="WK990100", wijk_name="W", letter="A")
        for i in range(BUURTEN)
    )
    return SessionMade(
        title="Meting",
        municipality="GM9901",
        municipality_name="Voorbeeldstad",
        year=2024,
        profile="sociaaleconomisch",
        view="relatief",
        period=(2018, 2022, 2018, 2022),
        buurten=buurten,
        sources=("verzonnen",),
        script=read_script("werksessie"),
        roles=("bewoner", "bestuur", "corporatie beheer"),
        retain_until="2027-01-01",
    )


def _timed(work: Callable[[], object], times: int = 20) -> float:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def main() -> int:
    """Print a table of measured times and budgets."""
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        session = create(Path(folder), _made())
        people = [Actor(id=f"plaats-{n:04}", kind="deelnemer") for n in range(PEOPLE)]
        for number, person in enumerate(people):
            session.submit(SeatTaken(role=_made().roles[number % 3]), person)
        session.submit(StepStarted(step="herkennen"), FACILITATOR)
        taken = []
        for place in range(BUURTEN):
            for number, person in enumerate(people):
                choice = ("herken", "deels", "herken_niet")[(place + number) % 3]
                payload = Herkenning(step="herkennen", buurt=f"BU9901{place:04}", recognition=choice)
                start = time.perf_counter()
                session.submit(payload, person)
                taken.append((time.perf_counter() - start) * 1000)
        taken.sort()
        found["submit, p50"] = taken[len(taken) // 2]
        found["submit, p95"] = taken[len(taken) * 95 // 100]
        found["version"] = _timed(session.version, 1000)
        events = session.events()
        before = fold(SessionState(), events[:-1])
        found["refresh after one event"] = _timed(lambda: fold(before, events[-1:]))
        session.submit(Revealed(step="herkennen", level="verdeling"), FACILITATOR)
        state = session.state()
        found["view of a participant"] = _timed(lambda: view_for(state, people[0]))
        found["bespreek eerst"] = _timed(lambda: discuss_first(state))
        found["fold of the whole log"] = _timed(lambda: fold(SessionState(), events), 5)
        found["open"] = _timed(lambda: open_session(session.path).close(), 5)
        found["clean 100,000 characters"] = _timed(lambda: clean_text("é\u0301 😀\n" * 20_000, 200_000), 5)
        size = session.path.stat().st_size / 1e6
        print(f"{len(events)} events, {PEOPLE} people, {BUURTEN} buurten, {size:.2f} MB")
        session.close()
    late = 0
    for name, milliseconds in found.items():
        over = milliseconds > BUDGETS_MS[name]
        late += over
        print(f"{name:28} {milliseconds:9.3f} ms   budget {BUDGETS_MS[name]:7.1f} {'OVER' if over else ''}")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
