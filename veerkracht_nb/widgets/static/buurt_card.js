function draw({ model, el, vk }) {
  const { h, free } = vk;
  const figure = (t) => (f, i) => h("details", { class: "vk-figure", "data-k": `figure${i}` },
    h("summary", { "data-k": `f${i}` }, h("span", { class: "vk-figure-label" }, f.label), vk.sparkline(f.series, f.series_years) || h("span"),
      h("span", { class: "vk-figure-value" }, f.value, f.unit && h("small", null, ` ${f.unit}`)),
      h("span", { class: "vk-figure-words" }, f.comparison)),
    f.meaning && h("p", { class: "vk-small" }, f.meaning),
    h("p", { class: "vk-small" }, [[t.jaar, f.year], [t.verloop, f.series_years], [t.bron, f.source]].filter(([, v]) => v).map(([k, v]) => `${k}: ${v}`).join(" · ")));
  return vk.mount({ model, el }, (t) => {
    const b = model.get("facts");
    if (!b.code) return h("section", { class: "vk-card vk-empty" }, h("p", { class: "vk-strong" }, t.leeg), h("p", null, model.get("empty_hint") || t.leeg_uitleg));
    return h("section", { class: "vk-card" }, h("h2", { class: "vk-free", dir: "auto" }, b.name), free(b.wijk, { class: "vk-muted" }),
      h("div", { class: "vk-signal" }, vk.swatch(b.mark), h("div", null, h("div", { class: "vk-strong" }, vk.fill(t.signaal, b.mark)), h("div", null, b.mark.label))),
      b.figures.map(figure(t)), b.note && h("p", { class: "vk-small" }, b.note),
      b.reasons.length > 0 && h("details", { class: "vk-why", "data-k": `why${b.code}` }, h("summary", { "data-k": "why" }, t.waarom),
        h("ol", null, b.reasons.map((r) => h("li", { class: "vk-free" }, r)))));
  });
}
