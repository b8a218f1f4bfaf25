// The page's side of the service worker: what the paper needs to come back without network.
const CACHE = "fengxue-exam-1";

// Plain HTTP has no service worker: then a reload needs the network, and the page says so.
export function canReload() {
  return window.isSecureContext && "serviceWorker" in navigator;
}

// Keep this page and everything that it loaded; the worker keeps what comes after.
export async function keepPage() {
  if (!canReload()) return;
  try {
    await navigator.serviceWorker.register("/attempts/worker.js", { scope: "/attempts/" });
    const loaded = performance.getEntriesByType("resource").map((one) => new URL(one.name));
    const parts = loaded.filter(({ origin, pathname }) => origin === location.origin && pathname.startsWith("/static/"));
    const cache = await caches.open(CACHE);
    await cache.addAll([location.pathname, ...new Set(parts.map(({ pathname }) => pathname))]);
  } catch (error) {
    console.warn("a reload without network will not come back:", error);
  }
}

// The paper is handed in: nothing of it stays in the cache of this device.
export async function forgetPage() {
  if (!canReload()) return;
  const cache = await caches.open(CACHE);
  const own = (await cache.keys()).filter(({ url }) => new URL(url).pathname.startsWith(location.pathname));
  await Promise.all(own.map((request) => cache.delete(request)));
}
