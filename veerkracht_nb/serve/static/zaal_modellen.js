// The widgets of a page: their state, and the elements that show it. What is drawn how stands in KINDS; serve/slim.py
// names the same models, and a page with any other gets the full front end instead of this one.

const text = (value) => JSON.stringify(value ?? null, (_, v) => (v instanceof DataView ? [...bytesOf(v)] : v));
const same = (a, b) => a === b || text(a) === text(b);
const bytesOf = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
export const bytes = (base64) => new DataView(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)).buffer);

// Puts the bytes, which travel beside the JSON, back in their places.
export function unpack({ s, b = [] }) {
  const state = structuredClone(s);
  for (const [path, base64] of b) {
    const inside = path.slice(0, -1).reduce((value, key) => (value[key] ??= {}), state);
    inside[path.at(-1)] = bytes(base64);
  }
  return state;
}

const said = new Set();
export function complain(about, error = "") {
  if (!said.has(about)) console.error(about, error);
  said.add(about);
}

// What an anywidget gets as `model`; the names are those of Jupyter.
class Model {
  #heard = new Map();
  #dirty = new Set();
  views = {};
  closed = new AbortController();

  constructor(id, state, room) {
    Object.assign(this, { model_id: id, state, room, widget_manager: room });
  }

  get(name) { return this.state[name] ?? null; }

  set(name, value) {
    const traits = typeof name === "string" ? { [name]: value } : name;
    for (const changed of this.update(traits)) this.#dirty.add(changed);
  }

