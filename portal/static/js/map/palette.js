// Colours come from the style sheets: each role is an element whose colour the browser has worked out.
const ROLES = [
  "land", "line", "line-strong", "water", "water-ground", "name", "name-strong", "halo", "ink", "selected",
];
export const KINDS = ["gi_product", "certification_mark", "collective_mark", "agri_gi", "brand"];
// A grouping other than the kinds borrows their colours and patterns in this order; the last is everything else.
export const SPARE = ["gi_product", "agri_gi", "collective_mark", "certification_mark", "brand"];
const STATES = { met: "pine", not_met: "brick", undetermined: "ochre", inconsistent: "ochre", not_computable: "slate" };
const TILE = 7;

export class Palette {
  constructor(place) {
    this.probe = document.createElement("span");
    this.probe.hidden = true;
    place.append(this.probe);
    this.read();
    document.addEventListener("themechange", () => this.read());
  }

  read() {
    this.colours = new Map([...ROLES, "pine", "brick", "ochre", "slate", ...KINDS].map((role) => [role, this.ask(role)]));
    this.patterns = new Map();
  }

  ask(role) {
    this.probe.className = `map-role-${role.replaceAll("_", "-")}`;
    return getComputedStyle(this.probe).color;
  }

  get(role) { return this.colours.get(role); }

  // The colour of a class of the map: a kind, or the place of a value in another grouping.
  colour(group) { return this.get(group.state ?? group.kind); }

  // Lines or dots that repeat, the same shapes as in the legend; `scale` is that of the canvas transform.
  pattern(context, kind, colour, ratio, scale) {
    const key = `${kind} ${colour} ${ratio}`;
    if (!this.patterns.has(key)) this.patterns.set(key, context.createPattern(tile(kind, colour, ratio), "repeat"));
    const pattern = this.patterns.get(key);
    pattern.setTransform(new DOMMatrix().scale(1 / scale));
    return pattern;
  }
}

export function stateOf(value) { return STATES[value] ?? null; }

function tile(kind, colour, ratio) {
  const size = Math.round(TILE * ratio), canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const context = canvas.getContext("2d");
  context.strokeStyle = context.fillStyle = colour;
  context.lineWidth = 1.1 * ratio;
  context.beginPath();
  if (kind === "certification_mark") slanted(context, size, 1);
  if (kind === "agri_gi") slanted(context, size, -1);
  if (kind === "gi_product" || kind === "none") { context.moveTo(0, size / 2); context.lineTo(size, size / 2); }
  if (kind === "brand") { context.moveTo(0, size / 2); context.lineTo(size, size / 2); context.moveTo(size / 2, 0); context.lineTo(size / 2, size); }
  context.stroke();
  if (kind === "collective_mark") { context.arc(size / 2, size / 2, 1.4 * ratio, 0, 7); context.fill(); }
  return canvas;
}

function slanted(context, size, way) {
  for (const shift of [-size, 0, size]) {
    const [from, to] = way > 0 ? [size + shift, shift] : [shift, size + shift];
    context.moveTo(-1, from + way); context.lineTo(size + 1, to - way);
  }
}
