// The buurten on the Leaflet map of ipyleaflet: what changes, and what people do with it. This element is a control on
// that map: search, zoom, and the way home.

const REACH = 24; // px: a tap this near to a small buurt is meant for it
const SMALL = 34; // px
const TINY = 24; // px: smaller than this cannot be hit by a finger
const FAR = 10; // part of a screen that is seen from the back of the room

class Layer extends Drawing {
  constructor(model, view) {
    super(model, view.obj);
    this.off = [hush(view, model)];
    this.dirty = new Set();
    this.listen();
    this.resized();
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
    onModel("change:_palette", () => this.repalette());
    onModel("change:selected", () => this.select());
    onDom(this.box, "pointerdown", (e) => { this.pointer = e.pointerType; });
    onDom(this.svg, "keydown", (e) => this.key(e));
    onDom(this.svg, "pointerover", (e) => this.hover(e.target.dataset?.code, e.pointerType));
    onDom(this.svg, "pointerleave", () => this.hover(null));
    onDom(this.svg, "focusin", (e) => this.focused(e.target.dataset?.code));
    onDom(this.svg, "focusout", () => this.focused(null));
    this.observer = new ResizeObserver(() => this.resized());
    this.observer.observe(this.box);
    if (reducedMotion()) Object.assign(map.options, { inertia: false, zoomAnimationThreshold: -1 });
  }

  // What changes

  all() { this.soon(this.codes); }

  follow(message) {
    if (!message?.fresh) return;
    this.soon(changedCodes(message, this.shownFocus));
    if (!("f" in message)) return;
    this.outlines();
    this.show(message.f);
  }

  // The classes of a new layer follow at once in a message of their own; where none comes, they were the same.
  repalette() {
    this.scale = 0;
    this.codes.forEach((code) => this.dirty.add(code));
    this.classesDue = setTimeout(() => this.soon([]), 60);
  }

  // A new layer is several messages; they are drawn together, and not while nobody looks.
  soon(codes) {
    for (const code of codes) if (this.index.has(code)) this.dirty.add(code);
    this.frameAsked ??= requestAnimationFrame(() => this.draw());
  }

  draw() {
    this.frameAsked = null;
    this.palette();
    for (const code of this.dirty) this.paint(code);
    if (this.dirty.size === this.codes.length) this.wipe();
    this.write([...this.dirty].map((code) => this.index.get(code)), true);
    this.dirty.clear();
    this.outlines();
    this.lightEdges();
  }

  // The map

  resized() {
    const { map, box } = this;
    const [width, height] = [box.clientWidth, box.clientHeight];
    if (!width || !height) return;
    if (width === this.width && height === this.height) return void map.invalidateSize({ animate: false, pan: true });
    Object.assign(this, { width, height });
    this.palette();
    this.origin = null; // letters are as large as the map allows
    if (!this.started || this.home) { map.invalidateSize({ animate: false, pan: false }); this.fit(this.home === "whole"); }
    else map.invalidateSize({ animate: false, pan: true });
    this.project();
    // A page that is still being laid out gets other sizes; as long as nobody moved the map, each begins anew.
    if (this.started && this.home !== "start" && this.model.get("_controls")) return;
    this.show(this.model.get("selected") ?? this.model.get("_state").f, true);
    this.started = true;
  }

  // At first the view is where most buurten are; the button always shows the whole.
  fit(whole = true) {
    const { map } = this;
    const { zoomSnap } = map.options;
    this.own = true;
    map.options.zoomSnap = 0;
    map.setMinZoom(0);
    map.setMaxBounds(null); // those of another size would move the map back
    const edge = Math.max(6, Math.min(28, map.getSize().y * 0.03));
    map.fitBounds(this.shapes.bounds, { animate: false, padding: [edge, edge] });
    const least = map.getZoom();
    map.setMaxBounds(map.getBounds().pad(0.5));
    const core = whole ? null : this.shapes.core(least);
    if (core) map.fitBounds(core.map((flat) => map.unproject(flat, 0)), { animate: false });
    map.options.zoomSnap = zoomSnap;
    map.setMinZoom(Math.max(0, least - 0.5));
    this.own = false;
    this.home = whole ? "whole" : "start";
    this.project();
  }

