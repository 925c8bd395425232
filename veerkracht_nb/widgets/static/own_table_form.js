let ownForms = 0;
function draw({ model, el, vk }) {
  const { h, fill } = vk;
  const get = (key) => model.get(key);
  const id = `vk-own-${(ownForms += 1)}`;
  const bar = h("progress", { max: 1, value: 0 });
  const status = h("p", { class: "vk-saved" });
  let now = null, shown = 0, columns = "", version = 0;
  let busy = "", wrong = null, refused = null, checking = false, checkedAt = "";

  const number = (text) => Number.parseInt(text, 10) || 0;
  const asText = (year) => (year ? String(year) : "");

  // What was filled in stays when the same file comes back with its errors put right.
  function take() {
    if (shown === get("number")) return;
    shown = get("number");
    const table = get("table"), same = JSON.stringify(table.columns.map((column) => column.name));
    checkedAt = ""; refused = null; version += 1;
    if (now && same === columns) return;
    columns = same;
    const few = table.columns.filter((column) => column.figures).length <= 4;
    now = { code: table.code, year: asText(table.year), decimal: "auto", title: table.title, source: now?.source || "", note: "",
      columns: table.columns.map((column) => ({ use: column.figures && few, label: column.label, unit: "", year: asText(column.year), direction: "" })) };
  }

  function touched() {
    version += 1;
    if (checkedAt) { checkedAt = ""; vk.command(model, "gewijzigd"); }
    say();
  }

  function say() {
    const t = get("teksten");
    const words = checking ? t.wordt_bekeken : checkedAt ? fill(t.bekeken, { tijd: checkedAt }) : "";
    if (words && words !== status.textContent) vk.say(words, "looking");
    status.textContent = words;
  }

  const base64 = (blob) => new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });

  async function upload(file) {
    if (!file || busy) return;
    const piece = get("most")[1];
    const send = (name, body) => vk.command(model, name, body, { patient: true });
    const sent = [];
    busy = file.name; wrong = null; bar.value = 0; mounted.again();
    let ack = await send("begin", { name: file.name.slice(-160), size: file.size });
    try {
      for (let part = 0; ack.ok && part * piece < file.size; part += 1) {
        sent.push(send("deel", { part, data: await base64(file.slice(part * piece, (part + 1) * piece)) }));
        // A few pieces are under way at a time, so that the answers need not be waited for one by one.
        if (sent.length > 3) ack = await sent.shift();
        bar.value = Math.min(1, ((part + 1) * piece) / file.size);
      }
      while (ack.ok && sent.length) ack = await sent.shift();
    } catch { ack = { ok: false, message: get("teksten").onleesbaar, todo: get("teksten").sluit }; }
    busy = ""; wrong = ack.ok ? null : ack; mounted.again();
  }

  async function sheet(name) {
    if (busy) return;
    busy = get("table").name; mounted.again();
    const ack = await vk.command(model, "blad", { sheet: name }, { patient: true });
    busy = ""; wrong = ack.ok ? null : ack; mounted.again();
  }

  async function check() {
    if (checking || busy) return;
    const asked = version;
    checking = true; refused = null; mounted.again();
    const body = { code: now.code, year: number(now.year), decimal: now.decimal, title: now.title, source: now.source, note: now.note,
      columns: now.columns.flatMap(({ use, label, unit, year, direction }, column) => use && column !== now.code ? [{ column, label, unit, year: number(year), direction }] : []) };
    const ack = await vk.command(model, "controleer", body, { patient: true });
    checking = false; refused = ack.ok ? null : ack; checkedAt = ack.ok ? ack.at : "";
    if (ack.ok && asked !== version) { checkedAt = ""; vk.command(model, "gewijzigd"); }
    mounted.again();
  }

  const text = (label, value, set, props) => h("label", { class: "vk-field " + (props?.wide ? "vk-field-wide" : "") }, h("span", null, label),
    h("input", { type: "text", dir: "auto", autocomplete: "off", maxlength: 60, ...props, wide: null, value, oninput: (e) => { set(e.target.value); touched(); } }));
  const year = (label, value, set, props) => text(label, value, set, { inputmode: "numeric", maxlength: 4, class: "vk-field-year", ...props });
  const pick = (label, options, value, set, props) => h("label", { class: "vk-field" }, h("span", null, label),
    h("select", { ...props, onchange: (e) => { set(e.target.value); touched(); } }, options.map(([key, words]) => h("option", { value: key, selected: String(key) === String(value) }, words))));

  function chooser(t) {
    const table = get("table");
    return h("section", { class: "vk-own", "aria-labelledby": `${id}-1` }, h("h2", { id: `${id}-1` }, h("span", { class: "vk-number" }, 1), t.kop_bestand),
      h("p", { class: "vk-muted" }, fill(t.uitleg, { n: Math.floor(get("most")[0] / 1048576) })),
      h("div", { class: "vk-row" },
        h("label", { class: "vk-file" }, h("input", { type: "file", "data-k": "file", "aria-disabled": busy ? "true" : null, accept: ".csv,.txt,.tsv,.xlsx,.xlsm,.xlsb,.xls,.ods",
          onchange: (e) => { const [file] = e.target.files; e.target.value = ""; upload(file); } }), h("span", null, table.name ? t.ander : t.kies)),
        table.name && !busy && h("span", { class: "vk-own-name" }, h("bdi", { class: "vk-free vk-strong" }, table.name), " ", h("span", { class: "vk-muted" }, fill(t.rijen, { n: table.rows })))),
      h("div", { "data-say": "reading" }, busy && [h("p", { class: "vk-free" }, fill(t.bezig, { naam: busy })), bar]),
      wrong && vk.problem(t, wrong),
      table.name && table.sheets.length > 1 && pick(t.werkblad, table.sheets.map((name) => [name, name]), table.sheet, sheet, { "data-k": "sheet" }),
      table.name && table.notes.map((note) => h("p", { class: "vk-small" }, note)),
      !table.name && get("example").length > 1 && example(t));
  }

  function example(t) {
    const [head, ...rows] = get("example");
    return h("div", { class: "vk-table-box vk-own-example", tabindex: 0, role: "region", "aria-label": t.voorbeeld }, h("table", { class: "vk-table" },
      h("caption", null, t.voorbeeld), h("thead", null, h("tr", null, head.map((name, i) => h("th", { scope: "col", class: i > 1 ? "vk-figures" : null }, name)))),
      h("tbody", null, rows.map((row) => h("tr", null, row.map((cell, i) => h("td", { class: i > 1 ? "vk-figures" : null }, cell)))))));
  }

  function column(t, { name, sample }, i) {
    const mine = now.columns[i], set = (part) => (value) => { mine[part] = value; }, k = (part) => ({ "data-k": `${part}-${i}` });
    return h("li", { class: mine.use ? "vk-own-column vk-own-used" : "vk-own-column" },
      h("label", { class: "vk-own-use" }, h("input", { type: "checkbox", checked: mine.use, ...k("use"), "aria-label": fill(t.gebruik, { kolom: name }), onchange: (e) => { mine.use = e.target.checked; touched(); mounted.again(); } }),
        h("bdi", { class: "vk-free vk-strong" }, name), h("span", { class: "vk-small" }, `${t.bijvoorbeeld} `, h("bdi", null, sample || t.leeg))),
      mine.use && h("div", { class: "vk-fields", role: "group", "aria-label": name },
        text(t.label, mine.label, set("label"), k("label")),
        pick(t.direction, [["", t.kies_richting], ...["worse", "better", "neutral"].map((key) => [key, t[key]])], mine.direction, set("direction"), k("direction")),
        text(t.unit, mine.unit, set("unit"), { maxlength: 24, placeholder: t.unit_hint, ...k("unit") }),
        year(t.year, mine.year, set("year"), { placeholder: t.zelfde, ...k("year") })));
  }

  function columnsPart(t) {
    const table = get("table"), all = table.columns.map((item, i) => [item, i]).filter(([, i]) => i !== now.code);
    const likely = ([item, i]) => item.figures || now.columns[i].use, others = all.filter((pair) => !likely(pair));
    const list = (pairs) => h("ul", { class: "vk-list vk-own-columns" }, pairs.map(([item, i]) => column(t, item, i)));
    return h("section", { class: "vk-own", "aria-labelledby": `${id}-2` }, h("h2", { id: `${id}-2` }, h("span", { class: "vk-number" }, 2), t.kop_kolommen),
      pick(t.code, [[-1, t.geen_code], ...table.columns.map((item, i) => [i, item.name])], now.code, (value) => { now.code = number(value); mounted.again(); }, { "data-k": "code" }),
      h("p", { class: "vk-strong" }, t.cijfers), list(all.filter(likely)),
      others.length > 0 && h("details", { "data-k": "others" }, h("summary", { "data-k": "others-open" }, fill(t.andere, { n: others.length })), list(others)));
  }

  function about(t) {
    const set = (part) => (value) => { now[part] = value; };
    return h("section", { class: "vk-own", "aria-labelledby": `${id}-3` }, h("h2", { id: `${id}-3` }, h("span", { class: "vk-number" }, 3), t.kop_over),
      h("div", { class: "vk-fields" },
        text(t.title, now.title, set("title"), { maxlength: 80, wide: true, "data-k": "title" }), text(t.source, now.source, set("source"), { maxlength: 120, wide: true, "data-k": "source" }),
        year(t.jaar, now.year, set("year"), { "data-k": "year" }),
        pick(t.decimal, ["auto", ",", "."].map((key) => [key, t[`decimal_${key}`]]), now.decimal, set("decimal"), { "data-k": "decimal" }),
        text(t.note, now.note, set("note"), { maxlength: 300, wide: true, "data-k": "note" })),
      refused && vk.problem(t, refused),
      h("div", { class: "vk-row" }, vk.button(t.controleer, check, { class: "vk-primary", "data-k": "check" }), status));
  }

  const mounted = vk.mount({ model, el }, (t) => {
    const there = get("number") > 0;
    if (there) take();
    say();
    return [chooser(t), there && columnsPart(t), there && about(t)];
  });
  return mounted;
}
