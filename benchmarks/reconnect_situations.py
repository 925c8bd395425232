"""The ways in which a room loses its connection, and how each gets it back."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import psutil
from reconnect_people import Phone, Visitor
from reconnect_server import LocalServer
from reconnect_wifi import BOTH, Wifi


@dataclass
class Hall:
    """Everybody and everything that is there."""

    server: LocalServer
    wifi: Wifi
    phones: list[Phone]
    others: list[Visitor]

    @property
    def everybody(self) -> list[Visitor]:
        """All pages."""
        return [*self.phones, *self.others]

    async def each(self, act: Callable[[Phone], Awaitable[object]]) -> None:
        """Let every phone do something at the same time."""
        await asyncio.gather(*(act(phone) for phone in self.phones))

    async def kernels(self) -> list[str]:
        """Return which seat each phone has."""
        return [await phone.kernel() for phone in self.phones]

    async def ended(self, which: Callable[[psutil.Process], psutil.Process]) -> None:
        """Kill something of each seat that a phone has."""
        seats = [self.server.seat(kernel) for kernel in await self.kernels()]
        for process in {which(seat) for seat in seats}:
            process.kill()


@dataclass(frozen=True, kw_only=True)
class Situation:
    """One way to lose a connection.

    Attributes
    ----------
    label : str
    gone, back : callable
        Take the connection away, and give it back; the time starts when `back` is done.
    seconds : float
        Between both.
    acts : bool
        Whether people can do something on the page meanwhile; otherwise they do so as soon as it is back.
    """

    label: str
    gone: Callable[[Hall], Awaitable[None]]
    back: Callable[[Hall], Awaitable[None]]
    seconds: float = 30.0
    acts: bool = True


async def nothing(_hall: Hall) -> None:
    await asyncio.sleep(0)


async def _back(hall: Hall) -> None:
    hall.wifi.back()


async def _lose(hall: Hall) -> None:
    hall.wifi.lose(*BOTH)


async def _lose_up(hall: Hall) -> None:
    hall.wifi.lose("up")


async def _lose_down(hall: Hall) -> None:
    hall.wifi.lose("down")


async def _hold(hall: Hall) -> None:
    hall.wifi.hold()


async def _refuse(hall: Hall) -> None:
    await hall.wifi.refuse()


async def _listen(hall: Hall) -> None:
    await hall.wifi.start()


async def _switch_off(hall: Hall) -> None:
    await asyncio.gather(*(visitor.context.set_offline(True) for visitor in hall.everybody))


async def _switch_on(hall: Hall) -> None:
    await asyncio.gather(*(visitor.context.set_offline(False) for visitor in hall.everybody))


async def _freeze(hall: Hall) -> None:
    await asyncio.gather(*(visitor.freeze(True) for visitor in hall.everybody))


async def _thaw(hall: Hall) -> None:
    await asyncio.gather(*(visitor.freeze(False) for visitor in hall.everybody))


async def _sleep(hall: Hall) -> None:
    await _freeze(hall)
    await _lose(hall)


async def _wake(hall: Hall) -> None:
    hall.wifi.back()
    await _thaw(hall)


async def _lid(hall: Hall) -> None:
    hall.wifi.lose(*BOTH)
    hall.server.send(signal.SIGSTOP)


async def _open(hall: Hall) -> None:
    hall.server.send(signal.SIGCONT)
    hall.wifi.back()


async def _seat(hall: Hall) -> None:
    await hall.ended(lambda seat: seat)


async def _template(hall: Hall) -> None:
    await hall.ended(lambda seat: seat.parent() or seat)


async def _warm(hall: Hall) -> None:
    await hall.ended(lambda seat: (seat.parents() or [seat])[1])


async def _kill(hall: Hall) -> None:
    hall.server.stop(signal.SIGKILL)


async def _stop(hall: Hall) -> None:
    await asyncio.to_thread(hall.server.stop)


async def _start(hall: Hall) -> None:
    await asyncio.to_thread(hall.server.start)


SITUATIONS = {
    "wifi": Situation(label="wifi off for 30 s", gone=_switch_off, back=_switch_on),
    "held": Situation(label="nothing comes through for 30 s", gone=_hold, back=_back),
    "lost": Situation(label="half-open: all is lost for 30 s", gone=_lose, back=_back),
    "up": Situation(label="half-open: lost on the way there", gone=_lose_up, back=_back),
    "down": Situation(label="half-open: lost on the way back", gone=_lose_down, back=_back),
    "refused": Situation(label="refused for 30 s", gone=_refuse, back=_listen),
    "long": Situation(label="gone for 90 s: the seat was recycled", gone=_lose, back=_back, seconds=90),
    "frozen": Situation(label="page frozen for 75 s", gone=_freeze, back=_thaw, seconds=75, acts=False),
    "asleep": Situation(
        label="phone asleep for 75 s, no wifi", gone=_sleep, back=_wake, seconds=75, acts=False
    ),
    "lid": Situation(label="lid of the laptop closed for 60 s", gone=_lid, back=_open, seconds=60),
    "seat": Situation(label="seat killed", gone=_seat, back=nothing, seconds=1.5),
    "template": Situation(label="template killed", gone=_template, back=nothing, seconds=1.5),
    "warm": Situation(label="warm process killed", gone=_warm, back=nothing, seconds=1.5),
    "server": Situation(label="server killed, 5 s", gone=_kill, back=_start, seconds=5),
    "restart": Situation(label="server stopped, 5 s", gone=_stop, back=_start, seconds=5),
}
