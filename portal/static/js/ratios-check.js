// While somebody fills in a return: asks what looks odd, and shows it. Nothing is saved by this.
const form = document.querySelector("form[data-check]");
const place = document.querySelector("[data-findings]");
const PAUSE = 400;

let asked = 0;
let timer = 0;
let pressing = false;
let waiting = null;

// The page must not move under a finger that is on its way to a button.
function show(text) {
  if (pressing) waiting = text;
  else place.innerHTML = text;
}

function release() {
  pressing = false;
  if (waiting !== null) place.innerHTML = waiting;
  waiting = null;
}

async function ask() {
  const mine = ++asked;
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && value && name !== "csrf_token") fields.set(name, value);
  }
  const answer = await fetch(`${form.dataset.check}?${fields}`, { headers: { Accept: "text/html" } });
  if (answer.ok && mine === asked) show(await answer.text());
}

if (form && place) {
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => ask().catch(() => {}), PAUSE);
  });
  addEventListener("pointerdown", () => (pressing = true));
  // The click comes straight after the finger is lifted; only then may the page move.
  addEventListener("pointerup", () => setTimeout(release));
  addEventListener("pointercancel", release);
}
