// Outlines that GIs have of their own: all in a few points at first (portal/catalogue/sketch.py), and finely by
// squares of the earth as one looks closer or chooses one.
import { boxOf, pathOf } from "./geometry.js";

const LEVELS = Array.from({ length: 127 - 35 }, (_, place) => String.fromCharCode(35 + place)).filter((one) => one !== "\\");
const PLACE = new Map(LEVELS.map((character, place) => [character, place]));
const FINE_FROM = 7;

export class Outlines extends EventTarget {
  constructor(settings) {
    super();
    this.settings = settings;
    this.drawn = new Map();
    this.squares = new Map();
    this.asked = new Set();
  }

  async start() { this.take(await (await fetch(this.settings.outlines)).json()); }

  take({ unit, square, ids, west, south, step, rings }) {
    this.size = square;
    const at = { id: 0, west: 0, south: 0 };
    rings.split("\n").forEach((text, row) => {
      if (row >= ids.length) return;
      at.id += ids[row]; at.west += west[row]; at.south += south[row];
      const coordinates = text.split(" ").map((ring) => pointsOf(ring, at, step[row], unit));
      this.keep(at.id, { type: "Polygon", coordinates });
      const name = this.nameOf(at.west / unit, at.south / unit);
      this.squares.set(name, [...(this.squares.get(name) ?? []), at.id]);
    });
  }

  keep(id, geometry) { this.drawn.set(id, { path: pathOf(geometry), box: boxOf(geometry) }); }

  nameOf(lon, lat) { return [lon, lat].map((one) => Math.floor(one / this.size) * this.size).join("_"); }

  get(id) { return this.drawn.get(id); }

  // Near enough, whatever lies in view; at any distance the one that was chosen.
  look(zoom, box, chosen) {
    for (const [name, ids] of this.squares) {
      const near = zoom >= FINE_FROM && ids.some((id) => overlaps(this.drawn.get(id).box, box));
      if (near || ids.includes(chosen)) this.fetch(name);
    }
  }

  async fetch(name) {
    if (this.asked.has(name)) return;
    this.asked.add(name);
    try {
      const { features } = await (await fetch(this.settings.squares.replace("SQUARE", name))).json();
      features.forEach(({ id, geometry }) => this.keep(id, geometry));
      this.dispatchEvent(new Event("change"));
    } catch {
      // The few points stand; the next look asks again.
      this.asked.delete(name);
    }
  }
}

function pointsOf(ring, { west, south }, step, unit) {
  const points = [];
  for (let at = 0; at < ring.length; at += 2) {
    points.push([(west + PLACE.get(ring[at]) * step) / unit, (south + PLACE.get(ring[at + 1]) * step) / unit]);
  }
  return points;
}

function overlaps(one, other) {
  return one[0] <= other[2] && one[2] >= other[0] && one[1] <= other[3] && one[3] >= other[1];
}
