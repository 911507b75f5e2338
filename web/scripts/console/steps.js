// To the message before or after, in the order of the list.
import { closest } from "../dom.js";

const wide = window.matchMedia("(min-width: 1024px)");

/** The line of the list beside that of the open message. @param {string} way */
function neighbour(way) {
  /** @type {HTMLElement} */
  const open = document.querySelector("[data-open]");
  const row = open && document.getElementById("m-" + open.dataset.open);
  const next = row && (way === "before" ? row.previousElementSibling : row.nextElementSibling);
  return next && next.matches("[data-row]") ? next.querySelector("a") : null;
}

export function showSteps() {
  document.querySelectorAll("[data-step]").forEach((/** @type {HTMLAnchorElement} */ step) => {
    const link = neighbour(step.dataset.step);
    step.hidden = !link;
    if (link) step.href = link.href;
  });
}

// Beside the list it opens as if its line was pressed.
document.addEventListener("click", (event) => {
  const step = closest(event, "[data-step]");
  if (!step || !wide.matches || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const link = neighbour(step.dataset.step);
  if (!link) return;
  link.click();
  link.scrollIntoView({ block: "nearest" });
});
