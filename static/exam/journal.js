// What was answered and is not acknowledged yet, on this device: it survives a closed tab.
import { openDB } from "../vendor/idb-8.0.4/index.js";

const STORE = "operations";
const SHEETS = "sheets"; // the paper as it was opened, for a reload without network
const ANSWERS = "answers"; // and what is answered on it, acknowledged or not

export class Journal {
  // `onRefused` is told once when this browser keeps nothing, so that memory has to do.
  static async open(attempt, onRefused) {
    const journal = new Journal(attempt, onRefused);
    await journal.connect();
    return journal;
  }

  constructor(attempt, onRefused) {
    this.attempt = attempt;
    this.onRefused = onRefused;
    this.database = null;
    this.memory = new Map();
  }

  async connect() {
    try {
      this.database = await openDB("fengxue-exam", 2, {
        upgrade(database, before) {
          database.createObjectStore(SHEETS, { keyPath: "attempt" });
          database.createObjectStore(ANSWERS, { keyPath: "attempt" });
          if (before) return;
          const store = database.createObjectStore(STORE, { keyPath: ["attempt", "lease", "seq"] });
          store.createIndex("attempt", "attempt");
        },
      });
    } catch (error) {
      this.refuse(error);
    }
  }

  // entry: {lease, seq, number, value}
  async put(entry) {
    const kept = { ...entry, attempt: this.attempt };
    this.memory.set(keyOf(entry), kept);
    await this.use((database) => database.put(STORE, kept));
  }

  async remove(entries) {
    entries.forEach((entry) => this.memory.delete(keyOf(entry)));
    await this.use(async (database) => {
      const store = database.transaction(STORE, "readwrite").store;
      await Promise.all(entries.map(({ lease, seq }) => store.delete([this.attempt, lease, seq])));
    });
  }

  // Everything that this device holds of the attempt, in the order in which it was answered.
  async entries() {
    const stored = await this.use((database) => database.getAllFromIndex(STORE, "attempt", this.attempt));
    const found = stored || [...this.memory.values()];
    return found.sort((one, other) => one.lease - other.lease || one.seq - other.seq);
  }

  // sheet: {opened, skew}; skew: this device's clock less the server's, in milliseconds.
  async keepSheet(sheet) {
    await this.use((database) => database.put(SHEETS, { ...sheet, attempt: this.attempt }));
  }

  async keepAnswers(answers) {
    await this.use((database) => database.put(ANSWERS, { attempt: this.attempt, answers: [...answers] }));
  }

  // {opened, skew, answers: Map} of what this device had open before, or null.
  async sheet() {
    const kept = await this.use((database) => database.get(SHEETS, this.attempt));
    if (!kept) return null;
    const told = await this.use((database) => database.get(ANSWERS, this.attempt));
    return { ...kept, answers: new Map(told ? told.answers : []) };
  }

  async forgetSheet() {
    await this.use(async (database) => {
      await database.delete(SHEETS, this.attempt);
      await database.delete(ANSWERS, this.attempt);
    });
  }

  async use(work) {
    if (!this.database) return null;
    try {
      return await work(this.database);
    } catch (error) {
      this.refuse(error);
      return null;
    }
  }

  refuse(error) {
    console.warn("this browser keeps no journal:", error);
    if (this.onRefused) this.onRefused();
    this.onRefused = null;
  }
}

function keyOf(entry) {
  return `${entry.lease}.${entry.seq}`;
}
