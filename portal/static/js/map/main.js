// The map: folium has made it (map.js); here it gets its country, its areas, its marks and its list.
import { Areas } from "./areas.js";
import { Card } from "./card.js";
import { Country } from "./country.js";
import { Groups } from "./groups.js";
import { paintBorders, paintGround } from "./ground.js";
import { paintLabels } from "./labels.js";
import { List } from "./list.js";
import { Outlines } from "./outlines.js";
import { Marks, readLayer, settleNames } from "./marks.js";
import { Painting } from "./painting.js";
import { Palette } from "./palette.js";
import { startTools } from "./tools.js";
import { keepAddress, readAddress } from "./address.js";

const AREAS_AT_ONCE = 400, CLOSEST_BY_ITSELF = 8.5, SETTLED_MS = 320;

class ProducingAreasMap {
  constructor({ map, markers, tiles }) {
    this.stage = document.querySelector(".map-stage");
    this.settings = JSON.parse(this.stage.dataset.settings);
    this.words = this.settings.words;
    Object.assign(this, { map, tiles, all: [], shown: [], found: null, chosen: null });
    this.country = new Country(this.settings);
    this.palette = new Palette(this.stage);
    this.outlines = new Outlines(this.settings);
    this.areas = new Areas(this.country, this.outlines);
    this.painting = new Painting((context, view) => this.paint(context, view));
    this.marks = new Marks(map, markers, (mark) => this.choose(mark), (marks) => this.chooseMany(marks));
    this.card = new Card(document.querySelector(".map-card"), this.settings, {
      choose: (key) => this.chooseKey(key), zoomTo: (mark) => this.zoomTo(mark), closed: () => this.choose(null),
    });
    this.groups = new Groups(document.querySelector(".map-legend-list"), this.settings, () => this.regroup());
    this.list = new List(document.querySelector(".map-ask"), document.querySelector(".map-lines"), document.querySelector(".map-total"), this.settings, {
      choose: (key) => this.chooseKey(key, true), found: (ids, query) => this.filter(ids, query),
    });
    this.position = readAddress();
  }

  async start() {
    const { map, settings } = this;
    this.stage.classList.add("map-stage-live");
    map.invalidateSize();
    map.addLayer(this.painting);
    this.goToStart();
    startTools(this.stage.querySelector(".map-tools"), map, settings, {
      focus: () => this.focus(), askAt: (place) => this.askAt(place), say: (text) => this.card.openMany(text, []),
    });
    document.querySelector(".map-colour select")?.addEventListener("change", (event) => this.groups.use(event.target.value));
    if (this.tiles) this.watchTiles();
    map.on("click", ({ latlng }) => this.askAt(latlng));
    map.on("moveend", () => { this.look(); keepAddress(map, this.chosen); this.settle(); });
    this.country.addEventListener("change", () => this.repaint());
    document.addEventListener("themechange", () => this.repaint());
    const layers = Promise.all(settings.layers.map(async ({ key, url }) => readLayer(key, await (await fetch(url)).json())));
    await Promise.all([this.country.start(), layers.then((found) => this.takeLayers(found))]);
    this.look();
    if (this.startWith) this.chooseKey(this.startWith, !this.position.view);
    this.stage.dataset.ready = "true";
  }

  // Where the operator's base map does not answer, the map's own ground takes its place.
  watchTiles() {
    let loaded = false;
    this.map.eachLayer((layer) => layer.on({
      tileload: () => { loaded = true; },
      tileerror: () => { if (!loaded && this.tiles) { this.tiles = false; this.repaint(); } },
    }));
  }

  goToStart() {
    const { map, settings, position } = this;
    if (position.view) map.setView(position.view, position.zoom, { animate: false });
    else this.focus(false);
    if (position.zoom && !position.view) map.setZoom(position.zoom, { animate: false });
    if (settings.chosen) this.startWith = settings.chosen;
  }

  async takeLayers(layers) {
    this.all = layers.flat();
    if (this.all.some((mark) => mark.area.includes(0))) {
      await this.outlines.start();
      this.outlines.addEventListener("change", () => this.repaint());
    }
    // The page came with its list; only the marks that fit have to be known.
    if (this.settings.filtered) this.found = new Set((await this.list.find(this.list.query())).ids);
    this.regroup();
  }

  filter(ids, query) {
    this.found = [...query.keys()].length ? ids : null;
    this.regroup();
    const address = new URL(location.href);
    address.search = query;
    history.replaceState(null, "", address);
    if (this.found && this.shown.length) this.frame(this.shown);
  }

  regroup() {
    const fitting = this.all.filter((mark) => mark.layer !== "gi" || !this.found || this.found.has(mark.number));
    this.shown = this.groups.sort(fitting);
    this.groups.showLegend(fitting);
    this.areas.count(this.shown);
    this.marks.show(this.shown);
    this.look();
    this.repaint();
    this.settle();
  }

