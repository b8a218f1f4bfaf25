// The answer card: every slot as a number that says how it stands and leads there.
import { element } from "./dom.js";

const TOLD = { "": "未作答", local: "已作答，待上传", server: "已作答" };

export class Card {
  constructor(root, numbers, go) {
    this.cells = new Map(
      numbers.map((number) => {
        const cell = element("button", { type: "button", class: "cell" }, String(number));
        cell.addEventListener("click", () => go(number));
        return [number, { cell, state: "", flagged: false }];
      })
    );
    this.total = element("p", { class: "total" });
    const grid = element("div", { class: "cells" }, ...[...this.cells.values()].map(({ cell }) => cell));
    root.replaceChildren(this.total, grid);
    this.cells.forEach((_, number) => this.draw(number));
  }

  mark(number, state) {
    this.cells.get(number).state = state;
    this.draw(number);
  }

  flag(number, flagged) {
    this.cells.get(number).flagged = flagged;
    this.draw(number);
  }

  reach(number) {
    this.cells.forEach(({ cell }, one) => cell.classList.toggle("current", one === number));
  }

  counts() {
    const all = [...this.cells.values()];
    return {
      all: all.length,
      answered: all.filter(({ state }) => state).length,
      flagged: all.filter(({ flagged }) => flagged).length,
    };
  }

  draw(number) {
    const { cell, state, flagged } = this.cells.get(number);
    cell.className = ["cell", state, flagged ? "flagged" : "", cell.classList.contains("current") ? "current" : ""].join(" ");
    cell.setAttribute("aria-label", `第 ${number} 题，${TOLD[state]}${flagged ? "，已标记" : ""}`);
    const { all, answered } = this.counts();
    this.total.textContent = `已答 ${answered} / ${all}`;
  }
}
