function draw({ model, el, vk }) {
  const { h } = vk;
  return vk.mount({ model, el }, () => {
    const get = (name) => model.get(name), items = get("items"), action = get("action");
    if (!get("heading") && !get("paragraphs").length && !items.length && !action) return null;
    return h("section", { class: "vk-info" + (get("large") ? " vk-info-large" : "") },
      get("heading") ? h("h2", { dir: "auto" }, get("heading")) : null,
      get("paragraphs").map((text) => h("p", { class: "vk-free", dir: "auto" }, text)),
      items.length ? h("ul", null, items.map((text) => h("li", { class: "vk-free", dir: "auto" }, text))) : null,
      action ? vk.button(action, () => vk.command(model, "doe")) : null);
  });
}
