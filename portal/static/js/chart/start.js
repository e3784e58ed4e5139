// Charts over their tables: the table is read, the library draws above it, the table stays.
// The library is fetched when the first chart comes near the window; without it the table says everything.
import { paper, screen } from "./ink.js";
import { onKeys } from "./keys.js";
import { offerDownloads } from "./keep.js";
import { bars } from "./bars.js";
import { lines } from "./lines.js";
import { path } from "./path.js";
import { waterfall } from "./waterfall.js";

const KINDS = { bars, lines, path, waterfall };
const NEAR = "400px";
const PAPER_WIDE = 640;

let fetched;
function library(address) {
  fetched ??= import(address).then(() => window.echarts);
  return fetched;
}

export function start(figures) {
  const near = new IntersectionObserver(async (seen) => {
    if (!seen.some((one) => one.isIntersecting)) return;
    near.disconnect();
    const echarts = await library(figures[0].dataset.library);
    // All of them, so that a print of the page has them too.
    figures.forEach((figure) => show(echarts, figure));
  }, { rootMargin: NEAR });
  figures.forEach((figure) => near.observe(figure));
}

function show(echarts, figure) {
  const read = KINDS[figure.dataset.chart](figure);
  if (!read) return;
  const place = figure.querySelector(".chart-picture");
  place.hidden = false;
  const chart = echarts.init(place, null, { renderer: "svg", height: read.tall(place.clientWidth) });
  const draw = (ink, wide) => {
    chart.resize({ width: wide ?? "auto", height: read.tall(wide ?? place.clientWidth) });
    chart.setOption(read.option(ink, wide ?? place.clientWidth), true);
  };
  const again = () => draw(screen());
  again();
  let last = place.clientWidth;
  new ResizeObserver(() => {
    if (place.clientWidth === last || !place.clientWidth || printing.matches) return;
    last = place.clientWidth;
    again();
  }).observe(place);
  document.addEventListener("themechange", again);
  const printing = matchMedia("print");
  printing.addEventListener("change", () => (printing.matches ? draw(paper(), PAPER_WIDE) : again()));
  addEventListener("beforeprint", () => draw(paper(), PAPER_WIDE));
  addEventListener("afterprint", again);
  onKeys(chart, place, figure.querySelector(".chart-said"), read.spoken);
  offerDownloads(echarts, figure, read);
  figure.dataset.state = "drawn";
}
