// A request that failed is told in a toast, unless its answer brings words along.
import { closest } from "../dom.js";
import { toast } from "./toasts.js";

document.addEventListener("htmx:error", (event) => {
  // A lost heartbeat is made good by the next one.
  if (!closest(event, "[data-heart]")) toast(document.body.dataset.offline);
});

// Our own errors bring their words along; a proxy's do not.
document.addEventListener("htmx:response:error", (event) => {
  const { response, text } = event.detail.ctx;
  if (response.status >= 500 && !/<hx-partial/.test(text || "")) {
    toast(document.body.dataset.slow);
  }
});
