// Draws the buurten on the Leaflet map of ipyleaflet. This element is a control on that map: zoom, and the way home.

const MARGIN = 0.5; // of the view on each side, so that a drag does not show an edge at once
const REACH = 24; // px: a tap this near to a small buurt is meant for it
const SMALL = 34; // px

class Layer {
  constructor(model, view, el) {
    Object.assign(this, { model, view, el, map: view.obj, index: new Map() });
    this.box = this.map.getContainer();
    this.box.classList.add("vk-kaartvlak");
    this.off = [hush(view, model)];
    this.codes = model.get("_codes");
    this.codes.forEach((code, i) => this.index.set(code, i));
    this.uid = uniqueId("kaart");
    this.build();
    this.listen();
    this.resized();
  }

  build() {
    const { shapes, bounds } = decode(this.model);
    this.bounds = bounds;
    const flat = (latlng) => this.map.project(latlng, 0);
    this.shapes = shapes.map((s) => ({ ...s, rings: s.rings.map((r) => r.map(flat)), centre: s.centre && flat(s.centre), lat: s.centre?.[0] ?? 0 }));
    this.svg = svgEl("svg", { class: "vk-laag leaflet-zoom-animated" }, this.map.getPane("overlayPane"));
    this.defs = svgEl("defs", {}, this.svg);
    this.edge = svgEl("path", { class: "vk-rand" }, this.svg);
    const texts = this.model.get("_texts");
    this.group = svgEl("g", { role: "listbox", "aria-label": texts.map, "aria-orientation": "horizontal" }, this.svg);
    this.paths = this.codes.map((code, i) => {
      const path = svgEl("path", { class: "vk-buurt", role: "option", tabindex: -1, "fill-rule": "evenodd", "data-code": code }, this.group);
      if (!this.shapes[i].centre) path.remove();
      return path;
    });
    this.blank = svgEl("path", { class: "vk-blanco", "aria-hidden": "true" }, this.svg);
    this.rings = {};
    for (const kind of ["hover", "focus", "selected", "keyboard"]) {
      const g = svgEl("g", { class: `vk-ring vk-ring-${kind}`, "aria-hidden": "true" }, this.svg);
      this.rings[kind] = [svgEl("path", { class: "vk-ring-halo" }, g), svgEl("path", { class: "vk-ring-lijn" }, g)];
    }
    this.labels = svgEl("g", { class: "vk-labels", "aria-hidden": "true" }, this.svg);
    this.badge = htmlEl("div", "vk-kaartnaam", "", this.box);
    this.badge.setAttribute("aria-hidden", "true");
    this.badge.dir = "auto";
    this.palette();
    this.codes.forEach((code) => this.paint(code));
    this.rove(this.model.get("selected") ?? this.codes.find((c) => this.shapes[this.index.get(c)].centre));
  }

  listen() {
    const { map, model } = this;
    const onMap = (names, handler) => { map.on(names, handler); this.off.push(() => map.off(names, handler)); };
    const onModel = (name, handler) => { model.on(name, handler); this.off.push(() => model.off(name, handler)); };
    const onDom = (node, name, handler) => { node.addEventListener(name, handler); this.off.push(() => node.removeEventListener(name, handler)); };
    onMap("moveend zoomend viewreset", () => this.project());
    onMap("zoomanim", (e) => this.stretch(e.center, e.zoom));
    onMap("zoom", () => this.stretch(map.getCenter(), map.getZoom()));
    onMap("dragstart zoomstart", () => { if (!this.own) this.home = false; });
    onMap("click", (e) => this.tap(e));
    onMap("unload", () => this.remove());
    onModel("msg:custom", (message) => this.follow(message));
    onModel("change:_state", () => this.all());
    onModel("change:_palette", () => { this.palette(); this.all(); });
    onModel("change:selected", () => { this.rove(model.get("selected")); this.outlines(); this.drawLabels(); });
    onDom(this.svg, "keydown", (e) => this.key(e));
    onDom(this.svg, "pointerover", (e) => this.hover(e.target.dataset?.code, e.pointerType));
    onDom(this.svg, "pointerleave", () => this.hover(null));
    onDom(this.svg, "focusin", (e) => this.focused(e.target.dataset?.code));
    onDom(this.svg, "focusout", () => this.focused(null));
    this.observer = new ResizeObserver(() => this.resized());
    this.observer.observe(this.box);
    if (reducedMotion()) Object.assign(map.options, { inertia: false, zoomAnimationThreshold: -1 });
  }

