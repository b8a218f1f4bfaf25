// An element with its attributes and children; text is text, never markup.
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  Object.keys(attributes).forEach((key) => made.setAttribute(key, attributes[key]));
  made.append(...children);
  return made;
}
