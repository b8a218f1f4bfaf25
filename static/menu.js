// The menu remembers which groups were opened; Ctrl+K or "/" goes anywhere; lists of tabs close by
// themselves. All are extras: without script the groups fold, and the way to the search is a link.
const YEAR = 365 * 24 * 60 * 60;
const kept = document.cookie.match(/(?:^|; )menu=([^;]*)/)?.[1] ?? "";
const opened = new Set(kept.split(".").filter(Boolean));

// The group of the open page is open by itself: only what somebody opens or closes is remembered.
for (const group of document.querySelectorAll(".menu details")) {
  group.querySelector("summary").addEventListener("click", () => {
    if (group.open) opened.delete(group.dataset.group);
    else opened.add(group.dataset.group);
    document.cookie = `menu=${[...opened].join(".")}; path=/; max-age=${YEAR}; samesite=lax`;
  });
}

const lists = [...document.querySelectorAll(".tabs details")];
document.addEventListener("click", (event) => {
  for (const list of lists) if (!list.contains(event.target)) list.open = false;
});
document.addEventListener("keydown", (event) => {
  const list = event.key === "Escape" && lists.find((one) => one.open);
  if (!list) return;
  list.open = false;
  list.querySelector("summary").focus();
});

const box = document.getElementById("goto");
if (box?.showModal) {
  const typed = box.querySelector("input");
  const links = () => [...box.querySelectorAll("a")];
  const open = () => {
    box.showModal();
    typed.select();
    window.htmx.trigger(typed, "open");
  };

  document.querySelector(".goto-open").addEventListener("click", (event) => {
    event.preventDefault();
    open();
  });
  document.addEventListener("keydown", (event) => {
    const slash = event.key === "/" && !event.target.closest("input, textarea, select, [contenteditable]");
    if (!(slash || (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)))) return;
    event.preventDefault();
    if (!box.open) open();
  });
  box.addEventListener("click", (event) => event.target === box && box.close());
  box.addEventListener("keydown", (event) => {
    const found = links();
    const at = found.indexOf(document.activeElement);
    if (event.key === "Enter" && at < 0 && !event.isComposing) found[0]?.click();
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const next = at + (event.key === "ArrowDown" ? 1 : -1);
    (next < 0 ? typed : found[Math.min(next, found.length - 1)])?.focus();
  });
}
