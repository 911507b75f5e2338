// A line that counts seconds down and then says that it is over.
import { onArrival } from "../arrival.js";

onArrival("[data-countdown]", countDown);

/** @param {HTMLElement} line */
function countDown(line) {
  const { countdown, words, over, running } = line.dataset;
  if (running) return;
  line.dataset.running = "1";
  const until = Date.now() + Number(countdown) * 1000;
  const timer = setInterval(() => {
    const left = Math.ceil((until - Date.now()) / 1000);
    if (!line.isConnected || left <= 0) clearInterval(timer);
    line.textContent = left > 0 ? words.replace("{n}", `${left}`) : over;
  }, 1000);
}
