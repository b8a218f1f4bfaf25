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

// What was heard on this device: how many plays were begun, and where a broken one stopped.
export function playsOf(attempt) {
  const place = (name) => `fengxue-plays-${attempt}-${name}`;
  return {
    read(name) {
      const kept = recall(place(name));
      return kept ? JSON.parse(kept) : { used: 0, at: null };
    },
    write(name, state) {
      remember(place(name), JSON.stringify(state));
    },
  };
}
