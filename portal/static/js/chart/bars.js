// Counts of several outcomes side by side, a bar for each place: told apart by tone and by pattern.
import { axisWords, common, dots, hatch } from "./ink.js";
import { words } from "./reading.js";

const ROW = 34;

// data-tones names the columns that are drawn: "2:positive 3:negative" are the second and third after the label.
export function bars(figure) {
  const table = figure.querySelector("table");
  const rows = [...table.tBodies[0].rows].filter((row) => row.dataset.total === undefined);
  const series = figure.dataset.tones.split(" ").map((pair) => pair.split(":")).map(([place, tone]) => ({
    name: words(table.tHead.rows[0].cells[place]), tone, values: rows.map((row) => Number(words(row.cells[place]).replaceAll(",", ""))),
  }));
  const shown = series.filter((one) => one.values.some(Boolean));
  if (!shown.length) return null;
  const labels = rows.map((row) => words(row.cells[0]));
  const spoken = labels.map((label, at) => [label, ...shown.filter((one) => one.values[at]).map((one) => `${one.name} ${one.values[at]}`)]);

  const option = (ink, wide) => ({
    ...common(ink),
    grid: { left: 4, right: 24, top: 4, bottom: wide < 500 ? 88 : 62, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    legend: { bottom: 0, selectedMode: false, itemGap: 16, textStyle: { color: ink.ink, fontFamily: ink.face, fontSize: 13 } },
    tooltip: { ...common(ink).tooltip, trigger: "axis", axisPointer: { type: "shadow", shadowStyle: { color: ink.rule, opacity: 0.35 } },
      formatter: ([found]) => spoken[found.dataIndex].join("\n") },
    xAxis: { type: "value", minInterval: 1, axisLabel: axisWords(ink), splitLine: { lineStyle: { color: ink.rule } } },
    yAxis: { type: "category", inverse: true, data: labels, axisTick: { show: false }, axisLine: { lineStyle: { color: ink.soft } },
      axisLabel: { ...axisWords(ink), hideOverlap: false, interval: 0, color: ink.ink, width: Math.min(180, wide * 0.34), overflow: "break", lineHeight: 16 } },
    series: shown.map((one) => ({ type: "bar", name: one.name, stack: "all", barWidth: 20, itemStyle: styleOf(one.tone, ink), data: one.values.map((value) => value || null) })),
  });
  return { option, spoken: spoken.map((said) => said.join(" · ")), tall: () => labels.length * ROW + 80 };
}

function styleOf(tone, ink) {
  const edge = { borderColor: ink.paper, borderWidth: 1 };
  if (tone === "positive") return { color: ink.pine, ...edge };
  if (tone === "negative") return { color: ink.brick, ...edge, decal: hatch(ink.paper) };
  if (tone === "watch") return { color: ink.ochre, ...edge, decal: dots(ink.paper) };
  if (tone === "wrong") return { color: ink.ink, ...edge };
  return { color: ink.paper, borderColor: ink.slate, borderWidth: 1.5 };
}
