// What beats while the console is in front of somebody: who is switched on counts as there, and the
// state of the channels is renewed.
import { each } from "../dom.js";

const EVERY = 30000;

function beat() {
  if (document.visibilityState !== "visible") return;
  each(document.body, "[data-heart]", (heart) => htmx.trigger(heart, "beat"));
}

document.addEventListener("visibilitychange", beat);
setInterval(beat, EVERY);
