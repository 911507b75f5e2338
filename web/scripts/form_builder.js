// The form builder: lines may be dragged, and the preview follows.
// Everything works without this file: buttons move lines, and the page is drawn anew.
import { closest, each, isComposing, wasTyped } from "./dom.js";

const LINE = "li[data-key]";

/** @type {HTMLElement | null} */
let moving = null;

const lines = () => document.getElementById("lines");
const overLine = (/** @type {Event} */ event) => moving && closest(event, LINE);

// A new field is called something at once.
function begin() {
  /** @type {HTMLInputElement} */
  const label = document.querySelector(".field-form [autofocus]");
  if (label && !wasTyped(label)) label.select();
}

function arm() {
  const list = lines().querySelector("ol");
  list.classList.add("draggable");
  each(list, "li", (line) => {
    line.draggable = true;
  });
}

function clear() {
  each(document, ".form-lines .over", (line) => line.classList.remove("over"));
}

function sendOrder() {
  const keys = [];
  each(lines(), LINE, (line) => keys.push(line.dataset.key));
  /** @type {any} */
  const form = lines().querySelector("[data-order]");
  form.elements.keys.value = keys.join(",");
  form.dispatchEvent(new Event("dragged"));
}

document.addEventListener("dragstart", (event) => {
  moving = closest(event, LINE);
  if (!moving) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", moving.dataset.key);
});

document.addEventListener("dragover", (event) => {
  const line = overLine(event);
  if (!line) return;
  event.preventDefault();
  clear();
  line.classList.add("over");
});

document.addEventListener("drop", (event) => {
  const line = overLine(event);
  if (!line) return;
  event.preventDefault();
  const box = line.getBoundingClientRect();
  const isBelow = event.clientY > box.top + box.height / 2;
  line.parentNode.insertBefore(moving, isBelow ? line.nextSibling : line);
  sendOrder();
});

document.addEventListener("dragend", () => {
  moving = null;
  clear();
});

// Enter saves the field, and in the box for trying it tries.
document.addEventListener("keydown", (event) => {
  if (isComposing(event) || event.key !== "Enter" || !closest(event, "#sample")) return;
  event.preventDefault();
  /** @type {HTMLElement} */ (document.querySelector(".try button")).click();
});

document.addEventListener("htmx:after:swap", () => {
  if (!lines() || lines().querySelector("ol.draggable")) return;
  arm();
  const preview = /** @type {HTMLIFrameElement} */ (document.getElementById("preview"));
  if (preview) preview.contentWindow.location.reload();
});

if (lines()) arm();
begin();
