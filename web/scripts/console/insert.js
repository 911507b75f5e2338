// A variable goes into the text where the cursor is.
import { onArrival } from "../arrival.js";
import { closest } from "../dom.js";
import { reveal } from "./focus.js";

onArrival("[data-insert]", (button) => {
  button.hidden = false;
});

document.addEventListener("click", (event) => {
  const button = closest(event, "[data-insert]");
  if (!button) return;
  const field = /** @type {HTMLTextAreaElement} */ (document.getElementById(button.dataset.into));
  reveal(field);
  field.setRangeText(button.dataset.insert, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  const menu = button.closest("details.menu");
  if (menu) menu.open = false;
  field.focus();
});
