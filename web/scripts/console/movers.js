// Who moves a line up or down goes on with the same line, also at an end of the list.
import { closest } from "../dom.js";

let moved = "";

document.addEventListener("click", (event) => {
  const step = closest(event, ".step");
  if (step) moved = step.id;
});

document.addEventListener("htmx:after:swap", () => {
  /** @type {any} */
  let button = document.getElementById(moved);
  if (button && button.disabled) button = button.closest("li").querySelector(".step:enabled");
  if (button) button.focus();
  moved = "";
});
