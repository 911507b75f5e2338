// Notices on the desktop, for who asks for them in this browser; with names and words only for who
// wants that, too. All tabs give theirs the same tag, so that one is seen.
import { closest } from "../dom.js";
import { keep } from "./kept.js";

const NOTICES = "desktop-notices";
const CONTENTS = "desktop-contents";

/** @param {string} name */
function wants(name) {
  try {
    return localStorage.getItem(name) === "on";
  } catch (_) {
    return false;
  }
}

const given = () => wants(NOTICES) && Notification.permission === "granted";

function show() {
  /** @type {HTMLElement} */
  const box = document.querySelector("[data-desktop]");
  if (!box) return;
  box.hidden = !window.Notification || Notification.permission === "denied";
  if (box.hidden) return;
  const [notices, contents] = box.querySelectorAll("button");
  notices.setAttribute("aria-pressed", String(given()));
  contents.hidden = !given();
  contents.setAttribute("aria-pressed", String(wants(CONTENTS)));
}

document.addEventListener("click", (event) => {
  if (closest(event, "[data-desktop-notices]")) {
    keep(NOTICES, given() ? "" : "on");
    Notification.requestPermission().then(show);
  }
  if (closest(event, "[data-desktop-contents]")) {
    keep(CONTENTS, wants(CONTENTS) ? "" : "on");
    show();
  }
});

let last = "";

function notify() {
  const { told, arrived, title, contents } = document.getElementById("heard").dataset;
  if (!arrived || told === last) return;
  last = told;
  if (!window.Notification || !given() || !document.hidden) return;
  const body = wants(CONTENTS) ? contents : "";
  const notice = new Notification(title, { body, tag: "leavemsg" + document.body.dataset.agent });
  notice.onclick = () => {
    window.focus();
    location.assign(arrived);
  };
}

document.addEventListener("htmx:finally:swap", notify);
show();
