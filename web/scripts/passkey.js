// Passkeys: the browser makes one or signs with one, then the form is sent as any other. Without a
// script, or where the browser has none, passwords and codes do.
import { closest, each } from "./dom.js";

const offered = !!window.PublicKeyCredential && window.isSecureContext;

each(document, "[data-print]", (button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
each(document, offered ? "[data-passkey], [data-passkey-only]" : "[data-passkey-missing]", (found) => {
  found.hidden = false;
});

document.addEventListener("click", (event) => {
  const button = closest(event, "[data-passkey]");
  if (button) ask(button);
});

/** @param {HTMLButtonElement} button */
async function ask(button) {
  const form = /** @type {any} */ (button.form);
  const fault = form.querySelector("[data-passkey-fault]");
  const { passkey, options, denied, known } = button.dataset;
  fault.textContent = "";
  try {
    const publicKey = opened(JSON.parse(options));
    const key = await (passkey === "create"
      ? navigator.credentials.create({ publicKey })
      : navigator.credentials.get({ publicKey }));
    form.elements.response.value = JSON.stringify(packed(key));
    form.submit();
  } catch (/** @type {any} */ error) {
    fault.textContent = (error.name === "InvalidStateError" && known) || denied;
  }
}

/**
 * The options with bytes where JSON has text.
 * @param {any} options
 */
function opened(options) {
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  [...(options.allowCredentials || []), ...(options.excludeCredentials || [])].forEach((each) => {
    each.id = bytes(each.id);
  });
  return options;
}

/**
 * What the browser answered, as JSON.
 * @param {any} key
 */
function packed(key) {
  const { response } = key;
  /** @type {any} */
  const told = {};
  ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"].forEach((name) => {
    if (response[name]) told[name] = text(response[name]);
  });
  if (response.getTransports) told.transports = response.getTransports();
  return { id: key.id, rawId: key.id, type: key.type, response: told, clientExtensionResults: {} };
}

/** @param {string} base64url */
function bytes(base64url) {
  const plain = atob(base64url.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

/** @param {ArrayBuffer} buffer */
function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
