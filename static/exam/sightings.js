// What this page sees of itself: that it was left, cut off, resized, copied from. It goes to the
// incident log as evidence for a person, never as a penalty; what was not taken is told again.
import { recall, remember } from "./memory.js";

const MOST = 50;
const SHORTEST_GAP = 5; // seconds without an answer of the server
const PAUSE = 3000;

export class Sightings {
  constructor({ server, attempt, lease }) {
    this.server = server;
    this.place = `fengxue-seen-${attempt}`;
    this.told = JSON.parse(recall(this.place) || "[]");
    this.writeUnder(lease);
    this.leftAt = 0;
    this.cutAt = 0;
    this.timer = null;
    this.isOver = false;
  }

  // A number is used once under a lease, also after a reload that found no server.
  writeUnder(lease) {
    const [before, seq] = JSON.parse(recall(`${this.place}-seq`) || "[0,0]");
    this.lease = lease;
    this.seq = before === lease ? seq : 0;
  }

  watch(paper) {
    window.addEventListener("blur", () => this.leave());
    window.addEventListener("focus", () => this.comeBack());
    document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? this.leave() : this.comeBack()));
    window.addEventListener("pagehide", () => this.see("closed", 0, "", true));
    ["copy", "cut", "paste"].forEach((kind) => document.addEventListener(kind, (event) => this.copied(event, paper)));
    this.watchSize();
    this.schedule();
  }

  see(kind, seconds = 0, detail = "", last = false) {
    if (this.isOver) return null;
    const told = { lease: this.lease, seq: (this.seq += 1), kind, seconds: Math.round(seconds), detail, at: Date.now() };
    this.told.push(told);
    remember(`${this.place}-seq`, JSON.stringify([this.lease, this.seq]));
    this.keep();
    if (last) this.send(true);
    else this.schedule();
    return told;
  }

  // The paper is handed in: whatever happens to the page now is nobody's business.
  rest() {
    this.isOver = true;
  }

  leave() {
    this.leftAt = this.leftAt || performance.now();
  }

  comeBack() {
    if (!this.leftAt || document.visibilityState === "hidden") return;
    this.see("left", (performance.now() - this.leftAt) / 1000);
    this.leftAt = 0;
  }

  offline(isOffline) {
    if (isOffline) {
      this.cutAt = this.cutAt || performance.now();
      return;
    }
    const seconds = this.cutAt ? (performance.now() - this.cutAt) / 1000 : 0;
    this.cutAt = 0;
    if (seconds >= SHORTEST_GAP) this.see("gap", seconds);
  }

  // One's own answer may be moved about; words of the paper and words from elsewhere are told.
  copied(event, paper) {
    const isOwn = /^(TEXTAREA|INPUT)$/.test(event.target.tagName);
    if (event.type !== "paste" && isOwn) return;
    if (event.type !== "paste" && paper.contains(event.target)) event.preventDefault();
    this.see("copy", 0, event.type);
  }

  watchSize() {
    let before = size();
    let timer = null;
    window.addEventListener("resize", () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        // A keyboard on the screen takes height alone.
        if (size().split("×")[0] !== before.split("×")[0]) this.see("resize", 0, `${before} → ${size()}`);
        before = size();
      }, 1000);
    });
  }

  schedule() {
    if (this.timer || !this.told.length) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.send(false);
    }, PAUSE * (0.5 + Math.random()));
  }

  async send(last) {
    const lease = this.told.length ? this.told[0].lease : 0;
    const sent = this.told.filter((one) => one.lease === lease).slice(0, MOST);
    if (!sent.length) return;
    const reports = sent.map(({ seq, kind, seconds, detail, at }) => ({ seq, kind, seconds, detail, ago: Math.max(0, (Date.now() - at) / 1000) }));
    const { status } = await this.server.post("report", { lease, reports }, { last });
    // Kept, kept before, or never to be kept: nothing of it is told again.
    if ([200, 404, 422].includes(status)) {
      this.told = this.told.filter((one) => !sent.includes(one));
      this.keep();
    }
    this.schedule();
  }

  keep() {
    remember(this.place, JSON.stringify(this.told));
  }
}

function size() {
  return `${window.innerWidth}×${window.innerHeight}`;
}
