// The grid of a blueprint: totals, what the bank can supply while one types, keys, more lines.
const form = document.getElementById("blueprint");
const grid = document.getElementById("grid");
const last = (name) => name.split("-").pop();
const cells = () => [...grid.querySelectorAll("tbody td input")];
const number = (input) => (input && Number(input.value)) || 0;
const shown = (value) => String(Math.round(value * 100) / 100);

function pointsOf(column) {
  return number(grid.querySelector(`[name="columns-${column}-points"]`));
}

function add(sums, key, count, points) {
  const [counted, worth] = sums.get(key) || [0, 0];
  sums.set(key, [counted + count, worth + count * points]);
}

function tell(place, sum) {
  place.textContent = sum && sum[0] ? `${shown(sum[0])} 题 / ${shown(sum[1])} 分` : "";
}

function total() {
  const sums = new Map();
  for (const input of cells()) {
    const column = last(input.name);
    const line = input.closest("tr").dataset.line;
    const count = number(input);
    for (const key of [`line ${line}`, `column ${column}`, "all"]) {
      add(sums, key, count, pointsOf(column));
    }
  }
  for (const place of grid.querySelectorAll("[data-line-total]")) {
    tell(place, sums.get(`line ${place.dataset.lineTotal}`));
  }
  for (const place of grid.querySelectorAll("[data-column-total]")) {
    tell(place, sums.get(`column ${place.dataset.columnTotal}`));
  }
  tell(document.getElementById("total"), sums.get("all"));
}

// Only the newest answer counts; typing on drops the question before it.
let asked = new AbortController();
let waiting = 0;

function askSoon() {
  window.clearTimeout(waiting);
  waiting = window.setTimeout(ask, 200);
}

async function ask() {
  if (!form.dataset.supplyUrl) return;
  asked.abort();
  asked = new AbortController();
  const data = new FormData(form);
  data.delete("csrf_token");
  const address = `${form.dataset.supplyUrl}?${new URLSearchParams(data)}`;
  try {
    const answer = await fetch(address, { signal: asked.signal });
    if (answer.ok) show(await answer.json());
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
}

function show(supplied) {
  const short = new Set(supplied.short);
  for (const place of grid.querySelectorAll("[data-supply]")) {
    const key = place.dataset.supply;
    place.textContent = key in supplied.available ? supplied.available[key] : "";
    place.classList.toggle("short", short.has(key));
  }
  const told = document.getElementById("shortages");
  told.replaceChildren(
    ...supplied.sentences.map((sentence) => {
      const line = document.createElement("div");
      line.textContent = sentence;
      return line;
    }),
  );
  told.hidden = supplied.sentences.length === 0;
  document.getElementById("minutes-needed").textContent = supplied.minutes;
}

function renamed(copy, pattern, to) {
  for (const input of copy.querySelectorAll("input, select")) {
    input.name = input.name.replace(pattern, to);
    input.id = input.name;
    input.classList.remove("is-invalid");
    if (input.matches("tbody td input")) input.value = "";
  }
  for (const error of copy.querySelectorAll(".text-danger")) error.remove();
}

function addLine() {
  const line = grid.querySelector("tbody tr:last-child");
  const copy = line.cloneNode(true);
  const at = Number(line.dataset.line) + 1;
  renamed(copy, /^lines-\d+/, `lines-${at}`);
  copy.dataset.line = at;
  for (const input of copy.querySelectorAll("td input")) input.value = "";
  copy.querySelector("[data-line-total]").dataset.lineTotal = at;
  for (const place of copy.querySelectorAll("[data-supply]")) {
    place.dataset.supply = `${at}-${last(place.dataset.supply)}`;
  }
  line.after(copy);
  copy.querySelector("select").focus();
}

function addColumn() {
  const at = 1 + Math.max(
    ...[...grid.querySelectorAll("thead [data-column]")].map((one) => Number(one.dataset.column)),
  );
  for (const row of grid.rows) {
    const model = [...row.querySelectorAll("[data-column]")].pop();
    const copy = model.cloneNode(true);
    renamed(copy, /^(columns-|lines-\d+-cells-)\d+/, `$1${at}`);
    for (const input of copy.querySelectorAll("input")) input.value = "";
    for (const select of copy.querySelectorAll("select")) select.selectedIndex = 0;
    copy.dataset.column = at;
    if ("columnTotal" in copy.dataset) copy.dataset.columnTotal = at;
    for (const place of copy.querySelectorAll("[data-supply]")) {
      place.dataset.supply = `${row.dataset.line}-${at}`;
      place.textContent = "";
    }
    model.after(copy);
  }
  grid.querySelector(`[name="columns-${at}-kind"]`).focus();
}

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function walk(event) {
  const step = STEPS[event.key];
  if (!step || event.isComposing || !event.target.matches("tbody td input")) return;
  const rows = [...grid.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("td input")]);
  const row = rows.findIndex((inputs) => inputs.includes(event.target));
  const next = rows[row + step[0]]?.[rows[row].indexOf(event.target) + step[1]];
  event.preventDefault(); // Enter in a cell never sends the form
  if (next) {
    next.focus();
    next.select();
  }
}

grid.addEventListener("keydown", walk);
grid.addEventListener("input", total);
form.addEventListener("input", askSoon);
form.addEventListener("click", (event) => {
  const what = event.target.dataset.add;
  if (what === "line") addLine();
  if (what === "column") addColumn();
  if (what) total();
});
total();
ask();
