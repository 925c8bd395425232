"""A room that is at work: who sees what and when, lost connections, the keyboard, hostile text, forged messages."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from veerkracht_nb.dialogue import Herkenning, StepStarted, Verhaal

from .room import WAIT, Hall, Participant, Visitor
from .served import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]

BUURT = "De Weren"
NOTICE, RECOGNISE, TELL = "Wat valt je op?", "Zien wij hetzelfde?", "Het verhaal hierachter"
ASKED = "Herken je dit beeld?"
SOON = 5.0
"""Seconds; the product says one, a busy test machine gets more."""


def count(hall: Hall, kind: type, who: Participant) -> int:
    """Return how many events of this kind somebody has in the log."""
    assert who.actor is not None
    return sum(isinstance(e.payload, kind) and e.actor.id == who.actor.id for e in hall.session.events())


def test_others_see_a_contribution_by_themselves_and_nothing_before_the_reveal(
    hall: Hall, capsys: pytest.CaptureFixture[str]
) -> None:
    facilitator, screen = hall.facilitator(), hall.screen()
    anna, bilal, carla = hall.participant(), hall.participant("Zorg en welzijn"), hall.participant("Bestuur")
    took: dict[str, float] = {}

    # What Anna writes goes to the facilitator at once, and to nobody else in any form.
    facilitator.start(NOTICE)
    anna.follows(NOTICE)
    anna.choose(BUURT)
    anna.write("geheim-van-anna-1")
    took["text to the facilitator"] = _after(anna.send, facilitator, ".vk-stories", "geheim-van-anna-1")
    facilitator.start(RECOGNISE)
    facilitator.choose(BUURT)
    took["step to a phone"] = _after(lambda: facilitator.start(TELL), bilal, ".vk-question", "verhaal")
    anna.follows("verhaal")
    anna.write("geheim-van-anna-2")
    anna.save()
    facilitator.start(RECOGNISE)
    anna.follows(ASKED)
    took["answer to the facilitator"] = _after(
        lambda: anna.pick("Herken ik"), facilitator, ".vk-bars", "1 stem"
    )
    anna.answer("Herken ik", "slechter")
    for person in (bilal, carla):
        person.choose(BUURT)
        person.answer("Deels")
    expect(facilitator.page.locator(".vk-bars")).to_contain_text("3 stemmen", timeout=WAIT)
    bilal.reload()
    screen.reload()
    for visitor in (bilal, screen):
        assert not visitor.told("geheim-van-anna"), "before the reveal"
        assert not visitor.page.locator(".vk-bars:visible").count()

    # The distribution, and an answer that comes after it.
    facilitator.page.get_by_role("button", name="Laat de zaal hiernaar kijken").click()
    took["reveal to a phone"] = _after(
        lambda: facilitator.reveal("verdeling"), bilal, ".vk-bars", "3 stemmen"
    )
    dirk = hall.participant("Bestuur")
    dirk.follows(ASKED)
    dirk.choose(BUURT)
    expect(dirk.page.locator(".vk-bars:visible")).to_contain_text("3 stemmen", timeout=WAIT)
    took["answer to another phone"] = _after(lambda: dirk.pick("Deels"), anna, ".vk-bars", "4 stemmen")
    expect(screen.page.locator(".vk-bars:visible")).to_contain_text("4 stemmen", timeout=WAIT)
    assert not bilal.told("geheim-van-anna"), "a distribution tells no text"

    # The story: released and shown.
    facilitator.start(TELL)
    facilitator.judge("geheim-van-anna-2", "toon")
    took["story to the screen"] = _after(
        lambda: facilitator.reveal("alles"), screen, ".vk-story", "geheim-van-anna-2"
    )
    for visitor in (bilal, screen):
        expect(visitor.story("geheim-van-anna-2")).to_be_visible(timeout=WAIT)
        assert visitor.told("geheim-van-anna-2") and not visitor.told("geheim-van-anna-1")

    # Coming late, and coming back.
    eva = hall.participant()
    eva.follows("verhaal")
    expect(eva.story("geheim-van-anna-2")).to_be_visible(timeout=WAIT)
    assert not eva.told("geheim-van-anna-1")
    anna.write("nog niet af")
    anna.reopen(hall.join_path)
    anna.choose(BUURT)
    expect(anna.field).to_have_value("nog niet af")
    expect(anna.story("geheim-van-anna-2")).to_contain_text("van jou")
    facilitator.start(RECOGNISE)
    expect(anna.page.get_by_label("Herken ik", exact=True)).to_be_checked(timeout=WAIT)
    for visitor in (facilitator, screen):
        visitor.reload()
        expect(visitor.page.locator(".vk-question")).to_contain_text(ASKED)
        expect(visitor.page.locator(".vk-people")).to_contain_text("5 mensen")
    facilitator.choose(BUURT)
    expect(facilitator.page.locator(".vk-bars")).to_contain_text("4 stemmen")
    expect(facilitator.story("geheim-van-anna-2")).to_contain_text("zichtbaar voor de zaal")

    with capsys.disabled():
        print("\nseconds:", ", ".join(f"{what} {seconds:.2f}" for what, seconds in took.items()))
    assert max(took.values()) < SOON, took


def _after(act: Callable[[], object], other: Visitor, selector: str, words: str) -> float:
    since = time.perf_counter()
    act()
    return other.seconds_until(selector, words, since)


def test_nothing_is_lost_or_doubled_when_the_connection_the_kernel_or_the_server_goes(
    hall: Hall, served: Served
) -> None:
    facilitator, anna = hall.facilitator(), hall.participant()
    assert anna.actor is not None

    # The wifi is gone.
    facilitator.start(RECOGNISE)
    anna.follows(ASKED)
    anna.choose(BUURT)
    anna.context.set_offline(True)
    anna.pick("Deels")
    expect(anna.page.locator(".vk-answer")).to_contain_text("bewaard op dit toestel", timeout=WAIT)
    expect(anna.page.locator(".vk-dot")).to_contain_text("geen verbinding")
    anna.page.wait_for_timeout(2500)
    assert count(hall, Herkenning, anna) == 0
    anna.context.set_offline(False)
    expect(anna.page.locator(".vk-answer .vk-saved")).to_have_text(re.compile(r"bewaard \d"), timeout=WAIT)
    assert count(hall, Herkenning, anna) == 1
    facilitator.start(TELL)
    anna.follows("verhaal")
    expect(anna.field).to_be_visible(timeout=WAIT)
    anna.context.set_offline(True)
    anna.write("geschreven zonder wifi")
    anna.send()
    expect(anna.saved).to_contain_text("bewaard op dit toestel", timeout=WAIT)
    expect(anna.field).to_have_value("geschreven zonder wifi")
    anna.context.set_offline(False)
    expect(anna.saved).to_have_text(re.compile(r"bewaard \d"), timeout=WAIT)
    assert count(hall, Verhaal, anna) == 1

    # The kernel of this phone dies while its story is under way.
    anna.write("de kernel viel weg")
    served.seat_of(anna.page).kill()
    anna.send()
    anna.page.evaluate("window.before = true")
    expect(anna.story("de kernel viel weg")).to_be_visible(timeout=WAIT)
    expect(anna.field).to_have_value("", timeout=WAIT)
    assert count(hall, Verhaal, anna) == 2

    # The whole server stops, and starts again.
    anna.write("de server viel weg")
    facilitator.page.evaluate("window.before = true")
    served.stop()
    anna.send()
    expect(anna.page.locator(".vk-dot")).to_contain_text("geen verbinding", timeout=WAIT)
    served.start()
    expect(anna.story("de server viel weg")).to_be_visible(timeout=WAIT)
    facilitator.choose(BUURT)
    expect(facilitator.story("de server viel weg")).to_be_visible(timeout=WAIT)
    for visitor in (anna, facilitator):
        assert visitor.page.evaluate("window.before"), "no page was loaded anew"
    assert count(hall, Verhaal, anna) == 3
    assert hall.session.state().seat_count == 1


def tab_to(page: Page, selector: str, most: int = 120) -> None:
    """Press Tab until the focus is on what the selector finds."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("(s) => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached with the keyboard")


