"""Seats: one person each, made in advance, and nothing of one in another. With forks and with ordinary processes."""

from __future__ import annotations

import gzip
import json
import os
import signal
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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
from veerkracht_nb.serve.limits import FILES_OF_A_SEAT, FILES_OF_THE_SERVER
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
    # And in another process, which knows nothing of the first: then it is the log that recognises it.
    anna.leave()
    again = Visitor(hall, anna.client)
    with again.wire() as wire:
        wire.hello()
        assert wire.command("AnswerBar", "antwoord", body, nonce)["ok"]
    again.leave()
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
    try:
        # Connected while the other comes: making that page may take longer than a page may be away.
        with anna.wire() as old:
            old.hello()
            later = Visitor(hall)
            with later.wire() as new:
                new.hello()
                assert added.name not in old.knows()["figures"] and added.name in new.knows()["figures"]
            later.leave()
    finally:
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
            # One at a time and of the right type: one that is wrong would take the others back.
            for name in {"storage_key", "_esm", "kind", "channel"} & state["s"].keys():
                wire.say(t="update", m=model, d={name: "vals"})
            if "teksten" in state["s"]:
                wire.say(t="update", m=model, d={"teksten": {"x": "vals"}})
            wire.say(t="custom", m=model, d={"method": "custom", "content": {"do": "sit"}})
        # The same connection still answers: none of it was more than a message without effect.
        wire.say(t="ping")
        wire.hear("pong")
    with anna.wire() as wire:
        after = wire.hello()["models"]
        assert '"vals"' not in json.dumps(after) and after.keys() == before.keys()
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


def test_what_cannot_be_read_counts_as_much(hall: Running) -> None:
    visitor = Visitor(hall)
    with visitor.wire() as wire, pytest.raises(ConnectionClosed) as ended:
        for _ in range(100):
            for junk in ("", "{", "[]", b"\x00"):
                wire.socket.send(junk)
            wire.socket.ping()
        wire.hear("never", 10)
    assert ended.value.rcvd is not None and ended.value.rcvd.code == 4001
    assert visitor.client.get(f"/api/kernels/{visitor.kernel}").status_code == 200, "the seat is still there"
    visitor.leave()


def test_connecting_again_gives_no_new_allowance(hall: Running) -> None:
    visitor = Visitor(hall)
    with pytest.raises(ConnectionClosed) as ended:
        for _ in range(10):
            with visitor.wire() as wire:
                for _ in range(100):
                    wire.say(t="ping")
                for _ in range(100):
                    wire.hear("pong", 10)
    assert ended.value.rcvd is not None and ended.value.rcvd.code == 4001
    visitor.leave()


def test_asking_for_the_whole_state_all_the_time_is_cut_off(hall: Running) -> None:
    visitor = Visitor(hall)
    with visitor.wire() as wire, pytest.raises(ConnectionClosed) as ended:
        for _ in range(100):
            wire.say(t="hello", snapshot="")
        for _ in range(100):
            wire.hear("state", 10)
    assert ended.value.rcvd is not None and ended.value.rcvd.code == 4001
    visitor.leave()


def test_what_a_browser_set_is_in_the_state_that_its_next_connection_gets(anna: Visitor) -> None:
    with anna.wire() as wire:
        wire.hello()
        model = wire.with_trait("told")
        wire.say(t="update", m=model, d={"told": "door de browser", "_esm": "kwaad", "tooltip": "kwaad"})
    with anna.wire() as wire:
        wire.hello()
        state = wire.models[model]["s"]
    assert state["told"] == "door de browser" and "kwaad" not in json.dumps(state)


def test_a_browser_cannot_rearrange_its_page_nor_fill_its_memory(anna: Visitor) -> None:
    with anna.wire() as wire:
        before = wire.hello()
        parts = {m: s["s"]["_model_name"] for m, s in before["models"].items()}
        forged = {
            "LayoutModel": {"display": "none", "width": "x" * 1000, "grid_area": "x" * 1000},
            "VBoxModel": {"children": [], "_dom_classes": ["x"], "box_style": "danger"},
            "BoxModel": {"children": [], "_dom_classes": ["x"], "tooltip": "x"},
            "LeafletMapModel": {"layers": [], "controls": [], "zoom": 3, "center": [0, 0], "window_url": "x"},
        }
        said = [(m, forged[kind]) for m, kind in parts.items() if kind in forged]
        for model, state in said[:120]:
            wire.say(t="update", m=model, d=state)
    assert {parts[model] for model, _ in said} >= {"LayoutModel", "VBoxModel"}
    with anna.wire() as wire:
        assert wire.hello()["models"] == before["models"]


