// A request that failed is told in a toast, unless its answer brings words along.
import { closest } from "../dom.js";
import { toast } from "./toasts.js";

// What a page asks by itself is made good by the next time.
const BY_ITSELF = "[data-heart], [data-news], [data-look], [data-progress]";

document.addEventListener("htmx:error", (event) => {
  if (!closest(event, BY_ITSELF)) toast(document.body.dataset.offline);
});

// Our own errors bring their words along; a proxy's do not.
document.addEventListener("htmx:response:error", (event) => {
  const { response, text } = event.detail.ctx;
  if (closest(event, BY_ITSELF)) return;
  if (response.status >= 500 && !/<hx-partial/.test(text || "")) {
    toast(document.body.dataset.slow);
  }
});
