"""The queue for seats, with seats that are ready when the test says so."""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zmq
from jupyter_client.manager import AsyncKernelManager

from veerkracht_nb.dialogue import Actor
from veerkracht_nb.serve.config import ServerConfig
from veerkracht_nb.serve.kernels import KernelHost
from veerkracht_nb.serve.making import PageKind, SeatMaker
from veerkracht_nb.serve.owners import KernelLaunch, Owner
from veerkracht_nb.serve.seats import SeatHost


class _Seat:
    alive = True

    async def end(self) -> None:
        self.alive = False


class _Maker:
    """Makes a seat each time that the test lets it."""

    warm = None

    def __init__(self) -> None:
        self.may = asyncio.Semaphore(0)

    async def seat(self, _kind: PageKind, _template: object) -> _Seat:
        await self.may.acquire()
        return _Seat()

    async def stop(self) -> None:
        pass


async def _host(folder: Path) -> tuple[SeatHost, _Maker, PageKind]:
    host, maker = SeatHost(ServerConfig(sessions=folder, max_kernels=8), folder), _Maker()
    host.maker = maker  # type: ignore[assignment]
    return host, maker, PageKind(app="deelnemer", session=folder / "a.sessie", language="nl")


def test_one_seat_goes_to_one_request_also_when_a_page_is_loaded_twice(
    tmp_path: Path, run_async: Callable[..., Any]
) -> None:
    async def use() -> None:
        host, maker, kind = await _host(tmp_path)
        asked = [asyncio.create_task(host.take(kind, "anna")) for _ in range(3)]
        await asyncio.sleep(0.05)
        maker.may.release()
        got = await asyncio.gather(*asked)
        assert sorted(isinstance(one, int) for one in got) == [False, True, True]
        await host.stop()

    run_async(use())


def test_no_two_visitors_ever_get_the_same_seat(tmp_path: Path, run_async: Callable[..., Any]) -> None:
    async def use() -> None:
        host, maker, kind = await _host(tmp_path)
        names = [f"bezoeker {n % 8}" for n in range(24)]
        asked = [asyncio.create_task(host.take(kind, name)) for name in names]
        for _ in range(8):
            await asyncio.sleep(0.01)
            maker.may.release()
        got = [one for one in await asyncio.gather(*asked) if not isinstance(one, int)]
        assert got and len({id(one) for one in got}) == len(got)
        await host.stop()

    run_async(use())


def test_one_person_has_no_more_pages_however_many_are_asked_for_at_once(
    tmp_path: Path, run_async: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def use() -> None:
        host = KernelHost(ServerConfig(sessions=tmp_path, notebooks=tmp_path, max_kernels_per_seat=3))
        monkeypatch.setattr(host.seats, "take", _seats_at_hand)
        launch = KernelLaunch(app="deelnemer", session=tmp_path / "a.sessie")
        people = [
            Owner(app="deelnemer", actor=Actor(id=name, kind="deelnemer"), session="a")
            for name in ("anna-0001", "bram-0001")
        ]
        asked = [host.sit(people[n % 10 == 0], launch, "") for n in range(40)]
        await asyncio.gather(*asked, return_exceptions=True)
        assert host.count() == 6
        assert sorted(host.owner(kernel).actor.id for kernel in host._held) == 3 * ["anna-0001"] + 3 * [
            "bram-0001"
        ]  # type: ignore[union-attr]
        await host.stop()

    run_async(use())


class _Line:
    async def ask(self, **_order: object) -> dict[str, bool]:
        await asyncio.sleep(0.01)
        return {"sat": True}


class _WithId(_Seat):
    def __init__(self) -> None:
        self.id, self.line = str(uuid.uuid4()), _Line()

    async def end(self) -> None:
        await asyncio.sleep(0.01)


async def _seats_at_hand(_kind: PageKind, _visitor: str) -> _WithId:
    return _WithId()


@pytest.mark.parametrize(("length", "transport"), [(20, "ipc"), (90, "tcp")])
def test_a_temporary_folder_with_a_long_name_gets_no_socket_files(
    length: int, transport: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.name", "posix")
    folder = Path("/" + "x" * (length - 1))
    maker = SeatMaker(ServerConfig(sessions=folder, max_kernels=0), folder)
    assert maker._transport == transport
    maker._context.destroy()


def test_stopping_waits_for_no_socket_of_a_start_that_was_broken_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left_open = []

    async def broken_off(manager: AsyncKernelManager, **_given: object) -> None:
        left_open.append(manager.context.socket(zmq.DEALER))
        raise asyncio.CancelledError

    monkeypatch.setattr(AsyncKernelManager, "start_kernel", broken_off)

    async def use() -> None:
        maker = SeatMaker(ServerConfig(sessions=tmp_path, fork=False), tmp_path)
        with pytest.raises(asyncio.CancelledError):
            await maker.open("deelnemer", {})
        await maker.stop()

    # In a thread: what waits there for ever cannot be interrupted.
    working = threading.Thread(target=lambda: asyncio.run(use()), daemon=True)
    working.start()
    working.join(10)
    assert left_open and not working.is_alive()
