"""The benchmark of coming back: its network, its table and its budget."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from reconnect_report import beyond, table
from reconnect_wifi import BOTH, Wifi

BUDGET = {"again_s": 5.0, "others_again_s": 5.0, "noticed_s": 10.0, "lost": 0, "doubled": 0}


def result(**other: Any) -> dict[str, Any]:
    good = {
        "label": "wifi",
        "what": "text",
        "again_s": [0.5, 1.5],
        "others_again_s": [0.2],
        "lost": 0,
        "doubled": 0,
    }
    good |= {"noticed_s": [0.1, 4.0, 2.0], "new_seats": 0, "awake": True, "everybody": True}
    return good | other


def test_a_budget_is_kept_or_named() -> None:
    assert beyond([result()], BUDGET) == []
    assert beyond([result(again_s=[0.1, 5.5], lost=1)], BUDGET) == [
        "wifi: again_s 5.5 > 5.0",
        "wifi: lost 1.0 > 0",
    ]
    assert beyond([result(again_s=[float("inf")])], BUDGET) == ["wifi: again_s inf > 5.0"]
    assert beyond([result(noticed_s=[0.1, None])], BUDGET) == ["wifi: a page did not say so"]


def test_a_page_that_sleeps_or_kept_its_connection_need_not_say_anything() -> None:
    assert beyond([result(awake=False, noticed_s=[75.0, None])], BUDGET) == []
    assert beyond([result(everybody=False, noticed_s=[1.0, None])], BUDGET) == []
    assert "–" in table([result(awake=False, noticed_s=[None])])
    assert table([result()]).splitlines()[1].split()[2:] == [
        "1.0",
        "s",
        "1.5",
        "s",
        "0.2",
        "s",
        "4.0",
        "s",
        "0",
        "0",
        "0",
    ]


def test_a_network_holds_loses_refuses_and_comes_back(run_async: Callable[..., Any]) -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(100):
            writer.write(data)

    async def says(link: Any, word: bytes, seconds: float = 0.3) -> bytes:
        link[1].write(word)
        try:
            return await asyncio.wait_for(link[0].read(100), seconds)
        except TimeoutError:
            return b""

    async def use() -> None:
        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        wifi = Wifi(server.sockets[0].getsockname()[1])
        await wifi.start()

        async def link() -> Any:
            return await asyncio.open_connection("127.0.0.1", wifi.port)

        first = await link()
        assert await says(first, b"a", 5) == b"a"
        wifi.hold()
        assert await says(first, b"b") == b""
        wifi.back()
        assert await asyncio.wait_for(first[0].read(100), 5) == b"b"
        wifi.lose(*BOTH)
        during = await link()
        assert await says(first, b"c") == await says(during, b"c") == b""
        wifi.back()
        assert await says(first, b"d") == await says(during, b"d") == b"", "what lost bytes stays of no use"
        assert await says(await link(), b"e", 5) == b"e"
        await wifi.refuse()
        try:
            await link()
            raise AssertionError("somebody answered")
        except OSError:
            pass
        await wifi.start()
        assert await says(await link(), b"f", 5) == b"f"
        await wifi.stop()
        server.close()

    run_async(use())
