// The form inside the panel of a host page. Each side speaks to the other's exact origin only. What
// comes is checked and cut; none of it becomes code, markup or an address that anybody is sent to.
(function () {
  "use strict";

  var sheet = document.getElementById("m");
  var host = sheet.dataset.host;
  var FIELDS = ["name", "phone", "email", "wechat", "content", "category"];
  var LONGEST = 2000;
  var COLOUR = /^#[\da-f]{6}$/i;
  var prefilled = {};
  var told = null;

  if (!("embed" in sheet.dataset) || !host || window.parent === window) return;

  function tell(message) {
    window.parent.postMessage(Object.assign({ lm: 1 }, message), host);
  }

  function object(value) {
    return value && typeof value === "object" ? value : {};
  }

  function text(value, longest) {
    return typeof value === "string" ? value.slice(0, longest || LONGEST) : "";
  }

  function address(value) {
    return /^https?:\/\//.test(value) ? text(value) : "";
  }

  function put(name, value) {
    var field = sheet.querySelector("form").elements[name];
    if (field && value) field.value = value;
  }

  // What the visitor has typed or taken out is never replaced; what was filled in for him is.
  function prefill(field, value) {
    var own = field.value !== (prefilled[field.name] || "");
    if (!value || own || /^(checkbox|radio)$/.test(field.type)) return;
    field.value = field.maxLength > 0 ? value.slice(0, field.maxLength) : value;
    prefilled[field.name] = field.value;
  }

  // A host page may say who somebody is, but only a signature makes a hidden fact of it.
  function fillIn(form) {
    var visitor = object(told.visitor);
    var context = object(told.context);
    Array.prototype.forEach.call(form.elements, function (field) {
      var key = field.dataset.prefill || (FIELDS.indexOf(field.name) < 0 ? "" : field.name);
      if (key) prefill(field, text((field.type === "hidden" ? context : visitor)[key]));
    });
    put("external_id", text(visitor.external_id));
    put("signature", text(visitor.signature));
    put("context", JSON.stringify(context).slice(0, 16000));
    put("page_url", address(told.url));
    put("referrer", address(told.referrer));
  }

  function paint() {
    var root = document.documentElement;
    if (told.theme === "light" || told.theme === "dark") root.dataset.theme = told.theme;
    else delete root.dataset.theme;
    if (COLOUR.test(told.accent) && COLOUR.test(told.ink)) {
      root.style.setProperty("--brand", told.accent);
      root.style.setProperty("--on-brand", told.ink);
    }
  }

  function apply() {
    sheet.querySelectorAll("[data-close]").forEach(function (button) {
      button.hidden = false;
    });
    if (!told) return;
    var form = sheet.querySelector("form");
    if (form && form.elements.context) fillIn(form);
    sheet.querySelectorAll("[data-online]").forEach(function (line) {
      line.hidden = !told.online;
    });
    paint();
  }

  function enter() {
    if (sheet.contains(document.activeElement)) return;
    var first = sheet.querySelector("[data-autofocus], textarea");
    if (first) first.focus();
  }

  // Many browsers keep no draft for a page in a frame, so what is typed goes along to the other language
  // in the part of the address that is sent to nobody.
  function answers() {
    return Array.prototype.filter.call(sheet.querySelectorAll("form [name]"), function (field) {
      return field.type !== "hidden" && !("undrafted" in field.dataset);
    });
  }

  function kind(field) {
    if (/^(checkbox|radio)$/.test(field.type)) return "checked";
    return /^select/.test(field.type) ? "selectedIndex" : "value";
  }

  function carry(link) {
    var values = answers().map(function (field) {
      return field[kind(field)];
    });
    link.hash = encodeURIComponent(JSON.stringify(values));
  }

  function unpack() {
    var values = JSON.parse(decodeURIComponent(location.hash.slice(1)));
    history.replaceState(null, "", location.pathname + location.search);
    answers().forEach(function (field, at) {
      if (at in values) field[kind(field)] = values[at];
    });
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[hreflang]");
    if (link) carry(link);
  });

  window.addEventListener("message", function (event) {
    var said = event.data;
    if (event.origin !== host || event.source !== window.parent) return;
    if (!said || said.lm !== 1) return;
    if (said.t === "open") enter();
    if (said.t !== "init") return;
    told = said;
    apply();
  });

  document.addEventListener("leave:tell", function (event) {
    tell(event.detail);
  });
  document.addEventListener("htmx:after:swap", apply);
  try {
    if (location.hash) unpack();
  } catch (_) {}
  apply();
  new ResizeObserver(function () {
    tell({ t: "size", h: sheet.offsetHeight });
  }).observe(sheet);
})();
