// The rail at the side is as wide as its words or as its icons. Of the settings' pages, which a phone
// has in a line, the one that is open is in sight.
import { onArrival } from "../arrival.js";
import { closest, each } from "../dom.js";
import { choose } from "./kept.js";

const isSlim = () => document.documentElement.dataset.rail === "slim";

onArrival("[data-fold]", (button) => {
  button.hidden = false;
  button.setAttribute("aria-pressed", String(isSlim()));
});

document.addEventListener("click", (event) => {
  const button = closest(event, "[data-fold]");
  if (!button) return;
  choose("rail", isSlim() ? "" : "slim");
  button.setAttribute("aria-pressed", String(isSlim()));
});

each(document, ".settings-nav [aria-current]", (link) => {
  link.scrollIntoView({ inline: "center", block: "nearest" });
});
