// Shared by all widgets of a page, loaded once. Text only ever becomes a text node.

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "g", "path", "rect", "circle", "line", "polyline", "pattern", "defs"]);
const PROPERTIES = new Set(["value", "checked", "disabled", "open", "hidden", "selected"]);

export function h(tag, props, ...children) {
  const node = SVG_TAGS.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [key, value] of Object.entries(props || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(key.slice(2), value);
    else if (key.startsWith("on")) continue;
    else if (key === "vars") for (const [name, v] of Object.entries(value)) node.style.setProperty(name, v);
    else if (PROPERTIES.has(key)) node[key] = value;
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...nodes(children));
  return node;
}

const nodes = (children) => children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false && c !== "");

// Texts of people: own direction, own line breaks, never a word wider than the screen.
export const free = (text, props) => h("div", { dir: "auto", ...props, class: "vk-free " + (props?.class || "") }, text);

export const fill = (template, values) =>
  String(template).replace(/\{(\w+)\}/g, (_, key) => (key in values ? values[key] : ""));

// What is read out, in one region for the whole page: a region that is itself drawn anew is read twice, or not at all.
// Of what follows fast on itself only the last is read.
const region = h("div", { class: "vk-hidden", role: "status" });
const unsaid = new Map();
let speaking = 0;
export function say(text, about = text) {
  if (!region.isConnected) document.body.append(region);
  unsaid.set(about, text);
  clearTimeout(speaking);
  speaking = setTimeout(() => {
    region.replaceChildren(...[...unsaid.values()].filter(Boolean).map((words) => h("p", { dir: "auto" }, words)));
    unsaid.clear();
    speaking = setTimeout(() => region.replaceChildren(), 5000);
  }, 500);
}
const sayings = (el) => new Map([...el.querySelectorAll("[data-say]")].map((node) => [node.dataset.say, node.textContent]));

const lost = new WeakMap();

// Draw anew without losing focus or opened details of elements that carry the same data-k. An element that goes gives
// its focus to the one that its data-else names; what carries data-say is read out when it changes.
export function redraw(el, ...children) {
  const fresh = nodes(children);
  if (fresh.length && fresh.length === el.childNodes.length && fresh.every((node, i) => node === el.childNodes[i])) return;
  const focused = el.contains(document.activeElement) ? document.activeElement : null;
  const before = focused ? [focused.dataset.k, focused.dataset.else].filter(Boolean) : document.activeElement === document.body && lost.get(el);
  const said = el.hasChildNodes() && sayings(el);
  const open = new Map([...el.querySelectorAll("details[data-k]")].map((d) => [d.dataset.k, d.open]));
  el.replaceChildren(...fresh);
  for (const d of el.querySelectorAll("details[data-k]")) if (open.has(d.dataset.k)) d.open = open.get(d.dataset.k);
  if (said) for (const [about, text] of sayings(el)) if (said.get(about) !== text) say(text, about);
  const again = (before || []).map((k) => el.querySelector(`[data-k="${CSS.escape(k)}"]:not(:disabled)`)).find(Boolean);
  again?.focus({ preventScroll: true });
  // A button that cannot be pressed for a moment gets the focus back when it can.
  if (before && !again) lost.set(el, before); else lost.delete(el);
}

export function mount({ model, el }, view, onAck) {
  el.classList.add("vk");
  const leave = connect(model, onAck);
  const again = () => redraw(el, view(model.get("teksten")));
  model.on("change", again);
  again();
  return Object.assign(() => { model.off("change", again); leave(); }, { again });
}

export function style(css) {
  const old = document.getElementById("vk-style");
  const node = h("style", { id: "vk-style" }, css);
  if (old) old.replaceWith(node); else document.head.append(node);
}

// Storage of this browser; a browser that refuses it still works until the page closes.
const memory = new Map();
const read = (key) => { try { return localStorage.getItem(key) ?? memory.get(key) ?? null; } catch { return memory.get(key) ?? null; } };
const write = (key, value) => { try { localStorage.setItem(key, value); } catch { memory.set(key, value); } };
const erase = (key) => { memory.delete(key); try { localStorage.removeItem(key); } catch { /* refused */ } };
const stored = (prefix) => {
  let keys = [...memory.keys()];
  try { keys = keys.concat(Object.keys(localStorage)); } catch { /* refused */ }
  return keys.filter((key) => key.startsWith(prefix));
};

