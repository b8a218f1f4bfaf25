// What was answered and is not acknowledged yet, on this device: it survives a closed tab.
import { openDB } from "../vendor/idb-8.0.4/index.js";

const STORE = "operations";
const SHEETS = "sheets"; // the paper as it was opened, for a reload without network
const ANSWERS = "answers"; // and what is answered on it, acknowledged or not
const TAKES = "takes"; // recordings
const PIECES = "pieces"; // and their bytes, in the order in which they were said

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
    this.takesInMemory = new Map();
    this.piecesInMemory = new Map();
  }

  async connect() {
    try {
      this.database = await openDB("fengxue-exam", 3, {
        upgrade(database, before) {
          const make = (name, ...path) => database.createObjectStore(name, { keyPath: ["attempt", ...path] });
          if (before < 1) make(STORE, "lease", "seq").createIndex("attempt", "attempt");
          if (before < 2) [SHEETS, ANSWERS].forEach((name) => database.createObjectStore(name, { keyPath: "attempt" }));
          if (before < 3) make(TAKES, "id").createIndex("attempt", "attempt");
          if (before < 3) make(PIECES, "take", "at").createIndex("take", ["attempt", "take"]);
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
    // What a full disk refused stands in memory alone.
    const found = new Map([...(stored || []), ...this.memory.values()].map((entry) => [keyOf(entry), entry]));
    return [...found.values()].sort((one, other) => one.lease - other.lease || one.seq - other.seq);
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

  // take: see takes.js. What this browser does not keep stays in memory as long as the page.
  async putTake(take) {
    this.takesInMemory.set(take.id, take);
    await this.use((database) => database.put(TAKES, { ...take, attempt: this.attempt }));
  }

  async takes() {
    const stored = await this.use((database) => database.getAllFromIndex(TAKES, "attempt", this.attempt));
    return stored || [...this.takesInMemory.values()];
  }

  async putPiece(take, bytes) {
    const pieces = this.piecesInMemory.get(take) || [];
    this.piecesInMemory.set(take, [...pieces, bytes]);
    await this.use((database) => database.put(PIECES, { attempt: this.attempt, take, at: pieces.length, bytes }));
  }

  async pieces(take) {
    const said = this.piecesInMemory.get(take);
    if (said) return said;
    const stored = await this.use((database) => database.getAllFromIndex(PIECES, "take", [this.attempt, take]));
    return (stored || []).sort((one, other) => one.at - other.at).map(({ bytes }) => bytes);
  }

  async dropTake(id) {
    this.takesInMemory.delete(id);
    this.piecesInMemory.delete(id);
    await this.use(async (database) => {
      await database.delete(TAKES, [this.attempt, id]);
      await database.delete(PIECES, IDBKeyRange.bound([this.attempt, id, 0], [this.attempt, id, Infinity]));
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
