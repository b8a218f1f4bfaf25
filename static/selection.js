// Lists with boxes: the box in the head ticks all of the page.
for (const all of document.querySelectorAll("input[data-all]")) {
  const boxes = [...all.form.querySelectorAll(`input[name=${all.dataset.all}]`)];
  all.addEventListener("change", () => boxes.forEach((box) => (box.checked = all.checked)));
  boxes.forEach((box) =>
    box.addEventListener("change", () => (all.checked = boxes.every((one) => one.checked)))
  );
}