  save_changes() {
    const traits = Object.fromEntries([...this.#dirty].map((name) => [name, this.get(name)]));
    this.#dirty.clear();
    if (Object.keys(traits).length) this.room.tell({ t: "update", m: this.model_id, d: traits });
  }

  send(content) { this.room.tell({ t: "custom", m: this.model_id, d: content }); }

  on(names, handler) {
    for (const name of names.split(/\s+/)) this.#heard.set(name, (this.#heard.get(name) ?? new Set()).add(handler));
  }

  off(names, handler) {
    for (const name of names ? names.split(/\s+/) : this.#heard.keys()) {
      if (handler) this.#heard.get(name)?.delete(handler);
      else this.#heard.get(name)?.clear();
    }
  }

  fire(name, ...values) {
    for (const handler of [...(this.#heard.get(name) ?? [])]) {
      try { handler(...values); } catch (error) { console.error(name, error); }
    }
  }

  update(traits) {
    const changed = Object.keys(traits).filter((name) => !same(this.state[name], traits[name]));
    Object.assign(this.state, traits);
    for (const name of changed) this.fire(`change:${name}`, this, this.get(name));
    if (changed.length) this.fire("change", this);
    return changed;
  }
}

// One element of one model. What is undone when it goes is noted where it is done.
class View {
  #undo = [];

  constructor(model, room) {
    Object.assign(this, { model, room, el: document.createElement("div") });
    this.el.className = "lm-Widget";
  }

  undo(step) { this.#undo.push(step); }

  listen(model, names, handler) {
    model.on(names, handler);
    this.undo(() => model.off(names, handler));
    handler();
  }

  // One view for each model that a trait refers to, made and removed as the trait changes.
  each(trait, place = () => {}) {
    const views = new Map();
    const drop = (model) => { views.get(model).remove(); views.delete(model); };
    const follow = () => {
      if (this.gone) return;
      const references = [this.model.get(trait) ?? []].flat();
      const wanted = new Set(references.map((reference) => this.room.find(reference, follow)).filter(Boolean));
      for (const model of [...views.keys()]) if (!wanted.has(model)) drop(model);
      for (const model of wanted) if (!views.has(model)) views.set(model, this.room.draw(model, this));
      place([...wanted].map((model) => views.get(model)));
    };
    this.listen(this.model, `change:${trait}`, follow);
    this.undo(() => [...views.keys()].forEach(drop));
  }

  // The calls that a widget may make on the view of a map. Nothing of it goes to the kernel.
  once(name, step) { if (name === "remove") this.undo(step); }
  send() {}
  touch() {}

  remove() {
    for (const step of this.#undo.splice(0).reverse()) {
      try { step(); } catch (error) { console.error(error); }
    }
    this.gone = true;
    this.el.remove();
  }
}

function dress(view) {
  const { el, model, room } = view;
  let classes = [];
  view.listen(model, "change:_dom_classes", () => {
    el.classList.remove(...classes);
    el.classList.add(...(classes = model.get("_dom_classes") ?? []));
  });
  let layout = null;
  const style = () => {
    for (const [name, value] of Object.entries(layout?.state ?? {})) {
      if (!name.startsWith("_")) el.style.setProperty(name.replaceAll("_", "-"), value ?? "");
    }
  };
  const leave = () => layout?.off("change", style);
  view.listen(model, "change:layout", () => {
    leave();
    layout = room.of(model.get("layout"));
    layout?.on("change", style);
    style();
  });
  view.undo(leave);
}

const box = (...names) => (view) => {
  const { el } = view;
  el.classList.add("lm-Panel", "jupyter-widgets", "widget-container", "widget-box", ...names);
  // Nothing moves that stands where it should; what must move keeps the focus.
  view.each("children", (views) => {
    const focused = el.contains(document.activeElement) ? document.activeElement : null;
    views.forEach((child, i) => { if (el.children[i] !== child.el) el.insertBefore(child.el, el.children[i] ?? null); });
    if (focused?.isConnected && document.activeElement !== focused) focused.focus({ preventScroll: true });
  });
};

// Anywidgets. A module is imported once per text, however many models have it.
const modules = new Map();
const styles = new Set();

export function load(esm) {
  if (!modules.has(esm)) {
    const url = URL.createObjectURL(new Blob([esm], { type: "text/javascript" }));
    modules.set(esm, import(url).finally(() => URL.revokeObjectURL(url)));
  }
  return modules.get(esm);
}

const experimental = { invoke: () => Promise.reject(new Error("not on this page")) };

async function start(model) {
  const css = model.get("_css");
  if (css && !styles.has(css)) {
    styles.add(css);
    document.head.append(Object.assign(document.createElement("style"), { textContent: css }));
  }
  const { default: given } = await load(model.get("_esm"));
  const widget = typeof given === "function" ? await given() : given;
  const { signal } = model.closed;
  const stop = await widget.initialize?.({ model, signal, experimental });
  if (typeof stop === "function") signal.addEventListener("abort", stop);
  return widget;
}

function anywidget(view) {
  const { el, model, room } = view;
  const gone = new AbortController();
  view.undo(() => gone.abort());
  const drawing = (async () => {
    try {
      const widget = await model.widget;
      if (gone.signal.aborted) return;
      const stop = await widget.render?.({ model, el, signal: gone.signal, experimental });
      if (typeof stop !== "function") return;
      if (gone.signal.aborted) stop();
      else view.undo(stop);
    } catch (error) { complain(`${model.get("_anywidget_id")} does not work`, error); }
    room.drawing.delete(drawing);
  })();
  room.drawing.add(drawing);
}

const nothing = () => {};

export const KINDS = {
  "@jupyter-widgets/base LayoutModel": nothing,
  "@jupyter-widgets/controls BoxModel": box(),
  "@jupyter-widgets/controls HBoxModel": box("widget-hbox"),
  "@jupyter-widgets/controls VBoxModel": box("widget-vbox"),
  "anywidget AnyModel": anywidget,
};

// All models of a page, by id.
export class Room {
  models = new Map();
  drawing = new Set();
  #asked = new Map();

  // `tell` sends a frame; `missing` asks for everything anew.
  constructor({ tell, missing }) { Object.assign(this, { tell, missing }); }

  // A model that nothing led to when this page asked, or that came while nobody heard, is asked for once.
  find(reference, then) {
    const model = this.of(reference);
    if (!model) {
      if (!this.#asked.has(reference)) this.missing();
      this.#asked.set(reference, then);
    }
    return model;
  }

  of(reference) { return this.models.get(String(reference ?? "").replace(/^IPY_MODEL_/, "")); }

  async get_model(id) {
    if (!this.models.has(id)) throw new Error(`no model ${id}`);
    return this.models.get(id);
  }

  // A model that is known already gets this state and no other.
  open(id, state) {
    const known = this.models.get(id);
    if (known) {
      const gone = Object.keys(known.state).filter((name) => !(name in state));
      known.update({ ...Object.fromEntries(gone.map((name) => [name, null])), ...state });
      return;
    }
    const model = new Model(id, state, this);
    this.models.set(id, model);
    // Starts when all models that came with it are there.
    if (state._esm) model.widget = Promise.resolve().then(() => start(model));
    model.widget?.catch(() => {});
    const asked = this.#asked.get(`IPY_MODEL_${id}`);
    if (asked) queueMicrotask(asked);
  }

  // What comes while a widget is still starting waits for it.
  async custom(id, content, buffers) {
    const model = this.models.get(id);
    try { await model?.widget; } catch { return; }
    model?.fire("msg:custom", content, buffers);
  }

  close(id) {
    const model = this.models.get(id);
    if (!model) return;
    this.models.delete(id);
    for (const view of Object.values(model.views)) view.then((drawn) => drawn.remove());
    model.closed.abort();
    model.off();
  }

  draw(model, parent = null) {
    const view = Object.assign(new View(model, this), { parent });
    const key = crypto.getRandomValues(new Uint32Array(2)).join("-");
    model.views[key] = Promise.resolve(view);
    view.undo(() => delete model.views[key]);
    const kind = `${model.get("_model_module")} ${model.get("_model_name")}`;
    if (!Object.hasOwn(KINDS, kind)) complain(`${kind} cannot be shown on this page`);
    else {
      dress(view);
      KINDS[kind](view);
    }
    return view;
  }
}
