// Names of provinces, prefectures and counties: the larger first, none over another, each on a halo of paper.
import { planeX, planeY } from "./geometry.js";

const RANKS = {
  1: { from: 0, until: 7.5, size: (zoom) => (zoom < 5 ? 13 : 16), face: "serif", weight: 400, role: "name-strong", spaced: "0.18em" },
  2: { from: 6.5, until: 9.5, size: (zoom) => (zoom < 7 ? 12 : 14), face: "sans", weight: 400, role: "name", spaced: "0.04em" },
  3: { from: 7.5, until: 99, size: (zoom) => (zoom < 9 ? 12 : 14), face: "sans", weight: 400, role: "name", spaced: "0.02em" },
};
const GAP = 6, NO_SHIFT = [[0, 0]], SHIFTS = [[0, 0], [0, -24], [0, 24], [34, 0], [-34, 0]];

export function paintLabels(context, country, palette, faces, view, transform, taken) {
  context.setTransform(view.ratio, 0, 0, view.ratio, 0, 0);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  const placed = [...taken];
  for (const [, name, lon, lat, rank] of [...country.labels, ...(country.countyLabels ?? [])]) {
    const style = RANKS[rank];
    if (view.zoom < style.from || view.zoom >= style.until) continue;
    const x = (planeX(lon) * transform.scale + transform.x) / view.ratio;
    const y = (planeY(lat) * transform.scale + transform.y) / view.ratio;
    if (x < -80 || y < -20 || x > view.area.x + 80 || y > view.area.y + 20) continue;
    const size = style.size(view.zoom);
    context.font = `${style.weight} ${size}px ${faces[style.face]}`;
    context.letterSpacing = style.spaced;
    const half = context.measureText(name).width / 2;
    // A large name may step aside for a mark; a small one gives way.
    const shifts = rank === 1 ? SHIFTS : NO_SHIFT;
    const boxes = shifts.map(([dx, dy]) => [x + dx - half, y + dy - size / 2, x + dx + half, y + dy + size / 2]);
    const box = boxes.find((one) => !placed.some((other) => overlap(one, other)));
    if (!box) continue;
    placed.push(box);
    const at = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
    context.strokeStyle = palette.get("halo");
    context.lineWidth = 3.5;
    context.strokeText(name, ...at);
    context.fillStyle = palette.get(style.role);
    context.fillText(name, ...at);
  }
  context.letterSpacing = "0px";
}

export function overlap(one, other, gap = GAP) {
  return one[0] - gap < other[2] && one[2] + gap > other[0] && one[1] - gap < other[3] && one[3] + gap > other[1];
}
