// The one JSON text of a value and the digest of all answers, as rules/digests.py says them.
// Vendored SHA-256: the browser reserves its own for HTTPS, and county halls run on plain HTTP.
import "./floor.js";
import { sha256 } from "../vendor/noble-hashes-2.4.0/sha2.js";
import { bytesToHex } from "../vendor/noble-hashes-2.4.0/utils.js";

export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const pairs = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
    return `{${pairs.join(",")}}`;
  }
  return JSON.stringify(value === undefined ? null : value);
}

// answers: Map of slot number to value; a value of null is no answer.
export function digestOf(answers) {
  const answered = [...answers].filter(([, value]) => value !== null);
  return hash(answered.sort(([one], [other]) => one - other));
}

export function slotDigest(number, value) {
  return hash([number, value]);
}

function hash(value) {
  return hashOf(new TextEncoder().encode(canonical(value)));
}

export function hashOf(bytes) {
  return bytesToHex(sha256(bytes));
}
