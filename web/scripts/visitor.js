// The visitor's form: a draft against accidents, a counter, countdowns, other ways when it fails. What
// the page around it should know goes out as an event; panel.js carries it there.
import "./visitor/panel.js";
import { arrive, onArrival } from "./arrival.js";
import "./behaviours/copy.js";
import "./behaviours/countdown.js";
import "./visitor/prove.js";
import "./visitor/zone.js";
import { closest, isComposing } from "./dom.js";
import { begin } from "./visitor/begun.js";
import { count } from "./visitor/count.js";
import { dropDraft, keepDraft, restoreDraft } from "./visitor/draft.js";
import "./visitor/failures.js";
import { form, sheet, tell } from "./visitor/sheet.js";
import { letGo, takeOver } from "./visitor/unsent.js";

onArrival("[data-sent], [data-added]", () => {
  dropDraft();
  letGo();
});
onArrival("[data-sent]", (line) => {
  tell({ t: "submitted", reference: line.dataset.sent });
});

document.addEventListener("input", (event) => {
  if (!closest(event, "form")) return;
  begin();
  count();
  // What is being changed is not sent behind its writer's back.
  letGo();
  keepDraft();
});

document.addEventListener("keydown", (event) => {
  if (isComposing(event)) return;
  const sender = closest(event, "form");
  if (event.key === "Escape") tell({ t: "close" });
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && sender) sender.requestSubmit();
});

document.addEventListener("click", (event) => {
  if (closest(event, "[data-close]")) tell({ t: "close" });
});

function show() {
  /** @type {HTMLElement} */
  const focus = sheet.querySelector("[data-autofocus]");
  if (focus) focus.focus();
  arrive(sheet);
  count();
}

document.addEventListener("htmx:after:swap", show);

if (form() && restoreDraft()) {
  begin();
  keepDraft();
}
show();
takeOver();
tell({ t: "ready" });
