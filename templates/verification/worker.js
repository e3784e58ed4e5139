{# Served at /inspector-worker.js. A new release is a new text, and so a new worker with a cache of its own. #}
const RELEASE = "{{ release }}";
const CACHE = `inspector-${RELEASE}`;
const PAGE = "/inspector";
const FILES = [
  {% for name in modules %}"{{ asset('js/verify/' ~ name ~ '.js') }}", {% endfor %}

  "{{ asset('js/theme-switch.js') }}", "{{ asset('vendor/jsqr/jsQR.js') }}", "{{ asset('vendor/ed25519/index.js') }}", "{{ asset('vendor/icons.svg') }}"
];

{% include "macros/worker_files.js" %}

async function fill() {
  const before = await caches.match(PAGE);
  await keepForStrangers(await caches.open(CACHE), before?.headers.get("Content-Language"));
}

// The copy that stays is the one a stranger gets, in the reader's language: no name is left on the device.
async function keepForStrangers(cache, language) {
  const page = await fetch(language ? `${PAGE}?lang=${language === "en" ? "en" : "zh"}` : PAGE, { credentials: "omit" });
  const text = await page.clone().text();
  await ensureThisRelease(text);
  await keepFiles(cache, [text], FILES);
  await cache.put(PAGE, page);
}

self.addEventListener("install", (event) => event.waitUntil(fill().then(() => self.skipWaiting())));

self.addEventListener("activate", (event) => event.waitUntil(takeOver("inspector-")));

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin) return;
  if (address.pathname === PAGE) event.respondWith(pageFirstFromNetwork(event));
  else if (address.pathname.startsWith("/static/")) event.respondWith(fileOfThatVersion(event.request));
});

async function pageFirstFromNetwork(event) {
  const cache = await caches.open(CACHE);
  try {
    const fresh = await fetch(event.request);
    if (fresh.ok) event.waitUntil(keepForStrangers(cache, fresh.headers.get("Content-Language")).catch(() => null));
    return fresh;
  } catch {
    return (await cache.match(PAGE)) || Response.error();
  }
}
