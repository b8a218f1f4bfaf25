// What was said into this device: kept here piece by piece while it is said, brought to the server
// when it is whole, and named in an answer by its hash. A take leaves this device after handing in,
// and only when the server has all of it.
import { hashOf } from "./digest.js";

const PIECE = 128 * 1024;
const REST = 2000;
const LONGEST_REST = 15000;
const STRANGE = 3; // so often the server may say that the bytes are not those of the hash

export const nameOf = (sha) => `sha256:${sha}`;
export const shaOf = (value) => (/^sha256:[0-9a-f]{64}$/.test(value || "") ? value.slice(7) : "");

// A take: {id, place, number, type, seconds, sha, size, have, isDone}; `sha` is "" until it is whole.
export class Takes {
  // changed(number): how far a recording of the slot has come has changed.
  constructor({ server, journal, address, pass, changed }) {
    this.server = server;
    this.journal = journal;
    this.address = address;
    this.pass = pass;
    this.changed = changed;
    this.lease = 0;
    this.takes = new Map();
    this.known = new Map(); // sha → what the server says of it
    this.failures = 0;
    this.timer = null;
    this.flight = null;
  }

  // Take up what this device holds; what the page was torn from while it recorded is whole as it is.
  // The takes that became whole by this.
  async begin(lease) {
    this.lease = lease;
    const made = [];
    for (const take of await this.journal.takes()) {
      this.takes.set(take.id, take);
      if (take.sha) continue;
      if (await this.finish(take, take.seconds)) made.push(take);
    }
    this.flush();
    return made;
  }

  // What has arrived from other devices, so that the page does not promise what is not there.
  async load() {
    const { status, body } = await this.server.get(this.where());
    if (status !== 200) return;
    body.recordings.forEach((one) => this.learn(one));
    body.recordings.forEach((one) => this.changed(one.number));
  }

  learn(one) {
    this.known.set(one.sha256, one);
  }

  async start(place, type) {
    const take = { id: Date.now(), place, number: Number(place.split(".")[0]), type, seconds: 0, sha: "", size: 0, have: 0, isDone: false };
    this.takes.set(take.id, take);
    await this.journal.putTake(take);
    return take;
  }

  async add(take, blob, seconds) {
    const bytes = await blob.arrayBuffer();
    take.seconds = seconds;
    await this.journal.putPiece(take.id, bytes);
    await this.journal.putTake(take);
  }

  // Nothing more comes: its hash is its name from now on. False where nothing was recorded.
  async finish(take, seconds) {
    const bytes = await this.bytes(take);
    if (!bytes.byteLength) {
      this.takes.delete(take.id);
      await this.journal.dropTake(take.id);
      return false;
    }
    Object.assign(take, { seconds: Math.max(1, Math.round(seconds)), sha: hashOf(bytes), size: bytes.byteLength });
    await this.journal.putTake(take);
    this.flush();
    return true;
  }

  async bytes(take) {
    const pieces = await this.journal.pieces(take.id);
    return new Uint8Array(await new Blob(pieces).arrayBuffer());
  }

  // Where a recording may be heard: from this device, or, said into another, from the server.
  async source(sha) {
    const own = [...this.takes.values()].find((take) => take.sha === sha);
    if (own) return URL.createObjectURL(new Blob([await this.bytes(own)], { type: own.type }));
    const there = this.known.get(sha);
    return there && there.done ? this.where(sha) : "";
  }

  where(sha = "", told = {}) {
    const asked = new URLSearchParams({ ...told, ...(this.pass ? { pass: this.pass } : {}) });
    return `${this.address}${sha ? `/${sha}` : ""}?${asked}`;
  }

  isOnServer(sha) {
    const there = this.known.get(sha);
    return Boolean(there && there.done);
  }

  // The takes that are whole and not on the server.
  whole() {
    return [...this.takes.values()].filter((take) => take.sha && !take.isDone);
  }

  // Those of them that answers name; `named`: their hashes.
  missing(named) {
    return this.whole().filter((take) => named.has(take.sha));
  }

  share(sha) {
    const there = this.known.get(sha);
    return there && there.size ? there.have / there.size : 0;
  }

  flush() {
    clearTimeout(this.timer);
    if (!this.flight) this.flight = this.sendAll().finally(() => (this.flight = null));
    return this.flight;
  }

  async sendAll() {
    for (const take of this.takes.values()) {
      if (!take.sha || take.isDone) continue;
      if (!(await this.send(take))) return this.rest();
    }
    this.failures = 0;
  }

  rest() {
    this.failures += 1;
    const pause = Math.min(LONGEST_REST, REST * 2 ** Math.min(this.failures, 4));
    this.timer = setTimeout(() => this.flush(), pause * (0.5 + Math.random() / 2));
  }

  // From where the server is, piece by piece, until it has the whole; false where it could not be reached.
  async send(take) {
    const bytes = await this.bytes(take);
    let strange = 0;
    while (!take.isDone) {
      const told = { lease: this.lease, number: take.number, size: take.size, seconds: take.seconds, at: take.have };
      const { status, body } = await this.server.bring(this.where(take.sha, told), bytes.slice(take.have, take.have + PIECE));
      // It is no recording, or the sheet is not ours: it stays here, and no other waits for it.
      if (status === 404 || status === 422) return true;
      if (status !== 200) return false;
      if (body.have < take.have && !body.done) strange += 1;
      if (strange === STRANGE) return true;
      Object.assign(take, { have: body.have, isDone: body.done });
      this.learn(body);
      await this.journal.putTake(take);
      this.changed(take.number);
    }
    return true;
  }

  // The paper is handed in: bring what is left, and forget what the server has. True when all is there.
  async deliver(lease) {
    this.lease = lease;
    await this.begin(lease);
    await this.flight;
    clearTimeout(this.timer);
    const done = [...this.takes.values()].filter((take) => take.isDone);
    await Promise.all(done.map((take) => this.journal.dropTake(take.id)));
    return done.length === this.takes.size;
  }
}
