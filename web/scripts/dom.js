// How scripts find their way about a page. None of them builds markup from text.

/**
 * @param {any} root
 * @param {string} selector
 * @param {(element: any) => void} run
 */
export function each(root, selector, run) {
  if (root.matches && root.matches(selector)) run(root);
  root.querySelectorAll(selector).forEach(run);
}

/**
 * The element that an event came from or is inside of.
 * @param {Event} event
 * @param {string} selector
 * @returns {any}
 */
export function closest(event, selector) {
  const target = /** @type {Partial<Element>} */ (event.target);
  return target.closest ? target.closest(selector) : null;
}

/**
 * A new element with its attributes and text.
 * @param {string} tag
 * @param {Record<string, string>} attributes
 * @param {string} [text]
 */
export function element(tag, attributes, text) {
  const made = document.createElement(tag);
  for (const name in attributes) made.setAttribute(name, attributes[name]);
  if (text) made.textContent = text;
  return made;
}

/**
 * The key only ends the writing of a word, as of pinyin. Safari says so by the number alone.
 * @param {KeyboardEvent} event
 */
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

/** @param {HTMLElement} field */
export function isTick(field) {
  return /^(checkbox|radio)$/.test(/** @type {HTMLInputElement} */ (field).type);
}

/** Before the script was there, or put back by the browser. @param {any} field */
export function wasTyped(field) {
  return field.value !== field.defaultValue || field.checked !== field.defaultChecked;
}
