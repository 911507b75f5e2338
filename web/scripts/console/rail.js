// The rail at the side is as wide as its words or as its icons.
import { onArrival } from "../arrival.js";
import { closest } from "../dom.js";
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
