// Tips written in the field: kept on this device with their photographs until the portal has taken them.

import { photographs } from "./photographs.js";

const SHELF = "gi-inspector-tips";
const DRAFT = "draft";
const FIELDS = ["matter", "facts", "place_name", "respondent", "code"];
const SHORTEST = 10;
// Once an official was signed in here, tips of this device wait for a sign-in and do not go without a name.
const OFFICIAL = "gi-inspector-official";

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
const all = async () => (await shelf("readonly", (store) => store.getAll())).filter((one) => one.key !== DRAFT);
const draft = () => shelf("readonly", (store) => store.get(DRAFT));

function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("");
}

async function askToken() {
  const said = await (await fetch("/tips/token.json", { cache: "no-store" })).json();
  if (said.official) localStorage.setItem(OFFICIAL, "yes");
  return said;
}

// What the portal answered, or null where it could not answer now.
async function send(tip, token) {
  const form = new FormData();
  form.set("key", tip.key);
  for (const [name, value] of Object.entries(tip.typed)) form.set(name, value);
  tip.photographs.forEach((one, at) => form.append("photographs", one, `photo-${at + 1}.jpg`));
  const answer = await fetch("/tips/field", { method: "POST", body: form, headers: { "X-CSRFToken": token, Accept: "application/json" } });
  if (answer.status >= 500 || answer.status === 429) return null;
  const said = await answer.json().catch(() => ({ detail: String(answer.status) }));
  return answer.ok ? { receipt: [said.number, said.secret].filter(Boolean).join(" · ") } : { why: Object.values(said.errors || {})[0] || said.detail };
}

export function startTips(page, word) {
  const part = (name) => page.querySelector(`[data-part="${name}"]`);
  const form = part("tip-form");
  const pictures = photographs(form, part("tip-pictures"), word, keepDraft);
  let busy = false;
  let mended = null;

  const say = (text) => { part("tip-state").textContent = text; };
  const typed = () => Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value.trim()]));
  const isEmpty = () => !pictures.all().length && FIELDS.slice(1).every((name) => !form.elements[name].value.trim());

  function keepDraft() {
    return put({ key: DRAFT, typed: typed(), photographs: pictures.all(), mended }).catch(() => say(word("tip-nostore")));
  }

  function fill(from) {
    for (const [name, value] of Object.entries(from.typed)) form.elements[name].value = value;
    pictures.set(from.photographs);
  }

  function line(text, ...acts) {
    const item = document.createElement("li");
    const said = document.createElement("span");
    said.textContent = text;
    item.append(said);
    for (const [label, act] of acts) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button-quiet button-small";
      button.textContent = label;
      button.addEventListener("click", act);
      item.append(button);
    }
    return item;
  }

  function waitingLine(tip) {
    const { facts } = tip.typed;
    const about = `${facts.length > 20 ? `${facts.slice(0, 20)}…` : facts} · `;
    if (tip.why) return line(about + word("tip-refused").replace("{why}", tip.why), [word("tip-again"), () => mend(tip)]);
    return line(about + word(tip.signIn ? "tip-signin" : "tip-waits"));
  }

  async function show() {
    const tips = await all();
    const sent = tips.filter((tip) => tip.receipt);
    const waiting = tips.filter((tip) => !tip.receipt);
    part("tip-list").replaceChildren(...waiting.map(waitingLine));
    part("tip-sent").replaceChildren(...sent.map((tip) => line(word("tip-sent").replace("{n}", tip.receipt), [word("tip-seen"), () => take(tip.key).then(show)])));
    part("tip-signin").hidden = !waiting.some((tip) => tip.signIn);
  }

  // What was refused goes back into the form, words and pictures, and stays kept until it is handed in anew.
  async function mend(tip) {
    if (!isEmpty() && mended !== tip.key) {
      say(word("tip-first"));
      return;
    }
    mended = tip.key;
    fill(tip);
    await keepDraft();
    form.elements.facts.focus();
  }

  async function sendOne(tip, token) {
    if (tip.official && !token.official) {
      await put({ ...tip, signIn: true });
      return;
    }
    const answer = await send(tip, token.csrf_token);
    if (!answer) return;
    if (answer.receipt) {
      await put({ key: tip.key, receipt: answer.receipt });
      say("");
    } else {
      await put({ ...tip, why: answer.why, signIn: false });
    }
  }

  async function sendAll() {
    if (busy || !navigator.onLine) return;
    busy = true;
    try {
      const token = await askToken();
      for (const tip of (await all()).filter((one) => !one.why && !one.receipt)) await sendOne(tip, token);
    } catch {
      // No network after all: everything waits where it is.
    } finally {
      busy = false;
      await show();
    }
  }

  async function sendWithoutName() {
    localStorage.removeItem(OFFICIAL);
    for (const tip of (await all()).filter((one) => one.signIn)) await put({ ...tip, official: false, signIn: false });
    await sendAll();
  }

  function faultOf(said, official) {
    if (said.facts.length < SHORTEST) return ["facts", word("tip-short")];
    return !said.place_name && !official ? ["place_name", word("tip-noplace")] : null;
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const official = localStorage.getItem(OFFICIAL) === "yes";
    const fault = faultOf(typed(), official);
    if (fault) {
      say(fault[1]);
      form.elements[fault[0]].focus();
      return;
    }
    try {
      await put({ key: mended || newKey(), typed: typed(), photographs: pictures.all(), official });
      await take(DRAFT);
      mended = null;
      form.reset();
      pictures.set([]);
      say(word("tip-kept"));
      await show();
      sendAll();
    } catch {
      say(word("tip-nostore"));
    }
  });
  form.addEventListener("input", keepDraft);
  part("tip-noname").addEventListener("click", sendWithoutName);
  addEventListener("online", sendAll);
  setInterval(sendAll, 60000);

  async function start() {
    const left = await draft();
    if (left && isEmpty()) {
      mended = left.mended;
      fill(left);
    }
    await show();
  }
  start().then(sendAll, () => say(word("tip-nostore")));
}
