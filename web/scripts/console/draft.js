// A note survives a session that ends, in this tab only, and until somebody signs out. Beside a saved
// one it comes after that.
import { onArrival } from "../arrival.js";
import { closest, wasTyped } from "../dom.js";
import { bringForward } from "./composer.js";

onArrival("[data-draft]", (field) => {
  try {
    const draft = sessionStorage.getItem(field.dataset.draft) || "";
    if (field.value.indexOf(draft) < 0) {
      field.value += (field.value && "\n") + draft;
      bringForward(field);
    }
  } catch (_) {}
  const keep = () => {
    try {
      sessionStorage.setItem(field.dataset.draft, field.value);
    } catch (_) {}
  };
  if (wasTyped(field)) keep();
  field.addEventListener("input", keep);
});

// What was taken needs no draft any more; this comes before the answer is put on the page.
document.addEventListener("htmx:after:request", (event) => {
  const { request, response } = event.detail.ctx;
  if (request.form && response.status < 300) drop(request.form);
});

// Whoever signs in next in this tab may be somebody else.
document.addEventListener("submit", (event) => {
  if (!closest(event, '[action$="/logout"]')) return;
  try {
    Object.keys(sessionStorage)
      .filter((name) => /^(note|remark):/.test(name))
      .forEach((name) => sessionStorage.removeItem(name));
  } catch (_) {}
});

/** @param {HTMLFormElement} form */
function drop(form) {
  form.querySelectorAll("[data-draft]").forEach((/** @type {HTMLElement} */ field) => {
    try {
      sessionStorage.removeItem(field.dataset.draft);
    } catch (_) {}
  });
}
