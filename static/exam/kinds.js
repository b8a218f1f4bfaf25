// One control for each kind of item: an element, and how its value is read and shown.
// Letters in a value are those of the original order; on the page they are in the shown one.
import { element } from "./dom.js";
import { hasPicture, spoken } from "./media.js";
import { speaking } from "./speaking.js";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const QUIET = { autocomplete: "off", autocorrect: "off", autocapitalize: "off", spellcheck: "false" };

// item: a slot or a part; name: unique on the page; order: original indexes as they are shown;
// show: a text as nodes, with its pictures; hall: {takes, facts, troubled} for what is said into the page.
export function control(item, name, orders, changed, show, hall) {
  return (KINDS[item.kind] || written)(item, name, orders, changed, show, hall);
}

function choice(type) {
  return (item, name, orders, changed, show) => {
    const order = orders[name] || [];
    const inputs = order.map((index, place) =>
      element("input", { type, name: `slot-${name}`, value: LETTERS[index], "data-place": place })
    );
    return chosen(inputs, order.map((index) => show(item.options[index])), type === "checkbox", changed);
  };
}

function truth(item, name, orders, changed) {
  const inputs = ["true", "false"].map((value, place) =>
    element("input", { type: "radio", name: `slot-${name}`, value, "data-place": place })
  );
  return chosen(inputs, [["正确"], ["错误"]], false, changed);
}

function chosen(inputs, texts, many, changed) {
  const clear = element("button", { type: "button", class: "clear" }, "清除");
  const rows = inputs.map((input, place) =>
    element("label", { class: "option" }, input, element("span", { class: "letter" }, LETTERS[place]), element("span", {}, ...texts[place]))
  );
  const read = () => {
    const marked = inputs.filter((input) => input.checked).map((input) => input.value).sort();
    if (!marked.length) return null;
    return many ? marked : marked[0];
  };
  const write = (value) => {
    inputs.forEach((input) => (input.checked = many ? (value || []).includes(input.value) : value === input.value));
    clear.hidden = value === null;
  };
  const tell = () => {
    clear.hidden = read() === null;
    changed(read());
  };
  inputs.forEach((input) => input.addEventListener("change", tell));
  clear.addEventListener("click", () => {
    write(null);
    changed(null);
  });
  write(null);
  return { node: element("div", { class: "options", role: many ? "group" : "radiogroup" }, ...rows, clear), read, write };
}

function blank(item, name, orders, changed) {
  const inputs = Array.from({ length: item.blanks || 1 }, (_, place) =>
    element("input", { type: "text", class: "blank", "aria-label": `第 ${place + 1} 空`, ...QUIET })
  );
  const read = () => (inputs.some((input) => clean(input.value)) ? inputs.map((input) => clean(input.value)) : null);
  inputs.forEach((input) => onTyping(input, () => changed(read())));
  const rows = inputs.map((input, place) => element("label", { class: "blank-row" }, element("span", {}, `(${place + 1})`), input));
  return {
    node: element("div", { class: "blanks" }, ...rows),
    read,
    write: (value) => inputs.forEach((input, place) => (input.value = (value && value[place]) || "")),
  };
}

function written(item, name, orders, changed) {
  const area = element("textarea", { rows: item.kind === "essay" ? 12 : 5, "aria-label": "作答", maxlength: 50000, ...QUIET });
  const count = element("div", { class: "count", "aria-hidden": "true" });
  const show = () => (count.textContent = `${area.value.replace(/\s/g, "").length} 字`);
  onTyping(area, () => {
    show();
    changed(clean(area.value) || null);
  });
  show();
  return {
    node: element("div", { class: "written" }, area, count),
    read: () => clean(area.value) || null,
    write: (value) => {
      area.value = value || "";
      show();
    },
  };
}

