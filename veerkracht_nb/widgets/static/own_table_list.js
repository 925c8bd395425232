function draw({ model, el, vk }) {
  const { h, fill, free } = vk;
  const get = (key) => model.get(key);
  let failed = null;
  // The button that was pressed is gone afterwards; the focus goes to what undoes it.
  async function run(name, body, next) {
    failed = null;
    const ack = await vk.command(model, name, body, { patient: true });
    failed = ack.ok ? null : ack;
    mounted.again();
    if (ack.ok) el.querySelector(next)?.focus();
  }
  const mounted = vk.mount({ model, el }, (t) => {
    const tables = get("tables"), removed = get("removed");
    const item = (table) => h("li", { class: "vk-own-kept" }, h("h3", { class: "vk-free", dir: "auto" }, table.title),
      table.figures.map((line) => free(line, { class: "vk-small" })), free(fill(t.bron, { bron: table.source }), { class: "vk-small" }),
      table.note && free(table.note, { class: "vk-small" }), table.use && h("p", { class: "vk-own-use-as" }, table.use),
      vk.button(t.verwijder, () => run("verwijder", { key: table.key }, "[data-k=back]"), { class: "vk-quiet", "data-k": `remove-${table.key}`, "aria-label": `${t.verwijder}: ${table.title}` }));
    return h("section", { class: "vk-own", "aria-label": fill(t.kop, { plaats: get("place") }) }, h("h2", null, fill(t.kop, { plaats: get("place") })),
      h("div", { "data-say": "removed" }, removed && h("div", { class: "vk-reason" }, free(fill(t.verwijderd, { titel: removed })), vk.button(t.terug, () => run("terug", {}, "[data-k^=remove]"), { "data-k": "back" }))),
      failed && vk.problem(t, failed),
      tables.length ? h("ul", { class: "vk-list" }, tables.map(item)) : h("p", { class: "vk-muted" }, t.leeg));
  });
  return mounted;
}
