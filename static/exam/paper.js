// The whole paper on one page: sections, slots, and for each slot whether its answer is safe.
import { element } from "./dom.js";
import { control } from "./kinds.js";
import { mediaOf, nodesOf, player, unplaced } from "./media.js";

export class Paper {
  // on: changed(number, value), flagged(number, bool), reached(number), troubled(sentence)
  // facts: count what was played; places: {read(name), write(name, at)} where a play was broken off
  // takes: what was said into this device
  // orders: of the options of each slot; items: the numbers of each section's slots as they are shown
  constructor(root, { content, orders, items, media, facts, places, takes }, on) {
    this.root = root;
    this.on = on;
    this.media = media;
    this.facts = facts;
    this.places = places;
    this.takes = takes;
    this.orders = orders;
    this.slots = new Map();
    root.replaceChildren(...content.sections.map((section, at) => this.section(section, items[at])));
    this.numbers = [...this.slots.keys()];
    this.current = this.numbers[0];
  }

  section(section, numbers) {
    const slots = numbers.map((number) => this.slot(section.slots.find((slot) => slot.number === number)));
    return element("section", { class: "section" }, element("h2", {}, section.title), ...slots);
  }

  slot(slot) {
    const number = slot.number;
    const media = mediaOf(slot, this.media);
    const show = (text) => nodesOf(text, media);
    const answer = control(slot, String(number), this.orders, (value) => this.on.changed(number, value), show, { takes: this.takes, facts: this.facts, troubled: this.on.troubled });
    const state = element("span", { class: "state" });
    const flag = element("button", { type: "button", class: "flag", "aria-pressed": "false" }, "标记待查");
    const head = element("div", { class: "slot-head" }, element("b", {}, `${number}.`), element("span", { class: "points" }, `${slot.points} 分`), state, flag);
    const stem = element("legend", { class: "stem" }, ...show(slot.stem));
    const node = element("fieldset", { class: "slot", id: `slot-${number}`, tabindex: "-1" }, stem, ...this.players(slot, media), ...unplaced(slot, media), answer.node);
    const whole = element("article", { class: "item" }, head, node);
    flag.addEventListener("click", () => this.flag(number));
    node.addEventListener("focusin", () => this.reach(number));
    this.slots.set(number, { node, answer, state, flag, flagged: false });
    return whole;
  }

  players(slot, media) {
    return media
      .map((medium, at) => {
        const told = { name: `${slot.number}.${at}`, facts: this.facts, kept: this.places };
        return medium && medium.heard ? player(medium, slot.plays, told) : null;
      })
      .filter(Boolean);
  }

  show(number, value) {
    const slot = this.slots.get(number);
    if (slot) slot.answer.write(value === undefined ? null : value);
  }

  // How far a recording has come has changed.
  redraw(number) {
    const slot = this.slots.get(number);
    if (slot && slot.answer.redraw) slot.answer.redraw();
  }

  // "" nothing there, "local" on this device, "server" kept
  mark(number, state) {
    const slot = this.slots.get(number);
    if (!slot) return;
    slot.state.className = `state ${state}`;
    slot.state.textContent = { local: "已存本机，待上传", server: "已存服务器" }[state] || "";
  }

  flag(number) {
    const slot = this.slots.get(number);
    slot.flagged = !slot.flagged;
    slot.flag.setAttribute("aria-pressed", String(slot.flagged));
    this.on.flagged(number, slot.flagged);
  }

  go(number) {
    const { node } = this.slots.get(number);
    node.closest(".item").scrollIntoView({ block: "start" });
    node.focus({ preventScroll: true });
  }

  // To the next slot as they are shown (1), or the one before (-1).
  step(by) {
    const at = this.numbers.indexOf(this.current) + by;
    this.go(this.numbers[Math.min(Math.max(at, 0), this.numbers.length - 1)]);
  }

  reach(number) {
    this.current = number;
    this.on.reached(number);
  }

  // Choose the option that is shown at `place` (from 0) in the current slot.
  choose(place) {
    const input = this.slots.get(this.current).node.querySelector(`input[data-place="${place}"]`);
    if (input) input.click();
    return Boolean(input);
  }

  lock() {
    this.slots.forEach(({ node, flag }) => {
      node.disabled = true;
      node.querySelectorAll("audio").forEach((audio) => audio.pause());
      flag.disabled = true;
    });
  }
}
