"""A whole session with real browsers: one facilitator, one screen, three participants."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from veerkracht_nb.dialogue import list_sessions, open_session

from .conftest import free_port, own_environment, wait_until_up
from .room import WAIT, Facilitator, Participant, Screen

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]

STORY = 'Sinds het buurthuis dicht is <b>staan</b> de jongeren op de hoek. =HYPERLINK("x") 🏘️'
SECRET = "dit-mag-niemand-anders-zien"


@dataclass(frozen=True, kw_only=True)
class Served:
    """A running server with one session."""

    address: str
    code: str
    facilitator: str
    screen: str
    sessions: Path


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """``veerkracht demo``, as the README starts it, on a port and in folders of its own."""
    folder = tmp_path_factory.mktemp("sessie")
    port = free_port()
    environment = own_environment(folder) | {"VEERKRACHT_OPEN_BROWSER": "0", "VEERKRACHT_PORT": str(port)}
    command = [sys.executable, "-m", "veerkracht_nb.cli", "demo", "--host", "127.0.0.1"]
    log = folder / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=environment, cwd=folder, stdout=out, stderr=subprocess.STDOUT)
        try:
            wait_until_up(f"http://127.0.0.1:{port}/gezond", process)
            printed = log.read_text()
            yield Served(
                address=f"http://127.0.0.1:{port}",
                code=re.search(r"/s/(\w+)", printed)[1],  # type: ignore[index]
                facilitator=re.search(r"/b/\S+", printed)[0],  # type: ignore[index]
                screen=re.search(r"/scherm/\S+", printed)[0],  # type: ignore[index]
                sessions=folder / "sessions",
            )
        finally:
            process.terminate()
            process.wait(timeout=20)


def test_session_from_join_to_notes(browser: Any, served: Served, tmp_path: Path) -> None:
    facilitator, screen = Facilitator(browser, served.address), Screen(browser, served.address)
    facilitator.open(served.facilitator)
    screen.open(served.screen)
    anna, bilal, cor = (Participant(browser, served.address) for _ in range(3))
    everybody = [facilitator, screen, anna, bilal, cor]

    # Joining: everybody arrives, the others see it without a click.
    anna.join(served.code, "Bewoner")
    bilal.join(served.code, "Bewoner")
    cor.join(served.code, "Zorg en welzijn")
    expect(facilitator.page.locator(".vk-roles h2")).to_have_text("In de zaal: 3", timeout=WAIT)
    expect(screen.page.locator(".vk-people")).to_contain_text("3 mensen", timeout=WAIT)

    # Wat valt je op: each alone.
    facilitator.start("Wat valt je op?")
    for person in (anna, bilal, cor):
        expect(person.page.locator(".vk-question")).to_contain_text("Wat valt je op?", timeout=WAIT)
    anna.choose("De Weren")
    anna.write(SECRET)
    anna.save()
    expect(facilitator.page.locator(".vk-step-nu")).to_contain_text("1 reacties", timeout=WAIT)

    # Zien wij hetzelfde: live counts for the facilitator, nothing yet for the room.
    facilitator.start("Zien wij hetzelfde?")
    facilitator.choose("De Weren")
    for person, recognition in ((anna, "Herken ik"), (bilal, "Herken ik niet"), (cor, "Deels")):
        person.choose("De Weren")
        person.answer(recognition, "slechter")
    expect(facilitator.page.locator(".vk-bars")).to_contain_text("3 stemmen", timeout=WAIT)
    assert not anna.page.locator(".vk-bars:visible").count()

    # The reveal: now everybody sees the distribution, and a later answer stays beside the first.
    facilitator.page.get_by_role("button", name="Laat de zaal hiernaar kijken").click()
    facilitator.reveal("verdeling")
    for visitor in (anna, bilal, cor, screen):
        expect(visitor.page.locator(".vk-bars:visible")).to_contain_text("3 stemmen", timeout=WAIT)
    bilal.answer("Deels")
    expect(bilal.page.locator(".vk-answer")).to_contain_text("eerst: herken ik niet", timeout=WAIT)

    # Het verhaal: a typed text survives a reload, and the same seat comes back.
    facilitator.start("Het verhaal hierachter")
    anna.choose("De Weren")
    anna.write(STORY)
    anna.page.reload()
    anna.ready()
    anna.choose("De Weren")
    expect(anna.page.locator(".vk-form textarea:visible")).to_have_value(STORY, timeout=WAIT)
    anna.save()
    expect(facilitator.page.locator(".vk-roles h2")).to_have_text("In de zaal: 3")
    story = facilitator.page.locator(".vk-story", has_text="buurthuis")
    expect(story).to_be_visible(timeout=WAIT)
    expect(story).to_contain_text("<b>staan</b>")
    assert not screen.page.get_by_text("buurthuis").count()
    story.get_by_role("button", name="toon", exact=True).click()
    facilitator.reveal("alles")
    for visitor in (bilal, cor, screen):
        expect(visitor.page.locator(".vk-story", has_text="buurthuis")).to_be_visible(timeout=WAIT)

    # Take the notes home.
    word = Document(str(facilitator.export("Word", tmp_path)))
    assert any("buurthuis" in paragraph.text for paragraph in word.paragraphs)
    sheets = CalamineWorkbook.from_path(str(facilitator.export("Excel", tmp_path)))
    assert any(
        STORY in row for name in sheets.sheet_names for row in sheets.get_sheet_by_name(name).to_python()
    )
    assert facilitator.export("GeoPackage", tmp_path).read_bytes().startswith(b"SQLite format 3")

    # What nobody was to see went to nobody but the facilitator; nobody asked anything of another host.
    for visitor in (bilal, cor, screen):
        assert not any(SECRET in frame for frame in visitor.frames)
    assert [url for visitor in everybody for url in visitor.foreign] == []
    assert [error for visitor in everybody for error in visitor.errors] == []
    for visitor in everybody:
        visitor.context.close()


def test_forged_messages_change_nothing_that_their_sender_may_not_change(
    browser: Any, served: Served
) -> None:
    info = list_sessions(served.sessions)[0]
    mallory = Participant(browser, served.address)
    sockets: list[str] = []
    mallory.page.on("websocket", lambda socket: sockets.append(socket.url))
    mallory.join(served.code, "Anders")
    with open_session(info.path) as session:
        before = session.events()
    widgets, replies = mallory.page.evaluate(FORGE, sockets[-1])
    assert widgets > 5, "the forger must at least have reached the widgets of the own page"
    assert not any(
        f'"msg_type": "{kind}"' in reply.replace('":"', '": "')
        for reply in replies
        for kind in ("execute_reply", "execute_result", "shutdown_reply")
    )
    with open_session(info.path) as session:
        assert session.events()[: len(before)] == before
        added = session.events()[len(before) :]
        assert added == ()
        assert not session.state().closed
    mallory.context.close()


# Sends what a curious visitor could send from the console of the browser, over the page's own address.
FORGE = """
async (url) => {
  const ids = [], replies = [];
  const pause = () => new Promise((done) => setTimeout(done, 1500));
  const socket = new WebSocket(url);
  await new Promise((open, no) => { socket.onopen = open; socket.onerror = no; });
  socket.onmessage = (event) => replies.push(typeof event.data === "string" ? event.data : "");
  const send = (msg_type, content, channel = "shell") => socket.send(JSON.stringify({
    channel, content, metadata: {}, parent_header: {}, buffers: [],
    header: { msg_id: String(Math.random()), msg_type, session: "x", username: "", version: "5.3",
              date: new Date().toISOString() },
  }));
  const comm = (id, data) => send("comm_msg", { comm_id: id, data });
  send("execute_request", { code: "open('gehackt','w')", silent: false, store_history: false,
                            user_expressions: {}, allow_stdin: false });
  send("shutdown_request", { restart: false }, "control");
  send("comm_info_request", {});
  await pause();
  for (const reply of replies) {
    try { ids.push(...Object.keys(JSON.parse(reply).content?.comms ?? {})); } catch { /* binary */ }
  }
  const state = { selected: "<script>", closed: true, items: [], value: "x" };
  for (const id of ids) {
    for (const name of ["stop", "heropen", "start", "onthul", "beoordeel"])
      comm(id, { method: "custom", content: { type: "command", nonce: "smeedijzer1", name, body: {} } });
    comm(id, { method: "update", state, buffer_paths: [] });
  }
  socket.send("geen json");
  socket.send("x".repeat(300000));
  await pause();
  socket.close();
  return [ids.length, replies];
}
"""
