function draw({ model, el, vk }) {
  const { h } = vk;
  return vk.mount({ model, el }, () => {
    const rows = model.get("rows"), head = model.get("heading_column"), caption = model.get("caption");
    if (!rows.length) return null;
    const cell = (text, i) => i === head ? h("th", { scope: "row", dir: "auto" }, text) : h("td", { class: "vk-free", dir: "auto" }, text);
    return h("div", { class: "vk-table-box", tabindex: 0, role: "region", "aria-label": caption }, h("table", { class: "vk-table" },
      h("caption", null, caption), h("thead", null, h("tr", null, model.get("headings").map((text) => h("th", { scope: "col" }, text)))),
      h("tbody", null, rows.map((row) => h("tr", null, row.map(cell))))));
  });
}
