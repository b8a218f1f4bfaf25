// The marking desk: Enter goes to the next line and saves after the last one; the arrows go up and
// down the lines, a wheel scrolls: neither changes points that were typed. The sum is shown.
const inputs = [...document.querySelectorAll("#marks input[type=number]")];
const sum = document.getElementById("sum");

function showSum() {
  const given = inputs.filter((input) => input.value !== "");
  const total = given.reduce((points, input) => points + Number(input.value), 0);
  sum.textContent = given.length ? String(Math.round(total * 100) / 100) : "";
}

// A wheel steps the number of a field that has the focus: without it the page scrolls.
function letScroll(input) {
  if (document.activeElement !== input) return;
  input.blur();
  requestAnimationFrame(() => input.focus({ preventScroll: true }));
}

inputs.forEach((input, at) => {
  input.addEventListener("focus", () => input.select());
  input.addEventListener("input", showSum);
  input.addEventListener("keydown", (event) => {
    const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.isComposing) return;
    const next = inputs[at + step];
    if (next || event.key !== "Enter") event.preventDefault();
    next?.focus();
  });
  input.addEventListener("wheel", () => letScroll(input), { passive: true });
});
if (sum) showSum(); // no form where others have settled the response
