// Keys press the buttons that stand on the page, so that a key and a click do the same.
import { isComposing } from "../dom.js";
import { BELOW } from "./below.js";

const PLACES = { i: "/inbox", d: "/deliveries", s: "/settings/channels" };
let going = false;

/** Somebody writes, or a dialog asks something. @param {KeyboardEvent} event */
function isTyping(event) {
  const at = /** @type {HTMLElement} */ (event.target);
  return (
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    (at.matches && at.matches("input:not([type=checkbox]), textarea, select, [contenteditable]")) ||
    Boolean(document.querySelector("dialog[open]"))
  );
}

/** It can be seen, or lies in a menu that can be opened. @param {Element} each */
function isThere(each) {
  const menu = each.closest("details.menu");
  const shown = menu && !(/** @type {HTMLDetailsElement} */ (menu).open) ? menu.querySelector("summary") : each;
  return shown.getClientRects().length > 0;
}

/** The first control of that key that can be used. @param {string} key @returns {HTMLElement} */
export function control(key) {
  const found = document.querySelectorAll('[data-key="' + CSS.escape(key) + '"]');
  return /** @type {HTMLElement} */ ([...found].find(isThere));
}

/** Fields are entered, everything else is pressed. @param {string} key */
export function press(key) {
  const found = control(key);
  if (!found) return false;
  const field = found.matches("input") ? found : document.getElementById(found.dataset.enters);
  if (found !== field) found.click();
  if (field) field.focus();
  return true;
}

function rows() {
  const all = /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("[data-row] > a"));
  return [...all].filter((each) => each.getClientRects().length);
}

// From the line one stands on, else from the one that is open.
function here() {
  const all = rows();
  const held = document.activeElement.closest("[data-row]");
  const at = all.findIndex((each) => each.parentElement === held);
  return at >= 0 ? at : all.findIndex((each) => each.hasAttribute("aria-current"));
}

/** @param {number} by */
function move(by) {
  const all = rows();
  if (!all.length) return false;
  const at = here();
  const to = all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + by))];
  to.focus();
  to.scrollIntoView({ block: "nearest" });
  return true;
}

/** The line one stands on. @param {string} selector */
function ofRow(selector) {
  const row = rows()[Math.max(0, here())];
  const found = row && row.parentElement.querySelector(selector);
  if (found) /** @type {HTMLElement} */ (found).click();
  return Boolean(found);
}

const OWN = {
  j: () => move(1),
  k: () => move(-1),
  o: () => ofRow("a"),
  x: () => ofRow(".tick input"),
  g: () => (going = true),
};

document.addEventListener("keydown", (event) => {
  if (isComposing(event) || isTyping(event) || document.documentElement.dataset.keys === "off") return;
  const key = event.key;
  const went = going && PLACES[key];
  going = false;
  if (went) location.href = BELOW + went;
  if (went || (OWN[key] ? OWN[key]() : key.length === 1 && press(key))) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const at = /** @type {Element} */ (event.target);
  const opener = at.closest && /** @type {HTMLElement} */ (at.closest("[data-dialog]"));
  if (opener) /** @type {HTMLDialogElement} */ (document.getElementById(opener.dataset.dialog)).showModal();
});
