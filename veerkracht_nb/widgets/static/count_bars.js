function draw({ model, el, vk }) {
  const { h, fill } = vk;
  const KEYS = ["herken", "deels", "herken_niet", "weet_niet"];
  function bar(t, row, main) {
    const sum = row.counts.reduce((a, b) => a + b, 0);
    const said = KEYS.map((key, i) => `${t[key]} ${row.counts[i]}`).join(", ");
    const parts = KEYS.map((key, i) => row.counts[i] > 0 && h("span", { class: `vk-part vk-part-${key}`, vars: { "flex-grow": row.counts[i] } }, h("b", null, row.counts[i])));
    return h("div", { class: "vk-bar-row" + (main ? " vk-bar-main" : "") }, h("div", { class: "vk-bar-label" }, h("span", { class: "vk-free", dir: "auto" }, row.label), h("span", { class: "vk-muted" }, main ? (row.n === 1 ? t.stem : fill(t.stemmen, row)) : fill(t.n, row))),
      sum ? h("div", { class: "vk-bar", role: "img", "aria-label": `${row.label}: ${said}` }, parts) : h("div", { class: "vk-few" }, row.n ? t.te_weinig : t.geen),
      row.note && h("div", { class: "vk-small" }, row.note));
  }
  return vk.mount({ model, el }, (t) => {
    const total = model.get("total"), why = model.get("hidden_reason");
    if (why) return h("p", { class: "vk-few" }, why);
    if (!total.label) return null;
    const rows = model.get("rows"), look = model.get("large") ? ` vk-bars-large${rows.length > 4 ? " vk-bars-many" : ""}` : "";
    return h("section", { class: `vk-bars${look}` }, model.get("heading") && h("h2", null, model.get("heading")),
      h("ul", { class: "vk-key" }, KEYS.map((key) => h("li", null, h("span", { class: `vk-part vk-part-${key}`, "aria-hidden": "true" }), t[key]))),
      bar(t, total, true), rows.length > 0 && h("div", { class: "vk-bar-rows" }, rows.map((row) => bar(t, row, false))));
  });
}