def test_the_keyboard_and_the_list_do_all_that_the_map_does(hall: Hall) -> None:
    facilitator = hall.facilitator()
    anna, bilal = hall.somebody(), hall.participant()
    keys = anna.page.keyboard

    # Anna: keyboard and list. The code, the role.
    anna.page.goto(anna.address)
    tab_to(anna.page, "#code")
    keys.type(hall.session.code.lower())
    keys.press("Enter")
    expect(anna.page.locator("#vraag")).to_be_visible(timeout=WAIT)
    tab_to(anna.page, "input[name=rol]")
    keys.press("ArrowDown")
    keys.press("Enter")
    anna.ready()
    anna.actor = list(hall.session.state().seats.values())[-1]
    assert anna.actor.role == "fysiek domein gemeente"

    facilitator.start(RECOGNISE)
    facilitator.choose(BUURT)
    anna.follows(ASKED)
    tab_to(anna.page, "[role=tab]")
    keys.press("ArrowRight")
    tab_to(anna.page, "input[type=search]")
    keys.type(BUURT.lower())
    tab_to(anna.page, "[role=option]")
    keys.press("Enter")
    anna.sees_buurt(BUURT)
    tab_to(anna.page, ".vk-answer input")
    keys.press("Space")
    expect(anna.page.locator(".vk-answer .vk-saved")).to_have_text(re.compile(r"bewaard \d"), timeout=WAIT)

    # Bilal: a finger on the map.
    code = next(b.code for b in hall.session.state().buurten if b.name == BUURT)
    bilal.follows(ASKED)
    bilal.page.get_by_role("tab", name="Kaart").tap()
    bilal.page.locator(f'path.vk-buurt[data-code="{code}"]').tap()
    bilal.sees_buurt(BUURT)
    bilal.answer("Herken ik")
    expect(facilitator.page.locator(".vk-bars")).to_contain_text("2 stemmen", timeout=WAIT)
    answers = [a for a in hall.session.state().answers.values()]
    assert [(a.buurt, a.recognition) for a in answers] == [(code, "herken")] * 2

    # Anna tells, corrects and withdraws.
    facilitator.start(TELL)
    anna.follows("verhaal")
    tab_to(anna.page, ".vk-form textarea")
    keys.type("In de portiek groet iedereen elkaar.")
    tab_to(anna.page, "[data-k=save]")
    keys.press("Enter")
    expect(anna.story("groet iedereen")).to_be_visible(timeout=WAIT)
    tab_to(anna.page, ".vk-story [data-k^=b]")
    keys.press("Enter")
    expect(anna.field).to_be_focused(timeout=WAIT)
    expect(anna.field).to_have_value("In de portiek groet iedereen elkaar.")
    keys.press("Control+End")
    keys.type(" Bijna iedereen.")
    tab_to(anna.page, "[data-k=save]")
    keys.press("Enter")
    expect(anna.story("Bijna iedereen")).to_contain_text("verbeterd", timeout=WAIT)
    tab_to(anna.page, ".vk-story [data-k^=t]")
    keys.press("Enter")
    tab_to(anna.page, ".vk-story [data-k^=ja]")
    keys.press("Enter")
    expect(anna.page.locator(".vk-story")).to_have_count(0, timeout=WAIT)
    (story,) = hall.session.state().contributions.values()
    assert story.withdrawn and story.text is None


