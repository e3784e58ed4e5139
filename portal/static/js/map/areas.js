// Which divisions are covered by what, and how that is painted: a tint and a pattern for each class, so that
// several may lie on the same ground; a broken line where only townships of a county are known.
import { onPlane, width } from "./ground.js";
import { joined, together } from "./geometry.js";

const TINT = 0.17, PATTERN = 0.5, LINE = 0.85, FADED = 0.3;

export class Areas {
  constructor(country, outlines) {
    this.country = country;
    this.outlines = outlines;
    this.units = new Map();
    this.own = [];
    this.version = 0;
    this.kept = new Map();
  }

  // Count the marks that are shown, each with its classes, into the divisions they cover.
  count(marks) {
    this.units = new Map();
    this.own = [];
    for (const mark of marks) {
      for (const number of mark.area) {
        if (number === 0) this.own.push(mark);
        else this.cover(String(Math.abs(number)), number > 0, mark.groups);
      }
    }
    this.version += 1;
    this.kept.clear();
  }

  cover(prefix, whole, groups) {
    const covered = this.units.get(prefix) ?? new Map();
    groups.forEach((group) => covered.set(group, whole || covered.get(group) === true));
    this.units.set(prefix, covered);
  }

  // The provinces in which something is to be painted.
  provinces() { return [...new Set([...this.units.keys()].map((prefix) => prefix.slice(0, 2)))]; }

  paint(context, palette, view, transform, faded) {
    onPlane(context, transform);
    for (const province of this.country.provinces.keys()) {
      const drawing = this.country.drawing(province, view.zoom);
      if (!drawing) continue;
      for (const [group, { whole, part }] of this.layersOf(province, drawing)) {
        fill(context, palette, view, transform, group, whole, true, faded);
        fill(context, palette, view, transform, group, part, false, faded);
      }
    }
    for (const mark of this.own) {
      const path = this.outlines.get(mark.number)?.path;
      if (path) mark.groups.forEach((group) => fill(context, palette, view, transform, group, path, true, faded));
    }
    context.globalAlpha = 1;
  }

  // For one province the paths of each class, put together once for each state of the map.
  layersOf(province, drawing) {
    const key = `${province} ${drawing.counties.size} ${drawing === this.country.provinces.get(province).close}`;
    if (!this.kept.has(key)) this.kept.set(key, this.gather(province, drawing));
    return this.kept.get(key);
  }

  gather(province, drawing) {
    const found = new Map();
    for (const [code, county] of drawing.counties) {
      const covered = this.coveredAt(code);
      for (const [group, whole] of covered) {
        if (!found.has(group)) found.set(group, { whole: [], part: [] });
        found.get(group)[whole ? "whole" : "part"].push(county.path);
      }
    }
    return new Map([...found].map(([group, { whole, part }]) => [
      group, { whole: whole.length ? joined(whole) : null, part: part.length ? joined(part) : null },
    ]));
  }

  coveredAt(code) {
    const covered = new Map();
    for (const prefix of [code.slice(0, 2), code.slice(0, 4), code]) {
      for (const [group, whole] of this.units.get(prefix) ?? []) covered.set(group, whole || covered.get(group) === true);
    }
    return covered;
  }

  // The ground of one mark: paths, whether they are exact, and the box around them.
  groundOf(mark, zoom) {
    const parts = [];
    for (const number of mark.area.length ? mark.area : mark.places) {
      if (number === 0) { if (this.outlines.get(mark.number)) parts.push({ ...this.outlines.get(mark.number), whole: true }); }
      else this.eachCounty(String(Math.abs(number)), zoom, (county) => parts.push({ ...county, whole: number > 0 }));
    }
    return parts;
  }

  eachCounty(prefix, zoom, use) {
    const drawing = this.country.drawing(prefix.slice(0, 2), zoom);
    drawing?.counties.forEach((county, code) => { if (code.startsWith(prefix)) use(county); });
  }

  boxOf(mark) {
    const boxes = this.groundOf(mark, 0).map(({ box }) => box).filter(Boolean);
    return boxes.length ? together(boxes) : null;
  }

  paintSelected(context, palette, view, transform, mark) {
    const ground = this.groundOf(mark, view.zoom), known = mark.area.length > 0;
    if (!ground.length) return;
    onPlane(context, transform);
    const group = mark.groups[0] ?? mark.all[0], exact = joined(ground.filter(({ whole }) => whole).map(({ path }) => path));
    const rough = joined(ground.filter(({ whole }) => !whole).map(({ path }) => path));
    if (known && group) {
      fill(context, palette, view, transform, group, exact, true, false, 1.7);
      fill(context, palette, view, transform, group, rough, false, false, 1.5);
    }
    context.globalAlpha = 1;
    context.strokeStyle = palette.get("selected");
    context.lineWidth = width(view, transform, 2.4);
    if (known) context.stroke(exact);
    context.setLineDash([6, 4].map((length) => width(view, transform, length)));
    context.stroke(known ? rough : joined([exact, rough]));
    context.setLineDash([]);
  }
}

function fill(context, palette, view, transform, group, path, whole, faded, more = 1) {
  if (!path) return;
  const colour = palette.colour(group), weaker = (faded ? FADED : 1) * more;
  context.fillStyle = colour;
  if (whole) {
    context.globalAlpha = Math.min(1, TINT * weaker * (group.kind === "gi_product" ? 1.5 : 1));
    context.fill(path, "evenodd");
  }
  const solid = group.kind === "gi_product" || group.kind === "none";
  if (!whole || !solid) {
    context.globalAlpha = Math.min(1, PATTERN * weaker);
    context.fillStyle = palette.pattern(context, group.kind, colour, view.ratio, transform.scale);
    context.fill(path, "evenodd");
  }
  context.globalAlpha = Math.min(1, LINE * weaker);
  context.strokeStyle = colour;
  context.lineWidth = width(view, transform, 1);
  context.setLineDash(whole ? [] : [4, 3].map((length) => width(view, transform, length)));
  context.stroke(path);
  context.setLineDash([]);
}