def test_another_seat_of_the_same_room_changes_nothing_of_anna(hall: Running, anna: Visitor) -> None:
    """What somebody may say about others: nothing, whatever ids and marks of theirs are in the message."""
    step, bram = _started(hall), Visitor(hall)
    body = {"step": step, "buurt": "BU99010002", "recognition": "deels"}
    nonce = uuid.uuid4().hex
    with anna.wire() as wire:
        wire.hello()
        assert wire.command("AnswerBar", "antwoord", body, nonce)["ok"]
        hers = set(wire.models)
    actor = _actor_of(hall, anna)
    answer = hall.a.state().answers[step, "BU99010002", actor]
    with bram.wire() as wire:
        wire.hello()
        assert wire.command("AnswerBar", "antwoord", body | {"recognition": "herken_niet"}, nonce)["ok"]
        for more in ({"actor": actor}, {"seat": actor}, {"role": "bestuur"}, {"kind": "begeleider"}):
            assert not wire.command("AnswerBar", "antwoord", body | more)["ok"]
        for model in hers:
            told = {"type": "command", "nonce": uuid.uuid4().hex, "name": "antwoord", "body": body}
            wire.say(t="custom", m=model, d=told)
        for name in ("start", "onthul", "sluit", "focus", "modereer"):
            assert not wire.command("AnswerBar", name, {"step": step})["ok"]
    assert hall.a.state().answers[step, "BU99010002", actor] == answer
    assert hall.a.state().step == step and not hall.a.state().closed
    bram.leave()


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files as Linux shows them")
def test_a_seat_holds_no_file_and_no_line_of_the_server_or_of_another(hall: Running, anna: Visitor) -> None:
    with anna.wire() as wire:
        wire.hello()
        own = wire.knows()["pid"]
        opened = _opened(own)
    others = [process.pid for process in psutil.Process(hall.process.pid).children(recursive=True)]
    for pid in (hall.process.pid, *others):
        if pid != own:
            shared = {link for link in opened & _opened(pid) if link.startswith("socket:")}
            assert not shared, (own, pid, shared)
    sessions = {link for link in opened if link.startswith(str(hall.folder / "sessies"))}
    assert {Path(link).name.split(".")[0] for link in sessions} == {hall.a.path.stem}


def _opened(pid: int) -> set[str]:
    links = set()
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            links.add(str(file.readlink()))
    return links


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files as Linux shows them")
def test_a_seat_takes_no_more_files_of_the_server_than_was_counted_on(tmp_path: Path) -> None:
    running = launch_probes(tmp_path, "--grace", "60", "--max-kernels", "6")
    try:
        first = Visitor(running)
        assert _until(lambda: len(_seats(running)) == 6), "five more are waiting"
        time.sleep(1)
        opened = len(list(Path(f"/proc/{running.process.pid}/fd").iterdir()))
        before = FILES_OF_THE_SERVER // 2
        assert opened <= before + 6 * FILES_OF_A_SEAT, opened
        first.leave()
    finally:
        running.stop()


def _seats(running: Running) -> list[psutil.Process]:
    children = psutil.Process(running.process.pid).children(recursive=True)
    return [process for process in children if process.name().startswith("seat-")]


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


@pytest.mark.skipif(not forks_safely(), reason="no safe fork on this system")
def test_no_seat_outlives_a_server_that_is_killed(tmp_path: Path) -> None:
    running = launch_probes(tmp_path, "--max-kernels", "2")
    try:
        visitor = Visitor(running)
        with visitor.wire() as wire:
            wire.hello()
            children = psutil.Process(running.process.pid).children(recursive=True)
            assert wire.knows()["pid"] in [child.pid for child in children]
            running.process.kill()
            assert psutil.wait_procs(children, timeout=20)[1] == []
    finally:
        running.stop()


def _until(true: Any, seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.2)
    return False
