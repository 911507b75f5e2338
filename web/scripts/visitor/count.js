// How many characters are left: seen all the time, spoken when it gets tight, when it is full and when
// it is too much. Nothing is cut.
import { each, element } from "../dom.js";
import { sheet } from "./sheet.js";

export function count() {
  const spoken = sheet.querySelector("[aria-live]") || live();
  each(sheet, "[data-max]", (field) => {
    const id = field.id + "-count";
    let line = document.getElementById(id);
    if (!line) field.after((line = element("p", { class: "hint count", id })));
    const most = Number(field.dataset.max);
    const left = most - Array.from(field.value).length;
    line.hidden = left > Math.min(200, most / 10);
    const step = line.hidden ? "" : left < 0 ? "over" : left > 100 ? "" : left ? "tight" : "full";
    const words = left < 0 ? sheet.dataset.over : sheet.dataset.left;
    line.textContent = words.replace("{n}", `${Math.abs(left)}`);
    line.classList.toggle("fault", left < 0);
    if ((field.dataset.step || "") !== step) spoken.textContent = step && line.textContent;
    field.dataset.step = step;
  });
}

function live() {
  const spoken = element("p", { class: "visually-hidden", "aria-live": "polite" });
  sheet.append(spoken);
  return spoken;
}
