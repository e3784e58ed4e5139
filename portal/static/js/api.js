// Asks an address of the API and shows the answer under its form; without this file the form leads there.
function addressOf(form) {
  let address = form.dataset.api;
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (name === "operation" || value === "") continue;
    const blank = `{${name}}`;
    if (address.includes(blank)) address = address.replace(blank, encodeURIComponent(value));
    else query.append(name, value);
  }
  return query.size ? `${address}?${query}` : address;
}

async function ask(form) {
  const box = form.querySelector("[data-answer]");
  const [line, status, body] = ["address", "status", "body"].map((part) => box.querySelector(`[data-${part}]`));
  const address = addressOf(form);
  box.hidden = false;
  line.textContent = `GET ${address}`;
  status.textContent = form.dataset.waiting;
  body.textContent = "";
  const began = performance.now();
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    const text = await answer.text();
    const size = new Intl.NumberFormat(document.documentElement.lang).format(text.length);
    status.textContent = `${answer.status} · ${answer.headers.get("Content-Type")} · ${size} · ${Math.round(performance.now() - began)} ms`;
    body.textContent = pretty(text);
  } catch {
    status.textContent = form.dataset.failed;
  }
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2).slice(0, 200000);
  } catch {
    return text.slice(0, 200000);
  }
}

for (const form of document.querySelectorAll("form[data-api]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (addressOf(form).includes("{")) form.querySelector("input:not([type=hidden])")?.focus();
    else ask(form);
  });
}
