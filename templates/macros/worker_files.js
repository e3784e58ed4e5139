// A page and its files are kept together or not at all: what is missing leaves the worker that was there at work.
async function keepFiles(cache, texts, more) {
  const named = texts.flatMap((text) => [...text.matchAll(/(?:href|src)="(\/static\/[^"#]+)"/g)].map((found) => found[1].replaceAll("&amp;", "&")));
  await Promise.all([...new Set([...named, ...more])].map(async (address) => {
    if (!(await cache.match(address))) await cache.add(address);
  }));
}

// A page gets the files of its own version. One kept of another version answers only where there is no network.
async function fileOfThatVersion(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept) return kept;
  try {
    return await fetch(request);
  } catch {
    return (await cache.match(request, { ignoreSearch: true })) || Response.error();
  }
}

// A page of another release is left to the worker that comes with it.
async function ensureThisRelease(text) {
  if (text.includes(`data-release="${RELEASE}"`)) return;
  self.registration.update().catch(() => null);
  throw new Error("another release");
}

async function takeOver(kind) {
  for (const name of await caches.keys()) {
    if (name.startsWith(kind) && name !== CACHE) await caches.delete(name);
  }
  await self.clients.claim();
  for (const client of await self.clients.matchAll()) client.postMessage({ release: RELEASE });
}
