// The visitor's sheet, and its form while there is one: after the receipt there is none.
export const sheet = document.getElementById("m");

/** @returns {HTMLFormElement | null} */
export function form() {
  return sheet.querySelector("form[hx-post]");
}

/** What the page around the form should know; panel.js carries it there. @param {object} message */
export function tell(message) {
  document.dispatchEvent(new CustomEvent("leave:tell", { detail: message }));
}

/**
 * The fields that a visitor answers: none that is hidden, and no consent, which is given anew.
 * @returns {any[]}
 */
export function answers() {
  return Array.from(sheet.querySelectorAll("form [name]")).filter(
    (/** @type {HTMLInputElement} */ field) =>
      field.type !== "hidden" && !("undrafted" in field.dataset)
  );
}
