"""Making the guessing of join codes slow without ever shutting out a room.

A room of a hundred phones is one address behind its router, so an address is never locked. Wrong codes fill a
bucket for the address and one for the whole server; both empty themselves. While a bucket is over its budget
everybody there who has no seat yet waits a little longer, and only so many can wait at once. People who scan the
QR code make no mistakes, and those who have a seat are not asked for a code.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

FREE_CLIENT = 40
"""Wrong codes of one address that cost nothing: a hundred people make typing errors too."""
FREE_GLOBAL = 200
FREE_CODE = 200
"""New seats in one session within about a minute that cost nothing."""
MAX_DELAY = 4.0
MAX_WAITING = 20
_FULL = 10_000


@dataclass
class _Bucket:
    level: float = 0.0
    at: float = 0.0

    def now(self, rate: float, at: float) -> float:
        self.level = max(0.0, self.level - (at - self.at) * rate)
        self.at = at
        return self.level


class CodeGuard:
    """Budgets for wrong codes: per client, per code and for the whole server.

    Parameters
    ----------
    clock : callable
        Monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._clients: dict[str, _Bucket] = {}
        self._codes: dict[str, _Bucket] = {}
        self._all = _Bucket()
        self._waiting: dict[str, int] = {}

    def delay(self, client: str) -> float:
        """Return how many seconds this client waits before its code is looked at."""
        now = self._clock()
        over = max(
            self._level(self._clients, client, 1 / 6, now) - FREE_CLIENT,
            self._all.now(1.0, now) - FREE_GLOBAL,
        )
        return 0.0 if over < 0 else min(MAX_DELAY, 0.25 * 2 ** min(over / 4, 10))

    def enter(self, client: str) -> bool:
        """Let one request wait; False when too many of this client wait already."""
        if self._waiting.get(client, 0) >= MAX_WAITING:
            return False
        self._waiting[client] = self._waiting.get(client, 0) + 1
        return True

    def leave(self, client: str) -> None:
        """Undo :meth:`enter`."""
        self._waiting[client] -= 1
        if not self._waiting[client]:
            del self._waiting[client]

    def wrong(self, client: str) -> None:
        """Count a wrong code."""
        now = self._clock()
        for bucket, rate in ((self._bucket(self._clients, client), 1 / 6), (self._all, 1.0)):
            bucket.level = bucket.now(rate, now) + 1

    def seat_delay(self, code: str) -> float:
        """Count a new seat in a session; return how many seconds it waits when very many arrive."""
        bucket = self._bucket(self._codes, code)
        bucket.level = bucket.now(FREE_CODE / 60, self._clock()) + 1
        return 0.0 if bucket.level <= FREE_CODE else min(MAX_DELAY, (bucket.level - FREE_CODE) / 20)

    def _bucket(self, buckets: dict[str, _Bucket], key: str) -> _Bucket:
        if len(buckets) >= _FULL and key not in buckets:
            # Bounded memory; the global bucket still holds what is forgotten here.
            buckets.pop(next(iter(buckets)))
        return buckets.setdefault(key, _Bucket(at=self._clock()))

    def _level(self, buckets: dict[str, _Bucket], key: str, rate: float, now: float) -> float:
        return buckets[key].now(rate, now) if key in buckets else 0.0
