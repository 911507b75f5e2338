// The network is down, or an answer came that is none of ours: the form stays as it is, and from the
// second time on other ways are offered.
import { notice, notices } from "../behaviours/notice.js";
import { sheet, tell } from "./sheet.js";

let failures = 0;

export function forgive() {
  failures = 0;
}

function failed() {
  const otherwise = document.getElementById("otherwise");
  failures += 1;
  if (failures > 1 && otherwise) otherwise.hidden = false;
}

/**
 * @param {string} words
 * @param {string} code
 */
function say(words, code) {
  const place = notices();
  if (place) place.replaceChildren(notice(words, { class: "note err" }));
  tell({ t: "error", code });
}

document.addEventListener("htmx:error", () => {
  failed();
  say(sheet.dataset.offline, "network");
});

document.addEventListener("htmx:response:error", (event) => {
  const { status } = event.detail.ctx.response;
  // These two answers bring their words along.
  if (status !== 422) failed();
  if (status !== 422 && status !== 429) say(sheet.dataset.slow, "http_" + status);
});
