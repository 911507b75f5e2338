// Settings of the website widget: the preview follows what is typed, and so does the verdict.
(function () {
  "use strict";

  var form = document.getElementById("look");
  var frame = document.getElementById("preview");
  var picker = document.getElementById("accent-picker");
  var verdict = document.getElementById("verdict");
  var HEX = /^#[\da-f]{6}$/i;
  var timer;

  function luminance(colour) {
    var sum = 0;
    [0.2126, 0.7152, 0.0722].forEach(function (weight, at) {
      var part = parseInt(colour.slice(at * 2 + 1, at * 2 + 3), 16) / 255;
      sum += weight * (part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4));
    });
    return sum;
  }

  function contrast(one, other) {
    var pair = [luminance(one), luminance(other)].sort(function (a, b) {
      return a - b;
    });
    return (pair[1] + 0.05) / (pair[0] + 0.05);
  }

  function say(line, words, ratio, page, good) {
    var icon = line.querySelector("use");
    line.className = good ? "ok" : "warn";
    icon.setAttribute(
      "href",
      icon.getAttribute("href").replace(/#.*/, good ? "#circle-check" : "#triangle-alert")
    );
    line.querySelector("span").textContent = words
      .replace("{page}", page)
      .replace("{ratio}", ratio.toFixed(1));
  }

  function judge(colour) {
    var words = verdict.dataset;
    var lines = verdict.children;
    var best = Math.max(contrast(colour, "#ffffff"), contrast(colour, "#111318"));
    say(lines[0], words.words, best, "", true);
    [
      [words.light, "#ffffff"],
      [words.dark, "#121317"]
    ].forEach(function (page, at) {
      var ratio = contrast(colour, page[1]);
      say(lines[at + 1], ratio >= 3 ? words.good : words.poor, ratio, page[0], ratio >= 3);
    });
  }

  function show() {
    var query = new URLSearchParams({ show: "always" });
    ["side", "theme"].forEach(function (name) {
      query.set(name, form.elements[name].value);
    });
    if (HEX.test(form.elements.accent.value)) query.set("accent", form.elements.accent.value);
    var address = frame.dataset.address + "?" + query;
    if (frame.getAttribute("src") === address) name();
    else frame.setAttribute("src", address);
  }

  // The words on the button are the organization's; here those are shown that are not saved yet.
  function name() {
    var page = frame.contentDocument;
    var host = page && page.querySelector("leave-message");
    var words = host && host.shadowRoot.querySelector("button span");
    var field = page && page.documentElement.lang === "en" ? "label_en" : "label";
    if (words) words.textContent = form.elements[field].value || form.elements[field].placeholder;
  }

  form.addEventListener("input", function (event) {
    if (event.target === picker) form.elements.accent.value = picker.value;
    var colour = form.elements.accent.value;
    if (HEX.test(colour)) {
      picker.value = colour.toLowerCase();
      judge(colour);
    }
    clearTimeout(timer);
    timer = setTimeout(show, 300);
  });
  frame.addEventListener("load", function () {
    frame.contentDocument.addEventListener("leavemessage:boot", name);
    name();
  });
  form.elements.hosts.addEventListener("input", function () {
    if (form.elements.hosts.value.trim()) document.getElementById("embedding-listed").checked = true;
  });
  picker.hidden = false;
})();
