// What one may choose from and is kept in this browser: colours, and how close the rows lie.
import { onArrival } from "../arrival.js";
import { closest } from "../dom.js";
import { choose } from "./kept.js";

onArrival("[data-choices]", (group) => {
  group.hidden = false;
  show(group);
});

document.addEventListener("click", (event) => {
  const button = closest(event, "[data-choice]");
  if (!button) return;
  const group = button.closest("[data-choices]");
  choose(group.dataset.choices, button.dataset.choice);
  show(group);
});

/** @param {HTMLElement} group */
function show(group) {
  const chosen = document.documentElement.dataset[group.dataset.choices] || "";
  group.querySelectorAll("[data-choice]").forEach((/** @type {HTMLElement} */ button) => {
    button.setAttribute("aria-pressed", String(button.dataset.choice === chosen));
  });
}
