// The path of a plan against the actual values. A figure of a year stands at its end, one of a day where the day is.
import { axisWords, common } from "./ink.js";
import { words } from "./reading.js";

const DAY = 86_400_000;

// 2025 is the end of 2025, 2025.5 the middle of 2026: what a plan says of a year holds on its last day.
function placeOf(on) {
  const [year] = on.split("-").map(Number);
  const passed = Date.parse(on) - Date.UTC(year, 0, 0);
  return year - 1 + passed / DAY / ((Date.UTC(year, 11, 31) - Date.UTC(year, 0, 0)) / DAY);
}

export function path(figure) {
  const rows = [...figure.querySelector("table").tBodies[0].rows].filter((row) => row.dataset.on).map((row) => ({
    role: row.dataset.role, at: placeOf(row.dataset.on), value: row.dataset.value === undefined ? null : Number(row.dataset.value),
    text: [words(row.cells[0]), words(row.cells[1]), words(row.cells[2])].join(" · "),
  }));
  const known = rows.filter((row) => row.value !== null).sort((one, other) => one.at - other.at);
  if (known.length < 2) return null;
  const { plan, actual, targetWord, yearWord } = figure.dataset;
  const whole = known.every((row) => Number.isInteger(row.value));
  // A year that the plan leaves open lifts the pen: its empty value stands between two others.
  const of = (...roles) => rows.filter((row) => roles.includes(row.role)).sort((one, other) => one.at - other.at);
  const years = known.map((row) => row.at);
  const [first, last] = [Math.floor(Math.min(...years)), Math.ceil(Math.max(...years))];
  const target = known.find((row) => row.role === "target");

  const option = (ink, wide) => {
    const point = (colour, symbol, size) => ({ symbol, symbolSize: size, itemStyle: { color: colour }, labelLayout: { hideOverlap: true } });
    const items = (found) => found.map((row) => ({ value: [row.at, row.value], said: row.text }));
    const hasPath = rows.some((row) => row.role === "path" && row.value !== null);
    return {
      ...common(ink),
      grid: { left: 8, right: 66, top: 26, bottom: 62, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      legend: { bottom: 0, itemWidth: 34, selectedMode: false, textStyle: { color: ink.ink, fontFamily: ink.face, fontSize: 13 } },
      tooltip: { ...common(ink).tooltip, trigger: "item", formatter: ({ data }) => data.said },
      xAxis: { type: "value", min: first, max: Math.max(last, first + 1), interval: Math.max(1, Math.ceil((last - first) / (wide < 500 ? 5 : 12))), name: yearWord, nameLocation: "middle", nameGap: 26,
        nameTextStyle: { color: ink.soft, fontFamily: ink.face, fontSize: 12 }, axisLabel: { ...axisWords(ink), formatter: (value) => String(Math.round(value)) }, splitLine: { show: false }, axisLine: { lineStyle: { color: ink.soft } } },
      yAxis: { type: "value", min: 0, boundaryGap: [0, "12%"], minInterval: whole ? 1 : 0, axisLabel: axisWords(ink), splitLine: { lineStyle: { color: ink.rule } } },
      series: [
        { type: "line", name: plan, ...point(ink.plan, "circle", 9), lineStyle: { color: ink.plan, width: hasPath ? 2.5 : 0 }, data: items(of("base", "path")),
          markLine: target ? { silent: true, symbol: "none", data: [{ yAxis: target.value }], lineStyle: { color: ink.ink, width: 1.5, type: [6, 4] },
            label: { formatter: targetWord, distance: 12, color: ink.ink, fontFamily: ink.face, fontWeight: 700, fontSize: 13 } } : undefined },
        ...(target ? [{ type: "line", name: targetWord, ...point(ink.ink, "triangle", 12), lineStyle: { width: 0 }, data: items([target]) }] : []),
        ...(of("actual").length ? [{ type: "line", name: actual, ...point(ink.actual, "diamond", 12), lineStyle: { color: ink.actual, width: 2.5, type: [9, 4] }, data: items(of("actual")) }] : []),
      ],
    };
  };
  return { option, spoken: known.map((row) => row.text), tall: (wide) => (wide < 500 ? 300 : 340) };
}
