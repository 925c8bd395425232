// The list does all that the map does: the same words, marks and choice, with the keyboard.

class List {
  constructor(model, el) {
    Object.assign(this, { model, el, off: [], rows: new Map() });
    this.codes = model.get("_codes");
    this.texts = model.get("_texts");
    el.classList.add("vk-lijst");
    if (this.codes.length > model.get("_search_from")) this.search();
    this.box = htmlEl("div", "vk-lijst-rollen", null, el);
    this.box.setAttribute("role", "listbox");
    this.box.setAttribute("aria-label", this.texts.list);
    model.get("_wijken").forEach(([name, places]) => this.wijk(name, places));
    this.nothing = htmlEl("p", "vk-lijst-niets", this.texts.nothing, el);
    this.nothing.hidden = true;
    this.codes.forEach((code) => this.paint(code));
    this.rove(model.get("selected") ?? this.order[0]);
    this.listen();
  }

  get order() { return [...this.rows.keys()].filter((code) => !this.rows.get(code).hidden); }

  search() {
    const id = uniqueId("zoek");
    const field = htmlEl("div", "vk-lijst-zoek", null, this.el);
    const label = htmlEl("label", "", this.texts.search, field);
    label.htmlFor = id;
    this.input = htmlEl("input", "", null, field);
    Object.assign(this.input, { id, type: "search", autocomplete: "off", spellcheck: false });
    this.said = htmlEl("span", "vk-lijst-gevonden", "", field);
    this.said.setAttribute("aria-live", "polite");
    this.input.addEventListener("input", () => this.filter());
  }

  wijk(name, places) {
    const group = htmlEl("div", "vk-wijk", null, this.box);
    group.setAttribute("role", "group");
    if (name) {
      const heading = htmlEl("div", "vk-wijk-naam", name, group);
      heading.id = uniqueId("wijk");
      heading.dir = "auto";
      group.setAttribute("aria-labelledby", heading.id);
    }
    for (const i of places) {
      const row = htmlEl("div", "vk-rij", null, group);
      row.setAttribute("role", "option");
      row.dataset.code = this.codes[i];
      this.rows.set(this.codes[i], row);
    }
  }

  listen() {
    const { model } = this;
    const on = (name, handler) => { model.on(name, handler); this.off.push(() => model.off(name, handler)); };
    on("msg:custom", (message) => {
      if (!message?.fresh) return;
      for (const code of changedCodes(message, this.focusCode)) if (this.rows.has(code)) this.paint(code);
      this.focusCode = model.get("_state").f;
    });
    on("change:_state change:_palette", () => this.codes.forEach((code) => this.paint(code)));
    on("change:selected", () => this.select());
    this.focusCode = model.get("_state").f;
    this.box.addEventListener("click", (e) => {
      const code = e.target.closest(".vk-rij")?.dataset.code;
      if (code) { this.rove(code); choose(model, code); }
    });
    this.box.addEventListener("keydown", (e) => this.key(e));
    this.shown = model.get("selected");
    this.select();
    this.observer = new ResizeObserver(() => this.scroll());
    this.observer.observe(this.box);
  }

  paint(code) {
    const { model } = this;
    const row = this.rows.get(code);
    const i = this.codes.indexOf(code);
    const { heading, items } = model.get("_palette");
    const state = model.get("_state");
    const entry = items[state.c[code]];
    const [answered, count] = state.m[code] ?? [0, null];
    const wet = model.get("_water").includes(i);
    row.replaceChildren(swatch(entry));
    const words = htmlEl("span", "vk-rij-woorden", null, row);
    htmlEl("span", "vk-rij-naam", model.get("_names")[i], words).dir = "auto";
    const second = [wet ? this.texts.water : "", entry ? entry.label : ""].filter(Boolean).join(" · ");
    if (second) htmlEl("span", "vk-rij-klasse", second, words);
    if (state.f === code) htmlEl("span", "vk-rij-nu", this.texts.focus, words);
    if (count !== null) htmlEl("span", "vk-rij-telling", String(count), row);
    if (answered) {
      const svg = svgEl("svg", { viewBox: "-9 -9 18 18", width: 22, height: 22, class: "vk-vink", "aria-hidden": "true" }, row);
      svgEl("circle", { r: 8 }, svg);
      svgEl("path", { d: "M-3.6,0.3l2.5,2.6l4.7,-5.4" }, svg);
    }
    row.classList.toggle("vk-rij-focus", state.f === code);
    row.setAttribute("aria-label", wordsOf(model, i, code));
    row.setAttribute("aria-selected", String(model.get("selected") === code));
    row.tabIndex = this.roving === code ? 0 : -1;
  }

  select() {
    const code = this.model.get("selected");
    for (const old of [this.shown, code]) if (old && this.rows.has(old)) this.rows.get(old).setAttribute("aria-selected", String(old === code));
    this.shown = code;
    if (!code || !this.rows.has(code)) return;
    this.rove(code);
    this.scroll();
  }

  // Only this list scrolls, never the page under somebody's hands; again when its tab is opened.
  scroll() {
    const [row, box] = [this.rows.get(this.shown), this.box];
    if (!row || !box.clientHeight) return;
    const top = row.offsetTop - box.offsetTop;
    if (top < box.scrollTop || top + row.offsetHeight > box.scrollTop + box.clientHeight) box.scrollTop = top - box.clientHeight / 3;
  }

  rove(code) {
    if (this.roving && this.rows.has(this.roving)) this.rows.get(this.roving).tabIndex = -1;
    this.roving = code;
    if (code && this.rows.has(code)) this.rows.get(code).tabIndex = 0;
  }

  key(e) {
    const code = e.target.closest(".vk-rij")?.dataset.code;
    if (!code || e.ctrlKey || e.metaKey || e.altKey) return;
    const order = this.order;
    const at = order.indexOf(code);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: order.length - 1 }[e.key];
    if (e.key === "Enter" || e.key === " ") choose(this.model, code);
    else if (e.key === "Escape") choose(this.model, null);
    else if (to !== undefined) {
      const next = order[Math.max(0, Math.min(order.length - 1, to))];
      this.rove(next);
      this.rows.get(next).focus();
    } else return;
    e.preventDefault();
    e.stopPropagation();
  }

  filter() {
    const plain = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    const wanted = plain(this.input.value.trim());
    const names = this.model.get("_names");
    this.codes.forEach((code, i) => { if (this.rows.has(code)) this.rows.get(code).hidden = !plain(names[i]).includes(wanted); });
    this.box.querySelectorAll(".vk-wijk").forEach((group) => { group.hidden = !group.querySelector(".vk-rij:not([hidden])"); });
    const order = this.order;
    this.nothing.hidden = order.length > 0;
    this.said.textContent = wanted ? `${order.length} ${this.texts.found}` : "";
    if (!order.includes(this.roving)) this.rove(order[0]);
  }

  remove() {
    this.observer.disconnect();
    this.off.forEach((undo) => undo());
  }
}

function render({ model, el }) {
  const list = new List(model, el);
  return () => list.remove();
}

export default { initialize: followState, render };
