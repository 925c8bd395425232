// A page of a room: asks for the snapshot, for Leaflet and for its kernel at the same time, and draws when all are there.

import { leaflet } from "./zaal_kaart.js";
import { bytes, load, Room, unpack } from "./zaal_modellen.js";
import { ask, wait, Wire } from "./zaal_draad.js";

const byId = (id) => document.getElementById(id);
const place = JSON.parse(byId("plaats").textContent);

// The snapshot is what everybody's page starts from; the kernel tells only what differs. It stays as it came, for when
// the connection comes back. Widgets are loaded as soon as their code is known.
let snapshot = {};

async function picture() {
  if (!place.snapshot) return;
  try {
    // In these modes every browser takes what the preload in the page has fetched; in others Safari fetches it again.
    const answer = await fetch(`/beeld/${place.snapshot}`, { mode: "no-cors", credentials: "include" });
    if (!answer.ok) throw new Error(`snapshot: ${answer.status}`);
    snapshot = (await answer.json()).models;
    for (const { s } of Object.values(snapshot)) if (s._esm) load(s._esm).catch(() => {});
  } catch (error) {
    console.error(error);
    wire.snapshot = "";
    wire.restart();
  }
}

function together(id, { s = {}, b = [] } = {}, whole = false) {
  const base = whole ? undefined : snapshot[id];
  const later = new Set([...Object.keys(s), ...b.map(([path]) => path[0])]);
  return unpack({ s: { ...base?.s, ...s }, b: [...(base?.b ?? []).filter(([path]) => !later.has(path[0])), ...b] });
}

let shown = null;
let taken = false;
let moved = 0; // when this page last got another seat
let fresh = false; // a seat that does not know yet what was chosen

function settle({ root, models, full }) {
  const ids = [...new Set([...(full ? [] : Object.keys(snapshot)), ...Object.keys(models)])];
  // Before it is drawn: nothing that somebody is busy with may go for a moment.
  if (fresh && chooses(ids.map((id) => [id, together(id, models[id], full)]))) return true;
  // What is new first: what changes may refer to it.
  for (const id of ids.sort((a, b) => room.models.has(a) - room.models.has(b))) {
    room.open(id, { ...together(id, models[id], full), ...wire.unheard(id) });
  }
  if (shown?.model === room.of(root)) return;
  shown?.remove();
  shown = room.draw(room.of(root));
  byId("zaal").append(shown.el);
  for (const id of [...room.models.keys()]) if (!ids.includes(id)) room.close(id);
  Promise.race([Promise.all(room.drawing), wait(2000)]).then(ready);
}

function ready() {
  byId("wachten")?.remove();
  document.body.classList.add("klaar");
  restore();
}

const hears = {
  state: settle,
  open: ({ m, d }) => room.open(m, unpack(d)),
  update: ({ m, d, b }) => {
    forget(m, d);
    wire.overruled(m, d);
    room.models.get(m)?.update(unpack({ s: d, b }));
  },
  custom: ({ m, d, b = [] }) => room.custom(m, d, b.map(bytes)),
  close: ({ m }) => room.close(m),
};

// The chosen buurt outlives a reload, as long as the room still talks about the same.
const CHOICE = `vk:keuze:${place.home}`;
const stored = () => { try { return JSON.parse(sessionStorage.getItem(CHOICE)) ?? {}; } catch { return {}; } };
const store = (choice) => { try { sessionStorage.setItem(CHOICE, JSON.stringify(choice)); } catch { /* refused */ } };
const focusOf = (model) => model.get("_state")?.f ?? null;
const chosen = (id, traits) => ("selected" in traits && room.models.get(id)?.get("_codes") ? room.models.get(id) : null);

function remember(id, traits) {
  const model = chosen(id, traits);
  if (model) store({ code: traits.selected, focus: focusOf(model) });
}

function forget(id, traits) {
  if (chosen(id, traits) && traits.selected !== stored().code) store({});
}

function restore() {
  const { code, focus } = stored();
  for (const model of room.models.values()) {
    if (!code || !model.get("_codes")?.includes(code) || focusOf(model) !== focus) continue;
    model.set("selected", code);
    model.save_changes();
  }
}

// Tells another seat what was chosen; true when that was not what it had.
function chooses(states) {
  fresh = false;
  const { code, focus } = stored();
  const map = states.find(([, s]) => code && s.selected !== code && s._codes?.includes(code) && (s._state?.f ?? null) === focus);
  if (map) wire.send({ t: "update", m: map[0], d: { selected: code } });
  return Boolean(map);
}

// The cookie gives the same person another seat, and the page goes on with that one: what is being typed stays where it
// is. Not faster than this, should every seat go at once. What is not a page of this room, or of another version, is
// loaded as such.
async function move() {
  if (performance.now() - moved < 3000) return false;
  const { status, text } = await ask(location.href, 8000, "application/json");
  if (status >= 429) return false;
  let given = {};
  try { given = JSON.parse(text); } catch { /* a page of another kind */ }
  if (!given.kernel || given.version !== place.version) {
    wire.stop(() => location.reload());
    return false;
  }
  const known = place.snapshot;
  byId("plaats").textContent = text;
  Object.assign(place, given);
  Object.assign(wire, { kernel: place.kernel, snapshot: place.snapshot });
  if (place.snapshot !== known) {
    snapshot = {};
    await picture();
  }
  moved = performance.now();
  return (fresh = true);
}

const room = new Room({
  tell(frame) {
    if (frame.t === "update") remember(frame.m, frame.d);
    wire.send(frame);
  },
  missing: () => wire.restart(),
});

const wire = new Wire({
  kernel: place.kernel,
  snapshot: place.snapshot,
  // After this module has run: what fails at once may need the wire.
  begin: Promise.resolve().then(() => Promise.all([picture(), leaflet(place.leaflet)])),
  heard: (frame) => (Object.hasOwn(hears, frame.t) ? hears[frame.t](frame) : console.warn(frame.t)),
  online: (online) => document.dispatchEvent(new CustomEvent("veerkracht:verbinding", { detail: { online } })),
  taken: () => {
    taken = true;
    byId("elders").hidden = false;
  },
  move,
});

// The kernel goes back when the page closes, unless another tab has it. A page that the browser keeps in memory and
// shows again starts anew.
addEventListener("pagehide", () => {
  wire.stop();
  if (taken) return;
  const body = new FormData();
  body.append("_xsrf", place.token);
  navigator.sendBeacon(`/terug/${place.kernel}`, body);
});
addEventListener("pageshow", (event) => event.persisted && location.reload());
