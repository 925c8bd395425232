"""The page of a seat: made in advance, given away once; and the kernel that executes nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import comm
import pytest
import zmq
import zmq.asyncio
from jupyter_client.connect import write_connection_file
from jupyter_client.session import Session as Signer

from veerkracht_nb.apps import launch as launching
from veerkracht_nb.apps import participant, prepare
from veerkracht_nb.apps.launch import VARIABLE, Launch, arrive
from veerkracht_nb.apps.parameters import SessionParameters
from veerkracht_nb.dialogue import SeatTaken, Session, StepStarted
from veerkracht_nb.errors import ParameterError
from veerkracht_nb.seats.kernel import FAILED, SEAT, SeatKernel, use_seat_comms
from veerkracht_nb.seats.notebook import code_of, run_notebook
from veerkracht_nb.seats.page import SeatPage
from veerkracht_nb.widgets._base import Basis


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with prepare.prepare_session(folder=tmp_path) as made:
        yield made


@pytest.fixture
def seat_comms(monkeypatch: pytest.MonkeyPatch) -> None:
    """Widgets of this test speak as those of a seat do."""
    for name in ("create_comm", "get_comm_manager"):
        monkeypatch.setattr(comm, name, getattr(comm, name))
    # Another test may have left the one widget that pages share.
    monkeypatch.setattr(Basis, "_current", None)
    use_seat_comms()


@pytest.fixture
def made(session: Session, monkeypatch: pytest.MonkeyPatch, seat_comms: None) -> dict[str, Any]:
    """The launch of a page that waits for its person."""
    monkeypatch.setattr(launching, "_arrived", [])
    monkeypatch.setattr(launching, "_waiting", [])
    value = {"app": "deelnemer", "session": str(session.path), "actor": None}
    monkeypatch.setenv(VARIABLE, json.dumps(value))
    return value


def person(made: dict[str, Any], number: int = 1, **other: Any) -> Launch:
    actor = {"id": f"stoel-{number:08}", "kind": "deelnemer", "role": "bewoner"}
    return Launch.model_validate(made | {"actor": actor, "join_url": "http://zaal/s/A"} | other)


def test_a_page_that_was_made_in_advance_is_given_away_once(made: dict[str, Any], session: Session) -> None:
    page = SeatPage(participant(SessionParameters()))
    assert page.slim and not session.state().seats, "nobody sits there yet"
    assert page.order({"do": "sit", "launch": person(made).model_dump(mode="json")}) == {"sat": True}
    assert page.order({"do": "sit", "launch": person(made, 2).model_dump(mode="json")}) == {"sat": False}
    assert list(session.state().seats) == ["stoel-00000001"]


@pytest.mark.parametrize(
    "other",
    [{"app": "begeleider"}, {"language": "en"}, {"session": "/elders.sessie"}, {"actor": None}],
    ids=lambda other: next(iter(other)),
)
def test_a_page_of_one_kind_is_not_given_to_another(made: dict[str, Any], other: dict[str, Any]) -> None:
    participant(SessionParameters())
    with pytest.raises(ParameterError):
        arrive(person(made, **other))


def test_only_what_is_the_persons_own_differs_from_the_picture(
    made: dict[str, Any], session: Session
) -> None:
    from veerkracht_nb.dialogue import Actor

    session.submit(SeatTaken(role="bestuur"), Actor(id="iemand-anders", kind="deelnemer", role="bestuur"))
    script = session.state().script
    assert script is not None
    session.submit(StepStarted(step=script.steps[1].id), Actor(id="begeleider", kind="begeleider"))
    page = SeatPage(participant(SessionParameters()))
    text, begun = json.dumps(page._made), script.steps[1].title
    assert "iemand-anders" not in text and begun not in text, "the picture is that of the beginning"
    page.order({"do": "sit", "launch": person(made).model_dump(mode="json")})
    changed = page.order({"do": "hello", "snapshot": page.snapshot})["state"]
    whole = page.order({"do": "hello", "snapshot": "of another time"})["state"]
    assert begun in json.dumps(changed), "and what happened since then is the difference"
    assert not changed["full"] and whole["full"] and changed["models"].keys() < whole["models"].keys()
    keys = {m["s"]["storage_key"] for m in changed["models"].values() if "storage_key" in m["s"]}
    assert keys == {f"{session.id}-stoel-00000001"}
    assert len(json.dumps(changed)) < 4_000 < len(json.dumps(whole))


def test_a_picture_is_saved_under_a_name_that_follows_from_it(made: dict[str, Any], tmp_path: Path) -> None:
    import gzip
    import hashlib

    page = SeatPage(participant(SessionParameters()))
    page.save(tmp_path)
    (file,) = tmp_path.glob("*.json.gz")
    text = gzip.decompress(file.read_bytes())
    assert file.name.startswith(page.snapshot) and hashlib.sha256(text).hexdigest().startswith(page.snapshot)


def test_the_cells_of_an_analyst_are_not_executed(tmp_path: Path) -> None:
    import nbformat

    cells = [
        nbformat.v4.new_markdown_cell("uitleg"),
        nbformat.v4.new_code_cell("a = 2\na * 2"),
        nbformat.v4.new_code_cell("raise RuntimeError", metadata={"tags": ["analyse"]}),
        nbformat.v4.new_code_cell("a + 3"),
        nbformat.v4.new_code_cell("b = a"),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "proef.ipynb")
    assert len(code_of(tmp_path / "proef.ipynb")) == 3
    assert run_notebook(tmp_path / "proef.ipynb") == 5


def test_the_kernel_of_a_seat_executes_nothing_and_believes_only_its_key(
    tmp_path: Path, seat_comms: None, run_async: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    run_async(_questioned(tmp_path))
    assert not [record for record in caplog.records if "comm" in record.getMessage().lower()]


async def _questioned(folder: Path) -> None:
    file = folder / "k.json"
    _name, info = write_connection_file(str(file), transport="ipc", ip=str(folder / "k"), key=b"geheim")
    asked: list[dict[str, Any]] = []

    def obey(order: dict[str, Any]) -> dict[str, Any]:
        if order["do"] == "fail":
            raise ValueError
        asked.append(order)
        return {"sat": True}

    kernel = SeatKernel(file, obey)
    running = asyncio.create_task(kernel.run())
    with zmq.asyncio.Context() as context:
        shell, iopub = context.socket(zmq.DEALER), context.socket(zmq.SUB)
        for socket, name in ((shell, "shell"), (iopub, "iopub")):
            socket.linger = 0
            socket.connect(f"ipc://{info['ip']}-{info[f'{name}_port']}")
        iopub.subscribe(b"")
        signer, stranger = Signer(key=b"geheim"), Signer(key=b"geraden")

        async def say(kind: str, content: dict[str, Any], by: Signer = signer) -> None:
            await shell.send_multipart(by.serialize(by.msg(kind, content)))

        async def hear(socket: Any) -> dict[str, Any]:
            _idents, parts = signer.feed_identities(await socket.recv_multipart())
            return signer.deserialize(parts)

        assert (await hear(iopub))["msg_type"] == "iopub_welcome"
        await say("execute_request", {"code": f"open({str(folder / 'x')!r}, 'w')", "silent": False})
        assert (await hear(shell))["content"]["status"] == "error"
        await say("comm_msg", {"comm_id": "0" * 32, "data": {"method": "custom", "content": {}}})
        await say("comm_open", {"comm_id": "c", "target_name": SEAT, "data": {}})
        await say("comm_msg", {"comm_id": "c", "data": {"do": "sit", "by": "stranger"}}, stranger)
        await say("comm_msg", {"comm_id": "c", "data": {"do": "sit", "by": "server"}})
        assert (await hear(iopub))["content"]["data"] == {"sat": True}
        assert [order["by"] for order in asked] == ["server"]
        # An order that cannot be carried out has an answer too, or every next answer would be of the one before.
        for do in ("fail", "sit"):
            await say("comm_msg", {"comm_id": "c", "data": {"do": do, "by": "server"}})
        answers = (await hear(iopub))["content"]
        found = [said["data"] for _kind, said in answers["messages"]] if "messages" in answers else []
        assert found == [{FAILED: True}, {"sat": True}] or (
            answers["data"] == {FAILED: True} and (await hear(iopub))["content"]["data"] == {"sat": True}
        )
        await say("shutdown_request", {"restart": False})
        assert (await hear(shell))["content"]["status"] == "ok"
        await running
        shell.close()
        iopub.close()
    assert not (folder / "x").exists()