  zoomBy(step) { this.home = false; this.map.setZoom(this.map.getZoom() + step, { animate: !reducedMotion() }); }

  // Brings a buurt into sight, and nearer when it is too small to be seen. A screen without buttons goes back by itself.
  show(code, itself = !this.model.get("_controls")) {
    const fixed = !this.model.get("_controls");
    if (fixed && this.started) this.fit(false);
    const i = this.index.get(code);
    if (i === undefined || !this.shapes.all[i].centre || !this.origin) return;
    const { map } = this;
    const place = this.shapes.all[i].centre;
    const nearer = this.nearer(i);
    const animate = !itself && Boolean(this.box.clientWidth) && !reducedMotion();
    if (nearer) map.setView(map.unproject(place, 0), map.getZoom() + nearer, { animate });
    else this.intoView(i, animate);
    if (itself) this.home = "start";
  }

  // Moves the map no further than is needed to see the whole buurt, not under the buttons.
  intoView(i, animate) {
    const { map } = this;
    const [x1, y1, x2, y2] = this.shapes.all[i].box;
    const size = map.getSize();
    const [x, y] = [Math.min((x2 - x1) / 2 + 8, size.x / 2 - 1), Math.min((y2 - y1) / 2 + 8, size.y / 2 - 1)];
    const [middle, buttons] = [[(x1 + x2) / 2, (y1 + y2) / 2], this.box.querySelector(".vk-kaartknoppen")];
    const at = map.layerPointToContainerPoint(middle);
    const under = buttons && at.x > size.x - buttons.offsetWidth - 20 && at.y < buttons.offsetHeight + 20;
    const right = under ? Math.min(x + buttons.offsetWidth + 12, size.x - x - 1) : x;
    map.panInside(map.layerPointToLatLng(middle), { paddingTopLeft: [x, y], paddingBottomRight: [right, y], animate });
  }

  // How far to zoom in to see this buurt well; 0 when it is large enough.
  nearer(i, most = 4) {
    const size = this.shapes.size(i);
    const least = this.model.get("_controls") ? TINY : Math.max(TINY, Math.min(this.width, this.height) / FAR);
    if (!size || size >= least) return 0;
    return Math.min(most, this.map.getMaxZoom() - this.map.getZoom(), Math.ceil(Math.log2((2 * least) / size) * 4) / 4);
  }

  // What people do

  select() {
    const code = this.model.get("selected");
    this.rove(code);
    this.outlines();
    if (!this.tapping) this.show(code);
  }

  tap(e) {
    const hit = this.index.get(e.originalEvent?.target?.dataset?.code) ?? -1;
    const i = this.shapes.meant(e.layerPoint.x, e.layerPoint.y, hit);
    if (i < 0) return;
    this.tapping = true;
    choose(this.model, this.codes[i]);
    this.tapping = false;
    // Under a finger the neighbours are as hard to hit; they come nearer around it. A mouse is precise.
    const nearer = this.pointer === "touch" ? this.nearer(i, 2) : 0;
    if (nearer > 0) { this.home = false; this.map.setZoomAround(e.latlng, this.map.getZoom() + nearer, { animate: !reducedMotion() }); }
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
    if (shown) this.show(code);
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
      const next = this.shapes.neighbour(this.index.get(code), steps[e.key]);
      if (next >= 0) { this.rove(this.codes[next]); this.paths[next].focus({ preventScroll: true }); }
    } else return;
    e.preventDefault();
    e.stopPropagation();
  }

  remove() {
    if (this.removed) return;
    this.removed = true;
    cancelAnimationFrame(this.frameAsked);
    clearTimeout(this.classesDue);
    this.observer.disconnect();
    this.off.reverse().forEach((undo) => undo());
    this.erase();
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
    layer = new Layer(model, view);
    view.once("remove", stop);
  });
  return stop;
}

export default { initialize: followState, render };
