// Typing items: parts of a case are added, moved and taken away on the spot. Without this script
// the form always has one empty part more.
const list = document.getElementById("parts");
const add = document.getElementById("add-part");

function parts() {
  return [...list.querySelectorAll("[data-part]")];
}

// Fields are named parts-<number>-<field>: the server reads them in the order of the numbers.
function renumber() {
  parts().forEach((part, at) => {
    part.querySelector("[data-number]").textContent = at + 1;
    for (const node of part.querySelectorAll("[name], [id], [for], [aria-describedby]")) {
      for (const name of ["name", "id", "for", "aria-describedby"]) {
        const value = node.getAttribute(name);
        if (value) node.setAttribute(name, value.replace(/^parts-\d+-/, `parts-${at}-`));
      }
    }
  });
}

function append() {
  const fresh = parts()[0].cloneNode(true);
  for (const input of fresh.querySelectorAll("input, textarea")) {
    if (input.type === "checkbox") input.checked = false;
    else input.value = "";
  }
  list.append(fresh);
  renumber();
  fresh.querySelector("textarea").focus();
}

function act(event) {
  const button = event.target.closest("button");
  const part = event.target.closest("[data-part]");
  if (!button || !part) return;
  if (button.dataset.move === "-1") part.previousElementSibling?.before(part);
  if (button.dataset.move === "1") part.nextElementSibling?.after(part);
  if ("remove" in button.dataset && parts().length > 1) {
    const typed = [...part.querySelectorAll("textarea")].some((area) => area.value.trim());
    if (!typed || window.confirm(list.dataset.removed)) part.remove();
  }
  renumber();
}

if (list) {
  list.addEventListener("click", act);
  add.addEventListener("click", append);
  add.hidden = false;
  for (const tools of list.querySelectorAll("[data-tools]")) tools.hidden = false;
}
