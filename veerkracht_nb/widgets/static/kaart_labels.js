// What is written in a buurt.

// Letter, marks and name under one another, all within the largest circle of the buurt: so nothing meets the
// label of a neighbour. What does not fit is left out: the name first, then the letter and the number, never the tick.
function drawLabel([x, y], radius, largest, { letter, mark: [answered, number], name, wet }) {
  const parent = svgEl("g");
  const font = Math.min(largest, radius * (answered || number !== null ? 0.95 : 1.15));
  const lettered = letter && font >= 9.5;
  const r = Math.max(3, Math.min(largest * 0.38, lettered ? radius * 0.36 : radius * 0.75));
  const count = r < 5.8 ? null : number; // a number that nobody can read waits until somebody zooms in
  const marked = answered || count !== null;
  const nameFont = Math.max(11, Math.min(20, largest * 0.55));
  const rows = [lettered ? font * 0.95 : 0, marked ? 2 * r + 3 : 0, nameFont * 1.25];
  // The name is the lowest row, where the circle is narrower than in the middle; this font is bold.
  const low = (rows[0] + rows[1] + rows[2]) / 2;
  const named = low < radius && name.length * nameFont * 0.58 < 2 * Math.sqrt(radius ** 2 - low ** 2);
  if (!named) rows[2] = 0;
  let top = y - (rows[0] + rows[1] + rows[2]) / 2;
  const next = (i) => (top += rows[i]) - rows[i] / 2;
  if (lettered) drawText(parent, x, next(0), font, letter, "vk-letter");
  if (marked) {
    const middle = next(1);
    const both = answered && count !== null;
    if (answered) drawTick(parent, x - (both ? r * 1.1 : 0), middle, r);
    if (count !== null) drawCount(parent, x + (both ? r * 1.2 : 0), middle, r, count);
  }
  if (named) drawText(parent, x, next(2), nameFont, name, `vk-naam${wet ? " vk-naam-water" : ""}`);
  return parent;
}

function drawText(parent, x, y, size, words, className) {
  const node = svgEl("text", { x: x.toFixed(1), y: y.toFixed(1), "font-size": size.toFixed(1), class: className }, parent);
  node.textContent = words;
}

function drawTick(parent, x, y, r) {
  const g = svgEl("g", { class: "vk-vink", transform: `translate(${x.toFixed(1)},${y.toFixed(1)}) scale(${(r / 8).toFixed(2)})` }, parent);
  svgEl("circle", { r: 8 }, g);
  svgEl("path", { d: "M-3.6,0.3l2.5,2.6l4.7,-5.4" }, g);
}

function drawCount(parent, x, y, r, number) {
  const words = number > 99 ? "99+" : String(number);
  const w = r * (1.3 + 0.75 * words.length);
  const g = svgEl("g", { class: "vk-telling" }, parent);
  svgEl("rect", { x: x - w / 2, y: y - r, width: w, height: 2 * r, rx: r }, g);
  drawText(g, x, y, r * 1.35, words, "vk-getal");
}
