// What a phone keeps of trips, for whom and how long. Names stand in the pages for the day alone:
// these go as soon as any page of the house is opened by another person or by nobody, and after the
// term that the house sends along. Roll calls that were never sent wait for whoever made them.
import { openDB } from "./vendor/idb-8.0.4/index.js";

const SHELF = "fengxue-trips-1";
const KNOWN = "fengxue-trips";
const PAGE = /^\/trips\/\d+\/field$/;
const over = (until) => Number(until) < Date.now();

export function openKept() {
  localStorage.setItem(KNOWN, "kept");
  return openDB("fengxue-trips", 1, {
    upgrade(fresh) {
      fresh.createObjectStore("operations", { keyPath: "id" }).createIndex("trip", "trip");
      fresh.createObjectStore("snapshots", { keyPath: "trip" });
    },
  });
}

// `account`: who is logged in here, "" for nobody.
export async function forget(account) {
  if (self.caches) await forgetPages(account);
  const kept = await openKept();
  for (const one of await kept.getAll("snapshots")) {
    if (one.account !== account || over(one.until)) await kept.delete("snapshots", one.trip);
  }
  for (const one of await kept.getAll("operations")) {
    if (over(one.until)) await kept.delete("operations", one.id);
  }
  kept.close();
}

async function forgetPages(account) {
  const shelf = await caches.open(SHELF);
  for (const request of await shelf.keys()) {
    if (!PAGE.test(new URL(request.url).pathname)) continue;
    const { headers } = await shelf.match(request, { ignoreVary: true });
    if (headers.get("X-Keep-For") === account && !over(headers.get("X-Keep-Until"))) continue;
    await shelf.delete(request, { ignoreVary: true });
  }
}
