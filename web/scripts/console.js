// The console's small behaviours. Every page works without them; they make it quicker.
import "./console/pinyin.js";
import "./console/split.js";
import "./behaviours/copy.js";
import "./console/password.js";
import "./console/choices.js";
import "./console/insert.js";
import "./console/menus.js";
import "./console/rail.js";
import "./console/divider.js";
import "./console/file.js";
import "./behaviours/countdown.js";
import "./console/toasts.js";
import "./console/ticks.js";
import "./console/keys.js";
import "./console/commands.js";
import "./console/seen.js";
import "./console/composer.js";
import "./console/draft.js";
import "./console/session.js";
import "./console/faults.js";
import "./console/heart.js";
import "./console/ages.js";
import "./console/zone.js";
import "./console/done.js";
import "./console/leaving.js";
import "./console/looking.js";
import "./console/movers.js";
import "./console/mentions.js";
import { arrive } from "./arrival.js";
import { beginAtNote, beginAtPlace, mend, showCurrent, takeFocus } from "./console/focus.js";
import { showUnread } from "./console/rows.js";

document.addEventListener("htmx:after:settle", (event) => {
  const { newContent, task } = event.detail;
  newContent.forEach((/** @type {HTMLElement} */ node) => {
    if (node.nodeType !== 1 || !node.isConnected) return;
    arrive(node);
    takeFocus(node);
    mend(node);
  });
  if (task.target && task.target.id === "detail") task.target.scrollTop = 0;
});

arrive(document.body);
mend(document.body);
showUnread();
showCurrent();
beginAtNote();
beginAtPlace();
