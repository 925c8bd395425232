function draw({ model, el, vk }) {
  const { h } = vk;
  const mounted = vk.mount({ model, el }, () => h("div", { class: "vk-choicebar" }, model.get("choices").map((choice) => {
    if (choice.options.length < 2) return h("div", { class: "vk-choicebar-item" }, h("span", null, choice.label), h("b", { class: "vk-free", dir: "auto" }, choice.options[0]?.[1] ?? ""));
    const pick = async (event) => {
      const ack = await vk.command(model, "keuze", { key: choice.key, value: event.target.value });
      if (!ack.ok) mounted.again();
    };
    return h("label", { class: "vk-choicebar-item" }, h("span", null, choice.label),
      h("select", { "data-k": choice.key, onchange: pick }, choice.options.map(([value, words]) => h("option", { value, selected: value === choice.value, dir: "auto" }, words))));
  })));
  return mounted;
}
