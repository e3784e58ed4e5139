// A chart to take away: as a picture (SVG, PNG), light and with its title, and as data.
import { paper } from "./ink.js";
import { csvOf, words } from "./reading.js";

const WIDE = 960;
const SCALE = 2;
const HEAD = 56;
const FOOT = 34;

export function offerDownloads(echarts, figure, read) {
  const tools = figure.querySelector(".chart-tools");
  tools.hidden = false;
  for (const button of tools.querySelectorAll("[data-save]")) {
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        save(await FORMS[button.dataset.save](echarts, figure, read), `${figure.dataset.name}.${button.dataset.save}`);
      } finally {
        button.disabled = false;
      }
    });
  }
}

const FORMS = {
  svg: async (...chart) => new Blob([svgOf(...chart)], { type: "image/svg+xml" }),
  png: async (...chart) => pngOf(svgOf(...chart)),
  csv: async (_, figure) => new Blob(["\ufeff", csvOf(figure.querySelector("table"))], { type: "text/csv" }),
};

// Drawn anew at one size on white, with the title above and where it came from below.
function svgOf(echarts, figure, read) {
  const ink = paper();
  const tall = HEAD + read.tall(WIDE) + FOOT;
  const hidden = document.createElement("div");
  const chart = echarts.init(hidden, null, { renderer: "svg", width: WIDE, height: tall });
  const option = read.option(ink, WIDE);
  const { grid, legend } = option;
  const line = (text, y, size, weight) => ({ type: "text", style: { text, x: 16, y, fill: ink.ink, font: `${weight} ${size}px ${ink.face}` } });
  chart.setOption({
    ...option,
    backgroundColor: ink.paper,
    grid: { ...grid, left: grid.left + 12, right: grid.right + 12, top: grid.top + HEAD, bottom: grid.bottom + FOOT },
    ...(legend ? { legend: { ...legend, bottom: FOOT } } : {}),
    graphic: [line(figure.dataset.heading ?? words(figure.querySelector("figcaption")), 18, 18, 700), line(`${figure.dataset.note ?? ""}${location.origin}${location.pathname}`, tall - 24, 12, 400)],
  });
  const text = chart.renderToSVGString();
  chart.dispose();
  return text;
}

async function pngOf(svg) {
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const picture = new Image();
    picture.src = address;
    await picture.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: picture.naturalWidth * SCALE, height: picture.naturalHeight * SCALE });
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  } finally {
    URL.revokeObjectURL(address);
  }
}

function save(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
