function draw({ model, el, vk }) {
  const { h } = vk;
  const parts = new Map();
  let variant = null, busy = "", done = "", failed = null, progress = 0;
  function hear(message, buffers) {
    if (message?.type !== "file") return;
    const got = parts.get(message.nonce) || [];
    got[message.part] = buffers[0];
    parts.set(message.nonce, got);
    progress = got.filter(Boolean).length / message.of;
    if (progress < 1) return stop.again();
    parts.delete(message.nonce);
    const url = URL.createObjectURL(new Blob(got, { type: message.media }));
    const link = h("a", { href: url, download: message.name, class: "vk-hidden" });
    el.append(link); link.click(); link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 60000);
    done = message.name;
  }
  async function fetchFile(format, label) {
    busy = label; done = ""; failed = null; progress = 0; stop.again();
    const ack = await vk.command(model, "export", { format, variant: variant ?? model.get("variants")[0][0] }, { patient: true });
    busy = ""; failed = ack.ok ? null : ack; stop.again();
  }
  model.on("msg:custom", hear);
  const stop = vk.mount({ model, el }, (t) => {
    const chosen = variant ?? model.get("variants")[0]?.[0];
    return h("section", { class: "vk-download" }, h("h2", null, model.get("heading") || t.kop),
      model.get("variants").length > 1 && vk.choices({ label: t.variant, k: "variant", value: chosen, options: model.get("variants"), onpick: (v) => { variant = v; stop.again(); } }),
      model.get("variants").length > 1 && t[`uitleg_${chosen}`] && h("p", { class: "vk-small" }, t[`uitleg_${chosen}`]),
      h("div", { class: "vk-row" }, model.get("formats").map(([key, label]) => vk.button(label, () => fetchFile(key, label), { disabled: !!busy, "data-k": `f${key}` }))),
      busy && progress > 0 && h("progress", { value: progress, max: 1, "aria-label": busy }),
      h("p", { class: "vk-saved", "data-say": "download" }, busy ? vk.fill(t.bezig, { naam: busy }) : done ? vk.fill(t.klaar, { naam: done }) : ""), failed && vk.problem(t, failed));
  });
  return () => { stop(); model.off("msg:custom", hear); };
}
