// Land, borders and water, drawn like the map of a gazetteer: paper, fine lines, nothing else.
import { toCanvas } from "./geometry.js";

const PREFECTURES_ZOOM = 6.5, COUNTIES_ZOOM = 7, BAND_UNTIL = 7.5;

export function paintGround(context, country, palette, view, tiles) {
  const transform = toCanvas(view.zoom, view.corner, view.ratio);
  onPlane(context, transform);
  if (!tiles) {
    paintLand(context, country, palette, view);
    paintWater(context, country, palette, transform, view);
  }
  return transform;
}

function paintLand(context, country, palette, view) {
  context.fillStyle = palette.get("land");
  for (const province of country.provinces.values()) {
    const drawing = country.drawing(province.code, view.zoom);
    if (drawing) drawing.counties.forEach(({ path }) => context.fill(path, "evenodd"));
    else context.fill(province.base, "evenodd");
  }
}

function paintWater(context, country, palette, transform, view) {
  if (!country.rivers) return;
  context.strokeStyle = palette.get("water");
  context.lineWidth = width(view, transform, view.zoom < 5 ? 0.8 : view.zoom < 7 ? 1.3 : 2);
  context.lineJoin = context.lineCap = "round";
  context.stroke(country.rivers);
  context.fillStyle = palette.get("water-ground");
  context.fill(country.lakes, "evenodd");
  context.lineWidth = width(view, transform, 0.8);
  context.stroke(country.lakes);
}

export function paintBorders(context, country, palette, view, transform) {
  onPlane(context, transform);
  context.lineJoin = "round";
  const fine = (role, path, pixels, dash = []) => {
    context.strokeStyle = palette.get(role);
    context.lineWidth = width(view, transform, pixels);
    context.setLineDash(dash.map((length) => width(view, transform, length)));
    context.stroke(path);
    context.setLineDash([]);
  };
  const near = view.zoom >= PREFECTURES_ZOOM;
  for (const province of country.provinces.values()) {
    const drawing = country.drawing(province.code, view.zoom);
    if (!drawing) {
      if (near) fine("line-strong", province.base, 1);
      continue;
    }
    if (view.zoom >= COUNTIES_ZOOM) fine("line", drawing.borders, 0.6);
    if (view.zoom >= PREFECTURES_ZOOM) fine("line", drawing.prefectures, view.zoom >= COUNTIES_ZOOM ? 1.2 : 0.7);
    if (view.zoom >= PREFECTURES_ZOOM) fine("line-strong", drawing.outline, 1.1);
  }
  if (!near) fine("line-strong", country.inner, 0.8);
  if (!near) fine("line-strong", country.border, 1.5);
  if (view.zoom < BAND_UNTIL) band(context, country, palette, view, transform);
  fine("line-strong", country.unsettled, 1.4, [5, 4]);
  fine("line-strong", country.dashes, view.zoom < 5 ? 1.8 : 2.6);
}

// A soft band along the border of the country; wide enough that its coarser line does no harm at close range.
function band(context, country, palette, view, transform) {
  context.globalAlpha = 0.13;
  context.strokeStyle = palette.get("line-strong");
  context.lineWidth = width(view, transform, 7);
  context.stroke(country.border);
  context.globalAlpha = 1;
}

// A width in pixels as a width on the plane.
export function width(view, transform, pixels) { return (pixels * view.ratio) / transform.scale; }

export function onPlane(context, transform) {
  context.setTransform(transform.scale, 0, 0, transform.scale, transform.x, transform.y);
}
