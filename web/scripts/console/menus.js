// A menu closes when somebody goes on elsewhere, when they have chosen, and by Escape.
import { onArrival } from "../arrival.js";
import { isComposing } from "../dom.js";

const OPEN = "details.menu[open]";

onArrival("[data-needs-script]", (menu) => {
  menu.hidden = false;
});

document.addEventListener("click", (event) => {
  const at = /** @type {Element} */ (event.target);
  document.querySelectorAll(OPEN).forEach((/** @type {HTMLDetailsElement} */ menu) => {
    if (!menu.contains(at)) menu.open = false;
    else if (at.closest("a")) close(menu);
  });
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || isComposing(event)) return;
  document.querySelectorAll(OPEN).forEach(close);
});

/** @param {HTMLDetailsElement} menu */
function close(menu) {
  menu.open = false;
  menu.querySelector("summary").focus();
}
