{# Served at /inspector-worker.js. A new release is a new text, and so a new worker with a cache of its own. #}
const CACHE = "inspector-{{ release }}";
const PAGE = "/inspector";
const FILES = [
  {% for name in modules %}"{{ asset('js/verify/' ~ name ~ '.js') }}", {% endfor %}

  "{{ asset('vendor/jsqr/jsQR.js') }}", "{{ asset('vendor/ed25519/index.js') }}", "{{ asset('vendor/icons.svg') }}"
];

async function fill() {
  const cache = await caches.open(CACHE);
  const page = await fetch(PAGE, { credentials: "omit" });
  const text = await page.clone().text();
  await cache.put(PAGE, page);
  const named = [...text.matchAll(/(?:href|src)="(\/static\/[^"#]+)"/g)].map((found) => found[1].replaceAll("&amp;", "&"));
  await Promise.all([...new Set([...named, ...FILES])].map((address) => cache.add(address).catch(() => null)));
}

self.addEventListener("install", (event) => event.waitUntil(fill().then(() => self.skipWaiting())));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith("inspector-") && name !== CACHE) await caches.delete(name);
  }
  await self.clients.claim();
})()));

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin) return;
  if (address.pathname === PAGE) event.respondWith(pageFirstFromNetwork(event.request));
  else if (address.pathname.startsWith("/static/")) event.respondWith(fileFirstFromCache(event.request));
});

// The copy that stays is the one a stranger gets, in the reader's language: no name is left on the device.
async function keepForStrangers(cache, language) {
  const page = await fetch(`${PAGE}?lang=${language === "en" ? "en" : "zh"}`, { credentials: "omit" });
  if (page.ok) await cache.put(PAGE, page);
}

async function pageFirstFromNetwork(request) {
  const cache = await caches.open(CACHE);
  try {
    const fresh = await fetch(request);
    if (fresh.ok) keepForStrangers(cache, fresh.headers.get("Content-Language")).catch(() => null);
    return fresh;
  } catch {
    return (await cache.match(PAGE)) || Response.error();
  }
}

async function fileFirstFromCache(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request, { ignoreSearch: true })) || fetch(request);
}
