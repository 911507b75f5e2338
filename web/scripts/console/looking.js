// While a message is in front of somebody, their colleagues see it.
import { onArrival } from "../arrival.js";

const FIRST = 1000;
const EVERY = 20000;

function look() {
  const form = document.querySelector("[data-look]");
  if (form && document.visibilityState === "visible") htmx.trigger(form, "look");
}

onArrival("[data-look]", (form) => {
  setTimeout(() => form.isConnected && look(), FIRST);
});
document.addEventListener("visibilitychange", look);
setInterval(look, EVERY);
