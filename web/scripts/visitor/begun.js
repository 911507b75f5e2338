// Tells once that somebody began to write, and nothing of what or who.
import { sheet } from "./sheet.js";

export function begin() {
  /** @type {HTMLInputElement} */
  const told = sheet.querySelector("[data-begun]");
  if (!told || told.value) return;
  told.value = "1";
  navigator.sendBeacon(told.dataset.begun);
}
