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

// Where on this device a play was broken off (seconds), null where none was.
export function placesOf(attempt) {
  const place = (name) => `fengxue-plays-${attempt}-${name}`;
  return {
    read: (name) => JSON.parse(recall(place(name)) || "null"),
    write: (name, at) => remember(place(name), JSON.stringify(at)),
  };
}
