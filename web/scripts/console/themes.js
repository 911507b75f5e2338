// Light, dark or as the system has it, kept in this browser. theme.js applies it to later pages.
import { onArrival } from "../arrival.js";
import { closest } from "../dom.js";

onArrival("[data-themes]", (choices) => {
  choices.hidden = false;
});

document.addEventListener("click", (event) => {
  const button = closest(event, "[data-theme-choice]");
  if (button) choose(button.dataset.themeChoice);
});

/** @param {string} theme */
function choose(theme) {
  try {
    if (theme) localStorage.setItem("theme", theme);
    else localStorage.removeItem("theme");
  } catch (_) {}
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  show();
}

function show() {
  const chosen = document.documentElement.dataset.theme || "";
  document.querySelectorAll("[data-theme-choice]").forEach((/** @type {HTMLElement} */ button) => {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === chosen));
  });
}

show();
