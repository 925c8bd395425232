function draw({ model, el, vk }) {
  const { h, fill } = vk;
  const get = (key) => model.get(key);
  const parts = ["line", "column", "expected", "got", "todo"], heads = ["regel", "kolom", "verwacht", "gevonden", "wat_nu"];
  const cell = (problem, part) => h("td", { class: part === "line" ? "vk-figures" : "vk-free", dir: "auto" }, String(problem[part]));

  function errors(t) {
    const problems = get("problems"), total = get("total"), title = fill(t.fouten, { n: total });
    if (!total) return h("p", null, t.goed);
    return [h("div", { class: "vk-table-box vk-own-errors", tabindex: 0, role: "region", "aria-label": title, "data-k": "errors" }, h("table", { class: "vk-table" },
      h("caption", null, title, problems.length < total ? ` ${fill(t.eerste, { n: problems.length })}` : ""),
      h("thead", null, h("tr", null, heads.map((key) => h("th", { scope: "col" }, t[key])))),
      h("tbody", null, problems.map((problem) => h("tr", null, parts.map((part) => cell(problem, part))))))),
    vk.choices({ label: t.vraag, k: "skip", value: get("skip") ? "weg" : "eerst", options: [["eerst", t.eerst], ["weg", t.weg]],
      onpick: async (key) => { const ack = await vk.command(model, "weglaten", { skip: key === "weg" }); if (!ack.ok) mounted.again(); } }),
    h("p", { class: "vk-small" }, t.weg_uitleg)];
  }

  const mounted = vk.mount({ model, el }, (t) => {
    const columns = get("columns"), absent = get("absent");
    if (!get("summary")) return null;
    return h("section", { class: "vk-own vk-own-next", "aria-label": t.kop }, h("h2", null, h("span", { class: "vk-number" }, 4), t.kop),
      h("p", { class: "vk-strong", "data-say": "check" }, get("summary")), get("notes").map((note) => h("p", { class: "vk-small" }, note)),
      absent.length > 0 && h("details", { "data-k": "absent" }, h("summary", { "data-k": "absent-open" }, fill(t.afwezig, { n: absent.length })),
        h("p", { class: "vk-small" }, absent.map((name, i) => [i ? " · " : "", h("bdi", null, name)]))),
      errors(t),
      columns.length > 1 && h("label", { class: "vk-field vk-field-map" }, h("span", null, t.kaart),
        h("select", { "data-k": "column", onchange: (e) => vk.command(model, "toon", { column: Number(e.target.value) }) },
          columns.map((name, i) => h("option", { value: i, selected: i === get("column") }, name)))));
  });
  // What was asked for stands below the form, perhaps out of sight.
  const show = () => requestAnimationFrame(() => el.scrollIntoView({ block: "start" }));
  model.on("change:problems change:summary", show);
  if (get("summary")) show();
  return () => { mounted(); model.off("change:problems change:summary", show); };
}
