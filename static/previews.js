// The preview of an intake by keyboard. Every key presses a button that stands on the page: whoever
// has no script uses the buttons.
const HOTKEYS = new Set(["a", "x", "u", "e"]);
const dialog = document.getElementById("keys");
const opener = document.getElementById("show-keys");
// Where to go once the row that is asked for comes back: "next", "problem" or "stay".
let then = "stay";
const goals = new WeakMap();

const cards = () => [...document.querySelectorAll(".intake-row")];
const present = () => document.activeElement?.closest(".intake-row") ?? null;
const isOpen = (card) => ["faulty", "doubtful"].includes(card.dataset.standing);

function goTo(card) {
  if (!card) return;
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest", behavior: "instant" });
}

function step(by) {
  const all = cards();
  const at = all.indexOf(present());
  if (at < 0) goTo(all[0]);
  else if (all[at + by]) goTo(all[at + by]);
  else document.querySelector(`.pager [rel=${by > 0 ? "next" : "prev"}]`)?.click();
}

function nextProblem(card) {
  const all = cards();
  const at = all.indexOf(card);
  const found = all.slice(at + 1).find(isOpen) ?? all.slice(0, at).find(isOpen);
  goTo(found ?? card);
}

function press(card, key) {
  const button = card.querySelector(`[data-hotkey="${key}"]`);
  if (!button) return false;
  then = key === "a" || key === "x" ? "next" : "stay";
  button.click();
  return true;
}

// The letters of a choice as its key: a single one is replaced, one of several is put in or out.
function setKey(card, position) {
  const form = card.querySelector("[data-key-form]");
  if (!form) return;
  const { kind, key } = card.dataset;
  if (position >= (kind === "truth" ? 2 : Number(card.dataset.options))) return;
  const chosen = kind === "truth" ? ["true", "false"][position] : String.fromCharCode(65 + position);
  const others = key.split(",").filter((one) => one && one !== chosen);
  const kept = key.split(",").includes(chosen) ? others : [...others, chosen].sort();
  form.elements.key.value = kind === "multiple" ? kept.join(",") : chosen;
  form.requestSubmit();
}

function whileEditing(event, card) {
  if (event.key === "Escape") {
    event.preventDefault();
    card.querySelector("[data-cancel]").click();
  } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    then = "problem";
    card.querySelector("form").requestSubmit(card.querySelector("[data-save]"));
  }
}

function toggleHelp() {
  if (dialog.open) dialog.close();
  else dialog.showModal();
}

function position(event) {
  if (/^[1-9]$/.test(event.key)) return Number(event.key) - 1;
  return event.shiftKey && /^[A-Z]$/.test(event.key) ? event.key.charCodeAt(0) - 65 : -1;
}

function act(event) {
  const card = present();
  const at = position(event);
  if (event.key === "j" || event.key === "ArrowDown") step(1);
  else if (event.key === "k" || event.key === "ArrowUp") step(-1);
  else if (card && at >= 0) setKey(card, at);
  else if (card && event.key === "Enter" && document.activeElement === card) press(card, "e");
  else if (card && HOTKEYS.has(event.key) && press(card, event.key)) return true;
  else return false;
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented) return;
  const editing = document.activeElement?.closest("[data-editing]");
  if (editing) return whileEditing(event, editing);
  if (event.target.closest("input, select, textarea, summary") || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "?" && dialog) toggleHelp();
  else if (dialog?.open || !act(event)) return;
  event.preventDefault();
});

document.addEventListener("htmx:beforeRequest", (event) => {
  goals.set(event.detail.xhr, then);
  then = "stay";
});

// A row comes back in the place of the one that was there: the work goes on from it.
document.addEventListener("htmx:afterSettle", (event) => {
  const card = event.target.closest?.(".intake-row") ?? document.getElementById(event.target.id);
  if (!card?.classList.contains("intake-row")) return;
  prepare(card);
  // Whoever went on meanwhile is not called back.
  const here = document.activeElement;
  const goal = goals.get(event.detail.xhr);
  if (here !== document.body && here !== card && !card.contains(here)) return;
  if ("editing" in card.dataset) card.querySelector("[name=stem]").focus();
  else if (goal === "next" && !isOpen(card)) goTo(cards()[cards().indexOf(card) + 1] ?? card);
  else if (goal === "problem") nextProblem(card);
  else goTo(card);
});

// Only the fields that an item of the chosen kind has; parts of a case are added on the spot.
function prepare(card) {
  const kind = card.querySelector("select[name=kind]");
  if (!kind) return;
  const show = () => {
    for (const field of card.querySelectorAll("[data-for]")) {
      field.hidden = !field.dataset.for.split(" ").includes(kind.value);
    }
  };
  kind.addEventListener("change", show);
  show();
  const add = card.querySelector("[data-add-part]");
  add.hidden = false;
  add.addEventListener("click", () => append(card));
}

function append(card) {
  const parts = [...card.querySelectorAll("[data-part]")];
  const fresh = parts[0].cloneNode(true);
  for (const node of fresh.querySelectorAll("[name], [id], [for]")) {
    for (const name of ["name", "id", "for"]) {
      const value = node.getAttribute(name);
      if (value) node.setAttribute(name, value.replace(/^parts-\d+-/, `parts-${parts.length}-`));
    }
  }
  for (const input of fresh.querySelectorAll("input, textarea")) {
    if (input.type === "checkbox") input.checked = false;
    else input.value = "";
  }
  fresh.querySelector("[data-number]").textContent = parts.length + 1;
  card.querySelector("[data-parts]").append(fresh);
  fresh.querySelector("textarea").focus();
}

cards().forEach(prepare);
if (opener && dialog) {
  opener.hidden = false;
  opener.addEventListener("click", toggleHelp);
}
if (location.hash.startsWith("#row-")) goTo(document.getElementById(location.hash.slice(1)));
