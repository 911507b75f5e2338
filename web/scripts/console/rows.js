import { showSteps } from "./steps.js";

// The list shows which message is open beside it, and the title how many are unread.
export function showRows() {
  showOpen();
  showUnread();
  showSteps();
}

function showOpen() {
  /** @type {HTMLElement} */
  const open = document.querySelector("[data-open]");
  document.querySelectorAll("[data-row]").forEach((/** @type {HTMLElement} */ row) => {
    const link = row.querySelector("a");
    if (open && row.dataset.row === open.dataset.open) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  });
}

export function showUnread() {
  /** @type {HTMLElement} */
  const badge = document.querySelector("[data-unread]");
  if (!badge) return;
  const unread = Number(badge.dataset.unread);
  document.title = (unread ? "(" + unread + ") " : "") + document.title.replace(/^\(\d+\) /, "");
}

// The title of the page comes last of all.
document.addEventListener("htmx:finally:swap", showRows);
