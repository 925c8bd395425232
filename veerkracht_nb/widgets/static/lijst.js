// The list does all that the map does: the same words, marks and choice, with the keyboard.

const plain = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

class List {
  constructor(model, el) {
    Object.assign(this, { model, el, off: [], rows: new Map(), dirty: new Set(), fills: new Map(), groups: [], sought: [] });
    this.codes = model.get("_codes");
    this.places = new Map(this.codes.map((code, i) => [code, i]));
    this.wet = new Set(model.get("_water"));
    this.texts = model.get("_texts");
    el.classList.add("vk-lijst");
    if (this.codes.length > model.get("_search_from")) this.search();
    this.box = htmlEl("div", "vk-lijst-rollen", null, el);
    this.box.setAttribute("role", "listbox");
    this.box.setAttribute("aria-label", this.texts.list);
    this.svg = svgEl("svg", { class: "vk-lijst-patronen", width: 0, height: 0, "aria-hidden": "true" }, el);
    model.get("_wijken").forEach(([name, places]) => this.wijk(name, places));
    this.nothing = htmlEl("p", "vk-lijst-niets", this.texts.nothing, el);
    this.nothing.hidden = true;
    this.rove(model.get("selected") ?? this.order[0]);
    this.listen();
    this.all();
  }

  get order() { return [...this.rows.keys()].filter((code) => !this.rows.get(code).hidden); }

  search() {
    const id = uniqueId("zoek");
    const field = htmlEl("div", "vk-lijst-zoek", null, this.el);
    const label = htmlEl("label", "", this.texts.search, field);
    label.htmlFor = id;
    this.input = htmlEl("input", "", null, field);
    Object.assign(this.input, { id, type: "search", autocomplete: "off", spellcheck: false, placeholder: this.texts.searchHint });
    this.said = htmlEl("span", "vk-lijst-gevonden", "", field);
    this.said.setAttribute("aria-live", "polite");
    this.input.addEventListener("input", () => this.filter());
    this.input.addEventListener("keydown", (e) => this.typed(e));
  }

  typed(e) {
    const { order } = this;
    if (!order.length || !["Enter", "ArrowDown"].includes(e.key)) return;
    const wanted = plain(this.input.value.trim());
    const best = order.find((code) => this.nameOf(code) === wanted) ?? order.find((code) => this.nameOf(code).startsWith(wanted)) ?? order[0];
    if (e.key === "ArrowDown") this.walk(order[0]);
    else if (wanted) this.pick(best);
    e.preventDefault();
  }

  nameOf(code) { return this.sought[this.places.get(code)].buurt; }

  walk(code) {
    this.rove(code);
    this.rows.get(code).focus();
  }

  // Who came from the map to search goes back to it with what was found.
  pick(code) {
    this.rove(code);
    choose(this.model, code);
    const box = this.el.closest("[data-zoekt]");
    if (!box) return;
    delete box.dataset.zoekt;
    box.querySelector(".vk-tab")?.click();
  }

  wijk(name, places) {
    const group = htmlEl("div", "vk-wijk", null, this.box);
    this.groups.push({ node: group, places });
    group.setAttribute("role", "group");
    if (name) {
      const heading = htmlEl("div", "vk-wijk-naam", name, group);
      heading.id = uniqueId("wijk");
      heading.dir = "auto";
      group.setAttribute("aria-labelledby", heading.id);
    }
    for (const i of places) {
      this.sought[i] = { buurt: plain(this.model.get("_names")[i]), wijk: plain(name) };
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
      this.soon(changedCodes(message, this.focusCode));
      this.focusCode = model.get("_state").f;
    });
    on("change:_state change:_palette", () => this.all());
    on("change:selected", () => this.select());
    this.focusCode = model.get("_state").f;
    this.box.addEventListener("click", (e) => {
      const code = e.target.closest(".vk-rij")?.dataset.code;
      if (code) this.pick(code);
    });
    this.box.addEventListener("keydown", (e) => this.key(e));
    this.shown = model.get("selected");
    this.select();
    this.observer = new ResizeObserver(() => this.shownOrHidden());
    this.observer.observe(this.box);
  }

  all() {
    this.fills.clear();
    this.soon(this.codes);
  }

  // Rows are drawn together: before the next frame, or when there is time while the list is behind its tab.
  soon(codes) {
    for (const code of codes) if (this.rows.has(code)) this.dirty.add(code);
    if (this.asked) return;
    this.asked = true;
    const draw = () => this.asked && this.draw();
    if (this.box.clientHeight) requestAnimationFrame(draw);
    else if (globalThis.requestIdleCallback) requestIdleCallback(draw, { timeout: 2000 });
    else setTimeout(draw, 300);
  }

  draw() {
    this.asked = false;
    if (!this.fills.size) {
      this.svg.replaceChildren();
      for (const entry of Object.values(this.model.get("_palette").items)) this.fills.set(entry, addPattern(this.svg, uniqueId("staal"), entry));
    }
    for (const code of this.dirty) this.paint(code);
    this.dirty.clear();
  }

  paint(code) {
    const { model } = this;
    const row = this.rows.get(code);
    const i = this.places.get(code);
    const { heading, items } = model.get("_palette");
    const state = model.get("_state");
    const entry = items[state.c[code]];
    const [answered, count] = state.m[code] ?? [0, null];
    const wet = this.wet.has(i);
    row.replaceChildren(swatch(entry, 28, this.fills));
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

  shownOrHidden() {
    if (this.box.clientHeight) {
      this.draw();
      this.scroll();
    } else delete this.el.closest("[data-zoekt]")?.dataset.zoekt;
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
    if (e.key === "Enter" || e.key === " ") this.pick(code);
    else if (e.key === "Escape") choose(this.model, null);
    else if (to !== undefined) {
      this.walk(order[Math.max(0, Math.min(order.length - 1, to))]);
    } else return;
    e.preventDefault();
    e.stopPropagation();
  }

  // By the name of the buurt or the whole name of its wijk; by a part of the wijk when no buurt is called so.
  filter() {
    const wanted = plain(this.input.value.trim());
    const called = (i) => this.sought[i].buurt.includes(wanted) || this.sought[i].wijk === wanted;
    const any = this.sought.some((_, i) => called(i));
    for (const { node, places } of this.groups) {
      for (const i of places) this.rows.get(this.codes[i]).hidden = !(any ? called(i) : this.sought[i].wijk.includes(wanted));
      node.hidden = places.every((i) => this.rows.get(this.codes[i]).hidden);
    }
    this.box.scrollTop = 0;
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
