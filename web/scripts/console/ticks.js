// Ticking messages: how many are ticked, all of the page at once, a range with Shift.
let last = null;

function boxes() {
  return /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll(".tick input")]);
}

function count() {
  /** @type {HTMLElement} */
  const words = document.querySelector("[data-ticked]");
  if (!words) return;
  const all = boxes();
  const ticked = all.filter((box) => box.checked).length;
  words.textContent = words.dataset.words.replace("{n}", String(ticked));
  /** @type {HTMLInputElement} */
  const every = document.querySelector("[data-tick-all]");
  every.checked = ticked === all.length;
  every.indeterminate = ticked > 0 && ticked < all.length;
}

document.addEventListener("click", (event) => {
  const box = /** @type {HTMLInputElement} */ (event.target);
  if (!box.matches || !box.matches(".tick input")) return;
  const all = boxes();
  if (event.shiftKey && last && all.includes(last)) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    all.slice(from, to + 1).forEach((each) => (each.checked = box.checked));
  }
  last = box;
  count();
});

document.addEventListener("change", (event) => {
  const box = /** @type {HTMLInputElement} */ (event.target);
  if (box.matches("[data-tick-all]")) boxes().forEach((each) => (each.checked = box.checked));
  if (box.closest(".tick, .bulk")) count();
});

document.addEventListener("htmx:after:settle", count);
