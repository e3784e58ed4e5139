// While somebody fills in a return: asks what looks odd, and shows it. Nothing is saved by this.
const form = document.querySelector("form[data-check]");
const place = document.querySelector("[data-findings]");

let asked = 0;

async function ask() {
  const mine = ++asked;
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && value && name !== "csrf_token") fields.set(name, value);
  }
  const answer = await fetch(`${form.dataset.check}?${fields}`, { headers: { Accept: "text/html" } });
  if (answer.ok && mine === asked) place.innerHTML = await answer.text();
}

if (form && place) {
  form.addEventListener("change", () => ask().catch(() => {}));
}
