// A message counts as read when it has been in front of somebody for a moment.
import { onArrival } from "../arrival.js";

const READ_AFTER = 1000;

onArrival("[data-seen]", (form) => {
  const isLookedAt = () => form.isConnected && document.visibilityState === "visible";
  function look() {
    if (!isLookedAt()) return;
    setTimeout(() => {
      if (isLookedAt()) htmx.trigger(form, "seen");
    }, READ_AFTER);
  }
  document.addEventListener("visibilitychange", look);
  look();
});
