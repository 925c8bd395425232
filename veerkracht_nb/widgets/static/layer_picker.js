function draw({ model, el, vk }) {
  const stop = vk.mount({ model, el }, (t) => vk.h("div", { class: "vk-segments" }, vk.choices({ label: t.kop, hidden: true, k: "laag", value: model.get("layer"), options: model.get("options"),
    onpick: async (layer) => { const ack = await vk.command(model, "laag", { layer }); if (!ack.ok) stop.again(); } })));
  return stop;
}
