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
  let drawn = null; // what the table on the page was made of: choosing a row makes no new one, and nothing scrolls away
  const make = (t, columns, rows) => {
    const pick = (code) => vk.command(model, "kies", { buurt: code });
    const head = (column, i) => h("th", { scope: "col", class: column.number ? "vk-figures" : null, "aria-sort": i === by ? (up ? "ascending" : "descending") : null },
      h("button", { type: "button", class: "vk-sort", "data-k": `sort-${i}`, title: vk.fill(t.sorteer, { kolom: column.label }),
        onclick: () => { up = i === by ? !up : true; by = i; mounted.again(); } }, column.label, h("span", { "aria-hidden": "true" }, i === by ? (up ? " ▲" : " ▼") : "")));
    const cell = (value, column, code, i) => i === 0
      ? h("th", { scope: "row", dir: "auto" }, h("button", { type: "button", class: "vk-cell-button vk-free", "data-k": `row-${code}`, onclick: () => pick(code) }, value))
      : h("td", { class: (column.number ? "vk-figures" : "vk-free") + (value === null ? " vk-muted" : ""), dir: "auto" }, shown(value, column, t));
    return h("div", { class: "vk-table-box", tabindex: 0, role: "region", "aria-label": model.get("caption") }, h("table", { class: "vk-table" },
      h("caption", null, model.get("caption")), h("thead", null, h("tr", null, columns.map(head))),
      h("tbody", null, [...rows].sort(order).map(([code, ...values]) =>
        h("tr", { "data-row": code }, values.map((value, i) => cell(value, columns[i], code, i)))))));
  };
  const mounted = vk.mount({ model, el }, (t) => {
    const made = [model.get("columns"), model.get("rows"), model.get("caption"), t, by, up];
    if (!drawn || made.some((part, i) => part !== drawn.made[i])) {
      const place = drawn && [drawn.box.scrollLeft, drawn.sorted === `${by} ${up}` ? drawn.box.scrollTop : 0];
      drawn = { made, sorted: `${by} ${up}`, box: make(t, made[0], made[1]) };
      if (place) queueMicrotask(() => drawn.box.scrollTo(...place));
    }
    for (const row of drawn.box.querySelectorAll(".vk-chosen")) row.classList.remove("vk-chosen");
    const selected = model.get("selected");
    if (selected) drawn.box.querySelector(`[data-row="${CSS.escape(selected)}"]`)?.classList.add("vk-chosen");
    return drawn.box;
  });
  return mounted;
}
