function draw({ model, el, vk }) {
  const { h } = vk;
  const view = (t, width) => {
    const counts = model.get("counts"), low = model.get("low"), step = model.get("width");
    if (!counts.length) return h("p", { class: "vk-muted" }, t.leeg);
    const xs = [low - step, low + step * (counts.length + 1)], ys = [0, Math.max(1, ...counts) * 1.08];
    const plot = frameOf(width, xs, ys, 0.5), { box, x, y } = plot;
    const decimals = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
    const bars = counts.map((count, i) => {
      const [from, to] = [low + i * step, low + (i + 1) * step];
      return svg("rect", { x: x(from).toFixed(1), y: y(count).toFixed(1), width: Math.max(1, x(to) - x(from) - 1).toFixed(1), height: (y(0) - y(count)).toFixed(1), fill: model.get("colour") },
        svg("title", null, `${written(from, t.taal, decimals)} – ${written(to, t.taal, decimals)}: ${written(count, t.taal, 0)}`));
    });
    return h("div", { class: "vk-plot-box" }, svg("svg", { viewBox: `0 0 ${width} ${plot.height}`, width, height: plot.height, role: "img", "aria-label": `${model.get("heading")}. ${model.get("axis")}` },
      scaleY(plot, ys, t.taal), scaleX(plot, xs, t.taal), bars,
      label(model.get("axis"), (box.left + box.right) / 2, plot.height - 6, { class: "vk-plot-axis", "text-anchor": "middle" })));
  };
  return fitted({ model, el, vk }, view);
}
