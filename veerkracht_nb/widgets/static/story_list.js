function draw({ model, el, vk }) {
  const { h, free, button } = vk;
  const get = (key) => model.get(key);
  const asking = new Map(), failed = new Map(), before = new Map(), reasons = new Map();
  let all = false;

  async function act(name, item, extra = {}) {
    const old = item.moderation;
    asking.delete(item.id);
    const ack = await vk.command(model, name, { id: item.id, ...extra });
    failed.delete(item.id);
    if (!ack.ok) failed.set(item.id, ack);
    else if (name === "beoordeel") { if (before.get(item.id) === extra.decision) before.delete(item.id); else before.set(item.id, old); }
    stop.again();
  }
  const ask = (item, what) => { if (what) asking.set(item.id, what); else asking.delete(item.id); stop.again(); };

  const leave = (item) => (e) => { if (e.key === "Escape") ask(item); };

  function own(t, item) {
    if (item.withdrawn || get("disabled_reason")) return null;
    if (asking.get(item.id) === "in") return h("div", { class: "vk-ask", onkeydown: leave(item) }, h("p", null, t.zeker), h("div", { class: "vk-row" },
      button(t.ja, () => act("trek_in", item), { class: "vk-danger", "data-k": `ja${item.id}`, "data-else": `t${item.id}` }), button(t.nee, () => ask(item), { "data-k": `nee${item.id}`, "data-else": `t${item.id}` })));
    return h("div", { class: "vk-row" }, button(t.bewerk, () => act("bewerk", item), { class: "vk-quiet", "data-k": `b${item.id}` }),
      button(t.trek_in, () => ask(item, "in"), { class: "vk-quiet", "data-k": `t${item.id}`, "data-else": `nee${item.id}` }));
  }

  function judge(t, item) {
    if (item.withdrawn) return null;
    if (asking.get(item.id) === "terug") {
      const field = h("textarea", { rows: 2, maxlength: 280, dir: "auto", "data-k": `r${item.id}`, "data-else": `g${item.id}`, value: reasons.get(item.id) || "", oninput: () => { reasons.set(item.id, field.value); give.disabled = !field.value.trim(); } });
      const give = button(t.reden_knop, () => act("beoordeel", item, { decision: "teruggegeven", reason: field.value }), { class: "vk-primary", disabled: !reasons.get(item.id), "data-k": `give${item.id}`, "data-else": `s${item.id}` });
      return h("div", { class: "vk-ask", onkeydown: leave(item) }, h("label", null, t.reden, field), h("div", { class: "vk-row" }, give, button(t.terug, () => ask(item), { "data-k": `back${item.id}`, "data-else": `g${item.id}` })));
    }
    const set = (decision) => () => act("beoordeel", item, { decision, reason: "" });
    const undo = before.get(item.id);
    return h("div", { class: "vk-row" }, item.moderation !== "getoond" && button(t.toon, set("getoond"), { "data-k": `s${item.id}`, "data-else": `h${item.id}` }),
      item.moderation !== "vastgehouden" && button(t.houd_vast, set("vastgehouden"), { class: "vk-quiet", "data-k": `h${item.id}`, "data-else": `s${item.id}` }),
      item.moderation !== "teruggegeven" && button(t.geef_terug, () => ask(item, "terug"), { class: "vk-quiet", "data-k": `g${item.id}`, "data-else": `r${item.id}` }),
      undo && undo !== item.moderation && undo !== "teruggegeven" && button(t.maak_ongedaan, set(undo), { class: "vk-quiet", "data-k": `u${item.id}`, "data-else": `s${item.id}` }));
  }

  const one = (t) => (item) => {
    const kind = get("kind"), status = item.withdrawn ? "ingetrokken" : item.moderation;
    const words = [!get("buurt") || all ? item.buurt_name : "", ...item.labels, item.own ? t.eigen : "", item.at].filter(Boolean);
    return h("li", { class: `vk-story vk-is-${status}` }, item.withdrawn ? null : free(item.text, { class: "vk-story-text" }),
      h("div", { class: "vk-story-meta vk-free" }, words.map((w) => h("span", { dir: "auto" }, w)), (item.own || kind === "begeleider") && h("span", { class: "vk-tag" }, t[status])),
      item.reason && item.moderation === "teruggegeven" && free(item.reason, { class: "vk-reason" }),
      failed.has(item.id) && vk.problem(t, failed.get(item.id)),
      kind === "begeleider" ? judge(t, item) : kind === "deelnemer" && item.own ? own(t, item) : null);
  };

  const stop = vk.mount({ model, el }, (t) => {
    const buurt = get("buurt"), items = get("items").filter((i) => !buurt || all || i.buurt === buurt);
    if (get("kind") === "scherm" && !items.length) return null;
    return h("section", { class: `vk-stories vk-stories-${get("kind")}` }, get("heading") && h("h2", null, get("heading")),
      buurt && get("kind") !== "scherm" && vk.choices({ label: t.filter, hidden: true, k: "filter", value: all ? "alles" : "buurt", options: [["buurt", get("buurt_name")], ["alles", t.alles]], onpick: (v) => { all = v === "alles"; stop.again(); } }),
      items.length ? h("ul", { class: "vk-list" }, items.map(one(t))) : h("p", { class: "vk-muted" }, t.leeg));
  });
  return stop;
}
