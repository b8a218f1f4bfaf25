// The marking desk: Enter goes to the next line and saves after the last one; the sum is shown.
const form = document.getElementById("marks");
const inputs = [...form.querySelectorAll("input[type=number]")];
const sum = document.getElementById("sum");

function showSum() {
  const given = inputs.filter((input) => input.value !== "");
  const total = given.reduce((points, input) => points + Number(input.value), 0);
  sum.textContent = given.length ? String(Math.round(total * 100) / 100) : "";
}

inputs.forEach((input, at) => {
  input.addEventListener("focus", () => input.select());
  input.addEventListener("input", showSum);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    const next = inputs[at + 1];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
});
showSum();
