// A menu closes when somebody goes on elsewhere, and by Escape.
import { isComposing } from "../dom.js";

const OPEN = "details.menu[open]";

document.addEventListener("click", (event) => {
  document.querySelectorAll(OPEN).forEach((/** @type {HTMLDetailsElement} */ menu) => {
    if (!menu.contains(/** @type {Node} */ (event.target))) menu.open = false;
  });
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || isComposing(event)) return;
  document.querySelectorAll(OPEN).forEach((/** @type {HTMLDetailsElement} */ menu) => {
    menu.open = false;
    menu.querySelector("summary").focus();
  });
});
