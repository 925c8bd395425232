const REACH_PX = 24;
const LONGEST = 26;

const short = (name) => (name.length > LONGEST ? `${name.slice(0, LONGEST - 1).trimEnd()}…` : name);

const HEIGHT = 15;
const AWAY = [4, 14, 26, 40]; // px from the point; beyond the first a thin line leads to it
const AROUND = [[1, 0], [-1, 0], [0, -1], [0, 1], [0.7, -0.7], [-0.7, -0.7], [0.7, 0.7], [-0.7, 0.7]];

// Greedy: the most important name first, each in the first place where it touches nothing. The name of the chosen buurt
// may lie over points when there is no such place.
const placed = (wanted, circles, box, taken, measure) => {
  const inside = ([left, top, right, bottom]) => left >= box.left + 1 && right <= box.right + 10 && top >= box.top && bottom <= box.bottom;
  const clear = ([left, top, right, bottom]) => !taken.some((o) => left < o[2] + 3 && right > o[0] - 3 && top < o[3] + 1 && bottom > o[1] - 1);
  const apart = ([left, top, right, bottom], own) => !circles.some((c) => c !== own && Math.hypot(c.x - Math.max(left, Math.min(c.x, right)), c.y - Math.max(top, Math.min(c.y, bottom))) < c.r + 1);
  const free = (spot, own) => inside(spot) && clear(spot) && apart(spot, own);
  const found = [];
  for (const { own, name, r, must } of wanted) {
    const w = measure(name);
    const spots = AWAY.flatMap((away) => AROUND.map(([dx, dy]) => {
      const [x, y] = [own.x + dx * (r + away), own.y + dy * (r + away)];
      const left = dx > 0 ? x : dx < 0 ? x - w : x - w / 2, top = dy > 0 ? y : dy < 0 ? y - HEIGHT : y - HEIGHT / 2;
      return { box: [left, top, left + w, top + HEIGHT], from: away > AWAY[0] ? [own.x + dx * r, own.y + dy * r, x - dx * 2, y - dy * 2] : null };
    }));
    const spot = spots.find((one) => free(one.box, own)) ?? (must && spots.find((one) => inside(one.box) && clear(one.box)));
    if (!spot) continue;
    taken.push(spot.box);
    found.push({ ...spot, name, own });
  }
  return found;
};

