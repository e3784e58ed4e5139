// The country in parts: the whole at once, each province with its counties when somebody looks there.
import { boxOf, pathOf, pathOfSteps } from "./geometry.js";

const { topojson } = window;
const NEAR_ZOOM = 6.5, CLOSE_ZOOM = 8.5, COUNTY_NAMES_ZOOM = 7.5;

export class Country extends EventTarget {
  constructor(settings) {
    super();
    this.settings = settings;
    this.provinces = new Map();
    this.labels = [];
    this.asked = new Map();
  }

  async fetchPart(name) {
    if (!this.asked.has(name)) {
      this.asked.set(name, fetch(this.settings.made + name).then((answer) => {
        if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
        return answer.json();
      }));
    }
    return this.asked.get(name);
  }

  // What the first view needs. Water may come after: nothing waits for it.
  async start() {
    const [base, labels] = await Promise.all([
      this.fetchPart("base.json"), this.fetchPart(`labels-${this.settings.lang}.json`),
    ]);
    this.takeBase(base);
    this.labels = labels;
    this.changed();
    this.fetchPart("water-steps.json").then((water) => { this.takeWater(water); this.changed(); });
  }

  takeBase(base) {
    const { provinces, lines } = base.objects;
    for (const one of topojson.feature(base, provinces).features) {
      const code = one.id.slice(0, 2);
      this.provinces.set(code, { code, box: boxOf(one.geometry), base: pathOf(one.geometry) });
    }
    this.border = pathOf(topojson.mesh(base, provinces, (one, other) => one === other));
    this.inner = pathOf(topojson.mesh(base, provinces, (one, other) => one !== other));
    const byName = (name) => topojson.feature(base, lines).features.find((one) => one.id === name)?.geometry;
    this.dashes = pathOf(byName("九段线"));
    this.unsettled = pathOf(byName("未定国界"));
  }

  takeWater({ river, lake }) {
    this.rivers = pathOfSteps(river, false);
    this.lakes = pathOfSteps(lake, true);
  }

  // Fetch what a view shows; `wanted` are provinces that somebody asked for at any zoom.
  look(zoom, box, wanted = []) {
    const seen = zoom >= NEAR_ZOOM ? this.inView(box) : [];
    for (const code of new Set([...seen, ...wanted])) this.bring(code, "near");
    if (zoom >= CLOSE_ZOOM) seen.forEach((code) => this.bring(code, "close"));
    if (zoom >= COUNTY_NAMES_ZOOM) this.bringCountyNames();
  }

  inView([west, south, east, north]) {
    return [...this.provinces.values()]
      .filter(({ box }) => box[0] <= east && box[2] >= west && box[1] <= north && box[3] >= south)
      .map(({ code }) => code);
  }

  // The counties of one province, fetched once; whoever asks again waits for the same answer.
  async bring(code, grade) {
    const province = this.provinces.get(code);
    if (!province || !this.settings[grade].includes(code)) return;
    province.coming ??= {};
    province.coming[grade] ??= this.fetchPart(`${grade === "near" ? "near" : "counties"}-${code}.json`).then((topology) => {
      province[grade] = readCounties(topology);
      this.changed();
    });
    await province.coming[grade];
  }

  async bringCountyNames() {
    if (this.countyLabels !== undefined) return;
    this.countyLabels = [];
    this.countyLabels = await this.fetchPart(`county-labels-${this.settings.lang}.json`);
    this.changed();
  }

  // The finest drawing of a province that is at hand and worth its lines at this zoom.
  drawing(code, zoom) {
    const province = this.provinces.get(code);
    return (zoom >= CLOSE_ZOOM - 0.5 && province?.close) || province?.near || null;
  }

  changed() { this.dispatchEvent(new Event("change")); }
}

function readCounties(topology) {
  const layer = topology.objects.counties;
  const features = topojson.feature(topology, layer).features;
  const mesh = (test) => pathOf(topojson.mesh(topology, layer, test));
  const prefecture = (one) => one.id.slice(0, 4);
  return {
    counties: new Map(features.map((one) => [one.id, { path: pathOf(one.geometry), box: boxOf(one.geometry) }])),
    outline: mesh((one, other) => one === other),
    prefectures: mesh((one, other) => one !== other && prefecture(one) !== prefecture(other)),
    borders: mesh((one, other) => one !== other && prefecture(one) === prefecture(other)),
  };
}
