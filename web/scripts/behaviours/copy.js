// A button that copies, where the browser lets it; for a moment it says so.
import { onArrival } from "../arrival.js";
import { closest } from "../dom.js";

const SAID_FOR = 2000;

onArrival("[data-copy]", (button) => {
  button.hidden = !navigator.clipboard;
});

document.addEventListener("click", (event) => {
  const button = closest(event, "[data-copy]");
  if (button) copy(button);
});

/** @param {HTMLElement} button */
function copy(button) {
  const label = button.querySelector("span");
  const before = label.textContent;
  if (before === button.dataset.copied) return;
  navigator.clipboard.writeText(button.dataset.copy).then(() => {
    label.textContent = button.dataset.copied;
    setTimeout(() => {
      label.textContent = before;
    }, SAID_FOR);
  });
}
