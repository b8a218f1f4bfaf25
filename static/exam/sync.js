// From the journal to the server: one batch in flight, in order, again until it is acknowledged.
import { canonical, digestOf, slotDigest } from "./digest.js";

const LARGEST = 200000; // characters of a batch
const LARGEST_LAST = 15000; // what a browser still sends when the page goes away (64 KB of UTF-8)
const MOST = 200;
const QUIET = 8500; // between two questions: what the hall is told is here within ten seconds
const LONGEST_PAUSE = 15000;
const FAR = 1000000; // beyond every number that was sent under a lease

// `on` is told: changed(number), deadline(ms), hall(status), locked(sentence), warned(sentence), offline(bool),
// loggedOut(bool), over(); unsent() is asked how many answers wait. The page decides how that looks.
export class Sync {
  constructor({ server, journal, on }) {
    this.server = server;
    this.journal = journal;
    this.on = on;
    this.answers = new Map();
    this.waiting = new Map(); // seq → entry
    this.lease = 0;
    this.seq = 0;
    this.flight = null;
    this.asking = false;
    this.timer = null;
    this.failures = 0;
    this.askedAt = performance.now();
    this.locked = false;
    this.isAlone = false;
    this.most = MOST;
  }

  // Begin under the lease that `open` told; take up what this device had not sent before.
  async begin(opened) {
    this.lease = opened.lease;
    Object.keys(opened.answers).forEach((number) => this.answers.set(Number(number), opened.answers[number]));
    const left = await this.journal.entries();
    const before = left.filter((entry) => entry.lease === opened.previous_lease);
    const fenced = left.filter((entry) => entry.lease < opened.previous_lease);
    // Nobody wrote in between: what is left is the latest, and goes on under the new lease.
    before.forEach((entry) => this.isKept(entry) || this.record(entry.number, entry.value));
    await this.journal.remove(before);
    // Another device wrote in between: a person decides, the server keeps it aside.
    await this.deliver(fenced);
    this.heartbeat = setInterval(() => this.beat(), 1000);
    this.schedule();
  }

  // Without the server, after a reload: go on from what this device knows, into its journal alone.
  // Whoever opens the sheet again takes that up like anything that was not sent before.
  async beginAlone({ opened, answers }) {
    this.isAlone = true;
    this.lease = opened.lease;
    answers.forEach((value, number) => this.answers.set(number, value));
    const left = await this.journal.entries();
    left.forEach((entry) => {
      this.answers.set(entry.number, entry.value);
      this.waiting.set(entry.seq, entry);
    });
    this.seq = left.reduce((most, { seq }) => Math.max(most, seq), FAR);
  }

  isKept(entry) {
    const known = this.answers.has(entry.number) ? this.answers.get(entry.number) : null;
    return canonical(known) === canonical(entry.value);
  }

  // Answer a slot (null clears it): into the journal at once, to the server soon.
  record(number, value) {
    const entry = { lease: this.lease, seq: (this.seq += 1), number, value };
    this.answers.set(number, value);
    const passed = [...this.waiting.values()].filter((one) => one.number === number && !one.flying);
    this.waiting.set(entry.seq, entry);
    passed.forEach((one) => this.waiting.delete(one.seq));
    this.journal.keepAnswers(this.answers);
    this.journal.put(strip(entry)).then(() => passed.length && this.journal.remove(passed));
    this.on.changed(number);
    this.schedule();
  }

  isOnServer(number) {
    return ![...this.waiting.values()].some((entry) => entry.number === number);
  }

