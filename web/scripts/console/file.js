// A file goes along as it is, in base64: the server knows how to read what any program saved.
import { onArrival } from "../arrival.js";

onArrival("[data-reads-file]", (line) => {
  line.hidden = false;
});

document.addEventListener("change", (event) => {
  const field = /** @type {HTMLInputElement} */ (event.target);
  if (field.matches("[data-reads-into]")) read(field);
});

/** @param {HTMLInputElement} field */
function read(field) {
  const into = /** @type {HTMLInputElement} */ (document.getElementById(field.dataset.readsInto));
  const reader = new FileReader();
  into.value = "";
  if (!field.files[0]) return;
  reader.onload = () => {
    into.value = String(reader.result).split(",")[1] || "";
  };
  reader.readAsDataURL(field.files[0]);
}
