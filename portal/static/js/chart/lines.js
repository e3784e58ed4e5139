// Shares over the years against their target: a line each, the unknown as a hatched band from low to high.
import { axisWords, common, DASHES, hatch, SYMBOLS } from "./ink.js";
import { columnsOf } from "./reading.js";

const STEP = 20;
const FOOT = 9;

export function lines(figure) {
  const { labels, series } = columnsOf(figure.querySelector("table"));
  const { target, unit, bandWord } = figure.dataset;
  const known = series.flatMap((one) => one.cells.flatMap((cell) => [cell.value, cell.high])).filter((value) => value !== null);
  if (!known.length) return null;
  // A part that exceeds its whole is an error to see, not to cut off.
  const top = Math.max(100, Math.ceil(Math.max(...known) / STEP) * STEP);
  const spoken = labels.map((label, at) => [label, ...series.map((one) => `${one.name} ${one.cells[at].text}`)]);

  const option = (ink, wide) => {
    const colours = [ink.ink, ink.teal, ink.faint];
    const drawn = series.map((one, n) => line(one, n, series, colours[n], ink));
    drawn[0].markLine = targetLine(Number(target), unit, ink);
    const bands = series.flatMap((one, n) => bandOf(one, n, colours[n], bandWord));
    return {
      ...common(ink),
      grid: { left: 8, right: 52, top: 26, bottom: 44, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      legend: { bottom: 0, itemWidth: 34, itemGap: wide < 500 ? 14 : 26, selectedMode: false, textStyle: { color: ink.ink, fontFamily: ink.face, fontSize: 13 },
        data: [...series.map((one) => one.name), ...(bands.length ? [bandWord] : [])] },
      tooltip: { ...common(ink).tooltip, trigger: "axis", axisPointer: { type: "line", lineStyle: { color: ink.soft } },
        formatter: (found) => spoken[found[0].dataIndex].join("\n") },
      xAxis: { type: "category", data: labels, axisLabel: axisWords(ink), axisLine: { lineStyle: { color: ink.soft } }, axisTick: { show: false } },
      yAxis: { type: "value", min: 0, max: top, interval: STEP, axisLabel: { ...axisWords(ink), formatter: `{value}${unit}` }, splitLine: { lineStyle: { color: ink.rule } } },
      series: [...bands, ...drawn],
    };
  };
  return { option, spoken: spoken.map((said) => said.join(" · ")), tall: (wide) => (wide < 500 ? 300 : 340) };
}

function line(one, n, all, colour, ink) {
  return {
    type: "line", name: one.name, z: 5, symbol: SYMBOLS[n], symbolSize: n ? 10 : 9, connectNulls: false,
    lineStyle: { color: colour, width: 2.5, type: DASHES[n] }, itemStyle: { color: colour },
    labelLayout: { hideOverlap: true },
    data: one.cells.map((cell, at) => ({ value: cell.value, label: {
      show: cell.value !== null && !isSaid(all, n, at), position: placeOf(all, n, at), formatter: cell.text,
      color: ink.ink, fontFamily: ink.face, fontSize: 12, textBorderColor: ink.paper, textBorderWidth: 3,
    } })),
  };
}

// The higher of a year's numbers has its figure above its point, the others below; at the foot they stand beside it.
function placeOf(all, n, at) {
  const mine = all[n].cells[at].value;
  const upper = all.every((other, m) => m === n || other.cells[at].value === null || mine > other.cells[at].value || (mine === other.cells[at].value && n < m));
  return upper ? "top" : mine < FOOT ? "right" : "bottom";
}

// Two lines that meet need their number once.
const isSaid = (all, n, at) => all.slice(0, n).some((other) => other.cells[at].value === all[n].cells[at].value);

function targetLine(target, unit, ink) {
  return {
    silent: true, symbol: "none", data: [{ yAxis: target }], lineStyle: { color: ink.ink, width: 1.5, type: [6, 4] },
    label: { formatter: `${target}${unit}`, color: ink.ink, fontWeight: 700, fontFamily: ink.face, fontSize: 13 },
  };
}

function bandOf(one, n, colour, word) {
  if (one.cells.every((cell) => cell.low === null)) return [];
  const bar = { type: "bar", stack: `band-${n}`, barWidth: 14, silent: true };
  return [
    { ...bar, name: `low-${n}`, itemStyle: { color: "transparent" }, data: one.cells.map((cell) => cell.low) },
    { ...bar, name: word, itemStyle: { color: "transparent", borderColor: colour, borderWidth: 1.5, decal: hatch(colour) },
      data: one.cells.map((cell) => (cell.low === null ? null : Math.max(cell.high - cell.low, 0.5))) },
  ];
}
