// A message that could not be sent is kept with its token, which makes it one message however often
// it is sent, and goes by itself. What the form then answers comes as if somebody had pressed Send.
//
// Who holds the lock of a message sends it: other tabs leave it alone, and when that tab is closed
// another, or the next, takes it over. Where there are no locks it stays in its tab; without storage, in
// the page.
import { closest, isTick } from "../dom.js";
import { keepDraft } from "./draft.js";
import { wait } from "./schedule.js";
import { form, sheet } from "./sheet.js";

const PREFIX = "unsent:" + sheet.dataset.form + ":";
const OLD = 7 * 24 * 3600 * 1000;
const { locks } = navigator;

/** The name of what is kept, and what gives its lock back. */
let held = "";
let release = () => {};
let tries = 0;
let timer = 0;
/** Whether the last sending was ours. */
let isOwn = false;
let sending = false;
/** Whether something was written on this page since it is there. */
let touched = false;

/**
 * Of the storage, which may refuse.
 * @template T
 * @param {(place: Storage) => T} run
 * @returns {T | null}
 */
function stored(run) {
  try {
    return run(locks ? localStorage : sessionStorage);
  } catch (_) {
    return null;
  }
}

/** @param {boolean} seen */
function show(seen) {
  const line = document.getElementById("unsent");
  if (line) line.hidden = !seen;
}

function stop() {
  clearTimeout(timer);
  timer = 0;
}

/** @param {number} [least] */
function plan(least) {
  stop();
  timer = window.setTimeout(() => {
    sending = true;
    if (form()) form().requestSubmit();
    sending = false;
  }, wait(tries, Math.random(), least));
}

/** Until it is let go. @returns {Promise<void>} */
function hold() {
  return new Promise((resolve) => {
    release = resolve;
  });
}

/**
 * After a failure: whether it will be sent by itself.
 * @param {number} [least] milliseconds to wait at least
 */
export function keep(least) {
  const sender = form();
  const token = sender && sender.elements.namedItem("token");
  // A preview is no message.
  if (!token || sender.elements.namedItem("csrf_token")) return false;
  if (!held) {
    tries = 0;
    held = PREFIX + /** @type {HTMLInputElement} */ (token).value.split(".")[0];
    if (locks) locks.request(held, hold).catch(() => {});
  } else tries += 1;
  const said = Array.from(new FormData(sender)).filter(([name]) => name !== "proof");
  stored((place) => place.setItem(held, JSON.stringify({ at: Date.now(), said })));
  show(true);
  plan(least);
  return true;
}

export function isKept() {
  return !!held;
}

export function isByItself() {
  return isOwn;
}

/** It was sent, or is no longer to be. */
export function letGo() {
  if (!held) return;
  stop();
  stored((place) => place.removeItem(held));
  held = "";
  release();
  show(false);
}

/**
 * Puts it back into the form. Whether it is this page's now.
 * @param {string} name
 */
function take(name) {
  const sender = form();
  const text = sender && sender.querySelector("textarea");
  const kept = stored((place) => JSON.parse(place.getItem(name)));
  if (!kept || Date.now() - kept.at > OLD) stored((place) => place.removeItem(name));
  if (!kept || !text || held) return false;
  const values = new Map(kept.said);
  // Something else is being written here.
  if (text.value && text.value !== values.get(text.name)) return false;
  Array.from(sender.elements).forEach((/** @type {any} */ field) => {
    if (isTick(field)) field.checked = kept.said.some(([n, v]) => n === field.name && v === field.value);
    else if (values.has(field.name)) field.value = values.get(field.name);
    values.delete(isTick(field) ? "" : field.name);
  });
  // The form has changed since; the token says which one was answered.
  values.forEach((value, field) => {
    if (sender.elements.namedItem(field)) return;
    const more = document.createElement("input");
    Object.assign(more, { type: "hidden", name: field, value });
    sender.append(more);
  });
  held = name;
  tries = 0;
  keepDraft();
  show(true);
  plan();
  return true;
}

/** Takes over what a page that is gone could not send. */
export function takeOver() {
  const names = stored((place) => Object.keys(place).filter((name) => name.startsWith(PREFIX)));
  (names || []).forEach((name) => {
    if (!locks) take(name);
    // A tab that has just been closed may hold it for a moment yet. Who writes here meanwhile is left alone.
    else locks.request(name, () => !touched && take(name) && hold()).catch(() => {});
  });
  document.addEventListener("input", () => (touched = true));
}

/** Perhaps the connection is back. */
function soon() {
  if (!timer || document.hidden) return;
  tries = 0;
  plan();
}

window.addEventListener("online", soon);
document.addEventListener("visibilitychange", soon);
// From here to the answer it is under way.
document.addEventListener("submit", () => {
  stop();
  isOwn = sending;
}, true);

document.addEventListener("click", (event) => {
  if (closest(event, "[data-now]")) form().requestSubmit();
  if (!closest(event, "[data-take-back]")) return;
  letGo();
  form().querySelector("textarea").focus();
});
