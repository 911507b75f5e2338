// The list is as wide as one draws it, by pointer or by keyboard.
import { each, isComposing } from "../dom.js";
import { keep } from "./kept.js";

const STEP = 20;

each(document, "[data-divider]", (divider) => {
  const least = Number(divider.getAttribute("aria-valuemin"));
  const most = Number(divider.getAttribute("aria-valuemax"));
  const pane = document.getElementById(divider.getAttribute("aria-controls"));

  /** @param {number} width */
  function draw(width) {
    const taken = Math.round(Math.min(most, Math.max(least, width)));
    document.documentElement.style.setProperty("--list", taken + "px");
    divider.setAttribute("aria-valuenow", String(taken));
    keep("list", String(taken));
  }

  divider.hidden = false;
  if (pane.offsetWidth) divider.setAttribute("aria-valuenow", String(pane.offsetWidth));

  divider.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
    divider.setPointerCapture(event.pointerId);
    divider.classList.add("held");
    event.preventDefault();
  });
  divider.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
    if (!divider.hasPointerCapture(event.pointerId)) return;
    draw(event.clientX - pane.getBoundingClientRect().left);
  });
  divider.addEventListener("lostpointercapture", () => divider.classList.remove("held"));
  divider.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (isComposing(event)) return;
    const now = pane.offsetWidth;
    const keys = { ArrowLeft: now - STEP, ArrowRight: now + STEP, Home: least, End: most };
    if (!(event.key in keys)) return;
    draw(keys[event.key]);
    event.preventDefault();
  });
});
