// Small things that outlive a reload on this device; a browser that keeps nothing forgets them.
export function remember(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch (error) {
    console.warn("not remembered:", error);
  }
}

export function recall(name) {
  try {
    return localStorage.getItem(name);
  } catch (error) {
    return null;
  }
}
