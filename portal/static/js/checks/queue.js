// Sheets that wait on this device until there is a network, photographs with them.

const NAME = "gi-check-sheets";
const STORE = "waiting";

function open() {
  return new Promise((done, failed) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "key" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

async function act(mode, work) {
  const base = await open();
  return new Promise((done, failed) => {
    const turn = base.transaction(STORE, mode);
    const asked = work(turn.objectStore(STORE));
    turn.oncomplete = () => { base.close(); done(asked.result); };
    turn.onerror = () => { base.close(); failed(turn.error); };
  });
}

export const keep = (sheet) => act("readwrite", (store) => store.put(sheet));
export const all = () => act("readonly", (store) => store.getAll());
export const drop = (key) => act("readwrite", (store) => store.delete(key));

// The token of a form belongs to the session it was shown in: a sheet of yesterday needs today's.
async function freshToken() {
  const answer = await fetch("/office/checks/mine", { cache: "no-store" });
  if (!answer.ok || answer.redirected) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("[name=csrf_token]")?.value || null;
}

export async function send(address, fields) {
  const body = new FormData();
  for (const [name, value] of fields) {
    if (value instanceof Blob) body.append(name, value, value.name);
    else body.append(name, value);
  }
  return fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
}

// Sends what waits, the oldest first. Answers how many were sent, how many still wait and whether one must sign in.
export async function sendAll() {
  const waiting = await all();
  if (!waiting.length) return { sent: 0, left: [], signIn: false };
  let token;
  try {
    token = await freshToken();
  } catch {
    return { sent: 0, left: waiting, signIn: false };
  }
  if (!token) return { sent: 0, left: waiting, signIn: true };
  let sent = 0;
  for (const sheet of waiting) {
    const fields = [...sheet.fields.filter(([name]) => name !== "csrf_token"), ["csrf_token", token]];
    try {
      const answer = await send(sheet.address, fields);
      if (answer.ok && !answer.redirected) {
        await drop(sheet.key);
        sent += 1;
      } else {
        const told = await answer.json().catch(() => ({}));
        sheet.refused = [told.detail, ...(told.errors ? Object.values(told.errors) : [])].flat().filter(Boolean).join(" · ") || String(answer.status);
        await keep(sheet);
      }
    } catch {
      break;
    }
  }
  return { sent, left: await all(), signIn: false };
}