HOSTILE = {
    "html": "<b onmouseover=window.hacked=1>vet</b><img src=x onerror=window.hacked=1>",
    "script": "</script><script>window.hacked=1;alert(1)</script>",
    "formula": '=HYPERLINK("http://voorbeeld.invalid","klik")',
    "template": "{{ 7*7 }} ${window.hacked=1} [a](javascript:window.hacked=1) $x^2$",
    "vertical tab": "voor\x0bna",
    "surrogates": "half \ud800 en \udc00 half",
    "right to left": "\u202eomgekeerd\u202c مرحبا بالحي",
    "emoji": "👩‍👩‍👧‍👦🏘️" * 40,
    "one word": "Aaneengeschreven" * 20,
}
SHOWN = HOSTILE | {
    "vertical tab": "voor\nna",
    "surrogates": "half en half",
    "right to left": "omgekeerd مرحبا بالحي",
}


def test_hostile_text_is_shown_as_it_is_and_does_nothing(hall: Hall, tmp_path: Path) -> None:
    facilitator, screen = hall.facilitator(), hall.screen()
    anna, bilal = hall.participant(), hall.participant()
    facilitator.start(TELL)
    anna.follows("verhaal")
    anna.choose(BUURT)
    for text in HOSTILE.values():
        anna.field.evaluate(
            "(field, codes) => { field.value = String.fromCharCode(...codes);"
            "field.dispatchEvent(new Event('input', {bubbles: true})); }",
            _utf16(text),
        )
        anna.save()
    anna.write("honderdduizend " * 6700)
    expect(anna.saved).to_contain_text("tekens te lang")
    expect(anna.page.locator(".vk-form:visible [data-k=save]")).to_be_disabled()
    anna.reload()
    anna.choose(BUURT)
    assert len(anna.field.input_value()) == 15 * 6700, "what was typed stays in the field"
    anna.write("")

    facilitator.choose(BUURT)
    buttons = facilitator.page.locator(".vk-stories").get_by_role("button", name="toon", exact=True)
    for left in range(len(HOSTILE), 0, -1):
        expect(buttons).to_have_count(left, timeout=WAIT)
        buttons.first.click()
    facilitator.reveal("alles")
    bilal.choose(BUURT)
    for visitor in (anna, bilal, facilitator, screen):
        texts = visitor.page.locator(".vk-story-text")
        expect(texts).to_have_count(len(HOSTILE), timeout=WAIT)
        seen = {
            re.sub(r"[ \u2066-\u2069\u202a-\u202e]+", " ", text).strip() for text in texts.all_inner_texts()
        }
        assert seen == {re.sub(" +", " ", text) for text in SHOWN.values()}
        assert not visitor.page.evaluate("'hacked' in window")
        assert not visitor.wider_than_the_window
        assert not visitor.page.locator(".vk-story :is(img, script, a, b)").count()
    notes = facilitator.export("Markdown", tmp_path).read_text(encoding="utf-8")
    assert not re.search(r"(?<!\\)(<script|<img|\]\(javascript)", notes)


