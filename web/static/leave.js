// The visitor's form: a draft against accidents, a counter, countdowns, other ways when it fails. What
// the page around it should know goes out as an event; embed.js carries it there.
(function () {
  "use strict";

  var sheet = document.getElementById("m");
  var key = "leave:" + sheet.dataset.form;
  var contact = key + ":contact";
  var kept = /^(content|category|name|phone|email|text|f-.+)$/;
  var failures = 0;

  function form() {
    return sheet.querySelector("form[hx-post]");
  }

  function tell(message) {
    document.dispatchEvent(new CustomEvent("leave:tell", { detail: message }));
  }

  // Draft: this tab only, and only until the message is sent. How somebody is reached stays for his
  // next message, until the tab is closed or he has it forgotten.
  function store(name, values) {
    try {
      if (values === null) sessionStorage.removeItem(name);
      else sessionStorage.setItem(name, JSON.stringify(values));
    } catch (_) {}
  }

  function stored(name) {
    try {
      return JSON.parse(sessionStorage.getItem(name));
    } catch (_) {
      return null;
    }
  }

  function keepDraft() {
    var values = {};
    var reached = {};
    answers().forEach(function (field) {
      if (isTick(field) && !field.checked) return;
      values[field.name] = field.value;
      if ("again" in field.dataset && field.value) reached[field.name] = field.value;
    });
    store(key, values);
    store(contact, reached);
  }

  function restoreDraft() {
    var values = stored(key);
    var offer = sheet.querySelector("[data-known]");
    if (!values) {
      values = stored(contact);
      if (offer && values && Object.keys(values).length) offer.hidden = false;
    }
    if (!values) return;
    var typed = answers().some(function (field) {
      return isTick(field) && field.checked;
    });
    answers().forEach(function (field) {
      var value = values[field.name];
      if (typeof value !== "string") return;
      if (isTick(field)) field.checked = field.checked || (!typed && field.value === value);
      else if (!field.value) field.value = value;
    });
  }

  function isTick(field) {
    return field.type === "checkbox" || field.type === "radio";
  }

  // What a visitor has typed or ticked. A consent is given anew each time.
  function answers() {
    return Array.prototype.filter.call(form().elements, function (field) {
      return kept.test(field.name) && field.type !== "hidden" && !("undrafted" in field.dataset);
    });
  }

  function forget() {
    sheet.querySelector("[data-known]").hidden = true;
    sheet.querySelectorAll("[data-again]").forEach(function (field) {
      field.value = "";
    });
    keepDraft();
    sheet.querySelector("[data-again]").focus();
  }

  // Seen all the time, spoken when it gets tight, when it is full and when it is too much. Nothing is
  // cut.
  function count() {
    var spoken = sheet.querySelector("[aria-live]") || live();
    sheet.querySelectorAll("[data-max]").forEach(function (field) {
      var line = document.getElementById(field.id + "-count");
      if (!line) {
        line = document.createElement("p");
        line.className = "hint count";
        line.id = field.id + "-count";
        field.after(line);
      }
      var left = field.dataset.max - Array.from(field.value).length;
      var step = left < 0 ? "over" : left > 100 ? "" : left ? "tight" : "full";
      line.hidden = left > Math.min(200, field.dataset.max / 10);
      if (line.hidden) step = "";
      line.textContent = (left < 0 ? sheet.dataset.over : sheet.dataset.left).replace("{n}", Math.abs(left));
      line.classList.toggle("fault", left < 0);
      if ((field.dataset.step || "") !== step) spoken.textContent = step && line.textContent;
      field.dataset.step = step;
    });
  }

  function live() {
    var spoken = document.createElement("p");
    spoken.className = "visually-hidden";
    spoken.setAttribute("aria-live", "polite");
    sheet.append(spoken);
    return spoken;
  }

  function countDown() {
    var line = sheet.querySelector("[data-countdown]");
    if (!line || line.dataset.running) return;
    line.dataset.running = "1";
    var until = Date.now() + Number(line.dataset.countdown) * 1000;
    var timer = setInterval(function () {
      var left = Math.ceil((until - Date.now()) / 1000);
      if (!line.isConnected || left <= 0) clearInterval(timer);
      line.textContent = left > 0 ? line.dataset.words.replace("{n}", left) : line.dataset.over;
    }, 1000);
  }

  function failed() {
    var otherwise = document.getElementById("otherwise");
    failures += 1;
    if (failures > 1 && otherwise) otherwise.hidden = false;
  }

  function say(words) {
    var notices = document.getElementById("notices");
    if (!notices) return;
    var box = document.createElement("div");
    var line = document.createElement("p");
    box.className = "note err";
    line.textContent = words;
    box.appendChild(line);
    notices.replaceChildren(box);
  }

  // The server wants a short calculation before it stores. Without its script the form goes back as
  // it is.
  function prove() {
    var asked = sheet.querySelector("[data-prove]");
    if (!asked) return;
    var script = document.createElement("script");
    script.src = asked.dataset.prove;
    script.onerror = function () {
      form().requestSubmit();
    };
    asked.removeAttribute("data-prove");
    document.head.appendChild(script);
  }

  var zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "";

  // Who came by a plain link is told the time in the shop's zone.
  function tellMoment() {
    var line = sheet.querySelector("[data-moment]");
    if (!line) return;
    var time = new Date(line.dataset.moment).toLocaleString(document.documentElement.lang, {
      month: "short",
      day: "numeric",
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    line.textContent = line.textContent.replace(line.dataset.said, time);
    line.removeAttribute("data-moment");
  }

  function arrive() {
    var sent = sheet.querySelector("[data-sent]");
    var focus = sheet.querySelector("[data-autofocus]");
    if (focus) focus.focus();
    sheet.querySelectorAll("[data-copy]").forEach(function (button) {
      button.hidden = !navigator.clipboard;
    });
    if (sheet.querySelector("[data-sent],[data-added]")) {
      store(key, null);
      failures = 0;
    }
    if (sent) {
      tell({ t: "submitted", reference: sent.dataset.sent });
    }
    if (form() && form().elements.tz) form().elements.tz.value = zone;
    tellMoment();
    count();
    countDown();
    prove();
  }

  document.addEventListener("input", function (event) {
    if (!event.target.closest("form")) return;
    count();
    keepDraft();
  });

  document.addEventListener("keydown", function (event) {
    // It only ends the writing of a word, as of pinyin. Safari says so by the number alone.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Escape") tell({ t: "close" });
    var enter = event.key === "Enter" && (event.ctrlKey || event.metaKey);
    if (enter && event.target.closest("form")) event.target.closest("form").requestSubmit();
  });

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-close]")) tell({ t: "close" });
    if (event.target.closest("[data-forget]")) forget();
    var copy = event.target.closest("[data-copy]");
    if (copy) {
      navigator.clipboard.writeText(copy.dataset.copy).then(function () {
        copy.querySelector("span").textContent = copy.dataset.copied;
      });
    }
  });

  document.addEventListener("htmx:after:swap", arrive);

  // The network is down, or an answer came that is none of ours: the form stays as it is.
  document.addEventListener("htmx:error", function () {
    failed();
    say(sheet.dataset.offline);
    tell({ t: "error", code: "network" });
  });

  document.addEventListener("htmx:response:error", function (event) {
    var status = event.detail.ctx.response.status;
    if (status === 422) return;
    failed();
    if (status === 429) return;
    say(sheet.dataset.slow);
    tell({ t: "error", code: "http_" + status });
  });

  if (form()) restoreDraft();
  arrive();
  tell({ t: "ready" });
})();
