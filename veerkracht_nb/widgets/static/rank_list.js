function draw({ model, el, vk }) {
  const { h } = vk;
  const item = (t) => (r, i) => h("li", { class: "vk-rank" + (r.buurt === model.get("selected") ? " vk-selected" : "") },
    h("button", { type: "button", class: "vk-rank-pick", "data-k": r.buurt, "aria-pressed": r.buurt === model.get("selected") ? "true" : "false", onclick: () => vk.command(model, "kies", { buurt: r.buurt }) },
      h("span", { class: "vk-number", "aria-hidden": "true" }, i + 1), h("span", { class: "vk-rank-words" }, h("span", { class: "vk-free vk-strong", dir: "auto" }, r.name), h("span", { class: "vk-muted" }, r.reason))),
    r.why.length > 0 && h("details", { "data-k": `why${r.buurt}` }, h("summary", { "data-k": `w${r.buurt}`, "aria-label": vk.fill(t.waarom_van, { naam: r.name }) }, t.waarom), h("ul", null, r.why.map((w) => h("li", { class: "vk-free" }, w)))));
  return vk.mount({ model, el }, (t) => h("section", { class: "vk-ranks" }, h("h2", null, t.kop),
    model.get("items").length ? h("ol", { class: "vk-list" }, model.get("items").map(item(t))) : h("p", { class: "vk-muted" }, t.leeg)));
}
