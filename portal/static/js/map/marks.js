// The marks: one sign and its name, or several together as a slip of names or, when they are many, a ring that
// shows how many and of which kinds.
import { overlap } from "./labels.js";
import { KINDS } from "./palette.js";
import { make, signs, svg } from "./shapes.js";

const { L } = window;
const LETTERS = "0123456789abcdefghijklmnopqrstuv";
const STANDINGS = { f: "full", h: "hollow", e: "ended" };
const ON_A_SLIP = 7, SLIP_ZOOM = 6.5, TURN = 2 * Math.PI;

// The columns of a layer (portal/catalogue/map_marks.py) as objects.
export function readLayer(key, columns) {
  const ids = summed(columns.ids), lon = summed(columns.lon), lat = summed(columns.lat);
  const names = columns.names.split("\n");
  return ids.map((number, row) => {
    const bits = LETTERS.indexOf(columns.kinds[row]);
    const kinds = KINDS.filter((_, index) => bits & (1 << index));
    return {
      layer: key, number, key: `${key}/${number}`, name: names[row], kinds,
      standing: STANDINGS[columns.standings[row]],
      at: [lat[row] / 100, lon[row] / 100],
      area: columns.areas[row], places: columns.places[row], groups: [], all: [],
    };
  });
}

function summed(differences) {
  let sum = 0;
  return differences.map((one) => (sum += one));
}

export class Marks {
  constructor(map, clusters, choose, chooseMany) {
    this.map = map;
    this.clusters = clusters;
    this.choose = choose;
    this.chooseMany = chooseMany;
    this.markers = new Map();
    clusters.options.iconCreateFunction = (cluster) => this.clusterIcon(cluster);
    clusters.on("clusterclick clusterkeypress", (event) => this.openCluster(event));
    // A slip of names at close range is a ring from afar.
    map.on("zoomend", () => clusters.refreshClusters());
  }

  show(marks) {
    const wanted = marks.map((mark) => this.markerOf(mark));
    this.clusters.clearLayers();
    this.clusters.addLayers(wanted);
  }

  markerOf(mark) {
    if (!this.markers.has(mark.key)) {
      const marker = L.marker(mark.at, { icon: new SingleIcon(mark), title: mark.name, alt: mark.name, riseOnHover: true });
      marker.mark = mark;
      marker.on("click keypress", (event) => { if (pressedToOpen(event)) this.choose(mark); });
      this.markers.set(mark.key, marker);
    }
    return this.markers.get(mark.key);
  }

  clusterIcon(cluster) {
    const marks = cluster.getAllChildMarkers().map((marker) => marker.mark);
    return marks.length <= ON_A_SLIP && this.map.getZoom() >= SLIP_ZOOM ? new SlipIcon(marks) : new RingIcon(marks);
  }

  openCluster(event) {
    if (!pressedToOpen(event)) return undefined;
    const { layer: cluster, originalEvent } = event;
    const pressed = originalEvent?.target.closest?.("[data-mark]")?.dataset.mark;
    if (pressed) return this.choose(this.markers.get(pressed).mark);
    const marks = cluster.getAllChildMarkers().map((marker) => marker.mark);
    const bounds = cluster.getBounds();
    const onePlace = bounds.getNorthEast().equals(bounds.getSouthWest(), 0.02);
    if (onePlace || this.map.getZoom() >= this.map.getMaxZoom()) return this.chooseMany(marks);
    return this.map.flyToBounds(bounds, { padding: [70, 70], duration: 0.6, maxZoom: 9 });
  }
}

// A press of the mouse or finger, or of the key that opens things.
function pressedToOpen({ type, originalEvent }) { return type.endsWith("click") || originalEvent.key === "Enter"; }

