// Size of letters and contrast, as the candidate likes them, beyond a reload.
import { recall, remember } from "./memory.js";

export function dress() {
  const apply = () => {
    document.documentElement.dataset.size = recall("fengxue-size") || "1";
    document.documentElement.dataset.contrast = recall("fengxue-contrast") || "normal";
  };
  document.getElementById("larger").addEventListener("click", () => {
    remember("fengxue-size", String((Number(recall("fengxue-size") || "1") % 3) + 1));
    apply();
  });
  document.getElementById("contrast").addEventListener("click", () => {
    remember("fengxue-contrast", recall("fengxue-contrast") === "high" ? "normal" : "high");
    apply();
  });
  apply();
}
