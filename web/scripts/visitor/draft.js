// A draft against accidents: in this tab only, and only until the message is sent. How somebody is
// reached stays for their next message, until the tab is closed or they have it forgotten.
import { closest, each, isTick, wasTyped } from "../dom.js";
import { answers, sheet } from "./sheet.js";

const KEY = "leave:" + sheet.dataset.form;
const CONTACT = KEY + ":contact";
const KEPT = /^(content|category|name|phone|email|wechat|text|f-.+)$/;

/**
 * @param {string} name
 * @param {object | null} values
 */
function store(name, values) {
  try {
    if (values === null) sessionStorage.removeItem(name);
    else sessionStorage.setItem(name, JSON.stringify(values));
  } catch (_) {}
}

/** @param {string} name */
function stored(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name));
  } catch (_) {
    return null;
  }
}

/** What is kept of them. @returns {any[]} */
function kept() {
  return answers().filter((field) => KEPT.test(field.name));
}

export function keepDraft() {
  const values = {};
  const reached = {};
  kept().forEach((field) => {
    if (isTick(field) && !field.checked) return;
    values[field.name] = field.value;
    if ("again" in field.dataset && field.value) reached[field.name] = field.value;
  });
  store(KEY, values);
  store(CONTACT, reached);
}

/** @returns {boolean} whether the visitor was quicker than the script */
export function restoreDraft() {
  const values = stored(KEY) || known() || {};
  const early = kept().filter((field) => field.localName !== "select" && wasTyped(field));
  const ticked = kept().some((field) => isTick(field) && field.checked);
  kept().forEach((field) => {
    const value = values[field.name];
    if (typeof value !== "string") return;
    if (isTick(field)) field.checked = field.checked || (!ticked && field.value === value);
    else if (!field.value) field.value = value;
    else if (field.localName === "textarea" && early.includes(field) && !field.value.includes(value))
      field.value = value + "\n" + field.value;
  });
  return early.length > 0;
}

/** How the visitor was reached last time, and the offer to forget it. */
function known() {
  /** @type {HTMLElement} */
  const offer = sheet.querySelector("[data-known]");
  const values = stored(CONTACT);
  if (offer && values && Object.keys(values).length) offer.hidden = false;
  return values;
}

export function dropDraft() {
  store(KEY, null);
}

document.addEventListener("click", (event) => {
  if (!closest(event, "[data-forget]")) return;
  closest(event, "[data-known]").hidden = true;
  each(sheet, "[data-again]", (field) => {
    field.value = "";
  });
  keepDraft();
  /** @type {HTMLElement} */ (sheet.querySelector("[data-again]")).focus();
});
