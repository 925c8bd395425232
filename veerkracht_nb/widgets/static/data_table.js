function draw({ model, el, vk }) {
  const { h } = vk;
  let by = 0, up = true;
  const order = (a, b) => {
    const [x, y] = [a[by + 1], b[by + 1]];
    if (x === null || y === null) return (x === null) - (y === null);
    return (typeof x === "number" ? x - y : String(x).localeCompare(String(y), "nl")) * (up ? 1 : -1);
  };
  const shown = (value, column, t) => value === null ? t.geen
    : column.number ? value.toLocaleString(t.taal, { minimumFractionDigits: column.decimals, maximumFractionDigits: column.decimals }) : value;
  const mounted = vk.mount({ model, el }, (t) => {
    const columns = model.get("columns"), selected = model.get("selected");
    const pick = (code) => vk.command(model, "kies", { buurt: code });
    const head = (column, i) => h("th", { scope: "col", class: column.number ? "vk-figures" : null, "aria-sort": i === by ? (up ? "ascending" : "descending") : null },
      h("button", { type: "button", class: "vk-sort", "data-k": `sort-${i}`, title: vk.fill(t.sorteer, { kolom: column.label }),
        onclick: () => { up = i === by ? !up : true; by = i; mounted.again(); } }, column.label, h("span", { "aria-hidden": "true" }, i === by ? (up ? " ▲" : " ▼") : "")));
    const cell = (value, column, code, i) => i === 0
      ? h("th", { scope: "row", dir: "auto" }, h("button", { type: "button", class: "vk-cell-button vk-free", "data-k": `row-${code}`, onclick: () => pick(code) }, value))
      : h("td", { class: (column.number ? "vk-figures" : "vk-free") + (value === null ? " vk-muted" : ""), dir: "auto" }, shown(value, column, t));
    return h("div", { class: "vk-table-box", tabindex: 0, role: "region", "aria-label": model.get("caption") }, h("table", { class: "vk-table" },
      h("caption", null, model.get("caption")), h("thead", null, h("tr", null, columns.map(head))),
      h("tbody", null, [...model.get("rows")].sort(order).map(([code, ...values]) =>
        h("tr", { class: code === selected ? "vk-chosen" : null }, values.map((value, i) => cell(value, columns[i], code, i)))))));
  });
  return mounted;
}
