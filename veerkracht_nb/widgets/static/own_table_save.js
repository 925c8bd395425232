function draw({ model, el, vk }) {
  const { h } = vk;
  const get = (key) => model.get(key);
  let busy = false, failed = null;
  async function save() {
    if (busy) return;
    busy = true; failed = null; mounted.again();
    const ack = await vk.command(model, "bewaar", {}, { patient: true });
    busy = false; failed = ack.ok ? null : ack; mounted.again();
    if (ack.ok) el.querySelector(".vk-own-done")?.focus();
  }
  const forget = () => { failed = null; };
  model.on("change:lines", forget);
  const mounted = vk.mount({ model, el }, (t) => {
    const reason = get("reason"), done = get("done");
    if (!get("lines").length) return null;
    return h("section", { class: "vk-own vk-own-save vk-own-next", "aria-label": t.kop }, h("h2", null, h("span", { class: "vk-number" }, 5), t.kop),
      get("lines").map((line) => h("p", { class: "vk-free", dir: "auto" }, line)),
      failed && vk.problem(t, failed),
      reason && !done.length && h("p", { class: "vk-reason" }, reason),
      h("div", { "data-say": "kept" }, done.length > 0 && h("div", { class: "vk-own-done", tabindex: -1 }, done.map((line, i) => h("p", { class: "vk-free" + (i ? "" : " vk-strong"), dir: "auto" }, line)))),
      !done.length && h("div", { class: "vk-row" }, vk.button(t.bewaar, save, { class: "vk-primary", disabled: !!reason, "data-k": "save" }), h("span", { class: "vk-saved", "data-say": "keeping" }, busy ? t.bezig : "")));
  });
  return () => { mounted(); model.off("change:lines", forget); };
}
