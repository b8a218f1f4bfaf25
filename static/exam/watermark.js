// Whose paper this is, faintly over all of it: a photograph of the screen says where it came from.
const SVG = "http://www.w3.org/2000/svg";

export function watermark(overlay, text) {
  const width = 60 + text.length * 18;
  const tile = make("svg", { width, height: 170 });
  const words = make("text", { x: 10, y: 150, transform: "rotate(-20 10 150)", "font-size": 17, "font-family": "sans-serif", fill: "#000" });
  words.textContent = text;
  tile.append(words);
  const drawn = new XMLSerializer().serializeToString(tile);
  overlay.style.backgroundImage = `url("data:image/svg+xml,${encodeURIComponent(drawn)}")`;
}

function make(name, attributes) {
  const made = document.createElementNS(SVG, name);
  Object.keys(attributes).forEach((key) => made.setAttribute(key, attributes[key]));
  return made;
}
