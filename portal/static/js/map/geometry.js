// Places on the globe as points of a flat plane on which every zoom is only another scale.
// The plane is Leaflet's own (Web Mercator, the world is 1 wide), moved so that China lies around nought:
// a canvas counts in single precision, and small numbers keep the borders still at close range.
const ORIGIN_X = 0.79, ORIGIN_Y = 0.4, LIMIT = Math.PI / 180;

export function planeX(lon) { return 0.5 + lon / 360 - ORIGIN_X; }

export function planeY(lat) {
  const sine = Math.sin(lat * LIMIT);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI) - ORIGIN_Y;
}

// The transform from the plane to a canvas whose upper left corner is at `corner` (in pixels of this zoom).
export function toCanvas(zoom, corner, ratio) {
  const scale = 256 * 2 ** zoom * ratio;
  return { scale, x: ORIGIN_X * scale - corner.x * ratio, y: ORIGIN_Y * scale - corner.y * ratio };
}

function addLine(path, coordinates, closed) {
  coordinates.forEach(([lon, lat], index) => {
    if (index) path.lineTo(planeX(lon), planeY(lat)); else path.moveTo(planeX(lon), planeY(lat));
  });
  if (closed) path.closePath();
}

// A GeoJSON geometry as a path; what cannot be drawn (null) is an empty path.
export function pathOf(geometry) {
  const path = new Path2D();
  if (!geometry) return path;
  const { type, coordinates } = geometry;
  if (type === "LineString") addLine(path, coordinates, false);
  if (type === "MultiLineString") coordinates.forEach((line) => addLine(path, line, false));
  if (type === "Polygon") coordinates.forEach((ring) => addLine(path, ring, true));
  if (type === "MultiPolygon") coordinates.forEach((rings) => rings.forEach((ring) => addLine(path, ring, true)));
  return path;
}

// Lines as maps/water.py writes them: hundredths of a degree, each point as the step from the one before.
export function pathOfSteps(lines, closed) {
  const path = new Path2D();
  for (const steps of lines) {
    let lon = 0, lat = 0;
    const points = [];
    for (let at = 0; at < steps.length; at += 2) {
      lon += steps[at]; lat += steps[at + 1];
      points.push([lon / 100, lat / 100]);
    }
    addLine(path, points, closed);
  }
  return path;
}

export function boxOf(geometry) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  const visit = (part) => {
    if (typeof part[0] === "number") {
      box[0] = Math.min(box[0], part[0]); box[1] = Math.min(box[1], part[1]);
      box[2] = Math.max(box[2], part[0]); box[3] = Math.max(box[3], part[1]);
    } else part.forEach(visit);
  };
  if (geometry) visit(geometry.coordinates);
  return box;
}

export function together(boxes) {
  return boxes.reduce((all, box) => [
    Math.min(all[0], box[0]), Math.min(all[1], box[1]), Math.max(all[2], box[2]), Math.max(all[3], box[3]),
  ]);
}

export function joined(paths) {
  const all = new Path2D();
  paths.forEach((path) => all.addPath(path));
  return all;
}
