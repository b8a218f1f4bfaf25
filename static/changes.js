// One change to many items: of the inputs only the one that belongs to the chosen field is shown.
const field = document.querySelector("select[name=field]");

function show() {
  for (const input of document.querySelectorAll("[data-for]")) {
    input.hidden = !input.dataset.for.split(" ").includes(field.value);
  }
}

if (field) {
  field.addEventListener("change", show);
  show();
}