def _utf16(text: str) -> list[int]:
    raw = text.encode("utf-16-le", "surrogatepass")
    return [int.from_bytes(raw[i : i + 2], "little") for i in range(0, len(raw), 2)]


def test_forged_messages_change_nothing_that_their_sender_may_not_change(hall: Hall) -> None:
    facilitator, anna = hall.facilitator(), hall.participant()
    mallory = hall.somebody()
    mallory.page.add_init_script(KEEP_SOCKETS)
    mallory.join(hall.session.code, "Anders")
    facilitator.start(TELL)
    for person in (anna, mallory):
        person.follows("verhaal")
        person.choose(BUURT)
    anna.write("geheim-van-anna")
    anna.save()
    (theirs,) = hall.session.state().contributions
    before = hall.session.events()

    done = mallory.page.evaluate(FORGE, {"target": theirs, "buurt": hall.session.state().buurten[0].code})
    assert done["comms"] > 8, "the forger must have reached the widgets of the own page"
    assert done["refused"] > 20, "and they must have answered"
    assert done["agreed"] == []
    assert set(done["kinds"]) <= {"state", "update", "custom", "open", "close", "pong"}
    assert hall.session.events() == before
    assert not mallory.told("geheim-van-anna")

    # The others notice nothing, and the forger has the same rights as before.
    facilitator.start(RECOGNISE)
    anna.follows(ASKED)
    mallory.errors.clear()
    mallory.reload()
    mallory.follows(ASKED)
    mallory.choose(BUURT)
    mallory.answer("Deels")
    assert len(hall.session.events()) == len(before) + 2


