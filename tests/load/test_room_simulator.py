"""The simulated room itself: what it sends, what it understands, and how it counts."""

from __future__ import annotations

import asyncio
import gzip
import json
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

pytest.importorskip("websockets")
if not sys.platform.startswith("linux"):
    pytest.skip("bytes, memory and processor time are read as Linux tells them", allow_module_level=True)

from room_document import table as document
from room_http import Browser
from room_live import Kept, Sent
from room_phases import spread
from room_process import family, figures
from room_report import beyond, table
from room_wire import KernelWire, SlimWire, pack, unpack
from websockets.asyncio.server import ServerConnection, serve


def answered(seat: str, buurt: str, at: float, acked: float, *, plain: bool = True) -> Sent:
    return Sent(seat=seat, buurt=buurt, at=at, acked=acked, ok=True, plain=plain)


def event(seat: str, buurt: str) -> dict[str, Any]:
    return {"id": seat + buurt, "seat": seat, "buurt": buurt, "recognition": "herken"}


async def with_socket(
    talk: Callable[[ServerConnection], Awaitable[None]], use: Callable[[int], Awaitable[None]]
) -> None:
    async with serve(talk, "127.0.0.1", 0) as server:
        await asyncio.wait_for(use(next(iter(server.sockets)).getsockname()[1]), 10)


def test_an_answer_is_seen_when_the_page_shows_its_place_in_the_log() -> None:
    kept = Kept(focus="F", step="s")
    kept.sent = [answered("a", "1", 10.0, 10.1), answered("b", "2", 10.5, 10.6)]
    # One picture may hold several answers; the log says which came first.
    kept.counted = [(2, 11.0)]
    acked, facilitator, others = kept.latencies([event("b", "2"), event("a", "1")])
    assert [round(x, 3) for x in acked] == [0.1, 0.1]
    assert [round(x, 3) for x in facilitator] == [0.5, 1.0]
    assert others == []


def test_other_pages_count_from_the_third_answer_about_the_shared_buurt() -> None:
    kept = Kept(focus="F", step="s")
    kept.sent = [answered(seat, "F", at, at) for seat, at in (("a", 1.0), ("b", 2.0), ("c", 3.0))]
    page, late = object(), object()
    kept.shown = {page: [(3, 3.25)], late: [(3, 3.5)]}  # type: ignore[dict-item]
    log = [event("x", "1"), *(event(seat, "F") for seat in "abc")]
    assert kept.latencies(log)[2] == [0.25, 0.5]


def test_a_lost_and_a_doubled_answer_are_counted() -> None:
    kept = Kept(focus="F", step="s")
    kept.sent = [answered("a", "1", 1, 1), answered("a", "2", 1, 1, plain=False), answered("b", "1", 1, 1)]
    assert kept.lost_and_doubled([event("a", "1"), event("b", "1"), event("a", "2")]) == (0, 0)
    assert kept.lost_and_doubled([event("a", "1"), event("b", "1"), event("b", "1")]) == (1, 1)


def test_what_was_never_acknowledged_is_not_lost() -> None:
    kept = Kept(focus="F", step="s")
    kept.sent = [Sent(seat="a", buurt="1", at=1.0)]
    assert kept.lost_and_doubled([]) == (0, 0)


def test_a_command_is_sent_again_over_a_new_connection_until_it_is_answered(
    run_async: Callable[..., Any],
) -> None:
    heard: list[str] = []
    connections: list[int] = []

    async def talk(socket: ServerConnection) -> None:
        connections.append(1)
        async for frame in socket:
            said = json.loads(frame)
            if said["t"] == "hello":
                models = {"m": {"s": {"_anywidget_id": "x.AnswerBar"}}}
                await socket.send(json.dumps({"t": "state", "root": "m", "models": models, "full": True}))
            elif len(connections) == 1:
                heard.append(said["d"]["nonce"])
                await socket.close()
            else:
                heard.append(said["d"]["nonce"])
                ack = {"type": "ack", "nonce": said["d"]["nonce"], "ok": True}
                await socket.send(json.dumps({"t": "custom", "m": said["m"], "d": ack}))

    async def use(port: int) -> None:
        wire = SlimWire(Browser(host="127.0.0.1", port=port), "k")
        await wire.open()
        await wire.ready.wait()
        waiting = asyncio.create_task(wire.command(wire.id_of("AnswerBar"), "n1", "antwoord", {}))
        while wire.closed is None:
            await asyncio.sleep(0.01)
        await wire.open()
        assert (await waiting)["ok"]
        assert wire.bytes[0] > 100 and wire.bytes[1] > 100
        await wire.close()

    run_async(with_socket(talk, use))
    assert heard == ["n1", "n1"]


