// Ticking people off on the organiser's phone: kept on the phone first, sent when there is signal.
// Every operation carries an id drawn here, so that the house counts it once however often it comes.
import { openKept } from "./trips_keep.js";

const PACE = 10000;
const BATCH = 500;
const PATIENCE = 15000;
const field = document.querySelector("#field");
const trip = Number(field.dataset.trip);
const { account, until } = field.dataset;
const point = document.querySelector("#point");
const bus = document.querySelector("#bus");
const tiles = [...document.querySelectorAll(".rider")];
const pending = new Map();
let snapshot = { present: [], departures: [] };
let database = null;
let token = "";
let offset = 0;
let onlyAbsent = false;
let sending = false;
let refusals = [];

const show = (template, n) => template.replace("{n}", n);
const draw = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
const instant = () => Date.now() + offset;

async function open() {
  try {
    database = await openKept();
    for (const one of await database.getAllFromIndex("operations", "trip", trip)) {
      if (one.account === account) pending.set(one.id, one);
    }
    const kept = await database.get("snapshots", trip);
    if (kept?.account === account) snapshot = kept;
  } catch (error) {
    signal(field.dataset.unkept, "text-danger");
  }
}

// Kept before it is shown: what the screen says is never only in memory.
async function keep(operation) {
  const one = { ...operation, id: draw(), trip, account, until, at: instant() };
  if (database) await database.put("operations", one);
  pending.set(one.id, one);
  render();
  sync();
}

function present() {
  const found = new Map(snapshot.present.map((one) => [`${one.moment}:${one.position}`, new Set(one.riders)]));
  const inOrder = [...pending.values()].sort((one, other) => one.at - other.at || (one.id < other.id ? -1 : 1));
  for (const one of inOrder.filter((each) => each.kind === "check")) {
    const key = `${one.moment}:${one.position}`;
    if (!found.has(key)) found.set(key, new Set());
    if (one.present) found.get(key).add(one.rider);
    else found.get(key).delete(one.rider);
  }
  return found;
}

function departed(position) {
  const waiting = [...pending.values()].find((one) => one.kind === "depart" && one.position === position);
  return snapshot.departures.find((one) => one.position === position) || waiting;
}

function render() {
  const here = present().get(point.value) || new Set();
  for (const tile of tiles) {
    const isHere = here.has(Number(tile.dataset.rider));
    const button = tile.querySelector("button");
    button.setAttribute("aria-pressed", String(isHere));
    button.classList.toggle("btn-success", isHere);
    tile.hidden = Boolean(bus.value && tile.dataset.bus !== bus.value) || (onlyAbsent && isHere);
  }
  document.querySelector("#count").textContent = `${here.size} / ${tiles.length}`;
  const [moment, position] = point.value.split(":");
  const left = departed(Number(position));
  document.querySelector("#departure").hidden = moment !== "board";
  document.querySelector("#leaving").hidden = Boolean(left);
  document.querySelector("#departed").hidden = !left;
  document.querySelector("#departed").textContent = left ? show(field.dataset.left, left.counted) + (left.note ? `（${left.note}）` : "") : "";
}

function signal(text, look) {
  const line = document.querySelector("#signal");
  line.className = `small mt-1 ${look}`;
  line.textContent = [text, ...refusals].join(" ");
}

function tell(offline) {
  const waiting = pending.size ? show(field.dataset.waiting, pending.size) : field.dataset.synced;
  signal(offline ? `${field.dataset.offline} ${pending.size ? waiting : ""}` : waiting, offline || pending.size ? "text-warning" : "text-success");
}

async function ask(url, options = {}) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const response = await fetch(url, { ...options, cache: "no-store", signal: stop.signal, headers: { Accept: "application/json", ...options.headers } });
    if (response.status === 401 || response.redirected) throw new Error("expired");
    if (!response.ok) throw new Error(String(response.status));
    return await response.json();
  } finally {
    clearTimeout(timer);
  }
}

// Somebody else may have logged in here meanwhile: nothing is sent in another's name.
async function askState() {
  const told = await ask(field.dataset.state);
  if (told.account !== account) throw new Error("expired");
  return told;
}

async function learn(told) {
  snapshot = { trip, account, until, present: told.present, departures: told.departures };
  offset = told.now - Date.now();
  if (told.token) token = told.token;
  if (database) await database.put("snapshots", snapshot);
}

async function sync() {
  if (sending) return;
  sending = true;
  try {
    if (!token || !pending.size) await learn(await askState());
    while (pending.size) await send([...pending.values()].slice(0, BATCH));
    tell(false);
  } catch (error) {
    token = "";
    if (error.message === "expired") signal(field.dataset.expired, "text-danger");
    else tell(true);
  } finally {
    sending = false;
    render();
  }
}

async function send(operations) {
  const told = await ask(field.dataset.operations, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify({ operations }),
  });
  await learn(told);
  refusals = [...new Set(told.refused.map((one) => one.reason))];
  for (const id of told.acknowledged) {
    pending.delete(id);
    if (database) await database.delete("operations", id);
  }
  if (operations.some((one) => pending.has(one.id))) throw new Error("unacknowledged");
}

document.querySelector("#riders").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const [moment, position] = point.value.split(":");
  const rider = Number(button.closest(".rider").dataset.rider);
  keep({ kind: "check", moment, position: Number(position), rider, present: button.getAttribute("aria-pressed") !== "true" });
});

document.querySelector("#depart").addEventListener("click", () => {
  const counted = (present().get(point.value) || new Set()).size;
  const note = document.querySelector("#note");
  const missing = tiles.length - counted;
  const why = document.querySelector("#why");
  why.textContent = missing && !note.value.trim() ? show(field.dataset.missing, missing) : "";
  if (why.textContent) return;
  keep({ kind: "depart", position: Number(point.value.split(":")[1]), counted, note: note.value.trim() });
  note.value = "";
});

document.querySelector("#absent").addEventListener("click", (event) => {
  onlyAbsent = !onlyAbsent;
  event.target.classList.toggle("active", onlyAbsent);
  render();
});
point.addEventListener("change", render);
bus.addEventListener("change", render);
window.addEventListener("online", sync);
window.addEventListener("offline", () => tell(true));
setInterval(sync, PACE);

// The page that registers a worker was loaded without it: the worker is told what to keep.
async function provide() {
  if (!navigator.serviceWorker) return;
  try {
    await navigator.serviceWorker.register(field.dataset.worker);
    const { active } = await navigator.serviceWorker.ready;
    const loaded = performance.getEntriesByType("resource").map((one) => one.name).filter((name) => new URL(name).pathname.startsWith("/static/"));
    active.postMessage([location.href, ...loaded]);
  } catch (error) {
    console.warn("no worker here: without signal this page cannot be opened anew", error);
  }
}

await open();
render();
sync();
provide();
