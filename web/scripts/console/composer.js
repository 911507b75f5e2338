// Who reads what one writes: the half of the composer with that field comes to the front.
import { closest } from "../dom.js";

/** @param {string} name @returns {HTMLInputElement} */
function half(name) {
  return document.querySelector('[name="side"][value="' + name + '"]');
}

/** @param {HTMLElement} field */
export function bringForward(field) {
  const form = field.closest(".note-side, .reply-side");
  if (form) half(form.matches(".note-side") ? "note" : "reply").checked = true;
}

document.addEventListener("click", (event) => {
  const link = closest(event, "[data-side]");
  if (!link) return;
  half(link.dataset.side).checked = true;
  setTimeout(() => document.getElementById(link.dataset.side).focus());
});
