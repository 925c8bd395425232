function draw({ model, el, vk }) {
  const { h } = vk;
  const ROW = 22, GAP = 12, NAME = 20;

  const view = (t, width) => {
    const categories = model.get("categories"), series = model.get("series"), stacked = model.get("stacked");
    if (!categories.length) return h("p", { class: "vk-muted" }, t.leeg);
    const defs = svg("defs");
    const fills = series.map((one, i) => addPattern(defs, uniqueId(`staaf-${i}`), one));
    const each = NAME + GAP + ROW * (stacked ? 1 : series.length) + (stacked ? 0 : 3 * (series.length - 1));
    const room = width - (stacked ? 8 : 128), x = (share) => (share / 100) * room;
    const said = (one, i) => `${one.name}: ${one.shares[i] === null ? t.geen : `${written(one.shares[i], t.taal, 1)}%`}${one.said[i] ? ` (${one.said[i]})` : ""}`;
    const bar = (one, s, i, left, top) => [
      svg("rect", { class: "vk-plot-bar", x: left.toFixed(1), y: top, width: Math.max(0, x(one.shares[i] ?? 0)).toFixed(1), height: ROW, fill: fills[s] }, svg("title", null, said(one, i))),
      stacked ? (x(one.shares[i] ?? 0) > 18 ? label(one.name, left + x(one.shares[i]) / 2, top + ROW / 2, { class: "vk-plot-inside" }) : null)
        : label(`${one.shares[i] === null ? t.geen : `${written(one.shares[i], t.taal, 1)}%`}${one.said[i] ? ` · ${one.said[i]}` : ""}`, left + x(one.shares[i] ?? 0) + 6, top + ROW / 2, { class: "vk-plot-value", "dominant-baseline": "central" }),
    ];
    const rows = categories.map((category, i) => {
      const top = i * each;
      let left = 1;
      const bars = series.map((one, s) => {
        const drawn = bar(one, s, i, left, top + NAME + (stacked ? 0 : s * (ROW + 3)));
        if (stacked) left += x(one.shares[i] ?? 0);
        return drawn;
      });
      return [label(category, 1, top + 14, { class: "vk-plot-category" }), bars];
    });
    const height = categories.length * each;
    const words = categories.map((category, i) => `${category}: ${series.map((one) => said(one, i)).join(", ")}`).join(". ");
    const key = (one, s) => h("li", null, svg("svg", { class: "vk-plot-swatch", width: 22, height: 16, "aria-hidden": "true" }, svg("rect", { class: "vk-plot-bar", x: 1, y: 1, width: 20, height: 14, fill: fills[s] })), h("span", null, one.name));
    return h("div", { class: "vk-plot-box" },
      svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": `${model.get("heading")}. ${words}` }, defs, rows),
      series.length > 1 ? h("ul", { class: "vk-list vk-plot-key" }, series.map(key)) : null);
  };
  return fitted({ model, el, vk }, view);
}
