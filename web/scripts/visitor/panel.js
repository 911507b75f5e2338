// The form inside the panel of a host page. Each side speaks to the other's exact origin only. What
// comes is checked and cut; none of it becomes code, markup or an address that anybody is sent to.
import { closest, each, isTick } from "../dom.js";
import { answers, sheet } from "./sheet.js";

const FIELDS = ["name", "phone", "email", "wechat", "content", "category"];
const LONGEST = 2000;
const COLOUR = /^#[\da-f]{6}$/i;

const { host } = sheet.dataset;
const prefilled = {};
/** What the host page said last. @type {Record<string, any> | null} */
let told = null;

if ("embed" in sheet.dataset && host && window.parent !== window) begin();

function begin() {
  document.addEventListener("click", (event) => {
    const link = closest(event, "a[hreflang]");
    if (link) carry(link);
  });
  window.addEventListener("message", receive);
  document.addEventListener("leave:tell", (event) => tell(event.detail));
  document.addEventListener("htmx:after:swap", apply);
  try {
    if (location.hash) unpack();
  } catch (_) {}
  apply();
  new ResizeObserver(() => tell({ t: "size", h: sheet.offsetHeight })).observe(sheet);
}

/** @param {object} message */
function tell(message) {
  window.parent.postMessage({ lm: 1, ...message }, host);
}

/** @param {MessageEvent} event */
function receive(event) {
  const said = event.data;
  if (event.origin !== host || event.source !== window.parent) return;
  if (!said || said.lm !== 1) return;
  if (said.t === "open") enter();
  if (said.t !== "init") return;
  told = said;
  apply();
}

/** @param {any} value */
function object(value) {
  return value && typeof value === "object" ? value : {};
}

/** @param {any} value */
function text(value) {
  return typeof value === "string" ? value.slice(0, LONGEST) : "";
}

/** @param {any} value */
function address(value) {
  return /^https?:\/\//.test(value) ? text(value) : "";
}

/**
 * What the visitor has typed or taken out is never replaced; what was filled in for them is.
 * @param {HTMLInputElement} field
 * @param {string} value
 */
function prefill(field, value) {
  const own = field.value !== (prefilled[field.name] || "");
  if (!value || own || isTick(field)) return;
  field.value = field.maxLength > 0 ? value.slice(0, field.maxLength) : value;
  prefilled[field.name] = field.value;
}

/**
 * A host page may say who somebody is, but only a signature makes a hidden fact of it.
 * @param {HTMLFormElement} form
 */
function fillIn(form) {
  const visitor = object(told.visitor);
  const context = object(told.context);
  Array.from(form.elements).forEach((/** @type {HTMLInputElement} */ field) => {
    const key = field.dataset.prefill || (FIELDS.includes(field.name) ? field.name : "");
    if (key) prefill(field, text((field.type === "hidden" ? context : visitor)[key]));
  });
  /**
   * @param {string} name
   * @param {string} value
   */
  function put(name, value) {
    const field = /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
    if (field && value) field.value = value;
  }
  put("external_id", text(visitor.external_id));
  put("signature", text(visitor.signature));
  put("context", JSON.stringify(context).slice(0, 16000));
  put("page_url", address(told.url));
  put("referrer", address(told.referrer));
}

function paint() {
  const root = document.documentElement;
  if (told.theme === "light" || told.theme === "dark") root.dataset.theme = told.theme;
  else delete root.dataset.theme;
  if (COLOUR.test(told.accent) && COLOUR.test(told.ink)) {
    root.style.setProperty("--brand", told.accent);
    root.style.setProperty("--on-brand", told.ink);
  }
}

function apply() {
  each(sheet, "[data-close]", (button) => {
    button.hidden = false;
  });
  if (!told) return;
  const form = sheet.querySelector("form");
  if (form && form.elements.namedItem("context")) fillIn(form);
  each(sheet, "[data-online]", (line) => {
    line.hidden = !told.online;
  });
  paint();
}

function enter() {
  if (sheet.contains(document.activeElement)) return;
  /** @type {HTMLElement} */
  const first = sheet.querySelector("[data-autofocus], textarea");
  if (first) first.focus();
}

/** The property that holds what somebody chose. @param {any} field */
function kind(field) {
  if (isTick(field)) return "checked";
  return /^select/.test(field.type) ? "selectedIndex" : "value";
}

/**
 * Many browsers keep no draft for a page in a frame, so what is typed goes along to the other
 * language in the part of the address that is sent to nobody.
 * @param {HTMLAnchorElement} link
 */
function carry(link) {
  const values = answers().map((field) => field[kind(field)]);
  link.hash = encodeURIComponent(JSON.stringify(values));
}

function unpack() {
  const values = JSON.parse(decodeURIComponent(location.hash.slice(1)));
  history.replaceState(null, "", location.pathname + location.search);
  answers().forEach((field, at) => {
    if (at in values) field[kind(field)] = values[at];
  });
}
