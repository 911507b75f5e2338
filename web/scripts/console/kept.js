// How this browser likes the console; theme.js applies it to later pages.

/** @param {string} name @param {string} value the usual one is empty */
export function keep(name, value) {
  try {
    if (value) localStorage.setItem(name, value);
    else localStorage.removeItem(name);
  } catch (_) {}
}

/** @param {string} name @param {string} value */
export function choose(name, value) {
  keep(name, value);
  if (value) document.documentElement.dataset[name] = value;
  else delete document.documentElement.dataset[name];
}