KEEP_SOCKETS = """
window.kept = [];
window.WebSocket = class extends window.WebSocket {
  constructor(...args) { super(...args); window.kept.push(this); }
};
"""

# What a curious visitor could send from the console of the browser, over the websocket of the page itself.
FORGE = """
async ({ target, buurt }) => {
  const socket = window.kept.findLast((s) => s.readyState === 1);
  const heard = [];
  socket.addEventListener("message", ({ data }) => heard.push(JSON.parse(data)));
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const until = async (found) => { for (let i = 0; i < 200 && !found(); i++) await pause(50); return found(); };
  let sent = 0;
  // Not faster than the server accepts: a page that floods is cut off, and then nothing would be tried.
  const send = async (frame) => { socket.send(JSON.stringify(frame)); if (++sent > 100) await pause(45); };

  await send({ t: "hello", snapshot: "" });
  const state = await until(() => heard.find((m) => m.t === "state"));
  const comms = Object.keys(state.models).filter((id) => state.models[id].s.channel);

  const commands = [
    ["start", { step: "herkennen" }], ["tijd", { step: "verhalen", minutes: 500 }], ["stop", {}], ["heropen", {}],
    ["onthul", { step: "verhalen", level: "alles" }], ["laag", { layer: "verhalen" }], ["doe", {}],
    ["beoordeel", { id: target, decision: "getoond", reason: "" }], ["export", { format: "xlsx", variant: "tafel" }],
    ["trek_in", { id: target }], ["trek_in", { id: "' OR 1=1" }],
    ["antwoord", { step: "verhalen", buurt, recognition: "herken", direction: null }],
    ["antwoord", { step: "herkennen", buurt, recognition: "herken", direction: null }],
    ["antwoord", { step: "herkennen", buurt, recognition: "geheel", direction: 3 }],
    ["bewaar", { step: "opvallen", buurt, text: "te vroeg" }],
    ["bewaar", { step: "bestaat-niet", buurt, text: "x" }],
    ["bewaar", { step: "verhalen", buurt: "BU00000000", text: "x" }],
    ["bewaar", { step: "verhalen", buurt, text: "x".repeat(60000) }],
    ["bewaar", { step: "verhalen", buurt, text: "x", replaces: target }],
    ["bewaar", { step: "verhalen", buurt, text: "x", consent: "iedereen" }],
    ["bewaar", { step: "verhalen", buurt, text: "x", seat: "begeleider", role: "bestuur" }],
    ["__class__", {}], ["submit", {}],
  ];
  const traits = { kind: "begeleider", items: [{ id: target }], closed: false, step: "herkennen", layer: "verhalen",
                   storage_key: "x", teksten: {}, disabled_reason: "", children: [] };
  for (const m of comms) {
    for (const [i, [name, body]] of commands.entries()) {
      await send({ t: "custom", m, d: { type: "command", nonce: `smeedijzer-${m.slice(0, 8)}-${i}`, name, body } });
    }
  }
  for (const m of Object.keys(state.models)) await send({ t: "update", m, d: traits });
  const made = { _model_name: "HTMLModel", _model_module: "@jupyter-widgets/controls", value: "<b>x</b>" };
  await send({ t: "open", m: "0".repeat(32), d: { s: made, b: [] } });
  await send({ t: "execute_request", d: { code: "open('gehackt', 'w')", silent: false } });
  await send({ t: "custom", m: "veerkracht.seat", d: { do: "sit", launch: { app: "begeleider" } } });
  await send({ t: "shutdown_request", d: { restart: false } });
  await send({ t: "custom", m: comms[0], d: null });
  socket.send("geen json");
  socket.send(new Uint8Array(4000));
  // Everything the seat holds, as the page itself asks for it.
  const before = heard.filter((m) => m.t === "state").length;
  await send({ t: "hello", snapshot: "" });
  await until(() => heard.filter((m) => m.t === "state").length > before);
  await pause(500);
  const acks = heard.map((m) => m.d).filter((c) => c?.nonce?.startsWith("smeedijzer"));
  return { comms: comms.length, kinds: heard.map((m) => m.t), refused: acks.filter((a) => !a.ok).length,
           agreed: acks.filter((a) => a.ok) };
}
"""


