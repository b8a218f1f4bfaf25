// Vietnamese letters from a plain keyboard, by Telex or VNI: on plain HTTP, in Safe Exam Browser and
// on machines that nobody may set up, the page itself is the only keyboard that can be relied on.
const ACUTE = "\u0301";
const GRAVE = "\u0300";
const HOOK = "\u0309";
const TILDE = "\u0303";
const DOT = "\u0323";
const TONE = /[\u0300\u0301\u0303\u0309\u0323]/g;
const MARK = /[\u0302\u0306\u031b]/g;
const STROKE = { d: "đ" };

// tones: what a key puts on the word ("" takes the tone away); marks: what it makes of a letter.
const METHODS = {
  telex: {
    tones: { s: ACUTE, f: GRAVE, r: HOOK, x: TILDE, j: DOT, z: "" },
    marks: { a: { a: "â" }, e: { e: "ê" }, o: { o: "ô" }, w: { a: "ă", o: "ơ", u: "ư" }, d: STROKE },
  },
  vni: {
    tones: { 1: ACUTE, 2: GRAVE, 3: HOOK, 4: TILDE, 5: DOT, 0: "" },
    marks: { 6: { a: "â", e: "ê", o: "ô" }, 7: { o: "ơ", u: "ư" }, 8: { a: "ă" }, 9: STROKE },
  },
};
export const METHOD_NAMES = Object.keys(METHODS);

// A syllable: what it begins with, its vowels, what it ends with. Other words are left as they are.
const SYLLABLE = /^(gi(?=[aeiouy])|qu(?=[aeiouy])|ngh|ng|nh|gh|kh|ph|th|tr|ch|[bcdghklmnpqrstvx])?([aeiouy]{1,3})(ch|ng|nh|[cmnpt])?$/;
// What no syllable has: the key for such a mark is a letter there (ngoeo).
const NEVER = /ô[ae]|êo|â[oi]|[iy]â/i;

// The word after one more key: letters with their marks, the tone where it belongs.
export function typed(word, key, method) {
  const { tones, marks } = METHODS[method];
  const lower = key.toLowerCase();
  const before = takenApart(word);
  if (lower in tones) return toned(before, tones[lower], key) || word + key;
  if (lower in marks) return marked(before, marks[lower], key) || lettered(before, key, method);
  return lettered(before, key, method);
}

// letters: without the tone, but with their marks; bases: plain, in small letters.
function takenApart(word) {
  const split = word.normalize("NFD");
  const letters = [...split.replace(TONE, "").normalize("NFC")];
  const bases = letters.map(baseOf);
  return { word, letters, bases, tone: (split.match(TONE) || [""])[0], shape: shapeOf(bases) };
}

function baseOf(letter) {
  const base = letter.toLowerCase().normalize("NFD").replace(MARK, "");
  return base === "đ" ? "d" : base;
}

// Where the vowels of a syllable stand, and whether something follows; null for any other word.
function shapeOf(bases) {
  const found = SYLLABLE.exec(bases.join(""));
  if (!found || /aa|ee|ii|yy/.test(found[2])) return null;
  const from = (found[1] || "").length;
  return { head: found[1] || "", from, to: from + found[2].length, ends: Boolean(found[3]) };
}

// The same tone twice is no tone and the key itself; "" where there is nothing to put it on.
function toned({ letters, shape, tone: known }, tone, key) {
  if (!shape || (!tone && !known)) return "";
  if (tone === known) return together(letters, shape, "") + key;
  return together(letters, shape, tone);
}

// A letter that has the mark loses it, and the key stands for itself; "" where no letter takes it.
function marked(before, mark, key) {
  const { letters, bases, shape, tone } = before;
  const at = placesOf(before, mark);
  if (!at.length || (key.toLowerCase() === "w" && isLoneHorn(letters))) return "";
  if (at.every((place) => sameLetter(letters[place], mark[bases[place]]))) {
    const plain = letters.map((letter, place) => (at.includes(place) ? likeIn(letter, bases[place]) : letter));
    return together(plain, shape, tone) + key;
  }
  const made = letters.map((letter, place) => (at.includes(place) ? likeIn(letter, mark[bases[place]]) : letter));
  return NEVER.test(made.join("")) ? "" : together(made, shape, tone);
}

// ư as the only vowel and at the end, as a lone w makes it: one more w takes it back.
function isLoneHorn(letters) {
  return sameLetter(letters[letters.length - 1] || "", "ư") && !/[aeiouy]/.test(letters.slice(0, -1).map(baseOf).join(""));
}

function placesOf({ bases, shape }, mark) {
  if (mark.d) return bases[0] === "d" && (shape || bases.length === 1) ? [0] : [];
  if (!shape) return [];
  const { from, to, ends, head } = shape;
  const vowels = bases.slice(from, to).join("");
  const pair = vowels.indexOf("uo");
  // ươ together, but for huơ and thuở, which end in it.
  if (mark.o === "ơ" && pair >= 0 && (ends || pair + 2 < vowels.length)) return [from + pair, from + pair + 1];
  // mưa and lưu: the first of the two.
  if (mark.u && /^u[au]/.test(vowels) && head !== "qu") return [from];
  for (let place = to - 1; place >= from; place -= 1) if (mark[bases[place]]) return [place];
  return [];
}

// A letter more: the tone may have to move (hòa, hoàn), and uơ with something behind it is ươ.
function lettered(before, key, method) {
  const { letters, bases, tone } = before;
  const isHorn = method === "telex" && key.toLowerCase() === "w";
  if (isHorn && isLoneHorn(letters)) return letters.slice(0, -1).join("") + key;
  if (isHorn && !/[aeiouyw]/.test(bases.join(""))) return before.word + likeIn(key, "ư");
  const grown = takenApart(before.word + key);
  if (!grown.shape) return grown.word;
  const at = bases.length - 1;
  const isPair = at > 0 && bases[at - 1] === "u" && sameLetter(letters[at], "ơ") && grown.shape.from < at;
  const made = grown.letters.map((letter, place) => (isPair && place === at - 1 ? likeIn(letter, "ư") : letter));
  return together(made, grown.shape, tone);
}

function together(letters, shape, tone) {
  const at = shape ? toneAt(letters, shape) : -1;
  return letters.map((letter, place) => (place === at ? (letter + tone).normalize("NFC") : letter)).join("");
}

// On the last vowel with a mark; else on the second of three, or of two with something behind them.
function toneAt(letters, { from, to, ends }) {
  for (let place = to - 1; place >= from; place -= 1) if (letters[place].normalize("NFD").search(MARK) >= 0) return place;
  const many = to - from;
  return many === 1 || (many === 2 && !ends) ? from : from + 1;
}

function sameLetter(one, other) {
  return one.toLowerCase() === other;
}

function likeIn(letter, wanted) {
  return letter === letter.toLowerCase() ? wanted : wanted.toUpperCase();
}

// Type so into every text field of `root`, while `method()` names a way to type.
export function listenToTyping(root, method) {
  root.addEventListener("beforeinput", (event) => {
    const field = event.target;
    const isKey = event.inputType === "insertText" && !event.isComposing && /^[A-Za-z0-9]$/.test(event.data || "");
    if (!method() || !isKey || field.selectionStart === null || field.selectionStart !== field.selectionEnd) return;
    const end = field.selectionStart;
    const [word] = /[\p{Script=Latin}\p{M}]*$/u.exec(field.value.slice(0, end));
    const made = typed(word, event.data, method());
    if (made === word + event.data) return;
    event.preventDefault();
    field.setRangeText(made, end - word.length, end, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
