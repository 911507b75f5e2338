// The command bar: Ctrl-K, a few letters, Enter. What it finds comes from the server.
import { closest, isComposing } from "../dom.js";
import { control, press } from "./keys.js";

/** @returns {HTMLDialogElement} */
const bar = () => document.querySelector("#commands");

/** @returns {HTMLElement[]} */
function choices() {
  return [...bar().querySelectorAll("[role=option]:not([hidden])")].map((each) => /** @type {HTMLElement} */ (each));
}

/** @param {HTMLElement} choice */
function mark(choice) {
  choices().forEach((each) => each.setAttribute("aria-selected", String(each === choice)));
  const field = bar().querySelector("input");
  if (choice) field.setAttribute("aria-activedescendant", choice.id);
  else field.removeAttribute("aria-activedescendant");
  if (choice) choice.scrollIntoView({ block: "nearest" });
}

// What the page has no button for now is not offered.
function tidy() {
  bar()
    .querySelectorAll("[data-press]")
    .forEach((/** @type {HTMLElement} */ each) => (each.hidden = !control(each.dataset.press)));
  mark(choices()[0]);
}

/** @param {HTMLElement} choice */
function choose(choice) {
  bar().close();
  if (choice.dataset.press) press(choice.dataset.press);
  else location.href = choice.dataset.href;
}

document.addEventListener("keydown", (event) => {
  if (!bar() || isComposing(event)) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    if (bar().open) return bar().close();
    bar().showModal();
    const field = bar().querySelector("input");
    field.select();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    return;
  }
  if (!bar().open) return;
  const all = choices();
  const at = all.findIndex((each) => each.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown") mark(all[Math.min(all.length - 1, at + 1)]);
  else if (event.key === "ArrowUp") mark(all[Math.max(0, at - 1)]);
  else if (event.key === "Enter" && all[at]) choose(all[at]);
  else return;
  event.preventDefault();
});

document.addEventListener("click", (event) => {
  const choice = closest(event, "#commands [role=option]");
  if (choice) choose(choice);
});

document.addEventListener("htmx:after:settle", (event) => {
  if (event.detail.task.target.id === "command-list") tidy();
});
