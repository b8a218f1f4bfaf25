// So that a reload without network comes back to the paper: what the page is made of is kept, and
// given out only where the server does not answer. Browsers have this on HTTPS and localhost alone.
const CACHE = "fengxue-exam-1";
const PATIENCE = 6000;
const PAGE = /^\/attempts\/\d+$/;
const PART = /^\/(static|attempts\/\d+\/media)\//;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  const isOurs = origin === self.location.origin && (PAGE.test(pathname) || PART.test(pathname));
  if (event.request.method === "GET" && isOurs) event.respondWith(answer(event.request));
});

// The network first; what was kept, where it fails or is silent for too long.
async function answer(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request, { ignoreVary: true });
  const fresh = fetch(request).then((response) => {
    if (response.status === 200 && !response.redirected) cache.put(request, response.clone());
    return response;
  });
  if (!kept) return fresh;
  const patience = new Promise((resolve) => setTimeout(() => resolve(kept), PATIENCE));
  return Promise.race([fresh.catch(() => kept), patience]);
}