  look() {
    const bounds = this.map.getBounds().pad(0.1);
    const box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    // A few areas are drawn at any zoom; of thousands one sees nothing before one is near.
    const few = this.shown.length <= AREAS_AT_ONCE ? this.areas.provinces() : [];
    const chosen = (this.chosen ? [...this.chosen.area, ...this.chosen.places] : [])
      .map((number) => String(Math.abs(number)).slice(0, 2));
    this.country.look(this.map.getZoom(), box, [...few, ...chosen]);
    this.outlines.look(this.map.getZoom(), box, this.chosen?.area.includes(0) ? this.chosen.number : null);
  }

  // Rings and slips move for a moment after a zoom; names are sorted out when they stand still.
  settle() {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => { this.taken = settleNames(this.map); this.repaint(); }, SETTLED_MS);
  }

  repaint() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => { this.waiting = 0; this.painting.reset(); });
  }

  paint(context, view) {
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    const transform = paintGround(context, this.country, this.palette, view, this.tiles);
    if (!this.country.border) return;
    this.areas.paint(context, this.palette, view, transform, Boolean(this.chosen));
    if (!this.tiles) paintBorders(context, this.country, this.palette, view, transform);
    if (this.chosen) this.areas.paintSelected(context, this.palette, view, transform, this.chosen);
    if (!this.tiles) paintLabels(context, this.country, this.palette, this.faces(), view, transform, this.takenIn(view));
  }

  // The boxes of the marks, from the corner of the map to the corner of the canvas.
  takenIn(view) {
    const shift = this.map.containerPointToLayerPoint([0, 0]).add(this.map.getPixelOrigin()).subtract(view.corner);
    return (this.taken ?? []).map(([west, north, east, south]) => [west + shift.x, north + shift.y, east + shift.x, south + shift.y]);
  }

  faces() {
    const style = getComputedStyle(document.documentElement);
    return { serif: style.getPropertyValue("--serif"), sans: style.getPropertyValue("--sans") };
  }

  chooseKey(key, move = false) {
    const mark = this.all.find((one) => one.key === key);
    if (mark) this.choose(mark, move);
  }

  choose(mark, move = false) {
    this.chosen = mark;
    this.list.mark(mark?.key);
    this.look();
    this.repaint();
    keepAddress(this.map, mark);
    if (!mark) return;
    this.card.open(mark).then(() => keepAddress(this.map, this.chosen));
    if (move) this.zoomTo(mark);
  }

  chooseMany(marks) {
    const lines = marks.map(({ layer, number, name, kinds, standing }) => ({ layer, number, name, kinds, standing }));
    this.card.openMany(this.words.together.replace("{n}", marks.length), lines);
  }

  async askAt({ lat, lng }) {
    const answer = await fetch(`${this.settings.at}?lon=${lng.toFixed(6)}&lat=${lat.toFixed(6)}`);
    if (!answer.ok) return;
    const { place, covering, undecided } = await answer.json();
    const note = covering.length ? this.words.here : this.words.here_none;
    this.choose(null);
    this.card.openMany(place, covering, note, undecided);
  }

  focus(animate = true) {
    const { focus, country } = this.settings;
    const bounds = focus ? [[focus[1], focus[0]], [focus[3], focus[2]]] : country;
    const how = { padding: [24, 24], duration: 0.6, maxZoom: CLOSEST_BY_ITSELF };
    if (animate) this.map.flyToBounds(bounds, how); else this.map.fitBounds(bounds, { ...how, animate: false });
  }

  // The whole area of one mark; its divisions may still be on their way.
  async zoomTo(mark) {
    const provinces = [...mark.area, ...mark.places].map((number) => String(Math.abs(number)).slice(0, 2));
    await Promise.all([...new Set(provinces)].map((code) => this.country.bring(code, "near")));
    const box = this.areas.boxOf(mark);
    const bounds = box ? [[box[1], box[0]], [box[3], box[2]]] : [mark.at, mark.at];
    this.map.flyToBounds(bounds, { ...this.roomBesideCard(), duration: 0.6, maxZoom: CLOSEST_BY_ITSELF });
  }

  // The card lies at the right of a wide map and at the foot of a narrow one; what it tells of stays in view.
  roomBesideCard() {
    const { x, y } = this.map.getSize(), wide = x > 640;
    return { paddingTopLeft: [wide ? 70 : 60, 30], paddingBottomRight: wide ? [Math.min(370, x / 2), 30] : [20, y * 0.45] };
  }

  frame(marks) {
    const points = marks.map((mark) => mark.at);
    this.map.flyToBounds(points, { padding: [70, 70], duration: 0.6, maxZoom: CLOSEST_BY_ITSELF - 1 });
  }
}

if (window.producingAreas) {
  const shown = new ProducingAreasMap(window.producingAreas);
  shown.start().catch((fault) => {
    shown.card.openMany(shown.words.failed, []);
    throw fault;
  });
}
