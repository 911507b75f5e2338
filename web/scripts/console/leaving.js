// Who leaves a page of the settings with something unsaved, or one with a secret that is shown only
// once and was not kept, is asked. What is not saved says so.
import { onArrival } from "../arrival.js";
import { closest, wasTyped } from "../dom.js";

const FORM = "[data-settings] form[method=post]:not([data-loose])";

/** Where the forms go whose fields were changed. @type {Set<string>} */
const changed = new Set();
/** Where the form goes that is being sent. */
let sent = "";

/** @param {Element} form */
const goes = (form) => form.getAttribute("action");

/** @param {any} form */
function mark(form) {
  if (!form || !form.matches(FORM)) return;
  changed.add(goes(form));
  form.dataset.unsaved = "";
}

// Drawn anew, with something added or with its faults, it is as unsaved as before.
onArrival(FORM, (form) => {
  const fields = [...form.querySelectorAll("input:not([type=password]), textarea")];
  if (changed.has(goes(form)) || form.querySelector("[aria-invalid]") || fields.some(wasTyped))
    mark(form);
});

document.addEventListener("input", (event) => mark(closest(event, "form")));

document.addEventListener("submit", (event) => {
  sent = goes(/** @type {Element} */ (event.target));
});

document.addEventListener("htmx:after:request", (event) => {
  const { request, response, sourceElement } = event.detail.ctx;
  if (sourceElement !== request.form) return;
  if (response.status < 300) delete sourceElement.dataset.unsaved;
  else sent = "";
});

/** @param {string} by @returns {(event: Event) => void} */
const keeps = (by) => (event) => {
  const secret = closest(event, "[data-once]");
  if (secret && closest(event, by)) delete secret.dataset.once;
};

document.addEventListener("copy", keeps("[data-once]"));
document.addEventListener("click", keeps("[data-copy], [data-print], [data-kept]"));

onArrival("[data-kept]", (button) => {
  button.hidden = false;
});

window.addEventListener("beforeunload", (event) => {
  /** @type {Element[]} */
  const unsaved = Array.from(document.querySelectorAll("form[data-unsaved]"));
  if (document.querySelector("[data-once]") || unsaved.some((form) => goes(form) !== sent)) {
    event.preventDefault();
    event.returnValue = true;
  }
});