def test_both_wires_tell_the_same_change() -> None:
    seen: list[tuple[str, dict[str, Any]]] = []

    def heard(widget: str, traits: dict[str, Any], _now: float) -> None:
        seen.append((widget, traits))

    browser = Browser(host="127.0.0.1", port=1)
    for wire in (SlimWire(browser, "k", heard), KernelWire(browser, "k", heard)):
        wire.know({"m": {"_anywidget_id": "veerkracht_nb.widgets.bars.CountBars", "total": {}}})
        if isinstance(wire, KernelWire):
            data = {"method": "update", "state": {"total": {"n": 3}}}
            wire.take(pack("comm_msg", {"comm_id": "m", "data": data}), 1.0)
        else:
            wire.take(json.dumps({"t": "update", "m": "m", "d": {"total": {"n": 3}}}), 1.0)
        assert wire.traits("CountBars")["total"] == {"n": 3}
    assert seen == [("CountBars", {"total": {"n": 3}})] * 2


def test_a_kernel_message_survives_packing() -> None:
    assert unpack(pack("comm_msg", {"a": "é"})) == ("comm_msg", {"a": "é"})
    assert unpack(pack("status", {"a": 1})) == ("status", {})


def test_the_browser_counts_bytes_keeps_cookies_and_files_and_reads_chunks(
    run_async: Callable[..., Any],
) -> None:
    asked: list[str] = []

    async def serve_page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            asked.append(head.decode())
            body = gzip.compress(b"hallo")
            if b"GET /blijft" in head:
                lines = f"Cache-Control: max-age=9, immutable\r\nContent-Length: {len(body)}\r\n"
                lines += "Content-Encoding: gzip\r\n"
                payload = body
            else:
                lines = "Set-Cookie: a=1; Path=/\r\nTransfer-Encoding: chunked\r\n"
                payload = b"5\r\nhallo\r\n3;x=y\r\n er\r\n0\r\n\r\n"
            writer.write(f"HTTP/1.1 200 OK\r\n{lines}\r\n".encode() + payload)

    async def use() -> None:
        server = await asyncio.start_server(serve_page, "127.0.0.1", 0)
        browser = Browser(host="127.0.0.1", port=server.sockets[0].getsockname()[1])
        answer = await browser.get("/")
        assert answer.text == "hallo er" and not answer.cacheable
        assert answer.size == len(b"HTTP/1.1 200 OK\r\n\r\n") + len(
            "Set-Cookie: a=1; Path=/\r\nTransfer-Encoding: chunked\r\n"
        ) + len(b"5\r\nhallo\r\n3;x=y\r\n er\r\n0\r\n\r\n")
        kept = await browser.asset("/blijft")
        assert kept is not None and kept.text == "hallo"
        assert await browser.asset("/blijft") is None
        assert browser.requests == 2 and "Cookie: a=1" in asked[1]
        browser.close()
        server.close()

    run_async(use())


def test_a_family_holds_the_children_and_what_they_use() -> None:
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()'])"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE) as process:
        for _ in range(200):
            if len(family(process.pid)) == 2:
                break
            process.poll()
            time.sleep(0.02)
        found = figures(process.pid)
        assert found.processes == 2 and 0 < found.seat_mb < found.pss_mb
        process.communicate(b"\n")


def test_percentiles_of_few_values_are_real_values() -> None:
    assert spread("x", [3.0, 1.0, 2.0], "s") == {"x_p50_s": 2.0, "x_p95_s": 3.0, "x_last_s": 3.0}
    assert spread("x", [], "s") == {}


def test_a_budget_is_kept_or_named() -> None:
    good = {"lost": 0, "doubled": 0, "arrive_total_p95_s": 0.5, "facilitator_p95_ms": 100}
    results = {"ours": good, "stock": {"arrive_total_p95_s": 20.0}}
    assert beyond(results, "forty") == []
    results["stock"]["arrive_total_p95_s"] = 5.0
    assert beyond(results, "forty") == ["faster_than_stock: 10.0 < 20"]
    assert beyond({"ours": good | {"lost": 1}}, "") == ["lost: 1.00 > 0"]


def test_the_table_has_a_ratio_only_where_both_have_a_figure() -> None:
    results = {
        "people": 4,
        "within_s": 1.0,
        "machine": "m",
        "ours": {"arrive_total_p95_s": 0.5, "first_kb": 200.0},
        "stock": {"arrive_total_p95_s": 20.0},
    }
    lines = table(results).splitlines()
    assert "40.0x" in lines[2] and "x" not in lines[3].split("visit")[1]


def test_the_document_shows_runs_side_by_side_and_stock_as_a_column_of_its_own() -> None:
    run = {"people": 40, "within_s": 1.0, "cold": False, "ours": {"lost": 0.0}, "stock": {"lost": 2.0}}
    cold = {"people": 40, "within_s": 1.0, "cold": True, "ours": {"first_kb": 217.5}}
    head, _line, first, last = document([run, cold]).splitlines()
    assert head == "| | 40 in 1 s | 40 in 1 s, koude server | Voilà stock, 40 in 1 s |"
    assert first == "| eerste bezoek over de lijn (kB) |  | 218 |  |"
    assert last == "| verloren | 0 |  | 2 |"
