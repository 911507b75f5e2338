// What is done to elements when the page is there, and again to those that arrive later.
import { each } from "./dom.js";

/** @type {[string, (element: any) => void][]} */
const arrivals = [];

/**
 * @param {string} selector
 * @param {(element: any) => void} run
 */
export function onArrival(selector, run) {
  arrivals.push([selector, run]);
}

/** @param {Element} root */
export function arrive(root) {
  arrivals.forEach(([selector, run]) => each(root, selector, run));
}
