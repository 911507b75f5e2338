// A toast stays while somebody is with it, and makes room for the next one.
import { onArrival } from "../arrival.js";
import { notice, notices } from "../behaviours/notice.js";
import { closest, element } from "../dom.js";

const STAYS = 10000;

onArrival("[data-toast]", retire);
onArrival("[data-stays]", closable);

/** @param {string} words */
export function toast(words) {
  const box = notice(words, { class: "toast err", "data-toast": "", role: "alert" });
  notices().append(box);
  retire(box);
}

/** @param {HTMLElement} box */
function retire(box) {
  let timer;
  document.querySelectorAll(".toast").forEach((other) => {
    if (other !== box) other.remove();
  });
  closable(box);
  function start() {
    clearTimeout(timer);
    timer = setTimeout(() => box.remove(), STAYS);
  }
  const stay = () => clearTimeout(timer);
  ["mouseenter", "focusin", "submit"].forEach((name) => box.addEventListener(name, stay));
  ["mouseleave", "focusout"].forEach((name) => box.addEventListener(name, start));
  start();
}

/** @param {HTMLElement} box */
function closable(box) {
  if (box.querySelector("[data-close]")) return;
  const button = element("button", {
    type: "button",
    class: "button quiet small",
    "data-close": "",
    "aria-label": document.body.dataset.close,
  });
  button.append(element("span", { "aria-hidden": "true" }, "×"));
  button.addEventListener("click", () => box.remove());
  box.append(button);
}

document.addEventListener("submit", (event) => {
  const box = closest(event, "[data-toast]");
  if (box) setTimeout(() => box.remove(), 0);
});
