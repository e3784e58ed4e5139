// Follows a job: asks its address for {"done", "whole", "text", "finished", "url"} until it is finished.
const PAUSE = 1500;

export function start(frames) {
  frames.forEach((frame) => follow(frame));
}

async function follow(frame) {
  const answer = await fetch(frame.dataset.refresh, { headers: { Accept: "application/json" } }).catch(() => null);
  if (answer?.ok) {
    const state = await answer.json();
    if (state.finished) return location.assign(state.url ?? location.href);
    const bar = frame.querySelector("progress");
    bar.max = state.whole;
    bar.value = state.done;
    frame.querySelector(".count").textContent = `${state.done} / ${state.whole}`;
  }
  setTimeout(() => follow(frame), PAUSE);
}
