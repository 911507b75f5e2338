// One stream for all tabs of a browser, which share the few connections that it makes to a server:
// the tab that holds the lock has it and tells the others. Where there are no locks, as on plain
// http, the tab in front has one. What a stream rings for is asked for by each page itself, so
// nothing is lost with it.
import { ask, told } from "./asked.js";
import { BELOW } from "./below.js";

const OF = document.body.dataset.agent; // Tabs of another organization hear of theirs.
const NAME = "leavemsg-news-" + OF;
const FIRST_BYTE = 6000; // Later than that, something on the way holds streams back.
const SILENCE = 50000; // Two pings were missed.
const LOST_AFTER = 10000;
const AGAIN = 15000;

/** @type {EventSource} */
let source;
let lived = false;
let heardAt = -Infinity;
let watch, lost;
/** @type {BroadcastChannel} */
let channel;

export function listen() {
  if (!window.EventSource || !document.getElementById("heard")) return;
  if (window.BroadcastChannel) {
    channel = new BroadcastChannel(NAME);
    channel.onmessage = (event) => hear(event.data);
  }
  window.addEventListener("online", () => source && open());
  if (channel && navigator.locks) navigator.locks.request(NAME, () => new Promise(open));
  else followSight();
}

/** Whether this page hears of what changes, by its own stream or another tab's. */
export function isLive() {
  return Date.now() - heardAt < SILENCE;
}

function followSight() {
  const look = () => (document.hidden ? close() : open());
  document.addEventListener("visibilitychange", look);
  look();
}

function open() {
  close();
  source = new EventSource(BELOW + "/inbox/stream?of=" + OF + "&after=" + told());
  source.addEventListener("ping", live);
  source.addEventListener("news", (event) => {
    live();
    tell({ number: Number(event.data) });
  });
  source.addEventListener("act", () => {
    live();
    tell({ act: true });
  });
  source.addEventListener("error", broken);
  watch = setTimeout(close, FIRST_BYTE);
}

function close() {
  clearTimeout(watch);
  if (source) source.close();
}

function live() {
  lived = true;
  clearTimeout(watch);
  clearTimeout(lost);
  lost = 0;
  tell({ lost: false });
  watch = setTimeout(open, SILENCE);
}

function broken() {
  clearTimeout(watch);
  if (lived && !lost) lost = setTimeout(() => tell({ lost: true }), LOST_AFTER);
  // The browser tries again by itself, unless it was refused.
  if (source.readyState === EventSource.CLOSED) watch = setTimeout(open, AGAIN);
  else watch = setTimeout(open, SILENCE);
}

/** @typedef {{ number?: number, act?: boolean, lost?: boolean }} Said */

/** @param {Said} said */
function tell(said) {
  if (channel) channel.postMessage(said);
  hear(said);
}

/** @param {Said} said */
function hear(said) {
  heardAt = said.lost ? -Infinity : Date.now();
  if (said.number) ask(said.number);
  if (said.act) document.dispatchEvent(new Event("act"));
  if ("lost" in said) document.getElementById("lost").hidden = !said.lost;
}