def test_the_facilitator_leads_and_the_room_follows(hall: Hall) -> None:
    facilitator, second = hall.facilitator(), hall.facilitator()
    anna = hall.participant()

    # A start button that is pressed twice starts once, in every window.
    facilitator.start_button(TELL).dblclick()
    for window in (facilitator, second):
        expect(window.page.locator(".vk-step-nu")).to_contain_text(TELL, timeout=WAIT)
    anna.follows("verhaal")
    assert sum(isinstance(event.payload, StepStarted) for event in hall.session.events()) == 1

    # More and less time.
    assert 18 < _minutes(anna) <= 20
    facilitator.page.get_by_role("button", name="5 minuten erbij").click()
    expect(anna.page.locator(".vk-clock")).to_have_text(re.compile(r"2[34]:"), timeout=WAIT)
    for _ in range(2):
        second.page.get_by_role("button", name="5 minuten eraf").click()
    expect(anna.page.locator(".vk-clock")).to_have_text(re.compile(r"1[34]:"), timeout=WAIT)

    # Given back with a reason, corrected, shown, held, undone.
    anna.choose(BUURT)
    anna.write("Bij de familie Voorbeeld is het altijd raak.")
    anna.save()
    facilitator.judge("familie Voorbeeld", "geef terug")
    facilitator.page.get_by_label("Reden, de schrijver leest die").fill("Graag zonder naam.")
    facilitator.page.get_by_role("button", name="Geef terug met deze reden").click()
    mine = anna.story("familie Voorbeeld")
    expect(mine).to_contain_text("Graag zonder naam.", timeout=WAIT)
    expect(mine).to_contain_text("teruggegeven")
    mine.get_by_role("button", name="verbeter").click()
    expect(anna.field).to_have_value("Bij de familie Voorbeeld is het altijd raak.", timeout=WAIT)
    anna.write("Op de hoek is het altijd raak.")
    anna.send()
    for window in (facilitator, second):
        expect(window.story("Op de hoek")).to_contain_text("nog niet getoond", timeout=WAIT)
        expect(window.page.get_by_text("familie Voorbeeld")).to_have_count(0)
    facilitator.judge("Op de hoek", "toon")
    expect(second.story("Op de hoek")).to_contain_text("zichtbaar voor de zaal", timeout=WAIT)
    facilitator.judge("Op de hoek", "maak ongedaan")
    expect(anna.story("Op de hoek")).to_contain_text("nog niet getoond", timeout=WAIT)
    second.judge("Op de hoek", "toon")
    expect(facilitator.story("Op de hoek")).to_contain_text("zichtbaar voor de zaal", timeout=WAIT)
    facilitator.judge("Op de hoek", "houd vast")
    expect(second.story("Op de hoek")).to_contain_text("nog niet getoond", timeout=WAIT)

    # Closed while somebody is typing, and opened again.
    anna.write("hier was ik mee bezig")
    facilitator.page.get_by_role("button", name="Sluit de sessie").click()
    facilitator.page.get_by_role("button", name="Ja, sluit").click()
    expect(anna.page.locator(".vk-closed")).to_contain_text("De sessie is gesloten.", timeout=WAIT)
    expect(anna.field).to_be_disabled()
    expect(anna.field).to_have_value("hier was ik mee bezig")
    expect(anna.page.locator(".vk-form:visible [data-k=save]")).to_be_disabled()
    second.page.get_by_role("button", name="Heropen de sessie").click()
    expect(anna.field).to_be_enabled(timeout=WAIT)
    anna.save()
    expect(facilitator.story("hier was ik mee bezig")).to_be_visible(timeout=WAIT)


def _minutes(anna: Any) -> float:
    clock = anna.page.locator(".vk-clock")
    expect(clock).to_have_text(re.compile(r"\d+:\d\d"), timeout=WAIT)
    minutes, seconds = clock.inner_text().split(":")
    return int(minutes) + int(seconds) / 60
