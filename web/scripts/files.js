// Files of the visitor's form go ahead, each by itself, with its progress and another try. The form
// only carries what the server gave for them, so that it stays small enough to be kept. Loaded where
// the form has a field for them; without it they go with the form.
import { closest, each, element } from "./dom.js";

const TRIES = 3;
const WAIT = 2000;
const MEGABYTE = 1024 * 1024;

/** @type {Set<XMLHttpRequest>} */
const underway = new Set();
/** Whether somebody pressed Send meanwhile. */
let wanted = false;
/** Whether they were told that something has not arrived. */
let told = false;

/** @param {HTMLElement} box @returns {HTMLInputElement} */
function tokens(box) {
  return box.querySelector("[name=files]");
}

/** @param {HTMLElement} box */
function enhance(box) {
  /** @type {HTMLInputElement} */
  const input = box.querySelector("[type=file]");
  /** @type {HTMLElement} */
  const choose = box.querySelector("[data-choose]");
  if (!box.dataset.files || !input.name) return;
  input.removeAttribute("name");
  input.form.removeAttribute("enctype");
  input.hidden = true;
  choose.hidden = false;
  choose.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    Array.from(input.files).forEach((file) => add(box, file));
    input.value = "";
  });
  each(box, "li", (line) => removable(box, line));
}

/** @param {HTMLElement} box @param {HTMLElement} line */
function removable(box, line) {
  const button = element("button", { class: "button quiet small", type: "button" }, box.dataset.remove);
  button.addEventListener("click", () => {
    const { token } = line.dataset;
    const field = tokens(box);
    field.value = field.value.split(" ").filter((one) => one !== token).join(" ");
    line.dispatchEvent(new Event("gone"));
    line.remove();
    settle(box);
  });
  line.append(button);
}

/** @param {HTMLElement} box @param {File} file */
function add(box, file) {
  const { full, large, most, mb } = box.dataset;
  const list = box.querySelector("ul");
  const line = element("li", {});
  line.append(element("bdi", {}, file.name));
  const said = element("span", { class: "hint", role: "status" });
  line.append(said);
  const taken = list.querySelectorAll("li:not([data-refused])").length;
  list.append(line);
  told = false;
  if (taken >= Number(most)) refuse(line, said, full);
  else if (file.size > Number(mb) * MEGABYTE) refuse(line, said, large);
  else send(box, file, line, said, 1);
  removable(box, line);
}

/** @param {HTMLElement} line @param {HTMLElement} said @param {string} words */
function refuse(line, said, words) {
  line.dataset.refused = "";
  said.className = "fault";
  said.textContent = words;
}

/**
 * @param {HTMLElement} box
 * @param {File} file
 * @param {HTMLElement} line
 * @param {HTMLElement} said
 * @param {number} number of the try
 */
function send(box, file, line, said, number) {
  const request = new XMLHttpRequest();
  const bar = /** @type {HTMLProgressElement} */ (element("progress", { max: "1", "aria-label": file.name }));
  const body = new FormData();
  body.append("file", file);
  line.removeAttribute("data-failed");
  said.replaceChildren(bar);
  underway.add(request);
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) bar.value = event.loaded / event.total;
  });
  line.addEventListener("gone", () => {
    underway.delete(request);
    request.abort();
  });
  request.addEventListener("loadend", () => {
    if (!underway.delete(request)) return;
    const answer = read(request.responseText);
    if (request.status === 200 && answer.token) {
      line.dataset.token = answer.token;
      const field = tokens(box);
      field.value = (field.value + " " + answer.token).trim();
      said.textContent = "✓";
    } else if (answer.error && request.status === 422) refuse(line, said, answer.error);
    else if (number < TRIES && line.isConnected) {
      underway.add(request);
      setTimeout(() => {
        if (underway.delete(request) && line.isConnected) send(box, file, line, said, number + 1);
      }, WAIT * number);
      return;
    } else fail(box, file, line, said);
    settle(box);
  });
  request.open("POST", box.dataset.files);
  request.send(body);
}

/** @param {string} text @returns {any} */
function read(text) {
  try {
    return JSON.parse(text) || {};
  } catch (_) {
    return {};
  }
}

/**
 * @param {HTMLElement} box
 * @param {File} file
 * @param {HTMLElement} line
 * @param {HTMLElement} said
 */
function fail(box, file, line, said) {
  const { failed, again } = box.dataset;
  const button = element("button", { class: "button small", type: "button" }, again);
  line.dataset.failed = "";
  said.replaceChildren(element("span", { class: "fault" }, failed), button);
  button.addEventListener("click", () => send(box, file, line, said, 1));
}

/** All have arrived, or have not: the form goes if somebody waits for that. @param {HTMLElement} box */
function settle(box) {
  const { form } = /** @type {HTMLInputElement} */ (box.querySelector("[type=file]"));
  if (underway.size || !wanted) return;
  wanted = false;
  say(box, "");
  form.requestSubmit();
}

/** @param {HTMLElement} box @param {string} words */
function say(box, words) {
  box.querySelector("[data-said]").textContent = words;
}

// Before any other script hears of it.
window.addEventListener("submit", (event) => {
  const form = closest(event, "form");
  /** @type {HTMLElement} */
  const box = form && form.querySelector("[data-files]");
  if (!box) return;
  const left = box.querySelector("[data-failed]");
  if (!underway.size && (!left || told)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  wanted = underway.size > 0;
  told = !wanted;
  say(box, wanted ? box.dataset.waits : box.dataset.without);
}, true);

window.addEventListener("online", () => each(document, "[data-failed] .hint button", (button) => button.click()));

function look() {
  each(document, "[data-files]", enhance);
}

document.addEventListener("htmx:after:swap", look);
look();