// Where the marks stand now, as boxes in the map. A name that would lie over another mark is left out, a slip
// of names that would lie over another becomes a ring; small ones are asked first, so that most can stay.
export function settleNames(map) {
  const frame = map.getContainer().getBoundingClientRect(), placed = [];
  const boxOf = (element) => {
    const box = element.getBoundingClientRect();
    return [box.left - frame.left, box.top - frame.top, box.right - frame.left, box.bottom - frame.top];
  };
  const inView = ([, box]) => box[2] > 0 && box[3] > 0 && box[0] < frame.width && box[1] < frame.height;
  const measured = (selector) => {
    const elements = [...map.getPane("markerPane").querySelectorAll(selector)];
    elements.forEach((element) => element.classList.remove("map-crowded"));
    return elements.map((element) => [element, boxOf(element)]).filter(inView);
  };
  const crowds = (box, others) => others.some((other) => overlap(box, other, 0));
  measured(".map-mark > .map-ring").forEach(([, box]) => placed.push(box));
  const slips = measured(".map-slip").sort(([one], [other]) => one.childElementCount - other.childElementCount);
  for (const [element, box] of slips) {
    element.classList.toggle("map-crowded", crowds(box, placed));
    placed.push(boxOf(element));
  }
  const singles = measured(".map-single").map(([element, box]) => [element, box, boxOf(element.querySelector(".map-signs"))]);
  for (const [element, box, own] of singles) {
    const others = singles.filter((one) => one[0] !== element).map((one) => one[2]);
    const crowded = crowds(box, [...placed, ...others]);
    element.classList.toggle("map-crowded", crowded);
    placed.push(crowded ? own : box);
  }
  return placed;
}

// Leaflet asks an icon for its element; ours is made of nodes, never of markup.
const OurIcon = L.Icon.extend({
  options: { iconSize: null },
  createShadow() { return null; },
  createIcon() {
    return make("div", "map-mark", this.draw());
  },
});

const SingleIcon = OurIcon.extend({
  initialize(mark) { this.mark = mark; },
  draw() { return make("div", "map-single", nameRow(this.mark)); },
});

const SlipIcon = OurIcon.extend({
  initialize(marks) { this.marks = marks; },
  draw() {
    return make("div", "map-slip", drawRing(this.marks), ...this.marks.map((mark) => {
      const row = nameRow(mark);
      row.dataset.mark = mark.key;
      return row;
    }));
  },
});

function nameRow(mark) {
  const kinds = signs(mark.kinds, mark.standing);
  return make("span", `map-name map-name-${mark.standing}`, make("span", "map-signs", ...kinds), make("span", "map-word", mark.name));
}

const RingIcon = OurIcon.extend({
  initialize(marks) { this.marks = marks; },
  draw() { return drawRing(this.marks); },
});

function drawRing(marks) {
  const count = marks.length, radius = 15 + Math.min(11, 3 * Math.log2(count)), size = 2 * radius + 2;
  const ring = svg("svg", { viewBox: `${-radius - 1} ${-radius - 1} ${size} ${size}`, width: size, height: size, "aria-hidden": "true" });
  ring.append(svg("circle", { r: radius - 1, class: "ring-ground" }));
  let from = -TURN / 4;
  for (const [kind, share] of sharesOf(marks)) {
    const to = from + share * TURN;
    ring.append(svg("path", { d: arc(radius - 2.5, from, to), class: `ring-part kind-${kind.replaceAll("_", "-")}` }));
    from = to;
  }
  return make("div", "map-ring", ring, make("span", "ring-count", String(count)));
}

// Each mark counts once, shared among its kinds.
function sharesOf(marks) {
  const sums = new Map([...KINDS, "none"].map((kind) => [kind, 0]));
  for (const mark of marks) {
    const kinds = mark.kinds.length ? mark.kinds : ["none"];
    kinds.forEach((kind) => sums.set(kind, sums.get(kind) + 1 / kinds.length / marks.length));
  }
  return [...sums].filter(([, share]) => share > 0);
}

function arc(radius, from, to) {
  // A whole ring has no two ends to draw an arc between.
  const end = Math.min(to, from + TURN - 0.001);
  const point = (angle) => `${(radius * Math.cos(angle)).toFixed(2)} ${(radius * Math.sin(angle)).toFixed(2)}`;
  return `M${point(from)}A${radius} ${radius} 0 ${end - from > Math.PI ? 1 : 0} 1 ${point(end)}`;
}
