// Where the buurten lie: boundaries as they came, and as they are drawn at a zoom.

const EARTH = 40075016.686; // m around the equator

class Shapes {
  constructor(model, map) {
    const { rings, bounds, labels } = model.get("_shapes");
    const bytes = model.get("_coords");
    const raw = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const [west, south, east, north] = bounds;
    const flat = (x, y) => map.project([south + (y / 65535) * (north - south), west + (x / 65535) * (east - west)], 0);
    let at = 0;
    const number = () => raw.getUint16((at += 2) - 2, true);
    const grid = rings.map((lengths) => lengths.map((length) => Array.from({ length }, () => [number(), number()])));
    this.crs = map.options.crs;
    this.bounds = [[south, west], [north, east]];
    this.all = grid.map((own, i) => {
      const label = labels[i];
      const lat = label ? south + (label[1] / 65535) * (north - south) : 0;
      return {
        rings: own.map((ring) => ring.map(([x, y]) => flat(x, y))),
        centre: label && flat(label[0], label[1]),
        // In metres of the map, which grow away from the equator.
        radius: label ? label[2] / Math.cos((lat * Math.PI) / 180) : 0,
        d: "",
        box: null,
      };
    });
    this.outer = this.outside(grid);
  }

  // The border of the gemeente: what no two buurten share. Corners of neighbours are on the same place of the grid.
  outside(grid) {
    const seen = new Map();
    const key = (a, b) => (a < b ? `${a} ${b}` : `${b} ${a}`);
    const rings = grid.flatMap((own, i) => own.map((ring, j) => [ring.map(([x, y]) => x * 65536 + y), this.all[i].rings[j]]));
    for (const [ring] of rings) ring.forEach((a, n) => { const k = key(a, ring[(n + 1) % ring.length]); seen.set(k, (seen.get(k) ?? 0) + 1); });
    const lines = [];
    for (const [ring, points] of rings) {
      let line = null;
      ring.forEach((a, n) => {
        const next = (n + 1) % ring.length;
        if (seen.get(key(a, ring[next])) > 1) line = null;
        else if (line) line.push(points[next]);
        else lines.push((line = [points[n], points[next]]));
      });
    }
    return lines;
  }

  // Draws everything for a zoom, in pixels from `origin`.
  place(zoom, origin) {
    this.factor = this.crs.scale(zoom) / this.crs.scale(0);
    this.metre = this.crs.scale(zoom) / EARTH;
    this.origin = origin;
    for (const shape of this.all) {
      shape.box = [Infinity, Infinity, -Infinity, -Infinity];
      shape.d = shape.rings.map((ring) => `${this.line(ring, shape.box)}Z`).join("");
    }
    this.edge = this.outer.map((line) => this.line(line)).join("");
  }

  line(points, box = null) {
    let d = "";
    for (const flat of points) {
      const [x, y] = this.point(flat);
      d += `${d ? "L" : "M"}${x},${y}`;
      if (!box) continue;
      box[0] = Math.min(box[0], x); box[1] = Math.min(box[1], y); box[2] = Math.max(box[2], x); box[3] = Math.max(box[3], y);
    }
    return d;
  }

  // To a tenth of a pixel.
  point(flat) {
    const on = (value) => Math.round(value * 10) / 10;
    return [on(flat.x * this.factor - this.origin.x), on(flat.y * this.factor - this.origin.y)];
  }

  size(i) {
    const { box } = this.all[i];
    return box ? Math.max(box[2] - box[0], box[3] - box[1]) : 0;
  }

  // Where most buurten are, when the whole would make them too small to tap (a phone, a harbour of 40 km).
  core(zoom) {
    const there = this.all.filter((shape) => shape.centre);
    const radii = there.map((shape) => shape.radius).sort((a, b) => a - b);
    if ((radii[radii.length >> 1] * this.crs.scale(zoom)) / EARTH >= 8) return null;
    const [x, y] = ["x", "y"].map((axis) => there.map((shape) => shape.centre[axis]).sort((a, b) => a - b));
    const [low, high] = [Math.floor(x.length * 0.1), Math.ceil(x.length * 0.95) - 1];
    const lower = Math.floor(x.length * 0.05);
    return [[x[low], y[lower]], [x[high], y[high]]];
  }

  // The nearest buurt within 45 degrees of the arrow; sideways counts double.
  neighbour(i, [dx, dy]) {
    const from = this.all[i].centre;
    let [best, least] = [-1, Infinity];
    for (const [j, { centre }] of this.all.entries()) {
      if (!centre || j === i) continue;
      const [x, y] = [centre.x - from.x, centre.y - from.y];
      const along = x * dx + y * dy;
      const aside = Math.abs(x * dy) + Math.abs(y * dx);
      if (along <= 0 || aside > along) continue;
      if (along + 2 * aside < least) [best, least] = [j, along + 2 * aside];
    }
    return best;
  }

  // The buurt that a tap at (x, y) is meant for: the one that it hit, unless a small one is near.
  meant(x, y, hit) {
    const small = (i) => this.size(i) < SMALL;
    if (hit >= 0 && small(hit)) return hit;
    let [best, nearest] = [hit, REACH];
    for (const [i, { centre, box }] of this.all.entries()) {
      if (!centre || (hit >= 0 && !small(i))) continue;
      const [x1, y1, x2, y2] = box;
      const away = small(i) ? Math.hypot(x - (x1 + x2) / 2, y - (y1 + y2) / 2) : Math.hypot(Math.max(x1 - x, 0, x - x2), Math.max(y1 - y, 0, y - y2));
      if (away < nearest) [best, nearest] = [i, away];
    }
    return best;
  }
}
