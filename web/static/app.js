// The console's small behaviours. Every page works without this file; this makes it quicker.
(function () {
  "use strict";

  var READ_AFTER = 1000;
  var TOAST_STAYS = 10000;
  var BEAT = 30000;
  var wide = window.matchMedia("(min-width: 1024px)");

  function each(root, selector, run) {
    if (root.matches && root.matches(selector)) run(root);
    root.querySelectorAll(selector).forEach(run);
  }

  // Half-typed pinyin must not search: the letters are held back, the word goes out once.
  document.addEventListener(
    "input",
    function (event) {
      if (event.isComposing && event.target.closest("[data-ime]")) event.stopPropagation();
    },
    true
  );
  document.addEventListener("compositionend", function (event) {
    if (event.target.closest("[data-ime]")) {
      event.target.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });

  // On a narrow screen a message is a page of its own: the browser follows the link.
  ["click", "mousedown", "touchstart"].forEach(function (name) {
    document.addEventListener(
      name,
      function (event) {
        if (!wide.matches && event.target.closest("[data-split]")) event.stopPropagation();
      },
      { capture: true, passive: true }
    );
  });

  document.addEventListener("click", function (event) {
    var copy = event.target.closest("[data-copy]");
    var reveal = event.target.closest("[data-reveal]");
    var theme = event.target.closest("[data-theme-choice]");
    var variable = event.target.closest("[data-insert]");
    if (copy) copyText(copy);
    if (reveal) togglePassword(reveal);
    if (theme) chooseTheme(theme.dataset.themeChoice);
    if (variable) insert(document.getElementById(variable.dataset.into), variable.dataset.insert);
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  document.addEventListener("keydown", function (event) {
    // The number is Safari's sign of a key that ends the writing of a word.
    if (event.key !== "Escape" || event.isComposing || event.keyCode === 229) return;
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  function copyText(button) {
    var label = button.querySelector("span");
    var before = label.textContent;
    navigator.clipboard.writeText(button.dataset.copy).then(function () {
      label.textContent = button.dataset.copied;
      setTimeout(function () {
        label.textContent = before;
      }, 2000);
    });
  }

  function togglePassword(button) {
    var field = document.getElementById(button.dataset.reveal);
    var hidden = field.type === "password";
    field.type = hidden ? "text" : "password";
    button.setAttribute("aria-pressed", String(hidden));
    button.textContent = hidden ? button.dataset.on : button.dataset.off;
  }

  function insert(field, words) {
    var box = field.closest("details");
    if (box) box.open = true;
    field.setRangeText(words, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  }

  function chooseTheme(theme) {
    try {
      if (theme) localStorage.setItem("theme", theme);
      else localStorage.removeItem("theme");
    } catch (_) {}
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    showTheme();
  }

  function showTheme() {
    var chosen = document.documentElement.dataset.theme || "";
    document.querySelectorAll("[data-theme-choice]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === chosen));
    });
  }

  function countDown(line) {
    var until = Date.now() + Number(line.dataset.countdown) * 1000;
    var timer = setInterval(function () {
      var left = Math.ceil((until - Date.now()) / 1000);
      if (!line.isConnected || left <= 0) clearInterval(timer);
      line.textContent = left > 0 ? line.dataset.words.replace("{n}", left) : line.dataset.over;
    }, 1000);
  }

  // A toast stays while somebody is with it, and makes room for the next one.
  function retire(toast) {
    var timer;
    document.querySelectorAll(".toast").forEach(function (other) {
      if (other !== toast) other.remove();
    });
    closable(toast);
    function start() {
      clearTimeout(timer);
      timer = setTimeout(function () {
        toast.remove();
      }, TOAST_STAYS);
    }
    function stay() {
      clearTimeout(timer);
    }
    toast.addEventListener("mouseenter", stay);
    toast.addEventListener("mouseleave", start);
    toast.addEventListener("focusin", stay);
    toast.addEventListener("focusout", start);
    toast.addEventListener("submit", stay);
    start();
  }

  function closable(toast) {
    var sign = document.createElement("span");
    var button = document.createElement("button");
    if (toast.querySelector("[data-close]")) return;
    sign.setAttribute("aria-hidden", "true");
    sign.textContent = "×";
    button.type = "button";
    button.className = "button quiet small";
    button.dataset.close = "";
    button.setAttribute("aria-label", document.body.dataset.close);
    button.appendChild(sign);
    button.addEventListener("click", function () {
      toast.remove();
    });
    toast.appendChild(button);
  }

  // The session is another one than this page was made for: what is sent from here on belongs to it.
  function renew(token) {
    document.body.setAttribute("hx-headers:inherited", JSON.stringify({ "X-CSRF-Token": token }));
    document.querySelectorAll("input[name=csrf_token]").forEach(function (field) {
      field.value = token;
    });
  }

  // A message counts as read when it has been in front of somebody for a moment.
  function watch(form) {
    function look() {
      if (!form.isConnected || document.visibilityState !== "visible") return;
      setTimeout(function () {
        if (form.isConnected && document.visibilityState === "visible") htmx.trigger(form, "seen");
      }, READ_AFTER);
    }
    document.addEventListener("visibilitychange", look);
    look();
  }

  // Who is switched on counts as there while the console is in front of somebody.
  function beat() {
    var heart = document.querySelector("[data-heart]");
    if (heart && document.visibilityState === "visible") htmx.trigger(heart, "beat");
  }

  // A file goes along as it is, in base64: the server knows how to read what any program saved.
  function readFile(field) {
    var into = document.getElementById(field.dataset.readsInto);
    var reader = new FileReader();
    into.value = "";
    if (!field.files[0]) return;
    reader.onload = function () {
      into.value = reader.result.split(",")[1] || "";
    };
    reader.readAsDataURL(field.files[0]);
  }

  // A note survives a session that ends, in this tab only. Beside a saved one it comes after that.
  function keepDraft(field) {
    try {
      var draft = sessionStorage.getItem(field.dataset.draft) || "";
      if (field.value.indexOf(draft) < 0) field.value += (field.value && "\n") + draft;
    } catch (_) {}
    field.addEventListener("input", function () {
      try {
        sessionStorage.setItem(field.dataset.draft, field.value);
      } catch (_) {}
    });
  }

  function dropDrafts(form) {
    form.querySelectorAll("[data-draft]").forEach(function (field) {
      try {
        sessionStorage.removeItem(field.dataset.draft);
      } catch (_) {}
    });
  }

  function showOpenRow() {
    var open = document.querySelector("[data-open]");
    document.querySelectorAll("[data-row]").forEach(function (row) {
      var link = row.querySelector("a");
      if (open && row.dataset.row === open.dataset.open) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
  }

  function showUnread() {
    var badge = document.querySelector("[data-unread]");
    if (!badge) return;
    var unread = Number(badge.dataset.unread);
    document.title = (unread ? "(" + unread + ") " : "") + document.title.replace(/^\(\d+\) /, "");
  }

  function ageTimes() {
    var words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
    document.querySelectorAll("[data-ago]").forEach(function (line) {
      var minutes = Math.round((new Date(line.dataset.ago) - Date.now()) / 60000);
      if (minutes > -60) line.textContent = words.format(minutes, "minute");
      else if (minutes > -1440) line.textContent = words.format(Math.round(minutes / 60), "hour");
      else line.textContent = words.format(Math.round(minutes / 1440), "day");
    });
  }

  function guessZone(form) {
    var zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    var list = form.elements.timezone;
    if (zone && list.querySelector('option[value="' + CSS.escape(zone) + '"]')) list.value = zone;
  }

  // Once for everything on the page, then again for whatever arrives.
  function arrive(root) {
    each(root, "[data-copy]", function (button) {
      button.hidden = !navigator.clipboard;
    });
    each(root, "[data-reveal], [data-themes], [data-insert], [data-reads-file]", function (element) {
      element.hidden = false;
    });
    each(root, "[data-countdown]", countDown);
    each(root, "[data-toast]", retire);
    each(root, "[data-stays]", closable);
    each(root, "[data-seen]", watch);
    each(root, "[data-draft]", keepDraft);
    var focus = root.matches("[data-autofocus]") ? root : root.querySelector("[data-autofocus]");
    if (focus && root !== document.body) focus.focus({ preventScroll: root.id !== "detail" });
    each(root, "[data-mend]", mend);
  }

  // What has to be mended is a field of this page: there one goes on.
  function mend(element) {
    var field = document.getElementById(element.dataset.mend);
    if (!field) return;
    var box = field.closest("details");
    if (box) box.open = true;
    field.focus();
  }

  function toast(words) {
    var box = document.createElement("div");
    var line = document.createElement("p");
    box.className = "toast err";
    box.dataset.toast = "";
    box.setAttribute("role", "alert");
    line.textContent = words;
    box.appendChild(line);
    document.getElementById("notices").appendChild(box);
    retire(box);
  }

  document.addEventListener("htmx:after:settle", function (event) {
    var detail = event.detail;
    detail.newContent.forEach(function (node) {
      if (node.nodeType === 1 && node.isConnected) arrive(node);
    });
    var target = detail.task.target;
    if (target && target.id === "detail") target.scrollTop = 0;
  });
  // What was taken needs no draft any more; this comes before the answer is put on the page.
  document.addEventListener("htmx:after:request", function (event) {
    var ctx = event.detail.ctx;
    if (ctx.request.form && ctx.response.status < 300) dropDrafts(ctx.request.form);
  });
  // The title of the page comes last of all.
  document.addEventListener("htmx:finally:swap", function () {
    showOpenRow();
    showUnread();
  });
  document.addEventListener("submit", function (event) {
    var box = event.target.closest("[data-toast]");
    if (box) setTimeout(function () { box.remove(); }, 0);
  });
  document.addEventListener("htmx:error", function (event) {
    // A lost heartbeat is made good by the next one.
    if (!event.target.closest || !event.target.closest("[data-heart]")) {
      toast(document.body.dataset.offline);
    }
  });
  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-reads-into]")) readFile(event.target);
  });
  document.addEventListener("visibilitychange", beat);
  // Our own errors bring their words along; a proxy's do not.
  document.addEventListener("htmx:response:error", function (event) {
    var ctx = event.detail.ctx;
    var token = ctx.response.status === 403 && ctx.response.headers.get("X-CSRF-Token");
    if (token) renew(token);
    if (ctx.response.status >= 500 && !/<hx-partial/.test(ctx.text || "")) {
      toast(document.body.dataset.slow);
    }
  });

  each(document, "form[data-guess-zone]", guessZone);
  arrive(document.body);
  showTheme();
  showUnread();
  setInterval(ageTimes, 30000);
  setInterval(beat, BEAT);
  var first = document.querySelector(".summary[data-autofocus], .note[data-autofocus]");
  if (first) first.focus();
  if (/[?&]done=/.test(location.search)) {
    var url = new URL(location.href);
    url.searchParams.delete("done");
    history.replaceState(history.state, "", url);
  }
})();
