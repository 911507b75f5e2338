// The network is down, or an answer came that is none of ours: the form stays as it is, other ways are
// offered, and what may help later is sent by itself.
import { notice, notices } from "../behaviours/notice.js";
import { sheet, tell } from "./sheet.js";
import { isByItself, isKept, keep, letGo } from "./unsent.js";

/** A proxy whose server is away says one of these, too. */
const AWAY = [404, 408, 425];

function failed() {
  const otherwise = document.getElementById("otherwise");
  if (otherwise) otherwise.hidden = false;
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

/**
 * Said once: what is tried again and again would be read aloud each time.
 * @param {string} code
 * @param {number} [least] milliseconds to wait at least
 */
function later(code, least) {
  failed();
  const kept = keep(least);
  if (!kept || !isByItself()) say(kept ? sheet.dataset.offline : sheet.dataset.slow, code);
}

document.addEventListener("htmx:error", () => later("network"));

document.addEventListener("htmx:response:error", (event) => {
  const { status, headers } = event.detail.ctx.response;
  const least = 1000 * headers.get("Retry-After") || 0;
  if (status > 499 || AWAY.includes(status) || (status === 429 && isKept())) {
    later("http_" + status, least);
    return;
  }
  letGo();
  // These two answers bring their words along.
  if (status !== 422) failed();
  if (status !== 422 && status !== 429) say(sheet.dataset.slow, "http_" + status);
});
