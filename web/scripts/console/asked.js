// What a page says when it asks for news: what it was told, what it shows, and whether its list may
// grow under the eyes of the reader.

/** The number of the last change that this page knows of. */
export function told() {
  return Number(document.getElementById("heard").dataset.told);
}

/** @param {number} number */
export function ask(number) {
  if (number > told()) htmx.trigger(document.querySelector("[data-news]"), "news");
}

document.addEventListener("htmx:config:request", (event) => {
  const { sourceElement, request } = event.detail.ctx;
  if (sourceElement.matches("[data-news]")) describe(request.body);
});

/** @param {FormData} asked */
function describe(asked) {
  new URLSearchParams(location.search).forEach((value, name) => asked.append(name, value));
  asked.append("after", String(told()));
  const listed = /** @type {HTMLInputElement} */ (document.getElementById("listed"));
  if (listed) asked.append("listed", listed.value);
  /** @type {HTMLElement} */
  const open = document.querySelector("[data-open]");
  if (open) asked.append("open", open.dataset.open);
  if (open) asked.append("seen", open.dataset.changed);
  if (listed && mayGrow()) asked.append("at_top", "yes");
}

const PAGE = 50;

// Nobody has scrolled, ticked or points at a row, or has read on: then nothing moves from under them.
function mayGrow() {
  const list = document.getElementById("list");
  const used = list.querySelector(".tick input:checked, .rows:hover, details[open]");
  if (used || list.querySelectorAll("[data-row]").length > PAGE) return false;
  for (let part = list; part; part = part.parentElement) if (part.scrollTop > 0) return false;
  return true;
}
