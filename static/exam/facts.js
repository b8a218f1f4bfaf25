// What was played and recorded: facts that count over all devices of a candidate. Each is told to
// the server like everything that the page sees; without network this device counts for itself.
import { recall, remember } from "./memory.js";

export class Facts {
  constructor({ server, attempt, sightings }) {
    this.server = server;
    this.sightings = sightings;
    this.place = `fengxue-facts-${attempt}`;
    this.known = new Map(JSON.parse(recall(this.place) || "[]"));
    this.isKnown = false;
    this.heard = [];
  }

  // Ask what other devices did. Without an answer this device goes by what it knows itself.
  async load() {
    const { status, body } = await this.server.post("facts", {});
    if (status === 200) {
      body.facts.forEach(([lease, seq, kind, detail]) => this.known.set(`${lease}.${seq}`, `${kind} ${detail}`));
      this.keep();
    }
    this.settle();
  }

  settle() {
    this.isKnown = true;
    this.heard.forEach((draw) => draw());
  }

  // `draw` is called when what other devices did is known, and when it changes.
  watch(draw) {
    this.heard.push(draw);
  }

  add(kind, detail) {
    const told = this.sightings.see(kind, 0, detail);
    if (!told) return;
    this.known.set(`${told.lease}.${told.seq}`, `${kind} ${detail}`);
    this.keep();
  }

  count(kind, detail) {
    return [...this.known.values()].filter((one) => one === `${kind} ${detail}`).length;
  }

  keep() {
    remember(this.place, JSON.stringify([...this.known]));
  }
}
