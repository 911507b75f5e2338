// Where one goes on: the field that the server names, or the one that has to be mended.
import { each } from "../dom.js";

/** What arrived later takes the focus; the page itself keeps its own. @param {HTMLElement} root */
export function takeFocus(root) {
  /** @type {HTMLElement} */
  const focus = root.matches("[data-autofocus]") ? root : root.querySelector("[data-autofocus]");
  if (focus) focus.focus({ preventScroll: root.id !== "detail" });
}

// A summary of faults or a note is read first, by everybody.
export function beginAtNote() {
  /** @type {HTMLElement} */
  const first = document.querySelector(".summary[data-autofocus], .note[data-autofocus]");
  if (first) first.focus();
}

// An address may lead to a setting: its fold is opened, and it is ready to be filled in.
export function beginAtPlace() {
  const place = location.hash && document.getElementById(location.hash.slice(1));
  if (place && document.activeElement === document.body) reveal(place).focus();
}

// The strip of the settings' pages begins with the one that is open, where not all of them fit.
export function showCurrent() {
  const current = document.querySelector(".settings-nav [aria-current]");
  if (current) current.scrollIntoView({ block: "nearest", inline: "center" });
}

/** What has to be mended is a field of this page: there one goes on. @param {Element} root */
export function mend(root) {
  each(root, "[data-mend]", (line) => {
    const field = document.getElementById(line.dataset.mend);
    if (field) reveal(field).focus();
  });
}

/** @param {HTMLElement} field */
export function reveal(field) {
  const box = field.closest("details");
  if (box) box.open = true;
  return field;
}
