// The picture of the buurten: one SVG in the pane of a Leaflet map.

const MARGIN = 0.5; // of the view on each side, so that a drag does not show an edge at once
const DARK = ["dicht", "licht", "stippen", "ijle-stippen"];

class Drawing {
  constructor(model, map) {
    Object.assign(this, { model, map, index: new Map(), drawn: new Map() });
    this.box = map.getContainer();
    this.box.classList.add("vk-kaartvlak");
    this.codes = model.get("_codes");
    this.codes.forEach((code, i) => this.index.set(code, i));
    this.wet = new Set(model.get("_water"));
    this.uid = uniqueId("kaart");
    this.build();
  }

  build() {
    this.shapes = new Shapes(this.model, this.map);
    this.svg = svgEl("svg", { class: "vk-laag leaflet-zoom-animated" });
    this.defs = svgEl("defs", {}, this.svg);
    this.edge = svgEl("path", { class: "vk-rand" }, this.svg);
    const texts = this.model.get("_texts");
    this.group = svgEl("g", { role: "listbox", "aria-label": texts.map, "aria-orientation": "horizontal" }, this.svg);
    this.paths = this.codes.map((code, i) => {
      const path = svgEl("path", { class: "vk-buurt", role: "option", tabindex: -1, "fill-rule": "evenodd", "data-code": code });
      if (this.shapes.all[i].centre) this.group.append(path);
      return path;
    });
    this.blank = svgEl("path", { class: "vk-blanco", "aria-hidden": "true" }, this.svg);
    this.rings = {};
    for (const kind of ["hover", "focus", "selected", "keyboard"]) {
      const g = svgEl("g", { class: `vk-ring vk-ring-${kind}`, "aria-hidden": "true" }, this.svg);
      this.rings[kind] = [svgEl("path", { class: "vk-ring-halo" }, g), svgEl("path", { class: "vk-ring-lijn" }, g)];
    }
    this.labels = svgEl("g", { class: "vk-labels", "aria-hidden": "true" }, this.svg);
    this.palette();
    this.codes.forEach((code) => this.paint(code));
    this.rove(this.model.get("selected") ?? this.codes.find((c) => this.shapeOf(c).centre));
    this.map.getPane("overlayPane").append(this.svg);
    this.badge = htmlEl("div", "vk-kaartnaam", "", this.box);
    this.badge.setAttribute("aria-hidden", "true");
    this.badge.dir = "auto";
  }

  shapeOf(code) { return this.shapes.all[this.index.get(code)]; }

  palette() {
    const size = Math.min(this.width ?? 0, this.height ?? 0);
    const scale = size > 800 ? 1.6 : size > 560 ? 1.2 : 1;
    if (scale === this.scale) return;
    this.scale = scale;
    const { items } = this.model.get("_palette");
    this.defs.replaceChildren();
    this.fills = {};
    Object.entries(items).forEach(([key, entry], i) => { this.fills[key] = addPattern(this.defs, `${this.uid}-${i}`, entry, scale); });
  }

  paint(code) {
    const i = this.index.get(code);
    const path = this.paths[i];
    const { c } = this.model.get("_state");
    const wet = this.wet.has(i);
    path.setAttribute("class", `vk-buurt${wet ? " vk-water" : ""}${c[code] ? "" : " vk-leeg"}`);
    if (wet || !this.fills[c[code]]) path.removeAttribute("fill");
    else path.setAttribute("fill", this.fills[c[code]]);
    path.setAttribute("aria-label", wordsOf(this.model, i, code));
    path.setAttribute("aria-selected", String(this.model.get("selected") === code));
  }

  outlines() {
    const selected = this.model.get("selected");
    this.shownFocus = this.model.get("_state").f;
    const show = { selected, focus: this.shownFocus, hover: this.hovered === selected ? null : this.hovered, keyboard: this.keyboard };
    for (const [kind, code] of Object.entries(show)) {
      const d = code && this.index.has(code) ? this.shapeOf(code).d : "";
      if (this.rings[kind].d === d) continue;
      this.rings[kind].d = d;
      this.rings[kind].forEach((path) => path.setAttribute("d", d));
    }
    if (this.marked !== selected) {
      for (const code of [this.marked, selected]) if (code && this.index.has(code)) this.paint(code);
      this.marked = selected;
    }
  }

  // A light buurt needs an edge of its own, above the white lines between neighbours.
  lightEdges() {
    const { items } = this.model.get("_palette");
    const { c } = this.model.get("_state");
    const light = (code) => !DARK.includes(items[c[code]]?.pattern);
    const d = this.codes.map((code, i) => (light(code) ? this.shapes.all[i].d : "")).join("");
    if (d !== this.blankD) this.blank.setAttribute("d", (this.blankD = d));
  }

  // Place

  project() {
    if (this.own || !this.map._loaded || !this.width) return;
    const origin = this.map.getPixelOrigin();
    const zoom = this.map.getZoom();
    this.frame();
    if (!this.origin || zoom !== this.zoom || !origin.equals(this.origin)) {
      Object.assign(this, { origin, zoom });
      this.shapes.place(zoom, origin);
      this.shapes.all.forEach((shape, i) => this.paths[i].setAttribute("d", shape.d));
      this.edge.setAttribute("d", this.shapes.edge);
      this.wipe();
      this.outlines();
      this.lightEdges();
    }
    this.write(this.codes.keys());
  }

  frame() {
    const size = this.map.getSize();
    const low = this.map.containerPointToLayerPoint([-size.x * MARGIN, -size.y * MARGIN]).round();
    const [w, h] = [size.x * (1 + 2 * MARGIN), size.y * (1 + 2 * MARGIN)];
    this.corner = this.map.layerPointToLatLng(low);
    this.cornerZoom = this.map.getZoom();
    this.inside = [low.x, low.y, low.x + w, low.y + h];
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

  wipe() {
    this.labels.replaceChildren();
    this.drawn.clear();
  }

  // Letters, ticks and names; of each buurt once it comes into the frame.
  write(places, again = false) {
    const nodes = document.createDocumentFragment();
    for (const i of places) {
      if (this.drawn.has(i) && !again) continue;
      this.drawn.get(i)?.remove();
      this.drawn.delete(i);
      const g = this.label(i);
      if (!g) continue;
      this.drawn.set(i, g);
      if (g.firstChild) nodes.append(g);
    }
    this.labels.append(nodes);
  }

  label(i) {
    const { box, centre, radius } = this.shapes.all[i];
    if (!centre || !box) return null;
    const [x1, y1, x2, y2] = this.inside;
    if (box[2] < x1 || box[3] < y1 || box[0] > x2 || box[1] > y2) return null;
    const code = this.codes[i];
    const { items } = this.model.get("_palette");
    const state = this.model.get("_state");
    const wet = this.wet.has(i);
    const says = { letter: wet ? "" : letterOf(items[state.c[code]]), mark: state.m[code] ?? [0, null], name: this.model.get("_names")[i], wet };
    const largest = Math.max(15, Math.min(36, Math.min(this.width, this.height) / 26));
    return drawLabel(this.shapes.point(centre), radius * this.shapes.metre, largest, says);
  }

  erase() {
    this.svg.remove();
    this.badge.remove();
    this.box.classList.remove("vk-kaartvlak");
  }
}
