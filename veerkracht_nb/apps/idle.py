"""Work that need not be done before a page is shown, in the event loop of its kernel.

Where no loop runs, as in a script or a test, everything happens at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
log = logging.getLogger(__name__)

_PAUSE = 0.05
"""Seconds between two steps, in which the page can answer somebody."""
_running: set[asyncio.Task[None]] = set()


def _loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def soon(steps: Callable[[], object]) -> None:
    """Call `steps` again and again until it returns nothing more to do, when nobody needs an answer now.

    Without a loop nothing is done: what was to be prepared is then made when it is asked for.
    """
    loop = _loop()
    if loop is None:
        return

    def step() -> None:
        if steps():
            loop.call_later(_PAUSE, step)

    loop.call_later(_PAUSE, step)


def beside(work: Callable[[], T], then: Callable[[T], None]) -> T | None:
    """Do slow work in a thread and hand over what it made; without a loop do it now and return that.

    Returns
    -------
    object or None
        The result where it was made now; None where `then` will be called with it.
    """
    loop = _loop()
    if loop is None:
        return work()

    async def later() -> None:
        try:
            then(await asyncio.to_thread(work))
        except Exception:
            log.exception("work beside a page failed")

    task = loop.create_task(later())
    _running.add(task)
    task.add_done_callback(_running.discard)
    return None
