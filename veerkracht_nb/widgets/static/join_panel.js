function draw({ model, el, vk }) {
  const { h } = vk;
  const get = (key) => model.get(key);
  return vk.mount({ model, el }, (t) => {
    if (!get("code")) return null;
    const n = get("size");
    const body = h("div", { class: "vk-join" + (get("large") ? " vk-join-large" : "") },
      n > 0 && h("svg", { class: "vk-qr", viewBox: `0 0 ${n} ${n}`, role: "img", "shape-rendering": "crispEdges", "aria-label": vk.fill(t.qr, { adres: get("address") }) }, h("rect", { width: n, height: n, fill: "#fff" }), h("path", { d: get("qr"), fill: "#000" })),
      h("div", { class: "vk-join-words" }, h("span", { class: "vk-muted" }, t.uitleg), h("span", { class: "vk-join-address vk-free" }, get("address")), h("span", { class: "vk-muted" }, t.code), h("strong", { class: "vk-code" }, get("code"))));
    return get("collapsible") ? h("details", { open: true, class: "vk-fold", "data-k": "join" }, h("summary", { "data-k": "j" }, `${t.kop} · ${get("code")}`), body) : body;
  });
}
