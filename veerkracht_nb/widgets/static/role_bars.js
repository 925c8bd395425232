function draw({ model, el, vk }) {
  const { h } = vk;
  return vk.mount({ model, el }, (t) => {
    const roles = model.get("roles"), most = Math.max(1, ...roles.map(([, n]) => n));
    return h("section", { class: "vk-roles" }, h("h2", null, vk.fill(t.kop, { n: model.get("total") })),
      model.get("total") ? h("ul", { class: "vk-list" }, roles.map(([role, n]) => h("li", { class: "vk-role" }, h("span", { class: "vk-free", dir: "auto" }, role),
        h("span", { class: "vk-role-bar", "aria-hidden": "true" }, h("i", { vars: { width: `${(100 * n) / most}%` } })), h("b", null, n)))) : h("p", { class: "vk-muted" }, t.leeg));
  });
}
