// Elements, icons and colours. Nothing of it knows what the widget does.
export var BUBBLE = "M21 15a2 2 0 0 1-2 2H7l-4 4V5a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2z";
export var CROSS = "M18 6 6 18M6 6l12 12";

export function make(tag, parent, more, text) {
  var made = /svg|path/.test(tag) ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (var name in more) made.setAttribute(name, more[name]);
  if (text) made.textContent = text;
  parent.appendChild(made);
  return made;
}

export function icon(parent, line) {
  return make("path", make("svg", parent, { viewBox: "0 0 24 24" }), { d: line });
}

/** Dark or white, whichever is read more easily on the colour. */
export function inkOn(colour) {
  var light = 0;
  [0.2126, 0.7152, 0.0722].forEach(function (weight, at) {
    light += weight * Math.pow(parseInt(colour.substr(at * 2 + 1, 2), 16) / 255, 2.2);
  });
  return light > 0.19 ? "#111318" : "#ffffff";
}

/** @param {Element} parent @param {string} href @param {string} text @param {string} [name] */
export function link(parent, href, text, name) {
  make("a", parent, { href: href, target: "_blank", rel: "noopener", class: name }, text);
}

/**
 * On a narrow screen the page behind must not scroll. What lets it scroll again.
 * @param {HTMLElement} html
 */
export function lock(html) {
  if (!matchMedia("(max-width:480px)").matches) return 0;
  var overflow = html.style.overflow;
  html.style.overflow = "hidden";
  return function () {
    html.style.overflow = overflow;
  };
}
