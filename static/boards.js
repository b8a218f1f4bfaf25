// The board: a piece is taken up (drag, click, touch or space) and dropped (drop, click, touch or enter).
// The server says beforehand where it can go and checks again when it is dropped.
const board = () => document.getElementById("board");
const told = document.getElementById("told");
const dialog = document.getElementById("why");
let hand = null; // { card, places: Map of cell to verdict, cells: rows of cells it can be dropped on, here }

function say(text, undo = "") {
  told.replaceChildren(text);
  told.hidden = !text;
  if (undo) {
    const button = document.createElement("button");
    button.className = "btn btn-sm";
    button.textContent = board().dataset.undo;
    button.addEventListener("click", () => send(undo, {}));
    told.append(button);
  }
}

async function ask(address, options = {}) {
  try {
    const answer = await fetch(address, { ...options, headers: { Accept: "application/json", ...options.headers } });
    const body = await answer.json();
    return { ok: answer.ok, status: answer.status, body };
  } catch {
    return { ok: false, status: 0, body: { errors: [board().dataset.failed] } };
  }
}

// Everything that writes: the board is drawn anew afterwards, also after a refusal for being late.
async function send(address, fields) {
  const answer = await ask(address, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content },
  });
  if (answer.ok || answer.status === 409 || answer.status === 404) await redraw();
  if (answer.ok) say(answer.body.sentence, answer.body.undo);
  else say(answer.body.errors.join("\n"));
}

async function redraw() {
  const scroll = board().querySelector(".board-scroll")?.scrollLeft ?? 0;
  await htmx.ajax("GET", location.href, { target: "#board", select: "#board", swap: "outerHTML" });
  const fresh = board().querySelector(".board-scroll");
  if (fresh) fresh.scrollLeft = scroll;
}

function cellsFor(card) {
  const { by } = board().dataset;
  const own = card.dataset.cohort ?? card.dataset.cohortLine;
  const bodies = [...board().querySelectorAll("tbody")];
  const mine = by === "cohort" ? bodies.filter((one) => one.dataset.line === own) : bodies;
  return mine.flatMap((one) => [...one.querySelectorAll("tr:not(.board-line)")].map((row) => [...row.querySelectorAll("td")]));
}

async function take(card) {
  release();
  const mine = (hand = { card, places: new Map(), cells: cellsFor(card), here: null });
  card.setAttribute("aria-pressed", "true");
  board().querySelector(".board").classList.add("choosing");
  mine.cells.flat().forEach((cell) => cell.classList.add("place"));
  say(board().dataset.looking);
  const { week, by, places } = board().dataset;
  const lines = [...new Set(mine.cells.flat().map((cell) => cell.dataset.cell.split("|")[0]))].join();
  const answer = await ask(`${places}?${new URLSearchParams({ week, by, lines, ...piece(card) })}`);
  if (hand !== mine) return;
  if (!answer.ok) return release(answer.body.errors.join("\n"));
  mine.places = new Map(Object.entries(answer.body));
  for (const cell of mine.cells.flat()) {
    const verdict = mine.places.get(cell.dataset.cell);
    if (verdict) cell.classList.add(verdict.severity);
  }
  if (mine.here) show(mine.here);
  else say(board().dataset.picked.replace("{title}", card.dataset.title));
}

function piece(card) {
  const { lesson, cohort, course } = card.dataset;
  return lesson ? { lesson } : { cohort, course };
}

function release(sentence = "") {
  if (!hand) return;
  hand.card.setAttribute("aria-pressed", "false");
  document.querySelector(".board").classList.remove("choosing");
  hand.cells.flat().forEach((cell) => cell.classList.remove("place", "here", "tell", "reason", "refuse"));
  hand = null;
  say(sentence);
}

