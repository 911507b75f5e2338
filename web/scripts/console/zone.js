// The first page of all suggests the time zone that this computer is in.
import { each } from "../dom.js";

each(document, "form[data-guess-zone]", (form) => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const list = form.elements.timezone;
  if (zone && list.querySelector('option[value="' + CSS.escape(zone) + '"]')) list.value = zone;
});
