// How far a long act is: asked when the stream rings, and every second where there is none.
import { isLive } from "./stream.js";

const EVERY = 1000;

export function follow() {
  if (!shown()) return;
  document.addEventListener("act", look);
  look();
  setInterval(() => isLive() || look(), EVERY);
}

function shown() {
  return document.querySelector("[data-progress]");
}

function look() {
  const progress = shown();
  if (progress) htmx.trigger(progress, "look");
}
