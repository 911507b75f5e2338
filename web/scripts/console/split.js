// On a narrow screen a message is a page of its own: the browser follows the link.
import { closest } from "../dom.js";

const wide = window.matchMedia("(min-width: 1024px)");

["click", "mousedown", "touchstart"].forEach((name) => {
  document.addEventListener(
    name,
    (event) => {
      if (!wide.matches && closest(event, "[data-split]")) event.stopPropagation();
    },
    { capture: true, passive: true }
  );
});
