// What a script itself has to say stands where the server's notices stand.
import { element } from "../dom.js";

/**
 * @param {string} words
 * @param {Record<string, string>} attributes
 */
export function notice(words, attributes) {
  const box = element("div", attributes);
  box.append(element("p", {}, words));
  return box;
}

/** @returns {HTMLElement | null} */
export function notices() {
  return document.getElementById("notices");
}
