// After an @ in a note colleagues are offered, by the first letters of their names, also in pinyin.
import { closest, isComposing } from "../dom.js";

// Not in a mail address, as the server reads it, too.
const CALL = /(^|[^\w.%+-])@([^\s@]{0,20})$/;
const MOST = 8;

/** @param {HTMLElement} field */
const list = (field) => document.getElementById(field.dataset.mentions);

/** @param {HTMLElement} field @returns {HTMLElement[]} */
function offered(field) {
  return [...list(field).querySelectorAll("li:not([hidden])")].map((each) => /** @type {HTMLElement} */ (each));
}

/** @param {HTMLTextAreaElement} field */
function typed(field) {
  return CALL.exec(field.value.slice(0, field.selectionStart));
}

/** @param {HTMLElement} field @param {HTMLElement} [choice] */
function mark(field, choice) {
  offered(field).forEach((each) => each.setAttribute("aria-selected", String(each === choice)));
  if (choice) field.setAttribute("aria-activedescendant", choice.id);
  else field.removeAttribute("aria-activedescendant");
}

/** @param {HTMLTextAreaElement} field */
function offer(field) {
  const call = typed(field);
  let found = 0;
  list(field)
    .querySelectorAll("li")
    .forEach((each) => {
      const fits = call && each.dataset.ways.split(" ").some((way) => way.startsWith(call[2].toLowerCase()));
      each.hidden = !fits || ++found > MOST;
    });
  list(field).hidden = !found;
  mark(field, offered(field)[0]);
}

/** @param {HTMLTextAreaElement} field @param {HTMLElement} choice */
function choose(field, choice) {
  const end = field.selectionStart;
  field.setRangeText(choice.dataset.text + " ", end - typed(field)[2].length - 1, end, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

document.addEventListener("input", (event) => {
  const field = closest(event, "[data-mentions]");
  if (field) offer(field);
});

document.addEventListener("keydown", (event) => {
  const field = closest(event, "[data-mentions]");
  if (!field || isComposing(event) || list(field).hidden) return;
  const all = offered(field);
  const at = all.findIndex((each) => each.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown") mark(field, all[(at + 1) % all.length]);
  else if (event.key === "ArrowUp") mark(field, all[(at + all.length - 1) % all.length]);
  else if (event.key === "Enter" || event.key === "Tab") choose(field, all[at]);
  else if (event.key === "Escape") list(field).hidden = true;
  else return;
  event.preventDefault();
});

// Before the field loses the focus.
document.addEventListener("mousedown", (event) => {
  const choice = closest(event, ".called li");
  if (!choice) return;
  event.preventDefault();
  choose(document.querySelector("[data-mentions]"), choice);
});

document.addEventListener("focusout", (event) => {
  const field = closest(event, "[data-mentions]");
  if (field) list(field).hidden = true;
});
