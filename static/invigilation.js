// The console: ticks and filters outlive a refresh, and what is asked before a deed says whom it is for.
const hall = document.getElementById("hall");
const act = document.getElementById("act");
const find = document.getElementById("find");
const only = document.getElementById("only");
const ticked = new Set();

function seats() {
  return [...hall.querySelectorAll("li")];
}

function box(seat) {
  return seat.querySelector("input");
}

function isWanted(seat) {
  const text = seat.querySelector("label").textContent + seat.querySelector("a").textContent;
  const look = only.value === "noted" ? seat.querySelector("b") !== null : !only.value || seat.classList.contains(only.value);
  return look && text.includes(find.value.trim());
}

function filter() {
  seats().forEach((seat) => seat.classList.toggle("unwanted", !isWanted(seat)));
}

function remember(one) {
  if (one.checked) ticked.add(one.value);
  else ticked.delete(one.value);
}

function tickShown() {
  const shown = seats().filter((seat) => !seat.classList.contains("unwanted")).map(box);
  const all = shown.every((one) => one.checked);
  shown.forEach((one) => {
    one.checked = !all;
    remember(one);
  });
}

function restore() {
  seats().forEach((seat) => (box(seat).checked = ticked.has(box(seat).value)));
  filter();
}

function ask(event) {
  const everyone = act.elements.everyone && act.elements.everyone.checked;
  const question = act.dataset.one || (everyone ? act.dataset.all : act.dataset.some);
  act.dataset.confirm = question.replace("#", String(ticked.size)).replace("*", event.target.textContent);
}

if (act) act.querySelectorAll("button[name=deed]").forEach((button) => button.addEventListener("click", ask));
if (hall) {
  seats().map(box).forEach(remember);
  hall.addEventListener("change", (event) => remember(event.target));
  document.addEventListener("htmx:afterSwap", restore);
  find.addEventListener("input", filter);
  only.addEventListener("change", filter);
  document.getElementById("tick").addEventListener("click", tickShown);
}