export function draft(model, slot) {
  const key = `vk:draft:${model.get("storage_key") || "-"}:${slot}`;
  return {
    get() { try { return JSON.parse(read(key)); } catch { return null; } },
    set(value) { write(key, JSON.stringify(value)); },
    clear() { erase(key); },
  };
}

// The outbox: a command waits here, and in storage, until the server has answered it.
const DAY = 86400000;
const MOST = 200;
const waiting = new Map();
const connection = { online: true, waiting: 0, skew: 0 };
let socket = true;
// Whether this browser lost its network while the page was open. What navigator.onLine says before that proves nothing:
// a laptop without any network says false, and still serves its own pages.
let dark = false;
let ticking = 0;

const place = (model) => `vk:out:${model.get("storage_key")}:${model.get("channel")}:`;
export const now = () => Date.now() + connection.skew;
export const connected = () => ({ ...connection });

function report() {
  const kept = [...waiting.values()].filter((e) => e.keep).length;
  const late = [...waiting.values()].some((e) => !e.patient && Date.now() - e.since > 3000);
  const online = !dark && socket && !late;
  if (online === connection.online && kept === connection.waiting) return;
  Object.assign(connection, { online, waiting: kept });
  window.dispatchEvent(new CustomEvent("vk-connection", { detail: connected() }));
}

function transmit(entry) {
  entry.tries += 1;
  entry.due = Date.now() + Math.min(20000, 1500 * 2 ** entry.tries);
  const { nonce, name, body } = entry;
  try { Promise.resolve(entry.model.send({ type: "command", nonce, name, body })).catch(() => {}); } catch { /* later */ }
}

function tick() {
  for (const entry of waiting.values()) {
    if (Date.now() - entry.at > (entry.keep ? DAY : entry.patient ? 600000 : 60000)) drop(entry);
    else if (!dark && Date.now() >= entry.due) transmit(entry);
  }
  if (!waiting.size) { clearInterval(ticking); ticking = 0; }
  report();
}

function enqueue(entry) {
  waiting.set(entry.nonce, entry);
  if (!dark) transmit(entry);
  ticking ||= setInterval(tick, 1000);
  report();
}

function drop(entry) {
  waiting.delete(entry.nonce);
  erase(entry.key + entry.nonce);
}

const freshNonce = () =>
  [...crypto.getRandomValues(new Uint8Array(12))].map((b) => b.toString(16).padStart(2, "0")).join("");

// keep: survives a reload (a contribution); otherwise the command is forgotten after a minute (a click).
// patient: may take long on the server, which says nothing about the connection.
// instead: comes in the place of what waits under the same word; who changes an answer without a connection gives one.
export function command(model, name, body = {}, { keep = false, patient = false, instead = "" } = {}) {
  return new Promise((resolve) => {
    const entry = { nonce: freshNonce(), name, body, at: Date.now(), since: Date.now(), keep, patient, instead, tries: 0, due: 0, model, resolve, key: place(model) };
    if (instead) for (const e of waiting.values()) if (e.instead === instead && e.key === entry.key) drop(e);
    if (keep && model.get("storage_key") && stored("vk:out:").length < MOST)
      write(entry.key + entry.nonce, JSON.stringify({ name, body, instead, at: entry.at }));
    enqueue(entry);
  });
}

function connect(model, onAck) {
  const hear = (message) => {
    if (message?.type !== "ack") return;
    const entry = waiting.get(message.nonce);
    if (message.now) connection.skew = message.now - Date.now();
    if (!entry || entry.key !== place(model)) return;
    drop(entry);
    report();
    onAck?.(message, entry);
    entry.resolve?.(message);
  };
  model.on("msg:custom", hear);
  // What waits for a model that is gone goes through the one that came in its place.
  const through = (entry) => { if (entry.model !== model) Object.assign(entry, { model, tries: 0, due: 0 }); };
  const same = (other) => other.closed?.signal.aborted && other.get("_anywidget_id") === model.get("_anywidget_id");
  for (const entry of waiting.values()) if (entry.key === place(model) && same(entry.model)) through(entry);
  // In the order in which it was said: a browser keeps it in the order of its names.
  const at = (key) => { try { return JSON.parse(read(key)).at; } catch { return 0; } };
  for (const key of model.get("storage_key") ? stored(place(model)).sort((a, b) => at(a) - at(b)) : []) {
    const nonce = key.slice(place(model).length);
    if (waiting.has(nonce)) { through(waiting.get(nonce)); continue; }
    try { enqueue({ ...JSON.parse(read(key)), nonce, since: Date.now(), keep: true, tries: 0, due: 0, model, key: place(model) }); } catch { erase(key); }
  }
  tick();
  return () => model.off("msg:custom", hear);
}