  // Looks

  palette() {
    const { items } = this.model.get("_palette");
    const size = Math.min(this.box.clientWidth, this.box.clientHeight);
    this.scale = size > 800 ? 1.6 : size > 560 ? 1.2 : 1;
    this.defs.replaceChildren();
    this.fills = {};
    Object.entries(items).forEach(([key, entry], i) => { this.fills[key] = addPattern(this.defs, `${this.uid}-${i}`, entry, this.scale); });
  }

  paint(code) {
    const i = this.index.get(code);
    const path = this.paths[i];
    const { c } = this.model.get("_state");
    const words = wordsOf(this.model, i, code);
    const wet = this.model.get("_water").includes(i);
    path.setAttribute("class", `vk-buurt${wet ? " vk-water" : ""}${c[code] ? "" : " vk-leeg"}`);
    if (wet || !this.fills[c[code]]) path.removeAttribute("fill");
    else path.setAttribute("fill", this.fills[c[code]]);
    path.setAttribute("aria-label", words);
    path.setAttribute("aria-selected", String(this.model.get("selected") === code));
  }

  all() {
    this.codes.forEach((code) => this.paint(code));
    this.outlines();
    this.drawLabels();
  }

  follow(message) {
    if (!message?.fresh) return;
    for (const code of changedCodes(message, this.shownFocus)) if (this.index.has(code)) this.paint(code);
    if ("f" in message) { this.outlines(); if (message.f) this.reveal(message.f); }
    clearTimeout(this.labelTimer);
    this.labelTimer = setTimeout(() => this.drawLabels(), 0);
  }

  outlines() {
    const selected = this.model.get("selected");
    this.shownFocus = this.model.get("_state").f;
    const show = { selected, focus: this.shownFocus, hover: this.hovered === selected ? null : this.hovered, keyboard: this.keyboard };
    for (const [kind, code] of Object.entries(show)) {
      const d = code && this.index.has(code) ? this.shapes[this.index.get(code)].d ?? "" : "";
      this.rings[kind].forEach((path) => path.setAttribute("d", d));
    }
    if (this.marked !== selected) {
      for (const code of [this.marked, selected]) if (code && this.index.has(code)) this.paint(code);
      this.marked = selected;
    }
  }

  // Place

  point(flat) { return [flat.x * this.factor - this.origin.x, flat.y * this.factor - this.origin.y]; }

  project() {
    if (!this.map._loaded || !this.box.clientWidth) return;
    const origin = this.map.getPixelOrigin();
    const zoom = this.map.getZoom();
    this.frame();
    if (this.origin && zoom === this.zoom && origin.equals(this.origin)) return this.drawLabels();
    this.origin = origin;
    this.zoom = zoom;
    const { crs } = this.map.options;
    this.factor = crs.scale(zoom) / crs.scale(0);
    for (const [i, shape] of this.shapes.entries()) {
      shape.d = shape.rings.map((ring) => "M" + ring.map((p) => this.point(p).map((v) => v.toFixed(1)).join(",")).join("L") + "Z").join("");
      shape.box = this.extent(shape);
      this.paths[i].setAttribute("d", shape.d);
    }
    this.edge.setAttribute("d", this.shapes.map((s) => s.d).join(""));
    this.outlines();
    this.drawLabels();
  }

