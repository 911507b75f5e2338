// The widget: a launcher on other people's pages, and the form behind it. Written in the language of
// old browsers, and small: every byte of it is paid for before anybody clicks.
import { BUBBLE, CROSS, icon, inkOn, link, lock, make } from "./embed/draw.js";
import { here, turn } from "./embed/place.js";
import { STYLE } from "./embed/style.js";
import { OURS, USUAL, WORDS } from "./embed/words.js";

var POLL = 30000;
// Longer than the slowest phone needs for the form.
var WAIT = 6000;

(function (w, d) {
  var html = d.documentElement;
  /** @type {any} */
  var script = d.currentScript || d.querySelector("script[data-lm-site]");
  var before = w.LeaveMessage;
  var own = {};
  "site lang show launcher side z theme accent backup".split(" ").forEach(function (name) {
    own[name] = (script && script.getAttribute("data-lm-" + name)) || "";
  });
  if (!own.site) return warn("data-lm-site is missing");
  if (before && before.version) {
    return before.site === own.site || warn("Two sites on one page");
  }
  // Without these, links with data-lm-open stay what they are: links to the form.
  if (!html.attachShadow || !w.fetch) return;

  var at = { origin: new URL(script.src).origin, other: (/^https?:\/\/[^/?#]+/.exec(own.backup) || [""])[0], below: new URL(script.src).pathname.replace(/\/embed\/.*/, ""), is: 1 };
  var visitor = {};
  var context = {};
  var heard = [];
  var undo = [];
  var boot = {};
  var asked, reached, known, forced, online, chats, isOpen, isReady, silent, failed, dead, accent, ink, near;
  var home, host, root, launcher, shape, label, panel, card, frame, opener, unlock, polling, waiting;

  function warn(text) {
    console.warn("[leavemsg] " + text);
  }

  // What the page says, else what the organization has set, else the last.
  function chosen(name, values, last) {
    return values.test(own[name]) ? own[name] : values.test(boot[name]) ? boot[name] : last;
  }

  function theme() {
    return chosen("theme", /^(auto|light|dark)$/, "auto");
  }

  function show() {
    return chosen("show", /^(always|manual|offline)$/);
  }

  function locale() {
    return OURS.exec("" + [own.lang, html.lang, navigator.language, boot.lang, USUAL])[1].toLowerCase();
  }

  function path() {
    return at.origin + at.below + "/w/" + own.site;
  }

  function address(more) {
    return path() + "?" + more + "lang=" + locale() + "&theme=" + theme() + "&tz=" + encodeURIComponent(Intl.DateTimeFormat().resolvedOptions().timeZone) + "&o=" + encodeURIComponent(here());
  }

  function listen(target, event, run) {
    target.addEventListener(event, run);
    undo.push(function () {
      target.removeEventListener(event, run);
    });
  }

  // What a page hands over: text by name, never endless.
  function merge(into, values) {
    for (var name in values) {
      var value = values[name];
      if (name === "custom") merge(into, value);
      else if (value != null && Object(value) !== value) into[name] = String(value).slice(0, 2000);
    }
    tell();
  }

  // --- The talk with the form: our origin only, our frame only, known shapes only ---

  function post(message) {
    message.lm = 1;
    if (isReady) frame.contentWindow.postMessage(message, home);
  }

  function tell() {
    post({
      t: "init",
      visitor: visitor,
      context: context,
      url: here(),
      referrer: d.referrer,
      theme: theme(),
      accent: accent,
      ink: ink,
      online: online
    });
  }

  function receive(event) {
    var said = event.data;
    if (!frame || event.source !== frame.contentWindow || event.origin !== home || !said || said.lm !== 1) return;
    if (said.t === "ready") {
      isReady = 1;
      failed = 0;
      at.is = 1;
      silent--;
      clearTimeout(waiting);
      card.hidden = true;
      frame.hidden = false;
      tell();
      if (isOpen) enter();
      emit("ready");
    }
    if (said.t === "size" && said.h > 0) tall(Math.max(200, Math.min(900, said.h)));
    if (said.t === "close") close();
    if (said.t === "submitted" && /^LM-\w{6}$/.test(said.reference)) emit("submitted", { reference: said.reference });
    if (said.t === "error" && /^[a-t]\w{1,20}$/.test(said.code)) emit("error", { code: said.code });
  }

  function enter() {
    frame.focus();
    post({ t: "open" });
  }

  function moved() {
    setTimeout(tell);
  }

  function wrap(name) {
    var old = history[name];
    /** @this {History} */
    function mine() {
      moved();
      return old.apply(this, arguments);
    }
    history[name] = mine;
    undo.push(function () {
      if (history[name] === mine) history[name] = old;
    });
  }

  // --- What is on the page ---

  // Beside the body: whatever an application does to the body, the form and its text stay.
  function mount() {
    if (!host) build();
    if (!dead && !host.isConnected) html.appendChild(host);
  }

  function build() {
    host = d.createElement("leave-message");
    var shadow = host.attachShadow({ mode: "open" });
    if (shadow.adoptedStyleSheets) {
      var sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      shadow.adoptedStyleSheets = [sheet];
    } else make("style", shadow, { nonce: script.nonce }, STYLE);
    root = make("div", shadow, { dir: "ltr" });
    root.style.setProperty("--z", +own.z || 2147483000);
    tall(840);
    launcher = make("button", root, { class: "l" });
    shape = icon(launcher, BUBBLE);
    label = make("span", launcher);
    launcher.onclick = press;
    // Whoever comes near may click: the line to the form is made before he does.
    launcher.onmouseenter = launcher.onfocus = function () {
      if (!near) near = make("link", root, { rel: "preconnect", href: at.origin });
    };
    panel = make("div", root, { class: "p", role: "dialog" });
    card = make("div", panel, { class: "w" });
  }

  function draw() {
    mount();
    var words = WORDS[locale()];
    var always = show() === "always";
    // Somebody is there and there is a chat to go to: the launcher leads there.
    chats = online && !always && !isOpen && /link|event/.test(boot.online);
    accent = chosen("accent", /^#[\da-f]{6}$/i, "#4558d0");
    ink = inkOn(accent);
    root.lang = locale();
    root.className = chosen("side", /^(left|right)$/) + " " + theme() + (isOpen ? " open" : "");
    root.style.setProperty("--a", accent);
    root.style.setProperty("--t", ink);
    label.textContent = chats ? words[2] : boot["label_" + locale()] || words[0];
    launcher.setAttribute("aria-label", label.textContent);
    launcher.setAttribute("aria-expanded", !!isOpen);
    launcher.hidden = !known || own.launcher === "off" || show() === "manual" || (online && !always && !chats && !isOpen);
    shape.setAttribute("d", isOpen ? CROSS : BUBBLE);
    panel.hidden = !isOpen;
    panel.setAttribute("aria-label", words[1]);
    tell();
  }

  function drawCard() {
    var words = WORDS[locale()];
    card.textContent = "";
    card.hidden = false;
    if (frame) frame.hidden = true;
    var button = make("button", card, { class: "b", "aria-label": words[3] });
    icon(button, CROSS);
    button.onclick = close;
    if (isOpen) button.focus();
    if (!failed) return make("p", card, { class: "s" }, "…");
    tall(280);
    make("p", card, { role: "alert" }, words[4]);
    link(card, address(""), words[5], "g");
    if (boot.phone) link(card, "tel:" + boot.phone, boot.phone);
    if (boot.email) link(card, "mailto:" + boot.email, boot.email);
    if (boot.wechat) make("p", card, {}, words[6] + " " + boot.wechat);
  }

  function tall(height) {
    root.style.setProperty("--h", height + "px");
  }

  // --- Open and close ---

  function press() {
    if (!chats) toggle();
    else if (boot.online === "link") w.open(boot.chat, "_blank", "noopener");
    else emit("online", { reason: "click" });
  }

  function open(values) {
    merge(visitor, values);
    if (isOpen || dead) return;
    isOpen = 1;
    opener = opener || d.activeElement;
    unlock = lock(html);
    draw();
    if (isReady) enter();
    else load();
    emit("open");
  }

  function close() {
    if (!isOpen) return;
    isOpen = 0;
    if (unlock) unlock();
    unlock = 0;
    draw();
    (opener && opener.isConnected && opener !== host && opener !== d.body ? opener : launcher).focus();
    opener = 0;
    emit("close");
  }

  function toggle() {
    if (isOpen) close();
    else open();
  }

  function load() {
    if (frame) frame.remove();
    frame = isReady = failed = 0;
    if (boot.allowed === false) return fail("not_allowed", location.origin + " is not among the allowed hosts");
    home = at.origin;
    frame = make("iframe", panel, { title: WORDS[locale()][1], allow: "clipboard-write", src: address("embed=1&") });
    silent = 0;
    frame.onload = function () {
      if (++silent > 0 && isReady) wait();
    };
    drawCard();
    wait();
  }

  // Each of our pages says that it is ready; another (of a proxy, of the browser) says nothing.
  function wait() {
    clearTimeout(waiting);
    waiting = setTimeout(function () {
      if (turn(at)) return load();
      at.is = 1;
      if (reached) fail("frame_refused", "The form was refused by frame-ancestors (see the allowed hosts) or frame-src");
      else fail("network", at.origin + " is away or refused by connect-src");
    }, WAIT);
  }

  function fail(code, reason) {
    clearTimeout(waiting);
    failed = 1;
    isReady = 0;
    drawCard();
    warn(reason);
    emit("error", { code: code });
  }

  // --- Is anybody there? ---

  function ask(again) {
    asked = Date.now();
    clearTimeout(polling);
    polling = setTimeout(poll, POLL);
    w.fetch(path() + "/boot.json", { credentials: "omit", cache: again ? "no-cache" : "default" })
      .then(function (answer) {
        if (answer.status === 404) {
          warn("There is no site " + own.site);
          return destroy(1);
        }
        return answer.json().then(function (found) {
          // One of its errors is not what it has set.
          if (answer.status > 499) throw 0;
          reached = 1;
          at.is = 1;
          boot = Object(found);
          if (!boot.closed) return learn();
          warn("The form of " + own.site + " is closed");
          // What is being written stays, and is told so when it is sent.
          if (!frame) destroy(1);
        });
      })
      .catch(function () {
        turn(at) ? ask(1) : away();
      });
  }

  // Nobody knows, so the form is offered: a lost message is worse.
  function away() {
    reached = boot.state = 0;
    at.is = 1;
    learn();
  }

  function learn() {
    if (dead) return;
    var first = !known;
    var was = online;
    known = 1;
    online = (forced || boot.state) === "online";
    draw();
    if (first) emit("boot", { state: online ? "online" : "offline", next: boot.next });
    if (online && !was) emit("online", { reason: "presence" });
  }

  function poll() {
    if (!d.hidden && Date.now() - asked >= POLL - 500) ask(1);
  }

  // --- For the page's own scripts ---

  function emit(event, detail) {
    d.dispatchEvent(new CustomEvent("leavemessage:" + event, { detail: detail || {} }));
  }

  // Where there is no such site, the page may go on calling.
  function destroy(keep) {
    dead = 1;
    isReady = isOpen = 0;
    clearTimeout(polling);
    clearTimeout(waiting);
    if (unlock) unlock();
    undo.forEach(function (run) {
      run();
    });
    if (host) host.remove();
    if (keep !== 1) delete w.LeaveMessage;
  }

  function api(command, value, more) {
    if (dead) return;
    if (api.hasOwnProperty(command) && api[command].call) api[command](value, more);
    else warn("There is no command " + command);
  }

  function later(args) {
    api.apply(null, args);
  }

  // A page can pin it: web/visitor keeps the bytes of each that was released.
  api.version = "1.0.0";
  api.site = own.site;
  api.q = { push: later };
  api.open = open;
  api.close = close;
  api.toggle = toggle;
  api.destroy = destroy;
  api.setVisitor = function (values) {
    merge(visitor, values);
  };
  api.setContext = function (values) {
    merge(context, values);
  };
  api.setLocale = function (tag) {
    own.lang = tag;
    draw();
    // What is being typed stays in the language it is typed in.
    if (frame && !isOpen) load();
  };
  api.setTheme = function (name) {
    own.theme = name;
    draw();
  };
  api.setPresence = function (name) {
    forced = name === "auto" ? 0 : name;
    if (known) learn();
  };
  api.on = function (event, run) {
    function hear(told) {
      run(told.detail);
    }
    listen(d, "leavemessage:" + event, hear);
    heard.push([event, run, hear]);
  };
  api.off = function (event, run) {
    heard.forEach(function (each) {
      if (each[0] === event && (!run || each[1] === run)) d.removeEventListener("leavemessage:" + event, each[2]);
    });
  };
  w.LeaveMessage = api;

  listen(w, "message", receive);
  listen(w, "popstate", moved);
  listen(w, "hashchange", moved);
  listen(d, "visibilitychange", poll);
  listen(d, "keydown", function (event) {
    // Escape may only end the writing of a word, as of pinyin. Safari says so by the number alone.
    if (event.key === "Escape" && !event.isComposing && event.keyCode !== 229 && !event.defaultPrevented) close();
  });
  listen(d, "click", function (event) {
    var link = event.target.closest && event.target.closest("[data-lm-open]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented || boot.allowed === false) return;
    event.preventDefault();
    opener = link;
    open();
  });
  wrap("pushState");
  wrap("replaceState");
  var watch = new MutationObserver(function () {
    if (host) mount();
  });
  watch.observe(html, { childList: true });
  undo.push(function () {
    watch.disconnect();
  });

  ((before && before.q) || []).forEach(later);
  (w.requestIdleCallback || setTimeout)(function () {
    if (dead) return;
    ask();
    setTimeout(function () {
      if (known) return;
      if (turn(at)) ask(1);
      away();
    }, 8000);
  });
})(window, document);
