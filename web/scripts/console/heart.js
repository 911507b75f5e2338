// Who is switched on counts as there while the console is in front of somebody.
const EVERY = 30000;

function beat() {
  const heart = document.querySelector("[data-heart]");
  if (heart && document.visibilityState === "visible") htmx.trigger(heart, "beat");
}

document.addEventListener("visibilitychange", beat);
setInterval(beat, EVERY);
