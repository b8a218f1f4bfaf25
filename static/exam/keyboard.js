// The keys of the exam page: digits and letters choose, arrows and N/P move, F flags.
// `paper` tells the paper that is on the page. Typing an answer is left alone.
export function listenToKeys(paper) {
  document.addEventListener("keydown", (event) => key(event, paper()));
}

function key(event, paper) {
  const target = event.target;
  const isTyping = /^(TEXTAREA|SELECT)$/.test(target.tagName) || target.type === "text";
  if (isTyping || event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
  const name = event.key.toUpperCase();
  const place = /^[1-9]$/.test(name) ? Number(name) - 1 : /^[A-E]$/.test(name) ? name.charCodeAt(0) - 65 : -1;
  const isRadio = target.type === "radio" && /^ARROW/.test(name);
  if (place >= 0 && paper.choose(place)) event.preventDefault();
  else if (name === "N" || (name === "ARROWRIGHT" && !isRadio)) paper.step(1);
  else if (name === "P" || (name === "ARROWLEFT" && !isRadio)) paper.step(-1);
  else if (name === "F") paper.flag(paper.current);
}
