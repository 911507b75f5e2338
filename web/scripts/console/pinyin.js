// Half-typed pinyin must not search: the letters are held back, the word goes out once.
import { closest } from "../dom.js";

document.addEventListener(
  "input",
  (/** @type {InputEvent} */ event) => {
    if (event.isComposing && closest(event, "[data-ime]")) event.stopPropagation();
  },
  true
);

document.addEventListener("compositionend", (event) => {
  if (closest(event, "[data-ime]")) {
    event.target.dispatchEvent(new Event("input", { bubbles: true }));
  }
});
