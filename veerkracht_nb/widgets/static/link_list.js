function draw({ model, el, vk }) {
  const { h } = vk;
  return vk.mount({ model, el }, (t) => {
    const links = model.get("links");
    if (!links.length) return null;
    // Only addresses of this server: what comes from elsewhere is not a page of ours.
    const own = links.filter(([, href]) => /^\/(?!\/)/.test(href));
    return h("section", { class: "vk-linklist" }, h("h2", null, model.get("heading")),
      h("ul", null, own.map(([label, href]) => h("li", null, h("a", { href, target: "_blank", rel: "noopener" }, label, h("span", { class: "vk-hidden" }, ` (${t.nieuw})`))))));
  });
}
