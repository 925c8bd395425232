"""Seats: one person each, made in advance, and nothing of one in another. With forks and with ordinary processes."""

from __future__ import annotations

import gzip
import json
import os
import signal
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import nbformat
import psutil
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from veerkracht_nb.dialogue import Herkenning, SeatTaken, StepStarted
from veerkracht_nb.seats.warm import forks_safely
from veerkracht_nb.serve.rendering import NOTEBOOKS

from .conftest import SECRET, Running, launch, open_page, xsrf
from .wire import cookie_header

# A page of one widget that tells what its process knows, and the widget of the answers beside it.
PROBE = """
import anywidget, ipywidgets, json, os, random, traitlets
import numpy as np
from veerkracht_nb.apps import SessionParameters, parameters, participant
from veerkracht_nb.paths import data_folder

figures = sorted(path.name for path in data_folder().iterdir())

class Probe(anywidget.AnyWidget):
    _esm = "export default {}"
    told = traitlets.Unicode().tag(sync=True)
    def __init__(self):
        super().__init__(told="made")
        self.on_msg(lambda _w, content, _b: self.send(knows()))

def knows():
    drawn = {"random": random.random(), "numpy": float(np.random.random())}
    return {"env": dict(os.environ), "pid": os.getpid(), "figures": figures} | drawn

ipywidgets.VBox([Probe(), participant(parameters(SessionParameters))])
"""


