{# Served below /office/checks/. A new release is a new text, and so a new worker with a cache of its own. #}
const RELEASE = "{{ release }}";
const CACHE = `check-sheets-${RELEASE}`;
const MINE = "/office/checks/mine";
// What the pages' own scripts fetch by themselves.
const FILES = [
  {% for name in ('checks/queue', 'theme-switch', 'suggest', 'sort-table', 'press', 'confirm', 'unsaved', 'draft', 'refresh') %}"{{ asset('js/' ~ name ~ '.js') }}", {% endfor %}

  "{{ asset('vendor/icons.svg') }}"
];

{% include "macros/worker_files.js" %}

// What an officer has to check today: the list and every sheet named on it, as this officer sees them.
async function fill() {
  const cache = await caches.open(CACHE);
  const answer = await fetch(MINE);
  if (!answer.ok || answer.redirected) return forget();
  const text = await answer.clone().text();
  await ensureThisRelease(text);
  const sheets = [...new Set([...text.matchAll(/href="(\/office\/checks\/made\/\d+)"/g)].map((found) => found[1]))];
  const pages = new Map([[MINE, [answer, text]]]);
  for (const sheet of sheets) {
    const page = await fetch(sheet).catch(() => null);
    if (page?.ok && !page.redirected) pages.set(sheet, [page, await page.clone().text()]);
  }
  await keepFiles(cache, [...pages.values()].map(([, content]) => content), FILES);
  for (const [address, [page]] of pages) await cache.put(address, page);
  for (const request of await cache.keys()) {
    const path = new URL(request.url).pathname;
    if (path.startsWith("/office/checks/made/") && !sheets.includes(path)) await cache.delete(request);
  }
}

// Signed out: nothing of anybody stays on the device but the sheets that wait to be sent.
async function forget() {
  const cache = await caches.open(CACHE);
  for (const request of await cache.keys()) {
    if (!new URL(request.url).pathname.startsWith("/static/")) await cache.delete(request);
  }
}

self.addEventListener("install", (event) => event.waitUntil(fill().then(() => self.skipWaiting())));

self.addEventListener("activate", (event) => event.waitUntil(takeOver("check-sheets-")));

self.addEventListener("message", (event) => {
  if (event.data === "fill") event.waitUntil(fill().then(() => event.source.postMessage("filled")));
});

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin) return;
  if (address.pathname === MINE || address.pathname.startsWith("/office/checks/made/")) event.respondWith(networkFirst(event.request));
  else if (address.pathname.startsWith("/static/")) event.respondWith(fileOfThatVersion(event.request));
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
