// Settings of the website widget: the preview follows what is typed, and so does what is said about
// the colour.
const HEX = /^#[\da-f]{6}$/i;
const TYPING = 300;
const LIGHT = "#ffffff";
const DARK = "#121317";
/** What is written on a light colour, as the widget has it. */
const INK = "#111318";
/** Of a shape that has to be seen, by WCAG. */
const ENOUGH = 3;

/** @type {any} */
const form = document.getElementById("look");
const frame = /** @type {HTMLIFrameElement} */ (document.getElementById("preview"));
const picker = /** @type {HTMLInputElement} */ (document.getElementById("accent-picker"));
const legibility = document.getElementById("legibility");
let timer;
let language = "";

/** @param {string} colour */
function luminance(colour) {
  return [0.2126, 0.7152, 0.0722].reduce((sum, weight, at) => {
    const part = parseInt(colour.slice(at * 2 + 1, at * 2 + 3), 16) / 255;
    return sum + weight * (part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4));
  }, 0);
}

/**
 * @param {string} one
 * @param {string} other
 */
function contrast(one, other) {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/**
 * @param {Element} line
 * @param {string} words
 * @param {boolean} good
 */
function say(line, words, good) {
  const icon = line.querySelector("use");
  const name = good ? "#circle-check" : "#triangle-alert";
  line.className = good ? "ok" : "warn";
  icon.setAttribute("href", icon.getAttribute("href").replace(/#.*/, name));
  line.querySelector("span").textContent = words;
}

/** @param {string} colour */
function judge(colour) {
  const { words, good, poor, light, dark } = legibility.dataset;
  const [own, ...pages] = legibility.children;
  const best = Math.max(contrast(colour, LIGHT), contrast(colour, INK));
  say(own, words.replace("{ratio}", best.toFixed(1)), true);
  [
    [light, LIGHT],
    [dark, DARK],
  ].forEach(([page, background], at) => {
    const ratio = contrast(colour, background);
    const said = ratio >= ENOUGH ? good : poor;
    say(
      pages[at],
      said.replace("{page}", page).replace("{ratio}", ratio.toFixed(1)),
      ratio >= ENOUGH
    );
  });
}

function show() {
  const query = new URLSearchParams({ show: "always" });
  ["side", "theme"].forEach((name) => query.set(name, form.elements[name].value));
  if (HEX.test(form.elements.accent.value)) query.set("accent", form.elements.accent.value);
  if (language) query.set("lang", language);
  const address = frame.dataset.address + "?" + query;
  if (frame.getAttribute("src") === address) label();
  else frame.setAttribute("src", address);
}

// The words on the button are the organization's; here those are shown that are not saved yet.
function label() {
  const page = frame.contentDocument;
  const host = page && page.querySelector("leave-message");
  const words = host && host.shadowRoot.querySelector("button span");
  const field = page && form.elements["label_" + page.documentElement.lang];
  if (words && field) words.textContent = field.value || field.placeholder;
}

form.addEventListener("input", (/** @type {Event} */ event) => {
  // The button is shown in the language in which its text is typed.
  const { lang } = /** @type {HTMLElement} */ (event.target);
  if (lang) language = lang;
  if (event.target === picker) form.elements.accent.value = picker.value;
  const colour = form.elements.accent.value;
  if (HEX.test(colour)) {
    picker.value = colour.toLowerCase();
    judge(colour);
  }
  clearTimeout(timer);
  timer = setTimeout(show, TYPING);
});

frame.addEventListener("load", () => {
  frame.contentDocument.addEventListener("leavemessage:boot", label);
  label();
});

form.elements.hosts.addEventListener("input", () => {
  const listed = /** @type {HTMLInputElement} */ (document.getElementById("embedding-listed"));
  if (form.elements.hosts.value.trim()) listed.checked = true;
});

picker.hidden = false;
