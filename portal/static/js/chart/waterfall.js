// From last year to this: every bar hangs where the one before ended. Totals are full, gains plain, losses hatched.
import { axisWords, common, hatch } from "./ink.js";
import { words } from "./reading.js";

const ROW = 38;
const LETTER = 14;

export function waterfall(figure) {
  const steps = [...figure.querySelector("table").tBodies[0].rows].map((row) => ({
    name: words(row.cells[0]), text: words(row.cells[1]), value: Number(row.cells[1].dataset.value), total: row.dataset.total !== undefined,
  }));
  if (steps.every((step) => step.value === 0)) return null;
  let reached = 0;
  for (const step of steps) {
    [step.low, step.high] = step.total ? [0, step.value] : [Math.min(reached, reached + step.value), Math.max(reached, reached + step.value)];
    reached = step.total ? step.value : reached + step.value;
  }
  const widest = Math.max(...steps.map((step) => step.high)) || 1;

  const option = (ink, wide) => ({
    ...common(ink),
    grid: { left: 4, right: 12 + LETTER * 0.62 * Math.max(...steps.map((step) => step.text.length)), top: 4, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    tooltip: { ...common(ink).tooltip, trigger: "axis", axisPointer: { type: "shadow", shadowStyle: { color: ink.rule, opacity: 0.35 } },
      formatter: ([found]) => `${steps[found.dataIndex].name}\n${steps[found.dataIndex].text}` },
    xAxis: { type: "value", min: 0, max: widest, show: false },
    yAxis: { type: "category", inverse: true, data: steps.map((step) => step.name), axisTick: { show: false }, axisLine: { lineStyle: { color: ink.soft } },
      axisLabel: { ...axisWords(ink), hideOverlap: false, interval: 0, color: ink.ink, width: Math.min(170, wide * 0.36), overflow: "break", lineHeight: 16 } },
    series: [
      { type: "bar", stack: "fall", silent: true, itemStyle: { color: "transparent" }, data: steps.map((step) => step.low) },
      { type: "bar", stack: "fall", barWidth: 20, data: steps.map((step) => barOf(step, ink, widest)) },
    ],
  });
  return { option, spoken: steps.map((step) => `${step.name} ${step.text}`), tall: () => steps.length * ROW + 12 };
}

function barOf(step, ink, widest) {
  const colour = step.total ? ink.ink : step.value >= 0 ? ink.pine : ink.brick;
  const loss = !step.total && step.value < 0;
  return {
    value: Math.max(step.high - step.low, widest / 250),
    itemStyle: { color: loss ? ink.paper : colour, borderColor: colour, borderWidth: loss ? 1.5 : 0, ...(loss ? { decal: hatch(colour) } : {}) },
    label: { show: true, position: "right", formatter: step.text, color: ink.ink, fontFamily: ink.face, fontSize: 13, fontWeight: step.total ? 700 : 400 },
  };
}