// What stands against a cell, before anything is dropped there.
function show(cell) {
  hand.here?.classList.remove("here");
  hand.here = cell;
  cell.classList.add("here");
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  const verdict = hand.places.get(cell.dataset.cell);
  const sentences = verdict ? [verdict.name, ...verdict.sentences] : [board().dataset.free];
  say([cell.dataset.label, ...sentences].join("\n"));
}

async function drop(cell) {
  const { card, places } = hand;
  const verdict = places.get(cell.dataset.cell);
  const stays = card.parentElement === cell;
  if (stays) return release(board().dataset.putBack);
  if (verdict?.severity === "refuse") return show(cell);
  const reason = verdict?.severity === "reason" ? await why(verdict.sentences) : "";
  if (reason === null) return release(board().dataset.putBack);
  const [line, day, half] = cell.dataset.cell.split("|");
  release();
  const fields = { ...piece(card), by: board().dataset.by, line, day, half, reason };
  await send(board().dataset.drop, { ...fields, version: card.dataset.version ?? "" });
}

function why(sentences) {
  const items = sentences.map((sentence) => Object.assign(document.createElement("li"), { textContent: sentence }));
  document.getElementById("why-sentences").replaceChildren(...items);
  const field = document.getElementById("why-reason");
  field.value = "";
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue ? field.value.trim() : null), { once: true });
  });
}

async function lift(card) {
  if (!card.dataset.lesson) return release(board().dataset.putBack);
  release();
  await send(`${board().dataset.drop.replace(/drop$/, "")}lessons/${card.dataset.lesson}/lift`, { version: card.dataset.version });
}

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function step(name) {
  const grid = hand.cells;
  const at = hand.here ?? hand.card.closest("td") ?? grid[0][0];
  let row = grid.findIndex((cells) => cells.includes(at));
  let column = row < 0 ? 0 : grid[row].indexOf(at);
  const [down, right] = STEPS[name];
  row = Math.min(Math.max(row + down, 0), grid.length - 1);
  column = Math.min(Math.max(column + right, 0), grid[row].length - 1);
  show(grid[row][column]);
}

document.addEventListener("keydown", (event) => {
  const card = event.target.closest?.(".board-card");
  if (!hand) {
    if (card === event.target && (event.key === " " || event.key === "Enter")) {
      event.preventDefault();
      take(card);
    }
    return;
  }
  if (dialog.open) return;
  if (event.key in STEPS) step(event.key);
  else if (event.key === "Escape") release(board().dataset.putBack);
  else if (event.key === "Delete") lift(hand.card);
  else if (event.key === "Enter" || event.key === " ") {
    if (hand.here) drop(hand.here);
    else release(board().dataset.putBack);
  } else return;
  event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("a, button, dialog")) return;
  const card = event.target.closest(".board-card");
  const cell = event.target.closest("td.place");
  const tray = event.target.closest(".board-tray");
  if (card && card === hand?.card) return release(board().dataset.putBack);
  if (hand && cell) return drop(cell);
  if (hand && tray) return lift(hand.card);
  if (card) take(card);
});

document.addEventListener("dragstart", (event) => {
  const card = event.target.closest?.(".board-card");
  if (!card) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", card.dataset.title);
  setTimeout(() => take(card)); // what is being dragged must not change while the drag begins
});

document.addEventListener("dragover", (event) => {
  const cell = event.target.closest?.("td.place");
  if (hand && (cell || event.target.closest?.(".board-tray"))) event.preventDefault();
  if (hand && cell && cell !== hand.here) show(cell);
});

document.addEventListener("mouseover", (event) => {
  const cell = event.target.closest?.("td.place");
  if (hand && cell && cell !== hand.here) show(cell);
});

document.addEventListener("drop", (event) => {
  if (!hand) return;
  event.preventDefault();
  const cell = event.target.closest("td.place");
  if (cell) drop(cell);
  else if (event.target.closest(".board-tray")) lift(hand.card);
});

document.addEventListener("dragend", () => {
  if (hand && !dialog.open && !hand.here) release(board().dataset.putBack);
});
