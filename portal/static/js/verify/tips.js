// Tips written in the field: kept on this device with their photographs until the portal has taken them.

const SHELF = "gi-inspector-tips";

function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(SHELF, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("tips", { keyPath: "key" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function shelf(mode, act) {
  const base = await open();
  return new Promise((resolve, reject) => {
    const work = base.transaction("tips", mode);
    const asked = act(work.objectStore("tips"));
    work.oncomplete = () => { base.close(); resolve(asked.result); };
    work.onerror = () => { base.close(); reject(work.error); };
  });
}

const put = (tip) => shelf("readwrite", (store) => store.put(tip));
const take = (key) => shelf("readwrite", (store) => store.delete(key));
const all = () => shelf("readonly", (store) => store.getAll());

async function send(tip, token) {
  const form = new FormData();
  form.set("key", tip.key);
  for (const [name, value] of Object.entries(tip.typed)) form.set(name, value);
  tip.photographs.forEach((one, at) => form.append("photographs", one, `photo-${at + 1}.jpg`));
  const answer = await fetch("/tips/field", { method: "POST", body: form, headers: { "X-CSRFToken": token, Accept: "application/json" } });
  if (answer.status >= 500 || answer.status === 429) throw new Error(String(answer.status));
  return { ok: answer.ok, said: await answer.json() };
}

export function startTips(page, word) {
  const part = (name) => page.querySelector(`[data-part="${name}"]`);
  const form = part("tip-form");
  let busy = false;

  function row(text, action) {
    const line = document.createElement("li");
    line.textContent = text;
    if (action) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button-quiet button-small";
      button.textContent = word("tip-again");
      button.addEventListener("click", action);
      line.append(" ", button);
    }
    return line;
  }

  async function show() {
    const tips = await all();
    part("tip-list").replaceChildren(...tips.map((tip) => (tip.why
      ? row(`${tip.typed.facts.slice(0, 20)} · ${word("tip-refused").replace("{why}", tip.why)}`, () => mend(tip))
      : row(`${tip.typed.facts.slice(0, 20)} · ${word("tip-waits")}`))));
  }

  // What was refused goes back into the form, words and pictures; nothing typed is lost.
  async function mend(tip) {
    for (const [name, value] of Object.entries(tip.typed)) form.elements[name].value = value;
    form.pictures = tip.photographs;
    await take(tip.key);
    await show();
    form.elements.facts.focus();
  }

  async function sendAll() {
    if (busy || !navigator.onLine) return;
    busy = true;
    try {
      const waiting = (await all()).filter((tip) => !tip.why);
      if (!waiting.length) return;
      const token = (await (await fetch("/tips/token.json", { cache: "no-store" })).json()).csrf_token;
      for (const tip of waiting) {
        const { ok, said } = await send(tip, token);
        if (ok) {
          await take(tip.key);
          part("tip-state").textContent = word("tip-sent").replace("{n}", [said.number, said.secret].filter(Boolean).join(" · "));
        } else {
          tip.why = Object.values(said.errors || {})[0] || said.detail;
          await put(tip);
        }
      }
    } catch {
      // No network after all: everything waits where it is.
    } finally {
      busy = false;
      await show();
    }
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const typed = Object.fromEntries(["matter", "facts", "place_name", "respondent", "code"].map((name) => [name, form.elements[name].value.trim()]));
    if (typed.facts.length < 10) {
      part("tip-state").textContent = word("tip-short");
      return;
    }
    const chosen = [...form.elements.photographs.files];
    const key = [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("");
    try {
      await put({ key, typed, photographs: chosen.length ? chosen : form.pictures || [] });
      form.reset();
      form.pictures = null;
      part("tip-state").textContent = word("tip-kept");
      await show();
      sendAll();
    } catch {
      part("tip-state").textContent = word("tip-nostore");
    }
  });
  addEventListener("online", sendAll);
  setInterval(sendAll, 60000);
  show().then(sendAll, () => { part("tip-state").textContent = word("tip-nostore"); });
}