@pytest.fixture(scope="module", params=["gevorkt", "gewoon"])
def hall(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server whose participants have a page that can be questioned."""
    if request.param == "gevorkt" and not forks_safely():
        pytest.skip("no safe fork on this system")
    running = launch_probes(tmp_path_factory.mktemp("plaatsen"), fork=request.param == "gevorkt")
    yield running
    running.stop()


def launch_probes(folder: Path, *arguments: str, fork: bool = True) -> Running:
    notebooks = folder / "notebooks"
    notebooks.mkdir()
    for name in NOTEBOOKS:
        made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(PROBE)])
        nbformat.write(made, notebooks / f"{name}.ipynb")
    return launch(folder, "--grace", "3", *arguments, *([] if fork else ["--no-fork"]))


class Visitor:
    """A participant with an open page."""

    def __init__(self, running: Running, client: httpx.Client | None = None) -> None:
        self.running = running
        self.client = client or running.participant()
        self.page = open_page(self.client, f"/s/{running.a.code}/deelnemer")
        assert self.page.status_code == 200, self.page.text
        text = self.page.text.split('<script id="plaats" type="application/json">')[1].split("</script>")[0]
        self.place: dict[str, str] = json.loads(text)
        self.kernel = self.place["kernel"]

    @contextmanager
    def wire(self, client: httpx.Client | None = None, origin: str = "") -> Iterator[Wire]:
        url = f"ws://127.0.0.1:{self.running.port}/draad/{self.kernel}"
        with connect(
            url,
            additional_headers={"Cookie": cookie_header(client or self.client)},
            origin=origin or self.running.base,  # type: ignore[arg-type]
            proxy=None,
            close_timeout=1,
            max_queue=None,
        ) as socket:
            yield Wire(socket)

    def leave(self) -> None:
        self.client.post(f"/terug/{self.kernel}", data=xsrf(self.client))


class Wire:
    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.models: dict[str, Any] = {}

    def say(self, **frame: Any) -> None:
        self.socket.send(json.dumps(frame))

    def hear(self, kind: str, seconds: float = 20) -> dict[str, Any]:
        end = time.monotonic() + seconds
        while True:
            frame = json.loads(self.socket.recv(timeout=end - time.monotonic()))
            if frame["t"] == kind:
                return frame

    def hello(self) -> dict[str, Any]:
        self.say(t="hello", snapshot="")
        state = self.hear("state")
        self.models = state["models"]
        return state

    def with_trait(self, name: str, value: Any = None) -> str:
        return next(m for m, s in self.models.items() if name in s["s"] and value in (None, s["s"][name]))

    def knows(self) -> dict[str, Any]:
        self.say(t="custom", m=self.with_trait("told"), d={"ask": 1})
        return self.hear("custom")["d"]

    def command(self, channel: str, name: str, body: dict[str, Any], nonce: str = "") -> dict[str, Any]:
        nonce = nonce or uuid.uuid4().hex
        told = {"type": "command", "nonce": nonce, "name": name, "body": body}
        self.say(t="custom", m=self.with_trait("channel", channel), d=told)
        while (heard := self.hear("custom")["d"]).get("nonce") != nonce:
            pass
        return heard


@pytest.fixture
def anna(hall: Running) -> Iterator[Visitor]:
    """Somebody who has just come in."""
    visitor = Visitor(hall)
    yield visitor
    visitor.leave()


def _started(running: Running) -> str:
    """Start the step that asks for answers and return its id."""
    made = running.a.state().made
    step = next(step for step in running.a.state().script.steps if step.kind == "herkenning")  # type: ignore[union-attr]
    assert made is not None
    if running.a.state().step != step.id:
        actor = next(seat for seat in [_facilitator(running)])
        running.a.submit(StepStarted(step=step.id), actor)
    return step.id


def _facilitator(running: Running) -> Any:
    from veerkracht_nb.dialogue import Actor

    return Actor(id="begeleider", kind="begeleider")


def test_a_page_is_slim_and_its_picture_is_for_who_has_such_a_seat(hall: Running, anna: Visitor) -> None:
    assert "voila" not in anna.page.text and "unsafe-eval" not in anna.page.headers["content-security-policy"]
    if not anna.place["snapshot"]:
        return  # an ordinary process tells everything itself
    address = f"/beeld/{anna.place['snapshot']}"
    picture = anna.client.get(address)
    assert picture.headers["content-encoding"] == "gzip" and "immutable" in picture.headers["cache-control"]
    assert "private" in picture.headers["cache-control"]
    assert len(gzip.compress(picture.content)) < 120_000
    seats = json.dumps(list(hall.a.state().seats))
    assert not any(seat in picture.text for seat in json.loads(seats)), "no person is in it"
    for other in (hall.client(), hall.participant(hall.b), hall.screen()):
        assert other.get(address).status_code == 404


def test_the_first_state_is_what_differs_from_the_picture(anna: Visitor) -> None:
    with anna.wire() as wire:
        whole = wire.hello()
        assert whole["full"] and whole["root"] in whole["models"]
        if anna.place["snapshot"]:
            wire.say(t="hello", snapshot=anna.place["snapshot"])
            changed = wire.hear("state")
            assert not changed["full"] and len(json.dumps(changed)) < len(json.dumps(whole)) / 10


def test_an_answer_is_durable_once_however_often_it_is_sent(hall: Running, anna: Visitor) -> None:
    step = _started(hall)
    actor = _actor_of(hall, anna)
    body = {"step": step, "buurt": "BU99010001", "recognition": "herken"}
    nonce = uuid.uuid4().hex
    for _ in range(3):
        # Each on a connection of its own, as after a lost answer.
        with anna.wire() as wire:
            wire.hello()
            assert wire.command("AnswerBar", "antwoord", body, nonce)["ok"]
    given = [e for e in hall.a.events() if isinstance(e.payload, Herkenning) and e.actor.id == actor]
    assert len(given) == 1


def _actor_of(running: Running, visitor: Visitor) -> str:
    with visitor.wire() as wire:
        wire.hello()
        key = next(s["s"]["storage_key"] for s in wire.models.values() if s["s"].get("storage_key"))
    actor = key.removeprefix(f"{running.a.id}-")
    assert actor in running.a.state().seats
    return actor


def test_nobody_else_reaches_a_seat(hall: Running, anna: Visitor) -> None:
    others = (
        hall.client(),
        hall.participant(),
        hall.participant(hall.b),
        hall.facilitator(),
        hall.administrator(),
    )
    for other in others:
        with pytest.raises(InvalidStatus) as refused, anna.wire(other):
            pass
        assert refused.value.response.status_code == 403
        other.post(f"/terug/{anna.kernel}", data=xsrf(other))
    for origin in ("http://kwaad.example", "null", "http://127.0.0.1"):
        with pytest.raises(InvalidStatus) as refused, anna.wire(origin=origin):
            pass
        assert refused.value.response.status_code == 403
    assert anna.client.get(f"/api/kernels/{anna.kernel}").status_code == 200


def test_a_seat_knows_its_person_and_no_secret_of_the_server(hall: Running, anna: Visitor) -> None:
    with anna.wire() as wire:
        wire.hello()
        known = wire.knows()
    text = json.dumps(known)
    assert SECRET not in text and "MIJN_GEHEIM" not in known["env"]
    assert hall.a.facilitator_key not in text and hall.a.screen_key not in text
    for process in psutil.Process(hall.process.pid).children(recursive=True):
        assert SECRET not in Path(f"/proc/{process.pid}/environ").read_text(errors="replace")


def test_seats_share_no_random_numbers(hall: Running) -> None:
    found = []
    for _ in range(2):
        visitor = Visitor(hall)
        with visitor.wire() as wire:
            wire.hello()
            found.append(wire.knows())
        visitor.leave()
    assert found[0]["random"] != found[1]["random"] and found[0]["numpy"] != found[1]["numpy"]
    assert found[0]["pid"] != found[1]["pid"]


def test_who_comes_after_an_import_sees_the_new_figures(hall: Running, anna: Visitor) -> None:
    added = hall.folder / "data" / "erbij.csv"
    added.write_text("code;waarde")
    later = Visitor(hall)
    try:
        with anna.wire() as old, later.wire() as new:
            for wire in (old, new):
                wire.hello()
            assert added.name not in old.knows()["figures"] and added.name in new.knows()["figures"]
    finally:
        later.leave()
        added.unlink()


def test_a_seat_that_was_given_back_ends_and_is_never_used_again(hall: Running) -> None:
    pids: list[int] = []
    client = hall.participant()
    for _ in range(3):
        visitor = Visitor(hall, client)
        with visitor.wire() as wire:
            wire.hello()
            pids.append(wire.knows()["pid"])
            visitor.leave()
            with pytest.raises(ConnectionClosed) as ended:
                wire.hear("state", 10)
            assert ended.value.rcvd is not None and ended.value.rcvd.code == 4000
    assert len(set(pids)) == 3
    assert _until(lambda: not any(psutil.pid_exists(pid) for pid in pids))


def test_an_abandoned_seat_is_recycled_and_its_person_comes_back_to_the_same_seat(hall: Running) -> None:
    visitor = Visitor(hall)
    actor = _actor_of(hall, visitor)
    assert _until(lambda: visitor.client.get(f"/api/kernels/{visitor.kernel}").status_code == 404)
    assert _actor_of(hall, Visitor(hall, visitor.client)) == actor
    taken = [e for e in hall.a.events() if isinstance(e.payload, SeatTaken) and e.actor.id == actor]
    assert len(taken) == 1


def test_a_page_hears_at_once_that_its_seat_died(hall: Running) -> None:
    visitor = Visitor(hall)
    with visitor.wire() as wire:
        wire.hello()
        os.kill(wire.knows()["pid"], signal.SIGKILL)
        with pytest.raises(ConnectionClosed) as ended:
            wire.hear("state", 10)
    assert ended.value.rcvd is not None and ended.value.rcvd.code == 4000
    assert visitor.client.get(f"/api/kernels/{visitor.kernel}").status_code == 404


def test_a_page_that_connects_again_replaces_its_lost_connection(anna: Visitor) -> None:
    visitor = Visitor(anna.running)
    with visitor.wire() as first, visitor.wire() as second:
        with pytest.raises(ConnectionClosed) as replaced:
            first.hear("state", 10)
        assert replaced.value.rcvd is not None and replaced.value.rcvd.code == 4002
        assert second.hello()["full"]
    visitor.leave()


FORGED = (
    {"t": "custom", "m": "0" * 32, "d": {}},
    {"t": "custom", "m": "../x", "d": {}},
    {"t": "custom", "m": None, "d": None},
    {"t": "update", "m": "0" * 32, "d": {"x": "\ud800"}},
    {"t": "hello", "snapshot": ["x"]},
    {"t": "state", "models": {}},
    {"t": "sit"},
    {"t": 3},
    ["t"],
    None,
)


def test_forged_messages_change_nothing_and_break_nothing(hall: Running, anna: Visitor) -> None:
    events = len(hall.a.events())
    with anna.wire() as wire:
        before = wire.hello()["models"]
        for frame in FORGED:
            wire.socket.send(json.dumps(frame))
        for junk in (
            "",
            "{",
            "[" * 2000,
            '{"t": NaN}',
            '{"t":"update","m":"' + "0" * 32 + '","d":{"x":NaN}}',
        ):
            wire.socket.send(junk)
        wire.socket.send(b"\x00" * 64)
        for model, state in before.items():
            wire.say(t="update", m=model, d=dict.fromkeys(("storage_key", "_esm", "kind", "teksten"), "vals"))
            wire.say(t="custom", m=model, d={"method": "custom", "content": {"do": "sit"}})
            assert state
        time.sleep(1)
    with anna.wire() as wire:
        after = wire.hello()["models"]
        assert {k: m["s"].get("storage_key") for k, m in after.items()} == {
            k: m["s"].get("storage_key") for k, m in before.items()
        }
        assert {k: m["s"].get("_esm") for k, m in after.items() if m["s"].get("teksten")} == {
            k: m["s"].get("_esm") for k, m in before.items() if m["s"].get("teksten")
        }
    assert len(hall.a.events()) == events


def test_a_message_that_is_too_large_ends_the_connection_and_not_the_seat(anna: Visitor) -> None:
    with anna.wire() as wire:
        wire.say(t="custom", m="0" * 32, d={"x": "a" * 400_000})
        with pytest.raises(ConnectionClosed):
            wire.hear("state", 10)
    assert anna.client.get(f"/api/kernels/{anna.kernel}").status_code == 200


def test_a_page_that_floods_is_cut_off(hall: Running) -> None:
    visitor = Visitor(hall)
    with visitor.wire() as wire, pytest.raises(ConnectionClosed) as ended:
        for _ in range(2000):
            wire.say(t="ping")
        while True:
            wire.hear("never", 10)
    assert ended.value.rcvd is not None and ended.value.rcvd.code == 4001
    visitor.leave()


def test_who_comes_when_all_seats_are_taken_has_a_place_in_the_queue(tmp_path: Path) -> None:
    running = launch_probes(tmp_path, "--max-kernels", "1")
    try:
        first = Visitor(running)
        with first.wire():
            second, third = running.participant(), running.participant()
            path = f"/s/{running.a.code}/deelnemer"
            for client, place in ((second, 1), (third, 2), (second, 1)):
                answer = client.get(path)
                assert answer.status_code == 503 and f'id="plaats-in-rij">{place}<' in answer.text
                assert (
                    answer.headers["retry-after"] == "1" and 'http-equiv="refresh" content="1"' in answer.text
                )
            first.leave()
            assert Visitor(running, second).kernel
    finally:
        running.stop()


@pytest.mark.skipif(not forks_safely(), reason="no safe fork on this system")
def test_the_room_goes_on_when_the_warm_process_dies(tmp_path: Path) -> None:
    running = launch_probes(tmp_path)
    try:
        first = Visitor(running)
        with first.wire() as wire:
            wire.hello()
            (warm,) = psutil.Process(running.process.pid).children()
            warm.kill()
            with pytest.raises(ConnectionClosed):
                wire.hear("state", 10)
        again = Visitor(running, first.client)
        with again.wire() as wire:
            assert wire.hello()["models"]
    finally:
        running.stop()


def _until(true: Any, seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.2)
    return False
