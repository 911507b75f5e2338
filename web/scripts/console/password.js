// A password can be looked at.
import { onArrival } from "../arrival.js";
import { closest } from "../dom.js";

onArrival("[data-reveal]", (button) => {
  button.hidden = false;
});

document.addEventListener("click", (event) => {
  const button = closest(event, "[data-reveal]");
  if (!button) return;
  const field = /** @type {HTMLInputElement} */ (document.getElementById(button.dataset.reveal));
  const hidden = field.type === "password";
  field.type = hidden ? "text" : "password";
  button.setAttribute("aria-pressed", String(hidden));
  button.textContent = hidden ? button.dataset.on : button.dataset.off;
});
