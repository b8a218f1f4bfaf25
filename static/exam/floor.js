// What the vendored code asks for and Chromium 86 does not have; loaded before that code.
if (!Object.hasOwn) {
  Object.hasOwn = (object, name) => Object.prototype.hasOwnProperty.call(object, name);
}