  schedule(pause = 1000 + Math.random() * 1000) {
    if (this.timer || this.isAlone || !this.waiting.size) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.flush();
    }, pause);
  }

  // Send what waits until nothing does, or a sending fails; true when all is on the server.
  // `last`: the page may be gone before the answer comes, so one batch now, whatever is in flight.
  flush({ last = false } = {}) {
    if (this.isAlone) return Promise.resolve(false);
    if (last) return this.sendBatch(true);
    if (!this.flight) this.flight = this.sendAll().finally(() => (this.flight = null));
    return this.flight;
  }

  async sendAll() {
    while (this.waiting.size) {
      if (!(await this.sendBatch(false))) return false;
    }
    return true;
  }

  async sendBatch(last) {
    clearTimeout(this.timer);
    this.timer = null;
    const batch = this.nextBatch(last ? LARGEST_LAST : LARGEST);
    if (!batch.length) return false;
    batch.forEach((entry) => (entry.flying = true));
    const reply = await this.server.post("save", payload(this.lease, batch), { last });
    batch.forEach((entry) => (entry.flying = false));
    return this.settle(batch, reply);
  }

  nextBatch(size) {
    const batch = [];
    let length = 0;
    for (const entry of this.waiting.values()) {
      length += canonical(entry.value).length + 60;
      if (batch.length >= this.most || (length > size && batch.length)) break;
      if (length <= size || size === LARGEST) batch.push(entry);
    }
    return batch;
  }

  async settle(batch, { status, body, retryAfter }) {
    this.on.loggedOut(status === 401);
    this.on.offline(status === 0 || status >= 500);
    if (body.deadline) this.on.deadline(body.deadline);
    await this.forget(batch, body);
    if (status === 200) {
      this.failures = 0;
      this.most = MOST;
      if (body.late) this.on.warned("时间已到，最后的作答在传输宽限内送达，已计入并注明迟到。");
      return true;
    }
    if (body.set_aside && Object.values(body.set_aside).includes("stale_lease")) this.lock(body.errors[0]);
    else if (body.errors.length) this.on.warned(body.errors[0]);
    if (status === 422) await this.refused(batch, body);
    if (status === 413) this.most = Math.max(1, Math.floor(batch.length / 2));
    if (status === 403 || status === 404) this.lock(body.errors[0]);
    this.failures += 1;
    const pause = Math.min(LONGEST_PAUSE, 1000 * 2 ** Math.min(this.failures, 5));
    this.schedule(Math.max(pause * (0.5 + Math.random() / 2), retryAfter * 1000));
    return false;
  }

  // Out of the journal only what the server says that it has, counting or set aside.
  async forget(batch, body) {
    if (!body.acknowledged) return;
    const kept = new Set([...body.acknowledged, ...Object.keys(body.set_aside).map(Number)]);
    const done = batch.filter((entry) => kept.has(entry.seq));
    done.forEach((entry) => this.waiting.delete(entry.seq));
    await this.journal.remove(done);
    done.forEach((entry) => this.on.changed(entry.number));
  }

  // Alone, a refused operation holds up no other; the answer stays on the page.
  async refused(batch, body) {
    if (batch.length > 1 && !body.acknowledged) {
      this.most = 1;
      return;
    }
    const left = batch.filter((entry) => this.waiting.has(entry.seq));
    left.forEach((entry) => this.waiting.delete(entry.seq));
    await this.journal.remove(left);
  }

  // Entries of earlier leases, as they are, each lease for itself.
  async deliver(entries) {
    for (const lease of new Set(entries.map((entry) => entry.lease))) {
      const batch = entries.filter((entry) => entry.lease === lease);
      for (let start = 0; start < batch.length; start += 20) {
        const part = batch.slice(start, start + 20);
        const { body } = await this.server.post("save", payload(lease, part));
        await this.forget(part, body);
      }
    }
    return (await this.journal.entries()).length === 0;
  }

  // Every page asks how things stand, and is seen to be here, however much it saves.
  async beat() {
    if (this.asking || performance.now() - this.askedAt < QUIET) return;
    this.asking = true;
    const { status, body } = await this.server.post("status", { unsent: this.on.unsent() });
    this.asking = false;
    this.on.offline(status === 0 || status >= 500);
    this.on.loggedOut(status === 401);
    // An unheard question is asked again in a few seconds, not at once by a thousand pages.
    this.askedAt = performance.now() - (status === 200 ? 0 : QUIET * Math.random() * 0.5);
    if (status !== 200) return;
    this.on.hall(body);
    this.on.deadline(body.deadline);
    if (body.state === "submitted") this.on.over();
    else if (body.lease !== this.lease) this.lock();
  }

  lock(sentence = "这场考试已在另一个窗口或设备上打开，本页已停止作答。") {
    if (this.locked) return;
    this.locked = true;
    clearInterval(this.heartbeat);
    this.on.locked(sentence);
  }

  // Hand in. {receipt} or {sentence}: what differs is sent first, so that both sides agree.
  async submit() {
    for (let round = 0; round < 4; round += 1) {
      if (!(await this.flush()) && this.waiting.size && !(await this.flush())) {
        return { sentence: "还有作答没有送达服务器，网络恢复后会自动补传；请不要关闭本页，稍后再交卷。" };
      }
      const { status, body } = await this.server.post("submit", { lease: this.lease, digest: digestOf(this.answers) });
      if (status === 200) return { receipt: body };
      if (!body.slots) return { sentence: body.errors[0] || "网络不通，还没有交卷；作答都在本机，请稍后再试。" };
      this.sendDifference(body.slots);
    }
    return { sentence: "本页与服务器的作答没有对上，请刷新页面核对后再交卷。" };
  }

  sendDifference(slots) {
    const numbers = new Set([...this.answers.keys(), ...Object.keys(slots).map(Number)]);
    numbers.forEach((number) => {
      const value = this.answers.has(number) ? this.answers.get(number) : null;
      const own = value === null ? undefined : slotDigest(number, value);
      if (own !== slots[number]) this.record(number, value);
    });
  }
}

function payload(lease, entries) {
  return { lease, operations: entries.map(({ seq, number, value }) => ({ seq, number, value })) };
}

function strip({ lease, seq, number, value }) {
  return { lease, seq, number, value };
}
