const SVG_NS = "http://www.w3.org/2000/svg";

const svg = (tag, attributes, ...children) => {
  const node = document.createElementNS(SVG_NS, tag);
  for (const [key, value] of Object.entries(attributes ?? {})) if (value !== null) node.setAttribute(key, value);
  node.append(...children.flat(Infinity).filter((child) => child !== null));
  return node;
};

// Round values between low and high, at most as many as there is room for.
const ticksOf = (low, high, most) => {
  const rough = (high - low) / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough);
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i += 1) found.push(i * step);
  return { found, decimals: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
};

const written = (value, taal, decimals) =>
  (Number(value.toFixed(decimals)) === 0 ? 0 : value).toLocaleString(taal, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).replace("-", "−");

const roomFor = (values, share = 0.06) => {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const edge = (high - low || Math.abs(high) || 1) * share;
  return [low - edge, high + edge];
};

// Places on the screen for a chart of this width: the box of the plot and both scales.
const frameOf = (width, xs, ys, shape = 0.74) => {
  const height = Math.round(Math.min(Math.max(width * shape, 240), 480));
  const box = { left: 60, top: 10, right: width - 14, bottom: height - 44 };
  const x = (value) => box.left + ((value - xs[0]) / (xs[1] - xs[0])) * (box.right - box.left);
  const y = (value) => box.bottom - ((value - ys[0]) / (ys[1] - ys[0])) * (box.bottom - box.top);
  return { width, height, box, x, y };
};

const label = (words, x, y, more) => svg("text", { x: x.toFixed(1), y: y.toFixed(1), ...more }, words);

const scaleY = ({ box, y }, range, taal) => {
  const { found, decimals } = ticksOf(...range, (box.bottom - box.top) / 46);
  return found.map((value) => [
    svg("line", { class: "vk-plot-grid", x1: box.left, x2: box.right, y1: y(value), y2: y(value) }),
    label(written(value, taal, decimals), box.left - 7, y(value), { class: "vk-plot-tick", "text-anchor": "end", "dominant-baseline": "central" }),
  ]);
};

const scaleX = ({ box, x }, range, taal) => {
  const { found, decimals } = ticksOf(...range, (box.right - box.left) / 76);
  return found.map((value) => [
    svg("line", { class: "vk-plot-grid", x1: x(value), x2: x(value), y1: box.top, y2: box.bottom }),
    label(written(value, taal, decimals), x(value), box.bottom + 17, { class: "vk-plot-tick", "text-anchor": "middle" }),
  ]);
};

// Draws again when the place becomes wider or narrower.
const fitted = ({ model, el, vk }, view) => {
  let width = 0;
  const mounted = vk.mount({ model, el }, (t) => [
    vk.h("h2", { class: "vk-plot-title" }, model.get("heading")),
    width ? view(t, width) : null,
    model.get("note") && vk.h("p", { class: "vk-small" }, model.get("note")),
  ]);
  el.classList.add("vk-plot");
  const watch = new ResizeObserver(([entry]) => {
    const now = Math.floor(entry.contentRect.width);
    if (now && now !== width) { width = now; mounted.again(); }
  });
  watch.observe(el);
  return Object.assign(() => { watch.disconnect(); mounted(); }, { again: mounted.again });
};