  extent(shape) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const ring of shape.rings) for (const flat of ring) {
      const [x, y] = this.point(flat);
      box[0] = Math.min(box[0], x); box[1] = Math.min(box[1], y); box[2] = Math.max(box[2], x); box[3] = Math.max(box[3], y);
    }
    return box;
  }

  frame() {
    const size = this.map.getSize();
    const low = this.map.containerPointToLayerPoint([-size.x * MARGIN, -size.y * MARGIN]).round();
    const [w, h] = [size.x * (1 + 2 * MARGIN), size.y * (1 + 2 * MARGIN)];
    this.corner = this.map.layerPointToLatLng(low);
    this.cornerZoom = this.map.getZoom();
    this.svg.setAttribute("width", w);
    this.svg.setAttribute("height", h);
    this.svg.setAttribute("viewBox", `${low.x} ${low.y} ${w} ${h}`);
    this.svg.style.transform = `translate3d(${low.x}px,${low.y}px,0)`;
  }

  // While a zoom is under way the picture is stretched; when it ends everything is drawn anew.
  stretch(center, zoom) {
    if (!this.corner) return;
    const scale = this.map.getZoomScale(zoom, this.cornerZoom);
    const p = this.map._latLngToNewLayerPoint(this.corner, zoom, center);
    this.svg.style.transform = `translate3d(${p.x}px,${p.y}px,0) scale(${scale})`;
  }

  drawLabels() {
    if (!this.origin) return;
    const size = Math.min(this.box.clientWidth, this.box.clientHeight);
    const largest = Math.max(15, Math.min(36, size / 26));
    const { items } = this.model.get("_palette");
    const state = this.model.get("_state");
    const names = this.model.get("_names");
    const nodes = document.createDocumentFragment();
    // A light buurt needs an edge of its own, above the white lines between neighbours.
    const blank = (i) => !["dicht", "licht", "stippen", "ijle-stippen"].includes(items[state.c[this.codes[i]]]?.pattern);
    this.blank.setAttribute("d", this.shapes.filter((shape, i) => blank(i)).map((shape) => shape.d).join(""));
    const world = this.map.options.crs.scale(this.zoom) / EARTH;
    for (const [i, shape] of this.shapes.entries()) {
      if (!shape.centre) continue;
      const code = this.codes[i];
      const radius = (shape.radius * world) / Math.cos((shape.lat * Math.PI) / 180);
      const [x, y] = this.point(shape.centre);
      const wet = this.model.get("_water").includes(i);
      const mark = state.m[code] ?? [0, null];
      const letter = wet ? "" : letterOf(items[state.c[code]]);
      drawLabel(nodes, this.point(shape.centre), radius, largest, { letter, mark, name: names[i], wet });
    }
    this.labels.replaceChildren(nodes);
  }

  // The map

  resized() {
    const { map, box } = this;
    if (!box.clientWidth || !box.clientHeight) return;
    if (!this.started || this.home) { map.invalidateSize({ animate: false, pan: false }); this.fit(this.home === "whole"); }
    else map.invalidateSize({ animate: false, pan: true });
    this.started = true;
    this.palette();
    this.codes.forEach((code) => this.paint(code));
    this.project();
  }

  // At first the view is where most buurten are, when the whole would make them too small to tap (a phone, a
  // harbour of 40 km); the button always shows the whole.
  fit(whole = true) {
    const { map } = this;
    const { zoomSnap } = map.options;
    this.own = true;
    map.options.zoomSnap = 0;
    map.setMinZoom(0);
    const edge = Math.max(6, Math.min(28, map.getSize().y * 0.03));
    const view = { animate: false, padding: [edge, edge] };
    map.fitBounds(this.bounds, view);
    const least = map.getZoom();
    map.setMaxBounds(map.getBounds().pad(0.5));
    const core = whole ? null : this.core(least);
    if (core) map.fitBounds(core, { animate: false });
    map.options.zoomSnap = zoomSnap;
    map.setMinZoom(Math.max(0, least - 0.5));
    this.own = false;
    this.home = whole ? "whole" : "start";
  }

  core(zoom) {
    const centres = this.shapes.filter((shape) => shape.centre);
    const { crs } = this.map.options;
    const radii = centres.map((shape) => shape.radius / Math.cos((shape.lat * Math.PI) / 180)).sort((a, b) => a - b);
    if ((radii[radii.length >> 1] * crs.scale(zoom)) / EARTH >= 8) return null;
    const [x, y] = ["x", "y"].map((axis) => centres.map((shape) => shape.centre[axis]).sort((a, b) => a - b));
    const [low, high] = [Math.floor(x.length * 0.1), Math.ceil(x.length * 0.95) - 1];
    const lower = Math.floor(x.length * 0.05);
    return [this.map.unproject([x[low], y[lower]], 0), this.map.unproject([x[high], y[high]], 0)];
  }

  zoomBy(step) { this.home = false; this.map.setZoom(this.map.getZoom() + step, { animate: !reducedMotion() }); }

  // Pans only when the buurt is out of sight.
  reveal(code) {
    const shape = this.shapes[this.index.get(code)];
    if (!shape?.centre || !this.origin) return;
    const at = this.map.layerPointToContainerPoint(this.point(shape.centre));
    const size = this.map.getSize();
    if (at.x < 8 || at.y < 8 || at.x > size.x - 8 || at.y > size.y - 8) {
      this.map.panTo(this.map.unproject(shape.centre, 0), { animate: !reducedMotion() });
    }
  }

  // What people do

  tap(e) {
    const direct = e.originalEvent?.target?.dataset?.code;
    const at = e.layerPoint;
    const small = (box) => Math.max(box[2] - box[0], box[3] - box[1]) < SMALL;
    const big = direct && this.index.has(direct) && !small(this.shapes[this.index.get(direct)].box);
    let [best, nearest] = [direct && this.index.has(direct) ? direct : null, REACH];
    if (!best || big) {
      for (const [i, shape] of this.shapes.entries()) {
        if (!shape.centre || (big && !small(shape.box))) continue;
        const [x1, y1, x2, y2] = shape.box;
        const away = small(shape.box)
          ? Math.hypot(at.x - (x1 + x2) / 2, at.y - (y1 + y2) / 2)
          : Math.hypot(Math.max(x1 - at.x, 0, at.x - x2), Math.max(y1 - at.y, 0, at.y - y2));
        if (away < nearest) [best, nearest] = [this.codes[i], away];
      }
    }
    if (best) choose(this.model, best);
  }

  hover(code, pointer = "mouse") {
    if (pointer === "touch") return;
    this.hovered = code ?? null;
    this.name(this.hovered ?? this.keyboard);
    this.outlines();
  }

  focused(code) {
    this.box.scrollTop = this.box.scrollLeft = 0;
    const shown = code && this.paths[this.index.get(code)]?.matches(":focus-visible");
    this.keyboard = shown ? code : null;
    this.name(this.keyboard);
    this.outlines();
    if (shown) this.reveal(code);
  }

  name(code) {
    this.badge.textContent = code ? this.model.get("_names")[this.index.get(code)] : "";
    this.badge.hidden = !code;
  }

  rove(code) {
    if (!code || !this.index.has(code)) return;
    if (this.roving) this.paths[this.index.get(this.roving)].setAttribute("tabindex", -1);
    this.roving = code;
    this.paths[this.index.get(code)].setAttribute("tabindex", 0);
  }

  key(e) {
    const code = e.target.dataset?.code;
    if (!code || e.ctrlKey || e.metaKey || e.altKey) return;
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (e.key === "Enter" || e.key === " ") choose(this.model, code);
    else if (e.key === "Escape") choose(this.model, null);
    else if (steps[e.key]) {
      const next = this.neighbour(code, steps[e.key]);
      if (next) { this.rove(next); this.paths[this.index.get(next)].focus({ preventScroll: true }); }
    } else return;
    e.preventDefault();
    e.stopPropagation();
  }

  // The nearest buurt within 45 degrees of the arrow; sideways counts double.
  neighbour(code, [dx, dy]) {
    const from = this.shapes[this.index.get(code)].centre;
    let [best, least] = [null, Infinity];
    for (const [i, { centre }] of this.shapes.entries()) {
      if (!centre || this.codes[i] === code) continue;
      const [x, y] = [centre.x - from.x, centre.y - from.y];
      const along = x * dx + y * dy;
      const aside = Math.abs(x * dy) + Math.abs(y * dx);
      if (along <= 0 || aside > along) continue;
      if (along + 2 * aside < least) [best, least] = [this.codes[i], along + 2 * aside];
    }
    return best;
  }

  remove() {
    if (this.removed) return;
    this.removed = true;
    clearTimeout(this.labelTimer);
    this.observer.disconnect();
    this.off.reverse().forEach((undo) => undo());
    this.svg.remove();
    this.badge.remove();
    this.box.classList.remove("vk-kaartvlak");
  }
}

async function render({ model, el, signal }) {
  let layer = null;
  let gone = false;
  const stop = () => { gone = true; layer?.remove(); };
  signal?.addEventListener("abort", stop);
  buttons(model, el, () => layer);
  findMap(model, el, () => gone).then((view) => {
    if (!view || gone) return;
    layer = new Layer(model, view, el);
    view.once("remove", stop);
  });
  return stop;
}

export default { initialize: followState, render };
