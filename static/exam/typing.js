// The candidate's choice of a way to type Vietnamese, remembered on this device.
import { recall, remember } from "./memory.js";
import { METHOD_NAMES, listenToTyping } from "./vietnamese.js";

const PLACE = "fengxue-typing";
const VIETNAMESE = /越南语|越语|[ăđơưẠ-ỹ]/i;

// Offered where there is something to type on a paper that has to do with Vietnamese; `paper` is the
// element that the fields are in.
export function offerTyping(paper) {
  const choice = document.getElementById("typing");
  const hints = [...document.querySelectorAll("#typing-hint [data-method]")];
  const show = () => hints.forEach((one) => (one.hidden = one.dataset.method !== choice.value));
  const isWanted = paper.querySelector("input[type=text], textarea") && VIETNAMESE.test(document.title + paper.textContent);
  document.getElementById("typing-choice").hidden = !isWanted;
  choice.value = METHOD_NAMES.find((one) => one === recall(PLACE)) || "";
  choice.addEventListener("change", () => {
    remember(PLACE, choice.value);
    show();
  });
  listenToTyping(paper, () => choice.value);
  show();
}