const retry = () => { for (const entry of waiting.values()) entry.due = 0; tick(); };
window.addEventListener("online", () => { dark = false; retry(); });
window.addEventListener("offline", () => { dark = true; report(); });
// The page around the widgets, where there is one, knows whether the websocket is open.
document.addEventListener("veerkracht:verbinding", (event) => { socket = event.detail.online; if (socket) { dark = false; retry(); } else report(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) retry(); });

// Pieces that several widgets draw.
export const button = (label, onclick, props) =>
  h("button", { type: "button", ...props, class: "vk-button " + (props?.class || ""), onclick }, label);

let radios = 0;
// One group of choices, as native radio buttons: keyboard and screen reader come with them.
export function choices({ label, options, value, onpick, disabled, k, hidden, describedby }) {
  const name = `vk-radio-${(radios += 1)}`;
  const pick = ([key, text]) => h("label", { class: "vk-choice" },
    h("input", { type: "radio", name, value: key, checked: key === value, disabled, "data-k": `${k}:${key}`, onchange: () => onpick(key) }),
    h("span", null, text));
  return h("fieldset", { class: "vk-choices", "aria-describedby": describedby },
    h("legend", { class: hidden ? "vk-hidden" : null }, label), h("div", { class: "vk-row" }, options.map(pick)));
}

let swatches = 0;
// The mark of a class: letter on its colour, with the pattern of the print map.
export function swatch({ letter, colour, pattern }, size = 36) {
  const id = `vk-pattern-${(swatches += 1)}`;
  const lines = { dicht: [5, "M0 5L5 0M-1 1L1 -1M4 6L6 4", 1.4], licht: [9, "M0 9L9 0M-1 1L1 -1M8 10L10 8", 1.1] }[pattern];
  const dots = { stippen: [6, 1.3], "ijle-stippen": [10, 1.3] }[pattern];
  const [step] = lines || dots || [0];
  const tile = step ? h("pattern", { id, width: step, height: step, patternUnits: "userSpaceOnUse" },
    lines ? h("path", { d: lines[1], stroke: "#1a1a1a", "stroke-width": lines[2], opacity: 0.55 })
      : h("circle", { cx: step / 2, cy: step / 2, r: dots[1], fill: "#1a1a1a", opacity: 0.6 })) : null;
  const box = (extra) => h("rect", { x: 1, y: 1, width: 38, height: 38, rx: 6, ...extra });
  return h("span", { class: "vk-swatch", "aria-hidden": "true", vars: { "--size": `${size}px` } },
    h("svg", { viewBox: "0 0 40 40" }, tile && h("defs", null, tile), box({ fill: colour || "#fff" }),
      tile && box({ fill: `url(#${id})` }), box({ fill: "none", stroke: "#444", "stroke-width": 1, "stroke-dasharray": pattern === "leeg" ? "3 3" : null })),
    h("b", null, letter));
}

export function sparkline(values, years) {
  const known = values.filter((v) => v !== null);
  if (known.length < 2) return null;
  const low = Math.min(...known), span = Math.max(...known) - low || 1;
  const x = (i) => 3 + (i * 66) / (values.length - 1), y = (v) => 21 - ((v - low) / span) * 18;
  const runs = values.reduce((d, v, i) => (v === null ? d : `${d}${i && values[i - 1] !== null ? "L" : "M"}${x(i).toFixed(1)} ${y(v).toFixed(1)}`), "");
  const last = values.length - 1 - [...values].reverse().findIndex((v) => v !== null);
  return h("svg", { class: "vk-spark", viewBox: "0 0 72 24", "aria-hidden": "true", "data-years": years },
    h("path", { d: runs }), h("circle", { cx: x(last), cy: y(values[last]), r: 2.6 }));
}

export function problem(t, ack) {
  return h("div", { class: "vk-problem", role: "alert" }, free(ack.message, { class: "vk-strong" }),
    [["verwacht", ack.expected], ["gevonden", ack.got], ["wat_nu", ack.todo]].filter(([, text]) => text)
      .map(([key, text]) => free(`${t[key]}: ${text}`)));
}
