// Lets the page for the day of a trip open again without signal: the last one seen, and its files.
const SHELF = "fengxue-trips-1";
const ours = (url) => url.origin === location.origin && (/^\/trips\/\d+\/field$/.test(url.pathname) || url.pathname.startsWith("/static/"));

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => event.waitUntil(caches.open(SHELF).then((shelf) => Promise.allSettled(event.data.map((url) => keep(shelf, url))))));

async function keep(shelf, url) {
  const response = await fetch(url, { cache: "no-store" });
  if (response.ok && !response.redirected) await shelf.put(url, response);
}

// Pages carry the term for which they may be kept; files of the house have no names in them.
function over({ headers }) {
  return headers.has("X-Keep-Until") && Number(headers.get("X-Keep-Until")) < Date.now();
}

self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET" || !ours(new URL(event.request.url))) return;
  event.respondWith(fresh(event.request));
});

// The house first, so that nobody sees an old page while there is signal.
async function fresh(request) {
  const shelf = await caches.open(SHELF);
  try {
    const response = await fetch(request);
    if (response.ok && !response.redirected) await shelf.put(request, response.clone());
    return response;
  } catch (error) {
    const kept = await shelf.match(request, { ignoreVary: true });
    if (kept && !over(kept)) return kept;
    if (kept) await shelf.delete(request, { ignoreVary: true });
    throw error;
  }
}
