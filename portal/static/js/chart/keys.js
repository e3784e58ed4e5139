// A chart by keyboard: the arrow keys go from point to point, the tip shows it and it is said aloud.
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

export function onKeys(chart, place, said, spoken) {
  let at = -1;
  place.tabIndex = 0;
  place.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return leave();
    const next = event.key === "Home" ? 0 : event.key === "End" ? spoken.length - 1 : at + (STEPS[event.key] ?? NaN);
    if (Number.isNaN(next)) return undefined;
    event.preventDefault();
    at = Math.max(0, Math.min(spoken.length - 1, next));
    chart.dispatchAction({ type: "showTip", ...pointAt(chart, at) });
    said.textContent = spoken[at];
    return undefined;
  });
  place.addEventListener("blur", leave);

  function leave() {
    at = -1;
    said.textContent = "";
    chart.dispatchAction({ type: "hideTip" });
  }
}

// Where all series share their points, the tip hangs at one that has a value there; else points go from left to right.
function pointAt(chart, at) {
  const { series } = chart.getOption();
  const scattered = series[0].data.some((one) => Array.isArray(one?.value));
  const valueOf = (one) => (typeof one === "object" ? one?.value : one) ?? null;
  if (!scattered) return { seriesIndex: series.findLastIndex((one) => valueOf(one.data[at]) !== null), dataIndex: at };
  const points = series.flatMap((one, seriesIndex) => one.data.map((point, dataIndex) => ({ seriesIndex, dataIndex, point: point.value })));
  points.sort((one, other) => one.point[0] - other.point[0]);
  const { seriesIndex, dataIndex } = points.filter(({ point }) => point[1] !== null)[at];
  return { seriesIndex, dataIndex };
}
