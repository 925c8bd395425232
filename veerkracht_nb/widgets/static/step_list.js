function draw({ model, el, vk }) {
  const { h, button, fill } = vk;
  let sure = false, failed = null, starting = "";
  async function act(name, body) {
    // A second click of a double click would start the clock of the step again.
    if (name === "start" && starting === body.step) return;
    if (name === "start") starting = body.step;
    sure = false;
    const ack = await vk.command(model, name, body);
    if (name === "start") starting = "";
    failed = ack.ok ? null : ack;
    stop.again();
  }
  const current = (t, s) => h("div", { class: "vk-step-now" },
    h("div", { class: "vk-row" }, button("−5", () => act("tijd", { step: s.id, minutes: -5 }), { "aria-label": t.minder, "data-k": "minder" }),
      button("+5", () => act("tijd", { step: s.id, minutes: 5 }), { "aria-label": t.meer, "data-k": "meer" }), h("span", { class: "vk-muted" }, s.answers === 1 ? t.reactie : fill(t.reacties, { n: s.answers }))),
    vk.choices({ label: t.zichtbaar, k: "onthul", value: s.level, options: ["alleen_ik", "verdeling", "alles"].map((key) => [key, t[key]]), onpick: (level) => act("onthul", { step: s.id, level }) }));
  const item = (t) => (s, i) => h("li", { class: `vk-step vk-step-${s.state}`, "aria-current": s.state === "nu" ? "step" : null },
    h("div", { class: "vk-step-line" }, h("span", { class: "vk-number", "aria-hidden": "true" }, s.state === "gedaan" ? "✓" : i + 1),
      h("span", { class: "vk-free vk-step-title", dir: "auto" }, s.title, s.state === "gedaan" && h("span", { class: "vk-hidden" }, ` ${t.gedaan}`)),
      h("span", { class: "vk-muted" }, fill(t.minuten, { n: s.minutes })),
      s.state !== "nu" && button(t.start, () => act("start", { step: s.id }), { class: "vk-quiet", disabled: model.get("closed"), "data-k": `s${s.id}`, "data-else": "meer", "aria-label": fill(t.start_lang, { n: i + 1, titel: s.title }) })),
    s.state === "nu" && !model.get("closed") && current(t, s));
  const close = (t) => model.get("closed") ? [h("p", { class: "vk-closed" }, t.gesloten), button(t.heropen, () => act("heropen", {}), { "data-k": "stop" })]
    : sure ? h("div", { class: "vk-ask", onkeydown: (e) => { if (e.key === "Escape") { sure = false; stop.again(); } } }, h("p", null, t.zeker), h("div", { class: "vk-row" }, button(t.ja, () => act("stop", {}), { class: "vk-danger", "data-k": "stop" }), button(t.nee, () => { sure = false; stop.again(); }, { "data-k": "nee", "data-else": "stop" })))
      : button(t.stop, () => { sure = true; stop.again(); }, { class: "vk-quiet", "data-k": "stop" });
  const stop = vk.mount({ model, el }, (t) => h("nav", { class: "vk-steps", "aria-label": t.kop }, h("h2", null, t.kop),
    h("ol", { class: "vk-list" }, model.get("steps").map(item(t))), failed && vk.problem(t, failed), close(t)));
  return stop;
}
