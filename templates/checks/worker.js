{# Served below /office/checks/. A new release is a new text, and so a new worker with a cache of its own. #}
const CACHE = "check-sheets-{{ release }}";
const MINE = "/office/checks/mine";
// What the pages' own scripts fetch by themselves.
const FILES = [
  {% for name in ('checks/queue', 'theme-switch', 'suggest', 'sort-table', 'press', 'confirm', 'unsaved', 'refresh') %}"{{ asset('js/' ~ name ~ '.js') }}", {% endfor %}

  "{{ asset('vendor/icons.svg') }}"
];

// What an officer has to check today: the list and every sheet named on it, as this officer sees them.
async function fill() {
  const cache = await caches.open(CACHE);
  const answer = await fetch(MINE);
  if (!answer.ok || answer.redirected) return forget();
  const text = await answer.clone().text();
  const sheets = [...new Set([...text.matchAll(/href="(\/office\/checks\/made\/\d+)"/g)].map((found) => found[1]))];
  await cache.put(MINE, answer);
  for (const request of await cache.keys()) {
    const path = new URL(request.url).pathname;
    if (path.startsWith("/office/checks/made/") && !sheets.includes(path)) await cache.delete(request);
  }
  const pages = [text];
  for (const sheet of sheets) {
    const page = await fetch(sheet).catch(() => null);
    if (!page || !page.ok || page.redirected) continue;
    pages.push(await page.clone().text());
    await cache.put(sheet, page);
  }
  const named = pages.flatMap((page) => [...page.matchAll(/(?:href|src)="(\/static\/[^"#]+)"/g)].map((found) => found[1].replaceAll("&amp;", "&")));
  await Promise.all([...new Set([...named, ...FILES])].map(async (address) => {
    if (!(await cache.match(address))) await cache.add(address).catch(() => null);
  }));
}

// Signed out: nothing of anybody stays on the device but the sheets that wait to be sent.
async function forget() {
  const cache = await caches.open(CACHE);
  for (const request of await cache.keys()) {
    if (!new URL(request.url).pathname.startsWith("/static/")) await cache.delete(request);
  }
}

self.addEventListener("install", (event) => event.waitUntil(fill().then(() => self.skipWaiting())));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith("check-sheets-") && name !== CACHE) await caches.delete(name);
  }
  await self.clients.claim();
})()));

self.addEventListener("message", (event) => {
  if (event.data === "fill") event.waitUntil(fill().then(() => event.source.postMessage("filled")));
});

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin) return;
  if (address.pathname === MINE || address.pathname.startsWith("/office/checks/made/")) event.respondWith(networkFirst(event.request));
  else if (address.pathname.startsWith("/static/")) event.respondWith(cacheFirst(event.request));
});

async function networkFirst(request) {
  const cache = await caches.open(CACHE);
  try {
    const fresh = await fetch(request);
    if (fresh.redirected && new URL(fresh.url).pathname.startsWith("/account/")) await forget();
    return fresh;
  } catch {
    return (await cache.match(request, { ignoreSearch: true })) || (await cache.match(MINE)) || Response.error();
  }
}

async function cacheFirst(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request, { ignoreSearch: true })) || fetch(request);
}
