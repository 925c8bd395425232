function draw({ model, el, vk }) {
  const { h } = vk;
  const key = (kind, name) => h("li", null, svg("svg", { width: 30, height: 12, "aria-hidden": "true" }, kind === "waaier" ? svg("rect", { class: "vk-plot-fan", x: 1, y: 1, width: 28, height: 10 }) : null,
    svg("line", { class: `vk-plot-series vk-plot-${kind}`, x1: 1, x2: 29, y1: 6, y2: 6 })), h("span", { class: "vk-free", dir: "auto" }, name));

  const view = (t, width) => {
    const lines = model.get("lines"), fan = model.get("fan");
    const all = lines.flatMap((line) => line.points), ahead = fan.year ? [[fan.year, fan.low], [fan.year, fan.high]] : [];
    if (!all.length) return h("p", { class: "vk-muted" }, t.leeg);
    const years = [...all, ...ahead].map(([year]) => year);
    const [first, last] = [Math.min(...years), Math.max(...years)];
    const ys = roomFor([...all, ...ahead].map(([, value]) => value), 0.1);
    const plot = frameOf(width, [first - 0.5, last + 0.5], ys, 0.55), { box, x, y } = plot;
    const path = (points) => points.map(([year, value], i) => `${i ? "L" : "M"}${x(year).toFixed(1)} ${y(value).toFixed(1)}`).join("");
    const kept = [...new Set(years)].sort((a, b) => b - a)
      .reduce((some, year) => (some.every((other) => Math.abs(x(other) - x(year)) > 40) ? [...some, year] : some), []);
    const drawn = [...lines].reverse().map(({ kind, points, name }) => [
      svg("path", { class: `vk-plot-series vk-plot-${kind}`, d: path(points) }),
      points.map(([year, value]) => svg("circle", { class: `vk-plot-dot vk-plot-${kind}`, cx: x(year).toFixed(1), cy: y(value).toFixed(1), r: kind === "buurt" ? 5 : 3.5 },
        svg("title", null, `${name}, ${year}: ${written(value, t.taal, model.get("decimals"))}`))),
    ]);
    const onward = fan.year ? [
      svg("path", { class: "vk-plot-fan", d: `${path([fan.start, [fan.year, fan.high], [fan.year, fan.low]])}Z` }),
      svg("path", { class: "vk-plot-series vk-plot-waaier", d: path([fan.start, [fan.year, fan.middle]]) }),
    ] : null;
    const picture = svg("svg", { viewBox: `0 0 ${width} ${plot.height - 18}`, width, height: plot.height - 18, role: "img", "aria-label": said(t, lines, fan) },
      scaleY(plot, ys, t.taal), kept.map((year) => label(String(year), x(year), box.bottom + 17, { class: "vk-plot-tick", "text-anchor": "middle" })), onward, drawn);
    return h("div", { class: "vk-plot-box" }, picture,
      h("ul", { class: "vk-list vk-plot-key" }, lines.map((line) => key(line.kind, line.name)), fan.year ? key("waaier", fan.name) : null));
  };

  const said = (t, lines, fan) => {
    const number = (value) => written(value, t.taal, model.get("decimals"));
    const parts = lines.map(({ name, points }) => `${name}: ${points.map(([year, value]) => `${year} ${number(value)}`).join(", ")}`);
    if (fan.year) parts.push(`${fan.name}: ${fan.year} ${number(fan.middle)} (${number(fan.low)} – ${number(fan.high)})`);
    return `${model.get("heading")}. ${parts.join(". ")}`;
  };
  return fitted({ model, el, vk }, view);
}