function matching(item, name, orders, changed, show) {
  const isPictured = item.options.some(hasPicture);
  const label = (index, place) => (isPictured ? `${LETTERS[place]}　` : "") + spoken(item.options[index]);
  const selects = item.parts.map((part, place) => {
    const options = orders[name].map((index, at) => element("option", { value: LETTERS[index] }, label(index, at)));
    return element("select", { "aria-label": `第 ${place + 1} 项：${spoken(part.stem)}` }, element("option", { value: "" }, "请选择"), ...options);
  });
  // A list to choose from holds no pictures: they stand above it, each with its letter.
  const pictured = orders[name].map((index, place) => element("p", {}, element("span", { class: "letter" }, `${LETTERS[place]}　`), ...show(item.options[index])));
  const read = () => {
    const pairs = selects.map((select, place) => [String(place + 1), select.value]).filter(([, value]) => value);
    return pairs.length ? Object.fromEntries(pairs) : null;
  };
  selects.forEach((select) => select.addEventListener("change", () => changed(read())));
  const rows = selects.map((select, place) => element("label", { class: "match" }, element("span", {}, ...show(item.parts[place].stem)), select));
  return {
    node: element("div", { class: "matching" }, ...(isPictured ? pictured : []), ...rows),
    read,
    write: (value) => selects.forEach((select, place) => (select.value = (value && value[String(place + 1)]) || "")),
  };
}

function ordering(item, name, orders, changed, show) {
  let shown = [...orders[name]];
  let given = false;
  const list = element("ol", { class: "ordering" });
  const note = element("p", { class: "hint" });
  const keep = element("button", { type: "button" }, "就按这个顺序");
  const read = () => (given ? shown.map((index) => LETTERS[index]) : null);
  const move = (place, by) => {
    const [one] = shown.splice(place, 1);
    shown.splice(place + by, 0, one);
    answer();
  };
  const answer = () => {
    given = true;
    draw();
    changed(read());
  };
  const draw = () => {
    list.replaceChildren(...shown.map((index, place) => row(index, place)));
    note.textContent = given ? "" : "用“上移”“下移”排好顺序；如果现在的顺序就是您的答案，请按“就按这个顺序”。";
    keep.hidden = given;
  };
  const row = (index, place) => {
    const up = element("button", { type: "button", "aria-label": `上移：${spoken(item.options[index])}` }, "↑");
    const down = element("button", { type: "button", "aria-label": `下移：${spoken(item.options[index])}` }, "↓");
    up.disabled = place === 0;
    down.disabled = place === shown.length - 1;
    up.addEventListener("click", () => move(place, -1));
    down.addEventListener("click", () => move(place, 1));
    return element("li", {}, element("span", {}, ...show(item.options[index])), up, down);
  };
  keep.addEventListener("click", answer);
  draw();
  return {
    node: element("div", {}, list, note, keep),
    read,
    write: (value) => {
      given = Array.isArray(value) && value.length === shown.length;
      shown = given ? value.map((letter) => LETTERS.indexOf(letter)) : [...orders[name]];
      draw();
    },
  };
}

function parts(item, name, orders, changed, show, hall) {
  const controls = item.parts.map((part, place) => control(part, `${name}.${place + 1}`, orders, () => changed(read()), show, hall));
  const read = () => {
    const given = controls.map((one, place) => [String(place + 1), one.read()]).filter(([, value]) => value !== null);
    return given.length ? Object.fromEntries(given) : null;
  };
  const rows = item.parts.map((part, place) =>
    element("fieldset", { class: "part" }, element("legend", {}, `（${place + 1}）`, ...show(part.stem)), controls[place].node)
  );
  return {
    node: element("div", { class: "parts" }, ...rows),
    read,
    write: (value) => controls.forEach((one, place) => one.write((value && value[String(place + 1)]) || null)),
    redraw: () => controls.forEach((one) => one.redraw && one.redraw()),
  };
}

// Every change, but not the letters of a character that is still being composed.
function onTyping(field, tell) {
  field.addEventListener("input", (event) => event.isComposing || tell());
  field.addEventListener("compositionend", tell);
}

// Half a character (a cut surrogate pair) and NUL are no text: no database keeps them.
function clean(text) {
  return text.replace(/\0|[\ud800-\udbff](?![\udc00-\udfff])|(^|[^\ud800-\udbff])[\udc00-\udfff]/g, "$1");
}

const KINDS = {
  single: choice("radio"),
  multiple: choice("checkbox"),
  truth,
  blank,
  matching,
  ordering,
  case: parts,
  listening: parts,
  speaking,
};
