// What map, list and legend share: state that follows small messages, swatches, words.
const NS = "http://www.w3.org/2000/svg";

const svgEl = (tag, attributes = {}, parent = null) => {
  const node = document.createElementNS(NS, tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (parent) parent.append(node);
  return node;
};

const htmlEl = (tag, className = "", text = null, parent = null) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== null) node.textContent = text;
  if (parent) parent.append(node);
  return node;
};

// Runs once per page and model. The state is changed in place: setting it would send it back to the kernel, and a
// view that opens later must find what is shown now. Views hear the same message after this handler.
const followState = ({ model }) => {
  const ask = () => model.send({ ask: "state", n: model.get("_state").n });
  // A phone that slept or lost the network may have missed the last message without knowing it.
  const awake = () => { if (document.visibilityState === "visible") ask(); };
  document.addEventListener("visibilitychange", awake);
  window.addEventListener("online", awake);
  model.on("msg:custom", (message) => {
    const state = model.get("_state");
    if (!message || typeof message.n !== "number") return;
    message.fresh = message.n === state.n + 1;
    if (message.n > state.n + 1) ask();
    if (!message.fresh) return;
    state.n = message.n;
    for (const part of ["c", "m"]) {
      for (const [code, value] of Object.entries(message[part] ?? {})) {
        if (value === null) delete state[part][code];
        else state[part][code] = value;
      }
    }
    if ("f" in message) state.f = message.f;
  });
  return () => {
    document.removeEventListener("visibilitychange", awake);
    window.removeEventListener("online", awake);
  };
};

const changedCodes = (message, before) => {
  const codes = new Set([...Object.keys(message.c ?? {}), ...Object.keys(message.m ?? {})]);
  if ("f" in message) [before, message.f].forEach((code) => code && codes.add(code));
  return codes;
};

// "Niet te bepalen" is a question, not a letter.
const letterOf = (entry) => (!entry ? "" : entry.pattern === "leeg" ? "?" : entry.letter);

const wordsOf = (model, index, code) => {
  const texts = model.get("_texts");
  const { heading, items } = model.get("_palette");
  const state = model.get("_state");
  const entry = items[state.c[code]];
  const [answered, count] = state.m[code] ?? [0, null];
  const words = [model.get("_names")[index]];
  if (model.get("_water").includes(index)) words.push(texts.water);
  if (entry) {
    const called = entry.pattern === "leeg" ? heading : [heading, entry.letter].filter(Boolean).join(" ");
    words.push([called, entry.label].filter(Boolean).join(": "));
  }
  if (state.f === code) words.push(texts.focus);
  if (answered) words.push(texts.answered);
  if (count !== null) words.push(`${count} ${count === 1 ? texts.contribution : texts.contributions}`);
  return words.join(", ");
};

const isDark = (colour) => {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour);
  if (!hex) return false;
  const [r, g, b] = hex.slice(1).map((part) => parseInt(part, 16));
  return 0.299 * r + 0.587 * g + 0.114 * b < 120;
};

// Patterns stay apart in black and white: two densities of lines, two of dots, plain, and empty with a grey edge.
const PATTERNS = {
  dicht: { size: 6, draw: (p, ink) => svgEl("path", { d: "M-1,1l2,-2M0,6l6,-6M5,7l2,-2", stroke: ink, "stroke-width": 1.7 }, p) },
  licht: { size: 11, draw: (p, ink) => svgEl("path", { d: "M-1,1l2,-2M0,11l11,-11M10,12l2,-2", stroke: ink, "stroke-width": 1.3 }, p) },
  stippen: { size: 8, draw: (p, ink) => [[2, 2], [6, 6]].forEach(([cx, cy]) => svgEl("circle", { cx, cy, r: 1.25, fill: ink }, p)) },
  "ijle-stippen": { size: 16, draw: (p, ink) => [[4, 4], [12, 12]].forEach(([cx, cy]) => svgEl("circle", { cx, cy, r: 1.5, fill: ink }, p)) },
  // Broad and light, the other way round: told from the dark lines of a class also in black and white.
  onzeker: { size: 14, draw: (p) => svgEl("path", { d: "M-2,-2l18,18M-2,12l4,4M12,-2l4,4", stroke: "rgba(255,255,255,.85)", "stroke-width": 4.6 }, p) },
};

const addPattern = (defs, id, entry, scale = 1) => {
  const pattern = PATTERNS[entry.pattern];
  if (!pattern) return entry.pattern === "leeg" ? "#ffffff" : entry.colour;
  const size = pattern.size;
  const node = svgEl("pattern", { id, width: size, height: size, patternUnits: "userSpaceOnUse", patternTransform: `scale(${scale})` }, defs);
  svgEl("rect", { width: size, height: size, fill: entry.colour }, node);
  pattern.draw(node, isDark(entry.colour) ? "rgba(255,255,255,.62)" : "rgba(20,28,38,.5)");
  return `url(#${id})`;
};

// Each widget of a page loads this file anew, so a count alone would give two widgets the same id.
const scope = Math.random().toString(36).slice(2, 10);
let serial = 0;
const uniqueId = (name) => `vk-${name}-${scope}-${++serial}`;

// A square with the pattern of a class and its letter, for list and legend. Where there are many of them, `fills` has
// the patterns by class, so that not each brings its own.
const swatch = (entry, size = 28, fills = null) => {
  const svg = svgEl("svg", { viewBox: "0 0 28 28", width: size, height: size, class: "vk-staal", "aria-hidden": "true" });
  if (!entry) {
    svgEl("rect", { x: 1, y: 1, width: 26, height: 26, rx: 5, fill: "none", stroke: "#9aa3ab", "stroke-dasharray": "3 3" }, svg);
    return svg;
  }
  const fill = fills?.get(entry) ?? addPattern(svgEl("defs", {}, svg), uniqueId("staal"), entry);
  svgEl("rect", { x: 1, y: 1, width: 26, height: 26, rx: 5, fill, stroke: entry.pattern === "leeg" ? "#7b858d" : "rgba(20,28,38,.35)" }, svg);
  svgEl("text", { x: 14, y: 14.5, class: "vk-letter", "font-size": 15 }, svg).textContent = letterOf(entry);
  return svg;
};

const reducedMotion = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

const choose = (model, code) => {
  if (model.get("selected") === code) return;
  model.set("selected", code);
  model.save_changes();
};