function draw({ model, el, vk }) {
  const { h, fill } = vk;
  const canvas = document.createElement("canvas").getContext("2d");
  const dark = (colour) => {
    const [r, g, b] = [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
    return 0.299 * r + 0.587 * g + 0.114 * b < 120;
  };

  const guide = (plot, axis, upright) => {
    const { box } = plot, at = upright ? plot.x : plot.y;
    const across = (value, cls) => upright ? svg("line", { class: cls, x1: at(value), x2: at(value), y1: box.top, y2: box.bottom })
      : svg("line", { class: cls, x1: box.left, x2: box.right, y1: at(value), y2: at(value) });
    const parts = [];
    if (axis.band) {
      const [a, b] = [at(-axis.band), at(axis.band)].sort((p, q) => p - q);
      parts.push(svg("rect", { class: "vk-plot-band", x: upright ? a : box.left, y: upright ? box.top : a, width: upright ? b - a : box.right - box.left, height: upright ? box.bottom - box.top : b - a }));
    }
    if (axis.line !== null) {
      const room = box.right - at(axis.line) > axis.line_label.length * 7.5 + 24;
      const note = upright ? (room ? [at(axis.line) + 5, box.bottom - 7, "start"] : [at(axis.line) - 5, box.bottom - 7, "end"]) : [box.right - 3, at(axis.line) - 6, "end"];
      parts.push(across(axis.line, "vk-plot-line"), label(`${axis.line_label} ${upright ? "→" : "↑"}`, note[0], note[1], { class: "vk-plot-note", "text-anchor": note[2] }));
    }
    return parts;
  };

  const view = (t, width) => {
    const points = model.get("points"), axes = model.get("axes"), { items } = model.get("palette");
    if (!points.length) return h("p", { class: "vk-muted" }, t.leeg);
    const range = (axis, i) => roomFor([...points.map((p) => p[i]), ...(axis.line === null ? [] : [axis.line]), ...(axis.band ? [-axis.band, axis.band] : [])]);
    const [xs, ys] = [range(axes[0], 2), range(axes[1], 3)];
    const plot = frameOf(width, xs, ys), { box } = plot;
    const r = width < 480 ? 7 : 9, selected = model.get("selected");
    const circles = points.map(([code, name, x, y, key]) => ({ code, name, key, x: plot.x(x), y: plot.y(y), r, value: [x, y] }));
    circles.sort((a, b) => (a.code === selected) - (b.code === selected));
    const mark = (c) => {
      const style = items[c.key], own = c.code === selected;
      return svg("g", { class: `vk-plot-point${own ? " vk-plot-own" : ""}`, "data-code": c.code },
        svg("circle", { cx: c.x.toFixed(1), cy: c.y.toFixed(1), r: own ? r + 3 : r, fill: style.colour }),
        label(style.pattern === "leeg" ? "?" : style.letter, c.x, c.y + 0.5, { "font-size": r * (style.letter.length > 1 ? 1 : 1.3), fill: dark(style.colour) ? "#fff" : "#111" }));
    };
    canvas.font = `600 12.5px ${getComputedStyle(el).fontFamily}`;
    const most = Math.max(4, Math.min(12, Math.round(width / 60)));
    const wanted = [selected, ...model.get("named").filter((code) => code !== selected).slice(0, most)]
      .map((code) => circles.find((c) => c.code === code)).filter(Boolean)
      .map((own) => ({ own, r: own.code === selected ? r + 3 : r, name: short(own.name), must: own.code === selected }));
    const notes = axes.map((axis, i) => {
      if (axis.line === null) return null;
      const w = canvas.measureText(axis.line_label).width + 18;
      return i ? [box.right - w, plot.y(axis.line) - 18, box.right, plot.y(axis.line)] : [plot.x(axis.line) - w, box.bottom - 20, plot.x(axis.line) + w, box.bottom];
    }).filter(Boolean);
    const names = placed(wanted, circles, box, notes, (words) => canvas.measureText(words).width);
    const named = ({ box: [left, top], from, name, own }) => [
      from && svg("line", { class: "vk-plot-leader", x1: from[0], y1: from[1], x2: from[2], y2: from[3] }),
      label(name, left, top + HEIGHT / 2, { class: `vk-plot-name${own.code === selected ? " vk-plot-own" : ""}`, "dominant-baseline": "central" })];
    const picture = svg("svg", { viewBox: `0 0 ${width} ${plot.height}`, width, height: plot.height, role: "img", "aria-label": `${model.get("heading")}. ${fill(t.uitleg, { n: points.length })}` },
      guide(plot, axes[0], true), guide(plot, axes[1], false), scaleY(plot, ys, t.taal), scaleX(plot, xs, t.taal),
      circles.map(mark),
      names.map(named),
      label(axes[0].label, (box.left + box.right) / 2, plot.height - 6, { class: "vk-plot-axis", "text-anchor": "middle" }),
      label(axes[1].label, 0, 0, { class: "vk-plot-axis", "text-anchor": "middle", transform: `translate(11 ${(box.top + box.bottom) / 2}) rotate(-90)` }));
    return touched(picture, circles, { t, axes, items, width });
  };

  // What is pointed at says its name; a click chooses it.
  const touched = (picture, circles, { t, axes, items, width }) => {
    const tip = h("div", { class: "vk-plot-tip", hidden: true, "aria-hidden": "true", dir: "auto" });
    const nearest = (event) => {
      const from = picture.getBoundingClientRect();
      const [px, py] = [event.clientX - from.left, event.clientY - from.top];
      let best = null, least = REACH_PX;
      for (const c of circles) { const away = Math.hypot(c.x - px, c.y - py); if (away <= least) [best, least] = [c, away]; }
      return best;
    };
    const say = (c) => {
      tip.hidden = !c;
      picture.style.cursor = c ? "pointer" : "";
      if (!c) return;
      const figures = axes.map((axis, i) => `${axis.label} ${written(c.value[i], t.taal, axis.decimals)}`).join(" · ");
      tip.replaceChildren(h("b", { class: "vk-free" }, c.name), h("div", null, `${items[c.key].letter}: ${items[c.key].label}`), h("div", null, figures));
      tip.style.left = `${Math.max(0, Math.min(c.x - 110, width - 220))}px`;
      tip.style.top = `${c.y + 16}px`;
    };
    picture.addEventListener("pointermove", (event) => event.pointerType !== "touch" && say(nearest(event)));
    picture.addEventListener("pointerleave", () => say(null));
    picture.addEventListener("click", (event) => { const c = nearest(event); if (c) vk.command(model, "kies", { buurt: c.code }); });
    return h("div", { class: "vk-plot-box" }, picture, tip);
  };
  return fitted({ model, el, vk }, view);
}
