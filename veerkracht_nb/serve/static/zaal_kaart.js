// The map of ipyleaflet, with Leaflet as it is in ipyleaflet's own package.

import { KINDS } from "./zaal_modellen.js";

let L = null;

// The file is a chunk of webpack that holds one module; what it is pushed to here runs that module.
export function leaflet(url) {
  if (!url) return Promise.resolve();
  self.webpackChunkjupyter_leaflet = {
    push([, modules]) {
      for (const run of Object.values(modules)) {
        const module = { exports: {} };
        run(module, module.exports);
        if (module.exports.map) L = module.exports;
      }
    },
  };
  return new Promise((done) => {
    const script = Object.assign(document.createElement("script"), { src: url, onload: done, onerror: done });
    document.head.append(script);
  });
}

const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());

function options(model) {
  const given = (model.get("options") ?? []).filter((name) => model.get(name) !== null);
  return Object.fromEntries(given.map((name) => [camel(name), model.get(name)]));
}

function map(view) {
  const { el, model } = view;
  el.classList.add("jupyter-widgets", "leaflet-widgets");
  if (!L) return;
  const inside = el.appendChild(document.createElement("div"));
  const obj = L.map(inside, { ...options(model), crs: L.CRS.EPSG3857, zoomControl: false, attributionControl: false });
  view.obj = obj;
  view.undo(() => obj.remove());
  view.listen(model, "change:center change:zoom", () => obj.setView(model.get("center"), model.get("zoom"), { animate: false }));
  const observer = new ResizeObserver(() => obj.invalidateSize({ animate: false, pan: true }));
  observer.observe(inside);
  view.undo(() => observer.disconnect());
  view.each("layers");
  view.each("controls");
}

function tiles(view) {
  const { model, parent } = view;
  const layer = L.tileLayer(model.get("url") ?? "", options(model)).addTo(parent.obj);
  view.undo(() => layer.remove());
  view.listen(model, "change:url", () => layer.setUrl(model.get("url") ?? ""));
}

function widgetControl(view) {
  const { model, parent } = view;
  const place = L.DomUtil.create("div", model.get("transparent_bg") ? "" : "leaflet-widgetcontrol");
  L.DomEvent.disableClickPropagation(place);
  L.DomEvent.disableScrollPropagation(place);
  const control = Object.assign(new L.Control({ position: model.get("position") ?? "topleft" }), { onAdd: () => place });
  control.addTo(parent.obj);
  view.undo(() => control.remove());
  view.each("widget", (views) => place.replaceChildren(...views.map((child) => child.el)));
}

Object.assign(KINDS, {
  "jupyter-leaflet LeafletMapModel": map,
  "jupyter-leaflet LeafletMapStyleModel": () => {},
  "jupyter-leaflet LeafletTileLayerModel": tiles,
  "jupyter-leaflet LeafletWidgetControlModel": widgetControl,
});
